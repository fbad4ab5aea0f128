"""Dates as people and programs write them.

The clever idea is the same as for amounts: a column has one order of day, month and year. Values that allow a
single order settle it for all; a column in which every value can be read day first and month first is left
open and asked. Dots are no riddle: nobody writes the month first with dots. A time behind the date is read
over: the date counts as written.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from acquit.formats.tables.errors import CannotReadDate

LONGEST_DATE = 40
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
_TWO_DIGIT_PIVOT = 70  # 69 is 2069, 70 is 1970
_SERIAL_ZERO = date(
    1899, 12, 30
)  # day 1 is 1 Jan 1900 for every serial a business date can have (from 1 Mar 1900)
_SERIAL_FIRST, _SERIAL_LAST = 18_264, 73_415  # 1950-01-01 to 2100-12-31

_MONTH_WORDS = (
    "january januar janvier enero janeiro gennaio januari jan jän jänner janv ene gen",
    "february februar février febrero fevereiro febbraio februari feb feber fév févr",
    "march märz mars marzo março maart mar mär mrz mrt",
    "april avril abril aprile apr avr abr",
    "may mai mayo maio maggio mei mag",
    "june juni juin junio junho giugno jun giu",
    "july juli juillet julio julho luglio jul juil lug",
    "august août agosto augustus aug ago aoû",
    "september septembre septiembre setembro settembre sep sept set",
    "october oktober octobre octubre outubro ottobre oct okt out ott",
    "november novembre noviembre novembro nov",
    "december dezember décembre diciembre dezembro dicembre dec dez déc dic",
)
_MONTHS = {word: number for number, words in enumerate(_MONTH_WORDS, start=1) for word in words.split()}
_TIME = (
    r"(?:[T ]+[0-2]?[0-9][:.][0-5][0-9](?:[:.][0-6][0-9](?:[.,][0-9]{1,9})?)?"
    r"(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_NUMERIC = re.compile(rf"([0-9]{{1,4}})([./\-])([0-9]{{1,2}})\2([0-9]{{1,4}})\.?{_TIME}")
_COMPACT = re.compile(r"[0-9]{8}")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_WORD = r"(?P<month>[^\W\d_]{3,12})\.?"
_SPACE = r"[\s\-./,]*"
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|º|°|\.)?"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_NAMED = tuple(
    re.compile(pattern + _TIME, re.IGNORECASE)
    for pattern in (
        rf"{_WEEKDAY}{_DAY}{_SPACE}(?:de\s+|of\s+)?{_WORD}{_SPACE}(?:del?\s+)?{_YEAR}",
        rf"{_WEEKDAY}{_WORD}{_SPACE}{_DAY}[\s,\-]+{_YEAR}",
        rf"(?P<year>[0-9]{{4}}){_SPACE}{_WORD}{_SPACE}{_DAY}",
    )
)


class DateStyle(StrEnum):
    """The order in which a column writes year, month and day; names of months and times are read in all of them."""

    YMD = "YMD"
    DMY = "DMY"
    MDY = "MDY"
    YMD_COMPACT = "YMD_COMPACT"
    DMY_COMPACT = "DMY_COMPACT"
    SERIAL = "SERIAL"


STYLE_WORDS = {
    DateStyle.YMD: "year first",
    DateStyle.DMY: "day first",
    DateStyle.MDY: "month first",
    DateStyle.YMD_COMPACT: "year first, without marks",
    DateStyle.DMY_COMPACT: "day first, without marks",
    DateStyle.SERIAL: "a spreadsheet's day numbers",
}


@dataclass(frozen=True, slots=True)
class DateReading:
    """What the values of a column say about its order of day, month and year.

    `style` is None when it stays open: `is_ambiguous` (every value allows both orders, `example` is one of
    them), `is_mixed` (values contradict each other), or nothing is a date. `dates` of `values` distinct texts
    are dates in some order. `marks` are the separators of the purely numeric dates.
    """

    style: DateStyle | None
    values: int
    dates: int
    is_ambiguous: bool
    is_mixed: bool
    example: str
    reason: str
    marks: frozenset[str]


def _refuse(text: str, why: str) -> CannotReadDate:
    return CannotReadDate(f"{text[:LONGEST_DATE]!r} {why}", param="date")


def _full_year(year: str) -> int:
    number = int(year)
    if len(year) > 2:
        return number
    return number + (2000 if number < _TWO_DIGIT_PIVOT else 1900)


def _make(year: str, month: int, day: int) -> date | None:
    full = _full_year(year)
    if len(year) == 3 or not EARLIEST_YEAR <= full <= LATEST_YEAR or not 1 <= month <= 12:
        return None
    return date(full, month, day) if 1 <= day <= monthrange(full, month)[1] else None


def _numeric_parts(found: re.Match[str], style: DateStyle) -> tuple[str, int, int] | None:
    """Give (year, month, day) of a numeric date in this order, or None when the order does not fit its lengths."""
    first, _, middle, last = found.groups()
    if style is DateStyle.YMD:
        return (first, int(middle), int(last)) if len(first) in {2, 4} and len(last) <= 2 else None
    if len(first) > 2 or len(last) not in {2, 4}:
        return None
    return (last, int(middle), int(first)) if style is DateStyle.DMY else (last, int(first), int(middle))


def _named_date(text: str) -> date | None:
    for pattern in _NAMED:
        found = pattern.fullmatch(text)
        month = _MONTHS.get(found["month"].casefold()) if found else None
        if found and month:
            return _make(found["year"], month, int(found["day"]))
    return None


def parse_date(text: str, style: DateStyle) -> date:
    """Read a date written in this order; ISO dates and names of months are read in every order.

    Two-digit years: 00-69 are 2000-2069, 70-99 are 1970-1999. Refuses days that do not exist and years
    outside 1900-2199 with `CannotReadDate`.
    """
    text = text.strip()
    if len(text) > LONGEST_DATE:
        raise _refuse(text, "is too long for a date")
    numeric = _NUMERIC.fullmatch(text)
    if numeric:
        parts = _numeric_parts(numeric, DateStyle.YMD if len(numeric[1]) == 4 else style)
        found = _make(*parts) if parts else None
        if found is None:
            raise _refuse(text, _why_no_date(parts, style))
        return found
    found = _unmarked_date(text, style) or _named_date(text)
    if found is None:
        raise _refuse(text, "is no date")
    return found


def _unmarked_date(text: str, style: DateStyle) -> date | None:
    if style is DateStyle.SERIAL:
        serial = _SERIAL.fullmatch(text)
        days = int(serial[1]) if serial else 0
        return _SERIAL_ZERO + timedelta(days=days) if _SERIAL_FIRST <= days <= _SERIAL_LAST else None
    if not _COMPACT.fullmatch(text):
        return None
    if style is DateStyle.DMY_COMPACT:
        return _make(text[4:], int(text[2:4]), int(text[:2]))
    return _make(text[:4], int(text[4:6]), int(text[6:]))


def _why_no_date(parts: tuple[str, int, int] | None, style: DateStyle) -> str:
    if parts is None:
        return f"is no date written {STYLE_WORDS[style]}"
    year, month, day = parts
    full = _full_year(year)
    if not EARLIEST_YEAR <= full <= LATEST_YEAR:
        return f"has the year {full}"
    if not 1 <= month <= 12:
        return f"is no date written {STYLE_WORDS[style]}: there is no month {month}"
    return f"is no date: month {month} of {full} has {monthrange(full, month)[1]} days, not {day}"


def propose_date(text: str, style: DateStyle) -> str | None:
    """Offer the last day of the month for a day it does not have (31.11.2026: 30.11.2026), written as the column is."""
    numeric = _NUMERIC.fullmatch(text.strip())
    if not numeric:
        return None
    actual = DateStyle.YMD if len(numeric[1]) == 4 else style
    parts = _numeric_parts(numeric, actual)
    if parts is None or not EARLIEST_YEAR <= _full_year(parts[0]) <= LATEST_YEAR or not 1 <= parts[1] <= 12:
        return None
    last_day = monthrange(_full_year(parts[0]), parts[1])[1]
    if not last_day < parts[2] <= 31:
        return None
    place = {DateStyle.DMY: 1, DateStyle.MDY: 3, DateStyle.YMD: 4}.get(actual, 1)
    return text.strip()[: numeric.start(place)] + str(last_day) + text.strip()[numeric.end(place) :]


def infer_date_style(values: Iterable[str], *, serials: bool = False) -> DateReading:
    """Settle the order of day, month and year of a column from its distinct values; leave it open when they do.

    `serials` lets five-digit numbers count as a spreadsheet's dates: only where the header says that it is a
    date.
    """
    tally: Counter[str] = Counter()
    examples: dict[str, str] = {}
    marks: set[str] = set()
    total = 0
    for raw in values:
        total += 1
        text = raw.strip()
        orders = _possible_orders(text, serials=serials) if len(text) <= LONGEST_DATE else ""
        tally[orders] += 1
        examples.setdefault(orders, text)
        found = _NUMERIC.fullmatch(text) if orders in {"BOTH", "DMY", "MDY"} else None
        if found:
            marks.add(found[2])
    return _date_verdict(tally, examples, frozenset(marks), total)


def _possible_orders(text: str, *, serials: bool) -> str:
    """Say which orders a text allows: a style's name, BOTH (day or month first), SAME (no matter), NAMED, or ""."""
    numeric = _NUMERIC.fullmatch(text)
    if numeric:
        return _numeric_orders(numeric)
    if _COMPACT.fullmatch(text):
        if 1950 <= int(text[:4]) <= 2100 and _unmarked_date(text, DateStyle.YMD_COMPACT):
            return "YMD_COMPACT"
        return "DMY_COMPACT" if _unmarked_date(text, DateStyle.DMY_COMPACT) else ""
    if serials and _SERIAL.fullmatch(text):
        return "SERIAL" if _unmarked_date(text, DateStyle.SERIAL) else ""
    return "NAMED" if text and _named_date(text) else ""


