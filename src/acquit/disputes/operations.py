"""Writes of cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.controls.rules.duties import Actor, Duty
from acquit.disputes.models import Dispute
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation


@dataclass(frozen=True, slots=True)
class DisputeDraft:
    """A case to open over an amount (above zero) of an item."""

    item_id: int
    customer_id: int
    currency: str
    amount: Decimal
    reason: str
    opened_date: date
    kind: str = "DISPUTE"
    text: str = ""


def open_disputes(*, actor: Actor, company_id: int, drafts: Sequence[DisputeDraft]) -> list[int]:
    """Open cases; gives their ids. The items stay owed, keep their due dates and leave dunning."""
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.DISPUTE, company_id)
    with operation():
        ids = next_ids("dispute", len(drafts))
        Dispute.objects.bulk_create(
            [
                Dispute(
                    id=dispute_id,
                    company_id=company_id,
                    item_id=d.item_id,
                    customer_id=d.customer_id,
                    opened_date=d.opened_date,
                    kind=d.kind,
                    reason=d.reason,
                    text=d.text,
                    currency=d.currency,
                    amount=d.amount,
                )
                for dispute_id, d in zip(ids, drafts, strict=True)
            ]
        )
        plan = WritePlan()
        record_events(
            plan,
            [
                EventDraft(
                    company_id,
                    "disputes.case.opened",
                    "DISPUTE",
                    dispute_id,
                    {"item": d.item_id, "amount": str(d.amount), "currency": d.currency, "reason": d.reason},
                    actor_id=actor.user_id,
                )
                for dispute_id, d in zip(ids, drafts, strict=True)
            ],
        )
        write(plan)
    return ids


def withdraw_disputes(*, decision_ids: Iterable[int], closed_date: date) -> int:
    """Withdraw the open cases that decisions opened: the decisions were undone."""
    with operation():
        cases = Dispute.objects.filter(decision_id__in=list(decision_ids), state="OPEN")
        return cases.update(state="WITHDRAWN", closed_date=closed_date)
