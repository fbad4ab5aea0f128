"""What a clerk does with a receipt: confirm, correct, split, keep on account, undo.

Each act locks the customers, reads the books again and refuses when they changed since the proposal was made. Each is
a decision with its proof that names the one it replaces, so undo knows the exact state to go back to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from acquit.cash.models import PayerAlias
from acquit.cash.operations.posting import Books, Drafts
from acquit.cash.operations.receipt_moves import (
    CannotMove,
    ReceiptOutcome,
    add_receipt_decision,
    add_receipt_event,
    check_move,
    lock_receipt,
    move_receipt,
    state_before,
)
from acquit.cash.queries import ReceiptView, get_receipt, list_open_items_of
from acquit.cash.rules.application import CannotApply, Payment
from acquit.cash.rules.proofs import list_effects, read_proposal
from acquit.cash.rules.receipts import Applied, Difference, OpenItem, ReceiptState
from acquit.cash.rules.similarity import normalise_name
from acquit.controls.queries import get_company, get_decision
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.infra.bulk import WritePlan, write
from acquit.infra.transaction import operation
from acquit.parties.queries import get_customer
from acquit.receivables.queries import list_items


def confirm_receipt(
    *, actor: Actor, receipt_id: int, business_date: date, decided_at: datetime
) -> ReceiptOutcome:
    """Apply what the receipt's decision proposes.

    Refuses (`CannotMove`) when nothing is proposed or it is applied already, (`CannotApply`) when an item was cleared
    meanwhile.
    """
    receipt = get_receipt(receipt_id)
    check_move(receipt, ReceiptState.CONFIRMED)
    proof = get_decision(receipt.decision_id).proof if receipt.decision_id else {}
    applied, differences = read_proposal(proof)
    if not applied:
        raise CannotMove("Nothing is proposed for this receipt. Choose the items it pays.", param="receipt")
    return apply_receipt(
        actor=actor,
        receipt_id=receipt_id,
        applied=applied,
        differences=differences,
        business_date=business_date,
        decided_at=decided_at,
    )


def apply_receipt(
    *,
    actor: Actor,
    receipt_id: int,
    applied: Sequence[Applied],
    differences: Sequence[Difference] = (),
    business_date: date,
    decided_at: datetime,
) -> ReceiptOutcome:
    """Apply a receipt to items as a person says; what is not applied stays on account.

    Refuses (`CannotApply`, `CannotMove`, `ChangedMeanwhile`, `NotAllowed`, `PeriodNotOpen`); nothing is written then.
    """
    receipt = get_receipt(receipt_id)
    actor.require(Duty.CASH, receipt.company_id)
    targets = list_items(
        item_ids=[part.item_id for part in applied], company_ids=[receipt.company_id], limit=10_000
    )
    with operation():
        payment_item = lock_receipt(receipt, (item.customer_id for item in targets))
        receipt = get_receipt(receipt_id)
        check_move(receipt, ReceiptState.CONFIRMED)
        items = _open_items(receipt, [item.customer_id for item in targets])
        plan = WritePlan()
        proof = _proof_of(receipt, applied, differences, items, "CONFIRMED")
        decision_id = add_receipt_decision(plan, actor, receipt, ReceiptState.CONFIRMED, proof)
        books = Books(get_company(receipt.company_id), actor)
        books.read_facts([payment_item, *(part.item_id for part in applied)])
        payment = _payment(books, receipt, payment_item)
        drafts = Drafts(books)
        done = drafts.draft_application(
            payment,
            applied,
            differences,
            items,
            decision_id=decision_id,
            on_date=business_date,
            reason="CONFIRMED",
        )
        drafts.add_to(plan)
        add_receipt_event(plan, actor, receipt, "cash.receipt.confirmed", {"applied": len(applied)})
        write(plan)
        owner = items[applied[0].item_id].customer_id if receipt.customer_id is None else receipt.customer_id
        move_receipt(receipt, ReceiptState.CONFIRMED, decision_id, owner, actor, decided_at)
        _learn(receipt, owner)
    return ReceiptOutcome(
        receipt.id,
        ReceiptState.CONFIRMED,
        decision_id,
        len(done.clearings) and len(applied),
        len(done.deductions),
    )


def keep_on_account(
    *, actor: Actor, receipt_id: int, customer_id: int | None, decided_at: datetime
) -> ReceiptOutcome:
    """Keep a receipt for a customer without applying it. Refuses (`CannotMove`) when nobody knows whose it is."""
    receipt = get_receipt(receipt_id)
    actor.require(Duty.CASH, receipt.company_id)
    owner = customer_id if customer_id is not None else receipt.customer_id
    if owner is None:
        raise CannotMove("Say whose money it is before keeping it on account.", param="customer")
    if get_customer(owner).company_id != receipt.company_id:
        raise NotFound(f"There is no customer {owner} in this company.", param="customer")
    with operation():
        lock_receipt(receipt, [owner])
        receipt = get_receipt(receipt_id)
        check_move(receipt, ReceiptState.ON_ACCOUNT)
        plan = WritePlan()
        decision_id = add_receipt_decision(
            plan,
            actor,
            receipt,
            ReceiptState.ON_ACCOUNT,
            {"customer": owner, "before": state_before(receipt)},
        )
        add_receipt_event(plan, actor, receipt, "cash.receipt.kept_on_account", {"customer": owner})
        write(plan)
        move_receipt(receipt, ReceiptState.ON_ACCOUNT, decision_id, owner, actor, decided_at)
    return ReceiptOutcome(receipt.id, ReceiptState.ON_ACCOUNT, decision_id, 0, 0)


def _open_items(receipt: ReceiptView, customer_ids: Iterable[int]) -> dict[int, OpenItem]:
    return {item.id: item for item in list_open_items_of(receipt.company_id, set(customer_ids))}


def _payment(books: Books, receipt: ReceiptView, item_id: int) -> Payment:
    fact = books.facts.get(item_id)
    if fact is None:
        raise CannotApply("The receipt is applied in full already. Undo it first.", param="receipt")
    return Payment(item_id, fact.customer_id, fact.number, receipt.currency, -fact.open_amount)


def _proof_of(
    receipt: ReceiptView,
    applied: Sequence[Applied],
    differences: Sequence[Difference],
    items: Mapping[int, OpenItem],
    rule: str,
) -> dict[str, Any]:
    missing = [part.item_id for part in applied if part.item_id not in items]
    if missing:
        raise CannotApply(
            f"Item {missing[0]} is not open any more. Nothing was posted twice.",
            param="items",
            details={"item_id": missing[0]},
        )
    return {
        "rule": rule,
        "customer": receipt.customer_id,
        "applied": list_effects(applied, differences, items),
        "differences": [
            {"kind": d.kind.value, "item": d.item_id, "amount": str(d.amount), "reason": d.reason}
            for d in differences
        ],
        "before": state_before(receipt),
    }


def _learn(receipt: ReceiptView, customer_id: int) -> None:
    """Count a confirmation of who pays under this account and name; policy says how many are believed."""
    name = normalise_name(receipt.counterparty) if receipt.counterparty else ""
    for kind, alias in (("IBAN", receipt.iban), ("NAME", name)):
        if alias:
            known, is_new = PayerAlias.objects.get_or_create(
                company_id=receipt.company_id, kind=kind, alias=alias, customer_id=customer_id
            )
            if not is_new:
                known.confirmations += 1
                known.save(update_fields=["confirmations"])
