"""The days of the sample: its eighteen months, the three of them the bank statements cover, and who works when.

Everything is reckoned from `as_of`; no clock is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from acquit.core.calendar import BusinessCalendar, add_months

HISTORY_MONTHS = 18
STATEMENT_DAYS = 90


@dataclass(frozen=True, slots=True)
class SampleDays:
    """The span of the sample, ends included; `last_day` is the last banking day before `as_of`."""

    as_of: date
    first_day: date
    statement_start: date
    last_day: date
    calendar: BusinessCalendar

    def business_days(self, start: date, end: date) -> list[date]:
        """List the business days from start to end, both included."""
        span = (end - start).days + 1
        days = (start + timedelta(days=offset) for offset in range(span))
        return [day for day in days if self.calendar.is_business_day(day)]

    def back(self, days: int) -> date:
        """Give the n-th business day before the last one; 0 is the last."""
        return self.calendar.add_business_days(self.last_day, -days)


def plan_days(as_of: date, country: str) -> SampleDays:
    """Lay out the sample's days: 18 months of documents, statements from the first of a month for 90 days or more."""
    calendar = BusinessCalendar(country)
    last_day = calendar.add_business_days(as_of, -1)
    return SampleDays(
        as_of=as_of,
        first_day=add_months(as_of, -HISTORY_MONTHS),
        statement_start=(as_of - timedelta(days=STATEMENT_DAYS)).replace(day=1),
        last_day=last_day,
        calendar=calendar,
    )
