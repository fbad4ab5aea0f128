"""Reading remittance text: every piece of it that could be a document's number.

Payers write numbers with other separators, in groups, glued to words, cut over lines. So the text is cut wherever a
sign stands or letters and digits meet, and up to six neighbours are joined again: `RE2026-004711vom` offers 2026,
004711, 2026004711, RE2026, RE2026004711 and so on. Which of them is a number is for the books to say: candidates are
looked up, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from acquit.cash.rules.receipts import EarlierReceipt, ReceiptFact
from acquit.core.references import find_structured_references, normalise_reference

#: More than any bank carries in a line; what is longer is kept by the file it came from.
TEXT_LENGTH_AT_MOST = 20_000
NAME_LENGTH_AT_MOST = 500

_PIECE = re.compile(r"\d+|[^\W\d_]+")
_DIGIT = re.compile("[0-9]")
_DAY = re.compile(
    r"(?<![\d./-])(?:(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:(?:19|20)\d\d|\d\d)"
    r"|20\d\d[./-](?:0[1-9]|1[0-2])[./-](?:0[1-9]|[12]\d|3[01]))(?![\d/-])"
)
_JOINED_AT_MOST = 6
_WORDS_AT_MOST = 2
_WORD_LENGTH_AT_MOST = 8
_KEY_LENGTH_AT_MOST = 40
_SHORTEST = 3
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


class Token(NamedTuple):
    """A candidate in normalised form, and where it stands in the text."""

    key: str
    start: int
    end: int


#: Half of a candidate's time is its making, and a bank line offers dozens.
_new_token: Callable[[tuple[str, int, int]], Token] = partial(tuple.__new__, Token)


class Remittance(NamedTuple):
    """What a receipt's text fields offer to be looked up; read once a receipt."""

    tokens: tuple[Token, ...]
    other_keys: tuple[str, ...]
    references: frozenset[str]

    def leave_out(self, used: Iterable[Token]) -> Remittance:
        """Give the same without the candidates that overlap those used."""
        taken = [(token.start, token.end) for token in used]
        if not taken:
            return self
        return self._replace(
            tokens=tuple(
                token
                for token in self.tokens
                if not any(token.start < end and token.end > start for start, end in taken)
            )
        )


def clean_text(text: str, length_at_most: int = TEXT_LENGTH_AT_MOST) -> str:
    """Give a text as it can be stored: without NUL and half characters, cut where no bank line is that long."""
    cleaned = text if text.isascii() and "\x00" not in text else _NOT_STORABLE.sub("", text)
    return cleaned if len(cleaned) <= length_at_most else cleaned[: length_at_most - 1] + "…"


def read_remittance(receipt: ReceiptFact) -> Remittance:
    """Read a receipt's text, end-to-end id and structured reference."""
    other = [
        token.key
        for source in (receipt.end_to_end_id, receipt.structured_reference)
        if source
        for token in read_tokens(source)
    ]
    return Remittance(
        tuple(read_tokens(receipt.text)),
        tuple(dict.fromkeys(other)),
        read_references(receipt.structured_reference, receipt.end_to_end_id, receipt.text),
    )


def find_days(text: str) -> list[tuple[int, int]]:
    """Give where dates stand in a text: their digits are seldom a document's number."""
    return [match.span() for match in _DAY.finditer(text)]


def read_tokens(text: str) -> Iterator[Token]:
    """Give all candidates of a text: they have a digit, at least three characters, and at most two short words."""
    if text.isascii() and not _DIGIT.search(text):
        return
    pieces = _pieces(text[:TEXT_LENGTH_AT_MOST])
    told = [(piece, end, not piece.isdigit(), not piece.isalpha(), len(piece)) for piece, _, end in pieces]
    for first, (_, start, _) in enumerate(pieces):
        joined, words, has_digit, length = "", 0, False, 0
        for piece, end, is_word, is_numbered, size in told[first : first + _JOINED_AT_MOST]:
            joined += piece
            length += size
            if is_numbered:
                has_digit = True
            if is_word:
                words += 1
                if words > _WORDS_AT_MOST or size > _WORD_LENGTH_AT_MOST:
                    break
            if length > _KEY_LENGTH_AT_MOST:
                break
            if has_digit and length >= _SHORTEST:
                yield _new_token((joined, start, end))


def _pieces(text: str) -> list[tuple[str, int, int]]:
    """Cut a text in runs of digits and runs of letters, each normalised as numbers are."""
    if text.isascii():
        return [(match.group(), match.start(), match.end()) for match in _PIECE.finditer(text.upper())]
    found = [
        (normalise_reference(match.group()), match.start(), match.end()) for match in _PIECE.finditer(text)
    ]
    return [piece for piece in found if piece[0]]


def read_references(structured_reference: str, end_to_end_id: str, text: str) -> frozenset[str]:
    """Give the structured references a receipt carries, in their field or inside its text, normalised."""
    found = {
        normalise_reference(reference.value)
        for reference in find_structured_references(
            f"{text[:TEXT_LENGTH_AT_MOST]}\n{structured_reference}\n{end_to_end_id}"
        )
    }
    given = normalise_reference(structured_reference)
    if given:
        found.add(given)
    return frozenset(found)


def list_keys(remittances: Iterable[Remittance]) -> set[str]:
    """Give the candidates of many receipts at once: what to look up among document numbers."""
    return {key for told in remittances for key in (*(token.key for token in told.tokens), *told.other_keys)}


def as_earlier(
    receipt: ReceiptFact, receipt_id: int, customer_id: int, *, is_applied: bool
) -> EarlierReceipt:
    """Give a receipt as later ones look back at it."""
    return EarlierReceipt(
        receipt_id,
        customer_id,
        receipt.currency,
        receipt.amount,
        receipt.value_date,
        said_of(receipt.text, receipt.structured_reference),
        receipt.end_to_end_id,
        is_applied,
    )


def said_of(text: str, structured_reference: str) -> str:
    """Give what a receipt says, as it compares with another."""
    return normalise_reference(f"{text[:TEXT_LENGTH_AT_MOST]}{structured_reference}")
