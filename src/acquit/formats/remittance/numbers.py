"""Amounts and dates of formats that leave no choice how they are written: a point for decimals, digits for a date."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from acquit.formats.unreadable import NotReadable

_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,24}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})")
_COMPACT = re.compile(r"([0-9]{4}|[0-9]{2})([0-9]{2})([0-9]{2})")


def parse_plain_amount(text: str) -> Decimal:
    """Read an amount with a point for decimals and no grouping. Raises `NotReadable`."""
    if not _PLAIN.fullmatch(text):
        raise NotReadable(text)
    amount = Decimal(text)
    return amount or abs(amount)


def parse_compact_date(text: str) -> date | None:
    """Read YYYYMMDD or YYMMDD (this century); None for anything else: a date is never worth an advice."""
    found = _COMPACT.fullmatch(text)
    if found is None:
        return None
    year = int(found[1]) if len(found[1]) == 4 else 2000 + int(found[1])
    try:
        return date(year, int(found[2]), int(found[3]))
    except ValueError:
        return None
