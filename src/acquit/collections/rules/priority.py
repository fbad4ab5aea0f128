"""Whom to ask first: one score per customer from what is overdue, how long, how likely and how risky.

The one clever idea: the score keeps its four parts, so a worklist can say why a customer stands where he
stands. Weights and caps are policy and come as an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.core.money import EXACT, ZERO

_CENT = Decimal("0.01")
_ONE = Decimal(1)


class BadPriorityPolicy(Refusal):
    """A weight, cap or factor of the priority policy is outside what it can be."""

    code = "BAD_PRIORITY_POLICY"


class BadShare(Refusal):
    """A probability or a risk is not between 0 and 1."""

    code = "BAD_SHARE"


@dataclass(frozen=True, slots=True)
class PriorityPolicy:
    """Points of each part, where amount and days reach all of theirs, and what a dispute leaves of it all."""

    overdue_weight: Decimal
    days_weight: Decimal
    payment_weight: Decimal
    risk_weight: Decimal
    overdue_cap: Decimal
    days_cap: int
    disputed_factor: Decimal

    def __post_init__(self) -> None:
        weights = (self.overdue_weight, self.days_weight, self.payment_weight, self.risk_weight)
        if min(weights) < 0 or self.overdue_cap <= 0 or self.days_cap <= 0:
            raise BadPriorityPolicy("Weights are zero or more, caps above zero.")
        if not 0 <= self.disputed_factor <= 1:
            raise BadPriorityPolicy("The factor for disputes is between 0 and 1.", param="disputed_factor")


@dataclass(frozen=True, slots=True)
class PriorityFacts:
    """What is known of a customer on a day.

    `overdue_amount` is in the policy's currency, `days_past_due` of the oldest overdue item,
    `payment_probability` of payment within 14 days without a contact and `risk_rate` are shares between 0 and
    1.
    """

    overdue_amount: Decimal
    days_past_due: int
    payment_probability: Decimal
    risk_rate: Decimal
    is_fully_disputed: bool = False
    is_promise_running: bool = False


@dataclass(frozen=True, slots=True)
class Priority:
    """The score with two decimals and the points of each part before dispute and promise count."""

    score: Decimal
    overdue_points: Decimal
    days_points: Decimal
    payment_points: Decimal
    risk_points: Decimal


def score_priority(facts: PriorityFacts, policy: PriorityPolicy) -> Priority:
    """Give overdue, days, unlikeliness of payment and risk their points; 0 while a promise runs.

    Credits and items not yet due count as nothing overdue. The score is rounded once, at the end.
    """
    for name, share in (("payment_probability", facts.payment_probability), ("risk_rate", facts.risk_rate)):
        if not 0 <= share <= 1:
            raise BadShare(f"{name} {share} is not between 0 and 1.", param=name)
    overdue = EXACT.multiply(_share(facts.overdue_amount, policy.overdue_cap), policy.overdue_weight)
    days = EXACT.multiply(_share(Decimal(facts.days_past_due), Decimal(policy.days_cap)), policy.days_weight)
    payment = EXACT.multiply(_ONE - facts.payment_probability, policy.payment_weight)
    risk = EXACT.multiply(facts.risk_rate, policy.risk_weight)
    score = EXACT.add(EXACT.add(overdue, days), EXACT.add(payment, risk))
    if facts.is_promise_running:
        score = ZERO
    elif facts.is_fully_disputed:
        score = EXACT.multiply(score, policy.disputed_factor)
    return Priority(_rounded(score), _rounded(overdue), _rounded(days), _rounded(payment), _rounded(risk))


def _share(value: Decimal, cap: Decimal) -> Decimal:
    return min(_ONE, EXACT.divide(max(ZERO, value), cap))


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(_CENT, context=EXACT)
