"""The run of a period's end over all recurring entries: keyed by period, resumable, each entry posted once.

The chunk of a recurring entry is its id, written in the transaction that posts it: what an interrupted run has done is
known exactly, and running again posts the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.calendar import add_days
from acquit.core.errors import Refusal
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, RunView, finish_chunk, finish_run, record_events, start_run
from acquit.infra.queries import list_chunks
from acquit.infra.transaction import operation
from acquit.ledger.models import Period, RecurringEntry
from acquit.ledger.operations.entries import add_entries
from acquit.ledger.operations.manual_entries import plan_manual_entry
from acquit.ledger.operations.soft_close import closing_entries
from acquit.ledger.rules.accruals import RecurringState, is_due_in
from acquit.ledger.rules.entries import reverse_postings
from acquit.ledger.rules.manual_entries import ManualLine


@dataclass(frozen=True, slots=True)
class AccrualOutcome:
    """What the run of a period's end did: entries posted now, known from before, and those it could not post."""

    run_id: int
    posted: int
    known: int
    refused: tuple[tuple[int, str, str], ...]


def post_accruals(*, actor: Actor, company_id: int, period_id: int, started_at: datetime) -> AccrualOutcome:
    """Post every approved recurring entry due in a period on its last day, and its reversal on the day after.

    Running again posts only what is new. A recurring entry that cannot be posted is an error row (id, code, message)
    and stops no other; the next run tries it again.
    """
    actor.require(Duty.CLOSE, company_id)
    period = Period.objects.get(id=period_id, company_id=company_id)
    last_date = add_days(period.end_date, -1)
    approved = RecurringEntry.objects.filter(company_id=company_id, state=RecurringState.APPROVED).order_by(
        "id"
    )
    due = [row for row in approved if is_due_in(row.valid_from, row.valid_until, last_date)]
    run = start_run(
        company_id=company_id,
        kind="ACCRUALS",
        key=period.start_date.isoformat(),
        business_date=last_date,
        started_at=started_at,
        total=len(due),
        actor_id=actor.user_id,
    )
    done = list_chunks(run.id)
    posted = 0
    refused: list[tuple[int, str, str]] = []
    for row in due:
        if row.id in done:
            continue
        try:
            posted += _post_one(actor, run, row.id, last_date)
        except Refusal as refusal:
            refused.append((row.id, refusal.code, refusal.message))
    if not refused:
        summary = {"posted": len(list_chunks(run.id))}
        finish_run(run=run, finished_at=started_at, summary=summary)
    return AccrualOutcome(run.id, posted, len(done), tuple(refused))


def _post_one(actor: Actor, run: RunView, recurring_id: int, last_date: date) -> int:
    """Post one recurring entry with its reversal and mark its chunk; gives 1, or 0 when somebody was faster."""
    with operation(), closing_entries(actor, [run.company_id]):
        row = RecurringEntry.objects.select_for_update().get(id=recurring_id)
        if recurring_id in list_chunks(run.id) or row.state != RecurringState.APPROVED:
            return 0
        lines = [ManualLine(line["account"], Decimal(line["amount"])) for line in row.lines]
        draft = plan_manual_entry(
            row.company_id, last_date, row.currency, lines, text=row.name, kind="ACCRUAL"
        )._replace(actor_id=actor.user_id, run_id=run.id)
        plan = WritePlan()
        [entry_id] = add_entries(plan, [draft])
        reversal_ids: list[int] = []
        if row.is_reversed:
            back = draft._replace(
                posting_date=add_days(last_date, 1),
                kind="ACCRUAL_REVERSAL",
                reverses_id=entry_id,
                postings=reverse_postings(draft.postings),
            )
            reversal_ids = add_entries(plan, [back])
        payload = {"recurring": row.id, "reversal": reversal_ids[0] if reversal_ids else None}
        record_events(
            plan,
            [
                EventDraft(
                    row.company_id,
                    "ledger.accrual.posted",
                    "ENTRY",
                    entry_id,
                    payload,
                    run_id=run.id,
                    actor_id=actor.user_id,
                )
            ],
        )
        write(plan)
        finish_chunk(run=run, chunk=recurring_id, done=1, result={"entry": entry_id, **payload})
    return 1
