"""Carrying an open amount on into new items: residuals, deductions, instalments, and their acceleration.

The original is cleared by an item of the opposite amount, the new ones sum to it; all stand on 1200, so the books do
not move. A residual and a deduction keep the original's due day: a new one would hide how old the debt is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.core.money import ZERO, round_amount
from acquit.infra.bulk import next_ids
from acquit.infra.transaction import operation
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Line
from acquit.parties.operations import lock_customers
from acquit.receivables.models import Item, ItemReplacement
from acquit.receivables.operations.drafting import Act
from acquit.receivables.queries import list_items
from acquit.receivables.rules.clearing import OpenItemFact, PairDraft
from acquit.receivables.rules.items import UNAPPLIED_KINDS, ItemKind


class CannotCarry(Refusal):
    """The parts do not take the place of what is open; nothing was changed."""

    code = "CANNOT_CARRY"


class CarriedPart(NamedTuple):
    """A part of an open amount on its way into an item of its own; `due_date` None keeps the original's."""

    amount: Decimal
    due_date: date | None = None
    reason: str = ""


def leave_residual(*, actor: Actor, payment_item_id: int, item_id: int, on_date: date) -> int:
    """Clear an item whole with a payment that falls short of it; what is left becomes a residual. Gives its id.

    Refuses (`CannotCarry`) a payment that covers the item, (`CannotClear`) items that do not fit, `NotOpen`.
    """
    with operation():
        act, item = _begin(actor, item_id, on_date, Duty.CASH)
        payment = act.read([payment_item_id])[payment_item_id]
        paid = -payment.open_amount
        if not 0 < paid < item.open_amount:
            raise CannotCarry(
                f"{payment.number} has {paid} {payment.currency} left for {item.number} over {item.open_amount}:"
                " nothing is left over.",
                param="payment",
            )
        act.clear([PairDraft(payment_item_id, item_id, paid)], "RESIDUAL", payment.number)
        rest = item.open_amount - paid
        [new_id] = _carry(act, item, ItemKind.RESIDUAL, [CarriedPart(rest)], rest)
    return new_id


def carry_deduction(*, actor: Actor, item_id: int, amount: Decimal, reason: str, on_date: date) -> int:
    """Set what a customer deducted apart from an invoice, with its reason and the invoice's due day; gives the item."""
    with operation():
        act, item = _begin(actor, item_id, on_date, Duty.CASH)
        [new_id] = _carry(act, item, ItemKind.DEDUCTION, [CarriedPart(amount, reason=reason)], amount)
    return new_id


def split_into_instalments(
    *, actor: Actor, item_id: int, parts: Sequence[CarriedPart], on_date: date
) -> list[int]:
    """Put instalments in the place of what is open of an item, each with its own due day; gives their ids in order.

    Refuses (`CannotCarry`) parts that do not sum to what is open, or have no day.
    """
    with operation():
        act, item = _begin(actor, item_id, on_date, Duty.COLLECT)
        if any(part.due_date is None for part in parts):
            raise CannotCarry("Every instalment has a due day.", param="parts")
        return _carry(act, item, ItemKind.INSTALMENT, parts, item.open_amount)


def accelerate_instalments(
    *, actor: Actor, item_id: int, on_date: date, missed_at_least: int = 2
) -> tuple[int, Decimal] | None:
    """Make what is left of an instalment plan due at once when enough were missed.

    `item_id` is the item the plan took the place of. Gives the item due at once and all that is due now of the plan,
    or None while fewer than `missed_at_least` are open past their day, or nothing is left to come. Missed instalments
    keep their days.
    """
    with operation():
        original = Item.objects.filter(id=item_id).first()
        if original is None:
            raise CannotCarry(f"There is no item {item_id}.", param="item")
        actor.require(Duty.COLLECT, original.company_id)
        lock_customers([original.customer_id])
        plan = ItemReplacement.objects.filter(replaced_item_id=item_id, kind=ItemKind.INSTALMENT)
        views = list_items(item_ids=plan.values_list("item_id", flat=True), limit=10_000)
        missed = [view for view in views if view.open_amount and view.due_date < on_date]
        coming = sorted(view.id for view in views if view.open_amount and view.due_date >= on_date)
        if len(missed) < missed_at_least or not coming:
            return None
        act = Act(actor, original.company_id, on_date)
        facts = act.read(coming)
        rest = sum((fact.open_amount for fact in facts.values()), ZERO)
        new_id = _merge(act, [facts[i] for i in coming], rest)
    return new_id, rest + sum((view.open_amount for view in missed), ZERO)


