"""MT940 as other banks than the German ones write it: slashed keys in :86:, or plain lines of text.

The bank's reference stands behind `//`, as everywhere; what a dialect has no place for is left out, as banks do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from acquit.benchmark.people import to_capitals
from acquit.formats.statements import Statement, StatementLine

_WIDTH = 65


def write_mt940_dialect(statements: Iterable[Statement], out: BinaryIO, *, is_slashed: bool) -> None:
    """Write statements, one message each: Dutch slashes, or English plain text."""
    for statement in statements:
        lines = _message(statement, is_slashed=is_slashed)
        out.write(("\r\n".join(lines) + "\r\n").encode())


def _message(statement: Statement, *, is_slashed: bool) -> Iterator[str]:
    yield f":20:{statement.statement_id}"
    yield f":25:{statement.account}" + (statement.currency if is_slashed else "")
    yield f":28C:{statement.sequence}/1"
    yield f":60F:{_balance(statement.opening, statement.opening_date, statement.currency)}"
    for line in statement.lines:
        mark = "D" if line.amount < 0 else "C"
        day = line.value_date
        booked = line.booking_date
        code = "NTRF" if is_slashed else "NMSC"
        reference = "EREF" if is_slashed else "NONREF"
        yield f":61:{day:%y%m%d}{booked:%m%d}{mark}{_amount(line.amount)}{code}{reference}//{line.bank_reference}"
        yield from _wrapped(":86:" + (_slashed(line) if is_slashed else _plain(line)))
    yield f":62F:{_balance(statement.closing, statement.closing_date, statement.currency)}"
    yield "-"


def _slashed(line: StatementLine) -> str:
    parts = [("TRTP", "SEPA OVERBOEKING"), ("IBAN", line.iban), ("NAME", line.counterparty)]
    if line.structured_reference:
        parts.append(("REMI", f"STRD/CUR/{line.structured_reference}"))
    else:
        parts.append(("REMI", f"USTD//{line.text}" if line.text else ""))
    parts.append(("EREF", line.end_to_end_id))
    return "".join(f"/{key}/{value}" for key, value in parts if value) + "/"


def _plain(line: StatementLine) -> str:
    """Give the name in capitals, then the text: as British banks print a line."""
    said = " ".join(
        part for part in (to_capitals(line.counterparty), line.text, line.structured_reference) if part
    )
    return said or "FASTER PAYMENT"


def _wrapped(text: str) -> Iterator[str]:
    """Break at 65 characters, never before a sign that would begin a field or leave a blank at an end."""
    rest, width = text, _WIDTH + 4
    while len(rest) > width:
        cut = width
        while cut > 1 and (rest[cut] in ":-{ " or rest[cut - 1] == " "):
            cut -= 1
        yield rest[:cut]
        rest, width = rest[cut:], _WIDTH
    yield rest


def _balance(amount: Decimal | None, day: date | None, currency: str) -> str:
    known = amount or Decimal("0.00")
    return f"{'D' if known < 0 else 'C'}{day:%y%m%d}{currency}{_amount(known)}"


def _amount(amount: Decimal) -> str:
    return f"{abs(amount):.2f}".replace(".", ",")
