"""`acquit cash outcomes` and `explain` on the company of files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.acquit import acquit

pytestmark = pytest.mark.django_db(transaction=True)


def test_outcomes_are_one_list_and_each_decision_is_explained(company: Path) -> None:
    acquit("start", company, "--company", "Alpha", "--currency", "EUR", "--yes", "--as-of", "2026-04-30")

    found = acquit("cash", "outcomes", "--json").json

    assert [(row["account"], row["amount"], row["state"]) for row in found] == [
        ("DE02100500000054540402", "1190.00", "AUTO"),
        ("DE02100500000054540402", "77.70", "UNIDENTIFIED"),
        ("DE75512108001245126199", "238.00", "AUTO"),
    ]
    paid = found[0]
    assert paid == {
        "account": "DE02100500000054540402",
        "booking_date": "2026-04-02",
        "amount": "1190.00",
        "bank_reference": "B1",
        "state": "AUTO",
        "customer": "10001",
        "applied": [{"document": "RE-1001", "amount": "1190.00"}],
        "differences": [],
        "proposals": [{"customer": "10001", "applied": [{"document": "RE-1001", "amount": "1190.00"}]}],
        "score": "1.00",
        "decision": paid["decision"],
    }
    since = acquit("cash", "outcomes", "--since", "2026-04-10", "--company", "Alpha", "--json").json
    assert [row["bank_reference"] for row in since] == ["B3"]

    explained = acquit("cash", "explain", paid["decision"], "--json").json
    assert explained["decision"] == paid["decision"]
    assert explained["rule"] == "DOCUMENT_NUMBER"
    assert explained["in_force"] is True
    assert [entry["kind"] for entry in explained["entries"]] == ["RECEIPT", "CLEARING"]
    shown = acquit("cash", "explain", paid["decision"].removeprefix("D-")).out
    assert shown.startswith(f"{paid['decision']}: auto, by document number")
    assert "RE-1001" in shown
    assert f"/api/v1/applications/{paid['decision'][2:]}/undo" in shown
    assert {"habit": "NAMES_DOCUMENTS", "count_for": 2, "count_against": 0} in explained["habits"]
    assert "names documents: kept 2, broken 0" in shown


def test_learning_from_too_few_decisions_is_refused(company: Path) -> None:
    acquit("start", company, "--company", "Alpha", "--currency", "EUR", "--yes", "--as-of", "2026-04-30")

    refused = acquit("cash", "learn", "--company", "Alpha", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "TOO_FEW_DECISIONS")
    one_sided = acquit("cash", "learn", "--company", "Alpha", "--by", "anna")
    assert one_sided.code == 1
    assert "APPROVER_MISSING" in one_sided.err


def test_nothing_booked_is_an_empty_list_and_no_decision_is_refused(tmp_path: Path) -> None:
    assert acquit("cash", "outcomes", "--json").json == []
    for text in ("D-999999", "last", "D-", "٣"):
        refused = acquit("cash", "explain", text)
        assert (refused.code, refused.out) == (1, "")
        assert "NOT_FOUND" in refused.err


def test_a_bank_account_is_reconciled_with_its_statement(company: Path) -> None:
    acquit("start", company, "--company", "Alpha", "--currency", "EUR", "--yes", "--as-of", "2026-04-30")

    found = acquit("cash", "reconcile", "--as-of", "2026-04-30", "--json").json

    assert found["as_of"] == "2026-04-30"
    accounts = {(one["account"], one["unexplained"]) for one in found["accounts"] if one["statement"]}
    assert accounts == {("DE02100500000054540402", "0.00"), ("DE75512108001245126199", "0.00")}
    for one in found["accounts"]:
        listed = sum(Decimal(each["amount"]) for each in one["differences"])
        assert one["difference"] is None or listed == Decimal(one["difference"])
    only = acquit("cash", "reconcile", "--account", "DE02 1005 0000 0054 5404 02", "--json").json
    assert [one["account"] for one in only["accounts"]] == ["DE02100500000054540402"]
    shown = acquit("cash", "reconcile", "--as-of", "2026-04-30").out
    assert "DE02100500000054540402 EUR, Alpha, as of 2026-04-30" in shown
    refused = acquit("cash", "reconcile", "--account", "NONE", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "NOT_FOUND")


def test_money_that_stood_too_long_is_escalated_once(company: Path) -> None:
    acquit("start", company, "--company", "Alpha", "--currency", "EUR", "--yes", "--as-of", "2026-04-30")

    first = acquit("cash", "escalate", "--json").json
    assert list(first["escalated"]) == ["Alpha"]
    assert first["escalated"]["Alpha"] >= 1
    assert acquit("cash", "escalate", "--company", "Alpha", "--json").json == {"escalated": {"Alpha": 0}}
