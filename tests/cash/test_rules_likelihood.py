"""A model says how likely a proposal is right; costs decide exactly whether it posts, and no model overrules a veto."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.operations.learning import fit_model
from acquit.cash.queries import DecidedProposal
from acquit.cash.rules.likelihood import (
    Bin,
    CannotReadModel,
    hash_model,
    is_worth_posting,
    judge_plan,
    list_features,
    make_calibration,
    read_calibration,
    read_model,
    write_model,
)
from acquit.cash.rules.receipts import Applied, MatchPlan, Proposal, ReceiptState
from acquit.controls.rules.policy_reading import CannotReadPolicy
from tests.cash.facts import POLICY, policy

D = Decimal


def model_of(*bins: tuple[float, int, int], **weights: float) -> Any:
    body = write_model(
        weights=weights or {"items": 1.0},
        intercept=0.0,
        bins=[Bin(*one) for one in bins],
        calibration=[],
        trained={"rows": 1},
    )
    return read_model(body, 4)


SURE = model_of((-9.0, 10, 5), (0.0, 9998, 9998))
PROPOSED = MatchPlan(
    ReceiptState.PROPOSED, "SINGLE_AMOUNT", 1, (Applied(1, D("5.00")),), asked_because="BY_AMOUNT_ONLY"
)


def test_few_rows_never_claim_certainty_and_bins_never_fall() -> None:
    model = model_of((-1.0, 8, 4), (0.0, 1, 1), (1.0, 1, 0), (2.0, 998, 998))
    said = [model.tell_probability({"items": score}) for score in (-7.0, -1.0, 0.5, 1.5, 3.0)]
    assert said == [D("0.5"), D("0.5"), D("0.666666"), D("0.666666"), D("0.999")]


@given(
    probability=st.decimals(0, 1, places=6),
    minutes=st.integers(0, 60),
    minute=st.decimals(0, 5, places=2),
    wrong=st.decimals("301", 10_000, places=2),
)
def test_the_threshold_is_the_formula_exactly(
    probability: Decimal, minutes: int, minute: Decimal, wrong: Decimal
) -> None:
    costs = policy(model_minutes=str(minutes), model_minute_cost=str(minute), model_wrong_cost=str(wrong))
    threshold = 1 - Fraction(minutes) * Fraction(minute) / Fraction(wrong)
    assert is_worth_posting(probability, costs) is (Fraction(probability) >= threshold)


def test_the_shipped_costs_post_from_999_in_a_thousand_and_no_costs_post_nothing() -> None:
    assert is_worth_posting(D("0.999"), POLICY)
    assert not is_worth_posting(D("0.998999"), POLICY)
    assert not is_worth_posting(D(1), policy(model_wrong_cost="0"))
    with pytest.raises(CannotReadPolicy, match="everything would post alone"):
        policy(model_wrong_cost="1.00")


def test_a_likely_proposal_posts_and_says_what_it_would_have_asked() -> None:
    judged = judge_plan(PROPOSED, {"items": 1.0}, SURE, POLICY)
    assert (judged.state, judged.asked_because) == ("AUTO", "")
    assert judged.likelihood is not None
    assert judged.likelihood[:2] == (D("0.999900"), 4)
    assert judged.likelihood.was_asked == "BY_AMOUNT_ONLY"
    assert [(part.name, part.fact, part.points) for part in judged.parts] == [("model", "LIKELY_RIGHT", 0)]


def test_an_unlikely_one_keeps_its_state_and_only_says_so() -> None:
    judged = judge_plan(PROPOSED, {"items": -1.0}, SURE, POLICY)
    assert (judged.state, judged.asked_because) == ("PROPOSED", "BY_AMOUNT_ONLY")
    assert judged.likelihood is not None
    assert (judged.likelihood.probability, judged.likelihood.was_asked) == (D("0.5"), "")


@pytest.mark.parametrize(
    "plan",
    [
        *(PROPOSED._replace(asked_because=code) for code in POLICY.model_vetoes),
        PROPOSED._replace(others=(Proposal(1, (Applied(2, D("5.00")),)),)),
        PROPOSED._replace(gave_up=True),
        PROPOSED._replace(customer_id=None),
        PROPOSED._replace(customer_candidates=(1, 2)),
    ],
)
def test_no_probability_overrules_a_veto(plan: MatchPlan) -> None:
    judged = judge_plan(plan, {"items": 1.0}, SURE, POLICY)
    assert (judged.state, judged.asked_because) == (plan.state, plan.asked_because)


@pytest.mark.parametrize(
    "state", [ReceiptState.UNIDENTIFIED, ReceiptState.UNAPPLIED, ReceiptState.ON_ACCOUNT]
)
def test_what_proposes_nothing_is_not_judged(state: ReceiptState) -> None:
    plan = PROPOSED._replace(state=state)
    assert judge_plan(plan, {"items": 1.0}, SURE, POLICY) is plan
    empty = PROPOSED._replace(applied=())
    assert judge_plan(empty, {"items": 1.0}, SURE, POLICY) is empty


def test_what_a_model_posted_is_described_as_what_it_judged() -> None:
    proposed = history(1, 1)[0].proof
    posted = {**proposed, "asked_because": "", "likelihood": {"was_asked": proposed["asked_because"]}}
    assert list_features(posted) == list_features(proposed)


def test_a_changed_document_is_refused() -> None:
    body = write_model(
        weights={"items": 1.0}, intercept=0.0, bins=[Bin(0.0, 9, 9)], calibration=[], trained={}
    )
    with pytest.raises(CannotReadModel):
        read_model({**body, "intercept": "9.00000000"})
    changed = {**body, "bins": []}
    with pytest.raises(CannotReadModel):
        read_model({**changed, "hash": hash_model(changed)})
    with pytest.raises(CannotReadModel):
        read_model({"format": 1})


def test_calibration_compares_by_bands() -> None:
    bands = make_calibration([0.4, 0.96, 0.98, 1.0], [0, 1, 0, 1])
    assert [(b.probability_from, b.rows, round(b.said, 2), b.right) for b in bands] == [
        (0.0, 1, 0.4, 0.0),
        (0.95, 2, 0.97, 0.5),
        (0.999, 1, 1.0, 1.0),
    ]


def history(seed: int, size: int) -> list[DecidedProposal]:
    """Make decided proposals whose chance to be right is known: by rule and by how many others fit."""
    chance = {"SUM_OF_ITEMS": 0.7, "SINGLE_AMOUNT": 0.95, "SIMILAR_NUMBER": 0.999}
    dice, rows = random.Random(seed), []
    for number in range(size):
        rule, others = dice.choice(sorted(chance)), dice.choice((0, 0, 1))
        right = chance[rule] * (0.5 if others else 1.0)
        proof = {
            "rule": rule,
            "asked_because": "TWO_SOLUTIONS" if others else "BY_AMOUNT_ONLY",
            "receipt": {"amount": str(dice.randint(10, 99_999))},
            "applied": [{"item": number, "cash": "1.00"}],
            "others": [{}] * others,
            "refused": [],
            "differences": [],
            "score": {"parts": [{"name": "payer", "value": "1", "facts": ["IBAN"]}]},
        }
        day = date(2026, 1, 1) + timedelta(days=number % 90)
        rows.append(DecidedProposal(number, day, proof, dice.random() < right))
    return rows


def test_a_synthetic_history_gives_calibrated_probabilities() -> None:
    body = fit_model(history(7, 6000))
    for band in read_calibration(body):
        if band.rows >= 200:
            assert abs(band.said - band.right) < 0.05, band
    model = read_model(body)
    unseen = history(8, 6000)
    said = [float(model.tell_probability(list_features(row.proof))) for row in unseen]
    for band in make_calibration(said, [int(row.is_right) for row in unseen]):
        if band.rows >= 200:
            assert abs(band.said - band.right) < 0.05, band
    assert (body["trained"]["rows"], body["trained"]["from"]) == (6000, "2026-01-01")


def test_the_same_history_gives_the_same_hash_and_another_one_another() -> None:
    assert fit_model(history(3, 800))["hash"] == fit_model(history(3, 800))["hash"]
    assert fit_model(history(3, 800))["hash"] != fit_model(history(4, 800))["hash"]
