"""Placing an amount on items: what each gets, and what explains the rest.

One item or several are judged by one order: discounts in time, agreed bank charges, tolerance, each only when it
explains all that is missing; then what the text says is held back. What is left is a deduction, or, where too much is
missing for one, a part payment that leaves the items open. Every cent is placed: items' open = applied + differences +
what stays open, and amount = applied + overpayment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from acquit.cash.rules.differences import (
    DeductionReason,
    DifferenceAction,
    DiscountOffer,
    Tolerance,
    plan_bank_charges,
    plan_difference,
    plan_discount,
)
from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind, OpenItem
from acquit.cash.rules.subset_sum import find_subset_sums
from acquit.cash.rules.wording import Wording, states_amount
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.errors import Refusal
from acquit.core.money import ZERO, percent_of, to_minor_units
from acquit.core.terms import PaymentTerms, discount_for_partial_payment, parse_terms

_SILENT = Wording()
_DISCOUNTS_SEARCHED = 20


class Placing(NamedTuple):
    """Where an amount goes. `is_explained`: nothing is left as a deduction, part payment or overpayment.

    `is_certain`: the cash has one place only, whatever becomes of what is left; `is_told`: the text says what is left,
    or it is exactly a discount taken late.
    """

    applied: tuple[Applied, ...]
    differences: tuple[Difference, ...]
    is_explained: bool
    is_certain: bool = True
    is_told: bool = False


class _Offered(NamedTuple):
    """The discount an item offers."""

    item: OpenItem
    amount: Decimal
    is_in_time: bool


@lru_cache(maxsize=4096)
def read_terms(text: str) -> PaymentTerms | None:
    """Read payment terms as far as they are readable: unreadable ones offer no discount."""
    try:
        return parse_terms(text) if text else None
    except Refusal:
        return None


def discount_offer(item: OpenItem, policy: MatchingPolicy) -> DiscountOffer | None:
    """Give the cash discount an item's terms offer, if any; credits and items partly paid offer none."""
    terms = read_terms(item.payment_terms)
    if terms is None or terms.discount_rate == 0 or item.open_amount != item.original_amount:
        return None
    if item.open_amount < 0:
        return None
    return DiscountOffer(
        item.baseline_date, terms.discount_days, policy.discount_grace_days, terms.discount_rate
    )


def discount_in_time(item: OpenItem, value_date: date, policy: MatchingPolicy) -> Decimal:
    """Give the discount an item offers to who pays on a day; zero where it offers none any more."""
    return sum((o.amount for o in _discounts((item,), value_date, policy) if o.is_in_time), ZERO)


def place_amount(
    amount: Decimal,
    items: Sequence[OpenItem],
    value_date: date,
    policy: MatchingPolicy,
    *,
    has_shared_charges: bool,
    wording: Wording = _SILENT,
    held_back_item: int | None = None,
) -> Placing:
    """Place a receipt's amount on items of one currency; credits among them are netted in full.

    `wording` is what the text says; `held_back_item` the item it names beside an amount held back.
    """
    missing = sum((item.open_amount for item in items), ZERO) - amount
    if missing == 0:
        return _place(items, (), is_explained=True)
    if missing < 0:
        return _place_over(items, -missing, policy)
    discounts = _discounts(items, value_date, policy)
    in_time = [(offered.item, offered.amount) for offered in discounts if offered.is_in_time]
    taken = _choose_discounts(missing, in_time)
    if taken:
        return _place(items, [_discount(item, value) for item, value in taken if value], is_explained=True)
    is_stated = states_amount(wording, missing) is not None
    # What the payer says it took off, and why, is neither a late discount nor a charge of a bank.
    is_deducted = bool(wording.deduction_reason) and is_stated
    late = _late_discounts(missing, discounts)
    is_late_exactly = bool(late) and sum((d.amount for d in late), ZERO) == sum(d.amount for d in discounts)
    if is_late_exactly and not is_deducted:
        return _place(items, late, is_explained=False)._replace(is_told=True)
    explained = _explain(
        missing, items, in_time, policy, has_shared_charges=has_shared_charges and not is_deducted
    )
    if explained is not None:
        return _place(items, explained, is_explained=True)
    if late and not wording.deduction_reason:
        return _place(items, late, is_explained=False)
    bearer = _bearer(items, missing, held_back_item)
    if bearer is None or _is_part_payment(missing, bearer, policy, wording, is_stated=is_stated):
        return _pay_part(amount, items, in_time, wording)._replace(
            is_told=wording.is_part_payment or wording.is_on_account
        )
    allowed = [_discount(*each) for each in in_time if len(items) == 1]
    if is_stated or wording.deduction_reason:
        allowed = []
    rest = missing - sum((difference.amount for difference in allowed), ZERO)
    reason = wording.deduction_reason or DeductionReason.UNEXPLAINED.value
    deduction = Difference(DifferenceKind.DEDUCTION, bearer.id, rest, reason)
    placing = _place(items, (*allowed, deduction), is_explained=False)
    return placing._replace(is_certain=_is_one_debit(items), is_told=is_stated)


