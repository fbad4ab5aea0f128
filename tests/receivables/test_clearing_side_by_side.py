"""Clearings cut into lanes of customers that two workers take at once: the same books as one after the other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from acquit.insight.queries.checks import run_checks
from acquit.receivables.batch import clear_all_items
from acquit.receivables.models import Clearing, ClearingEdge
from acquit.receivables.queries import list_open_items
from acquit.receivables.rules.clearing import CannotClear, ClearingDraft, PairDraft
from acquit.receivables.rules.clearing_columns import ClearingColumns, clearing_columns_of
from tests.builders import PAYMENT_DAY, SYSTEM, Books, make_books

D = Decimal
pytestmark = pytest.mark.django_db(transaction=True)


def make_payments(books: Books, customers: list[int]) -> list[ClearingDraft]:
    """Let each customer pay two invoices with one payment, and the rest of it on the second later."""
    drafts, rests = [], []
    for customer in customers:
        payment = books.payment(customer, "100.00")
        first, second = (books.invoice(customer, amount).item_id for amount in ("40.00", "70.00"))
        drafts.append(draft(books, (payment, first, "40.00"), (payment, second, "10.00")))
        rests.append(draft(books, (payment, second, "50.00")))
    return [*drafts, *rests]


def draft(books: Books, *pairs: tuple[int, int, str]) -> ClearingDraft:
    """Make a clearing of pairs."""
    return ClearingDraft(books.company_id, PAYMENT_DAY, tuple(PairDraft(c, d, D(a)) for c, d, a in pairs))


@pytest.mark.parametrize(("workers", "chunk"), [(1, 100), (2, 100), (2, 1), (3, 2)])
def test_workers_clear_what_one_clears(workers: int, chunk: int) -> None:
    books = make_books()
    customers = books.customers(*"12345")
    drafts = make_payments(books, customers)
    ids = clear_all_items(actor=SYSTEM, columns=clearing_columns_of(drafts), workers=workers, chunk=chunk)
    edges: dict[int, list[tuple[int, int, Decimal]]] = {}
    for edge in ClearingEdge.objects.order_by("id"):
        edges.setdefault(edge.clearing_id, []).append((edge.credit_item_id, edge.debit_item_id, edge.amount))
    assert [edges[clearing_id] for clearing_id in ids] == [[tuple(p) for p in d.pairs] for d in drafts]
    assert [item.open_amount for item in list_open_items()] == [D("10.00")] * 5
    assert {result.name for result in run_checks() if result.violations} == set()


def test_a_refusal_leaves_the_other_lane_and_the_chunks_before() -> None:
    books = make_books()
    customers = books.customers(*"12")
    drafts = make_payments(books, customers)
    refused = drafts[-1]
    drafts[-1] = refused._replace(pairs=(refused.pairs[0]._replace(amount=D("60.01")),))
    with pytest.raises(CannotClear, match=r"60\.01"):
        clear_all_items(actor=SYSTEM, columns=clearing_columns_of(drafts), workers=2, chunk=1)
    assert Clearing.objects.count() == 3
    assert sorted(item.open_amount for item in list_open_items()) == [D("-50.00"), D("10.00"), D("60.00")]
    assert {result.name for result in run_checks() if result.violations} == set()


def test_an_unknown_item_is_refused_and_nothing_is_nothing() -> None:
    books = make_books()
    unknown = [draft(books, (999_999, 999_998, "1.00"))]
    with pytest.raises(CannotClear, match="Item 999999 is not open"):
        clear_all_items(actor=SYSTEM, columns=clearing_columns_of(unknown))
    assert clear_all_items(actor=SYSTEM, columns=clearing_columns_of([])) == []
    assert isinstance(clearing_columns_of([]), ClearingColumns)
    assert Clearing.objects.count() == 0
