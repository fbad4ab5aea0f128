"""The close of a period as a run: keyed, each step a chunk in the transaction of what it did, resumed where it stopped.

A period that was reopened closes again under a key of its own, so the evidence of the first close stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import connection

from acquit.closing.rules.checklist import (
    CLOSE_ORDER,
    CLOSE_RUN,
    CannotClosePeriod,
    CloseStep,
    StepOutcome,
    StepReport,
    StepResult,
    close_run_key,
)
from acquit.closing.steps import STEPS, Closing
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.infra.operations import RunView, finish_chunk, finish_run, start_run
from acquit.infra.queries import list_chunks
from acquit.infra.transaction import operation
from acquit.ledger.operations import period_name
from acquit.ledger.queries import find_period, list_period_steps

Progress = Callable[[StepReport], None]


def close_period(
    *,
    actor: Actor,
    company_id: int,
    period: str,
    business_date: date,
    started_at: datetime,
    progress: Progress | None = None,
) -> list[StepReport]:
    """Close a period step by step; gives all steps, those done before too. `progress` is told after each.

    Refuses (`CannotClosePeriod`, `CannotConvert`, `PeriodNotOpen`, ...) at the first step with something in the way:
    the steps before stay done, and running again goes on from there. A closed period's run gives its evidence again.
    """
    actor.require(Duty.CLOSE, company_id)
    found = find_period(company_id, period)
    reopenings = sum(step.is_reopening for step in list_period_steps(found.id))
    run = start_run(
        company_id=company_id,
        kind=CLOSE_RUN,
        key=close_run_key(found.start_date, reopenings),
        business_date=business_date,
        started_at=started_at,
        total=len(CLOSE_ORDER),
        actor_id=actor.user_id,
    )
    closing = Closing(
        actor=actor,
        company=get_company(company_id),
        period_id=found.id,
        name=period_name(found),
        start_date=found.start_date,
        end_date=found.end_date,
        business_date=business_date,
        started_at=started_at,
        run_id=run.id,
    )
    reports = []
    for number, step in enumerate(CLOSE_ORDER, 1):
        report = _take(closing, run, number, step)
        reports.append(report)
        if progress is not None:
            progress(report)
    if run.finished_at is None:
        finish_run(run=run, finished_at=started_at, summary={"period": closing.name})
    return reports


def _take(closing: Closing, run: RunView, number: int, step: CloseStep) -> StepReport:
    """Take a step unless it is done; two who close one period wait for each other, and the second finds it done."""
    with operation():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acquit.close'), %s)", [run.company_id])
        before = list_chunks(run.id).get(number)
        if before is not None:
            return StepReport(
                step, StepOutcome(before["outcome"]), before["evidence"], before["reason"], is_new=False
            )
        result = STEPS[step](closing)
        if result.outcome is not StepOutcome.WAITING:
            _keep(run, number, step, result)
    if result.outcome is StepOutcome.WAITING:
        # raised after the transaction: what the step prepared is what the person looks at
        raise CannotClosePeriod(result.reason, param=step.value.lower(), details=dict(result.evidence))
    return StepReport(step, result.outcome, result.evidence, result.reason, is_new=True)


def _keep(run: RunView, number: int, step: CloseStep, result: StepResult) -> None:
    stored = {
        "step": step.value,
        "outcome": result.outcome.value,
        "reason": result.reason,
        "evidence": dict(result.evidence),
    }
    finish_chunk(run=run, chunk=number, done=1, result=stored)
