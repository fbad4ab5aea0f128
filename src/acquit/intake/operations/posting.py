"""Posting a hand-over: every file in the order the books need them, a chunk a transaction, then the matching.

A killed run loses nothing and doubles nothing: documents, receipts and bank lines are known by their numbers and
identities, so posting the same hand-over again finishes what was left. Refused rows are kept beside their file; a
mended one is taken the next time the file is posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from acquit.controls.rules.duties import Actor, Duty
from acquit.infra.operations import finish_run, start_run
from acquit.infra.transaction import operation
from acquit.infra.turns import take_turn
from acquit.intake.models import Intake
from acquit.intake.operations.poster import FilePoster, Posted, Progress
from acquit.intake.queries import FileView, IntakeView, get_intake, list_files
from acquit.intake.rules.kinds import FileKind
from acquit.ledger.operations import open_books, open_periods

#: What each kind needs to stand before it: rates before amounts, customers before items, items before money. What
#: matching decides by (orders, deduction codes, tolerances) stands before any of it.
POSTING_ORDER = (
    FileKind.FX_RATES,
    FileKind.BANK_ACCOUNTS,
    FileKind.CUSTOMERS,
    FileKind.VIRTUAL_ACCOUNTS,
    FileKind.ORDERS,
    FileKind.DEDUCTION_CODES,
    FileKind.POLICY,
    FileKind.OPEN_ITEMS,
    FileKind.INVOICE_LINES,
    FileKind.PAYMENTS,
    FileKind.STATUS_REPORT,
    FileKind.BANK_STATEMENT,
    FileKind.REMITTANCE,
)


def post_intake(
    *,
    actor: Actor,
    intake_id: int,
    posted_at: datetime,
    progress: Progress | None = None,
    workers: int = 1,
) -> Posted:
    """Post every file of a hand-over that is ready; those with open questions stay for later.

    `progress(what, done, total)` is told after each part; `workers` processes match where lines are many. Posting again
    takes what is new: nothing twice. Two hand-overs of one company are posted one after the other.
    """
    intake = get_intake(intake_id)
    actor.require(Duty.INTAKE, intake.company_id)

    def tell_waiting() -> None:
        if progress is not None:
            progress("Waiting for another import of this company", 0, 1)

    with take_turn("acquit.intake", intake.company_id, waiting=tell_waiting):
        return _post_files(actor, intake, posted_at, progress, workers)


def _post_files(
    actor: Actor, intake: IntakeView, posted_at: datetime, progress: Progress | None, workers: int
) -> Posted:
    open_books(company_id=intake.company_id)
    open_periods(
        company_id=intake.company_id, first_date=intake.business_date, last_date=intake.business_date
    )
    files = [file for file in list_files(intake.id) if file.state in {"READY", "POSTED"}]
    ordered = sorted(
        (file for file in files if file.kind in POSTING_ORDER),
        key=lambda file: (
            POSTING_ORDER.index(FileKind(file.kind)),
            file.totals.get("first_date", ""),
            file.id,
        ),
    )
    run = start_run(
        company_id=intake.company_id,
        kind="INTAKE",
        key=f"intake-{intake.id}-{posted_at.isoformat()}",
        business_date=intake.business_date,
        started_at=posted_at,
        total=len(ordered) + 1,
        actor_id=actor.user_id,
    )
    _mark(intake.id, state="POSTING", run_id=run.id)
    poster = FilePoster(
        actor, intake.company_id, intake.business_date, posted_at, run, progress, _find_first_day(ordered)
    )
    for file in ordered:
        if file.kind != FileKind.REMITTANCE:
            poster.post(file, files)
    poster.post_advices([file for file in ordered if file.kind == FileKind.REMITTANCE])
    poster.match(workers)
    finish_run(run=run, finished_at=posted_at, summary=poster.posted.as_json())
    _mark(intake.id, state="POSTED", summary=poster.posted.as_json())
    return poster.posted


def _find_first_day(files: Sequence[FileView]) -> date | None:
    """Give the day the first bank statement of a hand-over opens on: open amounts stand as of before it."""
    days = [str(file.totals["first_date"]) for file in files if file.totals.get("first_date")]
    return date.fromisoformat(min(days)) if days else None


def _mark(intake_id: int, **values: Any) -> None:
    with operation():
        Intake.objects.filter(id=intake_id).update(**values)
