"""A receipt of one company settles an item of another: Dr 2100 / Cr due-to here, Dr due-from / Cr 1200 there.

Each company's books stay whole by themselves: here a transfer item uses up the payment, there a transfer item pays the
invoice, and both are cleared at once. Locks are taken in (company, customer) order over both companies.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.cash.operations.taking_back import take_back_items
from acquit.controls.queries import CompanyView, get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.core.money import Money
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.operations import IntercompanySide, add_entries, add_intercompany_entries
from acquit.ledger.queries import (
    IntercompanySideView,
    get_currencies,
    list_entries_of_items,
    list_intercompany_sides,
)
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import EntryDraft, Line, convert_lines
from acquit.parties.operations import lock_customers
from acquit.receivables.operations import add_clearings, add_items, unclear_items
from acquit.receivables.queries import ItemView, list_edges, list_items, list_open_item_facts
from acquit.receivables.rules.clearing import ClearingDraft, OpenItemFact, PairDraft
from acquit.receivables.rules.items import ItemDraft, ItemKind


class CannotSettleAcross(Refusal):
    """The two items cannot settle each other over companies; nothing was written."""

    code = "CANNOT_SETTLE_ACROSS"


class _Side(NamedTuple):
    """One company's half: its open item, the transfer against it, the account that says who owes whom."""

    company: CompanyView
    item: OpenItemFact
    transfer_id: int
    transfer_amount: Decimal
    role: AccountRole


def settle_across_companies(
    *,
    actor: Actor,
    payment_item_id: int,
    debit_item_id: int,
    amount: Decimal,
    settled_date: date,
    text: str = "",
) -> tuple[int, int]:
    """Settle an amount of another company's open debit by an open payment; gives both clearings' ids.

    Asks the duty CASH of both companies. Refuses whole (`CannotSettleAcross`, `CannotClear`, `NoAccount`,
    `CannotConvert`, `PeriodNotOpen`): items of one company, two currencies, more than is open of either.
    """
    with operation():
        owners = {item.id: item for item in list_items(item_ids=[payment_item_id, debit_item_id])}
        for item in owners.values():
            actor.require(Duty.CASH, item.company_id)
        lock_customers({item.customer_id for item in owners.values()})
        facts = list_open_item_facts([payment_item_id, debit_item_id])
        payment, debit = _checked(facts.get(payment_item_id), facts.get(debit_item_id), amount)
        ids = next_ids("item", 2)
        sides = (
            _Side(get_company(payment.company_id), payment, ids[0], amount, AccountRole.DUE_TO_AFFILIATES),
            _Side(get_company(debit.company_id), debit, ids[1], -amount, AccountRole.DUE_FROM_AFFILIATES),
        )
        plan = WritePlan()
        clearings = _add_sides(plan, actor, sides, settled_date, text)
        write(plan)
    return clearings


def undo_settlement(*, actor: Actor, clearing_id: int, on_date: date, reason: str) -> None:
    """Take a settlement over companies back, whichever of its two clearings is named: both books stand as before.

    Asks the duty CASH of both companies. Dated on `on_date`, or on the settlement's day when that is later. Refuses
    whole (`CannotSettleAcross`) a clearing that is none or was taken back, without a reason; (`CannotUnclear`,
    `CannotMove`) one whose parts were taken back or used; `PeriodNotOpen`.
    """
    if not reason.strip():
        raise CannotSettleAcross("Say why the settlement is taken back.", param="reason")
    with operation():
        edges = list_edges(clearing_ids=[clearing_id])
        named = {item_id for edge in edges for item_id in (edge.credit_item_id, edge.debit_item_id)}
        sides = list_intercompany_sides(named)
        if len(sides) != 2 or any(edge.amount < 0 for edge in edges):
            raise CannotSettleAcross(
                f"Clearing C-{clearing_id} settles nothing over companies.", param="clearing"
            )
        for side in sides:
            actor.require(Duty.CASH, side.company_id)
        transfers = list_items(item_ids=[side.item_id for side in sides])
        lock_customers({item.customer_id for item in transfers})
        day = max(on_date, *(side.settled_date for side in sides))
        cleared = list_edges(item_ids=[side.item_id for side in sides])
        unclear_items(
            actor=actor,
            clearing_ids={edge.clearing_id for edge in cleared if edge.amount > 0},
            effective_date=day,
            reason=reason,
        )
        plan = WritePlan()
        entries = [_take_back(actor, side, transfers, day) for side in sides]
        first, second = (
            IntercompanySide(side.company_id, entry_id, item_id, -side.amount)
            for side, (entry_id, item_id) in zip(sides, entries, strict=True)
        )
        add_intercompany_entries(
            plan, (first, second), settled_date=day, currency=sides[0].currency, actor_id=actor.user_id
        )
        record_events(plan, [_undone_event(side, actor, reason) for side in sides])
        write(plan)


def _take_back(
    actor: Actor, side: IntercompanySideView, transfers: Sequence[ItemView], day: date
) -> tuple[int, int]:
    """Take one company's transfer back; gives the reversing entry and the item that took the transfer back."""
    made = [item for item in transfers if item.id == side.item_id]
    opposite = take_back_items(actor, side.company_id, made, day)
    [(entry_id, _)] = list_entries_of_items(
        opposite.values(), company_id=side.company_id, days=(day,), kinds=("REVERSAL",)
    )
    return entry_id, opposite[side.item_id]


