"""What every act on a receipt shares: its lock, its allowed moves, its decision, its place in the queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from acquit.cash.models import Receipt
from acquit.cash.operations.posting import WORK_ITEM_COLUMNS, Arrival, is_waiting, work_item_row
from acquit.cash.queries import ReceiptView
from acquit.cash.rules.receipts import TRANSITIONS, ReceiptState
from acquit.controls.operations import DecisionDraft, add_decisions
from acquit.controls.rules.duties import Actor
from acquit.core.errors import Refusal
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.parties.operations import lock_customers
from acquit.receivables.queries import list_items
from acquit.work.operations import close_work


class CannotMove(Refusal):
    """The receipt is not in a state from which this can be done; nothing was changed."""

    code = "CANNOT_MOVE"


@dataclass(frozen=True, slots=True)
class ReceiptOutcome:
    """What an act did: the receipt's new state and the decision that proves it."""

    receipt_id: int
    state: str
    decision_id: int
    cleared_items: int
    opened_cases: int


def lock_receipt(receipt: ReceiptView, customer_ids: Iterable[int]) -> int:
    """Lock the customers a receipt's money touches; gives its payment item."""
    if receipt.item_id is None:
        raise CannotMove("This line is no customer's money.", param="receipt")
    holder = list_items(item_ids=[receipt.item_id])
    lock_customers({holder[0].customer_id, *customer_ids})
    return receipt.item_id


def check_move(receipt: ReceiptView, after: ReceiptState) -> None:
    """Refuse (`CannotMove`) a transition the life of a receipt does not know."""
    if (ReceiptState(receipt.state), after) not in TRANSITIONS:
        raise CannotMove(
            f"Receipt {receipt.id} is {receipt.state}; it cannot become {after}."
            " Look again: somebody may have been faster.",
            param="receipt",
            details={"state": receipt.state},
        )


def state_before(receipt: ReceiptView) -> dict[str, Any]:
    """Say what undo goes back to."""
    return {"state": receipt.state, "decision": receipt.decision_id, "customer": receipt.customer_id}


def add_receipt_decision(
    plan: WritePlan, actor: Actor, receipt: ReceiptView, state: ReceiptState, proof: Mapping[str, Any]
) -> int:
    """Add the decision about a receipt that replaces the one in force; gives its id."""
    return add_decisions(
        plan,
        [
            DecisionDraft(
                company_id=receipt.company_id,
                kind="MATCH",
                subject_kind="RECEIPT",
                subject_id=receipt.id,
                outcome=state,
                proof=proof,
                actor_id=actor.user_id,
                replaces_id=receipt.decision_id,
            )
        ],
    )[0]


def add_receipt_event(
    plan: WritePlan, actor: Actor, receipt: ReceiptView, kind: str, payload: Mapping[str, Any]
) -> None:
    """Add the event of an act on a receipt."""
    told = {"amount": str(receipt.amount), "currency": receipt.currency, **payload}
    record_events(
        plan, [EventDraft(receipt.company_id, kind, "RECEIPT", receipt.id, told, actor_id=actor.user_id)]
    )


def move_receipt(
    receipt: ReceiptView,
    state: ReceiptState,
    decision_id: int | None,
    customer_id: int | None,
    actor: Actor,
    moved_at: datetime,
) -> None:
    """Put a receipt in its new state, and out of or into the cash queue."""
    Receipt.objects.filter(id=receipt.id).update(
        state=state, decision_id=decision_id, customer_id=customer_id
    )
    close_work(object_kind="RECEIPT", object_ids=[receipt.id], actor=actor, closed_at=moved_at)
    if is_waiting(state):
        arrived = Arrival(receipt.amount, receipt.currency, receipt.value_date, "", "")
        row = work_item_row(receipt.id, receipt.company_id, customer_id, state, arrived, moved_at)
        plan = WritePlan()
        plan.add("work_item", WORK_ITEM_COLUMNS, [row])
        write(plan)
