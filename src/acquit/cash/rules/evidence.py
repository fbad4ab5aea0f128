"""The proof of a match in parts: what spoke for it, with its points, and what was refused instead, and why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from math import comb, gcd

from acquit.cash.rules.confidence import MatchConfidence, MatchPolicy, match_confidence
from acquit.cash.rules.match_book import MatchBook
from acquit.cash.rules.payer_index import PayerEvidence
from acquit.cash.rules.placing import Placing
from acquit.cash.rules.receipts import Alternative, OpenItem, ReceiptFact, ScorePart
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.money import ZERO, to_minor_units

ALTERNATIVES_AT_MOST = 3
_ACCIDENTS_AT_MOST = Decimal(1_000_000)


def score_match(
    policy: MatchingPolicy, *, reference: Decimal, amount: Decimal, payer: Decimal
) -> MatchConfidence:
    """Weigh the evidence under a policy."""
    return match_confidence(reference, amount, payer, _weights(policy))


@lru_cache(maxsize=16)
def _weights(policy: MatchingPolicy) -> MatchPolicy:
    return MatchPolicy(
        policy.reference_weight,
        policy.amount_weight,
        policy.payer_weight,
        policy.auto_from,
        policy.propose_from,
    )


def list_parts(
    policy: MatchingPolicy,
    confidence: MatchConfidence,
    reference_fact: tuple[str, str],
    placing: Placing,
    payer: PayerEvidence,
    relation: str,
) -> tuple[ScorePart, ...]:
    """List the parts of a score, each with the fact behind it."""
    missing = sum((d.amount for d in placing.differences), ZERO)
    if placing.is_explained:
        amount_fact = "AMOUNT_EXPLAINED" if placing.differences else "AMOUNT_EXACT"
    else:
        amount_fact = "AMOUNT_SHORT" if missing >= 0 else "AMOUNT_OVER"
    fact, value = reference_fact
    return (
        _part("reference", policy.reference_weight, confidence.reference_part, fact, (value,)),
        _part("amount", policy.amount_weight, confidence.amount_part, amount_fact, (str(abs(missing)),)),
        _part("payer", policy.payer_weight, confidence.payer_part, f"PAYER_{relation}", (payer.how,)),
    )


def _part(name: str, weight: Decimal, points: Decimal, fact: str, facts: tuple[str, ...]) -> ScorePart:
    return ScorePart(name, weight, points / weight if weight else ZERO, points, fact, facts)


def list_refused(
    receipt: ReceiptFact,
    book: MatchBook,
    customer_ids: Sequence[int],
    chosen: Sequence[OpenItem],
    equal_because: str,
) -> tuple[Alternative, ...]:
    """Say what else was looked at, with the one fact that ruled each out.

    `equal_because` is what spoke against items of the same amount that were there when the money came.
    """
    chosen_ids = {item.id for item in chosen}
    others = [
        item for item in book.open_items_of(customer_ids, receipt.currency) if item.id not in chosen_ids
    ]
    refused = []
    if others and others[0].open_amount > 0:
        refused.append(
            Alternative("OLDEST_FIRST", "NOT_AGREED", (others[0].number, str(others[0].open_amount)))
        )
    equal = [item for item in others if item.open_amount == receipt.amount]
    if equal:
        is_later = all(item.posting_date > receipt.value_date for item in equal)
        fact = "WRITTEN_LATER" if is_later else equal_because
        refused.append(Alternative("EQUAL_AMOUNT", fact, tuple(item.number for item in equal[:3])))
    if chosen and len(others) > 1:
        fact = equal_because if equal_because == "TEXT_NAMES_OTHERS" else "AMOUNT_FITS_OTHERS"
        refused.append(Alternative("OTHER_ITEMS", fact, (str(len(others)),)))
    return tuple(refused[:ALTERNATIVES_AT_MOST])


def expect_accidents(amount: Decimal, items: Sequence[OpenItem], size: int) -> Decimal:
    """Give how many sets of up to `size` of these items are expected to sum to an amount by accident.

    The number of sets over the number of amounts they can reach, as if sums lay evenly; amounts that are all multiples
    of 50.00 reach few, and the expectation says so. Above one in a hundred a sum alone proves little.
    """
    units = [to_minor_units(item.open_amount, item.currency) for item in items]
    step = gcd(*units) or 1
    sets = sum(comb(len(units), count) for count in range(1, size + 1))
    reach = max(1, to_minor_units(amount, items[0].currency) // step)
    # Among hundreds of items there are more sets than a decimal has digits for; so many prove nothing.
    return min(_ACCIDENTS_AT_MOST, Decimal(sets) / reach).quantize(Decimal("0.0001"))
