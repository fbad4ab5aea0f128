"""From a plan to rows: the items, entries and clearings that put a receipt's money where the plan says.

Cash stands on the payer's account as a payment item. What belongs to another customer of the group goes over by a
transfer (Dr 2100 payer / Cr 2100 customer), so every clearing stays within one customer. A difference becomes an
adjustment item with its own entry (discount Dr 4010 and Dr 2200, tolerance Dr 6110, bank fee Dr 6120, each / Cr 1200)
that clears the rest of the item. A deduction writes nothing: its rest stays open under a case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind, Exchange, OpenItem
from acquit.core.errors import Refusal
from acquit.core.money import EXACT, ZERO, round_amount, to_minor_units
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Line
from acquit.receivables.rules.clearing import PairDraft
from acquit.receivables.rules.items import ItemKind


class CannotApply(Refusal):
    """The amounts do not fit the receipt or the items; nothing was applied."""

    code = "CANNOT_APPLY"


class NewItem(NamedTuple):
    """An item the application brings into being, with the lines of its entry.

    `valued_as` names the item whose book value per unit it takes over: a transfer moves money and a discount takes back
    revenue at the rate they were booked, so neither makes an exchange difference.
    """

    id: int
    customer_id: int
    kind: ItemKind
    number: str
    amount: Decimal
    due_date: date
    entry_kind: str
    lines: tuple[Line, ...]
    valued_as: int | None = None


class CustomerClearing(NamedTuple):
    """What clears on one customer's account."""

    customer_id: int
    pairs: tuple[PairDraft, ...]


class Application(NamedTuple):
    """Everything an application writes. `rest_item_id`: where the money that is not applied stands; None: all is."""

    new_items: tuple[NewItem, ...]
    clearings: tuple[CustomerClearing, ...]
    deductions: tuple[Difference, ...]
    rest_item_id: int | None


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
    DifferenceKind.FX: AccountRole.FX_REALISED,
}


class _Account:
    """One customer's side: what its items give and ask for, and the cash that is there or goes over.

    Cash is used last of what gives, so what is left of it stays on the payment and not on a credit note.
    """

    def __init__(self) -> None:
        self.pairs: list[PairDraft] = []
        self.credits: list[tuple[int, Decimal]] = []
        self.debits: list[tuple[int, Decimal]] = []
        self.cash: list[tuple[int, Decimal]] = []
        self.gone: list[tuple[int, Decimal]] = []

    def put_cash(self, item_id: int, amount: Decimal) -> None:
        """Put cash on the account (below zero), or use it up for another (above)."""
        (self.cash if amount < 0 else self.gone).append((item_id, abs(amount)))

    def put_item(self, item_id: int, amount: Decimal) -> None:
        """Put an amount of an item on its side: owed by the customer above zero, to it below."""
        if amount:
            (self.debits if amount > 0 else self.credits).append((item_id, abs(amount)))

    def pair(self) -> tuple[PairDraft, ...]:
        """Pair what was matched already, then what gives with what asks, in order."""
        pairs = list(self.pairs)
        waiting = [*self.debits, *self.gone][::-1]
        for credit_id, available in (*self.credits, *self.cash):
            left = available
            while left > 0 and waiting:
                debit_id, needed = waiting.pop()
                amount = min(left, needed)
                pairs.append(PairDraft(credit_id, debit_id, amount))
                left -= amount
                if needed > amount:
                    waiting.append((debit_id, needed - amount))
        return tuple(pairs)


