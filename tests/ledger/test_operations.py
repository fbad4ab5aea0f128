"""Charts, periods, entries and rates as the operations write them."""

from __future__ import annotations

import threading
import time
from datetime import date
from decimal import Decimal

import psycopg
import pytest

from acquit.controls.operations import open_company
from acquit.infra.bulk import WritePlan, write
from acquit.infra.models import Event
from acquit.infra.transaction import (
    BrokenInvariant,
    CompanyOutOfScope,
    PeriodNotOpen,
    operation,
    set_companies,
)
from acquit.ledger.models import FxRate, JournalEntry, LedgerAccount, Period, Posting
from acquit.ledger.operations import NoAccount, add_entries, open_books, open_periods, record_rates
from acquit.ledger.queries import CannotConvert, get_currencies, get_rate, list_entries
from acquit.ledger.rules.accounts import ROLE_CLASSES, STANDARD_CHART, AccountRole, ChartLine
from acquit.ledger.rules.entries import Currencies, EntryDraft, PostingDraft
from tests import databases
from tests.builders import Books, make_books
from tests.raw_books import scope

pytestmark = pytest.mark.django_db

D = Decimal
DAY = date(2026, 3, 2)


@pytest.fixture
def books() -> Books:
    return make_books()


def draft(
    books: Books, *amounts: str, day: date = DAY, role: AccountRole = AccountRole.REVENUE
) -> EntryDraft:
    lines = tuple(PostingDraft(role, D(amount), D(amount), D(amount)) for amount in amounts)
    return EntryDraft(books.company_id, day, "MANUAL", "EUR", lines)


def post(*drafts: EntryDraft) -> list[int]:
    with operation():
        plan = WritePlan()
        ids = add_entries(plan, drafts)
        write(plan)
    return ids


# Charts ---------------------------------------------------------------------------------------------------------------


def test_books_open_with_the_standard_chart_once(books: Books) -> None:
    before = list(LedgerAccount.objects.order_by("id").values_list("id", "code", "name", "role"))
    assert [row[1:] for row in before] == [(line.code, line.name, line.role) for line in STANDARD_CHART]
    open_books(company_id=books.company_id)
    assert list(LedgerAccount.objects.order_by("id").values_list("id", "code", "name", "role")) == before


def test_a_chart_of_ones_own_stays_and_gets_what_it_lacks() -> None:
    company = open_company(name="Own", currency="EUR")
    open_books(company_id=company.id, chart=[ChartLine(AccountRole.RECEIVABLES, "1400", "Forderungen")])
    open_books(company_id=company.id)
    roles = dict(LedgerAccount.objects.values_list("role", "code"))
    assert roles["RECEIVABLES"] == "1400"
    assert roles["BANK"] == "1000"
    assert len(roles) == len(STANDARD_CHART)


def test_every_role_has_a_class_and_a_place_in_the_standard_chart() -> None:
    assert set(ROLE_CLASSES) == set(AccountRole) == {line.role for line in STANDARD_CHART}


# Periods --------------------------------------------------------------------------------------------------------------


def months() -> list[tuple[str, str]]:
    rows = Period.objects.order_by("start_date").values_list("start_date", "end_date")
    return [(start.isoformat(), end.isoformat()) for start, end in rows]


def test_months_are_opened_from_the_firsts_to_the_lasts_once() -> None:
    company = open_company(name="Months", currency="EUR")
    open_periods(company_id=company.id, first_date=date(2025, 12, 31), last_date=date(2026, 2, 1))
    expected = [("2025-12-01", "2026-01-01"), ("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01")]
    assert months() == expected
    open_periods(company_id=company.id, first_date=date(2026, 1, 5), last_date=date(2026, 1, 6))
    assert months() == expected
    events = (
        Event.objects.filter(kind="ledger.period.opened").order_by("id").values_list("payload", flat=True)
    )
    assert list(events) == [{"from": start, "until": end} for start, end in expected]


