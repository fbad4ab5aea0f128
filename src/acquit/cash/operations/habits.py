"""Learning how customers pay from what is applied, and unlearning exactly that when it is taken back.

A chunk of receipts is one statement, its counts summed by customer and habit; the caller holds the customers' locks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection

from acquit.cash.rules.habits import Shown, read_shown
from acquit.infra.schema import sql_text


def learn_habits(company_id: int, taught: Iterable[tuple[int, Shown, date]]) -> None:
    """Count what payments showed of these customers, each with its value date; call inside the operation."""
    counts: dict[tuple[int, str], list[Any]] = {}
    for customer_id, shown, day in taught:
        for place, habits in enumerate(shown):
            for habit in habits:
                known = counts.setdefault((customer_id, habit), [0, 0, day])
                known[place] += 1
                known[2] = max(known[2], day)
    if counts:
        _run("learn_habits.sql", company_id, counts)


def unlearn_habits(company_id: int, customer_id: int | None, proof: Mapping[str, Any]) -> None:
    """Take back what the decision of a proof taught; a habit that nothing speaks of any more is forgotten."""
    shown = read_shown(proof)
    counts = {(customer_id or 0, habit): [1, 0, None] for habit in shown.kept}
    counts |= {(customer_id or 0, habit): [0, 1, None] for habit in shown.broken}
    if counts and customer_id is not None:
        _run("forget_habits.sql", company_id, counts)
        _run("unlearn_habits.sql", company_id, counts)


def _run(file: str, company_id: int, counts: Mapping[tuple[int, str], list[Any]]) -> None:
    ordered = sorted(counts.items())
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "customer_ids": [customer_id for (customer_id, _), _ in ordered],
        "habits": [str(habit) for (_, habit), _ in ordered],
        "counts_for": [count[0] for _, count in ordered],
        "counts_against": [count[1] for _, count in ordered],
        "days": [count[2] for _, count in ordered],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", file), parameters)
