"""`acquit start FOLDER` on everything a company has: nothing is asked, and every cent of the bank is told."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from acquit.infra.transaction import company_scope
from tests.cli.acquit import acquit
from tests.company_files import ACCOUNTS, write_company_files

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal
_CLEARING = {"DISCOUNT", "TOLERANCE", "BANK_FEE", "FX"}
KINDS = {
    "README.md": "UNKNOWN",
    "bank_accounts.csv": "BANK_ACCOUNTS",
    "customers.csv": "CUSTOMERS",
    "deduction_codes.csv": "DEDUCTION_CODES",
    "fx_rates.csv": "FX_RATES",
    "open_items.csv": "OPEN_ITEMS",
    "orders.csv": "ORDERS",
    "policy.json": "POLICY",
    "statements/bai2/day.bai": "BANK_STATEMENT",
    "statements/camt.053/day-resent.xml": "BANK_STATEMENT",
    "statements/camt.053/day.xml": "BANK_STATEMENT",
    "statements/camt.053/intraday.xml": "BANK_STATEMENT",
    "statements/mt940/day.sta": "BANK_STATEMENT",
}


def ask(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM company")
        companies = [row[0] for row in cursor.fetchall()]
    with company_scope(companies), connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_whole_folder_is_taken_and_its_outcomes_explain_every_document_and_account(
    tmp_path: Path, seed: int
) -> None:
    folder = write_company_files(tmp_path / "Nordwind", seed)

    started = acquit("start", folder.path, "--json")

    assert started.code == 0
    answer = started.json
    assert answer["company"] == "Nordwind"
    assert {file["name"]: file["kind"] for file in answer["files"]} == KINDS
    assert [file["questions"] for file in answer["files"]] == [[]] * len(KINDS)
    assert [file["rows_refused"] for file in answer["files"]] == [0] * len(KINDS)
    assert set(answer["control_difference"].values()) == {"0.00"}
    assert ask("SELECT count(*) FROM sales_order")[0][0] == 12
    assert ask("SELECT code, reason FROM deduction_code ORDER BY code") == [
        ("101", "QUALITY"),
        ("PROMO", "TRADE_PROMO"),
    ]
    assert (
        ask("SELECT count(*) FROM customer WHERE parent_id IS NOT NULL AND payer_id IS NOT NULL")[0][0] == 2
    )
    [(version, tolerance)] = ask("SELECT version, body->>'tolerance_amount' FROM policy_version")
    assert (version, tolerance) == (1, "4.00")

    outcomes = acquit("cash", "outcomes", "--json").json
    assert_every_line_is_told_once(outcomes, folder.lines)
    assert_every_document_is_explained(outcomes, folder.open_before)
    assert {row["state"] for row in outcomes} >= {"AUTO", "IGNORED", "UNIDENTIFIED"}

    again = acquit("start", folder.path, "--json")
    assert again.code == 0
    assert acquit("cash", "outcomes", "--json").json == outcomes
    assert ask("SELECT count(*) FROM policy_version")[0][0] == 1


def assert_every_line_is_told_once(
    outcomes: list[dict[str, Any]], lines: dict[str, list[tuple[str, Decimal]]]
) -> None:
    assert set(lines) == {account for _, account, _ in ACCOUNTS.values()}
    told = Counter((row["account"], row["bank_reference"], D(row["amount"])) for row in outcomes)
    assert told == Counter(
        (account, reference, amount) for account, booked in lines.items() for reference, amount in booked
    )
    for row in outcomes:
        cash = sum((D(part["amount"]) for part in row["applied"]), D(0))
        over = sum((-D(each["amount"]) for each in row["differences"] if each["kind"] == "OVERPAYMENT"), D(0))
        assert cash + over == (D(row["amount"]) if row["applied"] else 0)
        if row["state"] == "AUTO":
            assert row["proposals"][0] == {"customer": row["customer"], "applied": row["applied"]}


def assert_every_document_is_explained(outcomes: list[dict[str, Any]], before: dict[str, Decimal]) -> None:
    """Open before = applied + discount + tolerance + fee + FX + what stays open, of which deductions are a part."""
    cleared: dict[str, Decimal] = defaultdict(Decimal)
    deducted: dict[str, Decimal] = defaultdict(Decimal)
    for row in outcomes:
        for part in row["applied"]:
            cleared[part["document"]] += D(part["amount"])
        for each in row["differences"]:
            into = cleared if each["kind"] in _CLEARING else deducted
            if each["kind"] != "OVERPAYMENT":
                into[each["document"]] += D(each["amount"])
    still = dict(
        ask(
            "SELECT d.number, coalesce(o.open_amount, 0) FROM document d JOIN item i ON i.document_id = d.id"
            " LEFT JOIN open_item o ON o.item_id = i.id"
        )
    )
    assert set(still) == set(before)
    assert set(cleared) | set(deducted) <= set(before)
    for document, amount in before.items():
        assert amount == cleared[document] + still[document], document
        assert 0 <= deducted[document] <= max(still[document], 0), document
