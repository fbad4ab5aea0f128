"""Writes of work: what waits enters a queue; what is done leaves it, and the log keeps who did it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from acquit.controls.rules.duties import Actor
from acquit.infra.bulk import WritePlan
from acquit.infra.transaction import operation
from acquit.work.models import WorkItem

WORK_ITEM_COLUMNS = (
    "object_id",
    "customer_id",
    "opened_at",
    "company_id",
    "queue",
    "object_kind",
    "reason",
    "currency",
    "amount",
)


@dataclass(frozen=True, slots=True)
class WorkDraft:
    """Something that waits for a person in a queue; `amount` is what is at stake, zero or more."""

    company_id: int
    queue: str
    object_kind: str
    object_id: int
    reason: str
    currency: str
    amount: Decimal
    opened_at: datetime
    customer_id: int | None = None


def add_work(plan: WritePlan, drafts: Sequence[WorkDraft]) -> None:
    """Add what waits to a plan; an object waits in a queue once at a time."""
    plan.add(
        "work_item",
        WORK_ITEM_COLUMNS,
        [
            (
                draft.object_id,
                draft.customer_id,
                draft.opened_at,
                draft.company_id,
                draft.queue,
                draft.object_kind,
                draft.reason,
                draft.currency,
                draft.amount,
            )
            for draft in drafts
        ],
    )


def close_work(*, object_kind: str, object_ids: Iterable[int], actor: Actor, closed_at: datetime) -> int:
    """Close whatever waits about these objects; gives how many waited."""
    with operation():
        waiting = WorkItem.objects.filter(
            object_kind=object_kind, object_id__in=list(object_ids), closed_at__isnull=True
        )
        return waiting.update(closed_at=closed_at, closed_by_id=actor.user_id)
