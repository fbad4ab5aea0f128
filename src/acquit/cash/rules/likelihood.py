"""How likely a first proposal is right, told from the company's own history; evaluated without any library.

A model is a frozen document: a logistic score of what a proof says, and bins of scores with how many of the likes were
right. A bin's probability is (right + 1) / (rows + 2), so few rows never claim certainty. It posts alone only where a
wrong posting would cost less, times its chance, than the work it saves, and never against what policy lists as a veto.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from math import log1p
from typing import Any, NamedTuple

from acquit.cash.rules.receipts import Likelihood, MatchPlan, ReceiptState, ScorePart
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.errors import Refusal
from acquit.core.money import EXACT, ZERO

FORMAT = 1
_PLACES = Decimal("0.000001")
_HUNDRED = Decimal(100)
_LARGEST_CLASS = 8
#: The ends of the probabilities by which calibration is told.
CALIBRATION_BANDS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)


class CannotReadModel(Refusal):
    """The document is no model, or not the one its hash names; nothing was judged by it."""

    code = "MODEL_INVALID"


class Bin(NamedTuple):
    """Scores from here up to the next bin: how many rows, how many of them right."""

    score_from: float
    rows: int
    right: int


class CalibrationBand(NamedTuple):
    """Rows of a span of probabilities, judged by models that had not seen them: what was said, and what was so."""

    probability_from: float
    probability_to: float
    rows: int
    said: float
    right: float


class MatchModel(NamedTuple):
    """What was learned; `body` is the document it was read from, `digest` its hash."""

    weights: Mapping[str, float]
    intercept: float
    bins: tuple[Bin, ...]
    probabilities: tuple[Decimal, ...]
    digest: str
    version: int = 0

    def tell_probability(self, features: Mapping[str, float]) -> Decimal:
        """Tell how likely a proposal of these features is right."""
        score = self.intercept + sum(
            self.weights[name] * features[name] for name in sorted(features) if name in self.weights
        )
        place = bisect_right([one.score_from for one in self.bins], score) - 1
        return self.probabilities[max(place, 0)]


def list_features(proof: Mapping[str, Any]) -> dict[str, float]:
    """List what a stored proof says of its first proposal, by name: the same in training and in matching."""
    score = proof.get("score") or {}
    # What a model posted alone would have been asked about: it is judged by that, not by what it came to.
    asked = (proof.get("likelihood") or {}).get("was_asked") or proof.get("asked_because") or "NOBODY"
    features = {f"rule:{proof.get('rule')}": 1.0, f"asked:{asked}": 1.0}
    for part in score.get("parts", ()):
        if part["name"] == "habit":
            features["habits"] = features.get("habits", 0.0) + 1.0
        elif part["name"] != "model":
            features[f"part:{part['name']}"] = float(part["value"])
        if part["name"] == "payer" and part["facts"]:
            features[f"payer:{part['facts'][0] or 'NOBODY'}"] = 1.0
    for difference in proof.get("differences", ()):
        features[f"difference:{difference['kind']}"] = 1.0
    features["items"] = log1p(len(proof.get("applied", ())))
    features["refused"] = float(len(proof.get("refused", ())))
    features["others"] = log1p(len(proof.get("others", ())))
    features["accidents"] = log1p(float(proof.get("accidents") or 0))
    features["gave_up"] = 1.0 if proof.get("gave_up") else 0.0
    amount = abs(Decimal(proof["receipt"]["amount"])) if "receipt" in proof else ZERO
    features[f"amount:{min(max(amount.adjusted(), 0), _LARGEST_CLASS)}"] = 1.0
    return features


def judge_plan(
    plan: MatchPlan, features: Mapping[str, float], model: MatchModel, policy: MatchingPolicy
) -> MatchPlan:
    """Say of a plan how likely it is right, and let it post alone where policy's costs and vetoes allow."""
    if not plan.applied or plan.state not in {ReceiptState.AUTO, ReceiptState.PROPOSED}:
        return plan
    probability = model.tell_probability(features)
    is_alone = (
        plan.state is ReceiptState.PROPOSED
        and not is_vetoed(plan, policy)
        and is_worth_posting(probability, policy)
    )
    part = ScorePart("model", ZERO, probability, ZERO, "LIKELY_RIGHT", (f"{probability * _HUNDRED:.4f}",))
    likelihood = Likelihood(probability, model.version, model.digest, plan.asked_because if is_alone else "")
    plan = plan._replace(parts=(*plan.parts, part), likelihood=likelihood)
    return plan._replace(state=ReceiptState.AUTO, asked_because="") if is_alone else plan


