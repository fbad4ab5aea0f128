"""`acquit statement read`: what a bank file says, on paper; nothing is stored and no database is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    assert read.pop("pending_lines") == []
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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"><CstmrDrctDbtInitn/></Document>',
            "collect",
        ),
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt/></Document>',
            "report on",
        ),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"/>', "camt.029"),
        (b"<Invoice xmlns='urn:oasis'><ID>1</ID></Invoice>", "its root is 'Invoice'"),
        (
            b"ISA*00*          *00*          *ZZ*A*ZZ*B*260101*1200*U*00401*1*0*P*>~GS*RA*~ST*820*0001~",
            "X12 820",
        ),
        (b"PK\x03\x04rest", "ZIP archive"),
        (b"\x1f\x8brest", "gzip"),
        (b"%PDF-1.7", "a PDF"),
        (b"", "the file is empty"),
        (b"Datum;Betrag;Text\n01.02.2026;1,00;x\n", "map its columns"),
    ],
)
def test_the_refusal_says_what_the_file_is(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    outcome = acquit("statement", "read", file)
    assert (outcome.code, outcome.out) == (1, "")
    assert said in outcome.err
    assert outcome.err.endswith("[NOT_RECOGNISED]\n")


def test_a_notification_shows_what_it_announces(tmp_path: Path) -> None:
    file = tmp_path / "file.xml"
    file.write_bytes(
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.99"><BkToCstmrDbtCdtNtfctn><GrpHdr/><Ntfctn>'
        b'<Id>N</Id><Acct><Id><IBAN>DE02100500000054540402</IBAN></Id></Acct><Ntry><Amt Ccy="EUR">5.00</Amt>'
        b"<CdtDbtInd>CRDT</CdtDbtInd><Sts>INFO</Sts><BookgDt><Dt>2026-04-02</Dt></BookgDt></Ntry></Ntfctn>"
        b"</BkToCstmrDbtCdtNtfctn></Document>"
    )
    answer = acquit("statement", "read", file, "--json").json
    [read] = answer["statements"]
    assert ([line["amount"] for line in read["lines"]], "pending_lines" in read) == (["5.00"], False)
    assert [warning["code"] for warning in answer["warnings"]] == ["VERSION_NEWER", "ENTRY_NOT_BOOKED"]
