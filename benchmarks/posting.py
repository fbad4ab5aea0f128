"""Bulk posting of invoices through the operation, every invariant on, against a bare COPY of the same rows.

Ours: the application's role, `issue_documents` in chunks of 20,000 (document, line, item, open item, entry with three
postings, event). Bare: COPY of the very same rows, the open items too, into the same tables without triggers.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from acquit.billing.operations import add_documents, issue_documents
from acquit.billing.rules.documents import DocumentDraft, DocumentKind, LineDraft
from acquit.controls.operations import open_company
from acquit.controls.rules.duties import Actor
from acquit.infra.bulk import TableRows, WritePlan
from acquit.infra.transaction import operation
from acquit.ledger.operations import open_books, open_periods
from acquit.parties.operations import CustomerDraft, store_customers
from benchmarks.bare import bare_tables, copy_bare
from benchmarks.results_table import Result

INVOICES = 100_000
CHUNK = 20_000
CUSTOMERS = 5_000
ROUNDS = 3
TABLES = ("document", "document_line", "item", "open_item", "journal_entry", "posting", "event")
SYSTEM = Actor(None, "bench", is_system=True)


def measure() -> list[Result]:
    """Measure rounds of ours and bare in turn; the ratio is of the medians."""
    company_id, customers = make_company()
    ours, with_making, bare = [], [], []
    with bare_tables(TABLES) as owner:
        for number in range(ROUNDS):
            gc.collect()
            began = time.perf_counter()
            chunks = [list(make_drafts(company_id, customers, number, c)) for c in range(INVOICES // CHUNK)]
            made = time.perf_counter()
            for drafts in chunks:
                issue_documents(actor=SYSTEM, drafts=drafts)
            ended = time.perf_counter()
            ours.append(ended - made)
            with_making.append(ended - began)
            seconds = 0.0
            for drafts in chunks:
                seconds += copy_bare(owner, rows_of(drafts, number))
            bare.append(seconds)
    return [
        _result(
            "posting 100,000 invoices, from drafts", statistics.median(ours), statistics.median(bare), 0.6
        ),
        _result(
            "posting 100,000 invoices, making counted",
            statistics.median(with_making),
            statistics.median(bare),
            0.5,
        ),
    ]


def _result(name: str, seconds: float, bare: float, target: float) -> Result:
    note = f"bare COPY {bare:.2f} s, {INVOICES / seconds:,.0f} invoices/s"
    return Result(name, f"{INVOICES:,} invoices", seconds, bare / seconds, target, note=note)


def make_company(customers: int = CUSTOMERS, name: str = "Bench") -> tuple[int, list[int]]:
    """Make a company with books and customers."""
    company = open_company(name=name, currency="EUR")
    open_books(company_id=company.id)
    open_periods(company_id=company.id, first_date=date(2026, 1, 1), last_date=date(2026, 12, 31))
    ids = store_customers(
        actor=SYSTEM,
        company_id=company.id,
        drafts=[CustomerDraft(f"{n:06d}", f"Customer {n}") for n in range(customers)],
    )
    return company.id, list(ids.values())


def make_drafts(
    company_id: int, customers: list[int], round_number: int, chunk: int
) -> Iterator[DocumentDraft]:
    """Make a chunk of invoices in a believable spread over customers and days."""
    for n in range(CHUNK):
        number = chunk * CHUNK + n
        net = Decimal(1000 + (number * 7919) % 500_000).scaleb(-2)
        tax = (net * 19 / 100).quantize(Decimal("0.01"))
        day = date(2026, 1, 1) + timedelta(days=(number * 31) % 330)
        yield DocumentDraft(
            company_id=company_id,
            customer_id=customers[(number * 4099) % len(customers)],
            kind=DocumentKind.INVOICE,
            currency="EUR",
            document_date=day,
            due_date=day + timedelta(days=30),
            net=net,
            tax=tax,
            number=f"B{round_number}-{number:08d}",
            payment_terms="NET 30",
            lines=(LineDraft("P-1", "Product", Decimal(1), net, net, "S", Decimal(19), tax),),
        )


def rows_of(drafts: list[DocumentDraft], round_number: int) -> list[tuple[str, TableRows]]:
    """Give the very rows the operation writes, with fresh ids and numbers, and the open items the trigger adds."""
    fresh = [draft._replace(number=f"R{round_number}-{draft.number}") for draft in drafts]
    plan = WritePlan()
    with operation():
        add_documents(plan, SYSTEM, fresh, None)
    tables = list(plan.tables())
    for _, rows in tables:
        rows.keep()
    items = dict(tables)["item"]
    place = {name: n for n, name in enumerate(items.columns)}
    columns = (
        *("customer_id", "company_id", "due_date", "posting_date", "kind", "currency", "original_amount"),
        *("id", "original_amount", "company_amount"),
    )
    names = (
        *("customer_id", "company_id", "due_date", "posting_date", "kind", "currency", "original_amount"),
        *("item_id", "open_amount", "open_company_amount"),
    )
    open_items = TableRows(names)
    open_items.add([tuple(row[place[column]] for column in columns) for row in items.stream()], items.count)
    tables.insert([name for name, _ in tables].index("item") + 1, ("open_item", open_items))
    return tables
