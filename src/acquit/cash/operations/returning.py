"""Money that came back: the receipt it takes back is unapplied and settled against it, so its items are owed again.

Where that was a collection of ours, what follows its code is done in the same transaction (`debit_following`).

Handbook section 6: Dr 1200, Dr 6120 the bank's fee / Cr 1000. The line itself was posted when it came (Dr 2100 / Cr
1000), so here the original payment is cleared against it, and the fee is what it took beyond that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from acquit.cash.operations.debit_following import find_collected, follow_return
from acquit.cash.operations.posting import Books, Drafts
from acquit.cash.operations.receipt_moves import (
    Act,
    CannotMove,
    Place,
    ReceiptOutcome,
    check_move,
    decide_receipt,
    lock_receipt,
    read_payment,
    state_before,
)
from acquit.cash.operations.taking_back import list_touched_customers, take_back
from acquit.cash.queries import (
    ReceiptView,
    get_receipt,
    list_named_returns,
    list_open_items_of,
    list_returned,
)
from acquit.cash.rules.application import CannotApply, Payment, plan_return, plan_transfer
from acquit.cash.rules.proofs import read_proposal
from acquit.cash.rules.receipts import APPLIED_STATES, Applied, ReceiptState
from acquit.cash.rules.returns import return_fee
from acquit.controls.queries import get_company, get_decision
from acquit.controls.rules.duties import Actor, Duty
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.errors import NotFound
from acquit.infra.bulk import next_ids
from acquit.infra.transaction import operation
from acquit.ledger.operations import open_booked_periods
from acquit.receivables.queries import list_items


def reopen_returned(
    *,
    actor: Actor,
    receipt_id: int,
    original_receipt_id: int | None = None,
    business_date: date,
    decided_at: datetime,
) -> ReceiptOutcome:
    """Settle a returned payment against the receipt it takes back, whose items are owed again with their due dates.

    `original_receipt_id`: the one its proof names when not given. Where neither names one, the debit is kept on its
    customer's account. Refuses (`CannotMove`) receipts that did not come back or were returned before, (`CannotApply`)
    an original of more than came back or of another currency, (`NotFound`).
    """
    receipt = get_receipt(receipt_id)
    actor.require(Duty.CASH, receipt.company_id)
    check_returned(receipt)
    proof = get_decision(receipt.decision_id).proof if receipt.decision_id else {}
    original_id = original_receipt_id if original_receipt_id is not None else proof.get("returns")
    if original_id is None:
        return _keep_debit(actor, receipt, business_date, decided_at)
    act = Act(actor, receipt, business_date, decided_at)
    return _reopen(act, int(original_id), ReceiptState.CONFIRMED)


def settle_returns(
    *,
    actor: Actor,
    company_id: int,
    policy: MatchingPolicy,
    bank_line_ids: Sequence[int],
    business_date: date,
    decided_at: datetime,
) -> int:
    """Settle the returns among bank lines that name what they take back; gives how many.

    Those whose proof names it, and those that name a collection of ours, whoever they say pays
    (`settle_named_returns`). What was changed or used elsewhere since waits for a person, as do all where the actor may
    not work with cash.
    """
    if not actor.has_duty(Duty.CASH, company_id):
        return 0
    sure = []
    for receipt in list_returned(company_id, bank_line_ids):
        proof = get_decision(receipt.decision_id).proof if receipt.decision_id else {}
        if not proof.get("asked_because") and proof.get("returns") is not None:
            sure.append((receipt, int(proof["returns"])))
    settled = _settle_each(actor, company_id, sure, business_date, decided_at)
    return settled + settle_named_returns(
        actor=actor,
        company_id=company_id,
        policy=policy,
        business_date=business_date,
        decided_at=decided_at,
        bank_line_ids=bank_line_ids,
    )


def settle_named_returns(
    *,
    actor: Actor,
    company_id: int,
    policy: MatchingPolicy,
    business_date: date,
    decided_at: datetime,
    bank_line_ids: Sequence[int] | None = None,
) -> int:
    """Settle the returns that name a collection of ours by its end-to-end id, whoever they say pays; gives how many.

    Those of some bank lines, or all that wait. Where the policy lets no return post alone, where more than a fee came
    back beyond the collection, or where the actor may not work with cash, they wait for a person.
    """
    if not actor.has_duty(Duty.CASH, company_id) or "RETURNED" not in policy.posts_alone:
        return 0
    named = [
        (receipt, original.id)
        for receipt, original in list_named_returns(company_id, bank_line_ids)
        if return_fee(receipt.amount, original.amount)
        <= policy.in_currency(receipt.currency).fee_tolerance_amount
    ]
    return _settle_each(actor, company_id, named, business_date, decided_at)


def _settle_each(
    actor: Actor,
    company_id: int,
    returns: Sequence[tuple[ReceiptView, int]],
    business_date: date,
    decided_at: datetime,
) -> int:
    """Settle returns, each with the receipt it takes back; what cannot be is left to a person. Gives how many."""
    if returns:
        open_booked_periods(company_id=company_id, days=[business_date], business_date=business_date)
    settled = 0
    for receipt, original_id in returns:
        try:
            _reopen(Act(actor, receipt, business_date, decided_at), original_id, ReceiptState.AUTO)
        except (CannotMove, CannotApply):
            continue
        settled += 1
    return settled


def _reopen(act: Act, original_id: int, state: ReceiptState) -> ReceiptOutcome:
    """Take back what the original applied and settle it against the return, which comes to `state`."""
    actor, receipt, business_date, decided_at = act
    original = get_receipt(original_id)
    if original.company_id != receipt.company_id:
        raise NotFound(f"There is no receipt {original_id} in this company.", param="original")
    with operation():
        chain = list_applied_decisions(original)
        holders = _holders(original)
        collected = find_collected(original.id)
        if collected is not None:
            holders.add(collected.customer_id)
        receipt = lock_receipt(receipt, holders | list_touched_customers(chain))
        check_returned(receipt)
        original = get_receipt(original.id)
        if chain != list_applied_decisions(original):
            raise CannotMove("The original receipt was changed meanwhile. Look again.", param="original")
        _check_original(receipt, original)
        take_back(actor, receipt.company_id, chain, business_date, "RETURNED")
        act = Act(actor, receipt, business_date, decided_at)
        outcome = _settle(act, original, len(chain), state)
        if collected is not None:
            fee = return_fee(receipt.amount, original.amount)
            follow_return(act, collected.id, outcome.decision_id, fee)
        return outcome


def _settle(act: Act, original: ReceiptView, undone: int, state: ReceiptState) -> ReceiptOutcome:
    """Clear the original payment and the bank's fee against the returned one."""
    books = Books(get_company(act.receipt.company_id), act.actor)
    returned = read_payment(books, act.receipt)
    books.read_facts([original.item_id or 0])
    fact = books.facts.get(original.item_id or 0)
    if fact is None or -fact.open_amount != original.amount:
        raise CannotMove(
            f"Money of receipt {original.id} was used elsewhere. Take that back first.", param="original"
        )
    paid = Payment(fact.id, fact.customer_id, fact.number, original.currency, original.amount)
    [decision_id, original_decision_id] = next_ids("decision", 2)
    drafts = Drafts(books)
    on_date = books.not_before([returned.item_id, paid.item_id], act.business_date)
    if returned.customer_id != paid.customer_id:
        moved = plan_transfer(returned, paid.customer_id, books.take_ids(), on_date)
        drafts.draft_planned(moved, returned, decision_id=decision_id, on_date=on_date, reason="MOVED")
        returned = returned._replace(item_id=moved.rest_item_id or 0, customer_id=paid.customer_id)
    settled = plan_return(returned, paid, books.take_ids(), on_date)
    drafts.draft_planned(settled, returned, decision_id=decision_id, on_date=on_date, reason="RETURNED")
    decide_receipt(
        Act(act.actor, original, act.business_date, act.decided_at),
        ReceiptState.CONFIRMED,
        original.customer_id if original.customer_id is not None else paid.customer_id,
        {"rule": "RETURNED", "returned_by": act.receipt.id, "before": state_before(original)},
        decision_id=original_decision_id,
        event=("cash.receipt.returned", {"returned_by": act.receipt.id}),
    )
    decide_receipt(
        act,
        state,
        paid.customer_id,
        {
            "rule": "REOPENED",
            "customer": paid.customer_id,
            "returns": original.id,
            "fee": str(return_fee(act.receipt.amount, original.amount)),
            "before": state_before(act.receipt),
        },
        decision_id=decision_id,
        drafts=drafts,
        event=("cash.receipt.reopened", {"original": original.id}),
    )
    return ReceiptOutcome(act.receipt.id, state, decision_id, undone, 0)


