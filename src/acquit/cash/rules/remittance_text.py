"""Reading remittance text: every piece of it that could be a document's number.

Payers write numbers with other separators, in groups, glued to words. So the text is cut at everything that is no
letter or digit, and up to four neighbours are joined again: `RE 2026 - 004711` offers RE, 2026, RE2026, 2026004711
and RE2026004711. Which of them is a number is for the books to say: candidates are looked up, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from acquit.core.references import find_structured_references, normalise_reference

_PIECE = re.compile(r"[^\W_]+", re.UNICODE)
_JOINED_AT_MOST = 4
_KEY_LENGTH_AT_MOST = 40
_SHORTEST = 3


class Token(NamedTuple):
    """A candidate in normalised form, and where it stands in the text."""

    key: str
    start: int
    end: int


def read_tokens(text: str) -> Iterator[Token]:
    """Give all candidates of a text: they have a digit and at least three characters."""
    pieces = [(match.group(), match.start(), match.end()) for match in _PIECE.finditer(text)]
    for first, (_, start, _) in enumerate(pieces):
        joined = ""
        for piece, _, end in pieces[first : first + _JOINED_AT_MOST]:
            joined += piece
            if len(joined) > _KEY_LENGTH_AT_MOST:
                break
            key = normalise_reference(joined)
            if len(key) >= _SHORTEST and any(character.isdigit() for character in key):
                yield Token(key, start, end)


def read_references(structured_reference: str, end_to_end_id: str, text: str) -> frozenset[str]:
    """Give the structured references a receipt carries, in their field or inside its text, normalised."""
    found = {
        normalise_reference(reference.value)
        for reference in find_structured_references(f"{text}\n{structured_reference}\n{end_to_end_id}")
    }
    given = normalise_reference(structured_reference)
    if given:
        found.add(given)
    return frozenset(found)


def list_keys(texts: Iterable[str]) -> set[str]:
    """Give the normalised candidates of many texts at once: what to look up."""
    return {token.key for text in texts for token in read_tokens(text)}
