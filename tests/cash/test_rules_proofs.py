"""A proof is complete JSON, and what it proposes is read back to the cent."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.evidence import expect_accidents
from acquit.cash.rules.proofs import list_proposals, read_proposal, write_proof
from acquit.cash.rules.receipts import MatchPlan, ReceiptState
from tests.cash.facts import POLICY, applied, book, item, match, payer, receipt
from tests.cash.facts import index as payer_index

D = Decimal
A, B = item(1, "1000.00"), item(2, "1200.00")


def stored(plan: MatchPlan, amount: str, text: str = "") -> dict[str, object]:
    books = book(A, B)
    proof = write_proof(receipt(amount, text), plan, books.items, POLICY, 3)
    read: dict[str, object] = json.loads(json.dumps(proof))
    assert read == proof
    return read


@given(st.integers(1, 250_000).map(lambda cents: str(D(cents) / 100)), st.booleans())
def test_every_proposal_survives_being_stored(amount: str, names_both: bool) -> None:
    text = f"{A.number} {B.number}" if names_both else A.number
    plan = match(receipt(amount, text), book(A, B))

    read, differences = read_proposal(stored(plan, amount, text))

    assert read == plan.applied
    assert differences == plan.differences


def test_the_proof_shows_the_effect_on_each_item() -> None:
    plan = match(receipt("995.50", f"RE {A.number}"), book(A, B))

    proof = stored(plan, "995.50", f"RE {A.number}")

    assert proof["applied"] == [
        {
            "item": 1,
            "document": A.number,
            "customer": 1,
            "due_date": A.due_date.isoformat(),
            "open": "1000.00",
            "cash": "995.50",
            "cleared": "1000.00",
            "left": "0.00",
        }
    ]
    assert proof["differences"] == [
        {"kind": "TOLERANCE", "item": 1, "document": A.number, "amount": "4.50", "reason": ""}
    ]
    assert proof["policy"] == {"kind": "MATCHING", "version": 3}
    assert proof["receipt"]["marks"] == [[3, 3 + len(A.number), "NUMBER"]]


def test_the_parts_of_the_score_sum_to_it() -> None:
    plan = match(receipt("1000.00", A.number), book(A, B))

    score = stored(plan, "1000.00")["score"]

    assert score["total"] == "1.00"
    assert sum(D(part["points"]) for part in score["parts"]) == D("1.00")
    assert [part["value"] for part in score["parts"]] == ["1", "1", "1"]


def test_other_solutions_are_told_with_their_numbers() -> None:
    twins = [item(1, "5.00"), item(2, "5.00")]
    books = book(*twins)
    fact = receipt("5.00")

    proof = write_proof(fact, match(fact, books), books.items, POLICY, 0)

    assert [other["applied"] for other in proof["others"]] == [[[twins[1].number, 2, "5.00"]]]
    assert [answer.applied for answer in list_proposals(proof)] == [
        ((twins[0].number, D("5.00")),),
        ((twins[1].number, D("5.00")),),
    ]
    assert proof["asked_because"] == "TWO_SOLUTIONS"


def test_money_that_rests_with_its_customer_is_an_answer_and_money_nobody_placed_is_none() -> None:
    books = book(B, cleared=[A])
    twice, unknown = receipt("1000.00", A.number), receipt("777.77")

    kept = write_proof(twice, match(twice, books), books.items, POLICY, 0)
    nowhere = write_proof(unknown, match(unknown, books), books.items, POLICY, 0)

    assert [(answer.customer_id, answer.applied) for answer in list_proposals(kept)] == [(1, ())]
    assert list_proposals(nowhere) == ()


@pytest.mark.parametrize("proof", [{}, {"applied": [], "differences": []}, {"rule": "UNDONE"}])
def test_a_proof_that_proposes_nothing_reads_as_nothing(proof: dict[str, object]) -> None:
    assert read_proposal(proof) == ((), ())


def test_an_overpayment_names_no_item() -> None:
    plan = match(receipt("1100.00", A.number), book(A))

    [difference] = stored(plan, "1100.00")["differences"]

    assert difference == {
        "kind": "OVERPAYMENT",
        "item": None,
        "document": "",
        "amount": "-100.00",
        "reason": "",
    }


def test_a_plan_of_nothing_has_a_proof_too() -> None:
    plan = MatchPlan(ReceiptState.IGNORED, "OUTGOING")

    proof = write_proof(receipt("-1.00"), plan, {}, POLICY, 0)

    assert json.loads(json.dumps(proof))["rule"] == "OUTGOING"
    assert proof["parts"] if "parts" in proof else proof["score"]["parts"] == []


def test_customers_who_may_have_paid_are_named() -> None:
    payers = payer_index([payer(1), payer(2)], ibans=[("X1", 1), ("X1", 2)])
    fact = receipt("7.77", iban="X1")
    books = book(A, payers=payers)

    proof = write_proof(fact, match(fact, books), books.items, POLICY, 0)

    assert proof["customer_candidates"] == [1, 2]
    assert applied(match(fact, books)) == {}


def test_sets_beyond_number_are_only_said_to_be_many() -> None:
    items = [item(n, f"{n + 100}.17") for n in range(1, 301)]

    assert expect_accidents(D("6000.00"), items, 40) == D("1000000.0000")
    assert expect_accidents(D("6000.00"), items[:2], 1) < D("0.01")
