"""The sister's customer pays us: our payment settles her invoice, and each company's books say who owes whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from acquit.cash.operations import CannotSettleAcross, settle_across_companies, undo_settlement
from acquit.cli.main import app
from acquit.controls.rules.duties import Actor, Duty, NotAllowed
from acquit.core.errors import Refusal
from acquit.infra.models import Event
from acquit.infra.transaction import operation
from acquit.insight.queries.checks import run_checks
from acquit.ledger.models import IntercompanyEntry, JournalEntry, LedgerAccount
from acquit.ledger.operations import NoAccount, record_rates
from acquit.ledger.queries import get_balance, get_trial_balance, list_intercompany_balances
from acquit.ledger.rules.accounts import AccountRole
from acquit.receivables.models import ClearingEdge, Item, OpenItem
from acquit.receivables.operations import CannotUnclear
from tests.builders import SYSTEM, Books, make_books

pytestmark = pytest.mark.django_db

D = Decimal
PAID = date(2026, 4, 1)


def rows(books: Books) -> dict[str, Decimal]:
    found = get_trial_balance(company_id=books.company_id, as_of=PAID)
    return {row.role: row.amount for row in found if row.amount}


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count()
        for model in (JournalEntry, Item, OpenItem, ClearingEdge, IntercompanyEntry, Event)
    )


def settle(payment: int, debit: int, amount: str, actor: Actor = SYSTEM) -> tuple[int, int]:
    return settle_across_companies(
        actor=actor, payment_item_id=payment, debit_item_id=debit, amount=D(amount), settled_date=PAID
    )


def assert_sound() -> None:
    assert {check.name: check.sample for check in run_checks() if check.violations} == {}


def test_a_payment_to_one_company_settles_an_invoice_of_another() -> None:
    ours, hers = make_books(), make_books()
    payment = ours.payment(ours.customer(), "119.00")
    invoice = hers.invoice(hers.customer(), "119.00")
    settle(payment, invoice.item_id, "119.00")

    assert rows(ours) == {"BANK_CLEARING": D("119.00"), "DUE_TO_AFFILIATES": D("-119.00")}
    assert rows(hers) == {"DUE_FROM_AFFILIATES": D("119.00"), "REVENUE": D("-119.00")}
    assert OpenItem.objects.count() == 0
    assert list_intercompany_balances(ours.company_id) == [(hers.company_id, "EUR", D("-119.00"))]
    assert list_intercompany_balances(hers.company_id) == [(ours.company_id, "EUR", D("119.00"))]
    assert_sound()


def test_a_part_leaves_the_rest_open_on_both_sides() -> None:
    ours, hers = make_books(), make_books()
    payment = ours.payment(ours.customer(), "150.00")
    invoice = hers.invoice(hers.customer(), "119.00")
    settle(payment, invoice.item_id, "100.00")
    left = dict(OpenItem.objects.values_list("item_id", "open_amount"))
    assert left == {payment: D("-50.00"), invoice.item_id: D("19.00")}
    settle(payment, invoice.item_id, "19.00")
    assert list_intercompany_balances(ours.company_id) == [(hers.company_id, "EUR", D("-119.00"))]
    assert_sound()


def test_companies_of_two_currencies_each_convert_and_realise_by_themselves() -> None:
    record_rates(
        rates=[
            (date(2026, 3, 2), "EUR", "USD", D("1.0800")),
            (date(2026, 3, 2), "EUR", "GBP", D("0.8600")),
            (PAID, "EUR", "USD", D("1.1000")),
            (PAID, "EUR", "GBP", D("0.8500")),
        ],
        source="ECB",
    )
    ours, hers = make_books(), make_books(currency="GBP", group_currency="EUR")
    payment = ours.payment(ours.customer(), "1000.00", currency="USD", paid_date=date(2026, 3, 2))
    invoice = hers.invoice(hers.customer(), "1000.00", currency="USD")
    settle(payment, invoice.item_id, "1000.00")

    def balance(books: Books, role: AccountRole) -> Decimal:
        return get_balance(company_id=books.company_id, roles=[role], as_of=PAID)

    assert balance(ours, AccountRole.DUE_TO_AFFILIATES) == D("-909.09")
    assert balance(ours, AccountRole.FX_REALISED) == D("909.09") - D("925.93")
    assert balance(hers, AccountRole.DUE_FROM_AFFILIATES) == D("772.73")
    assert balance(hers, AccountRole.FX_REALISED) == D("796.30") - D("772.73")
    for books in (ours, hers):
        assert balance(books, AccountRole.RECEIVABLES) == balance(books, AccountRole.UNAPPLIED_CASH) == 0
    assert rows(ours)["DUE_TO_AFFILIATES"] == -rows(hers)["DUE_FROM_AFFILIATES"] == D("-1000.00")
    assert_sound()


def test_what_cannot_be_settled_across_leaves_both_books_as_they_were() -> None:
    record_rates(rates=[(date(2026, 1, 1), "EUR", "USD", D("1.25"))], source="ECB")
    ours, hers = make_books(), make_books()
    customer = hers.customer()
    payment = ours.payment(ours.customer(), "100.00")
    invoice = hers.invoice(customer, "119.00").item_id
    dollars = hers.invoice(customer, "119.00", currency="USD").item_id
    credit = hers.invoice(customer, "-10.00").item_id
    own = ours.invoice(ours.customer("2"), "50.00").item_id
    before = counts()
    for debit, amount, code in (
        (invoice, "100.01", "CANNOT_CLEAR"),
        (invoice, "0.00", "CANNOT_SETTLE_ACROSS"),
        (invoice, "-1.00", "CANNOT_SETTLE_ACROSS"),
        (invoice, "0.001", "AMOUNT_TOO_FINE"),
        (dollars, "10.00", "CANNOT_SETTLE_ACROSS"),
        (credit, "10.00", "CANNOT_SETTLE_ACROSS"),
        (own, "10.00", "CANNOT_SETTLE_ACROSS"),
        (10**9, "10.00", "CANNOT_SETTLE_ACROSS"),
    ):
        with pytest.raises(Refusal) as refusal:
            settle(payment, debit, amount)
        assert (debit, amount, refusal.value.code) == (debit, amount, code)
        assert counts() == before
    with pytest.raises(CannotSettleAcross):
        settle(invoice, payment, "10.00")
    for one in (ours, hers):
        actor = Actor(7, "Clerk", {one.company_id: frozenset({Duty.CASH})})
        with pytest.raises(NotAllowed):
            settle(payment, invoice, "10.00", actor)
    with operation():
        LedgerAccount.objects.filter(company_id=hers.company_id, role="DUE_FROM_AFFILIATES").update(role=None)
    with pytest.raises(NoAccount):
        settle(payment, invoice, "10.00")
    assert counts() == before
    assert_sound()


def standing() -> tuple[object, ...]:
    """Give what both books say: open items with their value and day, balances of all accounts, who owes whom."""
    companies = sorted(set(Item.objects.values_list("company_id", flat=True)))
    return (
        sorted(OpenItem.objects.values_list("item_id", "open_amount", "open_company_amount", "due_date")),
        [
            {
                row.role: (row.amount, row.company_amount, row.group_amount)
                for row in get_trial_balance(company_id=company_id, as_of=date(2026, 12, 31))
                if row.company_amount or row.amount
            }
            for company_id in companies
        ],
        [list_intercompany_balances(company_id) for company_id in companies],
    )


@pytest.mark.parametrize("side", [0, 1])
def test_undoing_a_settlement_restores_both_companies_exactly(side: int) -> None:
    record_rates(
        rates=[
            (date(2026, 3, 2), "EUR", "USD", D("1.0800")),
            (date(2026, 3, 2), "EUR", "GBP", D("0.8600")),
            (PAID, "EUR", "USD", D("1.1000")),
            (PAID, "EUR", "GBP", D("0.8500")),
        ],
        source="ECB",
    )
    ours, hers = make_books(), make_books(currency="GBP", group_currency="EUR")
    payment = ours.payment(ours.customer(), "1000.00", currency="USD", paid_date=date(2026, 3, 2))
    invoice = hers.invoice(hers.customer(), "1190.07", currency="USD").item_id
    kept = settle(payment, invoice, "100.01")
    before = standing()
    clearings = settle(payment, invoice, "877.77")
    assert standing() != before

    undo_settlement(
        actor=SYSTEM, clearing_id=clearings[side], on_date=date(2026, 3, 1), reason="wrong invoice"
    )

    assert standing() == before
    assert_sound()
    undone = Event.objects.filter(kind="cash.settlement.undone").order_by("id")
    assert [event.company_id for event in undone] == [ours.company_id, hers.company_id]
    after = counts()
    for clearing in clearings:
        with pytest.raises(CannotUnclear), operation():
            undo_settlement(actor=SYSTEM, clearing_id=clearing, on_date=PAID, reason="again")
    assert counts() == after
    undo_settlement(actor=SYSTEM, clearing_id=kept[side], on_date=PAID, reason="that one too")
    assert dict(OpenItem.objects.values_list("item_id", "open_amount")) == {
        payment: D("-1000.00"),
        invoice: D("1190.07"),
    }
    assert list_intercompany_balances(ours.company_id) == list_intercompany_balances(hers.company_id) == []
    assert_sound()


def test_what_is_no_settlement_is_not_undone() -> None:
    ours, hers = make_books(), make_books()
    customer = ours.customer()
    payment = ours.payment(customer, "100.00")
    own = ours.clear(payment, ours.invoice(customer, "10.00").item_id, "10.00")
    clearing, _ = settle(payment, hers.invoice(hers.customer(), "50.00").item_id, "50.00")
    before = counts()
    for number, reason in ((own, "r"), (10**9, "r"), (clearing, " ")):
        with pytest.raises(CannotSettleAcross), operation():
            undo_settlement(actor=SYSTEM, clearing_id=number, on_date=PAID, reason=reason)
    for one in (ours, hers):
        actor = Actor(7, "Clerk", {one.company_id: frozenset({Duty.CASH})})
        with pytest.raises(NotAllowed), operation():
            undo_settlement(actor=actor, clearing_id=clearing, on_date=PAID, reason="r")
    assert counts() == before


def test_the_command_line_settles_and_takes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    ours, hers = make_books(), make_books()
    ours.payment(ours.customer(), "100.00", reference="ZE-1")
    invoice = hers.invoice(hers.customer(), "50.00")
    before = standing()

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["receivables", *arguments])
        return f"{result.exit_code} {result.output}"

    named = ("--paid-company", ours.company.name, "--payment", "ZE-1", "--company", hers.company.name)
    settled = ("--item", invoice.number, "--amount", "50.00", "--date", "2026-04-01")
    assert "NOT_FOUND" in run("settle-across", *named, "--item", "none", "--amount", "1")
    assert run("settle-across", *named, *settled).startswith("0 Settled by C-")
    clearing = str(ClearingEdge.objects.earliest("id").clearing_id)
    assert run("undo-settlement", "--clearing", clearing, "--reason", "wrong").startswith("0 ")
    assert standing() == before
