"""Money in another currency than the documents it names: converted at the rate of the day, within the policy's limit.

The payer's bank takes a rate of its own, so the value at ours misses the items by a little: that is an exchange
difference. Where the bank tells what was instructed, that says whether the items were meant whole or less a discount
(9,300 EUR at 1.0850 are 10,090.50 USD, 9.50 short of 10,100; handbook section 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from acquit.cash.rules.differences import convert_payment
from acquit.cash.rules.placing import discount_offer
from acquit.cash.rules.question import Question
from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind, Exchange, OpenItem
from acquit.core.money import ZERO, percent_of, split_by_weight


class Exchanged(NamedTuple):
    """What a receipt is worth in the items' currency, and how it falls on them."""

    exchange: Exchange
    applied: tuple[Applied, ...]
    differences: tuple[Difference, ...]
    is_explained: bool


def place_exchanged(question: Question, items: Sequence[OpenItem]) -> Exchanged | None:
    """Place a receipt on open items of one other currency; nothing where no rate is known or they are of several."""
    currencies = {item.currency for item in items}
    total = sum((item.open_amount for item in items), ZERO)
    if len(currencies) != 1 or total <= 0:
        return None
    [currency] = currencies
    value = _value(question, currency, total)
    if value is None:
        return None
    discounts = _discounts(question, items)
    instructed = _instructed(question, currency)
    meant = total - sum(discounts.values(), ZERO)
    if not discounts or abs((instructed or value) - total) <= abs((instructed or value) - meant):
        discounts, meant = {}, total
    difference = meant - value
    limit = percent_of(meant, question.policy.fx_percent_at_most, currency)
    exchange = Exchange(currency, value)
    if abs(difference) > limit:
        if len(items) > 1:
            return None
        part = Applied(items[0].id, min(value, items[0].open_amount))
        return Exchanged(exchange, (part,), (), is_explained=False)
    asked = [item.open_amount - discounts.get(item.id, ZERO) for item in items]
    shares = split_by_weight(difference, [abs(amount) for amount in asked], currency)
    applied = tuple(
        Applied(item.id, amount - share) for item, amount, share in zip(items, asked, shares, strict=True)
    )
    differences = [
        *(Difference(DifferenceKind.DISCOUNT, item_id, amount) for item_id, amount in discounts.items()),
        *(
            Difference(DifferenceKind.FX, item.id, share)
            for item, share in zip(items, shares, strict=True)
            if share != 0
        ),
    ]
    return Exchanged(exchange, applied, tuple(differences), is_explained=True)


def _value(question: Question, currency: str, total: Decimal) -> Decimal | None:
    """Give what the receipt is worth: at our rate of the day, else what was instructed."""
    receipt = question.receipt
    rate = question.book.find_rate(receipt.currency, currency, receipt.value_date)
    if rate is None:
        return _instructed(question, currency)
    return convert_payment(total, receipt.amount, rate, currency).value


def _instructed(question: Question, currency: str) -> Decimal | None:
    receipt = question.receipt
    return receipt.original_amount if receipt.original_currency == currency else None


def _discounts(question: Question, items: Sequence[OpenItem]) -> dict[int, Decimal]:
    """Give the discounts the items offer in time."""
    found = {}
    for item in items:
        offer = discount_offer(item, question.policy)
        if offer is not None and question.receipt.value_date <= offer.last_date:
            found[item.id] = percent_of(item.open_amount, offer.percent, item.currency)
    return {item_id: amount for item_id, amount in found.items() if amount > 0}
