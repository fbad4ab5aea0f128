"""The proof of a decision on a terminal: the money, the verdict, why, what was refused instead, and the entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from acquit.cash.rules.proofs import list_proposals
from acquit.cli.answer import write_amount
from acquit.cli.printing import print_rows

if TYPE_CHECKING:
    from acquit.cash.queries import Explanation


def explanation_to_json(found: Explanation) -> dict[str, Any]:
    """Give an explanation as one JSON object; amounts are text, customers their numbers."""
    decision, receipt, proof = found.decision, found.receipt, found.decision.proof
    kept = ("rule", "differences", "score", "asked_because", "refused", "tried", "gave_up", "likelihood")
    return {
        "decision": f"D-{decision.id}",
        "outcome": decision.outcome,
        "in_force": found.is_in_force,
        "decided_at": decision.recorded_at.isoformat(),
        "receipt": {
            "id": receipt.id,
            "amount": write_amount(receipt.amount, receipt.currency),
            "currency": receipt.currency,
            "booking_date": receipt.booking_date.isoformat() if receipt.booking_date else None,
            "value_date": receipt.value_date.isoformat(),
            "bank_reference": receipt.bank_reference,
            "counterparty": receipt.counterparty,
            "iban": receipt.iban,
            "text": receipt.text,
            "structured_reference": receipt.structured_reference,
            "state": receipt.state,
        },
        "customer": _number(found, proof.get("customer")),
        "candidates": [_number(found, each) for each in proof.get("customer_candidates") or ()],
        "applied": [
            {**each, "customer": _number(found, each.get("customer"))} for each in proof.get("applied") or ()
        ],
        "proposals": [
            {
                "customer": _number(found, answer.customer_id),
                "rule": answer.rule,
                "score": str(answer.score),
                "applied": [{"document": number, "amount": str(amount)} for number, amount in answer.applied],
            }
            for answer in list_proposals(proof)
        ],
        **{name: proof.get(name) for name in kept},
        "habits": [each._asdict() for each in found.habits],
        "policy": {**(proof.get("policy") or {}), "id": decision.policy_version_id},
        "entries": [
            {
                "id": entry.id,
                "date": entry.posting_date.isoformat(),
                "kind": entry.kind,
                "postings": [
                    {
                        "account": posting.account_code,
                        "name": posting.account_name,
                        "amount": write_amount(posting.amount, posting.currency),
                        "currency": posting.currency,
                    }
                    for posting in entry.postings
                ],
            }
            for entry in found.entries
        ],
        "undo": say_undo(found),
    }


def show_explanation(found: Explanation) -> None:
    """Print an explanation for a person."""
    decision, receipt, proof = found.decision, found.receipt, found.decision.proof
    amount = f"{write_amount(receipt.amount, receipt.currency)} {receipt.currency}"
    print(f"D-{decision.id}: {_words(decision.outcome)}, by {_words(proof.get('rule') or 'a person')}")
    if not found.is_in_force:
        print("A later decision took its place.")
    print(
        f"\n{amount}, value {receipt.value_date}, {receipt.counterparty or 'nobody named'} {receipt.iban}".rstrip()
    )
    for line in filter(None, (receipt.structured_reference, receipt.text, receipt.bank_reference)):
        print(f"  {line}")
    customer = _number(found, proof.get("customer"))
    print(f"\nCustomer {customer}" if customer else "\nNo customer is known.")
    _show_applied(proof)
    _show_score(proof)
    _show_refused(found, proof)
    if found.habits:
        print("\nHow this customer pays")
        for each in found.habits:
            print(f"  {_habit(each.habit, each.count_for, each.count_against)}")
    policy = proof.get("policy") or {}
    if policy:
        version = policy.get("version")
        print(f"\nPolicy {policy.get('kind')} version {version}{'' if version else ', as Acquit ships it'}")
    _show_entries(found)
    print(f"\n{say_undo(found)}")


def say_undo(found: Explanation) -> str:
    """Say how a decision is taken back."""
    receipt = found.receipt
    if not found.is_in_force:
        return "There is nothing to undo: a later decision took its place."
    if receipt.state not in {"AUTO", "CONFIRMED", "ON_ACCOUNT"}:
        return "There is nothing to undo: nothing was applied. A person decides in the cash queue."
    return (
        f"To undo: Undo in the cash queue, or POST /api/v1/applications/{found.decision.id}/undo with a reason."
        " Items, amounts and queue then stand as before."
    )


def _show_applied(proof: Mapping[str, Any]) -> None:
    applied = proof.get("applied") or ()
    if applied:
        heads = ("document", "open", "cash", "cleared", "left")
        print_rows(heads, [[each[name] for name in heads] for each in applied])
    for each in proof.get("differences") or ():
        reason = f" ({_words(each['reason'])})" if each.get("reason") else ""
        print(f"  {_words(each['kind'])} {each['amount']} {each.get('document') or ''}{reason}".rstrip())


def _show_score(proof: Mapping[str, Any]) -> None:
    score = proof.get("score") or {}
    if score.get("parts"):
        print(
            f"\nScore {score['total']}: posts from {score['auto_from']}, proposes from {score['propose_from']}"
        )
        rows = [
            (
                part["name"].lower(),
                part["weight"],
                part["value"],
                part["points"],
                _habit(part["fact"], *part["facts"])
                if part["name"] == "habit"
                else _fact(part["fact"], part["facts"]),
            )
            for part in score["parts"]
        ]
        print_rows(("evidence", "weight", "value", "points", "fact"), rows)
    if proof.get("asked_because"):
        print(f"A person is asked: {_words(proof['asked_because'])}.")
    likelihood = proof.get("likelihood")
    if likelihood:
        print(f"Likely right: {likelihood['probability']}, by model {likelihood['model']}.")
        if likelihood["was_asked"]:
            print(f"It posted alone though: {_words(likelihood['was_asked'])}.")
    if proof.get("gave_up"):
        print(f"The search was given up after {proof.get('tried')} tries.")


def _show_refused(found: Explanation, proof: Mapping[str, Any]) -> None:
    refused = proof.get("refused") or ()
    if refused:
        print("\nRefused instead")
        for code, fact, values in refused:
            print(f"  {_words(code)}: {_fact(fact, values)}")
    for place, answer in enumerate(list_proposals(proof), 1):
        told = ", ".join(f"{number} {amount}" for number, amount in answer.applied) or "kept on account"
        print(f"{place}. {_number(found, answer.customer_id) or 'nobody'}: {told} ({_words(answer.rule)})")


def _show_entries(found: Explanation) -> None:
    if not found.entries:
        return
    print("\nEntries")
    rows = [
        (entry.posting_date, _words(entry.kind), posting.account_code, posting.account_name,
         write_amount(posting.amount, posting.currency), posting.currency)
        for entry in found.entries
        for posting in entry.postings
    ]  # fmt: skip
    print_rows(("date", "entry", "account", "", "amount", ""), rows)


def _number(found: Explanation, customer: object) -> str | None:
    return found.customers.get(customer) if isinstance(customer, int) else None


def _fact(code: str, values: Sequence[object] | Iterable[object]) -> str:
    told = ", ".join(map(str, values))
    return f"{_words(code)} ({told})" if told else _words(code)


def _habit(habit: str, count_for: object, count_against: object) -> str:
    return f"{_words(habit)}: kept {count_for}, broken {count_against}"


def _words(code: str) -> str:
    return str(code).lower().replace("_", " ")
