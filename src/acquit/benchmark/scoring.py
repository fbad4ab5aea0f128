"""The scorer: an engine's outcomes against the truth, by receipt, by document and by value. Pure.

The one clever idea: each line gets one verdict, and every figure is a sum over verdicts, so that rows by kind, by payer
and in total cannot contradict each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

ZERO = Decimal(0)
Json = Mapping[str, Any]
Pair = tuple[str, Decimal]


class Verdict(StrEnum):
    """What became of a line, judged.

    RIGHT and WRONG were posted by themselves; WAITS was left to a person, with the right answer first or not;
    MISSING has no outcome at all.
    """

    RIGHT = "RIGHT"
    WRONG = "WRONG"
    WAITS_RIGHT = "WAITS_RIGHT"
    WAITS = "WAITS"
    MISSING = "MISSING"


@dataclass(slots=True)
class Tally:
    """Sums over verdicts of a set of lines; `value` in euro."""

    lines: int = 0
    value: Decimal = ZERO
    counts: Counter[Verdict] = field(default_factory=Counter)
    values: dict[Verdict, Decimal] = field(default_factory=dict)

    def add(self, verdict: Verdict, value: Decimal) -> None:
        """Count one line."""
        self.lines += 1
        self.value += value
        self.counts[verdict] += 1
        self.values[verdict] = self.values.get(verdict, ZERO) + value

    @property
    def posted(self) -> int:
        """Give how many lines were posted by themselves."""
        return self.counts[Verdict.RIGHT] + self.counts[Verdict.WRONG]

    @property
    def first_right(self) -> int:
        """Give how many lines had the right answer first: posted or proposed."""
        return self.counts[Verdict.RIGHT] + self.counts[Verdict.WAITS_RIGHT]

    def posted_value(self) -> Decimal:
        """Give the value posted by itself."""
        return self.values.get(Verdict.RIGHT, ZERO) + self.values.get(Verdict.WRONG, ZERO)


@dataclass(slots=True)
class DifferenceTally:
    """Differences of one kind on lines whose cash was posted rightly: stated by truth, found right, found beyond."""

    stated: int = 0
    right: int = 0
    beyond: int = 0


@dataclass(slots=True)
class Bin:
    """Lines whose score lies between two bounds: how many, how many right, and the sum of their scores."""

    lines: int = 0
    right: int = 0
    scores: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Example:
    """A line to look at: what is true of it and what the engine said."""

    kind: str
    verdict: Verdict
    truth: Json
    outcome: Json | None


EXAMPLES_A_KIND = 6
BOUNDS = tuple(
    Decimal(bound) for bound in ("0", "0.2", "0.4", "0.6", "0.8", "0.9", "0.95", "0.98", "0.99", "0.995")
)


@dataclass(slots=True)
class Scores:
    """All figures of one engine in one run."""

    decidable: Tally = field(default_factory=Tally)
    undecidable: Tally = field(default_factory=Tally)
    ignored: Tally = field(default_factory=Tally)
    kinds: dict[str, Tally] = field(default_factory=dict)
    payers: dict[str, Tally] = field(default_factory=dict)
    documents: int = 0
    documents_right: int = 0
    documents_posted: int = 0
    differences: dict[str, DifferenceTally] = field(default_factory=dict)
    bins: dict[Decimal, Bin] = field(default_factory=dict)
    beyond: int = 0
    examples: list[Example] = field(default_factory=list)


def score(truth: Iterable[Json], outcomes: Iterable[Json]) -> Scores:
    """Score outcomes against the truth of all booked lines. What the engine says twice, or of no line, is `beyond`."""
    found = _Outcomes(outcomes)
    scores = Scores()
    for line in truth:
        outcome = found.take(line)
        _add(scores, line, outcome)
    scores.beyond = found.left()
    return scores


class _Outcomes:
    """The outcomes by account and reference; by reference, day and amount where the account is written otherwise."""

    def __init__(self, outcomes: Iterable[Json]) -> None:
        self._by_account: dict[tuple[str, str, Decimal], list[Json]] = {}
        self._by_day: dict[tuple[str, str, Decimal], list[Json]] = {}
        self._taken: set[int] = set()
        self._count = 0
        for outcome in outcomes:
            self._count += 1
            amount, reference = Decimal(outcome["amount"]), outcome["bank_reference"]
            account = _account(outcome["account"])
            self._by_account.setdefault((account, reference, amount), []).append(outcome)
            self._by_day.setdefault((outcome["booking_date"], reference, amount), []).append(outcome)

    def take(self, line: Json) -> Json | None:
        """Give the outcome of a line, once."""
        amount, reference = Decimal(line["amount"]), line["bank_reference"]
        for known in (
            self._by_account.get((_account(line["account"]), reference, amount), ()),
            self._by_day.get((line["booking_date"], reference, amount), ()),
        ):
            for outcome in known:
                if id(outcome) not in self._taken:
                    self._taken.add(id(outcome))
                    return outcome
        return None

    def left(self) -> int:
        """Give how many outcomes belong to no line."""
        return self._count - len(self._taken)


def _account(text: str) -> str:
    return "".join(text.split()).upper()


def _add(scores: Scores, line: Json, outcome: Json | None) -> None:
    verdict = judge(line, outcome)
    value = Decimal(line["value"])
    whole = (
        scores.ignored
        if line["state"] == "IGNORED"
        else scores.decidable
        if line["decidable"]
        else scores.undecidable
    )
    whole.add(verdict, value)
    scores.kinds.setdefault(line["kind"], Tally()).add(verdict, value)
    if line["payer"]:
        scores.payers.setdefault(line["payer"], Tally()).add(verdict, value)
    if line["state"] != "IGNORED" and line["decidable"]:
        _add_documents(scores, line, outcome)
        if verdict is Verdict.RIGHT and outcome is not None:
            _add_differences(scores, line, outcome)
    if outcome is not None and outcome.get("score") is not None:
        _add_to_bin(scores, line, outcome)
    if verdict is Verdict.WRONG or (line["decidable"] and verdict is not Verdict.RIGHT):
        key = (line["kind"], verdict)
        if sum((one.kind, one.verdict) == key for one in scores.examples) < EXAMPLES_A_KIND:
            scores.examples.append(Example(line["kind"], verdict, line, outcome))


def judge(line: Json, outcome: Json | None) -> Verdict:
    """Judge one outcome.

    Posted is AUTO; IGNORED of a customer's money; money kept under a customer. The last is right where the truth
    applies nothing and the customer is right, wrong under another customer, and a wait where documents were meant.
    Undecidable money that is posted is wrong whatever it hits.
    """
    if outcome is None:
        return Verdict.MISSING
    state = outcome["state"]
    if line["state"] == "IGNORED":
        return _judge_ignored(state)
    applied = pairs(outcome["applied"])
    if not line["decidable"]:
        is_parked_wrongly = _is_kept(state) and not _is_customer(line, outcome["customer"])
        return Verdict.WRONG if state in {"AUTO", "IGNORED"} or is_parked_wrongly else Verdict.WAITS
    if state == "IGNORED":
        return Verdict.WRONG
    if line["state"] == "ON_ACCOUNT":
        if state == "AUTO" or _is_kept(state):
            is_right = not applied and _is_customer(line, outcome["customer"])
            return Verdict.RIGHT if is_right else Verdict.WRONG
    elif state == "AUTO":
        return Verdict.RIGHT if applied in _true_pairs(line) else Verdict.WRONG
    elif _is_kept(state) and not _is_customer(line, outcome["customer"]):
        return Verdict.WRONG
    return Verdict.WAITS_RIGHT if _is_first_right(line, outcome) else Verdict.WAITS


def _judge_ignored(state: str) -> Verdict:
    if state == "IGNORED":
        return Verdict.RIGHT
    return Verdict.WRONG if state == "AUTO" or _is_kept(state) else Verdict.WAITS


def _is_kept(state: str) -> bool:
    return state in {"ON_ACCOUNT", "UNAPPLIED"}


def _is_customer(line: Json, customer: str | None) -> bool:
    """Tell whether a customer named is the owner of the documents or who paid; several owners are not compared."""
    return not customer or not line["customer"] or customer in {line["customer"], line["paid_by"]}


def _is_first_right(line: Json, outcome: Json) -> bool:
    """Tell whether the first proposal is the truth."""
    proposals: Sequence[Json] = outcome.get("proposals") or ()
    if not proposals:
        return False
    first = proposals[0]
    if line["state"] == "ON_ACCOUNT":
        return not first["applied"] and first["customer"] == line["customer"]
    return pairs(first["applied"]) in _true_pairs(line)


def _true_pairs(line: Json) -> list[dict[str, Decimal]]:
    """Give the cash that is right: for money that goes back with a fee in it, also without the fee.

    The contract lets a return's fee be seen as cash on the document that a BANK_FEE gives back, or as no document's.
    """
    stated = pairs(line["applied"])
    if not line["amount"].startswith("-"):
        return [stated]
    fees = {
        one["document"]: Decimal(one["amount"]) for one in line["differences"] if one["kind"] == "BANK_FEE"
    }
    return [stated, {document: cash + fees.get(document, ZERO) for document, cash in stated.items()}]


def pairs(applied: Iterable[Json]) -> dict[str, Decimal]:
    """Give the cash on each document; the same document twice is one."""
    cash: dict[str, Decimal] = {}
    for one in applied:
        cash[one["document"]] = cash.get(one["document"], ZERO) + Decimal(one["amount"])
    return cash


def _add_documents(scores: Scores, line: Json, outcome: Json | None) -> None:
    stated = pairs(line["applied"])
    scores.documents += len(stated)
    if outcome is not None and outcome["state"] == "AUTO":
        posted = pairs(outcome["applied"])
        scores.documents_posted += len(posted)
        scores.documents_right += max(len(one.items() & posted.items()) for one in _true_pairs(line))


def _add_differences(scores: Scores, line: Json, outcome: Json) -> None:
    stated = [_difference(one) for one in line["differences"]]
    found = [_difference(one) for one in outcome["differences"]]
    for one in stated:
        tally = scores.differences.setdefault(one[0], DifferenceTally())
        tally.stated += 1
        equal = next((other for other in found if _is_same(one, other)), None)
        if equal is not None:
            tally.right += 1
            found.remove(equal)
    for kind, *_ in found:
        scores.differences.setdefault(kind, DifferenceTally()).beyond += 1


def _difference(one: Json) -> tuple[str, str, Decimal, str]:
    document = "" if one["kind"] == "OVERPAYMENT" else one["document"]
    return one["kind"], document, Decimal(one["amount"]), one["reason"] or ""


def _is_same(stated: tuple[str, str, Decimal, str], found: tuple[str, str, Decimal, str]) -> bool:
    """Compare kind, document and amount; the reason only where the truth knows one."""
    is_same = stated[0] == found[0] and stated[2] == found[2]
    is_fee_apart = stated[0] == "BANK_FEE" and not found[1]  # a return's fee may be no document's
    return is_same and (is_fee_apart or stated[1] == found[1]) and stated[3] in {"", found[3]}


def _add_to_bin(scores: Scores, line: Json, outcome: Json) -> None:
    """Count a line with a score, undecidable ones too, and whether its first answer is the truth."""
    if line["state"] == "IGNORED":
        return
    given = Decimal(str(outcome["score"]))
    bound = max(bound for bound in BOUNDS if bound <= max(given, ZERO))
    found = scores.bins.setdefault(bound, Bin())
    found.lines += 1
    found.scores += given
    is_posted = outcome["state"] == "AUTO"
    is_right = pairs(outcome["applied"]) in _true_pairs(line) if is_posted else _is_first_right(line, outcome)
    found.right += is_right
