"""Recurring entries: proposed by one, approved by another, posted by the run of a period's end (`ledger.batch`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import AlreadyExists, operation
from acquit.ledger.models import RecurringEntry
from acquit.ledger.operations.manual_entries import measure_lines, stored_lines
from acquit.ledger.rules.accruals import CannotChangeRecurring, RecurringState, check_recurring_step
from acquit.ledger.rules.manual_entries import ManualLine, check_second_person


def propose_recurring_entry(
    *,
    actor: Actor,
    company_id: int,
    name: str,
    currency: str,
    lines: Sequence[ManualLine],
    valid_from: date,
    valid_until: date | None = None,
    is_reversed: bool = True,
) -> int:
    """Propose an entry for every period end in a half-open interval; gives its id. It waits for a second person.

    Refuses what an entry by hand refuses, (`AlreadyExists`) a name that is taken, (`CannotChangeRecurring`) an interval
    that is none.
    """
    actor.require(Duty.CLOSE, company_id)
    size = measure_lines(company_id, valid_from, currency, lines)
    if not name.strip():
        raise CannotChangeRecurring("Give the recurring entry a name.", param="name")
    if valid_until is not None and valid_until <= valid_from:
        raise CannotChangeRecurring(
            f"The interval {valid_from} to {valid_until} holds no day.", param="valid_until"
        )
    with operation():
        row, is_new = RecurringEntry.objects.get_or_create(
            company_id=company_id,
            name=name.strip(),
            defaults={
                "currency": currency,
                "lines": stored_lines(lines),
                "company_amount": size,
                "valid_from": valid_from,
                "valid_until": valid_until,
                "is_reversed": is_reversed,
                "state": RecurringState.PROPOSED,
                "proposed_by_id": actor.user_id,
            },
        )
        if not is_new:
            raise AlreadyExists(f"A recurring entry is called {name.strip()!r} already.", param="name")
        _record(row, "ledger.recurring_entry.proposed", actor)
    return row.id


def approve_recurring_entry(*, actor: Actor, recurring_entry_id: int) -> None:
    """Approve a recurring entry; refuses (`CannotDecideEntry`) the one who proposed it."""
    with operation():
        row = _lock(recurring_entry_id)
        actor.require(Duty.CLOSE, row.company_id)
        check_recurring_step(row.state, RecurringState.APPROVED, row.name)
        check_second_person(row.proposed_by_id, actor.user_id)
        row.state, row.decided_by_id = RecurringState.APPROVED, actor.user_id
        row.save(update_fields=["state", "decided_by_id"])
        _record(row, "ledger.recurring_entry.approved", actor)


def end_recurring_entry(*, actor: Actor, recurring_entry_id: int) -> None:
    """End a recurring entry: no later period takes it; what was posted stays."""
    with operation():
        row = _lock(recurring_entry_id)
        actor.require(Duty.CLOSE, row.company_id)
        check_recurring_step(row.state, RecurringState.ENDED, row.name)
        row.state = RecurringState.ENDED
        row.save(update_fields=["state"])
        _record(row, "ledger.recurring_entry.ended", actor)


def _lock(recurring_entry_id: int) -> RecurringEntry:
    row = RecurringEntry.objects.select_for_update().filter(id=recurring_entry_id).first()
    if row is None:
        raise NotFound(f"There is no recurring entry {recurring_entry_id}.", param="recurring")
    return row


def _record(row: RecurringEntry, kind: str, actor: Actor) -> None:
    plan = WritePlan()
    payload = {"name": row.name, "amount": str(row.company_amount)}
    record_events(
        plan, [EventDraft(row.company_id, kind, "RECURRING_ENTRY", row.id, payload, actor_id=actor.user_id)]
    )
    write(plan)
