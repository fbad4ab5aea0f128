"""What the tests of remittance readers share: reading from text, and a line in one tuple."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

from acquit.formats.remittance import read_advices
from acquit.formats.remittance.advice import AdviceLine, RemittanceAdvice


def read(content: bytes | str, name: str = "advice") -> list[RemittanceAdvice]:
    """Read a file from its content."""
    raw = content.encode() if isinstance(content, str) else content
    return list(read_advices(BytesIO(raw), name))


def read_one(content: bytes | str, name: str = "advice") -> RemittanceAdvice:
    """Read a file that holds one advice."""
    (advice,) = read(content, name)
    return advice


def paid(advice: RemittanceAdvice) -> list[tuple[str, str | None]]:
    """Give each document and what is paid of it."""
    return [(line.document, _text(line.paid_amount)) for line in advice.lines]


def whole(line: AdviceLine) -> tuple[str, str | None, str | None, str | None, str | None]:
    """Give document, gross, discount, deduction and paid of a line."""
    amounts = (line.gross_amount, line.discount_amount, line.deduction_amount, line.paid_amount)
    return (line.document, *map(_text, amounts))  # type: ignore[return-value]


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")
