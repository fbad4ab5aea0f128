"""Runs of direct debits as a list shows them: counted and summed by the database, whatever there is of collections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.infra.schema import sql_text


@dataclass(frozen=True, slots=True)
class RunSum:
    """A run: how much it collects, how many collections came in and how many came back or were rejected."""

    id: int
    company_id: int
    bank_account_id: int
    state: str
    message_id: str
    collection_date: date
    submit_by: date
    proposed_by_id: int | None
    approved_by_id: int | None
    currency: str
    count: int
    amount: Decimal
    collected: int
    came_back: int


def list_run_sums(
    company_ids: Iterable[int], *, before_id: int | None = None, limit: int = 50
) -> list[RunSum]:
    """List runs, latest first; `before_id` is the cursor."""
    parameters: dict[str, Any] = {"company_ids": list(company_ids), "before_id": before_id, "most": limit}
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "debit_runs.sql"), parameters)
        return [RunSum(*row) for row in cursor.fetchall()]
