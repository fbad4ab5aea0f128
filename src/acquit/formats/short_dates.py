"""Dates of six and four digits, as bank files write them.

The one clever idea: the century turns at 80, as SWIFT has it, in every format alike.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache

from acquit.formats.unreadable import NotReadable

_PIVOT_YEAR = 80  # 80 to 99 is the last century


@lru_cache(maxsize=4096)
def parse_day(text: str) -> tuple[date, bool]:
    """Read YYMMDD; give the date and whether it lay beyond its month and was set to the month's end.

    German banks write the 30th of February as a value date. Raises NotReadable for other impossible dates.
    """
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        raise NotReadable(text)
    return _day_of(_year(text[:2]), int(text[2:4]), int(text[4:]), text)


@lru_cache(maxsize=4096)
def parse_day_first(text: str) -> date:
    """Read DDMMYY, as Belgian and French files have it. Raises NotReadable."""
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        raise NotReadable(text)
    try:
        return date(_year(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        raise NotReadable(text) from None


@lru_cache(maxsize=4096)
def parse_entry_day(text: str, value_date: date) -> tuple[date, bool]:
    """Read MMDD in the year that brings it nearest to the value date, so an entry may lie across New Year."""
    if len(text) != 4 or not (text.isascii() and text.isdigit()):
        raise NotReadable(text)
    month, day = int(text[:2]), int(text[2:])
    readings = [_day_of(value_date.year + shift, month, day, text) for shift in (0, -1, 1)]
    return min(readings, key=lambda reading: abs(reading[0] - value_date))


def _year(text: str) -> int:
    year = int(text)
    return year + (1900 if year >= _PIVOT_YEAR else 2000)


def _day_of(year: int, month: int, day: int, text: str) -> tuple[date, bool]:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        raise NotReadable(text)
    last = monthrange(year, month)[1]
    return date(year, month, min(day, last)), day > last