def plan_application(
    payment: Payment,
    applied: Sequence[Applied],
    differences: Sequence[Difference],
    items: Mapping[int, OpenItem],
    ids: Iterator[int],
    posting_date: date,
    *,
    keep_for: int | None = None,
) -> Application:
    """Plan the rows of an application; refuses (`CannotApply`) what exceeds the cash or an item.

    What is not applied stays with the payment's customer, or goes over to `keep_for`.
    """
    cash = sum((part.amount for part in applied), ZERO)
    check_application(payment, applied, differences, items)
    rest = payment.open_amount - cash
    new_items: list[NewItem] = []
    accounts: defaultdict[int, _Account] = defaultdict(_Account)
    owner = payment.customer_id if keep_for is None else keep_for
    gone = payment.open_amount if owner != payment.customer_id else cash
    if gone:
        accounts[payment.customer_id].put_cash(payment.item_id, -gone)
    rest_item_id = payment.item_id
    for customer_id, amount in _moves(applied, items, owner, rest):
        if customer_id != payment.customer_id and amount != 0:
            given, taken = _transfer(payment, customer_id, amount, ids, posting_date)
            new_items += [given, taken]
            for each in (given, taken):
                accounts[each.customer_id].put_cash(each.id, each.amount)
            if customer_id == owner:
                rest_item_id = taken.id
    new_items += _place_items(accounts, applied, differences, items, ids, posting_date)
    clearings = [
        CustomerClearing(customer_id, accounts[customer_id].pair()) for customer_id in sorted(accounts)
    ]
    return Application(
        tuple(new_items),
        tuple(clearing for clearing in clearings if clearing.pairs),
        tuple(d for d in differences if d.kind is DifferenceKind.DEDUCTION),
        rest_item_id if rest else None,
    )


def exchanged(payment: Payment, exchange: Exchange | None) -> Payment:
    """Give a payment as it stands once it is changed into the currency of what it pays."""
    if exchange is None:
        return payment
    return payment._replace(currency=exchange.currency, open_amount=exchange.amount)


def plan_transfer(payment: Payment, customer_id: int, ids: Iterator[int], posting_date: date) -> Application:
    """Plan to move all that is left of a payment to another customer; of a returned one what it owes."""
    given, taken = _transfer(payment, customer_id, payment.open_amount, ids, posting_date)
    credit, debit = (payment.item_id, given.id) if payment.open_amount > 0 else (given.id, payment.item_id)
    pair = PairDraft(credit, debit, abs(payment.open_amount))
    clearing = CustomerClearing(payment.customer_id, (pair,))
    return Application((given, taken), (clearing,), (), taken.id)


def check_application(
    payment: Payment,
    applied: Sequence[Applied],
    differences: Sequence[Difference],
    items: Mapping[int, OpenItem],
) -> None:
    """Refuse (`CannotApply`) amounts that exceed the cash or an item, are too fine, or in another currency."""
    if not applied:
        raise CannotApply("Name at least one item and an amount.", param="items")
    cash = sum((part.amount for part in applied), ZERO)
    if cash > payment.open_amount:
        raise CannotApply(
            f"{cash} are to be applied, {payment.open_amount} {payment.currency} are left of the receipt.",
            param="amount",
        )
    if cash <= 0:
        raise CannotApply(
            f"The amounts come to {cash}: an application takes some of the receipt.", param="amount"
        )
    cleared: defaultdict[int, Decimal] = defaultdict(Decimal)
    deducted: defaultdict[int, Decimal] = defaultdict(Decimal)
    for part in applied:
        cleared[part.item_id] += part.amount
    for difference in differences:
        if difference.item_id is not None:
            side = deducted if difference.kind is DifferenceKind.DEDUCTION else cleared
            side[difference.item_id] += difference.amount
    for item_id in {**cleared, **deducted}:
        _check_item(items.get(item_id), item_id, cleared[item_id], deducted[item_id], payment.currency)


def _check_item(
    item: OpenItem | None, item_id: int, cleared: Decimal, deducted: Decimal, currency: str
) -> None:
    if item is None:
        raise CannotApply(
            f"Item {item_id} is not open any more. Nothing was posted twice.",
            param="items",
            details={"item_id": item_id},
        )
    if item.currency != currency:
        raise CannotApply(f"{item.number} is in {item.currency}, the receipt in {currency}.", param="items")
    for amount in (cleared, deducted):
        to_minor_units(amount, currency)
    is_wrong_side = cleared * item.open_amount < 0 or deducted < 0 or (deducted and item.open_amount < 0)
    if is_wrong_side or abs(cleared) + deducted > abs(item.open_amount) or cleared == deducted == 0:
        raise CannotApply(
            f"{item.number} is open with {item.open_amount} {item.currency}; {cleared + deducted} cannot be"
            " cleared or held back.",
            param="items",
            details={"item_id": item.id, "open_amount": str(item.open_amount)},
        )


