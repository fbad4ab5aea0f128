"""From a plan to rows: the items, entries and clearings that put a receipt's money where the plan says.

Cash stands on the payer's account as a payment item. What belongs to another customer of the group goes over by a
transfer (Dr 2100 payer / Cr 2100 customer), so every clearing stays within one customer. A difference becomes an
adjustment item with its own entry (discount Dr 4010 and Dr 2200, tolerance Dr 6110, bank fee Dr 6120, each / Cr 1200)
that clears the rest of the item. A deduction writes nothing: its rest stays open under a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind, OpenItem
from acquit.core.errors import Refusal
from acquit.core.money import ZERO, round_amount
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Line
from acquit.receivables.rules.clearing import PairDraft
from acquit.receivables.rules.items import ItemKind


class CannotApply(Refusal):
    """The amounts do not fit the receipt or the items; nothing was applied."""

    code = "CANNOT_APPLY"


class NewItem(NamedTuple):
    """An item the application brings into being, with the lines of its entry."""

    id: int
    customer_id: int
    kind: ItemKind
    number: str
    amount: Decimal
    due_date: date
    entry_kind: str
    lines: tuple[Line, ...]


class CustomerClearing(NamedTuple):
    """What clears on one customer's account."""

    customer_id: int
    pairs: tuple[PairDraft, ...]


class Application(NamedTuple):
    """Everything an application writes."""

    new_items: tuple[NewItem, ...]
    clearings: tuple[CustomerClearing, ...]
    deductions: tuple[Difference, ...]


class Payment(NamedTuple):
    """The payment item the cash stands on; `open_amount` is positive: what is left to apply."""

    item_id: int
    customer_id: int
    number: str
    currency: str
    open_amount: Decimal


_CONTRA: Mapping[DifferenceKind, AccountRole] = {
    DifferenceKind.DISCOUNT: AccountRole.REVENUE_REDUCTIONS,
    DifferenceKind.TOLERANCE: AccountRole.PAYMENT_DIFFERENCES,
    DifferenceKind.BANK_FEE: AccountRole.BANK_CHARGES,
}


def count_new_ids(differences: Sequence[Difference], customers: int) -> int:
    """Count the ids an application may need at most: one a difference, two a transfer."""
    return len(differences) + 2 * customers


def plan_application(
    payment: Payment,
    applied: Sequence[Applied],
    differences: Sequence[Difference],
    items: Mapping[int, OpenItem],
    ids: Iterator[int],
    posting_date: date,
) -> Application:
    """Plan the rows of an application; refuses (`CannotApply`) what exceeds the cash or an item."""
    cash = sum((part.amount for part in applied), ZERO)
    _check(payment, applied, differences, items, cash)
    by_customer: dict[int, list[Applied]] = {}
    for part in applied:
        by_customer.setdefault(items[part.item_id].customer_id, []).append(part)
    new_items: list[NewItem] = []
    funds: dict[int, list[tuple[int, Decimal]]] = {payment.customer_id: [(payment.item_id, cash)]}
    returns: list[tuple[int, Decimal]] = []
    for customer_id, parts in by_customer.items():
        net = sum((part.amount for part in parts), ZERO)
        if customer_id != payment.customer_id and net != 0:
            given, taken = _transfer(payment, customer_id, net, ids, posting_date)
            new_items += [given, taken]
            _fund(funds, returns, payment.customer_id, given, taken)
    clearings = []
    for customer_id in sorted({payment.customer_id, *by_customer}):
        parts = by_customer.get(customer_id, [])
        own = [d for d in differences if d.item_id in {part.item_id for part in parts} and d.kind in _CONTRA]
        adjustments = [_adjust(difference, items, ids, posting_date) for difference in own]
        new_items += adjustments
        extra = returns if customer_id == payment.customer_id else []
        pairs = _pair(funds.get(customer_id, []), parts, own, adjustments, extra)
        if pairs:
            clearings.append(CustomerClearing(customer_id, tuple(pairs)))
    deductions = tuple(d for d in differences if d.kind is DifferenceKind.DEDUCTION)
    return Application(tuple(new_items), tuple(clearings), deductions)


