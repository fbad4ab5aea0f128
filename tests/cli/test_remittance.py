"""`acquit remittance read`: what an advice says, on paper; nothing is stored and no database is needed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.acquit import acquit
from tests.formats.remittance.test_advice_tables import GERMAN


def test_an_advice_as_json(tmp_path: Path) -> None:
    file = tmp_path / "avis.csv"
    file.write_bytes(GERMAN.encode("cp1252"))
    outcome = acquit("remittance", "read", file, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    [advice] = outcome.json["advices"]
    lines = advice.pop("lines")
    assert advice == {
        "format": "CSV",
        "advice_number": "ZA-2026-0815",
        "payer_name": "Müller Handels GmbH",
        "payer_number": "2001003",
        "payer_iban": "",
        "payee": "",
        "payment_reference": "",
        "payment_date": "2026-02-03",
        "currency": "EUR",
        "total_amount": "3277.20",
        "deposit_reference": "",
        "deposit_amount": None,
        "sender": "",
        "subject": "",
        "other_numbers": [],
        "place": "line 7",
        "warnings": [],
    }
    assert lines[1] == {
        "document": "RE-2026-004712",
        "paid_amount": "2280.00",
        "gross_amount": "2380.00",
        "discount_amount": "0.00",
        "deduction_amount": "100.00",
        "reason_code": "",
        "reason_text": "Bruch",
        "order_number": "",
        "document_date": "2026-01-05",
        "adjustment_kind": "",
        "other_numbers": [],
        "place": "line 8",
    }


def test_an_advice_for_a_person(tmp_path: Path) -> None:
    file = tmp_path / "avis.csv"
    file.write_bytes(GERMAN.encode("cp1252"))
    outcome = acquit("remittance", "read", file)
    assert outcome.code == 0
    assert outcome.out.splitlines()[:2] == [
        "CSV ZA-2026-0815  Müller Handels GmbH  3277.20 EUR",
        "paid 2026-02-03, reference -",
    ]
    assert "DEDUCTION" in outcome.out


def test_what_is_no_advice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Können wir morgen telefonieren?")
    outcome = acquit("remittance", "read", file)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.endswith("[NO_ADVICE]\n")