def _numeric_orders(numeric: re.Match[str]) -> str:
    if len(numeric[1]) == 4 or (len(numeric[4]) <= 2 and int(numeric[1]) > 31):
        parts = _numeric_parts(numeric, DateStyle.YMD)
        return "YMD" if parts and _make(*parts) else ""
    day_first, month_first = (_numeric_parts(numeric, style) for style in (DateStyle.DMY, DateStyle.MDY))
    as_day_first = _make(*day_first) if day_first else None
    as_month_first = _make(*month_first) if month_first and numeric[2] != "." else None
    if as_day_first and as_month_first:
        return "SAME" if as_day_first == as_month_first else "BOTH"
    return "DMY" if as_day_first else "MDY" if as_month_first else ""


def _date_verdict(
    tally: Counter[str], examples: dict[str, str], marks: frozenset[str], total: int
) -> DateReading:
    dates = total - tally[""]
    votes = [(tally[style.value], style) for style in DateStyle if tally[style.value]]
    votes.sort(reverse=True, key=lambda vote: vote[0])
    open_values = tally["BOTH"]
    is_mixed = is_ambiguous = False
    style: DateStyle | None = None
    reason = "no dates"
    example = examples.get("BOTH", "")
    slashed = [vote for vote in votes if vote[1] in {DateStyle.DMY, DateStyle.MDY}]
    if open_values and not slashed:
        is_ambiguous = True
        reason = f"{example} can be read day first and month first, and so can every other value"
    elif len(slashed) == 2 and slashed[1][0] * 50 > slashed[0][0]:
        is_mixed = True
        example = examples[slashed[0][1].value]
        reason = f"{example} and {examples[slashed[1][1].value]} contradict each other"
    elif votes:
        style = slashed[0][1] if open_values else votes[0][1]
        example = examples[style.value]
        reason = _order_reason(style, example, sum(tally.values()) - tally[""], tally[style.value])
    elif dates:
        style = DateStyle.DMY
        example = examples.get("NAMED") or examples.get("SAME") or ""
        reason = "the month is written as a word" if tally["NAMED"] else "day and month are the same number"
    return DateReading(style, total, dates, is_ambiguous, is_mixed, example, reason, marks)


def _order_reason(style: DateStyle, example: str, dates: int, votes: int) -> str:
    if style in {DateStyle.DMY, DateStyle.MDY} and "." not in example:
        return f"days above 12 occur, such as {example}, in {votes} of {dates} distinct values"
    return f"such as {example}"