def _check(
    payment: Payment,
    applied: Sequence[Applied],
    differences: Sequence[Difference],
    items: Mapping[int, OpenItem],
    cash: Decimal,
) -> None:
    if not applied:
        raise CannotApply("Name at least one item and an amount.", param="items")
    if cash > payment.open_amount:
        raise CannotApply(
            f"{cash} are to be applied, {payment.open_amount} {payment.currency} are left of the receipt.",
            param="amount",
        )
    if cash <= 0:
        raise CannotApply(
            f"The amounts come to {cash}: an application takes some of the receipt.", param="amount"
        )
    cleared: dict[int, Decimal] = {}
    for item_id, amount in [
        *((part.item_id, part.amount) for part in applied),
        *((d.item_id, d.amount) for d in differences if d.item_id is not None and d.kind in _CONTRA),
    ]:
        if item_id not in items:
            raise CannotApply(
                f"Item {item_id} is not open any more.", param="items", details={"item_id": item_id}
            )
        cleared[item_id] = cleared.get(item_id, ZERO) + amount
    for item_id, amount in cleared.items():
        item = items[item_id]
        if item.currency != payment.currency:
            raise CannotApply(
                f"{item.number} is in {item.currency}, the receipt in {payment.currency}.", param="items"
            )
        if amount * item.open_amount <= 0 or abs(amount) > abs(item.open_amount):
            raise CannotApply(
                f"{item.number} is open with {item.open_amount} {item.currency}; {amount} cannot be cleared.",
                param="items",
                details={"item_id": item_id, "open_amount": str(item.open_amount)},
            )


def _transfer(
    payment: Payment, customer_id: int, net: Decimal, ids: Iterator[int], posting_date: date
) -> tuple[NewItem, NewItem]:
    given_id, taken_id = next(ids), next(ids)
    lines = (
        Line(AccountRole.UNAPPLIED_CASH, net, given_id),
        Line(AccountRole.UNAPPLIED_CASH, -net, taken_id),
    )
    given = NewItem(
        given_id,
        payment.customer_id,
        ItemKind.PAYMENT_TRANSFER,
        payment.number,
        net,
        posting_date,
        "TRANSFER",
        lines,
    )
    taken = NewItem(
        taken_id, customer_id, ItemKind.PAYMENT_TRANSFER, payment.number, -net, posting_date, "TRANSFER", ()
    )
    return given, taken


def _fund(
    funds: dict[int, list[tuple[int, Decimal]]],
    returns: list[tuple[int, Decimal]],
    payer_id: int,
    given: NewItem,
    taken: NewItem,
) -> None:
    """Let a transfer move cash: it uses up some of the payer's, or (owing only) adds to it."""
    if given.amount > 0:
        returns.append((given.id, given.amount))
        funds.setdefault(taken.customer_id, []).append((taken.id, given.amount))
    else:
        funds[payer_id].insert(0, (given.id, -given.amount))
        funds.setdefault(taken.customer_id, [])


def _adjust(
    difference: Difference, items: Mapping[int, OpenItem], ids: Iterator[int], posting_date: date
) -> NewItem:
    item = items[difference.item_id or 0]
    new_id = next(ids)
    net = difference.amount
    lines = [Line(AccountRole.RECEIVABLES, -difference.amount, new_id)]
    if difference.kind is DifferenceKind.DISCOUNT:
        net = round_amount(difference.amount * item.net_share, item.currency)
        lines.append(Line(AccountRole.OUTPUT_VAT, difference.amount - net))
    lines.insert(1, Line(_CONTRA[difference.kind], net))
    return NewItem(
        new_id,
        item.customer_id,
        ItemKind.ADJUSTMENT,
        item.number,
        -difference.amount,
        max(item.due_date, posting_date),
        difference.kind.value,
        tuple(lines),
    )


def _pair(
    funds: Sequence[tuple[int, Decimal]],
    parts: Sequence[Applied],
    own: Sequence[Difference],
    adjustments: Sequence[NewItem],
    returns: Sequence[tuple[int, Decimal]],
) -> list[PairDraft]:
    """Pair owing with debits: adjustments with their own items, then credit notes and cash in order."""
    pairs = [
        PairDraft(adjustment.id, difference.item_id or 0, difference.amount)
        for difference, adjustment in zip(own, adjustments, strict=True)
        if difference.amount > 0
    ]
    kept = {d.item_id: -d.amount for d in own if d.amount < 0}
    debits = [(part.item_id, part.amount - kept.get(part.item_id, ZERO)) for part in parts if part.amount > 0]
    debits += [(a.id, a.amount) for a in adjustments if a.amount > 0]
    debits += returns
    owing = [(part.item_id, -part.amount) for part in parts if part.amount < 0] + list(funds)
    return pairs + _pair_in_order(owing, debits)


def _pair_in_order(
    owing: Sequence[tuple[int, Decimal]], debits: Sequence[tuple[int, Decimal]]
) -> list[PairDraft]:
    pairs = []
    waiting = list(reversed(debits))
    for credit_id, available in owing:
        left = available
        while left > 0 and waiting:
            debit_id, needed = waiting.pop()
            amount = min(left, needed)
            pairs.append(PairDraft(credit_id, debit_id, amount))
            left -= amount
            if needed > amount:
                waiting.append((debit_id, needed - amount))
    return pairs
