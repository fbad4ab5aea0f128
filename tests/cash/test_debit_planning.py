"""Looking ahead at a run: what it shows is what proposing it does, and nothing is written by looking."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from acquit.cash.models import BankAccount, DebitCollection, DebitRun, Mandate
from acquit.cash.operations import propose_debit_run, store_bank_accounts
from acquit.cash.queries import (
    count_mandates,
    find_mandates,
    get_debit_file,
    get_debit_run,
    list_mandate_steps,
    list_run_sums,
    preview_debit_run,
)
from acquit.cash.rules.debit_runs import CannotCollect, LeftOut
from acquit.core.errors import NotFound
from acquit.disputes.operations import DisputeDraft, open_disputes
from acquit.infra.transaction import operation
from tests.builders import SYSTEM, Books, make_books
from tests.scenarios.test_direct_debit import OURS, TAKEN, TOLD, mandate

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def books() -> Books:
    found = make_books("Kontor GmbH")
    store_bank_accounts(actor=SYSTEM, company_id=found.company_id, accounts=[(OURS, "EUR", "Hausbank")])
    return found


def owe(books: Books, customer: int, amount: str) -> int:
    """Issue an invoice that is due before the day of the run; gives its item."""
    return books.invoice(customer, amount, document_date=date(2026, 2, 20)).item_id


def test_what_is_shown_is_what_is_proposed(books: Books) -> None:
    plain, contested, agreed = books.customers("1", "2", "3")
    mandate(books, plain, "M-1")
    mandate(books, contested, "M-2")
    mandate(books, agreed, "M-3", notice_days=30)
    items = {customer: owe(books, customer, "100.00") for customer in (plain, contested, agreed)}
    case = DisputeDraft(items[contested], contested, "EUR", D("100.00"), "PRICE", TOLD)
    open_disputes(actor=SYSTEM, company_id=books.company_id, drafts=[case])

    shown = preview_debit_run(company_id=books.company_id, collection_date=TAKEN, business_date=TOLD)

    assert not DebitRun.objects.exists()
    assert [(one.item_id, one.amount, one.told_by) for one in shown.collections] == [
        (items[plain], D("100.00"), TAKEN - timedelta(days=14))
    ]
    assert {one.item_id: (one.reason, one.amount) for one in shown.left_out} == {
        items[contested]: ("CONTESTED", D("100.00")),
        items[agreed]: ("NOTICE_TOO_SHORT", D("100.00")),
    }
    proposed = propose_debit_run(
        actor=SYSTEM,
        company_id=books.company_id,
        bank_account_id=BankAccount.objects.get().id,
        collection_date=TAKEN,
        business_date=TOLD,
    )
    assert (proposed.count, proposed.amount, proposed.submit_by) == (1, shown.amount, shown.submit_by)
    assert proposed.left_out == tuple(
        LeftOut(one.item_id, one.number, one.mandate_id, one.reason) for one in shown.left_out
    )
    again = preview_debit_run(company_id=books.company_id, collection_date=TAKEN, business_date=TOLD)
    assert again.collections == ()


def test_a_lapsed_mandate_serves_nothing_though_nobody_let_it_lapse_yet(books: Books) -> None:
    customer = books.customer()
    mandate(books, customer, "M-1", signed_date=date(2023, 3, 17))  # 36 months end the day before it is told
    owe(books, customer, "100.00")

    shown = preview_debit_run(company_id=books.company_id, collection_date=TAKEN, business_date=TOLD)

    assert (shown.collections, shown.left_out) == ((), ())
    assert Mandate.objects.get().state == "ACTIVE"


def test_a_day_on_which_banks_do_not_settle_is_not_looked_at(books: Books) -> None:
    with pytest.raises(CannotCollect, match="do not settle"):
        preview_debit_run(company_id=books.company_id, collection_date=date(2026, 4, 3), business_date=TOLD)


def test_runs_and_mandates_are_counted_by_the_database(books: Books) -> None:
    customer = books.customer("1", name="Ada KG")
    mandate(books, customer, "MND-1")
    mandate(books, books.customer("2"), "X-2")
    owe(books, customer, "100.00")
    owe(books, customer, "50.00")
    run = propose_debit_run(
        actor=SYSTEM,
        company_id=books.company_id,
        bank_account_id=BankAccount.objects.get().id,
        collection_date=TAKEN,
        business_date=TOLD,
    ).run_id
    first = DebitCollection.objects.order_by("id").first()
    assert first is not None
    with operation():
        DebitCollection.objects.filter(id=first.id).update(state="REJECTED")

    [told] = list_run_sums([books.company_id])

    assert (told.id, told.count, told.amount, told.came_back, told.collected) == (run, 2, D("150.00"), 1, 0)
    assert list_run_sums([books.company_id], before_id=run) == []
    assert len(get_debit_run(run).collections) == 2
    with pytest.raises(NotFound):
        get_debit_file(run)
    assert count_mandates([books.company_id]) == {"ACTIVE": 2}
    found = find_mandates(company_ids=[books.company_id], reference="nd-")
    assert [one.reference for one in found] == ["MND-1"]
    found = find_mandates(company_ids=[books.company_id], after=("MND-1", found[0].id))
    assert [one.reference for one in found] == ["X-2"]
    steps = [step.kind for step in list_mandate_steps(found[0].id)]
    assert steps == ["cash.mandate.activated", "cash.mandate.stored"]