def _checked(
    payment: OpenItemFact | None, debit: OpenItemFact | None, amount: Decimal
) -> tuple[OpenItemFact, OpenItemFact]:
    if payment is None or payment.kind != ItemKind.PAYMENT:
        raise CannotSettleAcross("There is no such open payment.", param="payment")
    if debit is None or debit.original_amount < 0:
        raise CannotSettleAcross("There is no such open item that is owed.", param="item")
    if payment.company_id == debit.company_id:
        raise CannotSettleAcross("Both items are of one company. Clear them there.", param="item")
    if payment.currency != debit.currency:
        raise CannotSettleAcross(
            f"{payment.number} is in {payment.currency}, {debit.number} in {debit.currency}.", param="item"
        )
    if Money(amount, payment.currency).amount <= 0:
        raise CannotSettleAcross(f"The amount must be above zero, not {amount}.", param="amount")
    return payment, debit


def _add_sides(
    plan: WritePlan, actor: Actor, sides: tuple[_Side, _Side], settled_date: date, text: str
) -> tuple[int, int]:
    currency = sides[0].item.currency
    on_date = max(settled_date, *(side.item.posting_date for side in sides))
    entries, items, facts = [], [], {side.item.id: side.item for side in sides}
    for side, partner in (sides, sides[::-1]):
        rates = get_currencies(
            document=currency,
            company=side.company.currency,
            group=side.company.group_currency,
            on_date=on_date,
        )
        postings = convert_lines(
            (
                Line(AccountRole.UNAPPLIED_CASH, side.transfer_amount, side.transfer_id),
                Line(side.role, -side.transfer_amount),
            ),
            rates,
        )
        item = _transfer(side, postings[0].company_amount, on_date, partner.item.number)
        items.append(item)
        facts[item.id] = OpenItemFact(
            id=item.id,
            company_id=item.company_id,
            customer_id=item.customer_id,
            kind=item.kind,
            number=item.number,
            currency=currency,
            original_amount=item.original_amount,
            open_amount=item.original_amount,
            open_company_amount=item.company_amount,
            due_date=item.due_date,
            posting_date=item.posting_date,
        )
        entries.append(
            EntryDraft(
                side.company.id,
                on_date,
                "INTERCOMPANY",
                currency,
                postings,
                actor_id=actor.user_id,
                text=text or f"{partner.company.name}: {partner.item.number}",
            )
        )
    add_items(plan, items)
    first, second = add_entries(plan, entries)
    ours, theirs = sides
    clearings = add_clearings(
        plan,
        [
            _clearing(ours, (ours.item.id, ours.transfer_id), on_date, actor, text),
            _clearing(theirs, (theirs.transfer_id, theirs.item.id), on_date, actor, text),
        ],
        facts,
    )
    add_intercompany_entries(
        plan,
        (
            IntercompanySide(ours.company.id, first, ours.transfer_id, -ours.transfer_amount),
            IntercompanySide(theirs.company.id, second, theirs.transfer_id, -theirs.transfer_amount),
        ),
        settled_date=on_date,
        currency=currency,
        actor_id=actor.user_id,
    )
    record_events(plan, [_event(side, partner, actor) for side, partner in (sides, sides[::-1])])
    return clearings[0], clearings[1]


def _transfer(side: _Side, company_amount: Decimal, on_date: date, partner_number: str) -> ItemDraft:
    return ItemDraft(
        id=side.transfer_id,
        company_id=side.company.id,
        customer_id=side.item.customer_id,
        kind=ItemKind.PAYMENT_TRANSFER,
        number=f"IC-{partner_number}",
        currency=side.item.currency,
        original_amount=side.transfer_amount,
        company_amount=company_amount,
        baseline_date=on_date,
        due_date=on_date,
        posting_date=on_date,
    )


def _clearing(
    side: _Side, credit_and_debit: tuple[int, int], on_date: date, actor: Actor, text: str
) -> ClearingDraft:
    credit_id, debit_id = credit_and_debit
    return ClearingDraft(
        side.company.id,
        on_date,
        (PairDraft(credit_id, debit_id, abs(side.transfer_amount)),),
        reason="INTERCOMPANY",
        actor_id=actor.user_id,
        text=text,
    )


def _event(side: _Side, partner: _Side, actor: Actor) -> EventDraft:
    payload = {
        "partner": partner.company.id,
        "item": side.item.id,
        "transfer": side.transfer_id,
        "amount": str(-side.transfer_amount),
        "currency": side.item.currency,
    }
    return EventDraft(
        side.company.id, "cash.item.settled_across", "ITEM", side.item.id, payload, actor_id=actor.user_id
    )


def _undone_event(side: IntercompanySideView, actor: Actor, reason: str) -> EventDraft:
    payload = {
        "partner": side.partner_company_id,
        "transfer": side.item_id,
        "amount": str(-side.amount),
        "currency": side.currency,
        "reason": reason,
    }
    return EventDraft(
        side.company_id, "cash.settlement.undone", "ITEM", side.item_id, payload, actor_id=actor.user_id
    )
