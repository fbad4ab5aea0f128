"""Ageing and balances by customer: today, as of any day, as known at any moment.

The planner is made to read the covering index in customer order: its costs do not know the cache misses of fifty
thousand groups hit in random order, and left alone it takes the heap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from acquit.infra.schema import sql_text
from acquit.receivables.queries.items import list_open_items_as_of
from acquit.receivables.rules.items import UNAPPLIED_KINDS


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """Open amounts of a customer in a currency by days past due; unapplied cash apart (negative)."""

    company_id: int
    customer_id: int
    currency: str
    open_amount: Decimal
    not_due: Decimal
    days_1_30: Decimal
    days_31_60: Decimal
    days_61_90: Decimal
    days_91_plus: Decimal
    unapplied: Decimal
    oldest_due_date: date | None

    @property
    def buckets(self) -> tuple[Decimal, ...]:
        """Give the amounts by days past due, the youngest first."""
        return (self.not_due, self.days_1_30, self.days_31_60, self.days_61_90, self.days_91_plus)

    @property
    def overdue(self) -> Decimal:
        """Give what is past due."""
        return self.open_amount - self.not_due

    @property
    def balance(self) -> Decimal:
        """Give what the customer owes on the whole: what is open less the cash that is not applied."""
        return self.open_amount + self.unapplied


def get_ageing(
    *,
    as_of: date,
    company_ids: Iterable[int],
    customer_ids: Iterable[int] | None = None,
    is_today: bool,
    known_at: datetime | None = None,
) -> list[AgeingRow]:
    """Age what is open by customer and currency, in customer order.

    `is_today` reads the live set alone; otherwise the live set as it was on `as_of`: open today and posted by then,
    plus what was cleared after (speed.md section 4). With `known_at`, what was recorded at that moment or later is
    left out. Credits are aged by their own due date.
    """
    is_live = is_today and known_at is None
    parameters: dict[str, Any] = {
        "as_of": as_of,
        "known_at": known_at,
        "company_ids": list(company_ids),
        "customer_ids": list(customer_ids) if customer_ids is not None else None,
        "unapplied_kinds": sorted(UNAPPLIED_KINDS),
    }
    with index_order(), connection.cursor() as cursor:
        cursor.execute(sql_text("receivables", "ageing.sql" if is_live else "ageing_as_of.sql"), parameters)
        found = cursor.fetchall()
    rows = [AgeingRow(*row[:-1]) for row in found]
    unsure = {row[1] for row in found if row[-1]}
    return _with_oldest(rows, unsure, parameters) if unsure else rows


@contextmanager
def index_order() -> Iterator[None]:
    """Let the planner read indexes in their order, and no heap from end to end, inside the block."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_seqscan'), set_config('enable_seqscan', 'off', true)")
        [before, _] = cursor.fetchone()
        yield
        cursor.execute("SELECT set_config('enable_seqscan', %s, true)", [before])


def _with_oldest(
    rows: list[AgeingRow], customer_ids: set[int], parameters: dict[str, Any]
) -> list[AgeingRow]:
    """Look the oldest due day up item by item, for the few customers whose sums do not tell it.

    Their sums do not tell either whether anything was open at all: a row of nothing falls away.
    """
    items = list_open_items_as_of(
        as_of=parameters["as_of"],
        known_at=parameters["known_at"],
        company_ids=parameters["company_ids"],
        customer_ids=customer_ids,
    )
    oldest: dict[tuple[int, str], date] = {}
    for item in items:  # in the order of due days
        if item.open_amount > 0 and item.kind not in UNAPPLIED_KINDS:
            oldest.setdefault((item.customer_id, item.currency), item.due_date)
    dated = (
        replace(row, oldest_due_date=oldest.get((row.customer_id, row.currency)))
        if row.customer_id in customer_ids
        else row
        for row in rows
    )
    return [row for row in dated if row.oldest_due_date is not None or row.unapplied or any(row.buckets)]
