"""Sales orders: stored once by number, found by the number as payers write it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.core.money import AmountTooFine
from acquit.core.references import normalise_reference
from acquit.orders.models import SalesOrder
from acquit.orders.operations import CannotStoreOrder, OrderDraft, store_orders
from acquit.orders.queries import list_orders
from tests.builders import SYSTEM, Books, clerk, make_books

pytestmark = pytest.mark.django_db
D = Decimal
DAY = date(2026, 1, 28)


def store(books: Books, *drafts: OrderDraft) -> int:
    return store_orders(actor=SYSTEM, company_id=books.company_id, drafts=drafts)


def test_an_order_is_found_by_its_number_however_it_is_written() -> None:
    books = make_books()
    customer = books.customer("1001")
    draft = OrderDraft("SO-5001/a", customer, DAY, "EUR", D("10000.00"), D(30))

    assert store(books, draft) == 1
    [found] = list_orders(books.company_id, number_keys=[normalise_reference("so 5001 A"), "OTHER"])

    assert (found.number, found.customer_id, found.prepayment_amount) == ("SO-5001/a", customer, D("3000.00"))
    assert list_orders(books.company_id, customer_ids=[customer]) == [found]
    assert list_orders(make_books().company_id) == []


def test_storing_again_adds_nothing_and_changes_only_what_is_said() -> None:
    books = make_books()
    one, other = books.customer("1001"), books.customer("1002")
    store(books, OrderDraft("1", one, DAY, "EUR", D("10.00"), D(50), "PO"))

    assert store(books, OrderDraft("1", other, DAY, "EUR")) == 0

    [found] = list_orders(books.company_id)
    assert (found.customer_id, found.amount, found.prepayment_percent, found.customer_po) == (
        other,
        D("10.00"),
        D(50),
        "PO",
    )


def test_nothing_is_stored_of_orders_with_one_that_cannot_be() -> None:
    books = make_books()
    customer = books.customer("1001")
    good = OrderDraft("1", customer, DAY, "EUR", D("10.00"))
    for bad, refusal in (
        (OrderDraft("2", customer, DAY, "EUR", D("10.005")), AmountTooFine),
        (OrderDraft("2", customer, DAY, "EUR", D(10), D(101)), CannotStoreOrder),
    ):
        with pytest.raises(refusal):
            store(books, good, bad)
    with pytest.raises(NotAllowed):
        store_orders(actor=clerk(books.company_id, Duty.CASH), company_id=books.company_id, drafts=[good])
    assert not SalesOrder.objects.exists()
