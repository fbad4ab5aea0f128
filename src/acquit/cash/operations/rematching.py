"""Deciding again about money that waits: an advice came after it, an invoice was written, a return came back.

What posts alone by now is applied as if it had come today; everything else stays exactly as it was, so running it twice
changes nothing.
"""

from __future__ import annotations

from datetime import date, datetime

from acquit.cash.operations.habits import learn_habits
from acquit.cash.operations.matching import make_matcher
from acquit.cash.operations.posting import Books, Drafts
from acquit.cash.operations.receipt_moves import (
    Act,
    CannotMove,
    check_move,
    decide_receipt,
    lock_receipt,
    read_payment,
    state_before,
)
from acquit.cash.queries import get_receipt, list_open_items_of, list_waiting_lines
from acquit.cash.rules.application import CannotApply, check_application, exchanged
from acquit.cash.rules.habits import PaidAs, read_habits, write_shown
from acquit.cash.rules.proofs import write_proof
from acquit.cash.rules.receipts import WAITING_STATES, MatchPlan, ReceiptFact, ReceiptState
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.controls.rules.policies import MatchingPolicy
from acquit.infra.bulk import next_ids
from acquit.infra.transaction import ChangedMeanwhile, operation
from acquit.ledger.operations import open_booked_periods
from acquit.receivables.queries import list_items

_AT_ONCE = 500


def rematch_waiting(*, actor: Actor, company_id: int, business_date: date, decided_at: datetime) -> int:
    """Decide again about all money of bank lines that waits; gives how many receipts are applied now.

    One that somebody moved or whose items were cleared meanwhile is left alone. Refuses (`NotAllowed`).
    """
    actor.require(Duty.CASH, company_id)
    matcher = make_matcher(actor, company_id, business_date, decided_at, None)
    open_booked_periods(company_id=company_id, days=[business_date], business_date=business_date)
    after_id, applied = 0, 0
    while waiting := list_waiting_lines(company_id, after_id=after_id, most=_AT_ONCE):
        after_id = waiting[-1][0].key
        plans = matcher.plan_again([fact for fact, _ in waiting])
        for (fact, receipt_id), plan in zip(waiting, plans, strict=True):
            if plan.state is not ReceiptState.AUTO:
                continue
            act = Act(actor, get_receipt(receipt_id), business_date, decided_at)
            try:
                _apply_planned(act, fact, plan, matcher.policy, matcher.policy_version)
            except (CannotApply, CannotMove, ChangedMeanwhile):
                continue
            applied += 1
    return applied


def _apply_planned(
    act: Act, fact: ReceiptFact, plan: MatchPlan, policy: MatchingPolicy, policy_version: int
) -> None:
    """Apply a plan to a receipt that waits, with its whole proof and what undo goes back to."""
    company_id = act.receipt.company_id
    wanted = {part.item_id for part in plan.applied}
    wanted |= {d.item_id for d in plan.differences if d.item_id is not None}
    owners = {item.customer_id for item in list_items(item_ids=wanted, limit=len(wanted))}
    owner = plan.customer_id if plan.customer_id is not None else min(owners)
    with operation():
        receipt = lock_receipt(act.receipt, owners | {owner})
        act = act._replace(receipt=receipt)
        check_move(receipt, ReceiptState.AUTO)
        if receipt.state not in WAITING_STATES:
            raise CannotMove(f"Receipt {receipt.id} is {receipt.state} by now.", param="receipt")
        books = Books(get_company(company_id), act.actor)
        payment = read_payment(books, receipt)
        items = {item.id: item for item in list_open_items_of(company_id, owners, item_ids=wanted)}
        check_application(exchanged(payment, plan.exchange), plan.applied, plan.differences, items)
        books.read_facts(list(items))
        [decision_id] = next_ids("decision", 1)
        drafts = Drafts(books)
        if plan.exchange is not None:
            payment = drafts.draft_exchange(
                payment, plan.exchange, decision_id=decision_id, on_date=act.business_date, reason="MATCHED"
            )
        done = drafts.draft_application(
            payment,
            plan.applied,
            plan.differences,
            items,
            decision_id=decision_id,
            on_date=act.business_date,
            reason="MATCHED",
            keep_for=owner,
        )
        owed = list_open_items_of(company_id, owners)
        payment_made = PaidAs(plan.rule, fact.value_date, plan.applied, plan.differences)
        shown = read_habits(payment_made, items, owed, policy)
        proof = {
            **write_proof(fact, plan, items, policy, policy_version),
            "customer": owner,
            "habits": write_shown(shown),
            "money_item": done.rest_item_id or payment.item_id,
            "before": state_before(receipt),
        }
        event = ("cash.receipt.rematched", {"rule": plan.rule, "applied": len(wanted)})
        decide_receipt(
            act, ReceiptState.AUTO, owner, proof, decision_id=decision_id, drafts=drafts, event=event
        )
        learn_habits(company_id, [(owner, shown, fact.value_date)])
