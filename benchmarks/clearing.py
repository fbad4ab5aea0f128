"""Clearing a million items by 400,000 payments through the operation, against the bare set-based writes it needs.

Ours: the application's role, `clear_all_items` with 40,000 payments at a time: cut into two lanes of customers that two
workers clear at once, 20,000 payments a transaction: customers locked, facts read, decided, and clearing, edges, entry,
postings and event written, the live set following by trigger. And the same with one worker. Bare: COPY of the very same
rows on one connection, as text made before the clock starts, into the same indexed tables without triggers, and one
DELETE of the items that close; 20,000 payments a transaction too. The two take turns.
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
from acquit.receivables.batch import clear_all_items
from acquit.receivables.operations import clearing_columns
from acquit.receivables.queries.item_columns import get_open_item_columns
from acquit.receivables.rules.clearing_columns import ClearingColumns, join_facts
from benchmarks.bare import BareTable, bare_tables, copy_texts
from benchmarks.invoices import SYSTEM, make_company
from benchmarks.results_table import Result, scaled

PAYMENTS_A_CHUNK = 20_000
PAYMENTS_AT_ONCE = 2 * PAYMENTS_A_CHUNK
PAYMENTS = scaled(400_000, PAYMENTS_AT_ONCE)
#: One worker clears a quarter as many.
FILLED_PAYMENTS = PAYMENTS + scaled(80_000, PAYMENTS_AT_ONCE)
#: Five invoices are paid by two payments: one pays two of them, the other three.
ITEMS = FILLED_PAYMENTS * 5 // 2
TABLES = ("clearing", "clearing_edge", "journal_entry", "posting", "event", "open_item")
DAY = date(2026, 6, 30)


def measure() -> list[Result]:
    """Fill the live set, then clear it, ours and bare in turn; the last part with one worker."""
    company_id, customers = make_company()
    with bare_tables(TABLES) as owner:
        first = fill(owner, company_id, customers)
        starts = range(0, FILLED_PAYMENTS, PAYMENTS_AT_ONCE)
        turns = [
            clear_in_turn(owner, company_id, first, start, 2 if start < PAYMENTS else 1) for start in starts
        ]
    both, alone = turns[: PAYMENTS // PAYMENTS_AT_ONCE], turns[PAYMENTS // PAYMENTS_AT_ONCE :]
    return [_result("clearing, two workers", both, 0.7), _result("clearing, one worker", alone, None)]


def _result(name: str, turns: list[tuple[float, float]], target: float | None) -> Result:
    ours, bare = (sum(turn[n] for turn in turns) for n in (0, 1))
    payments = len(turns) * PAYMENTS_AT_ONCE
    note = f"bare {bare:.1f} s on one connection, {payments * 5 // 2 / ours:,.0f} items/s"
    return Result(
        name, f"{payments * 5 // 2:,} items, {payments:,} payments", ours, bare / ours, target, note=note
    )


def clear_in_turn(
    owner: psycopg.Connection[Any], company_id: int, first: int, start: int, workers: int
) -> tuple[float, float]:
    """Clear some payments by one or two workers, then the same bare; gives the seconds of both."""
    chunks = [
        make_columns(company_id, first, place, PAYMENTS_A_CHUNK)
        for place in range(start, start + PAYMENTS_AT_ONCE, PAYMENTS_A_CHUNK)
    ]
    bare = [(texts_of(chunk), chunk.item_ids.to_list()) for chunk in chunks]
    columns = make_columns(company_id, first, start, PAYMENTS_AT_ONCE)
    gc.collect()
    began = time.perf_counter()
    clear_all_items(actor=SYSTEM, columns=columns, workers=workers, chunk=PAYMENTS_A_CHUNK)
    return time.perf_counter() - began, sum(clear_bare(owner, *each) for each in bare)


def make_columns(company_id: int, first: int, start: int, count: int) -> ClearingColumns:
    """Pay every invoice whole: payment n pays two invoices where it is even, three where it is odd."""
    payment = pl.int_range(start, start + count, dtype=pl.Int64)
    pairs = (
        pl.select(payment=payment)
        .with_row_index("clearing")
        .with_columns(invoice=pl.int_ranges(pl.col("payment") * 5 // 2, (pl.col("payment") + 1) * 5 // 2))
        .explode("invoice")
    )
    clearings = pl.DataFrame({"company_id": [company_id] * count}).with_columns(
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
        pairs = join_facts(columns, get_open_item_columns(columns.item_ids))
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
        public.execute(FILL_PAYMENTS, {**parameters, "payments": FILLED_PAYMENTS})
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
