"""Priorities: more overdue, older, less likely and riskier never ranks lower; what a payment pays first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.collections.rules.payment_order import BadPaymentOrder, spread_payment
from acquit.collections.rules.priority import (
    BadPriorityPolicy,
    BadShare,
    Priority,
    PriorityFacts,
    PriorityPolicy,
    score_priority,
)

D = Decimal
POLICY = PriorityPolicy(
    D(40), D(25), D(20), D(15), overdue_cap=D(100_000), days_cap=90, disputed_factor=D("0.5")
)
FACTS = PriorityFacts(D(45_000), 30, D("0.70"), D("0.40"))
SHARES = st.decimals(min_value=0, max_value=1, places=2)
ANY_FACTS = st.builds(
    PriorityFacts,
    st.integers(-(10**6), 10**6).map(D),
    st.integers(-100, 400),
    SHARES,
    SHARES,
    is_fully_disputed=st.booleans(),
)


def test_the_score_keeps_its_parts() -> None:
    assert score_priority(FACTS, POLICY) == Priority(D("38.33"), D("18.00"), D("8.33"), D("6.00"), D("6.00"))


def test_a_running_promise_silences_even_a_dispute() -> None:
    assert score_priority(replace(FACTS, is_promise_running=True, is_fully_disputed=True), POLICY).score == 0


def test_credits_and_items_not_due_add_nothing() -> None:
    facts = PriorityFacts(D(-500), -30, D(1), D(0))
    assert score_priority(facts, POLICY) == Priority(D("0.00"), D("0.00"), D("0.00"), D("0.00"), D("0.00"))


@given(facts=ANY_FACTS, amount=st.integers(0, 10**6), days=st.integers(0, 200))
def test_more_overdue_for_longer_never_ranks_lower(facts: PriorityFacts, amount: int, days: int) -> None:
    worse = replace(
        facts, overdue_amount=facts.overdue_amount + amount, days_past_due=facts.days_past_due + days
    )
    low, high = score_priority(facts, POLICY), score_priority(worse, POLICY)

    assert 0 <= low.score <= high.score <= 100


@given(facts=ANY_FACTS, share=SHARES)
def test_less_likely_and_riskier_never_ranks_lower(facts: PriorityFacts, share: Decimal) -> None:
    worse = replace(
        facts,
        payment_probability=min(facts.payment_probability, share),
        risk_rate=max(facts.risk_rate, share),
    )

    assert score_priority(facts, POLICY).score <= score_priority(worse, POLICY).score


def test_what_is_no_share_or_policy_is_refused() -> None:
    for facts in (
        replace(FACTS, payment_probability=D("1.01")),
        replace(FACTS, payment_probability=D("-0.01")),
        replace(FACTS, risk_rate=D(2)),
    ):
        with pytest.raises(BadShare):
            score_priority(facts, POLICY)
    for values in (
        {"overdue_cap": D(0)},
        {"days_cap": 0},
        {"risk_weight": D(-1)},
        {"disputed_factor": D("1.5")},
    ):
        with pytest.raises(BadPriorityPolicy):
            replace(POLICY, **values)


AMOUNTS = st.integers(0, 10**6).map(lambda cents: D(cents) / 100)


@given(payment=AMOUNTS, costs=AMOUNTS, interest=AMOUNTS, principal=AMOUNTS)
def test_a_payment_is_spread_in_order_and_whole(
    payment: Decimal, costs: Decimal, interest: Decimal, principal: Decimal
) -> None:
    result = spread_payment(payment, costs, interest, principal)

    assert result.costs + result.interest + result.principal + result.left == payment
    assert result.interest == 0 or result.costs == costs
    assert result.principal == 0 or (result.costs, result.interest) == (costs, interest)
    assert result.left == 0 or result.principal == principal


def test_amounts_below_zero_are_not_spread() -> None:
    with pytest.raises(BadPaymentOrder):
        spread_payment(D(-1), D(0), D(0), D(0))
    with pytest.raises(BadPaymentOrder):
        spread_payment(D(1), D(0), D(-1), D(0))
