"""Writes of the subledger: items, clearings, and taking clearings back.

Every operation locks the customers first (parties.operations.lock_customers), then reads the items, asks the rule,
and writes edges, entry and event in one transaction. The open amounts follow by trigger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound, Refusal
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.operations import add_entries
from acquit.ledger.queries import get_rate, list_entry_drafts_by_clearing
from acquit.parties.operations import lock_customers
from acquit.receivables.models import Clearing, ClearingEdge
from acquit.receivables.queries import list_customers_of_items, list_open_item_facts
from acquit.receivables.rules.clearing import (
    ClearingDraft,
    EdgePlan,
    OpenItemFact,
    plan_clearing,
    plan_clearing_entry,
)
from acquit.receivables.rules.items import ItemDraft
from acquit.receivables.rules.unclearing import plan_unclearing_entry

if TYPE_CHECKING:
    import polars as pl

ITEM_COLUMNS = (
    "id",
    "document_id",
    "customer_id",
    "company_id",
    "baseline_date",
    "due_date",
    "posting_date",
    "kind",
    "currency",
    "number",
    "original_amount",
    "company_amount",
)
CLEARING_COLUMNS = (
    "id",
    "reverses_id",
    "decision_id",
    "run_id",
    "actor_id",
    "company_id",
    "effective_date",
    "reason",
)
EDGE_COLUMNS = (
    "clearing_id",
    "credit_item_id",
    "debit_item_id",
    "customer_id",
    "company_id",
    "effective_date",
    "credit_due_date",
    "credit_posting_date",
    "debit_due_date",
    "debit_posting_date",
    "credit_kind",
    "debit_kind",
    "currency",
    "amount",
    "credit_company_amount",
    "debit_company_amount",
)


#: From so many drafts on, columns are the quicker way (docs/performance.md).
_COLUMNS_FROM = 500


class CannotUnclear(Refusal):
    """The clearing does not exist or was taken back already; nothing was changed."""

    code = "CANNOT_UNCLEAR"


def add_items(plan: WritePlan, drafts: Iterable[ItemDraft], *, count: int | None = None) -> None:
    """Add items to a plan; the live set follows by trigger when it is written. `count`: as in `WritePlan.add`."""
    plan.add(
        "item",
        ITEM_COLUMNS,
        (
            (
                d.id,
                d.document_id,
                d.customer_id,
                d.company_id,
                d.baseline_date,
                d.due_date,
                d.posting_date,
                d.kind,
                d.currency,
                d.number,
                d.original_amount,
                d.company_amount,
            )
            for d in drafts
        ),
        count=count,
    )


def add_item_columns(plan: WritePlan, items: pl.DataFrame) -> None:
    """Add items to a plan as a frame that has the columns of an item."""
    plan.add_frame("item", ITEM_COLUMNS, items)


def clear_items(*, actor: Actor, drafts: Sequence[ClearingDraft]) -> list[int]:
    """Clear items against each other; gives the clearings' ids in order.

    Each is dated on its day, or on that of its latest item when that is later: nothing is cleared before it is there.

    Refuses whole (`CannotClear`, `NotAllowed`, `ChangedMeanwhile`, `PeriodNotOpen`) and then writes nothing.
    """
    if len(drafts) >= _COLUMNS_FROM:
        from acquit.receivables.operations.clearing_columns import clear_item_columns
        from acquit.receivables.rules.clearing_columns import clearing_columns_of

        return clear_item_columns(actor=actor, columns=clearing_columns_of(drafts))
    for company_id in sorted({draft.company_id for draft in drafts}):
        actor.require(Duty.CASH, company_id)
    drafts = [d if d.actor_id is not None else d._replace(actor_id=actor.user_id) for d in drafts]
    with operation():
        item_ids = {
            item
            for draft in drafts
            for pair in draft.pairs
            for item in (pair.credit_item_id, pair.debit_item_id)
        }
        lock_customers(list_customers_of_items(item_ids))
        plan = WritePlan()
        facts = list_open_item_facts(item_ids)
        ids = add_clearings(plan, [_not_before_its_items(draft, facts) for draft in drafts], facts)
        write(plan)
    return ids


def _not_before_its_items(draft: ClearingDraft, facts: Mapping[int, OpenItemFact]) -> ClearingDraft:
    days = [facts[i].posting_date for pair in draft.pairs for i in pair[:2] if i in facts]
    return draft._replace(effective_date=max([draft.effective_date, *days]))


def add_clearings(
    plan: WritePlan, drafts: Sequence[ClearingDraft], facts: Mapping[int, OpenItemFact]
) -> list[int]:
    """Add clearings with their edges, entries and events to a plan; the caller holds the customers' locks.

    `facts` may hold items that the same plan brings into being. An item appears in one draft of a batch only, or
    the facts of the second would be stale (`CannotClear`).
    """
    ids = next_ids("clearing", len(drafts))
    companies = {company_id: get_company(company_id) for company_id in {draft.company_id for draft in drafts}}
    left = dict(facts)
    entries = []
    events = []
    for clearing_id, draft in zip(ids, drafts, strict=True):
        company = companies[draft.company_id]
        edges = plan_clearing(draft, left, company.currency)
        _carry_forward(left, edges)
        _add_edges(plan, clearing_id, draft.effective_date, edges)
        group_rate = get_rate(company.currency, company.group_currency, draft.effective_date)
        entries.append(
            plan_clearing_entry(
                clearing_id, draft, edges, group_currency=company.group_currency, group_rate=group_rate
            )
        )
        events.append(_cleared_event(clearing_id, draft, edges))
    plan.add(
        "clearing",
        CLEARING_COLUMNS,
        [
            (clearing_id, None, d.decision_id, d.run_id, d.actor_id, d.company_id, d.effective_date, d.reason)
            for clearing_id, d in zip(ids, drafts, strict=True)
        ],
    )
    add_entries(plan, entries)
    record_events(plan, events)
    return ids


def unclear_items(
    *, actor: Actor, clearing_ids: Iterable[int], effective_date: date, reason: str
) -> list[int]:
    """Take clearings back: amounts, levels and due dates stand again as before. Gives the reversing clearings' ids.

    Each is dated on `effective_date`, or on its clearing's own day when that is later: nothing is open twice between.
    Refuses (`NotFound`, `CannotUnclear`) clearings that do not exist, are reversals or were taken back already.
    """
    wanted = sorted(set(clearing_ids))
    with operation():
        found = {row.id: row for row in Clearing.objects.filter(id__in=wanted)}
        for clearing_id in wanted:
            if clearing_id not in found:
                raise NotFound(f"There is no clearing C-{clearing_id}.", param="clearing")
            actor.require(Duty.CASH, found[clearing_id].company_id)
        edges = list(ClearingEdge.objects.filter(clearing_id__in=wanted).order_by("id"))
        lock_customers(edge.customer_id for edge in edges)
        _check_not_taken_back(found)
        plan = WritePlan()
        ids = _add_reversals(plan, actor, [found[i] for i in wanted], edges, effective_date, reason)
        write(plan)
    return ids


def _check_not_taken_back(clearings: Mapping[int, Clearing]) -> None:
    gone = Clearing.objects.filter(reverses_id__in=list(clearings)).values_list("reverses_id", flat=True)
    for clearing_id in [*gone, *(row.id for row in clearings.values() if row.reverses_id is not None)]:
        raise CannotUnclear(
            f"Clearing C-{clearing_id} was taken back already. Nothing was changed.", param="clearing"
        )


def _add_reversals(
    plan: WritePlan,
    actor: Actor,
    clearings: Sequence[Clearing],
    edges: Sequence[ClearingEdge],
    effective_date: date,
    reason: str,
) -> list[int]:
    ids = next_ids("clearing", len(clearings))
    new_ids = {row.id: new_id for row, new_id in zip(clearings, ids, strict=True)}
    days = {row.id: max(effective_date, row.effective_date) for row in clearings}
    entries = list_entry_drafts_by_clearing(new_ids)
    plan.add(
        "clearing",
        CLEARING_COLUMNS,
        [
            (
                new_ids[row.id],
                row.id,
                row.decision_id,
                None,
                actor.user_id,
                row.company_id,
                days[row.id],
                reason,
            )
            for row in clearings
        ],
    )
    plan.add(
        "clearing_edge",
        EDGE_COLUMNS,
        [_reversed_edge(new_ids[e.clearing_id], e, days[e.clearing_id]) for e in edges],
    )
    add_entries(
        plan,
        [
            plan_unclearing_entry(entry, entry_id, new_ids[row.id], days[row.id], actor.user_id)
            for row in clearings
            for entry_id, entry in entries[row.id]
        ],
    )
    record_events(
        plan,
        [
            EventDraft(
                row.company_id,
                "receivables.items.uncleared",
                "CLEARING",
                new_ids[row.id],
                {"reverses": row.id, "reason": reason},
                actor_id=actor.user_id,
            )
            for row in clearings
        ],
    )
    return ids


def _carry_forward(left: dict[int, OpenItemFact], edges: Iterable[EdgePlan]) -> None:
    """Let later drafts of the batch see what earlier ones take."""
    for edge in edges:
        for item_id, amount, book in (
            (edge.credit.id, edge.amount, edge.credit_company_amount),
            (edge.debit.id, -edge.amount, -edge.debit_company_amount),
        ):
            fact = left[item_id]
            open_amount = fact.open_amount + amount
            if open_amount == 0:
                del left[item_id]
            else:
                left[item_id] = fact._replace(
                    open_amount=open_amount, open_company_amount=fact.open_company_amount + book
                )


def _add_edges(plan: WritePlan, clearing_id: int, effective_date: date, edges: Iterable[EdgePlan]) -> None:
    plan.add(
        "clearing_edge",
        EDGE_COLUMNS,
        [
            (
                clearing_id,
                e.credit.id,
                e.debit.id,
                e.debit.customer_id,
                e.debit.company_id,
                effective_date,
                e.credit.due_date,
                e.credit.posting_date,
                e.debit.due_date,
                e.debit.posting_date,
                e.credit.kind,
                e.debit.kind,
                e.debit.currency,
                e.amount,
                e.credit_company_amount,
                e.debit_company_amount,
            )
            for e in edges
        ],
    )


def _reversed_edge(clearing_id: int, edge: ClearingEdge, effective_date: date) -> tuple[object, ...]:
    changed: dict[str, object] = {
        "clearing_id": clearing_id,
        "effective_date": effective_date,
        "amount": -edge.amount,
        "credit_company_amount": -edge.credit_company_amount,
        "debit_company_amount": -edge.debit_company_amount,
    }
    return tuple(changed.get(name, getattr(edge, name)) for name in EDGE_COLUMNS)


def _cleared_event(clearing_id: int, draft: ClearingDraft, edges: Sequence[EdgePlan]) -> EventDraft:
    total = sum((edge.amount for edge in edges), Decimal(0))
    return EventDraft(
        draft.company_id,
        "receivables.items.cleared",
        "CLEARING",
        clearing_id,
        {
            "amount": str(total),
            "currency": edges[0].debit.currency,
            "items": sorted({item.id for edge in edges for item in (edge.credit, edge.debit)}),
            "decision": draft.decision_id,
        },
        run_id=draft.run_id,
        actor_id=draft.actor_id,
    )