def _place_over(items: Sequence[OpenItem], surplus: Decimal, policy: MatchingPolicy) -> Placing:
    """Keep a little too much as a payment difference, more of it on account."""
    bearer = _largest(items)
    if bearer is not None and _is_tolerated(bearer, -surplus, policy):
        kept = Difference(DifferenceKind.TOLERANCE, bearer.id, -surplus)
        return _place(items, (kept,), is_explained=True)
    over = Difference(DifferenceKind.OVERPAYMENT, None, -surplus)
    return _place(items, (over,), is_explained=False)


def _explain(
    missing: Decimal,
    items: Sequence[OpenItem],
    in_time: Sequence[tuple[OpenItem, Decimal]],
    policy: MatchingPolicy,
    *,
    has_shared_charges: bool,
) -> list[Difference] | None:
    """Explain what is missing beyond the discounts in time, or without them, by agreed charges or tolerance."""
    bearer = _largest(items)
    if bearer is None:
        return None
    found = [_discount(item, value) for item, value in in_time]
    discounted = sum((value for _, value in in_time), ZERO)
    for left, before in ((missing - discounted, found), (missing, [])):
        if not 0 < left < bearer.open_amount:
            continue
        fee = policy.fee_tolerance_amount if has_shared_charges else ZERO
        if plan_bank_charges(bearer.open_amount, bearer.open_amount - left, fee) is not None:
            return [*before, Difference(DifferenceKind.BANK_FEE, bearer.id, left)]
        if _is_tolerated(bearer, left, policy):
            return [*before, Difference(DifferenceKind.TOLERANCE, bearer.id, left)]
    return None


def _choose_discounts(
    missing: Decimal, offered: Sequence[tuple[OpenItem, Decimal]]
) -> list[tuple[OpenItem, Decimal]]:
    """Choose the discounts that make up what is missing: all, all but a cent of rounding each, or one set of them."""
    if not offered:
        return []
    if len(offered) == 1:
        # Less than the discount was taken: what was taken is allowed (handbook section 6).
        return [(offered[0][0], missing)] if missing <= offered[0][1] else []
    currency = offered[0][0].currency
    units = [to_minor_units(value, currency) for _, value in offered]
    over = sum(units) - to_minor_units(missing, currency)
    if 0 <= over < len(offered):
        largest, most = max(offered, key=lambda each: each[1])
        less = sum((value for _, value in offered), ZERO) - missing
        return [(item, most - less if item is largest else value) for item, value in offered]
    sums = find_subset_sums(
        units, to_minor_units(missing, currency), lambda: False, most_items=_DISCOUNTS_SEARCHED
    )
    return [offered[index] for index in sums.solutions[0]] if sums.is_unique else []


def _late_discounts(missing: Decimal, discounts: Sequence[_Offered]) -> list[Difference]:
    """Tell discounts in time from discounts taken late, where together they are what is missing.

    Of one discount taken late a part may be missing; it is unearned all the same (handbook section 6).
    """
    total = sum((offered.amount for offered in discounts), ZERO)
    is_all = total == missing or (len(discounts) == 1 and missing <= total)
    if not is_all or all(offered.is_in_time for offered in discounts):
        return []
    return [
        _discount(offered.item, offered.amount)
        if offered.is_in_time
        else Difference(
            DifferenceKind.DEDUCTION,
            offered.item.id,
            min(offered.amount, missing),
            DeductionReason.UNEARNED_DISCOUNT.value,
        )
        for offered in discounts
    ]


