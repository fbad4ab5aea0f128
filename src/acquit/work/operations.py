"""Writes of work: what is done leaves the queue, and the log keeps who did it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from acquit.controls.rules.duties import Actor
from acquit.infra.transaction import operation
from acquit.work.models import WorkItem


def close_work(*, object_kind: str, object_ids: Iterable[int], actor: Actor, closed_at: datetime) -> int:
    """Close whatever waits about these objects; gives how many waited."""
    with operation():
        waiting = WorkItem.objects.filter(
            object_kind=object_kind, object_id__in=list(object_ids), closed_at__isnull=True
        )
        return waiting.update(closed_at=closed_at, closed_by_id=actor.user_id)
