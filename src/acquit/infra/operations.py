"""Events go to the log in the transaction of what they tell; runs remember what they have done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import Least
from psycopg.types.json import Jsonb

from acquit.infra.bulk import WritePlan
from acquit.infra.models import Run, RunChunk
from acquit.infra.transaction import operation

if TYPE_CHECKING:
    import polars as pl

EVENT_COLUMNS = ("company_id", "kind", "object_kind", "object_id", "run_id", "actor_id", "payload")


@dataclass(frozen=True, slots=True)
class EventDraft:
    """A past fact, `kind` as `room.noun.verb_past`; amounts in the payload are strings."""

    company_id: int | None
    kind: str
    object_kind: str
    object_id: int
    payload: Mapping[str, Any] = field(default_factory=dict)
    run_id: int | None = None
    actor_id: int | None = None


def record_events(plan: WritePlan, events: Iterable[EventDraft], *, count: int | None = None) -> None:
    """Add events to a plan; they are written with it or not at all. `count`: as in `WritePlan.add`."""
    plan.add(
        "event",
        EVENT_COLUMNS,
        (
            (e.company_id, e.kind, e.object_kind, e.object_id, e.run_id, e.actor_id, Jsonb(dict(e.payload)))
            for e in events
        ),
        count=count,
    )


def record_event_columns(plan: WritePlan, make: Callable[[], pl.DataFrame], *, count: int) -> None:
    """Add `count` events to a plan as a frame made when they are sent: the columns of an event, `payload` a struct."""

    def make_rows() -> pl.DataFrame:
        events = make()
        return events.with_columns(events.get_column("payload").struct.json_encode())

    plan.add_later_frame("event", EVENT_COLUMNS, make_rows, count=count)


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as it stood when it was started or taken up again."""

    id: int
    company_id: int
    kind: str
    key: str
    total: int
    done: int
    finished_at: datetime | None


def start_run(
    *,
    company_id: int,
    kind: str,
    key: str,
    business_date: date,
    started_at: datetime,
    total: int,
    actor_id: int | None,
) -> RunView:
    """Start a run, or give the one with this key: running twice changes nothing."""
    with operation():
        run, is_new = Run.objects.get_or_create(
            company_id=company_id,
            kind=kind,
            key=key,
            defaults={
                "business_date": business_date,
                "started_at": started_at,
                "total": total,
                "actor_id": actor_id,
            },
        )
        if not is_new and run.total != total:
            run.total = max(total, run.done)
            run.save(update_fields=["total"])
    return RunView(run.id, company_id, kind, key, run.total, run.done, run.finished_at)


def finish_chunk(*, run: RunView, chunk: int, done: int, result: Mapping[str, Any]) -> None:
    """Say that a chunk is done; called inside the transaction that did it."""
    RunChunk.objects.create(run_id=run.id, company_id=run.company_id, chunk=chunk, result=dict(result))
    Run.objects.filter(id=run.id).update(done=Least(F("total"), F("done") + done))


def finish_run(*, run: RunView, finished_at: datetime, summary: Mapping[str, Any]) -> None:
    """Say that a run is done, with what came of it."""
    with operation():
        Run.objects.filter(id=run.id).update(finished_at=finished_at, done=F("total"), summary=dict(summary))
