"""Reads of runs: which there were, and what a run has done already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from acquit.infra.models import Run, RunChunk


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it stands: who started it when, for which business date, and how far it is."""

    id: int
    key: str
    business_date: date
    started_at: datetime
    finished_at: datetime | None
    actor_id: int | None
    total: int
    done: int


def list_runs(*, company_id: int, kind: str, key_start: str) -> list[RunRecord]:
    """List a company's runs of a kind whose keys begin so, first to last."""
    rows = Run.objects.filter(company_id=company_id, kind=kind, key__startswith=key_start).order_by("id")
    return [
        RunRecord(
            row.id,
            row.key,
            row.business_date,
            row.started_at,
            row.finished_at,
            row.actor_id,
            row.total,
            row.done,
        )
        for row in rows
    ]


def list_chunks(run_id: int) -> dict[int, dict[str, Any]]:
    """Give the results of the chunks a run has done, by chunk, in order."""
    rows = RunChunk.objects.filter(run_id=run_id).order_by("chunk")
    return {row.chunk: row.result for row in rows}
