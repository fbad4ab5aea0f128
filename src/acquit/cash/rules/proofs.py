"""The proof of a match as it is stored: five parts a person reads on one screen, all amounts as text.

What is there, the verdict row by row, why (parts of the score beside the thresholds), what was refused instead, and
which policy decided. `read_proposal` gives back what a confirmation applies, `list_proposals` every answer by rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from acquit.cash.rules.receipts import (
    Applied,
    Difference,
    DifferenceKind,
    Exchange,
    MatchPlan,
    OpenItem,
    ReceiptFact,
)
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.money import ZERO


class ProposedAnswer(NamedTuple):
    """One answer as a proof stores it: whose money, and the cash on each document (number, amount)."""

    customer_id: int
    applied: tuple[tuple[str, Decimal], ...]
    rule: str
    score: Decimal


def write_proof(
    receipt: ReceiptFact,
    plan: MatchPlan,
    items: Mapping[int, OpenItem],
    policy: MatchingPolicy,
    policy_version: int,
) -> dict[str, Any]:
    """Write the proof of a plan: JSON-able, complete without the books."""
    return {
        "receipt": {
            "amount": str(receipt.amount),
            "currency": receipt.currency,
            "value_date": receipt.value_date.isoformat(),
            "counterparty": receipt.counterparty,
            "iban": receipt.iban,
            "text": receipt.text,
            "structured_reference": receipt.structured_reference,
            "marks": [[mark.start, mark.end, mark.kind] for mark in plan.marks],
        },
        "rule": plan.rule,
        "customer": plan.customer_id,
        "applied": list_effects(plan.applied, plan.differences, items),
        "differences": list_differences(plan.differences, items),
        "score": {
            "total": str(plan.score),
            "auto_from": str(policy.auto_from),
            "propose_from": str(policy.propose_from),
            "parts": [
                {
                    "name": part.name,
                    "weight": str(part.weight),
                    "value": str(part.value.normalize() if part.value else ZERO),
                    "points": str(part.points),
                    "fact": part.fact,
                    "facts": list(part.facts),
                }
                for part in plan.parts
            ],
        },
        "asked_because": plan.asked_because,
        "refused": [[a.code, a.fact, list(a.values)] for a in plan.alternatives],
        "is_kept": plan.is_kept,
        "others": [
            {
                "customer": other.customer_id,
                "rule": other.rule,
                "score": str(other.score),
                "applied": [[items[a.item_id].number, a.item_id, str(a.amount)] for a in other.applied],
                "differences": list_differences(other.differences, items),
            }
            for other in plan.others
        ],
        "customer_candidates": list(plan.customer_candidates),
        "returns": plan.returns_receipt_id,
        "advice": plan.advice_id,
        "exchange": plan.exchange and [plan.exchange.currency, str(plan.exchange.amount)],
        "tried": plan.tried,
        "gave_up": plan.gave_up,
        **_learned(plan),
        "policy": {"kind": "MATCHING", "version": policy_version},
    }


def _learned(plan: MatchPlan) -> dict[str, Any]:
    """Say what the learned layer weighs and says, where there is something."""
    told: dict[str, Any] = {}
    if plan.accidents is not None:
        told["accidents"] = str(plan.accidents)
    if plan.likelihood is not None:
        told["likelihood"] = {
            "probability": str(plan.likelihood.probability),
            "model": plan.likelihood.model_version,
            "hash": plan.likelihood.model_digest,
            "was_asked": plan.likelihood.was_asked,
        }
    return told


def list_effects(
    applied: Iterable[Applied], differences: Iterable[Difference], items: Mapping[int, OpenItem]
) -> list[dict[str, Any]]:
    """List the effect on each item: open, cash, cleared in all, left."""
    extra: dict[int, Decimal] = {}
    for difference in differences:
        if difference.item_id is not None and difference.kind is not DifferenceKind.DEDUCTION:
            extra[difference.item_id] = extra.get(difference.item_id, ZERO) + difference.amount
    cash: dict[int, Decimal] = {}
    for part in applied:
        cash[part.item_id] = cash.get(part.item_id, ZERO) + part.amount
    effects = []
    for item_id, amount in cash.items():
        item = items[item_id]
        cleared = amount + extra.get(item_id, ZERO)
        effects.append(
            {
                "item": item_id,
                "document": item.number,
                "customer": item.customer_id,
                "due_date": item.due_date.isoformat(),
                "open": str(item.open_amount),
                "cash": str(amount),
                "cleared": str(cleared),
                "left": str(item.open_amount - cleared),
            }
        )
    return effects


def list_differences(
    differences: Iterable[Difference], items: Mapping[int, OpenItem]
) -> list[dict[str, Any]]:
    """List differences with the document of each; an overpayment has none."""
    return [
        {
            "kind": difference.kind.value,
            "item": difference.item_id,
            "document": items[difference.item_id].number if difference.item_id is not None else "",
            "amount": str(difference.amount),
            "reason": difference.reason,
        }
        for difference in differences
    ]


def read_proposal(proof: Mapping[str, Any]) -> tuple[tuple[Applied, ...], tuple[Difference, ...]]:
    """Read what a stored proof proposes to apply."""
    applied = tuple(
        Applied(int(effect["item"]), Decimal(effect["cash"])) for effect in proof.get("applied", ())
    )
    differences = tuple(
        Difference(DifferenceKind(d["kind"]), d["item"], Decimal(d["amount"]), d["reason"])
        for d in proof.get("differences", ())
    )
    return applied, differences


def read_exchange(proof: Mapping[str, Any]) -> Exchange | None:
    """Read what a stored proof says the receipt is worth in the items' currency; nothing where it is in theirs."""
    told = proof.get("exchange")
    return Exchange(told[0], Decimal(told[1])) if told else None


def list_proposals(proof: Mapping[str, Any]) -> tuple[ProposedAnswer, ...]:
    """List the answers a stored proof gives, the best first: what was posted or proposed, then those ranked behind."""
    answers = []
    if proof.get("customer") is not None and (proof.get("applied") or proof.get("is_kept")):
        cash = tuple((effect["document"], Decimal(effect["cash"])) for effect in proof.get("applied", ()))
        score = Decimal(proof.get("score", {}).get("total", 0))
        answers.append(ProposedAnswer(proof["customer"], cash, proof["rule"], score))
    answers += [
        ProposedAnswer(
            other["customer"],
            tuple((number, Decimal(amount)) for number, _, amount in other["applied"]),
            other["rule"],
            Decimal(other["score"]),
        )
        for other in proof.get("others", ())
    ]
    return tuple(answers)


def read_proposals(proof: Mapping[str, Any]) -> list[tuple[tuple[Applied, ...], tuple[Difference, ...]]]:
    """Read everything a stored proof offers to apply, the best first: its own proposal, then those ranked behind it.

    An answer that applies nothing (the money rests with its customer) is not among them.
    """
    answers = [read_proposal(proof)]
    answers += [
        (
            tuple(Applied(int(item), Decimal(amount)) for _number, item, amount in other["applied"]),
            tuple(
                Difference(DifferenceKind(d["kind"]), d["item"], Decimal(d["amount"]), d["reason"])
                for d in other.get("differences", ())
            ),
        )
        for other in proof.get("others", ())
    ]
    return [answer for answer in answers if answer[0]]
