"""Movements of an AEB43 file (records 22 to 24) as statement lines.

The one clever idea: the concept texts are one text cut into fields of 38 characters, so they are laid side by side
before blanks are looked at, and a word that was cut is whole again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

from acquit.formats.fixed_width import FixedLine, implied_amount, parse_digits
from acquit.formats.short_dates import parse_day
from acquit.formats.statements import StatementLine, WarningLog, clean_reference, new_line, with_sign
from acquit.formats.unreadable import NotReadable

DECIMALS = 2  # whatever the currency
_SIGNS = {"1": -1, "2": 1}  # debe, haber
_TAKEN_BACK = frozenset(("14", "98"))  # common concepts: returned and unpaid items, corrections


@dataclass(slots=True)
class Movement:
    """The records of one movement, gathered."""

    first: FixedLine
    concepts: list[FixedLine] = field(default_factory=list)
    original: FixedLine | None = None

    def amount(self) -> Decimal:
        """Give the signed amount. Raises NotReadable."""
        sign = _SIGNS.get(self.first.raw(28, 28))
        if sign is None:
            raise NotReadable(self.first.raw(28, 42))
        return with_sign(implied_amount(parse_digits(self.first.raw(29, 42)), DECIMALS), sign)


def build_line(movement: Movement, currency: str, index: int, log: WarningLog) -> StatementLine:
    """Build the line of a movement. Raises NotReadable."""
    first = movement.first
    amount = movement.amount()
    booked = parse_stated_day(first.raw(11, 16), first, log)
    references = [_without_zeros(first.at(*place)) for place in ((53, 64), (65, 80))]
    stated = " ".join(reference for reference in references if reference)
    words = "".join(record.raw(5, 80) for record in movement.concepts)
    original_currency, original = _read_original(movement.original)
    return new_line(
        booking_date=booked,
        value_date=parse_stated_day(first.raw(17, 22), first, log)
        if first.raw(17, 22).strip("0 ")
        else booked,
        amount=amount,
        currency=currency,
        text=" ".join(words.split()) or stated,
        is_reversal=first.at(23, 24) in _TAKEN_BACK,
        entry_index=index,
        transaction_code=first.at(23, 24),
        bank_code=first.at(25, 27),
        original_amount=original and with_sign(original, 1 if amount >= 0 else -1),
        original_currency=original_currency,
        raw="\n".join(record.text.rstrip() for record in _records(movement)),
        customer_reference=stated or _without_zeros(first.at(43, 52)),
        source_line=first.line,
    )


def parse_stated_day(text: str, record: FixedLine, log: WarningLog) -> date:
    """Read YYMMDD and note a day beyond its month. Raises NotReadable."""
    day, is_beyond = parse_day(text)
    if is_beyond:
        message = "A day lies beyond its month; the month's last day is taken."
        log.note("DATE_BEYOND_MONTH", message, f"line {record.line}")
    return day


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    from iso4217 import Currency

    return {f"{one.number:03d}": one.code for one in Currency if one.number is not None}


def parse_currency(number: str) -> str:
    """Give the ISO code of a currency by its number. Raises NotReadable."""
    code = _codes().get(number)
    if code is None:
        raise NotReadable(number)
    return code


def _without_zeros(reference: str) -> str:
    return "" if not reference.strip("0") else clean_reference(reference)


def _read_original(record: FixedLine | None) -> tuple[str, Decimal | None]:
    if record is None:
        return "", None
    return parse_currency(record.raw(5, 7)), implied_amount(parse_digits(record.raw(8, 21)), DECIMALS)


def _records(movement: Movement) -> list[FixedLine]:
    return [one for one in (movement.first, *movement.concepts, movement.original) if one is not None]
