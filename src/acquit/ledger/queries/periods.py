"""Reads of periods, their calendars and the steps they took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from acquit.controls.queries import get_ledger_policy
from acquit.core.errors import NotFound
from acquit.ledger.models import FiscalCalendarVersion, Period, PeriodReopening, PeriodTransition
from acquit.ledger.rules.calendars import CALENDAR_MONTHS, CalendarPattern, FiscalCalendar, YearEnd
from acquit.ledger.rules.periods import BookingWindow, PeriodStatus


@dataclass(frozen=True, slots=True)
class PeriodStep:
    """A step of a period's life, as the log keeps it."""

    period_id: int
    from_status: str
    to_status: str
    is_reopening: bool
    reason: str
    actor_id: int | None
    approver_id: int | None
    recorded_at: datetime


def get_fiscal_calendar(company_id: int, on_date: date) -> FiscalCalendar:
    """Give the calendar in force on a day: the company's own, the first one before its day, or calendar months."""
    rows = list(FiscalCalendarVersion.objects.filter(company_id=company_id).order_by("valid_from"))
    if not rows:
        return CALENDAR_MONTHS
    row = next((row for row in reversed(rows) if row.valid_from <= on_date), rows[0])
    return FiscalCalendar(
        pattern=CalendarPattern(row.pattern),
        first_month=row.first_month,
        year_end=YearEnd(row.year_end),
        weekday=row.weekday,
        long_period=row.long_period,
        is_named_by_start=row.is_named_by_start,
    )


def get_booking_window(company_id: int, business_date: date) -> BookingWindow:
    """Give the days that bookings may open periods for, by the ledger policy in force on the business date."""
    _, policy = get_ledger_policy(company_id=company_id, on_date=business_date)
    return BookingWindow(business_date, policy.booking_days_ahead, policy.booking_days_back)


def list_periods(company_id: int) -> list[Period]:
    """List a company's periods, latest first."""
    return list(Period.objects.filter(company_id=company_id).order_by("-start_date"))


def list_open_spans(company_id: int) -> list[tuple[date, date]]:
    """List the open periods of a company by their first day and the day after their last, in order."""
    rows = Period.objects.filter(company_id=company_id, status=PeriodStatus.OPEN).order_by("start_date")
    return list(rows.values_list("start_date", "end_date"))


def find_period(company_id: int, name: str) -> Period:
    """Give the period people call by this name: `2026-03` by fiscal year and number, or by its first day's month.

    Refuses (`NotFound`), naming nothing it does not have.
    """
    year, _, number = name.strip().partition("-")
    if year.isdigit() and number.isdigit() and len(year) == 4 and len(number) <= 2:
        rows = Period.objects.filter(company_id=company_id)
        found = rows.filter(fiscal_year=int(year), number=int(number)).first()
        if found is None and 1 <= int(number) <= 12:
            found = rows.filter(fiscal_year__isnull=True, start_date=date(int(year), int(number), 1)).first()
        if found is not None:
            return found
    raise NotFound(
        f"There is no period {name[:40]!r}. Periods are called 2026-03: year and number.", param="period"
    )


def get_period_of(company_id: int, day: date) -> Period | None:
    """Give the period a day lies in, if there is one."""
    return Period.objects.filter(company_id=company_id, start_date__lte=day, end_date__gt=day).first()


def list_period_steps(period_id: int) -> list[PeriodStep]:
    """List the steps a period took, first to last."""
    return [
        PeriodStep(
            row.period_id,
            row.from_status,
            row.to_status,
            row.is_reopening,
            row.reason,
            row.actor_id,
            row.approver_id,
            row.recorded_at,
        )
        for row in PeriodTransition.objects.filter(period_id=period_id).order_by("id")
    ]


def list_reopening_requests(company_id: int) -> list[PeriodReopening]:
    """List the requests to reopen periods that wait for a second person."""
    return list(PeriodReopening.objects.filter(company_id=company_id, state="PROPOSED").order_by("id"))
