"""Undo: take back the decision that holds for a receipt, so that amounts, cases, state and queue stand as before."""

from __future__ import annotations

from datetime import date, datetime

from acquit.cash.operations.aliases import forget_payer
from acquit.cash.operations.debit_following import list_followed_customers, unfollow_return
from acquit.cash.operations.habits import unlearn_habits
from acquit.cash.operations.receipt_moves import (
    Act,
    CannotMove,
    Place,
    ReceiptOutcome,
    decide_receipt,
    lock_receipt,
)
from acquit.cash.operations.refunded_receipts import REFUNDED
from acquit.cash.operations.returning import restore_original
from acquit.cash.operations.taking_back import list_touched_customers, take_back
from acquit.cash.queries import get_receipt
from acquit.cash.rules.reasons import check_reason
from acquit.cash.rules.receipts import ReceiptState
from acquit.controls.queries import get_decision
from acquit.controls.rules.duties import Actor, Duty
from acquit.infra.bulk import next_ids
from acquit.infra.transaction import operation

_UNDOABLE = frozenset({ReceiptState.AUTO, ReceiptState.CONFIRMED, ReceiptState.ON_ACCOUNT})


def undo_receipt(
    *,
    actor: Actor,
    receipt_id: int,
    business_date: date,
    decided_at: datetime,
    reason: str,
    decision_id: int | None = None,
) -> ReceiptOutcome:
    """Undo the decision that holds for a receipt, or only this one of it; gives back the state before it.

    An automatic match goes back to UNAPPLIED and waits for a person. Refuses (`ReasonMissing`), (`CannotMove`) what is
    not applied, and what was built on since: that is taken back first.
    """
    receipt = get_receipt(receipt_id)
    actor.require(Duty.CASH, receipt.company_id)
    check_reason(reason)
    in_force = receipt.decision_id
    with operation():
        taken_back = [in_force] if in_force else []
        touched = list_touched_customers(taken_back) | list_followed_customers(taken_back)
        receipt = lock_receipt(receipt, touched)
        is_other = decision_id is not None and receipt.decision_id != decision_id
        if receipt.state not in _UNDOABLE or in_force is None or receipt.decision_id != in_force or is_other:
            raise CannotMove(
                f"Receipt {receipt.id} is {receipt.state}: there is nothing to undo.",
                param="receipt",
                details={"state": receipt.state},
            )
        proof = get_decision(in_force).proof
        if proof.get("rule") == "RETURNED":
            raise CannotMove(
                f"Receipt {receipt.id} was taken back by receipt {proof.get('returned_by')}. Undo that one.",
                param="receipt",
            )
        if proof.get("rule") == REFUNDED:
            raise CannotMove(
                f"The money of receipt {receipt.id} went back by refund {proof.get('refund')}.",
                param="receipt",
            )
        take_back(actor, receipt.company_id, [in_force], business_date, reason)
        act = Act(actor, receipt, business_date, decided_at)
        if proof.get("rule") == "REOPENED":
            unfollow_return(act, in_force)
            restore_original(act, int(proof["returns"]))
        if proof.get("rule") == "CONFIRMED" and receipt.customer_id is not None:
            forget_payer(receipt, proof.get("payer_of", [receipt.customer_id]))
        unlearn_habits(receipt.company_id, proof.get("customer"), proof)
        before = proof.get("before") or {"state": ReceiptState.UNAPPLIED, "customer": receipt.customer_id}
        state = ReceiptState(before["state"])
        [undone_id] = next_ids("decision", 1)
        decide_receipt(
            act,
            state,
            before["customer"],
            {"rule": "UNDONE", "reason": reason, "undoes": in_force},
            decision_id=undone_id,
            event=("cash.receipt.undone", {"reason": reason, "decision": in_force}),
            place=Place(
                before.get("decision") or undone_id, before.get("purpose", ""), before.get("waits_until")
            ),
        )
    return ReceiptOutcome(receipt.id, state, undone_id, 0, 0)
