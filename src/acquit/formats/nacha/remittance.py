"""Remittance in addenda: X12 segments (an 820, or RMR segments alone) where they stand, free text where not.

The one clever idea: an X12 interchange says itself how it is written. Its fourth character parts elements and the
character after its fixed header parts segments; without a header the ACH network's own marks hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from re import compile as pattern

from acquit.formats.statements import RemittedDocument

_HEADER_LENGTH = 105  # of ISA without its end
_LOOSE_SEGMENT = pattern(r"(?:^|[\\~])\s*(RMR\*[^\\~]*)")
_NUMBER = pattern(r"-?[0-9]{1,15}(?:\.[0-9]{1,4})?|-?\.[0-9]{1,4}")
_KINDS = {"IV": "CINV", "IK": "CINV", "OI": "CINV", "CM": "CREN"}
_PAYER = "PR"


@dataclass(frozen=True, slots=True)
class Remittance:
    """The documents and the payer that X12 segments name."""

    documents: tuple[RemittedDocument, ...] = ()
    payer: str = ""


def parse_remittance(text: str) -> Remittance:
    """Read X12 segments out of addenda that were laid side by side; anything else gives nothing."""
    if text.startswith("ISA") and len(text) > _HEADER_LENGTH:
        mark, end = text[3], text[_HEADER_LENGTH]
        segments = [segment.strip().split(mark) for segment in text.split(end)]
    else:
        segments = [segment.split("*") for segment in _LOOSE_SEGMENT.findall(text)]
    documents = tuple(_document(segment) for segment in segments if segment[0] == "RMR" and _at(segment, 2))
    payers = [_at(segment, 2) for segment in segments if segment[0] == "N1" and _at(segment, 1) == _PAYER]
    return Remittance(documents, payers[0] if payers else "")


def _at(segment: list[str], position: int) -> str:
    return segment[position].strip() if len(segment) > position else ""


def _document(segment: list[str]) -> RemittedDocument:
    return RemittedDocument(
        number=_at(segment, 2),
        kind=_KINDS.get(_at(segment, 1), ""),
        amount=_amount(_at(segment, 4)),
        discount_amount=_amount(_at(segment, 6)),
        currency="USD" if _amount(_at(segment, 4)) is not None else "",
    )


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None
