"""What a payer says about a payment in CAMT: free text, creditor references, documents paid.

The one clever idea: banks cut free text into pieces of 140 characters wherever it falls, so a full piece is joined
to the next without a space and a shorter one with a space; an invoice number cut in two comes out whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from re import compile as pattern

from acquit.core.money import ZERO
from acquit.formats.camt.fields import parse_decimal
from acquit.formats.camt.shape import Fields
from acquit.formats.statements import RemittedDocument, clean_reference, exact_sum, with_sign

_PIECE = 140
#: What Swiss banks note of a slip that was read: whether it was rejected, and which errors it had.
_NOTE_OF_SLIP = pattern(r"\?(?:REJECT|ERROR)\?[0-9]*")
_CREDIT_NOTE = "CREN"


@dataclass(frozen=True, slots=True)
class Remittance:
    """Text for matching, the first structured reference, the documents named, and the parts to quote."""

    text: str
    structured_reference: str
    documents: tuple[RemittedDocument, ...]
    raw_parts: Sequence[str]


def squeeze(text: str) -> str:
    """Turn every run of blanks and line ends into one space."""
    return " ".join(text.split())


def join_pieces(pieces: Sequence[str]) -> str:
    """Join cut text: a piece of full width runs on, a shorter one ends a word."""
    return squeeze("".join(piece if len(piece) == _PIECE else piece + " " for piece in pieces))


def read_remittance(free_texts: Sequence[str], structured: Sequence[Fields]) -> Remittance:
    """Read the free texts and structured blocks of a payment."""
    references = [reference for one in structured if (reference := _reference_of(one))]
    additional = [text for one in structured for text in one["additional"]]
    documents = tuple(document for one in structured for document in _documents(one))
    words = [
        text
        for text in (*free_texts, *additional)
        if not (text.startswith("?") and _NOTE_OF_SLIP.fullmatch(text))
    ]
    if len(references) > 1:  # one stands apart; the others are said in the text, where no document says them
        said = {references[0], *(document.number for document in documents)}
        words += [reference for reference in dict.fromkeys(references) if reference not in said]
    raw = (*free_texts, *references, *(document.number for document in documents), *additional)
    return Remittance(join_pieces(words), references[0] if references else "", documents, raw)


def _reference_of(structured: Fields) -> str:
    return clean_reference("".join(structured["reference"].split()))


def _documents(structured: Fields) -> list[RemittedDocument]:
    """Read the documents of one structured block; a reference with an amount of its own is one too."""
    numbered = [one for one in structured["documents"] if one["number"]]
    paid, currency = _paid_amount(structured)
    discount = _discount_amount(structured)
    if not numbered:
        reference = _reference_of(structured)
        return (
            [RemittedDocument(reference, "", paid, discount, currency)]
            if reference and paid is not None
            else []
        )
    if len(numbered) > 1:  # one amount for several documents says nothing of each
        paid, discount, currency = None, None, ""
    elif paid is not None and numbered[0]["kind"] == _CREDIT_NOTE:
        paid = -abs(paid)
    return [RemittedDocument(one["number"], one["kind"], paid, discount, currency) for one in numbered]


def _paid_amount(structured: Fields) -> tuple[Decimal | None, str]:
    """Give what was paid of a document: as remitted, a credit note's, or what was due less what was taken off it."""
    for field, sign in (("remitted", 1), ("credit_note", -1), ("due", 1)):
        given = structured[field]
        amount = parse_decimal(given[0]) if given else None
        if amount is None:
            continue
        if field == "due":
            amount = exact_sum((amount, -(_discount_amount(structured) or ZERO), *_adjustments(structured)))
        return with_sign(amount, sign), given[1]
    return None, ""


def _adjustments(structured: Fields) -> list[Decimal]:
    """Give what was added to a document's amount (CRDT) or taken off it (DBIT, as banks mean where they say none)."""
    return [
        with_sign(amount, 1 if one["side"] == "CRDT" else -1)
        for one in structured["adjustments"]
        if one["amount"] and (amount := parse_decimal(one["amount"][0])) is not None
    ]


def _discount_amount(structured: Fields) -> Decimal | None:
    amounts = [amount for text, _ in structured["discounts"] if (amount := parse_decimal(text)) is not None]
    return exact_sum(amounts) if amounts else None
