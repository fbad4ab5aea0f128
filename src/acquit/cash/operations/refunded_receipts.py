"""A receipt whose money went back in full waits for nobody; when the refund fails, it waits again as before."""

from __future__ import annotations

from datetime import date, datetime

from acquit.cash.models import Refund
from acquit.cash.operations.receipt_moves import Act, Place, decide_receipt, state_before
from acquit.cash.queries import find_receipt_of_money
from acquit.cash.rules.receipts import ReceiptState
from acquit.controls.queries import get_decision
from acquit.controls.rules.duties import Actor
from acquit.infra.bulk import next_ids

REFUNDED = "REFUNDED"


def use_up_receipt(actor: Actor, refund: Refund, on_date: date, decided_at: datetime) -> None:
    """Decide about the receipt whose money a refund takes whole; the caller holds the customer."""
    receipt = find_receipt_of_money(refund.item_id, refund.customer_id)
    if receipt is None:
        return
    [decision_id] = next_ids("decision", 1)
    decide_receipt(
        Act(actor, receipt, on_date, decided_at),
        ReceiptState.CONFIRMED,
        receipt.customer_id,
        {
            "rule": REFUNDED,
            "refund": refund.id,
            "customer": receipt.customer_id,
            "money_item": refund.item_id,
            "before": state_before(receipt),
        },
        decision_id=decision_id,
        event=("cash.receipt.refunded", {"refund": refund.id}),
    )


def give_back_receipt(actor: Actor, refund: Refund, on_date: date, decided_at: datetime) -> None:
    """Put the receipt of a refund that failed back where it stood; one that was not used up stands there still."""
    receipt = find_receipt_of_money(refund.item_id, refund.customer_id)
    if receipt is None or receipt.decision_id is None:
        return
    proof = get_decision(receipt.decision_id).proof
    if proof.get("rule") != REFUNDED or proof.get("refund") != refund.id:
        return
    before = proof["before"]
    [decision_id] = next_ids("decision", 1)
    decide_receipt(
        Act(actor, receipt, on_date, decided_at),
        ReceiptState(before["state"]),
        before["customer"],
        {"rule": "UNDONE", "reason": "REFUND_FAILED", "undoes": receipt.decision_id},
        decision_id=decision_id,
        event=("cash.receipt.undone", {"refund": refund.id}),
        place=Place(before["decision"], before.get("purpose", ""), before.get("waits_until")),
    )
