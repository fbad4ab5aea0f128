"""The policies that decide for people, as documents with a schema. The code has no thresholds of its own.

`DEFAULTS` is what the product ships (handbook sections 6, 7); a company's own version replaces it from its date on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from acquit.core.errors import Refusal


class CannotReadPolicy(Refusal):
    """The policy document misses a value or has one that cannot be; the version was not stored."""

    code = "POLICY_INVALID"


@dataclass(frozen=True, slots=True)
class MatchingPolicy:
    """Weights, thresholds and tolerances of cash application (handbook section 6)."""

    reference_weight: Decimal
    amount_weight: Decimal
    payer_weight: Decimal
    auto_from: Decimal
    propose_from: Decimal
    tolerance_amount: Decimal
    tolerance_percent: Decimal
    fee_tolerance_amount: Decimal
    discount_grace_days: int
    subset_items_at_most: int
    subset_seconds_at_most: Decimal
    alias_confirmations: int
    similarity_from: Decimal
    given_payer_posts_by_amount: int
    own_money_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorklistPolicy:
    """Weights of a customer's priority for today's work (handbook section 7)."""

    overdue_points: Decimal
    age_points: Decimal
    payment_points: Decimal
    risk_points: Decimal
    overdue_cap_amount: Decimal
    age_cap_days: int
    disputed_factor: Decimal
    smallest_amount: Decimal
    call_from_score: Decimal


@dataclass(frozen=True, slots=True)
class LedgerPolicy:
    """How far from the business date a booking may open a period, and from which amount an entry by hand takes two.

    The amount is in company currency; an entry above it waits for a second person (handbook section 5, controls).
    """

    booking_days_ahead: int
    booking_days_back: int
    manual_entry_alone_amount: Decimal


DEFAULTS: Mapping[str, Mapping[str, str | int | list[str]]] = {
    "MATCHING": {
        "reference_weight": "0.60",
        "amount_weight": "0.25",
        "payer_weight": "0.15",
        "auto_from": "0.85",
        "propose_from": "0.40",
        "tolerance_amount": "5.00",
        "tolerance_percent": "0.5",
        "fee_tolerance_amount": "25.00",
        "discount_grace_days": 3,
        "subset_items_at_most": 25,
        "subset_seconds_at_most": "2",
        "alias_confirmations": 2,
        "similarity_from": "0.92",
        "given_payer_posts_by_amount": 1,
        # Words of a statement's own text that say a line is not a customer's money.
        "own_money_words": [
            "ZINSEN",
            "HABENZINS",
            "INTEREST",
            "KONTOFUEHRUNG",
            "KONTOFÜHRUNG",
            "ENTGELT",
            "ABSCHLUSS",
            "CASH POOL",
            "CASHPOOL",
            "SWEEP",
            "UEBERTRAG",
            "ÜBERTRAG",
            "UMBUCHUNG",
            "FINANZAMT",
            "STEUERERSTATTUNG",
            "VAT REFUND",
            "HMRC",
        ],
    },
    "WORKLIST": {
        "overdue_points": "40",
        "age_points": "25",
        "payment_points": "20",
        "risk_points": "15",
        "overdue_cap_amount": "100000",
        "age_cap_days": 90,
        "disputed_factor": "0.5",
        "smallest_amount": "5.00",
        "call_from_score": "30",
    },
    "LEDGER": {
        "booking_days_ahead": 93,
        "booking_days_back": 7305,
        "manual_entry_alone_amount": "1000.00",
    },
}

Policy = MatchingPolicy | WorklistPolicy | LedgerPolicy

_SHAPES: Mapping[str, type[MatchingPolicy] | type[WorklistPolicy] | type[LedgerPolicy]] = {
    "MATCHING": MatchingPolicy,
    "WORKLIST": WorklistPolicy,
    "LEDGER": LedgerPolicy,
}


def read_policy(kind: str, body: Mapping[str, Any]) -> Policy:
    """Read a policy document; refuses (`CannotReadPolicy`) unknown kinds, missing, unknown or negative values."""
    shape = _SHAPES.get(kind)
    if shape is None:
        raise CannotReadPolicy(
            f"There is no policy {kind!r}. Known: {', '.join(sorted(_SHAPES))}.", param="kind"
        )
    fields = shape.__dataclass_fields__
    for name in sorted(set(body) ^ set(fields)):
        raise CannotReadPolicy(
            f"Policy {kind}: value {name!r} is {'missing' if name in fields else 'unknown'}.", param=name
        )
    readers = {"int": _read_count, "Decimal": _read_number, "tuple[str, ...]": _read_words}
    values: dict[str, Any] = {
        name: readers[str(field.type)](kind, name, body[name]) for name, field in fields.items()
    }
    return shape(**values)


def _read_number(kind: str, name: str, value: object) -> Decimal:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise CannotReadPolicy(f"Policy {kind}: {name} = {value!r} is no number.", param=name) from None
    if not number.is_finite() or number < 0:
        raise CannotReadPolicy(f"Policy {kind}: {name} = {value!r} is below zero or not finite.", param=name)
    return number


def _read_count(kind: str, name: str, value: object) -> int:
    number = _read_number(kind, name, value)
    if number != int(number):
        raise CannotReadPolicy(f"Policy {kind}: {name} = {value!r} is no whole number.", param=name)
    return int(number)


def _read_words(kind: str, name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(word, str) and word.strip() for word in value
    ):
        raise CannotReadPolicy(f"Policy {kind}: {name} must be a list of words.", param=name)
    return tuple(word.upper() for word in value)
