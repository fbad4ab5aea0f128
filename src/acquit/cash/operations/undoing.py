"""Undo: take a receipt's application back, so that amounts, cases, state and queue stand as before.

The clearings are uncleared; items the application brought into being (differences, transfers) are taken back by items
of the opposite amount and cleared against them, so nothing of it stays open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from acquit.cash.operations.posting import Books, Drafts
from acquit.cash.operations.receipt_moves import (
    CannotMove,
    ReceiptOutcome,
    add_receipt_decision,
    add_receipt_event,
    lock_receipt,
    move_receipt,
)
from acquit.cash.queries import get_receipt
from acquit.cash.rules.receipts import ReceiptState
from acquit.controls.queries import get_company, get_decision
from acquit.controls.rules.duties import Actor, Duty
from acquit.disputes.operations import withdraw_disputes
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.transaction import operation
from acquit.ledger.queries import list_entries_of_items
from acquit.ledger.rules.entries import EntryDraft, reverse_postings
from acquit.receivables.operations import unclear_items
from acquit.receivables.queries import ItemView, list_clearing_ids_of_decision, list_edges, list_items
from acquit.receivables.rules.clearing import ClearingDraft, OpenItemFact, PairDraft
from acquit.receivables.rules.items import ItemDraft, ItemKind

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

    An automatic match goes back to UNAPPLIED and waits for a person. Refuses (`CannotMove`) what is not applied.
    """
    receipt = get_receipt(receipt_id)
    actor.require(Duty.CASH, receipt.company_id)
    with operation():
        decision_ids = [receipt.decision_id] if receipt.decision_id else []
        clearing_ids = list_clearing_ids_of_decision(decision_ids)
        touched = _items_of(clearing_ids)
        lock_receipt(receipt, {item.customer_id for item in touched})
        receipt = get_receipt(receipt_id)
        is_other = decision_id is not None and receipt.decision_id != decision_id
        if receipt.state not in _UNDOABLE or receipt.decision_id not in decision_ids or is_other:
            raise CannotMove(
                f"Receipt {receipt.id} is {receipt.state}: there is nothing to undo.", param="receipt"
            )
        if clearing_ids:
            unclear_items(actor=actor, clearing_ids=clearing_ids, effective_date=business_date, reason=reason)
        _take_back_new_items(actor, receipt.company_id, touched, business_date)
        withdraw_disputes(decision_ids=decision_ids, closed_date=business_date)
        before = get_decision(receipt.decision_id).proof.get("before")
        state = ReceiptState(before["state"]) if before else ReceiptState.UNAPPLIED
        customer_id = before["customer"] if before else receipt.customer_id
        plan = WritePlan()
        undone_id = add_receipt_decision(
            plan, actor, receipt, state, {"rule": "UNDONE", "reason": reason, "undoes": receipt.decision_id}
        )
        add_receipt_event(
            plan, actor, receipt, "cash.receipt.undone", {"reason": reason, "decision": receipt.decision_id}
        )
        write(plan)
        move_receipt(
            receipt, state, before["decision"] if before else undone_id, customer_id, actor, decided_at
        )
    return ReceiptOutcome(receipt.id, state, undone_id, 0, 0)


def _items_of(clearing_ids: Sequence[int]) -> list[ItemView]:
    edges = list_edges(clearing_ids=clearing_ids)
    ids = {item_id for edge in edges for item_id in (edge.credit_item_id, edge.debit_item_id)}
    return list_items(item_ids=ids, limit=100_000) if ids else []


def _take_back_new_items(
    actor: Actor, company_id: int, touched: Sequence[ItemView], business_date: date
) -> None:
    """Clear every adjustment and transfer of the application against an item of the opposite amount."""
    new = [item for item in touched if item.kind in {ItemKind.ADJUSTMENT, ItemKind.PAYMENT_TRANSFER}]
    if not new:
        return
    books = Books(get_company(company_id), actor)
    books.read_facts([item.id for item in new])
    opposite = dict(zip([item.id for item in new], next_ids("item", len(new)), strict=True))
    drafts = Drafts(books)
    for item in new:
        fact = books.facts[item.id]
        mirrored = _mirror(item, fact, opposite[item.id], business_date)
        drafts.draft_item(mirrored)
        credit, debit = (item.id, mirrored.id) if item.original_amount < 0 else (mirrored.id, item.id)
        pair = PairDraft(credit, debit, abs(item.original_amount))
        drafts.clearings.append(
            ClearingDraft(
                company_id, business_date, (pair,), reason="UNDONE", actor_id=actor.user_id, text=item.number
            )
        )
    drafts.entries.extend(_reversed_entries(actor, opposite, business_date))
    plan = WritePlan()
    drafts.add_to(plan)
    write(plan)


def _mirror(item: ItemView, fact: OpenItemFact, new_id: int, business_date: date) -> ItemDraft:
    if fact.open_amount != item.original_amount:
        raise CannotMove(
            f"{item.number} was used elsewhere meanwhile. Take that back first.", param="receipt"
        )
    return ItemDraft(
        id=new_id,
        company_id=item.company_id,
        customer_id=item.customer_id,
        kind=item.kind,
        number=item.number,
        currency=item.currency,
        original_amount=-item.original_amount,
        company_amount=-fact.open_company_amount,
        baseline_date=business_date,
        due_date=item.due_date,
        posting_date=business_date,
    )


def _reversed_entries(actor: Actor, opposite: dict[int, int], business_date: date) -> list[EntryDraft]:
    """Reverse the entries that brought the items into being, each once, naming the opposite items."""
    entries = list_entries_of_items(opposite, kinds=("DISCOUNT", "TOLERANCE", "BANK_FEE", "TRANSFER"))
    return [
        entry._replace(
            posting_date=business_date,
            kind="REVERSAL",
            reverses_id=entry_id,
            actor_id=actor.user_id,
            run_id=None,
            postings=tuple(
                p._replace(item_id=opposite.get(p.item_id, p.item_id) if p.item_id else None)
                for p in reverse_postings(entry.postings)
            ),
        )
        for entry_id, entry in entries
    ]
