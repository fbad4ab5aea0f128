"""Clearing a million items by 400,000 payments through the operation, against the bare set-based writes it needs.

Ours: the application's role, `clear_item_columns` in chunks of 20,000 payments, a transaction each: customers locked,
facts read, decided, and clearing, edges, entry, postings and event written, the live set following by trigger. Bare:
COPY of the very same rows, as text made before the clock starts, into the same indexed tables without triggers, and one
DELETE of the items that close; also a transaction a chunk. The two take turns chunk by chunk.
"""

from __future__ import annotations

import gc
import time
from datetime import date
from typing import Any

import polars as pl
import psycopg

from acquit.infra import databases
from acquit.infra.bulk import FramePart, WritePlan
from acquit.infra.transaction import operation
from acquit.receivables.operations import clear_item_columns, clearing_columns
from acquit.receivables.rules.clearing_columns import ClearingColumns, join_facts
from benchmarks.bare import BareTable, bare_tables, copy_texts
from benchmarks.invoices import SYSTEM, make_company
from benchmarks.results_table import Result, scaled

PAYMENTS_A_CHUNK = 20_000
PAYMENTS = scaled(400_000, PAYMENTS_A_CHUNK)
#: Five invoices are paid by two payments: one pays two of them, the other three.
ITEMS = PAYMENTS * 5 // 2
TABLES = ("clearing", "clearing_edge", "journal_entry", "posting", "event", "open_item")
DAY = date(2026, 6, 30)


def measure() -> list[Result]:
    """Fill the live set, then clear it chunk by chunk, ours and bare in turn."""
    company_id, customers = make_company()
    ours, bare = [], []
    with bare_tables(TABLES) as owner:
        first = fill(owner, company_id, customers)
        for chunk in range(PAYMENTS // PAYMENTS_A_CHUNK):
            columns = make_columns(company_id, first, chunk)
            texts, item_ids = texts_of(columns), columns.item_ids
            gc.collect()
            began = time.perf_counter()
            clear_item_columns(actor=SYSTEM, columns=columns)
            ours.append(time.perf_counter() - began)
            bare.append(clear_bare(owner, texts, item_ids))
    note = f"bare {sum(bare):.1f} s, {ITEMS / sum(ours):,.0f} items/s"
    name = "clearing, from columns"
    size = f"{ITEMS:,} items, {PAYMENTS:,} payments"
    return [Result(name, size, sum(ours), sum(bare) / sum(ours), 0.7, note=note)]


def make_columns(company_id: int, first: int, chunk: int) -> ClearingColumns:
    """Pay every invoice of a chunk whole: payment n pays two invoices where it is even, three where it is odd."""
    payment = pl.int_range(chunk * PAYMENTS_A_CHUNK, (chunk + 1) * PAYMENTS_A_CHUNK, dtype=pl.Int64)
    pairs = (
        pl.select(payment=payment)
        .with_row_index("clearing")
        .with_columns(invoice=pl.int_ranges(pl.col("payment") * 5 // 2, (pl.col("payment") + 1) * 5 // 2))
        .explode("invoice")
    )
    clearings = pl.DataFrame({"company_id": [company_id] * PAYMENTS_A_CHUNK}).with_columns(
        effective_date=pl.lit(DAY),
        reason=pl.lit("APPLICATION"),
        **{name: pl.lit(None, pl.Int64) for name in ("decision_id", "run_id", "actor_id")},
        text=pl.lit(""),
    )
    return ClearingColumns(
        clearings,
        pairs.select(
            "clearing",
            credit_item_id=first + ITEMS + pl.col("payment"),
            debit_item_id=first + pl.col("invoice"),
            amount=(1000 + pl.col("invoice") % 50_000).cast(pl.Decimal(38, 2)) / 100,
        ),
    )


def texts_of(columns: ClearingColumns) -> list[BareTable]:
    """Give the very rows the operation writes as COPY's text."""
    plan = WritePlan()
    with operation():
        pairs = join_facts(columns, clearing_columns.read_facts(columns.item_ids))
        clearing_columns.add_clearing_columns(plan, columns, pairs)
    return [
        BareTable(table, rows.columns, part.as_copy_text())
        for table, rows in plan.tables()
        for part in rows.parts
        if isinstance(part, FramePart)
    ]


def clear_bare(owner: psycopg.Connection[Any], texts: list[BareTable], item_ids: list[int]) -> float:
    """Write a chunk's rows into the bare tables and delete what closes; gives the seconds."""
    began = time.perf_counter()
    with owner.transaction():
        copy_texts(owner, texts)
        owner.execute("DELETE FROM open_item WHERE item_id = ANY(%s)", [item_ids])
    return time.perf_counter() - began


def fill(owner: psycopg.Connection[Any], company_id: int, customers: list[int]) -> int:
    """Fill items and both live sets, invoices before payments; gives the id of the first item."""
    with psycopg.connect(**databases.connection_settings("owner"), autocommit=True) as public:  # type: ignore[arg-type]
        public.execute("ALTER TABLE item DISABLE TRIGGER USER")
        row = public.execute("SELECT coalesce(max(id), 0) + 1 FROM item").fetchone()
        first = int(row[0]) if row else 1
        parameters = {"company": company_id, "customers": customers, "first": first, "items": ITEMS}
        public.execute(FILL_INVOICES, parameters)
        public.execute(FILL_PAYMENTS, {**parameters, "payments": PAYMENTS})
        public.execute("ALTER TABLE item ENABLE TRIGGER USER")
        public.execute(f"INSERT INTO open_item ({LIVE}) SELECT {LIVE_OF_ITEM} FROM item")
        public.execute("VACUUM (ANALYZE) item, open_item")
    owner.execute(f"INSERT INTO bare.open_item ({LIVE}) SELECT {LIVE} FROM public.open_item")
    owner.execute("VACUUM (ANALYZE) bare.open_item")
    return first


LIVE = (
    "item_id, customer_id, company_id, due_date, posting_date, kind, currency, original_amount, open_amount,"
    " open_company_amount"
)
LIVE_OF_ITEM = (
    "id, customer_id, company_id, due_date, posting_date, kind, currency, original_amount, original_amount,"
    " company_amount"
)
FILL_INVOICES = """
INSERT INTO item (id, customer_id, company_id, baseline_date, due_date, posting_date, kind, currency, number,
                  original_amount, company_amount)
SELECT %(first)s + n, (%(customers)s::bigint[])[1 + (n / 5) %% cardinality(%(customers)s::bigint[])], %(company)s,
       d, d + 30, d, 'INVOICE', 'EUR', 'I-' || n, a, a
  FROM (SELECT n, date '2026-01-01' + (n %% 150)::int AS d, ((1000 + n %% 50000) / 100.0)::numeric(20,2) AS a
          FROM generate_series(0::bigint, %(items)s::bigint - 1) n) drawn
"""
FILL_PAYMENTS = """
INSERT INTO item (id, customer_id, company_id, baseline_date, due_date, posting_date, kind, currency, number,
                  original_amount, company_amount)
SELECT %(first)s + %(items)s + p, (%(customers)s::bigint[])[1 + (p / 2) %% cardinality(%(customers)s::bigint[])],
       %(company)s, d, d, d, 'PAYMENT', 'EUR', 'P-' || p, -a, -a
  FROM (SELECT p, date '2026-06-30' AS d,
               (SELECT sum(((1000 + n %% 50000) / 100.0)::numeric(20,2))
                  FROM generate_series(p * 5 / 2, (p + 1) * 5 / 2 - 1) n) AS a
          FROM generate_series(0::bigint, %(payments)s::bigint - 1) p) drawn
"""
