"""Ageing of a million open items by customer, today and as of a past day, against a bare sum over the same index.

Bare is `SELECT customer_id, sum(open_amount) FROM open_item WHERE company_id = … GROUP BY company_id, customer_id`
over the covering index, index-only, after VACUUM: what the same PostgreSQL needs to touch every open item once.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg

from acquit.infra import databases
from acquit.receivables.queries import get_ageing
from benchmarks.invoices import make_company
from benchmarks.results_table import Result

OPEN = 1_000_000
CLOSED = 2_000_000
ROUNDS = 5
#: Four closed items to one open over three years, as speed.md measured; the rest of the three years moves nothing.
A_DAY = 3_650
TODAY = date(2026, 11, 20)
PAST = date(2026, 9, 20)


def measure() -> list[Result]:
    """Fill the subledger set-based, then measure each query in turn."""
    company_id, customers = make_company()
    with psycopg.connect(**databases.connection_settings("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        fill(owner, company_id, customers)
        bare = [median(lambda: bare_sum(owner, company_id)) for _ in range(2)][-1]
        today = median(lambda: get_ageing(as_of=TODAY, company_ids=[company_id], is_today=True))
        past = median(lambda: get_ageing(as_of=PAST, company_ids=[company_id], is_today=False))
    size = f"{OPEN:,} open, {CLOSED:,} closed"
    note = f"bare sum over the same index {bare:.2f} s"
    return [
        Result("ageing by customer, today", size, today, today / bare, 1.3, at_most=True, note=note),
        Result("ageing by customer, 61 days back", size, past, past / bare, 2.5, at_most=True, note=note),
    ]


def median(act: Callable[[], Any]) -> float:
    """Give the median seconds of several rounds after one to warm up."""
    act()
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def bare_sum(owner: psycopg.Connection[Any], company_id: int) -> list[Any]:
    """Sum what is open by customer, over the covering index."""
    with owner.transaction():
        owner.execute("SET LOCAL enable_seqscan = off")
        return owner.execute(
            "SELECT customer_id, sum(open_amount) FROM open_item WHERE company_id = %s"
            " GROUP BY company_id, customer_id",
            [company_id],
        ).fetchall()


def fill(owner: psycopg.Connection[Any], company_id: int, customers: list[int]) -> None:
    """Fill a steady state: so many invoices a day, each paid up to 488 days after its due date, a million open."""
    owner.execute("SELECT set_config('acquit.companies', %s, false)", [str(company_id)])
    for table in ("item", "clearing_edge"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    parameters = {"company": company_id, "customers": customers, "count": OPEN + CLOSED, "a_day": A_DAY}
    owner.execute(FILL_ITEMS, parameters)
    owner.execute(FILL_EDGES, parameters)
    owner.execute(FILL_OPEN, parameters)
    for table in ("item", "clearing_edge"):
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for table in ("item", "open_item", "clearing_edge"):
        owner.execute(f"VACUUM (ANALYZE) {table}")


FILL_ITEMS = """
INSERT INTO item (customer_id, company_id, baseline_date, due_date, posting_date, kind, currency, number,
                  original_amount, company_amount)
SELECT (%(customers)s::bigint[])[1 + n * 4099 %% cardinality(%(customers)s::bigint[])], %(company)s,
       d, d + 30, d, 'INVOICE', 'EUR', 'A-' || n, a, a
  FROM (SELECT n, date '2026-11-20' - ((%(count)s - n) / %(a_day)s)::int AS d,
               ((1000 + n * 7919 %% 500000) / 100.0)::numeric(20,2) AS a
          FROM generate_series(1::bigint, %(count)s::bigint) n) drawn
 ORDER BY n
"""
FILL_EDGES = """
INSERT INTO clearing_edge (clearing_id, credit_item_id, debit_item_id, customer_id, company_id, effective_date,
    credit_due_date, credit_posting_date, debit_due_date, debit_posting_date, credit_kind, debit_kind, currency, amount,
    credit_company_amount, debit_company_amount)
SELECT id, -id, id, customer_id, company_id, paid, paid, paid, due_date, posting_date, 'PAYMENT', 'INVOICE', currency,
       original_amount, original_amount, original_amount
  FROM (SELECT *, due_date + (id * 17 %% 489)::int AS paid FROM item WHERE company_id = %(company)s) paying
 WHERE paid <= date '2026-11-20'
 ORDER BY paid, id
"""
FILL_OPEN = """
INSERT INTO open_item (item_id, customer_id, company_id, due_date, posting_date, kind, currency, original_amount,
                       open_amount, open_company_amount)
SELECT id, customer_id, company_id, due_date, posting_date, kind, currency, original_amount, original_amount,
       company_amount
  FROM item WHERE company_id = %(company)s AND due_date + (id * 17 %% 489)::int > date '2026-11-20'
"""
