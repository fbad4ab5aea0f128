"""Amounts and type codes of BAI2."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from re import compile as pattern

from acquit.core.money import EXACT, minor_units
from acquit.formats.short_dates import parse_day
from acquit.formats.unreadable import NotReadable

_INTEGER = pattern(r"([+-]?)([0-9]{1,18})")

# Which side a type code books on: 100 to 399 and the custom 920 to 959 credit, 400 to 699 and 960 to 999 debit.
_CREDIT_RANGES = ((100, 399), (920, 959))
_DEBIT_RANGES = ((400, 699), (960, 999))


def parse_units(text: str) -> int:
    """Read an amount as it is written, a whole number of minor units with or without sign. Raises NotReadable."""
    found = _INTEGER.fullmatch(text.strip())
    if found is None:
        raise NotReadable(text)
    return int(found[1] + found[2])


def bai2_amount(amount: str, currency: str) -> Decimal:
    """Read an amount with the decimals its currency implies: 123456 USD is 1234.56, 1500 JPY is 1500.

    Refuses an unknown currency (UnknownCurrency); raises NotReadable for what is no whole number.
    """
    return EXACT.scaleb(Decimal(parse_units(amount)), -minor_units(currency))


def side_of(type_code: str) -> int:
    """Give +1 for a credit code, -1 for a debit code, 0 for a status, a loan or something unknown."""
    if not (type_code.isascii() and type_code.isdigit() and len(type_code) == 3):
        return 0
    number = int(type_code)
    if any(first <= number <= last for first, last in _CREDIT_RANGES):
        return 1
    return -1 if any(first <= number <= last for first, last in _DEBIT_RANGES) else 0


def parse_report_day(text: str) -> date | None:
    """Read YYMMDD; None for anything else. A report's date may be missing."""
    try:
        return parse_day(text)[0]
    except NotReadable:
        return None
