"""The checklist of a period's close: its steps in their order, and what each may end with (handbook section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from acquit.core.errors import Refusal


class CannotClosePeriod(Refusal):
    """A step of the close found what must be mended first; the steps before it stay done."""

    code = "CLOSE_BLOCKED"


class CloseStep(StrEnum):
    """The steps in the order they run."""

    CUT_OFF = "CUT_OFF"
    BILL_RUNS = "BILL_RUNS"
    CASH_APPLIED = "CASH_APPLIED"
    UNBILLED_AND_DEFERRED = "UNBILLED_AND_DEFERRED"
    ACCRUALS = "ACCRUALS"
    FX = "FX"
    ECL = "ECL"
    RECONCILE = "RECONCILE"
    LOCK_SUBLEDGER = "LOCK_SUBLEDGER"
    LOCK_LEDGER = "LOCK_LEDGER"


CLOSE_ORDER: tuple[CloseStep, ...] = tuple(CloseStep)
CLOSE_RUN = "CLOSE"


def close_run_key(start_date: date, reopenings: int | None = None) -> str:
    """Give the key of a period's close after so many reopenings, or the beginning of all its keys."""
    return f"{start_date}/{'' if reopenings is None else reopenings}"


class StepOutcome(StrEnum):
    """How a step ended: with something done, or with nothing to do and the reason why.

    A step that waits for a person is not over: what it prepared stays, and the close goes on from it later.
    """

    DONE = "DONE"
    NOTHING_TO_DO = "NOTHING_TO_DO"
    WAITING = "WAITING"


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step found and did. `evidence` is JSON-able, amounts as text; `reason` says why nothing was to do."""

    outcome: StepOutcome
    evidence: Mapping[str, object]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepReport:
    """A step of a close as it is told; `is_new` when this call did it."""

    step: CloseStep
    outcome: StepOutcome
    evidence: Mapping[str, object]
    reason: str
    is_new: bool


def done(**evidence: object) -> StepResult:
    """Say that a step did something, with its evidence."""
    return StepResult(StepOutcome.DONE, evidence)


def nothing_to_do(reason: str, **evidence: object) -> StepResult:
    """Say that a step had nothing to do, and why."""
    return StepResult(StepOutcome.NOTHING_TO_DO, evidence, reason)


def waiting(reason: str, **evidence: object) -> StepResult:
    """Say that a step prepared something that a person must say yes to, and how."""
    return StepResult(StepOutcome.WAITING, evidence, reason)
