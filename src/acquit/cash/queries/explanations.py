"""Everything a decision about a receipt stands on: the money, the stored proof, and the entries it made."""

from __future__ import annotations

from dataclasses import dataclass

from acquit.cash.queries.habits import list_habits
from acquit.cash.queries.receipts import ReceiptView, get_receipt
from acquit.cash.rules.habits import KnownHabit
from acquit.controls.queries import DecisionView, get_decision
from acquit.core.errors import NotFound
from acquit.ledger.queries import EntryView, list_entries
from acquit.parties.queries import list_customers_by_id
from acquit.receivables.queries import list_clearing_ids_of_decision, list_edges, list_items
from acquit.receivables.rules.items import ItemKind

_MADE = frozenset({ItemKind.ADJUSTMENT, ItemKind.PAYMENT_TRANSFER})


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with its receipt as it stands now; `entries` in the order they were posted.

    `customers` are the numbers of those the proof names, by id. `is_in_force`: no later decision replaced it. `habits`
    are what is known by now of how the customer pays.
    """

    decision: DecisionView
    receipt: ReceiptView
    is_in_force: bool
    customers: dict[int, str]
    entries: tuple[EntryView, ...]
    habits: tuple[KnownHabit, ...]


def get_explanation(decision_id: int) -> Explanation:
    """Give what a decision about a receipt stands on; refuses (`NotFound`) unknown ones and those of other kinds."""
    decision = get_decision(decision_id)
    if decision.subject_kind != "RECEIPT":
        raise NotFound(f"D-{decision_id} is no decision about money that came.", param="decision")
    receipt = get_receipt(decision.subject_id)
    proof = decision.proof
    named = {receipt.customer_id, proof.get("customer"), *(proof.get("customer_candidates") or ())}
    named |= {each.get("customer") for each in proof.get("applied") or ()}
    named |= {each.get("customer") for each in proof.get("others") or ()}
    ids = {each for each in named if isinstance(each, int)}
    return Explanation(
        decision,
        receipt,
        receipt.decision_id == decision.id,
        {customer.id: customer.number for customer in list_customers_by_id(ids).values()},
        _list_entries(decision_id, receipt),
        tuple(list_habits(receipt.customer_id)) if receipt.customer_id is not None else (),
    )


def _list_entries(decision_id: int, receipt: ReceiptView) -> tuple[EntryView, ...]:
    """List the entry of the money itself, and what the decision posted: differences, transfers, clearings."""
    found: dict[int, EntryView] = {}
    clearings = list_clearing_ids_of_decision([decision_id])
    edges = list_edges(clearing_ids=clearings)
    touched = {item for edge in edges for item in (edge.credit_item_id, edge.debit_item_id)}
    made = [item.id for item in list_items(item_ids=touched, limit=len(touched) or 1) if item.kind in _MADE]
    money = [receipt.item_id] if receipt.item_id is not None else []
    lines = [receipt.bank_line_id] if receipt.bank_line_id is not None else []
    for entries in (
        list_entries(bank_line_ids=lines),
        list_entries(item_ids=[*made, *(() if lines else money)]),
        list_entries(clearing_ids=clearings),
    ):
        found.update((entry.id, entry) for entry in entries)
    return tuple(found[entry_id] for entry_id in sorted(found))