def _moves(
    applied: Sequence[Applied], items: Mapping[int, OpenItem], owner: int, rest: Decimal
) -> list[tuple[int, Decimal]]:
    """Sum up the cash each customer's items ask for, and what is left for the owner; by customer.

    Where the owner's own items give rather than ask, what is left goes over apart: it must not be set off in silence.
    """
    needs: dict[int, Decimal] = {}
    for part in applied:
        customer_id = items[part.item_id].customer_id
        needs[customer_id] = needs.get(customer_id, ZERO) + part.amount
    moves = sorted(needs.items())
    if needs.get(owner, ZERO) < 0:
        return [*moves, (owner, rest)]
    return sorted({**needs, owner: needs.get(owner, ZERO) + rest}.items())


def _place_items(
    accounts: Mapping[int, _Account],
    applied: Sequence[Applied],
    differences: Sequence[Difference],
    items: Mapping[int, OpenItem],
    ids: Iterator[int],
    posting_date: date,
) -> list[NewItem]:
    """Put the items and their differences on their customers' sides; gives the adjustments that the differences make.

    A difference that clears its own item is paired with it; one the other way round (a little too much was paid) is
    cleared by the cash like an item.
    """
    asked: dict[int, Decimal] = {}
    for part in applied:
        asked[part.item_id] = asked.get(part.item_id, ZERO) + part.amount
    adjustments = []
    for difference in differences:
        if difference.item_id is None or difference.kind not in _CONTRA or difference.amount == 0:
            continue
        item = items[difference.item_id]
        adjustment = _adjust(difference, item, ids, posting_date)
        adjustments.append(adjustment)
        if difference.amount * item.open_amount > 0:
            is_debit = item.open_amount > 0
            credit, debit = (adjustment.id, item.id) if is_debit else (item.id, adjustment.id)
            accounts[item.customer_id].pairs.append(PairDraft(credit, debit, abs(difference.amount)))
        else:
            asked[item.id] = asked.get(item.id, ZERO) + difference.amount
            accounts[item.customer_id].put_item(adjustment.id, adjustment.amount)
    for item_id, amount in asked.items():
        accounts[items[item_id].customer_id].put_item(item_id, amount)
    return adjustments


def _transfer(
    payment: Payment, customer_id: int, amount: Decimal, ids: Iterator[int], posting_date: date
) -> tuple[NewItem, NewItem]:
    """Move cash from the payment's customer: one side uses it up (above zero), the other has it (below)."""
    given_id, taken_id = next(ids), next(ids)
    lines = (
        Line(AccountRole.UNAPPLIED_CASH, amount, given_id),
        Line(AccountRole.UNAPPLIED_CASH, -amount, taken_id),
    )
    kind, number = ItemKind.PAYMENT_TRANSFER, payment.number
    given = NewItem(
        given_id, payment.customer_id, kind, number, amount, posting_date, "TRANSFER", lines, payment.item_id
    )
    taken = NewItem(taken_id, customer_id, kind, number, -amount, posting_date, "TRANSFER", ())
    return given, taken


def _adjust(difference: Difference, item: OpenItem, ids: Iterator[int], posting_date: date) -> NewItem:
    new_id = next(ids)
    net = difference.amount
    lines = [Line(AccountRole.RECEIVABLES, -difference.amount, new_id)]
    is_discount = difference.kind is DifferenceKind.DISCOUNT
    if is_discount and item.gross_amount:
        share = EXACT.divide(EXACT.multiply(difference.amount, item.net_amount), item.gross_amount)
        net = round_amount(share, item.currency)
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
        item.id if is_discount else None,
    )


def plan_return(returned: Payment, paid: Payment, ids: Iterator[int], posting_date: date) -> Application:
    """Plan to settle a payment against its return on one account; what the return took beyond it is the bank's fee."""
    fee = -returned.open_amount - paid.open_amount
    pairs = [PairDraft(paid.item_id, returned.item_id, paid.open_amount)]
    new_items = []
    if fee > 0:
        fee_id = next(ids)
        lines = (
            Line(AccountRole.RECEIVABLES, -fee, fee_id),
            Line(AccountRole.BANK_CHARGES, fee),
        )
        new_items.append(
            NewItem(
                fee_id,
                paid.customer_id,
                ItemKind.ADJUSTMENT,
                returned.number,
                -fee,
                posting_date,
                DifferenceKind.BANK_FEE.value,
                lines,
            )
        )
        pairs.append(PairDraft(fee_id, returned.item_id, fee))
    return Application(tuple(new_items), (CustomerClearing(paid.customer_id, tuple(pairs)),), (), None)
