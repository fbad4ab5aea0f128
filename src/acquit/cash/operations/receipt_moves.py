"""What every act on a receipt shares: its lock, its allowed moves, its decision, its place in the queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from acquit.cash.models import Receipt
from acquit.cash.operations.posting import Books, Drafts, is_waiting, waiting_receipt
from acquit.cash.queries import AliasView, ReceiptView, get_receipt
from acquit.cash.rules.application import Payment
from acquit.cash.rules.receipts import TRANSITIONS, ReceiptState
from acquit.controls.operations import DecisionDraft, add_decisions
from acquit.controls.queries import get_decision
from acquit.controls.rules.duties import Actor
from acquit.core.errors import Refusal
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import ChangedMeanwhile
from acquit.parties.operations import lock_customers
from acquit.receivables.queries import list_items
from acquit.work.operations import add_work, close_work


class CannotMove(Refusal):
    """The receipt is not in a state from which this can be done; nothing was changed."""

    code = "CANNOT_MOVE"


@dataclass(frozen=True, slots=True)
class ReceiptOutcome:
    """What an act did: the receipt's new state, the decision that proves it, and what it taught of the payer."""

    receipt_id: int
    state: str
    decision_id: int
    cleared_items: int
    opened_cases: int
    learned: tuple[AliasView, ...] = ()


class Act(NamedTuple):
    """Who does something about a receipt, on which business day, at which moment; the receipt as it is locked."""

    actor: Actor
    receipt: ReceiptView
    business_date: date
    decided_at: datetime


class Place(NamedTuple):
    """The decision that holds for a receipt, what its money is kept for, and until when an answer is waited for."""

    decision_id: int
    purpose: str = ""
    waits_until: str | None = None


def lock_receipt(receipt: ReceiptView, customer_ids: Iterable[int]) -> ReceiptView:
    """Lock the customers a receipt's money touches; gives the receipt as it stands now that nobody changes it.

    Refuses (`CannotMove`) a line that is no customer's money, and one that was moved while we waited.
    """
    money = find_money(receipt)
    lock_customers(
        {item.customer_id for item in list_items(item_ids={receipt.item_id or 0, money})} | {*customer_ids}
    )
    now = get_receipt(receipt.id)
    if find_money(now) != money:
        raise CannotMove(
            f"Receipt {receipt.id} was moved meanwhile. Look again: somebody was faster.", param="receipt"
        )
    return now


def check_seen(receipt: ReceiptView, seen_decision_id: int | None) -> None:
    """Refuse (`ChangedMeanwhile`) an act on what somebody saw when another decision holds by now; call after the lock.

    None: the caller looked at nothing, and acts on whatever holds.
    """
    if seen_decision_id is not None and receipt.decision_id != seen_decision_id:
        raise ChangedMeanwhile(
            f"Receipt {receipt.id} was decided anew meanwhile. Look again: nothing was posted twice.",
            param="receipt",
            details={"state": receipt.state, "decision_id": receipt.decision_id},
        )


def find_money(receipt: ReceiptView) -> int:
    """Give the item on which a receipt's money stands: its own, or the transfer that its decision made of it."""
    if receipt.item_id is None:
        raise CannotMove("This line is no customer's money.", param="receipt")
    if receipt.decision_id is None:
        return receipt.item_id
    return int(get_decision(receipt.decision_id).proof.get("money_item") or receipt.item_id)


def read_payment(books: Books, receipt: ReceiptView) -> Payment:
    """Give the open money of a receipt; refuses (`CannotMove`) when none is left. Call after the locks."""
    item_id = find_money(receipt)
    books.read_facts([item_id])
    fact = books.facts.get(item_id)
    if fact is None:
        raise CannotMove(
            f"Receipt {receipt.id} is applied in full already. Undo it first.",
            param="receipt",
            details={"state": receipt.state},
        )
    return Payment(item_id, fact.customer_id, fact.number, receipt.currency, -fact.open_amount)


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
    return {
        "state": receipt.state,
        "decision": receipt.decision_id,
        "customer": receipt.customer_id,
        "purpose": receipt.purpose,
        "waits_until": receipt.waits_until.isoformat() if receipt.waits_until else None,
    }


def decide_receipt(
    act: Act,
    state: ReceiptState,
    customer_id: int | None,
    proof: Mapping[str, Any],
    *,
    decision_id: int,
    drafts: Drafts | None = None,
    event: tuple[str, Mapping[str, Any]],
    place: Place | None = None,
) -> None:
    """Write a decision about a receipt with what it drafted and its event, and put the receipt in its new state.

    The id was taken before, so that the drafts could name it. `place`: what an undo goes back to.
    """
    plan = WritePlan()
    _add_decision(plan, act.actor, act.receipt, state, proof, decision_id)
    if drafts is not None:
        drafts.add_to(plan)
    _add_event(plan, act.actor, act.receipt, *event)
    write(plan)
    _move(act, state, customer_id, place or Place(decision_id))


def _add_decision(
    plan: WritePlan,
    actor: Actor,
    receipt: ReceiptView,
    state: ReceiptState,
    proof: Mapping[str, Any],
    decision_id: int,
) -> None:
    decision = DecisionDraft(
        company_id=receipt.company_id,
        kind="MATCH",
        subject_kind="RECEIPT",
        subject_id=receipt.id,
        outcome=state,
        proof=proof,
        actor_id=actor.user_id,
        replaces_id=receipt.decision_id,
    )
    add_decisions(plan, [decision], ids=[decision_id])


def _add_event(
    plan: WritePlan, actor: Actor, receipt: ReceiptView, kind: str, payload: Mapping[str, Any]
) -> None:
    told = {"amount": str(receipt.amount), "currency": receipt.currency, **payload}
    record_events(
        plan, [EventDraft(receipt.company_id, kind, "RECEIPT", receipt.id, told, actor_id=actor.user_id)]
    )


def _move(act: Act, state: ReceiptState, customer_id: int | None, place: Place) -> None:
    """Put a receipt in its new state, and out of or into the cash queue; whoever was asked has answered."""
    receipt = act.receipt
    Receipt.objects.filter(id=receipt.id).update(
        state=state,
        decision_id=place.decision_id,
        customer_id=customer_id,
        purpose=place.purpose,
        waits_until=place.waits_until,
    )
    close_work(object_kind="RECEIPT", object_ids=[receipt.id], actor=act.actor, closed_at=act.decided_at)
    if is_waiting(state):
        plan = WritePlan()
        work = waiting_receipt(
            receipt.id,
            receipt.company_id,
            customer_id,
            state,
            receipt.amount,
            receipt.currency,
            act.decided_at,
        )
        add_work(plan, [work])
        write(plan)
