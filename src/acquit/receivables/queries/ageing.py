"""Ageing and balances by customer: today, as of any day, as known at any moment.

The planner is made to read the covering index in customer order: its costs do not know the cache misses of fifty
thousand groups hit in random order, and left alone it takes the heap. Each company and currency is asked alone, so that
a row has one number to be grouped by, and several processes can share the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction

from acquit.infra.schema import sql_text
from acquit.receivables.queries.items import list_open_items_as_of
from acquit.receivables.rules.items import UNAPPLIED_KINDS


class AgeingRow(NamedTuple):
    """Open amounts of a customer in a currency by days past due; unapplied cash apart (negative)."""

    company_id: int
    customer_id: int
    currency: str
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
        return self.days_1_30 + self.days_31_60 + self.days_61_90 + self.days_91_plus

    @property
    def open_amount(self) -> Decimal:
        """Give what is open."""
        return self.not_due + self.overdue

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
    if is_live:
        return _age("ageing.sql", parameters, AgeingRow._make)
    unsure: set[int] = set()

    def make_row(values: Sequence[Any]) -> AgeingRow:
        if values[-1]:
            unsure.add(values[1])
        return AgeingRow._make(values[:-1])

    rows = _age("ageing_as_of.sql", parameters, make_row)
    return _with_oldest(rows, unsure, parameters) if unsure else rows


def _age(
    sql_file: str, parameters: dict[str, Any], make_row: Callable[[Sequence[Any]], AgeingRow]
) -> list[AgeingRow]:
    """Ask for each company and currency; rows by company, customer and currency.

    The driver makes the rows: fifty thousand tuples beside them would start the garbage collector, which costs more.
    """
    statement = sql_text("receivables", sql_file)
    found: list[AgeingRow] = []
    with index_order(), connection.cursor() as cursor:
        cursor.execute(sql_text("receivables", "books_with_items.sql"), parameters)
        books = cursor.fetchall()
        cursor.cursor.row_factory = lambda _: make_row
        for company_id, currency in books:
            cursor.execute(statement, {**parameters, "company_id": company_id, "currency": currency})
            found += cursor.fetchall()
    if len(books) > 1:
        found.sort()  # by the first three of a row's values, which no other row has
    return found


#: No heap is read from end to end; and the largest part is shared out over processes, not one part a process.
_PLANNING = ("enable_seqscan", "enable_parallel_append")


@contextmanager
def index_order() -> Iterator[None]:
    """Let the planner read indexes in their order inside the block."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting, set_config(name, 'off', true) FROM pg_settings WHERE name = ANY(%s)",
            [list(_PLANNING)],
        )
        before = [(setting, name) for name, setting, _ in cursor.fetchall()]
        yield
        for setting, name in before:
            cursor.execute("SELECT set_config(%s, %s, true)", [name, setting])


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
        row._replace(oldest_due_date=oldest.get((row.customer_id, row.currency)))
        if row.customer_id in customer_ids
        else row
        for row in rows
    )
    return [row for row in dated if row.oldest_due_date is not None or row.unapplied or any(row.buckets)]
