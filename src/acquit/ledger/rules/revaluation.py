"""Unrealised exchange differences at a period end: one entry per account and currency, the items' detail beside it.

The one clever idea: each item is rounded by itself and the entry is their sum, so the detail explains the entry to the
cent. The difference stands on a revaluation account beside the control account, whose balance thereby stays the sum of
the open items; on day 1 of the next period the entry is taken back exactly, and clearing realises against the original
book value, as if nothing had been revalued (IAS 21; handbook section 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.core.money import EXACT, ZERO, round_amount
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import EntryDraft, PostingDraft
from acquit.ledger.rules.fx import plan_revaluation

#: Which account takes the difference of which control account. What is not named is not monetary: a down payment
#: received that is not paid back is settled in goods (IAS 21.16).
REVALUATION_ROLES: Mapping[AccountRole, AccountRole] = {
    AccountRole.RECEIVABLES: AccountRole.RECEIVABLES_REVALUATION,
    AccountRole.UNAPPLIED_CASH: AccountRole.UNAPPLIED_REVALUATION,
}


class ForeignItem(NamedTuple):
    """An open item in another currency than the company's, as it stood on the day."""

    item_id: int
    role: AccountRole
    currency: str
    open_amount: Decimal
    booked_amount: Decimal


class RevaluedItem(NamedTuple):
    """An item at the closing rate."""

    item_id: int
    open_amount: Decimal
    booked_amount: Decimal
    closing_amount: Decimal
    unrealised_amount: Decimal


@dataclass(slots=True)
class RevaluationPlan:
    """What one account's items of one currency are worth; `unrealised` is from the company's side, negative a loss."""

    role: AccountRole
    currency: str
    closing_rate: Decimal
    open_amount: Decimal = ZERO
    booked_amount: Decimal = ZERO
    closing_amount: Decimal = ZERO
    items: list[RevaluedItem] = field(default_factory=list)

    @property
    def unrealised(self) -> Decimal:
        """Give the difference to post."""
        return self.closing_amount - self.booked_amount


def plan_revaluations(
    items: Iterable[ForeignItem], closing_rates: Mapping[str, Decimal], company_currency: str
) -> list[RevaluationPlan]:
    """Value monetary items at the closing rates (foreign amount for 1 unit of company currency), by account, currency.

    Items of accounts that are not monetary fall away. `KeyError` when a currency lacks its rate: the caller read them.
    """
    plans: dict[tuple[AccountRole, str], RevaluationPlan] = {}
    for item in monetary_items(items):
        key = (item.role, item.currency)
        plan = plans.get(key)
        if plan is None:
            plan = plans[key] = RevaluationPlan(item.role, item.currency, closing_rates[item.currency])
        valued = plan_revaluation(item.open_amount, item.booked_amount, plan.closing_rate, company_currency)
        plan.open_amount += item.open_amount
        plan.booked_amount += item.booked_amount
        plan.closing_amount += valued.closing
        plan.items.append(
            RevaluedItem(
                item.item_id, item.open_amount, item.booked_amount, valued.closing, valued.unrealised
            )
        )
    return [plans[key] for key in sorted(plans)]


def monetary_items(items: Iterable[ForeignItem]) -> Iterator[ForeignItem]:
    """Give the items that are settled in money."""
    return (item for item in items if item.role in REVALUATION_ROLES)


def plan_revaluation_entry(
    plan: RevaluationPlan,
    difference: Decimal,
    *,
    company_id: int,
    as_of: date,
    group_currency: str,
    group_rate: Decimal,
    actor_id: int | None,
    run_id: int | None,
) -> EntryDraft:
    """Plan the one entry of a revaluation: loss Dr 7010 / Cr revaluation of 1200. Its document amounts are zero.

    `difference` is what is still to be posted of the plan's `unrealised`: all of it, or what a later run finds changed.
    """
    group = round_amount(EXACT.multiply(difference, group_rate), group_currency)
    return EntryDraft(
        company_id=company_id,
        posting_date=as_of,
        kind="REVALUATION",
        currency=plan.currency,
        postings=(
            PostingDraft(REVALUATION_ROLES[plan.role], ZERO, difference, group),
            PostingDraft(AccountRole.FX_UNREALISED, ZERO, -difference, -group),
        ),
        actor_id=actor_id,
        run_id=run_id,
        text=f"{plan.currency} at {plan.closing_rate.normalize():f}"[:200],
    )