def _keep_debit(
    actor: Actor, receipt: ReceiptView, business_date: date, decided_at: datetime
) -> ReceiptOutcome:
    """Keep a return nobody can name the receipt of as a debit on its customer's account."""
    owner = receipt.customer_id
    if owner is None:
        raise CannotMove("Say which receipt came back: nobody is known for this one.", param="original")
    with operation():
        receipt = lock_receipt(receipt, [owner])
        check_returned(receipt)
        check_move(receipt, ReceiptState.ON_ACCOUNT)
        [decision_id] = next_ids("decision", 1)
        decide_receipt(
            Act(actor, receipt, business_date, decided_at),
            ReceiptState.ON_ACCOUNT,
            owner,
            {"rule": "KEPT", "customer": owner, "before": state_before(receipt)},
            decision_id=decision_id,
            event=("cash.receipt.kept_on_account", {"customer": owner}),
        )
    return ReceiptOutcome(receipt.id, ReceiptState.ON_ACCOUNT, decision_id, 0, 0)


def restore_original(act: Act, original_id: int) -> None:
    """Apply the receipt that a return had taken back as it was applied before; the return was undone.

    Refuses (`CannotApply`) when its items were paid otherwise meanwhile.
    """
    original = get_receipt(original_id)
    before = get_decision(original.decision_id or 0).proof["before"]
    undone = {"state": before["state"], "decision": before["decision"], "customer": before["customer"]}
    chain = _applied_chain(before["state"], before["decision"])
    earlier = get_decision(chain[-1]).proof.get("before") if chain else None
    for decision_id in reversed(chain):
        proof = get_decision(decision_id).proof
        undone = _apply_again(act, original, decision_id, proof, earlier)
        earlier = undone
    [decision_id] = next_ids("decision", 1)
    decide_receipt(
        Act(act.actor, original, act.business_date, act.decided_at),
        ReceiptState(undone["state"]),
        undone["customer"],
        {"rule": "UNDONE", "undoes": original.decision_id, "reason": "RETURN_UNDONE"},
        decision_id=decision_id,
        event=("cash.receipt.restored", {"returned_by": act.receipt.id}),
        place=Place(undone["decision"]),
    )


