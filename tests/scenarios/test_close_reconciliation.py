"""Open items against the control account at a period's end: explained by dated items, or the close stops."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from acquit.closing.batch import close_period
from acquit.closing.rules.checklist import CannotClosePeriod
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.models import RunChunk
from acquit.infra.transaction import operation
from acquit.insight.queries.close import list_reconciliations
from acquit.ledger.models import Period
from acquit.ledger.operations import add_entries
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import EntryDraft, PostingDraft
from acquit.receivables.operations import add_items
from acquit.receivables.rules.items import ItemDraft, ItemKind
from tests.builders import SYSTEM, Books, make_books

pytestmark = pytest.mark.django_db

D = Decimal
JANUARY_END = date(2026, 1, 31)


def post(books: Books, amount: str, *, entry_date: date, item_date: date | None) -> int | None:
    """Post an amount on 1200 on one day and its item on another, or none at all: what a bug would leave behind."""
    customer = books.customer(f"C{amount}")
    with operation():
        plan = WritePlan()
        [item_id] = next_ids("item", 1) if item_date else [None]
        if item_date is not None:
            draft = ItemDraft(
                id=item_id,
                company_id=books.company_id,
                customer_id=customer,
                kind=ItemKind.INVOICE,
                number=f"R-{amount}",
                currency="EUR",
                original_amount=D(amount),
                company_amount=D(amount),
                baseline_date=item_date,
                due_date=item_date,
                posting_date=item_date,
            )
            add_items(plan, [draft])
        lines = (
            PostingDraft(AccountRole.RECEIVABLES, D(amount), D(amount), D(amount), item_id),
            PostingDraft(AccountRole.REVENUE, -D(amount), -D(amount), -D(amount)),
        )
        add_entries(plan, [EntryDraft(books.company_id, entry_date, "INVOICE", "EUR", lines)])
        write(plan)
    return item_id


def close(books: Books) -> None:
    close_period(
        actor=SYSTEM,
        company_id=books.company_id,
        period="2026-01",
        business_date=date(2026, 2, 10),
        started_at=datetime(2026, 2, 10, tzinfo=UTC),
    )


def test_a_difference_in_time_is_explained_by_its_items_and_does_not_block() -> None:
    books = make_books()
    post(books, "1190.00", entry_date=JANUARY_END, item_date=JANUARY_END)
    post(books, "10.00", entry_date=JANUARY_END, item_date=date(2026, 2, 2))
    post(books, "7.00", entry_date=date(2026, 2, 3), item_date=date(2026, 1, 30))
    [found] = list_reconciliations(company_id=books.company_id, as_of=JANUARY_END)
    assert (found.subledger, found.ledger) == (D("1197.00"), D("1200.00"))
    assert (found.document.difference, found.document.explained, found.document.unexplained) == (-3, -3, 0)
    assert [(item.text, item.amount) for item in found.items] == [
        ("R-10.00 of 2026-02-02: the other side follows on 2026-02-02", D("-10.00")),
        ("R-7.00 of 2026-01-30: the other side follows on 2026-02-03", D("7.00")),
    ]
    assert found.is_reconciled
    [later] = list_reconciliations(company_id=books.company_id, as_of=date(2026, 2, 28))
    assert (later.document.difference, later.items) == (0, ())
    close(books)
    assert Period.objects.get(company_id=books.company_id, start_date=date(2026, 1, 1)).status == "CLOSED"


def test_tax_is_no_account_of_open_items_and_does_not_stop_the_close() -> None:
    books = make_books()
    books.invoice(books.customer(), "119.00", tax="19.00", document_date=date(2026, 1, 12))
    found = list_reconciliations(company_id=books.company_id, as_of=JANUARY_END)
    assert [(row.role, row.subledger, row.ledger) for row in found] == [("RECEIVABLES", D(119), D(119))]
    close(books)
    assert Period.objects.get(company_id=books.company_id, start_date=date(2026, 1, 1)).status == "CLOSED"


def test_a_posting_without_an_item_blocks_the_close_and_is_named() -> None:
    books = make_books()
    post(books, "100.00", entry_date=JANUARY_END, item_date=JANUARY_END)
    post(books, "5.00", entry_date=JANUARY_END, item_date=None)
    [found] = list_reconciliations(company_id=books.company_id, as_of=JANUARY_END)
    assert (found.document.difference, found.document.unexplained) == (-5, -5)
    with pytest.raises(CannotClosePeriod) as refusal:
        close(books)
    assert "open items 100.00, account 105.00; -5.00 EUR is not explained" in refusal.value.message
    assert refusal.value.details == {"accounts": ["RECEIVABLES/EUR"]}
    assert sorted(RunChunk.objects.values_list("chunk", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert Period.objects.get(company_id=books.company_id, start_date=date(2026, 1, 1)).status == "OPEN"
