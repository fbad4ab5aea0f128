"""`acquit statement read`: what a bank file says, on paper; nothing is stored and no database is needed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.acquit import acquit
from tests.cli.files import bank_line, camt, mt940, statement


def test_a_camt_file_as_json(tmp_path: Path) -> None:
    file = camt(
        tmp_path,
        statement(
            bank_line("1190.00", "Rechnung RE-1001", "B1", payer="Müller GmbH"),
            bank_line("-9.99", "Fee", "B2"),
        ),
    )
    outcome = acquit("statement", "read", file, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    answer = outcome.json
    assert answer["format"] == "CAMT.053"
    assert answer["warnings"] == []
    [read] = answer["statements"]
    lines = read.pop("lines")
    assert read == {
        "account": "DE02100500000054540402",
        "currency": "EUR",
        "id": "2026-04",
        "sequence": "4",
        "kind": "STATEMENT",
        "opening": "1000.00",
        "closing": "2180.01",
        "balanced": True,
        "is_balance_inverted": False,
    }
    assert lines[0] == {
        "booking_date": "2026-04-02",
        "value_date": "2026-04-02",
        "amount": "1190.00",
        "currency": "EUR",
        "bank_reference": "B1",
        "end_to_end_id": "",
        "structured_reference": "",
        "counterparty": "Müller GmbH",
        "iban": "",
        "text": "Rechnung RE-1001",
        "return_code": "",
    }
    assert lines[1]["amount"] == "-9.99"


def test_a_person_reads_the_same(tmp_path: Path) -> None:
    said = acquit(
        "statement", "read", mt940(tmp_path, statement(bank_line("5.00", "RE-7", "B1"), off_by="1.00"))
    ).out
    assert said.startswith("MT940, 1 statement\n")
    assert "misses its closing by 1.00" in said
    assert "RE-7" in said


def test_what_is_no_statement_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sirs,")
    outcome = acquit("statement", "read", file, "--json")
    assert outcome.code == 1
    assert outcome.json["error"]["code"] == "NOT_RECOGNISED"
    assert acquit("statement", "read", tmp_path / "nowhere").err.endswith("[NOT_FOUND]\n")
