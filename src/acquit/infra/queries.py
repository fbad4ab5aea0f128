"""Reads of runs: what a run has done already."""

from __future__ import annotations

from typing import Any

from acquit.infra.models import RunChunk


def list_chunks(run_id: int) -> dict[int, dict[str, Any]]:
    """Give the results of the chunks a run has done, by chunk, in order."""
    rows = RunChunk.objects.filter(run_id=run_id).order_by("chunk")
    return {row.chunk: row.result for row in rows}