def _begin(actor: Actor, item_id: int, on_date: date, duty: Duty) -> tuple[Act, OpenItemFact]:
    row = Item.objects.filter(id=item_id).first()
    if row is None:
        raise CannotCarry(f"There is no item {item_id}.", param="item")
    actor.require(duty, row.company_id)
    lock_customers([row.customer_id])
    act = Act(actor, row.company_id, on_date)
    item = act.read([item_id])[item_id]
    if item.open_amount <= 0 or item.kind in UNAPPLIED_KINDS:
        raise CannotCarry(f"{item.number} is not owed by the customer.", param="item")
    return act, item


def _carry(
    act: Act, item: OpenItemFact, kind: ItemKind, parts: Sequence[CarriedPart], whole: Decimal
) -> list[int]:
    if not parts or any(
        part.amount <= 0 or round_amount(part.amount, item.currency) != part.amount for part in parts
    ):
        raise CannotCarry(f"Each part is an amount of {item.currency} above zero.", param="parts")
    total = sum((part.amount for part in parts), ZERO)
    if total != whole or total > item.open_amount:
        raise CannotCarry(
            f"The parts sum to {total} {item.currency}; {min(whole, item.open_amount)} of {item.number} are open.",
            param="parts",
        )
    counter_id, *ids = next_ids("item", 1 + len(parts))
    lines = [
        Line(AccountRole.RECEIVABLES, -total, counter_id),
        *(Line(AccountRole.RECEIVABLES, part.amount, i) for i, part in zip(ids, parts, strict=True)),
    ]
    book = act.post(kind, lines, act.rates_of(item), item.number)
    act.add_item(
        counter_id, item, kind=kind, amount=-total, company_amount=book[counter_id], due_date=item.due_date
    )
    for new_id, part in zip(ids, parts, strict=True):
        act.add_item(
            new_id,
            item,
            kind=kind,
            amount=part.amount,
            company_amount=book[new_id],
            due_date=part.due_date or item.due_date,
        )
    act.clear([PairDraft(counter_id, item.id, total)], kind, item.number)
    _finish(act, [(item.id, i, p.reason) for i, p in zip(ids, parts, strict=True)], kind)
    return ids


def _merge(act: Act, items: Sequence[OpenItemFact], rest: Decimal) -> int:
    new_id, *counters = next_ids("item", 1 + len(items))
    first = items[0]
    lines = [Line(AccountRole.RECEIVABLES, rest, new_id)]
    lines += [
        Line(AccountRole.RECEIVABLES, -item.open_amount, i) for i, item in zip(counters, items, strict=True)
    ]
    book = act.post(ItemKind.INSTALMENT, lines, act.rates_of(first), first.number)
    for counter_id, item in zip(counters, items, strict=True):
        act.add_item(
            counter_id, item, kind=item.kind, amount=-item.open_amount, company_amount=book[counter_id]
        )
    act.add_item(new_id, first, kind=ItemKind.INSTALMENT, amount=rest, company_amount=book[new_id])
    act.clear(
        [PairDraft(c, item.id, item.open_amount) for c, item in zip(counters, items, strict=True)],
        "ACCELERATION",
        first.number,
    )
    _finish(act, [(items[0].id, new_id, "ACCELERATION")], ItemKind.INSTALMENT)
    return new_id


def _finish(act: Act, carried: Sequence[tuple[int, int, str]], kind: ItemKind) -> None:
    for replaced_id, new_id, reason in carried:
        act.tell(
            "receivables.item.carried",
            "ITEM",
            new_id,
            {"replaces": replaced_id, "kind": kind.value, "reason": reason},
        )
    clearing_id = act.write()[-1]
    ItemReplacement.objects.bulk_create(
        [
            ItemReplacement(
                replaced_item_id=replaced_id,
                item_id=new_id,
                clearing_id=clearing_id,
                company_id=act.company.id,
                effective_date=act.facts[new_id].posting_date,
                kind=kind.value,
                reason=reason,
            )
            for replaced_id, new_id, reason in carried
        ]
    )
