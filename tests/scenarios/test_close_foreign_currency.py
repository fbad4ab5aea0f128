"""Foreign money through a period's end: revalued as one entry, taken back on day 1, realised when paid (G080, G081)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from acquit.closing import steps
from acquit.closing.batch import close_period
from acquit.closing.rules.checklist import (
    CLOSE_ORDER,
    CannotClosePeriod,
    CloseStep,
    StepOutcome,
    StepReport,
    StepResult,
)
from acquit.infra.models import Event, Run, RunChunk
from acquit.infra.transaction import operation
from acquit.insight.queries.checks import run_checks
from acquit.insight.queries.close import list_foreign_items
from acquit.ledger.models import JournalEntry, LedgerAccount, Period, Posting, Revaluation, RevaluationItem
from acquit.ledger.operations import NoAccount, record_rates, revalue_items
from acquit.ledger.queries import (
    CannotConvert,
    get_balance,
    get_trial_balance,
    list_entries,
    list_revaluation_items,
    list_revaluations,
)
from acquit.ledger.rules.accounts import AccountRole
from tests.builders import SYSTEM, Books, make_books

pytestmark = pytest.mark.django_db

D = Decimal
MARCH_END = date(2026, 3, 31)
APRIL_1 = date(2026, 4, 1)
STARTED_AT = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)


def usd_books(*, group_currency: str | None = None) -> Books:
    record_rates(
        rates=[
            (date(2026, 3, 2), "EUR", "USD", D("1.0800")),
            (MARCH_END, "EUR", "USD", D("1.0950")),
            (date(2026, 4, 10), "EUR", "USD", D("1.1000")),
        ],
        source="ECB",
    )
    return make_books(group_currency=group_currency)


def revalue(books: Books, as_of: date = MARCH_END) -> None:
    items = list_foreign_items(
        company_id=books.company_id, company_currency=books.company.currency, as_of=as_of
    )
    revalue_items(actor=SYSTEM, company_id=books.company_id, as_of=as_of, items=items)


def balance(books: Books, *roles: AccountRole, as_of: date = date(2026, 12, 31)) -> Decimal:
    return get_balance(company_id=books.company_id, roles=roles, as_of=as_of)


def assert_sound() -> None:
    assert {check.name: check.sample for check in run_checks() if check.violations} == {}


def test_a_dollar_invoice_is_revalued_taken_back_and_realised() -> None:
    books = usd_books()
    customer = books.customer()
    invoice = books.invoice(customer, "10000.00", currency="USD")
    assert balance(books, AccountRole.RECEIVABLES) == D("9259.26")

    revalue(books)
    [row] = list_revaluations(company_id=books.company_id, as_of_date=MARCH_END)
    assert (row.booked_amount, row.closing_amount, row.unrealised_amount) == (
        D("9259.26"),
        D("9132.42"),
        D("-126.84"),
    )
    assert row.closing_rate == D("1.0950")
    [entry] = list_entries(entry_ids=[row.entry_id or 0])
    assert [(p.account_code, p.currency, p.amount, p.company_amount) for p in entry.postings] == [
        ("1205", "USD", 0, D("-126.84")),
        ("7010", "USD", 0, D("126.84")),
    ]
    assert entry.posting_date == MARCH_END
    assert balance(books, AccountRole.FX_UNREALISED, as_of=MARCH_END) == D("126.84")
    assert balance(books, AccountRole.FX_UNREALISED, as_of=APRIL_1) == 0
    assert balance(books, AccountRole.RECEIVABLES) == D("9259.26"), (
        "the control account stays the sum of its items"
    )

    payment = books.payment(customer, "10000.00", currency="USD", paid_date=date(2026, 4, 10))
    books.clear(payment, invoice.item_id, "10000.00", day=date(2026, 4, 10))
    assert balance(books, AccountRole.FX_REALISED) == D("168.35")
    assert balance(books, AccountRole.FX_UNREALISED, AccountRole.RECEIVABLES_REVALUATION) == 0
    assert balance(books, AccountRole.RECEIVABLES, AccountRole.UNAPPLIED_CASH) == 0
    assert balance(books, AccountRole.BANK_CLEARING) == D("9090.91")
    assert_sound()


def test_a_part_payment_realises_its_share_and_the_rest_is_revalued() -> None:
    books = usd_books()
    customer = books.customer()
    invoice = books.invoice(customer, "10000.00", currency="USD")
    payment = books.payment(customer, "4000.00", currency="USD", paid_date=date(2026, 4, 10))
    books.clear(payment, invoice.item_id, "4000.00", day=date(2026, 4, 10))
    assert balance(books, AccountRole.FX_REALISED) == D("67.34")
    assert balance(books, AccountRole.RECEIVABLES) == D("5555.56")

    revalue(books, date(2026, 4, 30))
    [row] = list_revaluations(company_id=books.company_id, as_of_date=date(2026, 4, 30))
    assert (row.open_amount, row.booked_amount, row.closing_amount) == (
        D("6000.00"),
        D("5555.56"),
        D("5454.55"),
    )
    assert row.unrealised_amount == D("-101.01")

    revalue(books)  # as of a day on which nothing was paid yet, asked after the payment
    [row] = list_revaluations(company_id=books.company_id, as_of_date=MARCH_END)
    assert (row.open_amount, row.unrealised_amount) == (D("10000.00"), D("-126.84"))
    assert_sound()


def test_many_items_are_one_entry_a_currency_and_account_and_each_item_is_kept() -> None:
    books = usd_books()
    record_rates(
        rates=[(date(2026, 3, 2), "EUR", "GBP", D("0.8500")), (MARCH_END, "EUR", "GBP", D("0.8400"))],
        source="ECB",
    )
    customer = books.customer()
    for amount in ("100.01", "33.33", "0.05", "7.77"):
        books.invoice(customer, amount, currency="USD")
    books.invoice(customer, "50.00", currency="GBP")
    books.invoice(customer, "500.00")
    books.payment(customer, "20.00", currency="USD", paid_date=date(2026, 3, 5))

    revalue(books)
    rows = list_revaluations(company_id=books.company_id, as_of_date=MARCH_END)
    assert [(row.role, row.currency, row.item_count) for row in rows] == [
        ("RECEIVABLES", "GBP", 1),
        ("RECEIVABLES", "USD", 4),
        ("UNAPPLIED_CASH", "USD", 1),
    ]
    assert JournalEntry.objects.filter(kind="REVALUATION").count() == 3
    assert JournalEntry.objects.filter(kind="REVALUATION_REVERSAL").count() == 3
    for row in rows:
        items = list(list_revaluation_items(row.id))
        assert len(items) == row.item_count
        assert sum(item.unrealised_amount for item in items) == row.unrealised_amount
        assert sum(item.closing_amount for item in items) == row.closing_amount
    unapplied = rows[2]
    assert (unapplied.booked_amount, unapplied.closing_amount) == (D("-18.52"), D("-18.26"))
    assert balance(books, AccountRole.UNAPPLIED_REVALUATION, as_of=MARCH_END) == D("0.26")
    assert_sound()


def test_revaluing_again_posts_only_what_changed() -> None:
    books = usd_books()
    customer = books.customer()
    books.invoice(customer, "10000.00", currency="USD")
    revalue(books)
    before = (
        JournalEntry.objects.count(),
        Posting.objects.count(),
        Event.objects.count(),
        Revaluation.objects.count(),
    )
    revalue(books)
    assert before == (
        JournalEntry.objects.count(),
        Posting.objects.count(),
        Event.objects.count(),
        Revaluation.objects.count(),
    )
    books.invoice(customer, "100.00", currency="USD", document_date=date(2026, 3, 20))
    revalue(books)
    [row] = list_revaluations(company_id=books.company_id, as_of_date=MARCH_END)
    assert (row.item_count, row.unrealised_amount) == (2, D("-126.84") + D("91.32") - D("92.59"))
    assert balance(books, AccountRole.FX_UNREALISED, as_of=MARCH_END) == D("128.11")
    assert balance(books, AccountRole.FX_UNREALISED, as_of=APRIL_1) == 0
    assert_sound()


def test_a_missing_rate_refuses_the_whole_revaluation() -> None:
    books = usd_books()
    record_rates(rates=[(date(2026, 3, 2), "EUR", "GBP", D("0.8500"))], source="ECB")
    customer = books.customer()
    books.invoice(customer, "10.00", currency="USD")
    books.invoice(customer, "10.00", currency="GBP")
    before = JournalEntry.objects.count()
    items = list(list_foreign_items(company_id=books.company_id, company_currency="EUR", as_of=MARCH_END))
    strange = [item._replace(currency="CHF") for item in items[:1]] + items[1:]
    with pytest.raises(CannotConvert):
        revalue_items(actor=SYSTEM, company_id=books.company_id, as_of=MARCH_END, items=strange)
    assert (JournalEntry.objects.count(), RevaluationItem.objects.count()) == (before, 0)


def test_a_pound_company_in_a_euro_group_balances_in_all_three_currencies() -> None:
    record_rates(
        rates=[
            (date(2026, 3, 2), "EUR", "USD", D("1.0800")),
            (date(2026, 3, 2), "EUR", "GBP", D("0.8600")),
            (MARCH_END, "EUR", "USD", D("1.0950")),
            (MARCH_END, "EUR", "GBP", D("0.8700")),
            (date(2026, 4, 10), "EUR", "USD", D("1.1000")),
            (date(2026, 4, 10), "EUR", "GBP", D("0.8500")),
        ],
        source="ECB",
    )
    books = make_books(currency="GBP", group_currency="EUR")
    customer = books.customer()
    invoice = books.invoice(customer, "10000.00", currency="USD")
    local = books.invoice(customer, "500.00", currency="GBP")
    assert balance(books, AccountRole.RECEIVABLES) == D("8462.96")  # 10,000 / 1.08 x 0.86 + 500

    revalue(books)
    [row] = list_revaluations(company_id=books.company_id, as_of_date=MARCH_END)
    assert (row.booked_amount, row.closing_amount, row.unrealised_amount) == (
        D("7962.96"),
        D("7945.21"),
        D("-17.75"),
    )
    payment = books.payment(customer, "10000.00", currency="USD", paid_date=date(2026, 4, 10))
    books.clear(payment, invoice.item_id, "10000.00", day=date(2026, 4, 10))
    pounds = books.payment(customer, "500.00", currency="GBP", paid_date=date(2026, 4, 10))
    books.clear(pounds, local.item_id, "500.00", day=date(2026, 4, 10))

    assert balance(books, AccountRole.FX_REALISED) == D("7962.96") - D("7727.27")
    assert balance(books, AccountRole.RECEIVABLES, AccountRole.UNAPPLIED_CASH) == 0
    for as_of in (date(2026, 3, 2), MARCH_END, APRIL_1, date(2026, 4, 10)):
        rows = get_trial_balance(company_id=books.company_id, as_of=as_of)
        for currency in {row.currency for row in rows}:
            of = [row for row in rows if row.currency == currency]
            assert sum(row.amount for row in of) == 0
            assert sum(row.company_amount for row in of) == 0
            assert sum(row.group_amount for row in of) == 0
        assert any(row.group_amount for row in rows)
    revaluation = {
        row.role: (row.company_amount, row.group_amount)
        for row in get_trial_balance(company_id=books.company_id, as_of=MARCH_END)
        if row.role in {"RECEIVABLES_REVALUATION", "FX_UNREALISED"}
    }
    assert revaluation == {
        "RECEIVABLES_REVALUATION": (D("-17.75"), D("-20.40")),
        "FX_UNREALISED": (D("17.75"), D("20.40")),
    }
    assert_sound()


# The checklist --------------------------------------------------------------------------------------------------------


def close(books: Books, period: str = "2026-03", business_date: date = date(2026, 4, 2)) -> list[StepReport]:
    return close_period(
        actor=SYSTEM,
        company_id=books.company_id,
        period=period,
        business_date=business_date,
        started_at=STARTED_AT,
    )


def close_until_march(books: Books) -> None:
    for period in ("2026-01", "2026-02"):
        close(books, period)


def statuses(books: Books) -> list[str]:
    rows = Period.objects.filter(company_id=books.company_id).order_by("start_date")
    return list(rows.values_list("status", flat=True)[:5])


def test_a_close_runs_by_itself_and_keeps_its_evidence() -> None:
    books = usd_books()
    customer = books.customer()
    invoice = books.invoice(customer, "10000.00", currency="USD")
    close_until_march(books)
    reports = close(books)

    assert [report.step for report in reports] == list(CLOSE_ORDER)
    assert all(report.is_new for report in reports)
    by_step = {report.step: report for report in reports}
    assert by_step[CloseStep.FX].evidence["revaluations"][0]["unrealised"] == "-126.84"
    assert by_step[CloseStep.BILL_RUNS].outcome is StepOutcome.NOTHING_TO_DO
    assert by_step[CloseStep.BILL_RUNS].reason
    assert by_step[CloseStep.RECONCILE].evidence["accounts"] == [
        {
            "account": "RECEIVABLES",
            "currency": "USD",
            "items": "10000.00",
            "ledger": "10000.00",
            "difference": "0.00",
            "explained_by": [],
        }
    ]
    assert len(str(by_step[CloseStep.LOCK_LEDGER].evidence["sha256"])) == 64
    assert statuses(books) == ["CLOSED", "CLOSED", "CLOSED", "OPEN", "OPEN"]

    again = close(books)
    assert [(r.step, r.outcome, r.is_new) for r in again] == [(r.step, r.outcome, False) for r in reports]
    assert again[-1].evidence == reports[-1].evidence
    run = Run.objects.get(kind="CLOSE", key="2026-03-01/0")
    assert run.done == run.total == RunChunk.objects.filter(run_id=run.id).count() == len(CLOSE_ORDER)
    assert invoice.item_id
    assert_sound()


def test_a_close_stops_where_something_is_in_the_way_and_goes_on_from_there() -> None:
    books = usd_books()
    customer = books.customer()
    close_until_march(books)
    books.invoice(customer, "10000.00", currency="USD")
    with operation():
        LedgerAccount.objects.filter(company_id=books.company_id, role="FX_UNREALISED").update(role=None)
    with pytest.raises(NoAccount):
        close(books)
    assert statuses(books)[2] == "OPEN"
    assert JournalEntry.objects.filter(kind="REVALUATION").count() == 0
    run = Run.objects.get(kind="CLOSE", key="2026-03-01/0")
    assert sorted(RunChunk.objects.filter(run_id=run.id).values_list("chunk", flat=True)) == [1, 2, 3, 4, 5]
    assert run.finished_at is None

    with operation():
        LedgerAccount.objects.filter(company_id=books.company_id, code="7010").update(role="FX_UNREALISED")
    reports = close(books)
    assert [report.is_new for report in reports] == [False] * 5 + [True] * 5
    assert statuses(books)[2] == "CLOSED"
    assert_sound()


@pytest.mark.parametrize(
    ("period", "business_date", "said"),
    [
        ("2026-03", date(2026, 3, 31), "is not over"),
        ("2026-03", date(2026, 4, 1), "Close 2026-01, 2026-02 before 2026-03"),
    ],
)
def test_periods_close_when_they_are_over_and_in_order(period: str, business_date: date, said: str) -> None:
    books = usd_books()
    with pytest.raises(CannotClosePeriod) as refusal:
        close(books, period, business_date)
    assert said in refusal.value.message
    assert set(statuses(books)) == {"OPEN"}
    assert RunChunk.objects.count() == 0


def test_what_is_posted_between_the_steps_and_the_lock_is_valued_too(monkeypatch: pytest.MonkeyPatch) -> None:
    books = usd_books()
    customer = books.customer()
    close_until_march(books)
    books.invoice(customer, "10000.00", currency="USD")

    def late(closing: steps.Closing) -> StepResult:
        books.invoice(customer, "100.00", currency="USD", document_date=date(2026, 3, 20))
        return steps.provide_for_losses(closing)

    monkeypatch.setitem(steps.STEPS, CloseStep.ECL, late)
    by_step = {report.step: report for report in close(books)}
    assert by_step[CloseStep.FX].evidence["revaluations"][0]["items"] == 1
    assert by_step[CloseStep.LOCK_SUBLEDGER].evidence["revaluations"][0]["items"] == 2
    assert balance(books, AccountRole.FX_UNREALISED, as_of=MARCH_END) == D("128.11")
    assert_sound()
