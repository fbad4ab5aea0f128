"""Business days, month ends and Easter.

The one clever idea: each country's year is worked out once and kept as a set of closed days and a sorted row
of open ones, so a question costs a look-up and a distance a binary search, whatever the library underneath
needs.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache

from acquit.core.errors import Refusal

#: The banks' calendar of the euro, asked for like a country.
TARGET = "TARGET"

#: Closing days of TARGET by the year they hold from: fixed ones (month, day) and days from Easter Sunday. ECB press
#: release of 14 December 2000 (the long-term calendar); the first years as the calendar of `holidays` has them.
_TARGET_CLOSINGS: tuple[tuple[int, tuple[tuple[int, int], ...], tuple[int, ...]], ...] = (
    (2000, ((1, 1), (5, 1), (12, 25), (12, 26)), (-2, 1)),
    (1999, ((1, 1), (12, 25), (12, 31)), ()),
)
_TARGET_EXTRA = {2001: ((12, 31),)}

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class UnknownCalendar(Refusal):
    """No holidays are known for the country or subdivision."""

    code = "UNKNOWN_CALENDAR"


class DateOutOfRange(Refusal):
    """The date asked for lies outside the years 1 to 9999."""

    code = "DATE_OUT_OF_RANGE"


@dataclass(frozen=True, slots=True)
class _Year:
    holidays: frozenset[date]
    closed: frozenset[date]
    open_ordinals: tuple[int, ...]


@lru_cache(maxsize=4096)
def _year_of(country: str | None, subdivision: str | None, year: int) -> _Year:
    first = date(year, 1, 1).toordinal()
    days = [date.fromordinal(first + n) for n in range(366 if calendar.isleap(year) else 365)]
    if country is None:
        holidays: frozenset[date] = frozenset()
        closed = frozenset(day for day in days if day.weekday() >= _SATURDAY)
    elif country == TARGET:
        holidays = _target_holidays(year)
        closed = frozenset(day for day in days if day.weekday() >= _SATURDAY or day in holidays)
    else:
        from holidays import country_holidays

        known = country_holidays(country, subdiv=subdivision, years=year)
        holidays = frozenset(day for day in days if day in known)
        closed = frozenset(day for day in days if not known.is_working_day(day))
    return _Year(holidays, closed, tuple(day.toordinal() for day in days if day not in closed))


def _target_holidays(year: int) -> frozenset[date]:
    """Give the days TARGET is closed beside weekends; before 1999 there was none of it."""
    for since, fixed, from_easter in _TARGET_CLOSINGS:
        if year >= since:
            days = {date(year, month, day) for month, day in (*fixed, *_TARGET_EXTRA.get(year, ()))}
            return frozenset(
                days | {easter_date(year) + timedelta(days=distance) for distance in from_easter}
            )
    return frozenset()


@lru_cache(maxsize=256)
def _is_known(country: str, subdivision: str | None) -> bool:
    if country == TARGET:
        return subdivision is None
    from holidays import list_supported_countries

    subdivisions = list_supported_countries(include_aliases=False).get(country)
    return subdivisions is not None and (subdivision is None or subdivision in subdivisions)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """The business days of a country (ISO 3166 alpha-2), of a subdivision (DE with BY), or of the banks (TARGET).

    Without a country only Saturdays and Sundays are closed. Weekends and days worked in exchange follow the
    country.
    """

    country: str | None = None
    subdivision: str | None = None

    def __post_init__(self) -> None:
        if self.country is None:
            if self.subdivision is not None:
                raise UnknownCalendar("A subdivision needs its country.", param="country")
        elif not _is_known(self.country, self.subdivision):
            place = self.country if self.subdivision is None else f"{self.country}-{self.subdivision}"
            raise UnknownCalendar(
                f"No holidays are known for {place!r}. Use a code such as DE.", param="country"
            )

    def is_holiday(self, day: date) -> bool:
        """Say whether the day is a public holiday, whatever its weekday."""
        return day in _year_of(self.country, self.subdivision, day.year).holidays

    def is_business_day(self, day: date) -> bool:
        """Say whether the day is neither weekend nor holiday."""
        return day not in _year_of(self.country, self.subdivision, day.year).closed

    def next_business_day(self, day: date) -> date:
        """Give the day itself when it is a business day, else the first one after it (FOLLOWING)."""
        while not self.is_business_day(day):
            day = add_days(day, 1)
        return day

    def previous_business_day(self, day: date) -> date:
        """Give the day itself when it is a business day, else the last one before it (PRECEDING)."""
        while not self.is_business_day(day):
            day = add_days(day, -1)
        return day

    def add_business_days(self, day: date, days: int) -> date:
        """Give the n-th business day after `day` (before it when negative); 0 gives `day` unchanged."""
        step = 1 if days > 0 else -1
        for _ in range(abs(days)):
            day = add_days(day, step)
            while not self.is_business_day(day):
                day = add_days(day, step)
        return day

    def business_days_between(self, start: date, end: date) -> int:
        """Count the business days in [start, end); negative when `end` lies before `start`."""
        if end < start:
            return -self.business_days_between(end, start)
        count = 0
        for year in range(start.year, end.year + 1):
            row = _year_of(self.country, self.subdivision, year).open_ordinals
            count += bisect_left(row, end.toordinal()) - bisect_left(row, start.toordinal())
        return count


def add_days(day: date, days: int) -> date:
    """Add calendar days; refuses what leaves the years 1 to 9999."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise _out_of_range(day, f"{days} days") from None


def add_months(day: date, months: int) -> date:
    """Add calendar months, clamped to the month's end: 31 January + 1 is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise _out_of_range(day, f"{months} months")
    return day_of_month(year, month + 1, day.day)


def day_of_month(year: int, month: int, day: int) -> date:
    """Give the day of a month, clamped to the month's end."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def month_end(day: date) -> date:
    """Give the last day of the month."""
    return day_of_month(day.year, day.month, 31)


def _out_of_range(day: date, distance: str) -> DateOutOfRange:
    return DateOutOfRange(f"{day} plus {distance} is no date between the years 1 and 9999.", param="date")


def easter_date(year: int) -> date:
    """Give Easter Sunday of the western church (Gregorian computus, Meeus/Jones/Butcher); from 1583 on."""
    if not 1583 <= year <= MAXYEAR:
        raise DateOutOfRange(f"Easter is given for the years 1583 to 9999, not {year}.", param="year")
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
