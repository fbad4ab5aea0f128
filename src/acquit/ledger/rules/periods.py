"""The life of a period, and which days may be booked at all.

FUTURE -> OPEN -> SOFT_CLOSED -> CLOSED is the way forward, one step at a time; every way back is a reopening, which
a second person approves with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def check_booking_days(days: Iterable[date], business_date: date, *, days_ahead: int, days_back: int) -> None:
    """Refuse (`CannotOpenPeriod`) days further from the business date than the policy allows."""
    for day in days:
        if not is_bookable(day, business_date, days_ahead=days_ahead, days_back=days_back):
            way = "after" if day > business_date else "before"
            limit = days_ahead if day > business_date else days_back
            raise CannotOpenPeriod(
                f"{day} lies {abs((day - business_date).days)} days {way} {business_date}; {limit} are allowed."
                " Check the date, or open its period by hand.",
                param="booking_date",
                details={"date": day.isoformat(), "days": limit},
            )


def is_bookable(day: date, business_date: date, *, days_ahead: int, days_back: int) -> bool:
    """Tell whether a period may be opened for a day on the strength of a booking alone."""
    return -days_back <= (day - business_date).days <= days_ahead
