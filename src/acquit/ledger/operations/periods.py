"""Fiscal calendars and periods: made, opened, closed step by step, reopened by two.

Everybody who makes or moves periods of a company waits at one lock (`ledger_check_overlap` takes the same), and a step
waits for the entries that are being written in the period: they hold its row FOR SHARE.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.infra.bulk import WritePlan, ask, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.models import FiscalCalendarVersion, Period, PeriodReopening, PeriodTransition
from acquit.ledger.queries import get_booking_window, get_fiscal_calendar
from acquit.ledger.rules.calendars import FiscalCalendar, PlannedPeriod, plan_periods, plan_year
from acquit.ledger.rules.periods import (
    CannotMovePeriod,
    CannotReopenPeriod,
    PeriodStatus,
    check_reopening,
    check_step,
)

_PROPOSED, _APPROVED, _REJECTED = "PROPOSED", "APPROVED", "REJECTED"

#: How many days of a span lie in open periods, which do not overlap.
_OPEN_DAYS = """\
SELECT coalesce(sum(least(p.end_date, s.last_day + 1) - greatest(p.start_date, s.first_day)), 0)
  FROM period p, (SELECT %s::date AS first_day, %s::date AS last_day) s
 WHERE p.company_id = %s AND p.status = 'OPEN' AND p.start_date <= s.last_day AND p.end_date > s.first_day"""


def store_fiscal_calendar(
    *, actor: Actor, company_id: int, calendar: FiscalCalendar, valid_from: date
) -> int:
    """Store the calendar a company's periods follow from a day on; gives its id. Periods that exist stay."""
    actor.require(Duty.CLOSE, company_id)
    with operation():
        row, _ = FiscalCalendarVersion.objects.get_or_create(
            company_id=company_id,
            valid_from=valid_from,
            defaults={
                "pattern": calendar.pattern,
                "first_month": calendar.first_month,
                "weekday": calendar.weekday,
                "long_period": calendar.long_period,
                "year_end": calendar.year_end,
                "is_named_by_start": calendar.is_named_by_start,
                "actor_id": actor.user_id,
            },
        )
        _record(
            "ledger.calendar.stored",
            company_id,
            actor,
            [(row.id, {"pattern": row.pattern, "from": str(valid_from)})],
            object_kind="CALENDAR",
        )
    return row.id


def generate_periods(*, actor: Actor, company_id: int, fiscal_year: int, business_date: date) -> int:
    """Make the periods of a fiscal year: those that have begun by the business date open, the others FUTURE.

    Gives how many were made; those that an existing period touches are left alone.
    """
    actor.require(Duty.CLOSE, company_id)
    with operation():
        _lock_periods(company_id)
        calendar = get_fiscal_calendar(company_id, business_date)
        missing = _missing(company_id, plan_year(calendar, fiscal_year))
        _make(
            company_id,
            [p for p in missing if p.start_date <= business_date],
            PeriodStatus.OPEN,
            actor.user_id,
        )
        _make(
            company_id,
            [p for p in missing if p.start_date > business_date],
            PeriodStatus.FUTURE,
            actor.user_id,
        )
    return len(missing)


def open_periods(*, company_id: int, first_date: date, last_date: date) -> None:
    """Open the periods from the first date's to the last date's that no period covers yet: a person says so.

    What exists stays as it is: closed periods closed, future ones in the future. For bookings that come from files:
    `open_booked_periods`, which asks whether the dates can be meant.
    """
    with operation():
        wanted = plan_periods(get_fiscal_calendar(company_id, first_date), first_date, last_date)
        if not _missing(company_id, wanted):
            return
        _lock_periods(company_id)
        _make(company_id, _missing(company_id, wanted), PeriodStatus.OPEN, None)


