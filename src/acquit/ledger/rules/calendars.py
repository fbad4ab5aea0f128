"""Fiscal calendars: calendar months from any month on, or weeks in 4-4-5, 4-5-4, 5-4-4.

The one clever idea: a week calendar is nothing but the day its year ends on (the last such weekday of a month, or the
one nearest to the month's end). Two year ends lie 52 or 53 weeks apart, so the 53rd week needs no rule of its own, only
the period that takes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, date
from enum import StrEnum

from acquit.core.calendar import add_days, add_months, month_end
from acquit.core.errors import Refusal

_WEEK = 7
_YEARS_AROUND = 2


class BadCalendar(Refusal):
    """The values give no fiscal calendar."""

    code = "CALENDAR_INVALID"


class CalendarPattern(StrEnum):
    """How a fiscal year is cut into twelve periods."""

    MONTHS = "MONTHS"
    WEEKS_4_4_5 = "WEEKS_4_4_5"
    WEEKS_4_5_4 = "WEEKS_4_5_4"
    WEEKS_5_4_4 = "WEEKS_5_4_4"


class YearEnd(StrEnum):
    """On which of its weekdays a week calendar's year ends: the last in the month, or the nearest to its end."""

    LAST = "LAST"
    NEAREST = "NEAREST"


_WEEKS = {
    CalendarPattern.WEEKS_4_4_5: (4, 4, 5),
    CalendarPattern.WEEKS_4_5_4: (4, 5, 4),
    CalendarPattern.WEEKS_5_4_4: (5, 4, 4),
}


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """When a company's fiscal years and periods begin.

    `first_month` is the calendar month the year begins in; a week calendar's year ends by `year_end` on `weekday`
    (0 is Monday) of the month before, and `long_period` takes the 53rd week. A year is named by the calendar year it
    ends in, or begins in (`is_named_by_start`), as retailers do.
    """

    pattern: CalendarPattern = CalendarPattern.MONTHS
    first_month: int = 1
    year_end: YearEnd = YearEnd.LAST
    weekday: int = 5
    long_period: int = 12
    is_named_by_start: bool = False

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("first_month", self.first_month, 1, 12),
            ("weekday", self.weekday, 0, 6),
            ("long_period", self.long_period, 1, 12),
        ):
            if not low <= value <= high:
                raise BadCalendar(f"{name} is {value}; it must lie between {low} and {high}.", param=name)


CALENDAR_MONTHS = FiscalCalendar()


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """A period as a calendar gives it: half-open, numbered in its fiscal year from 1."""

    fiscal_year: int
    number: int
    start_date: date
    end_date: date


def year_start(calendar: FiscalCalendar, fiscal_year: int) -> date:
    """Give the first day of a fiscal year; refuses (`BadCalendar`) years outside 3 to 9997."""
    if not _YEARS_AROUND < fiscal_year < MAXYEAR - _YEARS_AROUND + 1:
        raise BadCalendar(f"{fiscal_year} is no fiscal year.", param="fiscal_year")
    begins_in = fiscal_year
    if calendar.first_month > 1 and not calendar.is_named_by_start:
        begins_in -= 1
    first = date(begins_in, calendar.first_month, 1)
    if calendar.pattern is CalendarPattern.MONTHS:
        return first
    last = month_end(add_days(first, -1))
    back = (last.weekday() - calendar.weekday) % _WEEK
    if calendar.year_end is YearEnd.NEAREST and back > _WEEK // 2:
        back -= _WEEK
    return add_days(last, 1 - back)


def plan_year(calendar: FiscalCalendar, fiscal_year: int) -> tuple[PlannedPeriod, ...]:
    """Give the twelve periods of a fiscal year; they follow each other without a gap into the next year."""
    start, following = year_start(calendar, fiscal_year), year_start(calendar, fiscal_year + 1)
    starts = [start]
    if calendar.pattern is CalendarPattern.MONTHS:
        starts += [add_months(start, months) for months in range(1, 12)]
    else:
        is_long = (following - start).days > 52 * _WEEK
        for number, weeks in enumerate(_WEEKS[calendar.pattern] * 4, 1):
            extra = int(is_long and number == calendar.long_period)
            starts.append(add_days(starts[-1], (weeks + extra) * _WEEK))
        starts.pop()
    ends = [*starts[1:], following]
    return tuple(
        PlannedPeriod(fiscal_year, number, first, end)
        for number, (first, end) in enumerate(zip(starts, ends, strict=True), 1)
    )


def fiscal_year_of(calendar: FiscalCalendar, day: date) -> int:
    """Give the fiscal year a day lies in."""
    year = day.year - 1
    while year_start(calendar, year + 1) <= day:
        year += 1
    return year


def plan_periods(calendar: FiscalCalendar, first_date: date, last_date: date) -> tuple[PlannedPeriod, ...]:
    """Give the periods from the first date's to the last date's, both inside; none when they stand backwards."""
    if last_date < first_date:
        return ()
    years = range(fiscal_year_of(calendar, first_date), fiscal_year_of(calendar, last_date) + 1)
    return tuple(
        period
        for year in years
        for period in plan_year(calendar, year)
        if period.end_date > first_date and period.start_date <= last_date
    )