def test_months_that_a_period_touches_are_left_alone() -> None:
    company = open_company(name="Odd", currency="EUR")
    with operation():
        Period.objects.create(
            company_id=company.id, start_date=date(2026, 1, 15), end_date=date(2026, 2, 15), status="CLOSED"
        )
    open_periods(company_id=company.id, first_date=date(2026, 1, 1), last_date=date(2026, 3, 31))
    assert months() == [("2026-01-15", "2026-02-15"), ("2026-03-01", "2026-04-01")]
    assert set(Period.objects.values_list("status", flat=True)) == {"CLOSED", "OPEN"}


def test_nothing_opens_backwards() -> None:
    company = open_company(name="Backwards", currency="EUR")
    open_periods(company_id=company.id, first_date=date(2026, 3, 1), last_date=date(2026, 2, 28))
    assert months() == []


@pytest.mark.django_db(transaction=True)
def test_two_who_open_the_same_months_wait_for_each_other() -> None:
    from django.db import connections

    company = open_company(name="Race", currency="EUR")
    done: list[str] = []

    def other() -> None:
        set_companies([company.id])
        open_periods(company_id=company.id, first_date=date(2026, 1, 1), last_date=date(2026, 3, 31))
        done.append("done")
        connections.close_all()

    with psycopg.connect(**databases.settings_for("owner")) as first:
        scope(first, str(company.id))
        first.execute(
            "INSERT INTO period (company_id, start_date, end_date, status)"
            " VALUES (%s, '2026-02-01', '2026-03-01', 'OPEN')",
            [company.id],
        )
        racer = threading.Thread(target=other)
        racer.start()
        time.sleep(0.3)
        assert done == []
        first.commit()
        racer.join(timeout=20)
    assert done == ["done"]
    assert [start for start, _ in months()] == ["2026-01-01", "2026-02-01", "2026-03-01"]


# Entries --------------------------------------------------------------------------------------------------------------


def test_entries_are_written_line_by_line_on_their_accounts(books: Books) -> None:
    made = EntryDraft(
        books.company_id,
        DAY,
        "MANUAL",
        "USD",
        (
            PostingDraft(AccountRole.RECEIVABLES, D("108.00"), D("100.00"), D("90.00"), item_id=5),
            PostingDraft(AccountRole.REVENUE, D("-108.00"), D("-100.00"), D("-90.00")),
        ),
        document_id=3,
        run_id=8,
        actor_id=9,
        text="by hand",
    )
    first, second = post(made, draft(books, "1.00", "-1.00"))
    assert second > first
    row = JournalEntry.objects.get(id=first)
    assert (row.company_id, row.posting_date, row.kind, row.currency) == (
        books.company_id,
        DAY,
        "MANUAL",
        "USD",
    )
    assert (row.document_id, row.clearing_id, row.reverses_id, row.run_id, row.actor_id, row.text) == (
        3,
        None,
        None,
        8,
        9,
        "by hand",
    )
    codes = dict(LedgerAccount.objects.values_list("id", "code"))
    lines = [
        (p.line_no, codes[p.account_id], p.item_id, p.currency, p.amount, p.company_amount, p.group_amount)
        for p in Posting.objects.filter(entry_id=first).order_by("line_no")
    ]
    assert lines == [
        (1, "1200", 5, "USD", D("108.00"), D("100.00"), D("90.00")),
        (2, "4000", None, "USD", D("-108.00"), D("-100.00"), D("-90.00")),
    ]
    [view] = list_entries(entry_ids=[second])
    assert [(p.account_code, p.amount) for p in view.postings] == [("4000", D("1.00")), ("4000", D("-1.00"))]


def counts() -> tuple[int, int, int]:
    return JournalEntry.objects.count(), Posting.objects.count(), Event.objects.count()


def test_an_unbalanced_entry_takes_the_whole_batch_with_it(books: Books) -> None:
    before = counts()
    with pytest.raises(BrokenInvariant) as refusal:
        post(draft(books, "1.00", "-1.00"), draft(books, "1.00", "-0.99"))
    assert refusal.value.details == {"sqlstate": "AQ003"}
    assert "does not balance: 0.01 EUR" in refusal.value.message
    assert counts() == before