def open_booked_periods(*, company_id: int, days: Iterable[date], business_date: date) -> None:
    """Open the periods that bookings of a file fall in, and those between, as far as no period covers them yet.

    Refuses (`CannotOpenPeriod`) days further from the business date than the ledger policy allows, before anything is
    opened. A FUTURE period that has begun by the business date opens; closed ones stay closed, and refuse the booking.
    """
    booked = sorted(set(days))
    if not booked:
        return
    get_booking_window(company_id, business_date).check(booked)
    [[open_days]] = ask(_OPEN_DAYS, booked[0], booked[-1], company_id)
    if open_days == (booked[-1] - booked[0]).days + 1:
        return  # what nearly every booking finds
    open_periods(company_id=company_id, first_date=booked[0], last_date=booked[-1])
    begun = Period.objects.filter(
        company_id=company_id,
        status=PeriodStatus.FUTURE,
        start_date__lte=min(business_date, booked[-1]),
        end_date__gt=booked[0],
    )
    if begun.exists():
        with operation():
            _lock_periods(company_id)
            for period in begun.select_for_update().order_by("id"):
                _move(period, PeriodStatus.OPEN, actor_id=None, reason="a booking fell in it")


def open_following_period(*, actor: Actor, company_id: int, after_date: date) -> None:
    """See to it that the period after one that ends on a day (outside) is there and open, for entries taken back in it.

    Refuses (`CannotMovePeriod`) when it is closed already.
    """
    actor.require(Duty.CLOSE, company_id)
    with operation():
        _lock_periods(company_id)
        following = (
            Period.objects.select_for_update()
            .filter(company_id=company_id, start_date__lte=after_date, end_date__gt=after_date)
            .first()
        )
        if following is None:
            wanted = plan_periods(get_fiscal_calendar(company_id, after_date), after_date, after_date)
            _make(company_id, _missing(company_id, wanted), PeriodStatus.OPEN, actor.user_id)
        elif following.status == PeriodStatus.FUTURE:
            _move(following, PeriodStatus.OPEN, actor_id=actor.user_id, reason="the period before closes")
        elif following.status == PeriodStatus.CLOSED:
            raise CannotMovePeriod(
                f"Period {period_name(following)} is closed: nothing can be taken back in it. Reopen it first.",
                param="period",
            )


def move_period(
    *, actor: Actor, period_id: int, to_status: PeriodStatus, reason: str = "", run_id: int | None = None
) -> None:
    """Take a period's next step; refuses (`CannotMovePeriod`) any other. Steps back: `request_reopening`."""
    with operation():
        period = _lock_period(period_id)
        actor.require(Duty.CLOSE, period.company_id)
        check_step(period.status, to_status, period_name(period))
        _move(period, to_status, actor_id=actor.user_id, reason=reason, run_id=run_id)


def request_reopening(*, actor: Actor, period_id: int, to_status: PeriodStatus, reason: str) -> int:
    """Ask for a period to be reopened; gives the request's id. Refuses (`CannotReopenPeriod`) what cannot be."""
    with operation():
        period = _lock_period(period_id)
        actor.require(Duty.CLOSE, period.company_id)
        check_reopening(
            period.status, to_status, period_name(period), reason=reason, asked_by=None, approved_by=0
        )
        waiting = PeriodReopening.objects.filter(period_id=period_id, state=_PROPOSED).first()
        if waiting is not None:
            raise CannotReopenPeriod(f"Request {waiting.id} to reopen it waits already.", param="period")
        row = PeriodReopening.objects.create(
            company_id=period.company_id,
            period_id=period_id,
            to_status=to_status,
            state=_PROPOSED,
            reason=reason.strip(),
            asked_by_id=actor.user_id,
        )
        _record(
            "ledger.period.reopening_asked",
            period.company_id,
            actor,
            [(period_id, {"request": row.id, "reason": row.reason, "to": to_status.value})],
        )
    return row.id


