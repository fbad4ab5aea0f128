"""What became of a bank line, said in documents and amounts: read from the decisions that hold for it.

The clever idea: an outcome is nothing stored beside the books. A receipt's decisions form a chain (each names the one
it was built on), and what the chain applied is what the books hold; a return shows the same with the sign turned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from acquit.cash.rules.proofs import list_proposals, read_exchange
from acquit.cash.rules.receipts import APPLIED_STATES, DifferenceKind, Exchange, ReceiptState
from acquit.core.money import ZERO


class PlacedAmount(NamedTuple):
    """Cash on a document, in the document's currency; below zero for a credit note netted or cash taken back."""

    document: str
    amount: Decimal
    currency: str


class OutcomeDifference(NamedTuple):
    """A difference: positive paid short, negative over. An overpayment and a return's fee name no document."""

    kind: str
    document: str
    amount: Decimal
    currency: str
    reason: str


class OutcomeProposal(NamedTuple):
    """One way to place the money: whose it is, and what it pays."""

    customer_id: int | None
    applied: tuple[PlacedAmount, ...]


class DecidedParts(NamedTuple):
    """A stored decision and the state of the receipt it holds, or held, for."""

    id: int
    state: str
    proof: Mapping[str, Any]

    @property
    def rule(self) -> str:
        """Give the rule that decided."""
        return str(self.proof.get("rule") or "")

    @property
    def returns(self) -> int | None:
        """Give the receipt that this one takes back."""
        found = self.proof.get("returns")
        return None if found is None else int(found)

    @property
    def score(self) -> Decimal | None:
        """Give how sure its first answer is, from 0 to 1; None where it was not scored."""
        total = (self.proof.get("score") or {}).get("total")
        return None if total is None else Decimal(total)

    @property
    def exchange(self) -> Exchange | None:
        """Give what the money is worth in the documents' currency, where that is another one."""
        return read_exchange(self.proof)

    @property
    def before(self) -> Mapping[str, Any]:
        """Give the state and the decision that this one was built on; nothing where it is the first."""
        return self.proof.get("before") or {}


class BookedLine(NamedTuple):
    """A booked bank line, the state of its receipt ("" while nobody has decided) and whose money it is."""

    id: int
    company_id: int
    account: str
    booking_date: date
    amount: Decimal
    currency: str
    bank_reference: str
    state: str
    customer_id: int | None
    decision_id: int | None


class Outcome(NamedTuple):
    """What became of a bank line. `proposals` are ranked; that of an applied receipt is what was applied.

    `score` says how sure the first of them is, from 0 to 1; None where nothing was scored.
    """

    line: BookedLine
    state: str
    applied: tuple[PlacedAmount, ...]
    differences: tuple[OutcomeDifference, ...]
    proposals: tuple[OutcomeProposal, ...]
    score: Decimal | None = None


#: Reasons finer than the handbook's tree (section 8), by the branch they stand on.
_BRANCHES = {"UNEARNED_DISCOUNT": "PAYMENT"}

FindDecision = Callable[[int], DecidedParts | None]


def make_outcome(
    line: BookedLine,
    decided: DecidedParts | None,
    *,
    decision_of: FindDecision,
    decision_of_receipt: FindDecision,
) -> Outcome:
    """Say what became of a line; the two look-ups give earlier decisions by id, and the one in force of a receipt."""
    if decided is None:
        return Outcome(line, line.state, (), (), ())
    if decided.returns is not None:
        return _of_return(line, decided, decision_of, decision_of_receipt(decided.returns))
    applied, differences = _sum_up(list_chain(decided, line.state, decision_of), line.currency)
    state = line.state
    if decided.rule == "RETURNED" and decided.before:
        state = str(decided.before["state"])  # what it had applied is taken back by the line that returned it
    if state not in APPLIED_STATES:
        ways = _list_ways(decided, line.currency)
        return Outcome(line, _say_state(state, decided), (), (), ways, decided.score)
    differences = _with_rest(line, decided.exchange, applied, differences)
    chosen = OutcomeProposal(line.customer_id, applied)
    others = [each for each in _list_ways(decided, line.currency) if each.applied != applied]
    ways = (chosen, *others) if applied else tuple(others)
    return Outcome(line, state, applied, differences, ways, decided.score)


def list_chain(decided: DecidedParts, state: str, decision_of: FindDecision) -> list[DecidedParts]:
    """Give the decisions that together hold for an applied receipt, the latest first."""
    chain = []
    found: DecidedParts | None = decided
    while found is not None:
        if state in APPLIED_STATES:
            chain.append(found)
        elif state != ReceiptState.ON_ACCOUNT:
            break
        state = str(found.before.get("state", ""))
        earlier = found.before.get("decision")
        found = decision_of(int(earlier)) if earlier is not None else None
    return chain


