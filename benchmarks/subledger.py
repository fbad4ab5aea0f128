"""Years of a subledger, filled set-based: as many invoices every day, each paid up to 488 days after its due date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

TABLES = ("item", "clearing_edge", "open_item")
#: An invoice is open 274 days on the average: so many days of invoices are open at any time.
DAYS_OPEN = 274


def fill_subledger(
    owner: psycopg.Connection[Any],
    company_id: int,
    customers: Sequence[int],
    open_items: int,
    closed_items: int,
) -> None:
    """Fill items, edges and the live set in the order of days; their indexes are made afterwards.

    So many a day that `open_items` are open on the last one, 20 November 2026; the closed ones go back from there.
    """
    owner.execute("SELECT set_config('acquit.companies', %s, false)", [str(company_id)])
    for setting in ("synchronous_commit = off", "work_mem = '512MB'", "maintenance_work_mem = '1GB'"):
        owner.execute(f"SET {setting}")
    indexes = owner.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT LIKE '%%pkey'",
        [list(TABLES)],
    ).fetchall()
    for name, _ in indexes:
        owner.execute(f'DROP INDEX "{name}"')
    for table in TABLES[:2]:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    parameters = {
        "company": company_id,
        "customers": list(customers),
        "count": open_items + closed_items,
        "a_day": max(1, open_items // DAYS_OPEN),
    }
    for statement in (FILL_ITEMS, FILL_EDGES, FILL_OPEN):
        owner.execute(statement, parameters)
    for table in TABLES[:2]:
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for _, definition in indexes:
        owner.execute(definition)
    for table in TABLES:
        owner.execute(f"VACUUM (ANALYZE) {table}")
    owner.execute("RESET synchronous_commit")
    owner.execute("RESET work_mem")


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
