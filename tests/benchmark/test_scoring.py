"""The scorer on cases made by hand: every figure is known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from acquit.benchmark.report import scores_to_json, write_report
from acquit.benchmark.scoring import Verdict, judge, score
from tests.benchmark.conftest import MadeCompany


def line(reference: str, **changes: Any) -> dict[str, Any]:
    return {
        "account": "DE1",
        "currency": "EUR",
        "booking_date": "2026-02-03",
        "amount": "100.00",
        "bank_reference": reference,
        "state": "AUTO",
        "customer": "C1",
        "paid_by": "C1",
        "applied": [{"document": "RE-1", "amount": "100.00"}],
        "differences": [],
        "decidable": True,
        "reason": "",
        "kind": "EXACT",
        "payer": "IBAN",
        "value": "100.00",
        **changes,
    }


def outcome(reference: str, **changes: Any) -> dict[str, Any]:
    return {
        "account": "DE 1",
        "booking_date": "2026-02-03",
        "amount": "100.00",
        "bank_reference": reference,
        "state": "AUTO",
        "customer": "C1",
        "applied": [{"document": "RE-1", "amount": "100.0"}],
        "differences": [],
        "proposals": [],
        **changes,
    }


def applied(*parts: tuple[str, str]) -> list[dict[str, str]]:
    return [{"document": document, "amount": amount} for document, amount in parts]


def proposal(*parts: tuple[str, str], customer: str = "C1") -> dict[str, Any]:
    return {"customer": customer, "applied": applied(*parts)}


ON_ACCOUNT = {"state": "ON_ACCOUNT", "applied": []}
UNDECIDABLE = {"decidable": False, "reason": "two items"}
OTHERS = {"state": "IGNORED", "applied": [], "customer": "", "paid_by": ""}


@pytest.mark.parametrize(
    ("truth", "said", "verdict"),
    [
        ({}, {}, Verdict.RIGHT),
        ({}, {"applied": applied(("RE-1", "60"), ("RE-1", "40"))}, Verdict.RIGHT),
        ({}, {"applied": applied(("RE-2", "100.00"))}, Verdict.WRONG),
        ({}, {"applied": applied(("RE-1", "99.99"))}, Verdict.WRONG),
        ({}, {"applied": []}, Verdict.WRONG),
        ({}, {"state": "IGNORED", "applied": []}, Verdict.WRONG),
        ({}, {"state": "PROPOSED", "applied": []}, Verdict.WAITS),
        ({}, {"state": None, "applied": [], "customer": None}, Verdict.WAITS),
        (
            {},
            {"state": "PROPOSED", "applied": [], "proposals": [proposal(("RE-1", "100.00"))]},
            Verdict.WAITS_RIGHT,
        ),
        (
            {},
            {
                "state": "PROPOSED",
                "applied": [],
                "proposals": [proposal(("RE-2", "100.00")), proposal(("RE-1", "100.00"))],
            },
            Verdict.WAITS,
        ),
        ({}, {"state": "UNAPPLIED", "applied": []}, Verdict.WAITS),
        ({}, {"state": "UNAPPLIED", "applied": [], "customer": "C2"}, Verdict.WRONG),
        ({"paid_by": "C2"}, {"state": "UNAPPLIED", "applied": [], "customer": "C2"}, Verdict.WAITS),
        ({"customer": ""}, {"state": "ON_ACCOUNT", "applied": [], "customer": "C9"}, Verdict.WAITS),
        (ON_ACCOUNT, {"state": "ON_ACCOUNT", "applied": []}, Verdict.RIGHT),
        (ON_ACCOUNT, {"state": "UNAPPLIED", "applied": []}, Verdict.RIGHT),
        (ON_ACCOUNT, {"state": "AUTO", "applied": []}, Verdict.RIGHT),
        (ON_ACCOUNT, {"state": "ON_ACCOUNT", "applied": [], "customer": "C2"}, Verdict.WRONG),
        (ON_ACCOUNT, {"state": "AUTO"}, Verdict.WRONG),
        (ON_ACCOUNT, {"state": "PROPOSED", "applied": [], "proposals": [proposal()]}, Verdict.WAITS_RIGHT),
        (
            ON_ACCOUNT,
            {"state": "PROPOSED", "applied": [], "proposals": [proposal(customer="C2")]},
            Verdict.WAITS,
        ),
        (UNDECIDABLE, {}, Verdict.WRONG),
        (UNDECIDABLE, {"state": "PROPOSED", "applied": []}, Verdict.WAITS),
        (UNDECIDABLE, {"state": "UNAPPLIED", "applied": []}, Verdict.WAITS),
        (UNDECIDABLE, {"state": "ON_ACCOUNT", "applied": [], "customer": "C2"}, Verdict.WRONG),
        (OTHERS, {"state": "IGNORED", "applied": []}, Verdict.RIGHT),
        (OTHERS, {"state": "UNIDENTIFIED", "applied": []}, Verdict.WAITS),
        (OTHERS, {}, Verdict.WRONG),
        (OTHERS, {"state": "UNAPPLIED", "applied": []}, Verdict.WRONG),
    ],
)
def test_a_verdict(truth: dict[str, Any], said: dict[str, Any], verdict: Verdict) -> None:
    assert judge(line("1", **truth), outcome("1", **said)) is verdict


RETURN = {
    "amount": "-103.50",
    "applied": applied(("RE-1", "-103.50")),
    "differences": [{"kind": "BANK_FEE", "document": "RE-1", "amount": "3.50", "reason": ""}],
}


@pytest.mark.parametrize(
    ("cash", "document", "verdict", "right"),
    [
        ("-103.50", "RE-1", Verdict.RIGHT, 1),
        ("-100.00", "", Verdict.RIGHT, 1),
        ("-100.00", "RE-2", Verdict.RIGHT, 0),
        ("-107.00", "", Verdict.WRONG, 0),
    ],
)
def test_the_fee_of_a_return_is_the_documents_or_nobodys(
    cash: str, document: str, verdict: Verdict, right: int
) -> None:
    said = outcome(
        "1",
        amount="-103.50",
        applied=applied(("RE-1", cash)),
        differences=[{"kind": "BANK_FEE", "document": document, "amount": "3.50", "reason": ""}],
    )
    assert judge(line("1", **RETURN), said) is verdict
    figures = scores_to_json(score([line("1", **RETURN)], [said]))
    assert figures["differences"].get("BANK_FEE", {"right": 0})["right"] == right
    assert figures["document_recall"] == ("1.000000" if verdict is Verdict.RIGHT else "0.000000")


def test_no_outcome_is_missing() -> None:
    assert judge(line("1"), None) is Verdict.MISSING


def test_every_figure_of_a_small_run() -> None:
    both = applied(("RE-1", "60.00"), ("RE-2", "40.00"))
    truth = [
        line("1", value="100.00"),
        line("2", value="300.00", kind="SEVERAL", applied=both),
        line("3", value="500.00"),
        line("4", value="100.00"),
        line("5", kind="EQUAL_ITEMS", **UNDECIDABLE),
        line("6", kind="NOT_CUSTOMERS", **OTHERS),
        line("7", kind="NOT_CUSTOMERS", **OTHERS),
    ]
    outcomes = [
        outcome("1", score="0.97"),
        outcome("2", applied=applied(("RE-1", "60.00"), ("RE-3", "40.00")), score="0.96"),
        outcome("3", state="PROPOSED", applied=[], proposals=[proposal(("RE-1", "100.00"))], score=0.5),
        outcome("5"),
        outcome("6", state="IGNORED", applied=[]),
        outcome("7"),
        outcome("7"),
        outcome("8"),
    ]
    figures = scores_to_json(score(truth, outcomes))
    assert figures["decidable"]["lines"] == 4
    assert figures["auto_posted_share"] == "0.500000"
    assert figures["precision"] == "0.333333"  # one of two, and one of ours posted to a customer
    assert figures["first_proposal_share"] == "0.500000"
    assert figures["undecidable_posted"] == 1
    assert figures["auto_posted_value_share"] == "0.400000"
    assert figures["precision_by_value"] == "0.250000"
    assert figures["document_recall"] == "0.400000"  # RE-1 twice of five
    assert figures["document_precision"] == "0.666667"
    assert figures["ignored"]["right"] == 1
    assert figures["ignored"]["wrong"] == 1
    assert figures["decidable"]["missing"] == 1
    assert figures["lines_of_nothing"] == 2
    assert figures["kinds"]["SEVERAL"]["precision"] == "0.000000"
    assert figures["calibration"] == [
        {"from": "0.4", "lines": 1, "mean_score": "0.5000", "observed": "1.0000"},
        {"from": "0.95", "lines": 2, "mean_score": "0.9650", "observed": "0.5000"},
    ]
    assert [(one["kind"], one["verdict"]) for one in figures["examples"]] == [
        ("SEVERAL", "WRONG"),
        ("EXACT", "WAITS_RIGHT"),
        ("EXACT", "MISSING"),
        ("EQUAL_ITEMS", "WRONG"),
        ("NOT_CUSTOMERS", "WRONG"),
    ]


def test_differences_count_where_the_cash_is_right() -> None:
    def difference(kind: str, amount: str, document: str = "RE-1", reason: str = "") -> dict[str, str]:
        return {"kind": kind, "document": document, "amount": amount, "reason": reason}

    truth = [
        line("1", differences=[difference("DISCOUNT", "2.00")]),
        line("2", differences=[difference("DEDUCTION", "5.00", reason="QUALITY")]),
        line("3", differences=[difference("DEDUCTION", "5.00")]),
        line("4", differences=[difference("OVERPAYMENT", "-7.00")]),
        line("5", differences=[difference("DISCOUNT", "2.00")]),
        line("6"),
    ]
    outcomes = [
        outcome("1", differences=[difference("DISCOUNT", "2.0")]),
        outcome("2", differences=[difference("DEDUCTION", "5.00", reason="PRICING")]),
        outcome("3", differences=[difference("DEDUCTION", "5.00", reason="PRICING")]),
        outcome("4", differences=[difference("OVERPAYMENT", "-7.00", document="")]),
        outcome("5", applied=applied(("RE-9", "100.00"))),
        outcome("6", differences=[difference("FX", "1.00")]),
    ]
    assert scores_to_json(score(truth, outcomes))["differences"] == {
        "DEDUCTION": {"stated": 2, "right": 1, "beyond": 1},
        "DISCOUNT": {"stated": 1, "right": 1, "beyond": 0},
        "FX": {"stated": 0, "right": 0, "beyond": 1},
        "OVERPAYMENT": {"stated": 1, "right": 1, "beyond": 0},
    }


def test_the_truth_scored_against_itself_is_whole(company: MadeCompany) -> None:
    said = [
        {**one, "proposals": [], **({} if one["decidable"] else {"state": "PROPOSED", "applied": []})}
        for one in company.truth
    ]
    figures = scores_to_json(score(company.truth, said))
    for name in (
        "auto_posted_share",
        "precision",
        "first_proposal_share",
        "document_recall",
        "precision_by_value",
    ):
        assert Decimal(figures[name]) == 1, name
    assert figures["undecidable_posted"] == 0
    assert figures["lines_of_nothing"] == 0
    assert figures["examples"] == []
    assert figures["ignored"]["right"] == figures["ignored"]["lines"]
    assert all(one["stated"] == one["right"] for one in figures["differences"].values())


def test_the_report_names_every_kind(company: MadeCompany) -> None:
    figures = scores_to_json(score(company.truth, []))
    page = "\n".join(write_report({"nobody": figures}, ()))
    assert all(kind in page for kind in figures["kinds"])
    assert page.splitlines()[2].split() == ["auto-posted", "0.00%"]
