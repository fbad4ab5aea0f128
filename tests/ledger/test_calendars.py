"""Fiscal calendars: months from any month on, and weeks with the 53rd where a year needs it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.ledger.rules.calendars import (
    BadCalendar,
    CalendarPattern,
    FiscalCalendar,
    YearEnd,
    fiscal_year_of,
    plan_periods,
    plan_year,
    year_start,
)

#: The National Retail Federation's: Saturday nearest to the end of January, 4-5-4, named by its start.
RETAIL = FiscalCalendar(
    CalendarPattern.WEEKS_4_5_4, first_month=2, year_end=YearEnd.NEAREST, weekday=5, is_named_by_start=True
)
#: Last Saturday of September; the 53rd week goes to the first quarter.
SEPTEMBER = FiscalCalendar(CalendarPattern.WEEKS_5_4_4, first_month=10, weekday=5, long_period=3)


def weeks(calendar: FiscalCalendar, year: int) -> list[int]:
    return [(p.end_date - p.start_date).days // 7 for p in plan_year(calendar, year)]


def test_calendar_months_and_a_year_that_begins_in_april() -> None:
    first = plan_year(FiscalCalendar(), 2024)
    assert [(p.number, p.start_date.isoformat()) for p in first[:3]] == [
        (1, "2024-01-01"),
        (2, "2024-02-01"),
        (3, "2024-03-01"),
    ]
    april = plan_year(FiscalCalendar(first_month=4), 2025)
    assert (april[0].start_date, april[-1].end_date) == (date(2024, 4, 1), date(2025, 4, 1))
    assert year_start(FiscalCalendar(first_month=4, is_named_by_start=True), 2025) == date(2025, 4, 1)
    assert fiscal_year_of(FiscalCalendar(first_month=4), date(2025, 3, 31)) == 2025
    assert fiscal_year_of(FiscalCalendar(first_month=4), date(2025, 4, 1)) == 2026


@pytest.mark.parametrize(
    ("year", "start", "end", "count"),
    [
        (2022, "2022-01-30", "2023-01-29", 52),
        (2023, "2023-01-29", "2024-02-04", 53),
        (2024, "2024-02-04", "2025-02-02", 52),
    ],
)
def test_the_retail_calendar_as_published(year: int, start: str, end: str, count: int) -> None:
    periods = plan_year(RETAIL, year)
    assert (periods[0].start_date.isoformat(), periods[-1].end_date.isoformat()) == (start, end)
    assert sum(weeks(RETAIL, year)) == count
    assert weeks(RETAIL, year) == [4, 5, 4] * 3 + [4, 5, 4 + count - 52]


def test_the_long_week_goes_where_the_calendar_says() -> None:
    assert year_start(SEPTEMBER, 2022) == date(2021, 9, 26)
    assert year_start(SEPTEMBER, 2023) == date(2022, 9, 25)
    assert year_start(SEPTEMBER, 2024) == date(2023, 10, 1)
    assert weeks(SEPTEMBER, 2022) == [5, 4, 4] * 4
    assert weeks(SEPTEMBER, 2023) == [5, 4, 5] + [5, 4, 4] * 3


CALENDARS = st.builds(
    FiscalCalendar,
    pattern=st.sampled_from(list(CalendarPattern)),
    first_month=st.integers(1, 12),
    year_end=st.sampled_from(list(YearEnd)),
    weekday=st.integers(0, 6),
    long_period=st.integers(1, 12),
    is_named_by_start=st.booleans(),
)


@given(calendar=CALENDARS, year=st.integers(1900, 2200), days=st.integers(0, 400))
def test_periods_follow_each_other_without_gap_or_overlap(
    calendar: FiscalCalendar, year: int, days: int
) -> None:
    both = (*plan_year(calendar, year), *plan_year(calendar, year + 1))
    assert len(both) == 24
    assert all(before.end_date == after.start_date for before, after in pairwise(both))
    length = (both[11].end_date - both[0].start_date).days
    assert length in ({364, 371} if calendar.pattern is not CalendarPattern.MONTHS else {365, 366})
    day = both[0].start_date + timedelta(days=days % length)
    assert fiscal_year_of(calendar, day) == year
    [period] = plan_periods(calendar, day, day)
    assert period.start_date <= day < period.end_date


@pytest.mark.parametrize(
    "wrong", [{"first_month": 0}, {"first_month": 13}, {"weekday": 7}, {"long_period": 0}]
)
def test_a_calendar_that_is_none_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(BadCalendar):
        FiscalCalendar(**wrong)  # type: ignore[arg-type]
    with pytest.raises(BadCalendar):
        year_start(FiscalCalendar(), 9999)