def test_a_day_outside_of_open_periods_is_refused(books: Books) -> None:
    before = counts()
    for day in (date(2025, 12, 31), date(2027, 1, 1)):
        with pytest.raises(PeriodNotOpen) as refusal:
            post(draft(books, "1.00", "-1.00"), draft(books, "1.00", "-1.00", day=day))
        assert f"has no open period on {day}" in refusal.value.message
    assert counts() == before


def test_a_company_out_of_scope_is_refused(books: Books) -> None:
    before = counts()
    set_companies([books.company_id + 1])
    with pytest.raises(CompanyOutOfScope):
        post(draft(books, "1.00", "-1.00"))
    set_companies([books.company_id])
    assert counts() == before


def test_a_chart_without_the_account_is_refused() -> None:
    company = open_company(name="Bare", currency="EUR")
    open_periods(company_id=company.id, first_date=DAY, last_date=DAY)
    with pytest.raises(NoAccount) as refusal:
        post(draft(Books(company), "1.00", "-1.00"))
    assert refusal.value.details == {"company_id": company.id, "role": "REVENUE"}
    assert JournalEntry.objects.count() == 0


def test_many_entries_take_the_copy_path_and_the_same_rules(books: Books) -> None:
    ids = post(*[draft(books, "1.00", "-1.00") for _ in range(300)])
    assert len(set(ids)) == 300
    assert Posting.objects.count() == 600
    before = counts()
    with pytest.raises(BrokenInvariant):
        post(*[draft(books, "1.00", "-1.00") for _ in range(300)], draft(books, "2.00", "-1.00"))
    assert counts() == before


# Rates ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def rates() -> None:
    record_rates(
        rates=[
            (date(2026, 1, 1), "EUR", "USD", D("1.25")),
            (date(2026, 2, 1), "EUR", "USD", D("1.60")),
            (date(2026, 1, 1), "EUR", "JPY", D("160")),
        ],
        source="ECB",
    )


def test_known_rates_stay_and_new_ones_are_counted(rates: None) -> None:
    again = [(date(2026, 2, 1), "EUR", "USD", D("9.99")), (date(2026, 3, 1), "EUR", "USD", D("1.50"))]
    assert record_rates(rates=again, source="OTHER") == 1
    rows = FxRate.objects.filter(currency="USD").order_by("rate_date").values_list("rate", "source")
    assert list(rows) == [(D("1.25"), "ECB"), (D("1.60"), "ECB"), (D("1.50"), "OTHER")]


@pytest.mark.parametrize(
    ("source", "target", "day", "expected"),
    [
        ("EUR", "EUR", date(2020, 1, 1), "1"),
        ("EUR", "USD", date(2026, 1, 1), "1.25"),
        ("EUR", "USD", date(2026, 1, 31), "1.25"),
        ("EUR", "USD", date(2026, 2, 1), "1.60"),
        ("USD", "EUR", date(2026, 1, 15), "0.8"),
        ("USD", "JPY", date(2026, 2, 15), "100"),
    ],
)
def test_a_rate_is_direct_inverse_or_by_a_common_base(
    rates: None, source: str, target: str, day: date, expected: str
) -> None:
    assert get_rate(source, target, day) == D(expected)


def test_a_day_before_the_first_rate_has_none(rates: None) -> None:
    with pytest.raises(CannotConvert) as refusal:
        get_rate("USD", "EUR", date(2025, 12, 31))
    assert refusal.value.details == {"source": "USD", "target": "EUR", "date": "2025-12-31"}
    with pytest.raises(CannotConvert):
        get_rate("EUR", "CHF", date(2026, 2, 1))


def test_currencies_of_an_entry_carry_both_rates(rates: None) -> None:
    assert get_currencies(document="EUR", company="EUR", group="EUR", on_date=DAY) == Currencies(
        "EUR", "EUR", "EUR"
    )
    found = get_currencies(document="USD", company="EUR", group="JPY", on_date=DAY)
    assert (found.company_rate, found.group_rate) == (D("0.625"), D("100"))
