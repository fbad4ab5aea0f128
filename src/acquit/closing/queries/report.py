"""The close of a period as it is read afterwards: every attempt with its evidence, and the period's own life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from acquit.closing.rules.checklist import (
    CLOSE_ORDER,
    CLOSE_RUN,
    CloseStep,
    StepOutcome,
    StepReport,
    close_run_key,
)
from acquit.infra.queries import RunRecord, list_chunks, list_runs
from acquit.ledger.operations import period_name
from acquit.ledger.queries import PeriodStep, find_period, list_period_steps


@dataclass(frozen=True, slots=True)
class CloseAttempt:
    """One close of a period, the first or one after a reopening: the steps that are done, and the one that is next."""

    run: RunRecord
    steps: tuple[StepReport, ...]
    next_step: CloseStep | None


@dataclass(frozen=True, slots=True)
class CloseReport:
    """A period, what became of it, and how it was closed; both days half-open."""

    period: str
    start_date: date
    end_date: date
    status: str
    life: tuple[PeriodStep, ...]
    attempts: tuple[CloseAttempt, ...]


def get_close_report(company_id: int, period: str) -> CloseReport:
    """Give the report of a period's close; refuses (`NotFound`) a period that is none."""
    found = find_period(company_id, period)
    runs = list_runs(company_id=company_id, kind=CLOSE_RUN, key_start=close_run_key(found.start_date))
    return CloseReport(
        period=period_name(found),
        start_date=found.start_date,
        end_date=found.end_date,
        status=found.status,
        life=tuple(list_period_steps(found.id)),
        attempts=tuple(_attempt(run) for run in runs),
    )


def _attempt(run: RunRecord) -> CloseAttempt:
    chunks = list_chunks(run.id)
    steps = tuple(
        StepReport(
            CloseStep(kept["step"]),
            StepOutcome(kept["outcome"]),
            kept["evidence"],
            kept["reason"],
            is_new=False,
        )
        for kept in chunks.values()
    )
    done = {step.step for step in steps}
    return CloseAttempt(run, steps, next((step for step in CLOSE_ORDER if step not in done), None))
