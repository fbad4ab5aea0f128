"""The state of the business at a glance: open, overdue, ageing, unapplied cash, what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.core.money import ZERO
from acquit.infra.schema import sql_text
from acquit.receivables.queries import get_ageing
from acquit.receivables.rules.items import UNAPPLIED_KINDS


@dataclass(frozen=True, slots=True)
class AgeingTotals:
    """What is open of a company in a currency, by days past due; unapplied cash apart (zero or negative)."""

    company_id: int
    currency: str
    open_amount: Decimal
    buckets: tuple[Decimal, Decimal, Decimal, Decimal, Decimal]
    unapplied: Decimal
    open_items: int | None = None
    unapplied_items: int | None = None

    @property
    def overdue(self) -> Decimal:
        """Give what is past due."""
        return self.open_amount - self.buckets[0]


@dataclass(frozen=True, slots=True)
class Movement:
    """What one kind of movement did to what is owed, in an interval."""

    company_id: int
    currency: str
    kind: str
    amount: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new what we know is: the latest booking day and the moment the latest bank line arrived."""

    booking_date: date | None
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened with a customer."""

    happened_date: date
    recorded_at: datetime
    kind: str
    object_kind: str
    object_id: int
    reference: str
    amount: Decimal | None
    currency: str


def get_ageing_totals(*, company_ids: Iterable[int], as_of: date, is_today: bool) -> list[AgeingTotals]:
    """Age what companies are owed, by company and currency."""
    ids = list(company_ids)
    if not is_today:
        return _totals_as_of(ids, as_of)
    with connection.cursor() as cursor:
        cursor.execute(sql_text("insight", "open_by_bucket.sql"), {"as_of": as_of, "company_ids": ids})
        return [
            AgeingTotals(row[0], row[1], row[2], tuple(row[3:8]), row[8], row[9], row[10])
            for row in cursor.fetchall()
        ]


def _totals_as_of(company_ids: list[int], as_of: date) -> list[AgeingTotals]:
    totals: dict[tuple[int, str], list[Decimal]] = {}
    for row in get_ageing(as_of=as_of, company_ids=company_ids, is_today=False):
        sums = totals.setdefault((row.company_id, row.currency), [ZERO] * 7)
        amounts = (
            row.open_amount,
            row.not_due,
            row.days_1_30,
            row.days_31_60,
            row.days_61_90,
            row.days_91_plus,
            row.unapplied,
        )
        for position, amount in enumerate(amounts):
            sums[position] += amount
    return [
        AgeingTotals(company, currency, sums[0], (sums[1], sums[2], sums[3], sums[4], sums[5]), sums[6])
        for (company, currency), sums in sorted(totals.items())
    ]


def list_movements(*, company_ids: Iterable[int], from_date: date, until_date: date) -> list[Movement]:
    """List what changed what is owed after `from_date` up to and with `until_date`, by kind of movement."""
    parameters: dict[str, Any] = {
        "company_ids": list(company_ids),
        "from_date": from_date,
        "until_date": until_date,
        "unapplied_kinds": sorted(UNAPPLIED_KINDS),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("insight", "movements.sql"), parameters)
        return [Movement(*row) for row in cursor.fetchall()]


def get_freshness(company_ids: Iterable[int]) -> Freshness:
    """Give how new the bank lines are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(booking_date), max(recorded_at) FROM bank_line WHERE company_id = ANY(%s)",
            [list(company_ids)],
        )
        row = cursor.fetchone()
    return Freshness(row[0], row[1]) if row else Freshness(None, None)


def list_timeline(customer_id: int, *, limit: int = 50) -> list[TimelineEntry]:
    """List what happened with a customer, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(sql_text("insight", "timeline.sql"), {"customer_id": customer_id, "most": limit})
        return [TimelineEntry(*row) for row in cursor.fetchall()]
