"""The life of periods: made from a calendar, closed step by step, reopened by two, never opened by an absurd date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.controls.operations import open_company
from acquit.controls.rules.duties import Actor, Duty, NotAllowed
from acquit.infra.bulk import WritePlan, write
from acquit.infra.models import Event
from acquit.infra.transaction import PeriodNotOpen, operation
from acquit.ledger.models import JournalEntry, Period, PeriodReopening, PeriodTransition
from acquit.ledger.operations import (
    add_entries,
    closing_entries,
    decide_reopening,
    generate_periods,
    move_period,
    open_booked_periods,
    open_following_period,
    open_periods,
    request_reopening,
    store_fiscal_calendar,
)
from acquit.ledger.queries import find_period, list_period_steps
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.calendars import CalendarPattern, FiscalCalendar
from acquit.ledger.rules.entries import EntryDraft, PostingDraft
from acquit.ledger.rules.periods import (
    CannotMovePeriod,
    CannotOpenPeriod,
    CannotReopenPeriod,
    PeriodStatus,
)
from tests.builders import SYSTEM, Books, clerk, make_books

pytestmark = pytest.mark.django_db

D = Decimal
MARCH = date(2026, 3, 10)


@pytest.fixture
def books() -> Books:
    return make_books()


def closer(books: Books, user_id: int = 7) -> Actor:
    return clerk(books.company_id, Duty.CLOSE, user_id=user_id)


def march(books: Books) -> Period:
    return find_period(books.company_id, "2026-03")


def post(books: Books, actor: Actor | None = None, day: date = MARCH) -> None:
    lines = tuple(PostingDraft(AccountRole.REVENUE, D(a), D(a), D(a)) for a in ("1.00", "-1.00"))
    with operation(), closing_entries(actor or clerk(books.company_id), [books.company_id]):
        plan = WritePlan()
        add_entries(plan, [EntryDraft(books.company_id, day, "MANUAL", "EUR", lines)])
        write(plan)


def move(books: Books, *steps: PeriodStatus) -> None:
    for step in steps:
        move_period(actor=closer(books), period_id=march(books).id, to_status=step)


def counts() -> tuple[int, ...]:
    return (
        PeriodTransition.objects.count(),
        PeriodReopening.objects.count(),
        Event.objects.count(),
        JournalEntry.objects.count(),
    )


# Made -----------------------------------------------------------------------------------------------------------------


def test_a_year_is_made_with_what_has_begun_open_and_the_rest_in_the_future() -> None:
    company = open_company(name="Weeks", currency="EUR")
    calendar = FiscalCalendar(CalendarPattern.WEEKS_4_4_5, first_month=1, weekday=6)
    store_fiscal_calendar(actor=SYSTEM, company_id=company.id, calendar=calendar, valid_from=date(2026, 1, 1))
    made = {"actor": SYSTEM, "company_id": company.id, "fiscal_year": 2026, "business_date": date(2026, 3, 1)}
    assert generate_periods(**made) == 12
    assert generate_periods(**made) == 0
    rows = Period.objects.order_by("start_date").values_list("number", "start_date", "end_date", "status")
    assert list(rows)[:4] == [
        (1, date(2025, 12, 29), date(2026, 1, 26), "OPEN"),
        (2, date(2026, 1, 26), date(2026, 2, 23), "OPEN"),
        (3, date(2026, 2, 23), date(2026, 3, 30), "OPEN"),
        (4, date(2026, 3, 30), date(2026, 4, 27), "FUTURE"),
    ]
    assert find_period(company.id, "2026-03").start_date == date(2026, 2, 23)


def test_imports_open_what_their_calendar_says_and_begin_what_has_begun() -> None:
    company = open_company(name="Retail", currency="EUR")
    calendar = FiscalCalendar(CalendarPattern.WEEKS_4_4_5, weekday=6)
    store_fiscal_calendar(actor=SYSTEM, company_id=company.id, calendar=calendar, valid_from=date(2026, 1, 1))
    generate_periods(actor=SYSTEM, company_id=company.id, fiscal_year=2026, business_date=date(2026, 1, 1))
    open_booked_periods(
        company_id=company.id, days=[date(2026, 2, 24), date(2025, 12, 20)], business_date=date(2026, 2, 24)
    )
    rows = Period.objects.order_by("start_date").values_list("start_date", "status")
    assert list(rows)[:5] == [
        (date(2025, 11, 24), "OPEN"),
        (date(2025, 12, 29), "OPEN"),
        (date(2026, 1, 26), "OPEN"),
        (date(2026, 2, 23), "OPEN"),
        (date(2026, 3, 30), "FUTURE"),
    ]
    assert PeriodTransition.objects.count() == 2


@pytest.mark.parametrize("day", [date(2199, 1, 1), date(2026, 7, 4), date(1900, 1, 1), date(9999, 12, 31)])
def test_an_absurd_booking_date_opens_nothing(books: Books, day: date) -> None:
    before = (Period.objects.count(), counts())
    with pytest.raises(CannotOpenPeriod) as refusal:
        open_booked_periods(company_id=books.company_id, days=[MARCH, day], business_date=date(2026, 4, 1))
    assert refusal.value.code == "BOOKING_DATE_ABSURD"
    assert refusal.value.details["date"] == day.isoformat()
    assert (Period.objects.count(), counts()) == before


def test_a_closed_period_is_not_opened_by_a_booking(books: Books) -> None:
    move(books, PeriodStatus.SOFT_CLOSED, PeriodStatus.CLOSED)
    before = counts()
    open_booked_periods(company_id=books.company_id, days=[MARCH], business_date=date(2026, 4, 1))
    open_periods(company_id=books.company_id, first_date=MARCH, last_date=MARCH)
    assert march(books).status == "CLOSED"
    assert counts() == before


# Steps ----------------------------------------------------------------------------------------------------------------


def test_a_period_goes_forward_step_by_step_and_each_is_kept(books: Books) -> None:
    move(books, PeriodStatus.SOFT_CLOSED, PeriodStatus.CLOSED)
    steps = list_period_steps(march(books).id)
    assert [(s.from_status, s.to_status, s.actor_id, s.is_reopening) for s in steps] == [
        ("OPEN", "SOFT_CLOSED", 7, False),
        ("SOFT_CLOSED", "CLOSED", 7, False),
    ]


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ((), PeriodStatus.CLOSED),
        ((), PeriodStatus.OPEN),
        ((), PeriodStatus.FUTURE),
        ((PeriodStatus.SOFT_CLOSED,), PeriodStatus.OPEN),
        ((PeriodStatus.SOFT_CLOSED, PeriodStatus.CLOSED), PeriodStatus.OPEN),
        ((PeriodStatus.SOFT_CLOSED, PeriodStatus.CLOSED), PeriodStatus.SOFT_CLOSED),
    ],
)
def test_no_step_is_left_out_and_none_goes_back(
    books: Books, steps: tuple[PeriodStatus, ...], wrong: PeriodStatus
) -> None:
    move(books, *steps)
    before, status = counts(), march(books).status
    with pytest.raises(CannotMovePeriod):
        move(books, wrong)
    assert (counts(), march(books).status) == (before, status)


def test_only_who_closes_the_books_moves_a_period(books: Books) -> None:
    before = counts()
    with pytest.raises(NotAllowed):
        move_period(
            actor=clerk(books.company_id, Duty.CASH),
            period_id=march(books).id,
            to_status=PeriodStatus.SOFT_CLOSED,
        )
    assert (counts(), march(books).status) == (before, "OPEN")


def test_a_softly_closed_period_takes_entries_of_who_closes_alone(books: Books) -> None:
    move(books, PeriodStatus.SOFT_CLOSED)
    before = counts()
    for actor in (clerk(books.company_id, Duty.CASH, Duty.BILL), clerk(books.company_id + 1, Duty.CLOSE)):
        with pytest.raises(PeriodNotOpen):
            post(books, actor)
    assert counts() == before
    post(books, closer(books))
    assert JournalEntry.objects.count() == 1
    with pytest.raises(PeriodNotOpen):
        post(books)
    move(books, PeriodStatus.CLOSED)
    with pytest.raises(PeriodNotOpen):
        post(books, closer(books))


# Back -----------------------------------------------------------------------------------------------------------------


def test_a_closed_period_is_reopened_by_two_with_a_reason_and_the_log_says_so(books: Books) -> None:
    move(books, PeriodStatus.SOFT_CLOSED, PeriodStatus.CLOSED)
    request = request_reopening(
        actor=closer(books), period_id=march(books).id, to_status=PeriodStatus.OPEN, reason="late invoice"
    )
    assert march(books).status == "CLOSED"
    decide_reopening(actor=closer(books, 8), reopening_id=request, is_approved=True)
    assert march(books).status == "OPEN"
    last = list_period_steps(march(books).id)[-1]
    assert (last.is_reopening, last.reason, last.actor_id, last.approver_id) == (True, "late invoice", 7, 8)
    event = Event.objects.get(kind="ledger.period.reopened")
    assert event.payload == {
        "from": "CLOSED",
        "to": "OPEN",
        "reason": "late invoice",
        "is_reopening": True,
        "approver": 8,
    }
    post(books)


@pytest.mark.parametrize("user_id", [7, None])
def test_one_person_alone_does_not_reopen(books: Books, user_id: int | None) -> None:
    move(books, PeriodStatus.SOFT_CLOSED, PeriodStatus.CLOSED)
    request = request_reopening(
        actor=closer(books), period_id=march(books).id, to_status=PeriodStatus.OPEN, reason="late invoice"
    )
    before = counts()
    actor = closer(books) if user_id else SYSTEM
    with pytest.raises(CannotReopenPeriod):
        decide_reopening(actor=actor, reopening_id=request, is_approved=True)
    assert (counts(), march(books).status) == (before, "CLOSED")
    assert PeriodReopening.objects.get().state == "PROPOSED"


def test_what_cannot_be_reopened_is_not_asked_for(books: Books) -> None:
    ask = {"actor": closer(books), "period_id": march(books).id, "to_status": PeriodStatus.OPEN}
    with pytest.raises(CannotReopenPeriod):
        request_reopening(**ask, reason="it is open")
    move(books, PeriodStatus.SOFT_CLOSED)
    with pytest.raises(CannotReopenPeriod):
        request_reopening(**ask, reason="  ")
    request = request_reopening(**ask, reason="late")
    with pytest.raises(CannotReopenPeriod):
        request_reopening(**ask, reason="twice")
    decide_reopening(actor=closer(books, 8), reopening_id=request, is_approved=False)
    assert march(books).status == "SOFT_CLOSED"
    with pytest.raises(CannotReopenPeriod):
        decide_reopening(actor=closer(books, 9), reopening_id=request, is_approved=True)
    assert march(books).status == "SOFT_CLOSED"


def test_the_following_period_is_opened_or_refused(books: Books) -> None:
    open_following_period(actor=closer(books), company_id=books.company_id, after_date=date(2027, 1, 1))
    assert find_period(books.company_id, "2027-01").status == "OPEN"
    move(books, PeriodStatus.SOFT_CLOSED, PeriodStatus.CLOSED)
    with pytest.raises(CannotMovePeriod):
        open_following_period(actor=closer(books), company_id=books.company_id, after_date=date(2026, 3, 1))
