"""The line-by-line expectations another MT940 reader keeps beside its samples, where they are right."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from acquit.formats.mt940 import read_mt940
from acquit.formats.statements import StatementLine, UnreadableStatement
from tests.formats.bank_samples import read_file
from tests.shared_data import shared_data


def expectations() -> list[tuple[str, list[dict[str, Any]], list[StatementLine]]]:
    found = []
    for path in sorted((shared_data("bank_mt940") / "wolph_mt940").rglob("*.expected.json")):
        sample = path.with_name(path.name.replace(".expected.json", ".sta"))
        try:
            lines = [line for statement in read_file(read_mt940, sample) for line in statement.lines]
        except UnreadableStatement:
            lines = []
        transactions = [one["data"] for one in json.loads(path.read_text())["transactions"]]
        found.append((path.name.removesuffix(".expected.json"), transactions, lines))
    return found


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, dict[str, Any], StatementLine]]:
    found = []
    for name, transactions, lines in expectations():
        with_amount = [one for one in transactions if "amount" in one]
        assert len(with_amount) == len(lines), name
        found += [(name, one, line) for one, line in zip(with_amount, lines, strict=True)]
    assert len(found) == 181
    return found


def test_amounts_and_dates(pairs: list[tuple[str, dict[str, Any], StatementLine]]) -> None:
    for name, expected, line in pairs:
        amount = Decimal(expected["amount"]["amount"])
        if expected["status"] == "RC":  # the reversal of a credit takes money away; that reader adds it
            amount = -amount
        assert line.amount == amount, name
        assert line.value_date == date.fromisoformat(expected["date"]), name
        if expected.get("entry_date"):
            assert line.booking_date == date.fromisoformat(expected["guessed_entry_date"]), name


def test_references(pairs: list[tuple[str, dict[str, Any], StatementLine]]) -> None:
    for name, expected, line in pairs:
        if expected.get("bank_reference") and expected["bank_reference"] != "NONREF":
            assert line.bank_reference == expected["bank_reference"], name
        # That reader runs an old MTLG: text into the reference before it, and gives NONREF as it stands.
        if "end_to_end_reference" not in expected:  # it knows the German structure only
            continue
        reference = (expected["end_to_end_reference"] or "").partition("MTLG:")[0].strip()
        assert line.end_to_end_id == ("" if reference in {"NONREF", "NOTPROVIDED"} else reference), name


def test_german_details(pairs: list[tuple[str, dict[str, Any], StatementLine]]) -> None:
    compared = 0
    for name, expected, line in pairs:
        if expected.get("posting_text"):
            assert line.booking_text == expected["posting_text"], name
            compared += 1
        if expected.get("transaction_code"):
            assert line.bank_code == expected["transaction_code"], name
        if expected.get("applicant_name"):
            assert line.counterparty.replace(" ", "") == expected["applicant_name"].replace(" ", ""), name
        account = expected.get("applicant_iban")
        if account:
            assert account.replace(" ", "") in (line.iban, line.counterparty_account.rpartition("/")[2]), name
    assert compared > 100
