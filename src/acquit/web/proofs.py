"""The proof card of a receipt, ready to draw: the five parts of the design, read from the stored decision.

Nothing is decided here. What the decision stored is put into words and figures; what is not stored is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from acquit.cash.queries import ReceiptView
from acquit.controls.queries import DecisionView
from acquit.web.figures import format_amount, format_count
from acquit.web.said import ALTERNATIVES, ASKED, PARTS, RULED_OUT, say, say_alternative, say_fact
from acquit.web.words import RECEIPT_WORDS

ZERO = Decimal(0)
_KEYS = 9


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the bank's raw text; marked when matching recognised it."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What the proposal does to one item."""

    item_id: int
    number: str
    due_date: date
    open_amount: Decimal
    cleared_amount: Decimal
    left_amount: Decimal
    then: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score: weight x value = points, and the fact behind it."""

    name: str
    weight: Decimal
    value: Decimal
    points: Decimal
    fact: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was not done instead, and the one fact that ruled it out."""

    name: str
    detail: str
    because: str


@dataclass(frozen=True, slots=True)
class RankedAnswer:
    """Another answer to where the money may go: its place among all that are offered, whose items, how much of each."""

    place: int
    customer_id: int
    told: str
    score: Decimal

    @property
    def key(self) -> str:
        """The key that chooses it; empty past nine."""
        return str(self.place + 1) if self.place < _KEYS else ""


@dataclass(frozen=True, slots=True)
class ProofCard:
    """Everything the card shows besides the receipt itself."""

    verdict: str
    status: str
    effects: tuple[Effect, ...]
    note: str
    score: Decimal | None
    auto_from: Decimal | None
    propose_from: Decimal | None
    parts: tuple[Part, ...]
    asked_because: str
    refused: tuple[Refused, ...]
    answers: tuple[RankedAnswer, ...]
    tried: str
    policy_version: int | None
    decision_id: int | None
    pieces: tuple[Piece, ...]
    cash_amount: Decimal
    candidates: tuple[int, ...]

    @property
    def open_sum(self) -> Decimal:
        """What the named items are open with, together."""
        return sum((effect.open_amount for effect in self.effects), ZERO)

    @property
    def cleared_sum(self) -> Decimal:
        """What is cleared of them, together."""
        return sum((effect.cleared_amount for effect in self.effects), ZERO)

    @property
    def left_sum(self) -> Decimal:
        """What stays open of them, together."""
        return sum((effect.left_amount for effect in self.effects), ZERO)


def get_status_of(receipt: ReceiptView, proof: Mapping[str, Any]) -> str:
    """Give the one word (of the status vocabulary) a receipt is listed under."""
    if receipt.state != "PROPOSED":
        return RECEIPT_WORDS.get(receipt.state, "SET_ASIDE")
    asked = proof.get("asked_because", "")
    if asked in {"DEDUCTION", "PART_PAID"}:
        return "SHORT_PAID"
    return {"TWO_SOLUTIONS": "TWO_SOLUTIONS", "OVERPAID": "OVERPAID"}.get(asked, "PROPOSED")


def summarise(receipt: ReceiptView, proof: Mapping[str, Any]) -> str:
    """Say in one short line what a receipt is about, for the list."""
    applied = proof.get("applied") or ()
    if not applied:
        return say(ASKED, proof.get("asked_because") or "NOTHING_FITS") if proof else receipt.text
    told = ngettext("%(count)d item", "%(count)d items", len(applied)) % {"count": len(applied)}
    for difference in proof.get("differences") or ():
        amount = _written(Decimal(difference["amount"]).copy_abs(), receipt.currency)
        phrase = {
            "DEDUCTION": _("%(amount)s held back"),
            "OVERPAYMENT": _("%(amount)s too much"),
            "DISCOUNT": _("%(amount)s discount"),
            "TOLERANCE": _("%(amount)s difference"),
            "BANK_FEE": _("%(amount)s bank charges"),
        }.get(difference["kind"])
        if phrase:
            told += ", " + phrase % {"amount": amount}
    return told


def read_card(receipt: ReceiptView, decision: DecisionView | None) -> ProofCard:
    """Read the card of a receipt from the decision that holds for it."""
    proof: Mapping[str, Any] = decision.proof if decision else {}
    score = proof.get("score") or {}
    return ProofCard(
        verdict=_say_verdict(receipt, proof),
        status=get_status_of(receipt, proof),
        effects=tuple(_effect(each, proof, receipt.currency) for each in proof.get("applied") or ()),
        note=_say_note(receipt, proof),
        score=_decimal(score.get("total")),
        auto_from=_decimal(score.get("auto_from")),
        propose_from=_decimal(score.get("propose_from")),
        parts=tuple(_part(each, receipt.currency) for each in score.get("parts") or ()),
        asked_because=say(ASKED, proof["asked_because"]) if proof.get("asked_because") else "",
        refused=tuple(_refused(each, receipt.currency) for each in proof.get("refused") or ()),
        answers=_answers(proof, receipt.currency),
        tried=_say_tried(proof),
        policy_version=(proof.get("policy") or {}).get("version"),
        decision_id=decision.id if decision else None,
        pieces=cut_text(receipt.text, (proof.get("receipt") or {}).get("marks") or ()),
        cash_amount=sum((Decimal(each["cash"]) for each in proof.get("applied") or ()), ZERO),
        candidates=tuple(proof.get("customer_candidates") or ()),
    )