def _list_ways(decided: DecidedParts, currency: str) -> tuple[OutcomeProposal, ...]:
    """Give the ways to place the money that a decision found, the best first."""
    currency = decided.exchange.currency if decided.exchange else currency
    return tuple(
        OutcomeProposal(
            answer.customer_id,
            tuple(PlacedAmount(number, amount, currency) for number, amount in answer.applied),
        )
        for answer in list_proposals(decided.proof)
    )


def _of_return(
    line: BookedLine, decided: DecidedParts, decision_of: FindDecision, original: DecidedParts | None
) -> Outcome:
    """Say what a return takes back: what its original had applied, with the sign turned, and the bank's fee."""
    before = original
    if original is not None and original.rule == "RETURNED" and original.before.get("decision") is not None:
        before = decision_of(int(original.before["decision"]))
    state = before.state if before is not None else ""
    if original is not None and original.rule == "RETURNED":
        state = str(original.before.get("state", state))
    chain = list_chain(before, state, decision_of) if before is not None else []
    applied, differences = _sum_up(chain, line.currency)
    back = tuple(part._replace(amount=-part.amount) for part in applied)
    proposal = (OutcomeProposal(line.customer_id, back),) if back else ()
    if line.state not in APPLIED_STATES:
        return Outcome(line, _say_state(line.state, decided), (), (), proposal, decided.score)
    turned = tuple(
        each._replace(amount=-each.amount)
        for each in differences
        if each.kind != DifferenceKind.OVERPAYMENT.value
    )
    placed = sum((part.amount for part in back if part.currency == line.currency), ZERO)
    fee = placed - line.amount
    if fee > 0 and back:
        turned += (OutcomeDifference(DifferenceKind.BANK_FEE.value, "", fee, line.currency, ""),)
    return Outcome(line, line.state, back, turned, proposal, decided.score)


def _say_state(state: str, decided: DecidedParts) -> str:
    """Give the state of what is not applied; a return that waits is proposed, or kept like other money that waits."""
    if state != ReceiptState.RETURNED:
        return state
    if decided.returns is not None:
        return ReceiptState.PROPOSED
    return ReceiptState.UNIDENTIFIED if decided.proof.get("customer") is None else ReceiptState.UNAPPLIED


def _sum_up(
    chain: Iterable[DecidedParts], line_currency: str
) -> tuple[tuple[PlacedAmount, ...], tuple[OutcomeDifference, ...]]:
    """Sum up by document what decisions applied, and their differences; the rest they left is not among these."""
    cash: dict[tuple[str, str], Decimal] = {}
    differences: list[OutcomeDifference] = []
    for decided in reversed(list(chain)):
        currency = decided.exchange.currency if decided.exchange else line_currency
        for each in decided.proof.get("applied") or ():
            placed = _placed(each, "cash", currency)
            key = (placed.document, placed.currency)
            cash[key] = cash.get(key, ZERO) + placed.amount
        differences += [
            OutcomeDifference(
                each["kind"],
                each.get("document") or "",
                Decimal(each["amount"]),
                each.get("currency") or currency,
                _BRANCHES.get(each.get("reason") or "", each.get("reason") or ""),
            )
            for each in decided.proof.get("differences") or ()
            if each["kind"] != DifferenceKind.OVERPAYMENT.value
        ]
    applied = tuple(
        PlacedAmount(document, amount, each) for (document, each), amount in cash.items() if amount
    )
    return applied, tuple(differences)


def _with_rest(
    line: BookedLine,
    exchange: Exchange | None,
    applied: Sequence[PlacedAmount],
    differences: tuple[OutcomeDifference, ...],
) -> tuple[OutcomeDifference, ...]:
    """Add what is left on account beside an application: receipt = cash applied + overpayment.

    Where the documents are in another currency the receipt counts as what it was exchanged into.
    """
    whole, currency = (
        exchange.amount if exchange else line.amount,
        exchange.currency if exchange else line.currency,
    )
    if any(part.currency != currency for part in applied):
        return differences
    rest = whole - sum((part.amount for part in applied), ZERO)
    if not rest:
        return differences
    return (*differences, OutcomeDifference(DifferenceKind.OVERPAYMENT.value, "", -rest, currency, ""))


def _placed(part: Mapping[str, Any], key: str, currency: str) -> PlacedAmount:
    return PlacedAmount(part["document"], Decimal(part[key]), part.get("currency") or currency)
