"""The sister's customer pays us: our payment settles her invoice, and each company's books say who owes whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.cash.operations import CannotSettleAcross, settle_across_companies
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
