"""Business days per country, month ends, Easter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.easter import easter
from holidays import financial_holidays
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.calendar import (
    TARGET,
    BusinessCalendar,
    DateOutOfRange,
    UnknownCalendar,
    add_days,
    add_months,
    easter_date,
    month_end,
)

GERMANY = BusinessCalendar("DE")
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


def test_german_holidays_and_weekends_are_closed() -> None:
    assert GERMANY.is_holiday(date(2026, 4, 3))  # Good Friday
    assert GERMANY.is_holiday(date(2026, 10, 3))  # a Saturday: holiday all the same
    assert not GERMANY.is_business_day(date(2026, 4, 3))
    assert not GERMANY.is_business_day(date(2026, 2, 15))
    assert GERMANY.is_business_day(date(2026, 2, 16))
    assert not GERMANY.is_holiday(date(2026, 2, 15))


def test_a_subdivision_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert not GERMANY.is_holiday(epiphany)
    assert BusinessCalendar("DE", "BY").is_holiday(epiphany)


def test_weekends_follow_the_country() -> None:
    friday, sunday = date(2026, 2, 6), date(2026, 2, 8)
    assert not BusinessCalendar("IL").is_business_day(friday)
    assert BusinessCalendar("IL").is_business_day(sunday)


def test_without_a_country_only_weekends_are_closed() -> None:
    anywhere = BusinessCalendar()
    assert anywhere.is_business_day(date(2026, 12, 25))
    assert not anywhere.is_business_day(date(2026, 12, 26))
    assert not anywhere.is_holiday(date(2026, 12, 25))


def test_next_previous_and_added_business_days() -> None:
    maundy_thursday, good_friday, tuesday = date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 7)

    assert GERMANY.next_business_day(maundy_thursday) == maundy_thursday
    assert GERMANY.next_business_day(good_friday) == tuesday
    assert GERMANY.previous_business_day(date(2026, 4, 6)) == maundy_thursday
    assert GERMANY.add_business_days(maundy_thursday, 1) == tuesday
    assert GERMANY.add_business_days(good_friday, 1) == tuesday
    assert GERMANY.add_business_days(good_friday, 0) == good_friday
    assert GERMANY.add_business_days(tuesday, -1) == maundy_thursday


def test_business_days_of_a_known_year() -> None:
    # 2026 in Germany: 261 weekdays, of which 7 are national holidays
    assert GERMANY.business_days_between(date(2026, 1, 1), date(2027, 1, 1)) == 254


@given(start=DAYS, end=DAYS)
def test_a_distance_counts_half_open_and_mirrors(start: date, end: date) -> None:
    first, last = sorted((start, min(end, start + timedelta(400))))
    counted = sum(GERMANY.is_business_day(first + timedelta(n)) for n in range((last - first).days))

    assert GERMANY.business_days_between(first, last) == counted
    assert GERMANY.business_days_between(last, first) == -counted


@given(day=DAYS, days=st.integers(min_value=-40, max_value=40))
def test_adding_business_days_is_the_inverse_of_counting(day: date, days: int) -> None:
    there = GERMANY.add_business_days(day, days)

    assert days == 0 or GERMANY.is_business_day(there)
    if GERMANY.is_business_day(day):
        assert GERMANY.business_days_between(day, there) == days
        assert GERMANY.add_business_days(there, -days) == day


@pytest.mark.parametrize(
    ("country", "subdivision"), [("XX", None), ("de", None), ("", None), ("DE", "ZZ"), (None, "BY")]
)
def test_an_unknown_place_is_refused(country: str | None, subdivision: str | None) -> None:
    with pytest.raises(UnknownCalendar) as refused:
        BusinessCalendar(country, subdivision)
    assert refused.value.code == "UNKNOWN_CALENDAR"


def test_months_are_clamped() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 5), 1) == date(2027, 1, 5)
    assert month_end(date(2026, 2, 1)) == date(2026, 2, 28)
    assert month_end(date(2026, 12, 31)) == date(2026, 12, 31)


def test_dates_beyond_the_calendar_are_refused() -> None:
    for act in (
        lambda: add_days(date(9999, 12, 31), 1),
        lambda: add_days(date(2026, 1, 1), -(10**9)),
        lambda: add_days(date(2026, 1, 1), 10**12),
        lambda: add_months(date(9999, 12, 31), 1),
        lambda: add_months(date(1, 1, 1), -1),
        lambda: BusinessCalendar().add_business_days(date(9999, 12, 31), 1),
    ):
        with pytest.raises(DateOutOfRange):
            act()


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (1583, (4, 10)),
        (1818, (3, 22)),
        (1943, (4, 25)),
        (2000, (4, 23)),
        (2008, (3, 23)),
        (2038, (4, 25)),
        (2285, (3, 22)),
    ],
)
def test_easter_of_known_years(year: int, day: tuple[int, int]) -> None:
    assert easter_date(year) == date(year, *day)


def test_easter_agrees_with_another_program_in_every_year() -> None:
    assert [easter_date(year) for year in range(1583, 4100)] == [easter(year) for year in range(1583, 4100)]


@pytest.mark.parametrize("year", [1582, 0, 10000])
def test_easter_outside_the_gregorian_calendar_is_refused(year: int) -> None:
    with pytest.raises(DateOutOfRange):
        easter_date(year)


@pytest.mark.parametrize("year", range(1999, 2060))
def test_the_banks_are_closed_as_an_apart_calendar_says(year: int) -> None:
    target = BusinessCalendar(TARGET)
    first = date(year, 1, 1)
    known = set(financial_holidays("ECB", years=year))
    days = [first + timedelta(days=n) for n in range(365)]
    assert {day for day in days if target.is_holiday(day)} == {day for day in known if day.year == year}


def test_the_day_before_in_the_calendar_of_the_banks() -> None:
    target = BusinessCalendar(TARGET)
    assert target.add_business_days(date(2026, 12, 28), -1) == date(2026, 12, 24)
    assert target.add_business_days(date(2026, 4, 7), -1) == date(2026, 4, 2)  # Easter
    assert not target.is_business_day(date(2026, 5, 1))
    assert (
        target.is_business_day(date(2026, 10, 3)) is False
    )  # a Saturday; German Unity Day is none of theirs
    assert target.is_business_day(date(2025, 10, 3))
    with pytest.raises(UnknownCalendar):
        BusinessCalendar(TARGET, "DE")
