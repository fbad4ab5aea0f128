"""Writes of cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.core.money import to_minor_units
from acquit.disputes.models import DeductionCode, Dispute
from acquit.disputes.rules.reasons import read_reason
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation

DISPUTE_COLUMNS = (
    "id",
    "item_id",
    "customer_id",
    "decision_id",
    "company_id",
    "opened_date",
    "kind",
    "state",
    "reason",
    "text",
    "currency",
    "amount",
)


class CannotDispute(Refusal):
    """The amount of a case is not above zero; no case was opened."""

    code = "CANNOT_DISPUTE"


@dataclass(frozen=True, slots=True)
class DisputeDraft:
    """A case to open over an amount (above zero) of an item; `decision_id`: what it follows from and falls with."""

    item_id: int
    customer_id: int
    currency: str
    amount: Decimal
    reason: str
    opened_date: date
    kind: str = "DISPUTE"
    text: str = ""
    decision_id: int | None = None


def open_disputes(*, actor: Actor, company_id: int, drafts: Sequence[DisputeDraft]) -> list[int]:
    """Open cases; gives their ids. The items stay owed, keep their due dates and leave dunning.

    Refuses (`CannotDispute`, `AmountTooFine`, `NotAllowed`) and then opens none.
    """
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.DISPUTE, company_id)
    with operation():
        plan = WritePlan()
        ids = add_disputes(plan, actor, company_id, drafts)
        write(plan)
    return ids


def add_disputes(plan: WritePlan, actor: Actor, company_id: int, drafts: Sequence[DisputeDraft]) -> list[int]:
    """Add cases with their events to a plan; gives their ids."""
    for draft in drafts:
        if to_minor_units(draft.amount, draft.currency) <= 0:
            raise CannotDispute(f"A case is over an amount above zero, not {draft.amount}.", param="amount")
    ids = next_ids("dispute", len(drafts))
    plan.add(
        "dispute",
        DISPUTE_COLUMNS,
        [
            (
                dispute_id,
                d.item_id,
                d.customer_id,
                d.decision_id,
                company_id,
                d.opened_date,
                d.kind,
                "OPEN",
                d.reason,
                d.text,
                d.currency,
                d.amount,
            )
            for dispute_id, d in zip(ids, drafts, strict=True)
        ],
    )
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
    return ids


def withdraw_disputes(*, actor: Actor, decision_ids: Iterable[int], closed_date: date) -> int:
    """Withdraw the open cases that decisions opened, because the decisions were undone; gives how many."""
    with operation():
        cases = list(
            Dispute.objects.select_for_update(no_key=True)
            .filter(decision_id__in=list(decision_ids), state="OPEN")
            .order_by("id")
        )
        Dispute.objects.filter(id__in=[case.id for case in cases]).update(
            state="WITHDRAWN", closed_date=closed_date
        )
        plan = WritePlan()
        record_events(
            plan,
            [
                EventDraft(
                    case.company_id,
                    "disputes.case.withdrawn",
                    "DISPUTE",
                    case.id,
                    {"decision": case.decision_id},
                    actor_id=actor.user_id,
                )
                for case in cases
            ],
        )
        write(plan)
    return len(cases)


@dataclass(frozen=True, slots=True)
class DeductionCodeDraft:
    """A customer's code and what it means, as the company's file says; `customer_id` None: for all customers."""

    code: str
    customer_id: int | None = None
    text: str = ""
    reason: str = ""


def store_deduction_codes(*, actor: Actor, company_id: int, drafts: Sequence[DeductionCodeDraft]) -> int:
    """Store what customers' codes mean, each with the handbook's reason; a known code means the new from now on.

    Gives how many are new or mean something else. Refuses (`NotAllowed`).
    """
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.DISPUTE, company_id)
    with operation():
        known = {
            (row.customer_id, row.code): row
            for row in DeductionCode.objects.select_for_update(no_key=True)
            .filter(company_id=company_id)
            .order_by("id")
        }
        fresh, changed = {}, []
        for draft in drafts:
            values = {
                "text": draft.text,
                "said": draft.reason,
                "reason": read_reason(draft.reason, draft.text),
            }
            row = known.get((draft.customer_id, draft.code))
            if row is None:
                fresh[draft.customer_id, draft.code] = DeductionCode(
                    company_id=company_id, customer_id=draft.customer_id, code=draft.code, **values
                )
            elif any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                changed.append(row)
        DeductionCode.objects.bulk_create(fresh.values(), batch_size=2000)
        DeductionCode.objects.bulk_update(changed, ["text", "said", "reason"], batch_size=2000)
        if fresh or changed:
            plan = WritePlan()
            told = {"added": len(fresh), "changed": len(changed)}
            event = EventDraft(
                company_id, "disputes.codes.stored", "COMPANY", company_id, told, actor_id=actor.user_id
            )
            record_events(plan, [event])
            write(plan)
    return len(fresh) + len(changed)