def decide_reopening(*, actor: Actor, reopening_id: int, is_approved: bool) -> None:
    """Approve or reject a request to reopen; an approval reopens at once.

    Refuses (`CannotReopenPeriod`) the approval of the one who asked.
    """
    with operation():
        request = PeriodReopening.objects.select_for_update().filter(id=reopening_id).first()
        if request is None:
            raise NotFound(f"There is no request {reopening_id} to reopen a period.", param="request")
        actor.require(Duty.CLOSE, request.company_id)
        if request.state != _PROPOSED:
            raise CannotReopenPeriod(f"Request {reopening_id} is {request.state} already.", param="request")
        period = _lock_period(request.period_id)
        target = PeriodStatus(request.to_status)
        if is_approved:
            check_reopening(
                period.status,
                target,
                period_name(period),
                reason=request.reason,
                asked_by=request.asked_by_id,
                approved_by=actor.user_id,
            )
            _move(
                period,
                target,
                actor_id=request.asked_by_id,
                reason=request.reason,
                approver_id=actor.user_id,
                is_reopening=True,
            )
        else:
            _record(
                "ledger.period.reopening_rejected",
                request.company_id,
                actor,
                [(period.id, {"request": request.id})],
            )
        request.state = _APPROVED if is_approved else _REJECTED
        request.decided_by_id = actor.user_id
        request.save(update_fields=["state", "decided_by_id"])


def period_name(period: Period) -> str:
    """Give what people call a period: its fiscal year and number, such as 2026-03."""
    if period.fiscal_year is not None and period.number is not None:
        return f"{period.fiscal_year}-{period.number:02}"
    return f"{period.start_date:%Y-%m}"


def _lock_periods(company_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acquit.period'), %s)", [company_id])


def _lock_period(period_id: int) -> Period:
    """Give a period, held: waits until the entries being written in it are done."""
    period = Period.objects.select_for_update().filter(id=period_id).first()
    if period is None:
        raise NotFound(f"There is no period {period_id}.", param="period")
    return period


def _missing(company_id: int, wanted: Sequence[PlannedPeriod]) -> list[PlannedPeriod]:
    if not wanted:
        return []
    known = list(
        Period.objects.filter(
            company_id=company_id, start_date__lt=wanted[-1].end_date, end_date__gt=wanted[0].start_date
        ).values_list("start_date", "end_date")
    )
    return [p for p in wanted if not any(start < p.end_date and end > p.start_date for start, end in known)]


def _make(
    company_id: int, periods: Sequence[PlannedPeriod], status: PeriodStatus, actor_id: int | None
) -> None:
    rows = [
        Period(
            company_id=company_id,
            start_date=p.start_date,
            end_date=p.end_date,
            fiscal_year=p.fiscal_year,
            number=p.number,
            status=status,
        )
        for p in periods
    ]
    Period.objects.bulk_create(rows)
    kind = "ledger.period.opened" if status is PeriodStatus.OPEN else "ledger.period.generated"
    plan = WritePlan()
    record_events(
        plan,
        [
            EventDraft(
                company_id,
                kind,
                "COMPANY",
                company_id,
                {"from": str(p.start_date), "until": str(p.end_date)},
                actor_id=actor_id,
            )
            for p in periods
        ],
    )
    write(plan)


def _move(
    period: Period,
    target: PeriodStatus,
    *,
    actor_id: int | None,
    reason: str = "",
    approver_id: int | None = None,
    run_id: int | None = None,
    is_reopening: bool = False,
) -> None:
    before, period.status = period.status, target
    period.save(update_fields=["status"])
    PeriodTransition.objects.create(
        company_id=period.company_id,
        period_id=period.id,
        from_status=before,
        to_status=target,
        actor_id=actor_id,
        approver_id=approver_id,
        run_id=run_id,
        reason=reason,
        is_reopening=is_reopening,
    )
    plan = WritePlan()
    payload: dict[str, object] = {"from": before, "to": target.value, "reason": reason}
    if is_reopening:
        payload |= {"is_reopening": True, "approver": approver_id}
    record_events(
        plan,
        [
            EventDraft(
                period.company_id,
                "ledger.period.reopened" if is_reopening else "ledger.period.moved",
                "PERIOD",
                period.id,
                payload,
                run_id=run_id,
                actor_id=actor_id,
            )
        ],
    )
    write(plan)


def _record(
    kind: str,
    company_id: int,
    actor: Actor,
    facts: Sequence[tuple[int, dict[str, object]]],
    *,
    object_kind: str = "PERIOD",
) -> None:
    plan = WritePlan()
    record_events(
        plan,
        [
            EventDraft(company_id, kind, object_kind, object_id, payload, actor_id=actor.user_id)
            for object_id, payload in facts
        ],
    )
    write(plan)