def is_vetoed(plan: MatchPlan, policy: MatchingPolicy) -> bool:
    """Tell whether a rule forbids posting whatever the model says: several answers, nobody known, policy's list."""
    return bool(
        plan.others
        or plan.gave_up
        or plan.customer_id is None
        or plan.customer_candidates
        or plan.asked_because in policy.model_vetoes
    )


def is_worth_posting(probability: Decimal, policy: MatchingPolicy) -> bool:
    """Tell whether (1 - probability) x cost of a wrong posting <= minutes saved x cost of a minute, exactly.

    The same as probability >= 1 - (minutes x cost of a minute) / (cost of a wrong posting). Never without a cost.
    """
    if policy.model_wrong_cost == 0:
        return False
    saved = EXACT.multiply(policy.model_minutes, policy.model_minute_cost)
    return EXACT.multiply(1 - probability, policy.model_wrong_cost) <= saved


def write_model(
    *,
    weights: Mapping[str, float],
    intercept: float,
    bins: Sequence[Bin],
    calibration: Sequence[CalibrationBand],
    trained: Mapping[str, Any],
) -> dict[str, Any]:
    """Write a model as a JSON document with its hash: numbers as text of fixed places, features in order.

    `trained`: `from`, `until`, `rows` and `right` of what it was trained on.
    """
    body: dict[str, Any] = {
        "format": FORMAT,
        "features": sorted(weights),
        "coefficients": [_text(weights[name]) for name in sorted(weights)],
        "intercept": _text(intercept),
        "bins": [[_text(one.score_from), one.rows, one.right] for one in bins],
        "calibration": [
            [
                *map(_text, (band.probability_from, band.probability_to)),
                band.rows,
                _text(band.said),
                _text(band.right),
            ]
            for band in calibration
        ],
        "trained": dict(trained),
    }
    return {**body, "hash": hash_model(body)}


def read_model(body: Mapping[str, Any], version: int = 0) -> MatchModel:
    """Read a stored model; refuses (`CannotReadModel`) another format, damage, and what its hash does not name."""
    try:
        if body["format"] != FORMAT or body["hash"] != hash_model(body):
            raise CannotReadModel("The model is of another format, or was changed since it was trained.")
        bins = tuple(Bin(float(score), int(rows), int(right)) for score, rows, right in body["bins"])
        weights = dict(zip(body["features"], map(float, body["coefficients"]), strict=True))
        intercept = float(body["intercept"])
    except (KeyError, TypeError, ValueError) as error:
        raise CannotReadModel(f"The model cannot be read: {error!r}.") from error
    if not bins:
        raise CannotReadModel("The model has no bins.")
    return MatchModel(weights, intercept, bins, tuple(_tell_bins(bins)), body["hash"], version)


def read_calibration(body: Mapping[str, Any]) -> list[CalibrationBand]:
    """Read the calibration table of a stored model."""
    return [
        CalibrationBand(float(low), float(high), int(rows), float(said), float(right))
        for low, high, rows, said, right in body["calibration"]
    ]


def hash_model(body: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a model's document without its hash, its keys in order."""
    content = {name: value for name, value in body.items() if name != "hash"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def make_calibration(said: Sequence[float], was_right: Sequence[int]) -> list[CalibrationBand]:
    """Compare what was said with what was so, by bands of probability; bands without rows are left out."""
    bands = []
    for low, high in pairwise(CALIBRATION_BANDS):
        is_last = high == CALIBRATION_BANDS[-1]
        inside = [
            place for place, chance in enumerate(said) if low <= chance < high or (is_last and chance >= high)
        ]
        if inside:
            rows = len(inside)
            told, right = sum(said[i] for i in inside) / rows, sum(was_right[i] for i in inside) / rows
            bands.append(CalibrationBand(low, high, rows, told, right))
    return bands


def _tell_bins(bins: Iterable[Bin]) -> Iterable[Decimal]:
    """Give the probability of each bin, never falling where the score rises."""
    least = ZERO
    for one in bins:
        least = max(least, (Decimal(one.right + 1) / Decimal(one.rows + 2)).quantize(_PLACES, "ROUND_FLOOR"))
        yield least


def _text(number: float) -> str:
    return f"{number:.8f}"