def cut_text(text: str, marks: Sequence[Sequence[Any]]) -> tuple[Piece, ...]:
    """Cut the raw text at the marks; marks outside the text or overlapping are left out."""
    pieces: list[Piece] = []
    at = 0
    for start, end, *_kind in sorted(marks, key=lambda mark: mark[0]):
        if start < at or end > len(text) or end <= start:
            continue
        if start > at:
            pieces.append(Piece(text[at:start], is_marked=False))
        pieces.append(Piece(text[start:end], is_marked=True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:], is_marked=False))
    return tuple(pieces)


def _written(amount: Decimal, currency: str) -> str:
    return format_amount(amount, get_language() or "en", currency)


def _decimal(text: object) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _say_verdict(receipt: ReceiptView, proof: Mapping[str, Any]) -> str:
    applied = proof.get("applied") or ()
    if not applied:
        return {
            "UNIDENTIFIED": _("Nobody is known for this payment. Say whose money it is."),
            "RETURNED": _("A payment came back. Choose what is owed again."),
            "ON_ACCOUNT": _("Kept on account. Apply it when the items are known."),
            "IGNORED": _("No customer's money. Nothing to do."),
        }.get(receipt.state, _("Nothing fits by itself. Choose the items, or keep it on account."))
    count = len(applied)
    told = ngettext("Clear one item", "Clear %(count)d items", count) % {"count": count}
    for difference in proof.get("differences") or ():
        amount = _written(Decimal(difference["amount"]).copy_abs(), receipt.currency)
        phrase = {
            "DEDUCTION": _("keep %(amount)s as a deduction"),
            "OVERPAYMENT": _("keep %(amount)s on account"),
            "DISCOUNT": _("allow %(amount)s discount"),
            "TOLERANCE": _("write off %(amount)s"),
            "BANK_FEE": _("book %(amount)s as bank charges"),
        }.get(difference["kind"])
        if phrase:
            told += ", " + phrase % {"amount": amount}
    return told


def _say_note(receipt: ReceiptView, proof: Mapping[str, Any]) -> str:
    kept = [each for each in proof.get("differences") or () if each["kind"] == "DEDUCTION"]
    if not kept:
        return ""
    amount = _written(sum((Decimal(each["amount"]) for each in kept), ZERO), receipt.currency)
    return _(
        "The rest of %(amount)s opens a case. It stays owed, keeps its due date and is not asked for."
    ) % {"amount": amount}


def _effect(effect: Mapping[str, Any], proof: Mapping[str, Any], currency: str) -> Effect:
    del currency
    left = Decimal(effect["left"])
    kinds = {each["kind"] for each in proof.get("differences") or () if each.get("item") == effect["item"]}
    if left == 0:
        then = _("Cleared")
    elif "DEDUCTION" in kinds:
        then = _("Rest becomes a deduction")
    else:
        then = _("Rest stays open")
    return Effect(
        item_id=int(effect["item"]),
        number=effect["document"],
        due_date=date.fromisoformat(effect["due_date"]),
        open_amount=Decimal(effect["open"]),
        cleared_amount=Decimal(effect["cleared"]),
        left_amount=left,
        then=then,
    )


def _part(part: Mapping[str, Any], currency: str) -> Part:
    return Part(
        name=say(PARTS, part["name"]),
        weight=Decimal(part["weight"]),
        value=Decimal(part["value"]),
        points=Decimal(part["points"]),
        fact=say_fact(part["fact"], part.get("facts") or (), currency),
    )


def _refused(told: Sequence[Any], currency: str) -> Refused:
    code, fact, values = told
    return Refused(say(ALTERNATIVES, code), say_alternative(code, values, currency), say(RULED_OUT, fact))


def _answers(proof: Mapping[str, Any], currency: str) -> tuple[RankedAnswer, ...]:
    """List the answers ranked behind the proof's own, by the places `confirm_receipt` knows them by."""
    first = 1 if proof.get("applied") else 0
    others = [each for each in proof.get("others") or () if each["applied"]]
    return tuple(
        RankedAnswer(
            place, int(each["customer"]), _solution(each["applied"], currency), Decimal(each["score"])
        )
        for place, each in enumerate(others[:_KEYS], first)
    )


def _solution(solution: Sequence[Sequence[Any]], currency: str) -> str:
    return ", ".join(f"{number} {_written(Decimal(amount), currency)}" for number, _item, amount in solution)


def _say_tried(proof: Mapping[str, Any]) -> str:
    tried = proof.get("tried") or 0
    if proof.get("gave_up"):
        return _("The search for sums was given up after %(count)s tries.") % {"count": _count(tried)}
    if tried > 1:
        return _("All %(count)s combinations tried.") % {"count": _count(tried)}
    return ""


def _count(number: int) -> str:
    return format_count(number, get_language() or "en")
