"""Entries by hand, their approval, reversal and repost; accruals that come and go by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from acquit.controls.rules.duties import Actor, Duty, NotAllowed
from acquit.core.errors import NotFound, Refusal
from acquit.infra.models import Event, Run, RunChunk
from acquit.infra.transaction import AlreadyExists, PeriodNotOpen, operation
from acquit.insight.queries.checks import run_checks
from acquit.ledger.batch import AccrualOutcome, post_accruals
from acquit.ledger.models import JournalEntry, ManualEntry, Posting, RecurringEntry
from acquit.ledger.operations import (
    CannotReverse,
    approve_recurring_entry,
    decide_manual_entry,
    end_recurring_entry,
    import_chart,
    move_period,
    post_manual_entry,
    propose_entry,
    propose_recurring_entry,
    record_rates,
    reverse_entries,
)
from acquit.ledger.queries import find_period, get_manual_entry, get_trial_balance, list_entries
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.accruals import CannotChangeRecurring
from acquit.ledger.rules.charts import read_chart_line
from acquit.ledger.rules.entries import EntryDraft, PostingDraft
from acquit.ledger.rules.manual_entries import CannotDecideEntry, CannotPostByHand, ManualLine
from acquit.ledger.rules.periods import PeriodStatus
from tests.builders import SYSTEM, Books, clerk, make_books

pytestmark = pytest.mark.django_db

D = Decimal
DAY = date(2026, 3, 31)
STARTED_AT = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def books() -> Books:
    books = make_books()
    lines = [
        read_chart_line("6500", "Car", "", "EXPENSES"),
        read_chart_line("3000", "Accrued", "", "LIABILITIES"),
    ]
    import_chart(actor=SYSTEM, company_id=books.company_id, lines=lines)
    return books


def closer(books: Books, user_id: int = 7) -> Actor:
    return clerk(books.company_id, Duty.CLOSE, user_id=user_id)


def lines(amount: str, debit: str = "6500", credit: str = "3000") -> list[ManualLine]:
    return [ManualLine(debit, D(amount)), ManualLine(credit, -D(amount))]


def propose(books: Books, amount: str = "100.00", **said: object) -> int:
    given = {
        "actor": closer(books),
        "company_id": books.company_id,
        "posting_date": DAY,
        "currency": "EUR",
        "lines": lines(amount),
        "text": "car of March",
    }
    return propose_entry(**{**given, **said})  # type: ignore[arg-type]


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (JournalEntry, Posting, Event, ManualEntry, RecurringEntry)
    )


def balances(books: Books, as_of: date) -> dict[str, Decimal]:
    rows = get_trial_balance(company_id=books.company_id, as_of=as_of)
    return {row.code: row.company_amount for row in rows}


def assert_sound() -> None:
    assert {check.name: check.sample for check in run_checks() if check.violations} == {}


def test_a_small_entry_is_posted_by_one_person(books: Books) -> None:
    entry = propose(books, "1000.00")
    assert get_manual_entry(entry).state == "APPROVED"
    posted = post_manual_entry(actor=closer(books), manual_entry_id=entry)
    [view] = list_entries(entry_ids=[posted])
    assert (view.kind, view.text, view.actor_id, view.posting_date) == ("MANUAL", "car of March", 7, DAY)
    assert [(p.account_code, p.account_role, p.amount) for p in view.postings] == [
        ("6500", "", D("1000.00")),
        ("3000", "", D("-1000.00")),
    ]
    before = counts()
    with pytest.raises(CannotDecideEntry):
        post_manual_entry(actor=closer(books), manual_entry_id=entry)
    assert counts() == before
    assert_sound()


def test_a_large_entry_takes_two_people(books: Books) -> None:
    entry = propose(books, "1000.01")
    assert get_manual_entry(entry).state == "PROPOSED"
    before = counts()
    for actor in (closer(books), SYSTEM):
        with pytest.raises(CannotDecideEntry) as refusal:
            decide_manual_entry(actor=actor, manual_entry_id=entry, is_approved=True)
        assert refusal.value.code == "FOUR_EYES"
    with pytest.raises(CannotDecideEntry):
        post_manual_entry(actor=closer(books), manual_entry_id=entry)
    with pytest.raises(NotAllowed):
        decide_manual_entry(
            actor=clerk(books.company_id, Duty.CASH, user_id=8), manual_entry_id=entry, is_approved=True
        )
    assert counts() == before
    decide_manual_entry(actor=closer(books, 8), manual_entry_id=entry, is_approved=True)
    post_manual_entry(actor=closer(books), manual_entry_id=entry)
    view = get_manual_entry(entry)
    assert (view.state, view.proposed_by_id, view.decided_by_id) == ("POSTED", 7, 8)
    assert balances(books, DAY) == {"3000": D("-1000.01"), "6500": D("1000.01")}


def test_the_limit_is_in_company_currency_and_a_rejection_ends_it(books: Books) -> None:
    record_rates(rates=[(date(2026, 1, 1), "EUR", "JPY", D("160"))], source="ECB")
    small = propose(books, "160000", currency="JPY")
    large = propose(books, "160001", currency="JPY")
    assert (get_manual_entry(small).state, get_manual_entry(large).state) == ("APPROVED", "PROPOSED")
    decide_manual_entry(actor=closer(books), manual_entry_id=large, is_approved=False)
    with pytest.raises(CannotDecideEntry):
        decide_manual_entry(actor=closer(books, 8), manual_entry_id=large, is_approved=True)
    assert JournalEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"lines": lines("10.00", debit="1200")}, "CONTROL_ACCOUNT"),
        ({"lines": lines("10.00", credit="2100")}, "CONTROL_ACCOUNT"),
        ({"lines": lines("10.00", credit="1205")}, "CONTROL_ACCOUNT"),
        ({"lines": lines("10.00", credit="2110")}, "CONTROL_ACCOUNT"),
        ({"lines": lines("10.00", credit="9999")}, "MANUAL_ENTRY_REFUSED"),
        ({"lines": [*lines("10.00"), ManualLine("6500", D("0.01"))]}, "MANUAL_ENTRY_REFUSED"),
        ({"lines": [*lines("10.00"), ManualLine("6500", D(0))]}, "MANUAL_ENTRY_REFUSED"),
        ({"lines": lines("10.00")[:1]}, "MANUAL_ENTRY_REFUSED"),
        ({"lines": lines("10.001")}, "AMOUNT_TOO_FINE"),
        ({"lines": lines("NaN")}, "AMOUNT_TOO_LARGE"),
        ({"text": " "}, "MANUAL_ENTRY_REFUSED"),
        ({"currency": "USD"}, "NO_RATE"),
        ({"currency": "XXX"}, "UNKNOWN_CURRENCY"),
    ],
)
def test_what_may_not_be_posted_by_hand(books: Books, wrong: dict[str, object], code: str) -> None:
    before = counts()
    with pytest.raises(Refusal) as refusal:
        propose(books, **wrong)
    assert refusal.value.code == code
    assert counts() == before


def test_an_account_that_became_a_control_account_meanwhile_is_refused_at_posting(books: Books) -> None:
    entry = propose(books, lines=lines("10.00", credit="3000"))
    moved = [read_chart_line("3000", "Receivables", "RECEIVABLES")]
    import_chart(actor=SYSTEM, company_id=books.company_id, lines=moved)
    before = counts()
    with pytest.raises(CannotPostByHand):
        post_manual_entry(actor=closer(books), manual_entry_id=entry)
    assert (counts(), get_manual_entry(entry).state) == (before, "APPROVED")


# Reversal -------------------------------------------------------------------------------------------------------------


def reverse(books: Books, *entry_ids: int, **said: object) -> list[int]:
    given = {
        "actor": closer(books),
        "company_id": books.company_id,
        "entry_ids": entry_ids,
        "posting_date": date(2026, 4, 5),
        "reason": "wrong account",
    }
    return reverse_entries(**{**given, **said})  # type: ignore[arg-type]


def test_an_entry_is_reversed_to_the_cent_once_and_posted_anew(books: Books) -> None:
    record_rates(rates=[(date(2026, 1, 1), "EUR", "USD", D("1.07"))], source="ECB")
    entry = post_manual_entry(actor=closer(books), manual_entry_id=propose(books, "100.01", currency="USD"))
    right = tuple(
        PostingDraft(k, D(a), D(a), D(a)) for k, a in (("#6500", "90.00"), (AccountRole.ROUNDING, "-90.00"))
    )
    draft = EntryDraft(books.company_id, date(2026, 4, 5), "MANUAL", "EUR", right)
    reversal, reposted = reverse(books, entry, repost=[draft])
    assert JournalEntry.objects.get(id=reversal).reverses_id == entry
    assert balances(books, DAY) == {"3000": D("-93.47"), "6500": D("93.47")}
    assert balances(books, date(2026, 4, 5)) == {"6500": D("90.00"), "7900": D("-90.00")}
    before = counts()
    for wrong in (entry, reversal):
        with pytest.raises(CannotReverse):
            reverse(books, reposted, wrong)
    with pytest.raises(NotFound):
        reverse(books, 10**9)
    with pytest.raises(CannotReverse):
        reverse(books, reposted, reason=" ")
    assert counts() == before
    assert_sound()


def test_entries_of_open_items_are_not_reversed_by_hand(books: Books) -> None:
    books.invoice(books.customer())
    before = counts()
    with pytest.raises(CannotReverse):
        reverse(books, JournalEntry.objects.get().id)
    assert counts() == before


def test_a_reversal_into_a_closed_period_changes_nothing(books: Books) -> None:
    entry = post_manual_entry(actor=closer(books), manual_entry_id=propose(books))
    for step in (PeriodStatus.SOFT_CLOSED, PeriodStatus.CLOSED):
        april = find_period(books.company_id, "2026-04").id
        move_period(actor=closer(books), period_id=april, to_status=step)
    before = counts()
    with pytest.raises(PeriodNotOpen):
        reverse(books, entry)
    assert counts() == before


# Accruals -------------------------------------------------------------------------------------------------------------


def recurring(books: Books, name: str = "rent", **said: object) -> int:
    given = {
        "actor": closer(books),
        "company_id": books.company_id,
        "name": name,
        "currency": "EUR",
        "lines": lines("50.00"),
        "valid_from": date(2026, 1, 1),
    }
    return propose_recurring_entry(**{**given, **said})  # type: ignore[arg-type]


def run(books: Books, period: str = "2026-03") -> AccrualOutcome:
    found = find_period(books.company_id, period)
    return post_accruals(
        actor=closer(books), company_id=books.company_id, period_id=found.id, started_at=STARTED_AT
    )


def test_accruals_are_posted_at_the_end_and_taken_back_on_day_one_once(books: Books) -> None:
    first, second, waiting = recurring(books), recurring(books, "energy"), recurring(books, "waits")
    for one in (first, second):
        approve_recurring_entry(actor=closer(books, 8), recurring_entry_id=one)
    outcome = run(books)
    assert (outcome.posted, outcome.known, outcome.refused) == (2, 0, ())
    assert balances(books, date(2026, 3, 30)) == {}
    assert balances(books, DAY) == {"3000": D("-100.00"), "6500": D("100.00")}
    assert balances(books, date(2026, 4, 1)) == {}
    before = counts()
    again = run(books)
    assert (again.posted, again.known) == (0, 2)
    assert counts() == before
    assert set(RunChunk.objects.values_list("chunk", flat=True)) == {first, second}
    assert waiting not in {first, second}
    assert_sound()


def test_a_run_that_was_interrupted_posts_the_rest(books: Books) -> None:
    good = recurring(books)
    strange = recurring(books, "strange", lines=lines("10.00", credit="2120"))
    for one in (good, strange):
        approve_recurring_entry(actor=closer(books, 8), recurring_entry_id=one)
    renamed = RecurringEntry.objects.get(id=strange)
    stored = [{"account": "6500", "amount": "10.00"}, {"account": "2999", "amount": "-10.00"}]
    with operation():
        RecurringEntry.objects.filter(id=strange).update(lines=stored)
    outcome = run(books)
    assert (outcome.posted, [row[:2] for row in outcome.refused]) == (1, [(strange, "MANUAL_ENTRY_REFUSED")])
    assert Run.objects.get(kind="ACCRUALS").finished_at is None
    with operation():
        RecurringEntry.objects.filter(id=strange).update(lines=renamed.lines)
    outcome = run(books)
    assert (outcome.posted, outcome.known, outcome.refused) == (1, 1, ())
    assert Run.objects.get(kind="ACCRUALS").finished_at is not None
    assert JournalEntry.objects.filter(kind="ACCRUAL").count() == 2


def test_intervals_are_half_open_and_an_ended_one_is_over(books: Books) -> None:
    until = recurring(books, "until", valid_until=DAY)
    since = recurring(books, "since", valid_from=date(2026, 4, 1))
    ended = recurring(books, "ended")
    plain = recurring(books, "not taken back", is_reversed=False)
    for one in (until, since, ended, plain):
        approve_recurring_entry(actor=closer(books, 8), recurring_entry_id=one)
    end_recurring_entry(actor=closer(books), recurring_entry_id=ended)
    assert run(books).posted == 1
    assert balances(books, date(2026, 4, 1)) == {"3000": D("-50.00"), "6500": D("50.00")}


def test_who_proposes_an_accrual_does_not_approve_it(books: Books) -> None:
    one = recurring(books)
    before = counts()
    with pytest.raises(CannotDecideEntry):
        approve_recurring_entry(actor=closer(books), recurring_entry_id=one)
    with pytest.raises(AlreadyExists):
        recurring(books)
    with pytest.raises(CannotChangeRecurring):
        recurring(books, "none", valid_until=date(2026, 1, 1))
    with pytest.raises(CannotPostByHand):
        recurring(books, "control", lines=lines("1.00", debit="1200"))
    assert (counts(), RecurringEntry.objects.get().state) == (before, "PROPOSED")
