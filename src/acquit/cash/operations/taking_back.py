"""Taking decisions back: what they cleared is uncleared, what they brought into being is cleared by its opposite.

Differences and transfers are items with entries of their own. Each is taken back by an item of the opposite amount
whose entry reverses its entry, and the two are cleared against each other: nothing of it stays open, nothing vanishes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from acquit.cash.operations.posting import Books, Drafts
from acquit.cash.operations.receipt_moves import CannotMove
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor
from acquit.disputes.operations import withdraw_disputes
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.ledger.queries import list_entries_of_items
from acquit.ledger.rules.entries import reverse_entry
from acquit.receivables.operations import unclear_items
from acquit.receivables.queries import (
    EdgeView,
    ItemView,
    list_clearing_ids_of_decision,
    list_edges,
    list_items,
)
from acquit.receivables.rules.clearing import ClearingDraft, OpenItemFact, PairDraft
from acquit.receivables.rules.items import ItemDraft, ItemKind

_MAKING_ENTRIES = ("DISCOUNT", "TOLERANCE", "BANK_FEE", "FX", "TRANSFER", "INTERCOMPANY")


class _Touched(NamedTuple):
    """What decisions cleared, and what of it they brought into being."""

    items: list[ItemView]
    made: list[ItemView]
    edges: list[EdgeView]


def list_touched_customers(decision_ids: Iterable[int]) -> set[int]:
    """List the customers whose items decisions cleared or made: to be locked before anything is taken back."""
    return {item.customer_id for item in _list_touched(list_clearing_ids_of_decision(decision_ids)).items}


def take_back(
    actor: Actor, company_id: int, decision_ids: Sequence[int], business_date: date, reason: str
) -> None:
    """Take back everything decisions applied, and withdraw the cases they opened; the caller holds the customers.

    Dated on the business date, or on the day of what is taken back when that is later. Refuses (`CannotMove`) when
    money a decision moved was used elsewhere since.
    """
    clearing_ids = list_clearing_ids_of_decision(decision_ids)
    touched = _list_touched(clearing_ids)
    on_date = max([business_date, *(edge.effective_date for edge in touched.edges)])
    if clearing_ids:
        unclear_items(actor=actor, clearing_ids=clearing_ids, effective_date=on_date, reason=reason)
    if touched.made:
        take_back_items(actor, company_id, touched.made, on_date)
    withdraw_disputes(actor=actor, decision_ids=decision_ids, closed_date=on_date)


def _list_touched(clearing_ids: Sequence[int]) -> _Touched:
    """List the items of clearings, and which of them they made.

    An adjustment is made by what clears it. A transfer is made by what clears its first side, the one that gives: its
    other side may stand open, or be used later by another decision.
    """
    edges = list_edges(clearing_ids=clearing_ids)
    ids = {item_id for edge in edges for item_id in (edge.credit_item_id, edge.debit_item_id)}
    if not ids:
        return _Touched([], [], edges)
    items = list_items(item_ids=ids, limit=len(ids))
    moved = _list_moved(items)
    other_sides = moved - ids
    if other_sides:
        items += list_items(item_ids=other_sides, limit=len(other_sides))
    made = [item for item in items if item.id in moved or item.kind == ItemKind.ADJUSTMENT]
    return _Touched(items, made, edges)


def _list_moved(items: Sequence[ItemView]) -> set[int]:
    """List both sides of the transfers that gave what is among these items."""
    transfers = {item.id: item for item in items if item.kind == ItemKind.PAYMENT_TRANSFER}
    moved: set[int] = set()
    days = {item.posting_date for item in transfers.values()}
    for company_id in {item.company_id for item in transfers.values()}:
        for _, entry in list_entries_of_items(
            transfers, company_id=company_id, days=days, kinds=("TRANSFER",)
        ):
            sides = [posting.item_id for posting in entry.postings if posting.item_id is not None]
            if sides[0] in transfers:
                moved.update(sides)
    return moved


def take_back_items(actor: Actor, company_id: int, made: Sequence[ItemView], on_date: date) -> dict[int, int]:
    """Clear items a decision brought into being by their opposites; gives these by the items they take back.

    Refuses (`CannotMove`) when one was used since.
    """
    books = Books(get_company(company_id), actor)
    books.read_facts([item.id for item in made])
    opposite = dict(zip([item.id for item in made], next_ids("item", len(made)), strict=True))
    drafts = Drafts(books)
    for item in made:
        mirrored = _mirror(item, books.facts.get(item.id), opposite[item.id], on_date)
        drafts.draft_item(mirrored)
        credit, debit = (item.id, mirrored.id) if item.original_amount < 0 else (mirrored.id, item.id)
        pair = PairDraft(credit, debit, abs(item.original_amount))
        drafts.clearings.append(
            ClearingDraft(
                company_id, on_date, (pair,), reason="UNDONE", actor_id=actor.user_id, text=item.number
            )
        )
    days = {item.posting_date for item in made}
    making = list_entries_of_items(opposite, company_id=company_id, days=days, kinds=_MAKING_ENTRIES)
    drafts.entries.extend(
        reverse_entry(entry_id, entry, posting_date=on_date, actor_id=actor.user_id, items=opposite)
        for entry_id, entry in making
    )
    plan = WritePlan()
    drafts.add_to(plan)
    write(plan)
    return opposite


def _mirror(item: ItemView, fact: OpenItemFact | None, new_id: int, on_date: date) -> ItemDraft:
    if fact is None or fact.open_amount != item.original_amount:
        raise CannotMove(
            f"Money of {item.number} was used elsewhere meanwhile. Take that back first.", param="receipt"
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
        baseline_date=on_date,
        due_date=item.due_date,
        posting_date=on_date,
    )
