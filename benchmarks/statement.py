"""A customer's statement of account among millions of items, cold: 200 random customers, each asked once.

Cold: the server is stopped, the operating system is told to forget every file of the database (posix_fadvise after a
sync), and the server is started again; then each customer is asked for the first time, so the pages of their rows come
from the disk. The upper levels of the indexes are warm after the first few, as in any server that has run a minute.
The sizes are said by ACQUIT_BENCH_OPEN (open items; four times as many are closed), a million if not said. The same 200
customers asked again are warm: their pages stand in memory then.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Sequence
from datetime import date

import psycopg
from django.db import connection

from acquit.cli.session import open_all_companies
from acquit.infra import databases, embedded, places
from acquit.receivables.queries import get_statements_of_account
from benchmarks.ageing import FILL_EDGES, FILL_ITEMS, FILL_OPEN
from benchmarks.posting import make_company
from benchmarks.results_table import Result

OPEN = int(os.environ.get("ACQUIT_BENCH_OPEN", "1000000"))
ITEMS = OPEN * 5
#: So many items a day that a fifth of all are open: each is paid up to 488 days after its due date, 274 on the average.
A_DAY = OPEN // 274
CUSTOMERS = max(200, OPEN // 100)
ASKED = 200
FROM, UNTIL = date(2026, 8, 1), date(2026, 10, 31)
TARGET_SECONDS = 0.020


def measure() -> list[Result]:
    """Fill, drop the caches, ask."""
    company_id, customers = make_company(CUSTOMERS)
    with psycopg.connect(**databases.connection_settings("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        fill(owner, company_id, customers)
        [open_items, items] = (_count(owner, table) for table in ("open_item", "item"))
    asked = random.Random(4711).sample(customers, ASKED)
    restart_cold()
    cold = ask(company_id, asked)
    warm = ask(company_id, asked)
    size = f"{open_items:,} open, {items - open_items:,} closed"
    return [
        _result("statement of account, cold", size, cold, TARGET_SECONDS),
        _result("statement of account, asked again", size, warm, None),
    ]


def _result(name: str, size: str, seconds: Sequence[float], target: float | None) -> Result:
    median, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    note = f"{ASKED} customers, median {median * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms; the ratio is the median in s"
    return Result(name, size, median, median, target, at_most=True, note=note)


def ask(company_id: int, customers: Sequence[int]) -> list[float]:
    """Give the seconds of each customer's statement of a quarter that ended some weeks ago."""
    seconds = []
    for customer_id in customers:
        began = time.perf_counter()
        get_statements_of_account(
            company_id=company_id, customer_id=customer_id, from_date=FROM, until_date=UNTIL
        )
        seconds.append(time.perf_counter() - began)
    return seconds


def restart_cold() -> None:
    """Stop the server, let the operating system forget the database's files, start it again."""
    connection.close()
    cluster = embedded.Cluster(places.home())
    embedded.stop(cluster)
    os.sync()
    for folder, _, files in os.walk(cluster.data_folder):
        for file in files:
            descriptor = os.open(os.path.join(folder, file), os.O_RDONLY)
            try:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)
    databases.connection_settings()
    open_all_companies()


def fill(owner: psycopg.Connection, company_id: int, customers: list[int]) -> None:
    """Fill a steady state in the order of days, as years of postings leave it; the indexes are made afterwards."""
    tables = ("item", "clearing_edge", "open_item")
    owner.execute("SELECT set_config('acquit.companies', %s, false)", [str(company_id)])
    owner.execute("SET synchronous_commit = off")
    owner.execute("SET work_mem = '512MB'")
    owner.execute("SET maintenance_work_mem = '1GB'")
    indexes = owner.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT LIKE '%%pkey'",
        [list(tables)],
    ).fetchall()
    for name, _ in indexes:
        owner.execute(f'DROP INDEX "{name}"')
    for table in tables[:2]:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    parameters = {"company": company_id, "customers": customers, "count": ITEMS, "a_day": A_DAY}
    for statement in (FILL_ITEMS, FILL_EDGES, FILL_OPEN):
        owner.execute(statement, parameters)
    for table in tables[:2]:
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for _, definition in indexes:
        owner.execute(definition)
    for table in tables:
        owner.execute(f"VACUUM (ANALYZE) {table}")


def _count(owner: psycopg.Connection, table: str) -> int:
    found = owner.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0
