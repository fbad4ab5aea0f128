"""How sure a match is, and what may be done with it.

The one clever idea: the score keeps its parts, so the proof of a match shows what spoke for it. Weights and
thresholds are policy and come as an argument; a score is judged as it is, not as it is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from acquit.core.errors import Refusal
from acquit.core.money import EXACT

_CENT = Decimal("0.01")


class BadMatchPolicy(Refusal):
    """The weights do not sum to 1, or the thresholds are not in order."""

    code = "BAD_MATCH_POLICY"


class BadEvidence(Refusal):
    """A piece of evidence is not between 0 (speaks for nothing) and 1 (exact)."""

    code = "BAD_EVIDENCE"


class MatchAction(StrEnum):
    """What a match of this confidence allows."""

    AUTO = "AUTO"
    PROPOSE = "PROPOSE"
    MANUAL = "MANUAL"


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """Weights of reference, amount and payer, which sum to 1, and the scores to post or propose from."""

    reference_weight: Decimal
    amount_weight: Decimal
    payer_weight: Decimal
    auto_threshold: Decimal
    propose_threshold: Decimal

    def __post_init__(self) -> None:
        weights = (self.reference_weight, self.amount_weight, self.payer_weight)
        if min(weights) < 0 or sum(weights) != 1:
            raise BadMatchPolicy("The weights are zero or more and sum to 1.")
        if not 0 < self.propose_threshold <= self.auto_threshold <= 1:
            raise BadMatchPolicy(
                "The thresholds are above 0 and at most 1, proposing no higher than posting."
            )


@dataclass(frozen=True, slots=True)
class MatchConfidence:
    """The score with two decimals, what it allows, and the part each piece of evidence gave."""

    score: Decimal
    action: MatchAction
    reference_part: Decimal
    amount_part: Decimal
    payer_part: Decimal


def match_confidence(
    reference: Decimal, amount: Decimal, payer: Decimal, policy: MatchPolicy
) -> MatchConfidence:
    """Weigh the evidence: each a share from 0 to 1, where 1 is an exact reference, amount or known payer."""
    for name, share in (("reference", reference), ("amount", amount), ("payer", payer)):
        if not 0 <= share <= 1:
            raise BadEvidence(f"{name} {share} is not between 0 and 1.", param=name)
    parts = (
        EXACT.multiply(policy.reference_weight, reference),
        EXACT.multiply(policy.amount_weight, amount),
        EXACT.multiply(policy.payer_weight, payer),
    )
    score = sum(parts, Decimal(0))
    if score >= policy.auto_threshold:
        action = MatchAction.AUTO
    elif score >= policy.propose_threshold:
        action = MatchAction.PROPOSE
    else:
        action = MatchAction.MANUAL
    return MatchConfidence(score.quantize(_CENT, context=EXACT), action, *parts)
