"""A customer's statement of account among millions of items, cold: 200 random customers, each asked once.

Cold: the server is stopped, the operating system is told to forget every file of the database (posix_fadvise after a
sync), and the server is started again; then each customer is asked for the first time, so the pages of their rows come
from the disk. The upper levels of the indexes are warm after the first few, as in any server that has run a minute.
The same 200 customers asked again are warm: their pages stand in memory then.
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
from benchmarks.invoices import make_company
from benchmarks.results_table import Result, scaled
from benchmarks.subledger import fill_subledger

OPEN = scaled(5_000_000)
CLOSED = 4 * OPEN
CUSTOMERS = max(200, OPEN // 100)
ASKED = 200
FROM, UNTIL = date(2026, 8, 1), date(2026, 10, 31)
TARGET_SECONDS = 0.020


def measure() -> list[Result]:
    """Fill, drop the caches, ask."""
    company_id, customers = make_company(CUSTOMERS)
    with psycopg.connect(**databases.connection_settings("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        fill_subledger(owner, company_id, customers, OPEN, CLOSED)
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


def _count(owner: psycopg.Connection, table: str) -> int:
    found = owner.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0
