"""The life of a period, and which days may be booked at all.

FUTURE -> OPEN -> SOFT_CLOSED -> CLOSED is the way forward, one step at a time; every way back is a reopening, which
a second person approves with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from acquit.core.errors import Refusal


class CannotMovePeriod(Refusal):
    """The period cannot take this step; it stays as it is."""

    code = "PERIOD_STEP_REFUSED"


class CannotReopenPeriod(Refusal):
    """A reopening lacks its reason or its second person; the period stays closed."""

    code = "REOPENING_REFUSED"


class CannotOpenPeriod(Refusal):
    """A booking date lies too far from the business date to open a period for it; nothing was opened."""

    code = "BOOKING_DATE_ABSURD"


class PeriodStatus(StrEnum):
    """Where a period stands."""

    FUTURE = "FUTURE"
    OPEN = "OPEN"
    SOFT_CLOSED = "SOFT_CLOSED"
    CLOSED = "CLOSED"


#: The steps a person with the duty CLOSE takes.
TRANSITIONS: Mapping[PeriodStatus, frozenset[PeriodStatus]] = {
    PeriodStatus.FUTURE: frozenset({PeriodStatus.OPEN}),
    PeriodStatus.OPEN: frozenset({PeriodStatus.SOFT_CLOSED}),
    PeriodStatus.SOFT_CLOSED: frozenset({PeriodStatus.CLOSED}),
    PeriodStatus.CLOSED: frozenset(),
}

#: The steps back, each with a reason and a second person.
REOPENINGS: Mapping[PeriodStatus, frozenset[PeriodStatus]] = {
    PeriodStatus.SOFT_CLOSED: frozenset({PeriodStatus.OPEN}),
    PeriodStatus.CLOSED: frozenset({PeriodStatus.OPEN, PeriodStatus.SOFT_CLOSED}),
}


def check_step(current: str, target: PeriodStatus, period: str) -> None:
    """Refuse (`CannotMovePeriod`) a step that is not the next one."""
    status = PeriodStatus(current)
    if target not in TRANSITIONS[status]:
        following = ", ".join(sorted(TRANSITIONS[status])) or "nothing; reopen it"
        raise CannotMovePeriod(
            f"Period {period} is {status} and cannot become {target}. Next: {following}.", param="period"
        )


def check_reopening(
    current: str,
    target: PeriodStatus,
    period: str,
    *,
    reason: str,
    asked_by: int | None,
    approved_by: int | None,
) -> None:
    """Refuse (`CannotReopenPeriod`) a reopening without reason, of a period that is not closed, or by one person."""
    status = PeriodStatus(current)
    if target not in REOPENINGS.get(status, frozenset()):
        raise CannotReopenPeriod(
            f"Period {period} is {status} and cannot be reopened to {target}.", param="period"
        )
    if not reason.strip():
        raise CannotReopenPeriod(f"Say why period {period} is reopened.", param="reason")
    if approved_by is None or approved_by == asked_by:
        raise CannotReopenPeriod("A reopening is approved by a second person.", param="approver")


@dataclass(frozen=True, slots=True)
class BookingWindow:
    """The days a booking alone may open a period for, counted from a business date by the ledger policy."""

    business_date: date
    days_ahead: int
    days_back: int

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in the window, both ends inside."""
        return -self.days_back <= (day - self.business_date).days <= self.days_ahead

    def describe(self, day: date) -> str:
        """Say why a day outside the window is refused, and the mend."""
        way = "after" if day > self.business_date else "before"
        limit = self.days_ahead if day > self.business_date else self.days_back
        return (
            f"{day} lies {abs((day - self.business_date).days)} days {way} {self.business_date}; {limit} are allowed."
            " Check the date, or open its period by hand."
        )

    def check(self, days: Iterable[date]) -> None:
        """Refuse (`CannotOpenPeriod`) days outside the window."""
        for day in days:
            if not self.holds(day):
                raise CannotOpenPeriod(
                    self.describe(day), param="booking_date", details={"date": day.isoformat()}
                )


def is_covered(first: date, last: date, spans: Iterable[tuple[date, date]]) -> bool:
    """Tell whether spans (first day, day after the last), in order, hold every day from `first` to `last`."""
    reached = first
    for start, end in spans:
        if start <= reached < end:
            reached = end
    return reached > last
