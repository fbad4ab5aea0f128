"""Bulk posting of a million invoices through the operation, every invariant on, against a bare COPY of the same rows.

Ours: the application's role, chunks of 20,000 (document, three lines, item, open item, entry with three postings,
event) in a transaction each, from facts in columns (`posting`) and from Python objects, their making counted
(`posting_drafts`). Bare: COPY of the very same rows, as text made before the clock starts, the open items too, into the
same indexed tables without triggers, as their owner; also a transaction a chunk. The two take turns chunk by chunk, so
that both grow alike and what else the machine does falls on both.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import polars as pl
import psycopg

from acquit.billing.operations import issue_document_columns, issuing
from acquit.billing.rules.columns import DocumentColumns
from acquit.infra.bulk import FramePart, WritePlan
from acquit.infra.transaction import operation
from benchmarks.bare import BareTable, bare_tables, copy_texts
from benchmarks.invoices import SYSTEM, make_company, make_frames
from benchmarks.results_table import Result, scaled

CHUNK = 20_000
INVOICES = scaled(1_000_000, CHUNK)
CHUNKS_OF_100_000 = 5
TABLES = ("document", "document_line", "item", "open_item", "journal_entry", "posting", "event")
OPEN_ITEM_COLUMNS = {
    name: name
    for name in (
        "customer_id",
        "company_id",
        "due_date",
        "posting_date",
        "kind",
        "currency",
        "original_amount",
    )
} | {"item_id": "id", "open_amount": "original_amount", "open_company_amount": "company_amount"}


def measure() -> list[Result]:
    """Measure posting from columns, at 100,000 invoices and at a million."""
    company_id, customers = make_company()
    ours, bare = run_chunks(
        lambda first: make_frames(company_id, customers, first, CHUNK),
        lambda columns: issue_document_columns(actor=SYSTEM, columns=columns),
        lambda first: make_frames(company_id, customers, first, CHUNK, prefix="R"),
    )
    few = CHUNKS_OF_100_000
    return [
        result("posting, from columns", ours[:few], bare[:few], 0.6),
        result("posting, from columns", ours, bare, 0.7),
        *growth("posting, from columns", ours, bare),
    ]


def run_chunks(
    make: Callable[[int], DocumentColumns],
    issue: Callable[[DocumentColumns], object],
    make_bare: Callable[[int], DocumentColumns],
) -> tuple[list[float], list[float]]:
    """Post chunk by chunk, ours and bare in turn; gives the seconds of each."""
    ours, bare = [], []
    with bare_tables(TABLES) as owner:
        for first in range(0, INVOICES, CHUNK):
            columns = make(first)
            gc.collect()
            began = time.perf_counter()
            issue(columns)
            ours.append(time.perf_counter() - began)
            bare.append(post_bare(owner, make_bare(first)))
    return ours, bare


def post_bare(owner: psycopg.Connection, columns: DocumentColumns) -> float:
    """COPY a chunk's rows into the bare tables; gives the seconds of it alone."""
    return copy_texts(owner, texts_of(columns))


def texts_of(columns: DocumentColumns) -> list[BareTable]:
    """Give the very rows the operation writes as COPY's text, and the open items the trigger adds."""
    plan = WritePlan()
    with operation():
        issuing.add_columns(plan, SYSTEM, columns, None)
    found = []
    for table, rows in plan.tables():
        [part] = rows.parts
        if not isinstance(part, FramePart):
            raise TypeError(f"{table} came as rows: the bench posts in one currency")
        found.append(BareTable(table, rows.columns, part.as_copy_text()))
        if table == "item":
            frame = part.frame().select(**{name: pl.col(of) for name, of in OPEN_ITEM_COLUMNS.items()})
            text = FramePart(lambda frame=frame: frame).as_copy_text()
            found.append(BareTable("open_item", tuple(OPEN_ITEM_COLUMNS), text))
    return found


def result(name: str, ours: list[float], bare: list[float], target: float) -> Result:
    """Say how many invoices took how long, and the ratio of the bare seconds to ours."""
    count = len(ours) * CHUNK
    note = f"bare COPY {sum(bare):.1f} s, {count / sum(ours):,.0f} invoices/s"
    return Result(name, f"{count:,} invoices", sum(ours), sum(bare) / sum(ours), target, note=note)


def growth(name: str, ours: list[float], bare: list[float]) -> list[Result]:
    """Say what an invoice costs at five million rows of the tables against what it costs at one million."""
    at_one, at_five = slice(5, 10), slice(25, 30)
    if len(ours) < at_five.stop:
        return []
    slower, bare_slower = (sum(each[at_five]) / sum(each[at_one]) for each in (ours, bare))
    return [
        Result(
            f"{name}: cost at 5 million rows / at 1 million",
            "10 rows an invoice",
            sum(ours[at_five]),
            slower,
            1.15,
            at_most=True,
            note=f"1 is linear; bare {bare_slower:.2f}",
        )
    ]
