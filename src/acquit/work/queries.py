"""Reads of work: what waits, in which queue, since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Min, Sum

from acquit.work.models import WorkItem


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """What waits in a queue, in a currency, for a reason."""

    queue: str
    reason: str
    currency: str
    count: int
    amount: Decimal
    oldest_at: datetime


def list_queues(company_ids: Iterable[int]) -> list[QueueSummary]:
    """Sum up what waits by queue, reason and currency."""
    rows = (
        WorkItem.objects.filter(company_id__in=list(company_ids), closed_at__isnull=True)
        .values("queue", "reason", "currency")
        .annotate(count=Count("id"), amount=Sum("amount"), oldest_at=Min("opened_at"))
        .order_by("queue", "reason", "currency")
    )
    return [
        QueueSummary(
            row["queue"], row["reason"], row["currency"], row["count"], row["amount"], row["oldest_at"]
        )
        for row in rows
    ]
