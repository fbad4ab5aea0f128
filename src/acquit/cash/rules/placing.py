"""Placing an amount on items: what each gets, and what explains the rest.

One item is judged by `differences.plan_differences`. Several items are judged together: their discounts in time, then
agreed bank charges, then the tolerance, each only when it explains all that is missing; otherwise the rest is a
deduction on the last item. Every cent is placed: items' open = applied + differences + what stays open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from acquit.cash.rules.differences import DiscountOffer, Tolerance, plan_differences
from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind, OpenItem
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.errors import Refusal
from acquit.core.money import ZERO, percent_of
from acquit.core.terms import PaymentTerms, parse_terms


class Placing(NamedTuple):
    """Where an amount goes. `is_explained`: nothing is left as a deduction or overpayment."""

    applied: tuple[Applied, ...]
    differences: tuple[Difference, ...]
    is_explained: bool


@lru_cache(maxsize=4096)
def read_terms(text: str) -> PaymentTerms | None:
    """Read payment terms as far as they are readable: unreadable ones offer no discount."""
    try:
        return parse_terms(text) if text else None
    except Refusal:
        return None


def discount_offer(item: OpenItem, policy: MatchingPolicy) -> DiscountOffer | None:
    """Give the cash discount an item's terms offer, if any; an item partly paid offers none."""
    terms = read_terms(item.payment_terms)
    if terms is None or terms.discount_rate == 0 or item.open_amount != item.original_amount:
        return None
    return DiscountOffer(
        item.baseline_date, terms.discount_days, policy.discount_grace_days, terms.discount_rate
    )


def place_amount(
    amount: Decimal,
    items: Sequence[OpenItem],
    value_date: date,
    policy: MatchingPolicy,
    *,
    has_shared_charges: bool,
) -> Placing:
    """Place a receipt's amount on items of one currency; credits among them are netted in full."""
    asked = sum((item.open_amount for item in items), ZERO)
    if amount == asked:
        return Placing(tuple(Applied(item.id, item.open_amount) for item in items), (), is_explained=True)
    if len(items) == 1 and items[0].open_amount > 0:
        return _place_on_one(amount, items[0], value_date, policy, has_shared_charges=has_shared_charges)
    if amount > asked:
        over = Difference(DifferenceKind.OVERPAYMENT, None, asked - amount)
        return Placing(
            tuple(Applied(item.id, item.open_amount) for item in items), (over,), is_explained=False
        )
    return _place_short(amount, items, value_date, policy, has_shared_charges=has_shared_charges)


def _place_on_one(
    amount: Decimal, item: OpenItem, value_date: date, policy: MatchingPolicy, *, has_shared_charges: bool
) -> Placing:
    plan = plan_differences(
        item.open_amount,
        amount,
        value_date,
        item.currency,
        tolerance=Tolerance(policy.tolerance_amount, policy.tolerance_percent),
        offer=discount_offer(item, policy),
        fee_tolerance=policy.fee_tolerance_amount if has_shared_charges else ZERO,
    )
    reason = plan.deduction_reason.value if plan.deduction_reason else ""
    differences = [
        Difference(kind, item.id, value, text)
        for kind, value, text in (
            (DifferenceKind.DISCOUNT, plan.discount, ""),
            (DifferenceKind.BANK_FEE, plan.bank_charges, ""),
            (DifferenceKind.TOLERANCE, plan.tolerance, ""),
            (DifferenceKind.DEDUCTION, plan.deduction, reason),
        )
        if value != 0
    ]
    if plan.on_account:
        differences.append(Difference(DifferenceKind.OVERPAYMENT, None, -plan.on_account))
    return Placing(
        (Applied(item.id, plan.applied),),
        tuple(differences),
        is_explained=not plan.deduction and not plan.on_account,
    )


def _place_short(
    amount: Decimal,
    items: Sequence[OpenItem],
    value_date: date,
    policy: MatchingPolicy,
    *,
    has_shared_charges: bool,
) -> Placing:
    missing = sum((item.open_amount for item in items), ZERO) - amount
    discounts = _discounts_in_time(items, value_date, policy)
    discounted = sum((value for _, value in discounts), ZERO)
    if discounts and discounted == missing:
        return _reduced(
            items, [Difference(DifferenceKind.DISCOUNT, i, v) for i, v in discounts], is_explained=True
        )
    last = next((item for item in reversed(items) if item.open_amount >= missing), None)
    if last is None:
        return _oldest_first(amount, items)
    limit = Tolerance(policy.tolerance_amount, policy.tolerance_percent).limit(
        last.open_amount, last.currency
    )
    if has_shared_charges and missing <= policy.fee_tolerance_amount:
        kind, is_explained = DifferenceKind.BANK_FEE, True
    elif missing <= limit:
        kind, is_explained = DifferenceKind.TOLERANCE, True
    else:
        kind, is_explained = DifferenceKind.DEDUCTION, False
    reason = "" if is_explained else "UNEXPLAINED"
    return _reduced(items, [Difference(kind, last.id, missing, reason)], is_explained=is_explained)


def _discounts_in_time(
    items: Sequence[OpenItem], value_date: date, policy: MatchingPolicy
) -> list[tuple[int, Decimal]]:
    found = []
    for item in items:
        offer = discount_offer(item, policy)
        if offer is not None and value_date <= offer.last_date and item.open_amount > 0:
            found.append((item.id, percent_of(item.open_amount, offer.percent, item.currency)))
    return found


def _reduced(items: Sequence[OpenItem], differences: Sequence[Difference], *, is_explained: bool) -> Placing:
    by_item = {difference.item_id: difference.amount for difference in differences}
    applied = tuple(Applied(item.id, item.open_amount - by_item.get(item.id, ZERO)) for item in items)
    return Placing(tuple(a for a in applied if a.amount != 0), tuple(differences), is_explained=is_explained)


def _oldest_first(amount: Decimal, items: Sequence[OpenItem]) -> Placing:
    """Place a part payment over several items: credits in full, then the debits in the order of due dates."""
    left = amount - sum((item.open_amount for item in items if item.open_amount < 0), ZERO)
    applied = [Applied(item.id, item.open_amount) for item in items if item.open_amount < 0]
    for item in sorted(items, key=lambda item: (item.due_date, item.id)):
        part = min(left, item.open_amount) if item.open_amount > 0 else ZERO
        if part > 0:
            applied.append(Applied(item.id, part))
            left -= part
    return Placing(tuple(applied), (), is_explained=False)
