"""Ageing of five million open items among twenty million closed ones by customer, today and as of a past day.

Ours is `get_ageing` as a user's program calls it, rows in Python included. Bare is `SELECT customer_id,
sum(open_amount) FROM open_item WHERE company_id = … AND is_debit GROUP BY company_id, customer_id` over the same
covering index, index-only, after VACUUM: what the same PostgreSQL needs to touch every open item once. They take turns.
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
from benchmarks.results_table import Result, scaled
from benchmarks.subledger import fill_subledger

#: Each size with the customers it is spread over: growth from the first to the second should be linear.
SIZES = tuple((scaled(n), scaled(4 * n), scaled(n // 100)) for n in (1_000_000, 5_000_000))
ROUNDS = 7
TODAY = date(2026, 11, 20)
PAST = (date(2026, 10, 21), date(2026, 9, 20))


def measure() -> list[Result]:
    """Fill the subledger set-based, one company a size, then measure each query in turn."""
    results: list[Result] = []
    seconds: list[float] = []
    for place, (count, closed, customer_count) in enumerate(SIZES):
        company_id, customers = make_company(customer_count, name=f"Bench {place}")
        with psycopg.connect(**databases.connection_settings("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
            fill_subledger(owner, company_id, customers, count, closed)
            asked: dict[str, Callable[[], Any]] = {
                "bare": lambda owner=owner, of=company_id: bare_sum(owner, of),
                "today": lambda of=company_id: get_ageing(as_of=TODAY, company_ids=[of], is_today=True),
            } | {
                f"{(TODAY - day).days} days back": lambda of=company_id, day=day: get_ageing(
                    as_of=day, company_ids=[of], is_today=False
                )
                for day in PAST
            }
            medians = measure_in_turn(asked)
        bare = medians.pop("bare")
        size = f"{count:,} open, {closed:,} closed"
        note = f"bare sum over the same index {bare:.2f} s, {customer_count:,} customers"
        results += [
            Result(
                f"ageing by customer, {name}",
                size,
                found,
                found / bare,
                1.3 if name == "today" else 2.5,
                at_most=True,
                note=note,
            )
            for name, found in medians.items()
        ]
        seconds.append(medians["today"])
    growth = seconds[1] / seconds[0] / (SIZES[1][0] / SIZES[0][0])
    note = "seconds an item at the larger size against the smaller; 1 is linear"
    results.append(
        Result(
            "ageing today: growth", "1 to 5 million open", seconds[1], growth, 1.15, at_most=True, note=note
        )
    )
    return results


def measure_in_turn(asked: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Give the median seconds of each question, all asked in turn, after a round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(ROUNDS + 1):
        for name, ask in asked.items():
            began = time.perf_counter()
            ask()
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(found[1:]) for name, found in seconds.items()}


def bare_sum(owner: psycopg.Connection[Any], company_id: int) -> list[Any]:
    """Sum what is open by customer, over the covering index."""
    with owner.transaction():
        owner.execute("SET LOCAL enable_seqscan = off")
        return owner.execute(
            "SELECT customer_id, sum(open_amount) FROM open_item WHERE company_id = %s AND is_debit"
            " GROUP BY company_id, customer_id",
            [company_id],
        ).fetchall()