def _apply_again(
    act: Act, original: ReceiptView, old_id: int, proof: dict[str, Any], earlier: dict[str, Any] | None
) -> dict[str, Any]:
    """Do again what an old decision did, as a decision of its own; gives the state it leads to."""
    original = get_receipt(original.id)
    old = get_decision(old_id)
    books = Books(get_company(original.company_id), act.actor)
    payment = read_payment(books, original)
    applied, differences = read_proposal(proof)
    [decision_id] = next_ids("decision", 1)
    drafts, money_item = Drafts(books), payment.item_id
    customer_id = proof.get("customer")
    if applied:
        items = _open_items(original.company_id, applied)
        books.read_facts(list(items))
        done = drafts.draft_application(
            payment,
            applied,
            differences,
            items,
            decision_id=decision_id,
            on_date=act.business_date,
            reason="RESTORED",
            keep_for=customer_id if old.outcome == ReceiptState.CONFIRMED else None,
        )
        money_item = done.rest_item_id or money_item
    elif customer_id is not None and customer_id != payment.customer_id:
        on_date = books.not_before([payment.item_id], act.business_date)
        moved = plan_transfer(payment, customer_id, books.take_ids(), on_date)
        drafts.draft_planned(moved, payment, decision_id=decision_id, on_date=on_date, reason="RESTORED")
        money_item = moved.rest_item_id or money_item
    told = {**proof, "money_item": money_item, "restores": old_id}
    if earlier is not None:
        told["before"] = earlier
    state = ReceiptState(old.outcome)
    decide_receipt(
        Act(act.actor, original, act.business_date, act.decided_at),
        state,
        customer_id,
        told,
        decision_id=decision_id,
        drafts=drafts,
        event=("cash.receipt.restored", {"restores": old_id}),
    )
    return {"state": state.value, "decision": decision_id, "customer": customer_id}


def _open_items(company_id: int, applied: Sequence[Applied]) -> dict[int, Any]:
    wanted = [part.item_id for part in applied]
    customers = {item.customer_id for item in list_items(item_ids=wanted, limit=len(wanted))}
    return {item.id: item for item in list_open_items_of(company_id, customers, item_ids=wanted)}


def list_applied_decisions(receipt: ReceiptView) -> list[int]:
    """List the decisions that hold for an applied or kept receipt, the latest first: what a return takes back."""
    return _applied_chain(receipt.state, receipt.decision_id)


def _applied_chain(state: str, decision_id: int | None) -> list[int]:
    chain: list[int] = []
    while decision_id is not None and state in {*APPLIED_STATES, ReceiptState.ON_ACCOUNT}:
        chain.append(decision_id)
        before = get_decision(decision_id).proof.get("before") or {}
        state, decision_id = before.get("state", ""), before.get("decision")
    return chain


def check_returned(receipt: ReceiptView) -> None:
    """Refuse (`CannotMove`) a receipt that is not waiting as a return."""
    if receipt.state != ReceiptState.RETURNED:
        raise CannotMove(
            f"Receipt {receipt.id} is {receipt.state}: it did not come back, or is settled already.",
            param="receipt",
            details={"state": receipt.state},
        )


def _check_original(receipt: ReceiptView, original: ReceiptView) -> None:
    proof = get_decision(original.decision_id).proof if original.decision_id else {}
    if original.amount <= 0 or original.item_id is None or proof.get("rule") == "RETURNED":
        raise CannotMove(f"Receipt {original.id} cannot have come back (again).", param="original")
    if original.currency != receipt.currency:
        raise CannotApply(
            f"Receipt {original.id} is in {original.currency}, the return in {receipt.currency}.",
            param="original",
        )
    if return_fee(receipt.amount, original.amount) < 0:
        raise CannotApply(
            f"{-receipt.amount} came back of {original.amount} {original.currency}: less than the receipt.",
            param="original",
        )


def _holders(receipt: ReceiptView) -> set[int]:
    return {item.customer_id for item in list_items(item_ids=[receipt.item_id or 0])}
