"""Whom to ask for money today, in which order, and why; and whom not to ask, and why not.

A customer is on the list when something undisputed is overdue. It is held back when the money is in the house already:
asking somebody who has paid is what users of other systems complain of most. Every place on the list carries its
reasons as codes with values, so that each language can say them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.collections.rules.priority import Priority, PriorityFacts, PriorityPolicy, score_priority
from acquit.controls.rules.policies import WorklistPolicy
from acquit.core.money import ZERO

_REASONS_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class PaymentHabit:
    """How a customer paid in the last year.

    `late_at_risk` invoices were paid as late as the oldest is now or later, `late_paid` of them within 14 days more.
    """

    mean_days_late: Decimal
    paid_invoices: int
    late_at_risk: int
    late_paid: int
    last_paid_date: date | None

    @property
    def payment_probability(self) -> Decimal:
        """Give the chance of payment within 14 days without a contact: Laplace's rule of succession, 4 decimals."""
        return (Decimal(self.late_paid + 1) / Decimal(self.late_at_risk + 2)).quantize(Decimal("0.0001"))


NO_HABIT = PaymentHabit(ZERO, 0, 0, 0, None)


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """A customer with something overdue, in one currency. `cash_amount` is in the house, not applied (positive)."""

    company_id: int
    customer_id: int
    number: str
    name: str
    city: str
    currency: str
    open_amount: Decimal
    overdue_amount: Decimal
    buckets: tuple[Decimal, Decimal, Decimal, Decimal, Decimal]
    oldest_due_date: date
    days_past_due: int
    disputed_amount: Decimal
    cash_amount: Decimal
    is_insolvent: bool
    habit: PaymentHabit


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code with values."""

    code: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """A customer's place on today's list; `held_back` says why nobody asks now."""

    facts: CustomerFacts
    to_ask_amount: Decimal
    priority: Priority
    reasons: tuple[Reason, ...]
    next_step: str
    held_back: Reason | None


def plan_worklist(customers: Iterable[CustomerFacts], policy: WorklistPolicy) -> list[WorklistRow]:
    """Rank customers by priority, highest first; those held back come after all others."""
    weights = PriorityPolicy(
        overdue_weight=policy.overdue_points,
        days_weight=policy.age_points,
        payment_weight=policy.payment_points,
        risk_weight=policy.risk_points,
        overdue_cap=policy.overdue_cap_amount,
        days_cap=policy.age_cap_days,
        disputed_factor=policy.disputed_factor,
    )
    rows = [_plan_row(facts, weights, policy) for facts in customers]
    return sorted(
        rows,
        key=lambda row: (
            row.held_back is not None,
            -row.priority.score,
            -row.to_ask_amount,
            row.facts.name,
            row.facts.customer_id,
        ),
    )


def _plan_row(facts: CustomerFacts, weights: PriorityPolicy, policy: WorklistPolicy) -> WorklistRow:
    undisputed = max(ZERO, facts.overdue_amount - facts.disputed_amount)
    to_ask = max(ZERO, undisputed - facts.cash_amount)
    priority = score_priority(
        PriorityFacts(
            overdue_amount=facts.overdue_amount,
            days_past_due=facts.days_past_due,
            payment_probability=facts.habit.payment_probability,
            risk_rate=_risk(facts),
            is_fully_disputed=undisputed == 0,
        ),
        weights,
    )
    held_back = _held_back(facts, undisputed, to_ask, policy)
    step = "CALL" if priority.score >= policy.call_from_score else "EMAIL"
    return WorklistRow(facts, to_ask, priority, _reasons(facts), "WAIT" if held_back else step, held_back)


def _risk(facts: CustomerFacts) -> Decimal:
    """Give the share of what is open that is more than 60 days late; insolvency is certain risk."""
    if facts.is_insolvent:
        return Decimal(1)
    if facts.open_amount <= 0:
        return ZERO
    late = max(ZERO, facts.buckets[3] + facts.buckets[4])
    return min(Decimal(1), late / facts.open_amount).quantize(Decimal("0.0001"))


def _held_back(
    facts: CustomerFacts, undisputed: Decimal, to_ask: Decimal, policy: WorklistPolicy
) -> Reason | None:
    if facts.is_insolvent:
        return Reason("INSOLVENT")
    if undisputed == 0:
        return Reason("FULLY_DISPUTED", (str(facts.disputed_amount),))
    if to_ask == 0:
        return Reason("CASH_IN_HOUSE", (str(facts.cash_amount),))
    if to_ask < policy.smallest_amount:
        return Reason("TOO_SMALL", (str(policy.smallest_amount),))
    return None


def _reasons(facts: CustomerFacts) -> tuple[Reason, ...]:
    found = []
    if facts.buckets[4] > 0:
        found.append(Reason("OVER_90_DAYS", (str(facts.buckets[4]),)))
    if facts.cash_amount > 0:
        found.append(Reason("SOME_CASH_IN_HOUSE", (str(facts.cash_amount),)))
    if facts.disputed_amount > 0:
        found.append(Reason("PARTLY_DISPUTED", (str(facts.disputed_amount),)))
    found.append(_habit_reason(facts))
    return tuple(found[:_REASONS_AT_MOST])


def _habit_reason(facts: CustomerFacts) -> Reason:
    habit = facts.habit
    if habit.paid_invoices == 0:
        return Reason("NEVER_PAID_YET")
    if habit.mean_days_late < 1:
        return Reason("USUALLY_ON_TIME", (str(habit.paid_invoices),))
    if facts.days_past_due > habit.mean_days_late + 7:
        return Reason("LATER_THAN_USUAL", (str(habit.mean_days_late),))
    return Reason("USUALLY_LATE", (str(habit.mean_days_late),))


def sum_to_ask(rows: Sequence[WorklistRow]) -> dict[str, Decimal]:
    """Sum up what is to be asked for today, by currency."""
    totals: dict[str, Decimal] = {}
    for row in rows:
        if row.held_back is None:
            totals[row.facts.currency] = totals.get(row.facts.currency, ZERO) + row.to_ask_amount
    return totals