def _discount(item: OpenItem, amount: Decimal) -> Difference:
    return Difference(DifferenceKind.DISCOUNT, item.id, amount)


def _is_part_payment(
    missing: Decimal, bearer: OpenItem, policy: MatchingPolicy, wording: Wording, *, is_stated: bool
) -> bool:
    if is_stated or wording.deduction_reason:
        return False
    if wording.is_part_payment or wording.is_on_account:
        return True
    return missing > percent_of(bearer.open_amount, policy.deduction_percent_at_most, bearer.currency)


def _discounts(items: Sequence[OpenItem], value_date: date, policy: MatchingPolicy) -> list[_Offered]:
    """Give the discounts items offer, in time or not."""
    found = []
    for item in items:
        offer = discount_offer(item, policy)
        if offer is not None:
            outcome = plan_discount(item.open_amount, ZERO, value_date, offer, item.currency)
            if outcome.discount > 0:
                found.append(_Offered(item, outcome.discount, outcome.is_in_time))
    return found


def _is_tolerated(bearer: OpenItem, missing: Decimal, policy: MatchingPolicy) -> bool:
    limits = Tolerance(policy.tolerance_amount, policy.tolerance_percent)
    judged = plan_difference(bearer.open_amount, bearer.open_amount - missing, limits, bearer.currency)
    return judged.action is DifferenceAction.WRITE_OFF_TOLERANCE


def _largest(items: Sequence[OpenItem]) -> OpenItem | None:
    """Give the item that bears a small difference: the largest, the first named of equal ones."""
    return max(
        (item for item in items if item.open_amount > 0), key=lambda item: item.open_amount, default=None
    )


def _bearer(items: Sequence[OpenItem], missing: Decimal, held_back_item: int | None) -> OpenItem | None:
    """Give the item a deduction is of: the one the text names beside it, else the first that is large enough."""
    fitting = [item for item in items if item.open_amount > missing]
    named = [item for item in fitting if item.id == held_back_item]
    return next(iter(named or fitting), None)


def _place(items: Sequence[OpenItem], differences: Sequence[Difference], *, is_explained: bool) -> Placing:
    held_back: dict[int | None, Decimal] = {}
    for each in differences:
        held_back[each.item_id] = held_back.get(each.item_id, ZERO) + each.amount
    applied = (Applied(item.id, item.open_amount - held_back.get(item.id, ZERO)) for item in items)
    return Placing(tuple(a for a in applied if a.amount != 0), tuple(differences), is_explained=is_explained)


def _pay_part(
    amount: Decimal,
    items: Sequence[OpenItem],
    in_time: Sequence[tuple[OpenItem, Decimal]],
    wording: Wording,
) -> Placing:
    """Place a part payment; who says it is less a discount in time clears paid / (1 - discount) of one item."""
    if len(items) > 1 or not in_time or not wording.has_discount:
        return _oldest_first(amount, items)
    [(item, _)] = in_time
    terms = read_terms(item.payment_terms)
    rate = terms.discount_rate if terms is not None else ZERO
    discount = discount_for_partial_payment(amount, rate, item.currency).discount
    differences = (_discount(item, discount),) if discount else ()
    return Placing((Applied(item.id, amount),), differences, is_explained=False)


def _oldest_first(amount: Decimal, items: Sequence[OpenItem]) -> Placing:
    """Place a part payment over several items: credits in full, then the debits in the order of due dates."""
    left = amount - sum((item.open_amount for item in items if item.open_amount < 0), ZERO)
    applied = [Applied(item.id, item.open_amount) for item in items if item.open_amount < 0]
    for item in sorted(items, key=lambda item: (item.due_date, item.id)):
        part = min(left, item.open_amount) if item.open_amount > 0 else ZERO
        if part > 0:
            applied.append(Applied(item.id, part))
            left -= part
    return Placing(tuple(applied), (), is_explained=False, is_certain=_is_one_debit(items))


def _is_one_debit(items: Sequence[OpenItem]) -> bool:
    return sum(item.open_amount > 0 for item in items) == 1
