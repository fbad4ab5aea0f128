"""What banks' own CAMT files hold that no sample here did: each case is its plainest piece."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from acquit.formats.bank_files import read_statements
from acquit.formats.camt import read_camt
from acquit.formats.recognition import recognise_statement
from acquit.formats.statements import Statement, StatementLine
from tests.formats.bank_samples import camt, entry, only_line, read_bytes, warning_codes

QR_1, QR_2 = "210000000003139471430009017", "000000000000000000000012345"
CHARGED = (
    '<Chrgs><Rcrd><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
    "<ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>"
)


def read(content: bytes) -> Statement:
    (statement,) = read_bytes(read_camt, content)
    return statement


def detail(*parts: str) -> str:
    return f"<TxDtls>{''.join(parts)}</TxDtls>"


def paid(amount: str) -> str:
    return f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'


def referenced(*references: str) -> str:
    blocks = (f"<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd>" for reference in references)
    return f"<RmtInf>{''.join(blocks)}</RmtInf>"


def batch(amount: str, *details: str, charges: str = "") -> Statement:
    return read(camt(entry(amount, inner=f"{charges}<NtryDtls>{''.join(details)}</NtryDtls>")))


def line_of(*parts: str) -> StatementLine:
    return only_line([batch("10.00", detail(*parts))])


class TestBatches:
    def test_charges_taken_out_of_a_batch_are_a_line_of_their_own(self) -> None:
        two = [
            detail(paid("100.00"), referenced(QR_1)),
            detail(paid("100.00"), referenced(QR_2)),
        ]
        statement = batch("195.00", *two, charges=CHARGED)
        assert [(line.amount, line.structured_reference, line.text) for line in statement.lines] == [
            (Decimal("100.00"), QR_1, ""),
            (Decimal("100.00"), QR_2, ""),
            (Decimal("-5.00"), "", "Charges"),
        ]
        assert "BATCH_NOT_SPLIT" not in warning_codes(statement)

    def test_the_line_of_charges_does_not_say_what_the_batch_says(self) -> None:
        said = f"{CHARGED}<AddtlNtryInf>Sammelgutschrift</AddtlNtryInf>"
        statement = batch("195.00", *(detail(paid("100.00")) for _ in range(2)), charges=said)
        assert [line.text for line in statement.lines] == ["Sammelgutschrift", "Sammelgutschrift", "Charges"]

    def test_charges_may_stand_with_the_details(self) -> None:
        statement = batch("190.00", *(detail(paid("100.00"), CHARGED) for _ in range(2)))
        assert [line.amount for line in statement.lines] == [
            Decimal("100.00"),
            Decimal("100.00"),
            Decimal("-10.00"),
        ]

    def test_details_may_say_their_amounts_in_places_of_their_own(self) -> None:
        other = '<AmtDtls><TxAmt><Amt Ccy="EUR">200.00</Amt></TxAmt></AmtDtls>'
        statement = batch("300.00", detail(paid("100.00")), detail(other))
        assert [line.amount for line in statement.lines] == [Decimal("100.00"), Decimal("200.00")]

    def test_the_reference_of_one_payer_is_none_of_the_sum(self) -> None:
        line = only_line([batch("300.00", detail(referenced(QR_1)), detail(referenced(QR_2)))])
        assert (line.amount, line.structured_reference) == (Decimal("300.00"), "")
        assert line.text == f"{QR_1} {QR_2}"


class TestRemittance:
    def test_the_further_references_of_a_payment_stand_in_its_text(self) -> None:
        line = line_of(referenced("RF18539007547034", "1234561", "1234561", "7894567"))
        assert (line.structured_reference, line.text) == ("RF18539007547034", "1234561 7894567")

    @pytest.mark.parametrize("none", ["NOTPROVIDED", "-"])
    def test_no_reference_is_none(self, none: str) -> None:
        line = line_of(f"<Refs><EndToEndId>{none}</EndToEndId></Refs>", referenced(none))
        assert (line.structured_reference, line.end_to_end_id) == ("", "")

    def test_what_is_noted_of_a_slip_is_no_text(self) -> None:
        noted = referenced(QR_1).replace("<Strd>", "<Ustrd>?REJECT?0</Ustrd><Strd>")
        noted = noted.replace("</CdtrRefInf>", "</CdtrRefInf><AddtlRmtInf>?ERROR?000</AddtlRmtInf>")
        assert line_of(noted).text == ""

    def test_what_was_due_less_what_was_taken_off_is_what_was_paid(self) -> None:
        off = '<AdjstmntAmtAndRsn><Amt Ccy="EUR">8.00</Amt><CdtDbtInd>{0}</CdtDbtInd></AdjstmntAmtAndRsn>'
        amounts = (
            '<DuePyblAmt Ccy="EUR">100.00</DuePyblAmt><DscntApldAmt><Amt Ccy="EUR">2.00</Amt></DscntApldAmt>'
        )
        said = (
            "<RmtInf><Strd><RfrdDocInf><Nb>INV9</Nb></RfrdDocInf><RfrdDocAmt>{0}</RfrdDocAmt></Strd></RmtInf>"
        )
        for side, amount in (("DBIT", "90.00"), ("CRDT", "106.00")):
            (document,) = line_of(said.format(amounts + off.format(side))).documents
            assert (document.number, document.amount) == ("INV9", Decimal(amount))

    def test_what_was_remitted_of_a_credit_note_is_taken_off(self) -> None:
        said = (
            "<RmtInf><Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CREN</Cd></CdOrPrtry></Tp><Nb>901</Nb></RfrdDocInf>"
            '<RfrdDocAmt><RmtdAmt Ccy="EUR">100.00</RmtdAmt></RfrdDocAmt></Strd></RmtInf>'
        )
        (document,) = line_of(said).documents
        assert (document.number, document.amount) == ("901", Decimal("-100.00"))

    def test_a_name_broken_over_lines_is_one(self) -> None:
        name = "<RltdPties><Dbtr><Pty><Nm>ACME\n      TRADING</Nm></Pty></Dbtr></RltdPties>"
        assert line_of(name).counterparty == "ACME TRADING"


class TestFiles:
    def test_italian_banks_put_it_into_an_envelope_of_their_own(self) -> None:
        content = camt(entry(), namespace="").replace(b"Document>", b"e:CBIBdyBkToCstmrStmtReq>")
        content = content.replace(b"BkToCstmrStmt>", b"CBIDlyStmtReqLogMsg>")
        content = content.replace(b"<e:CBI", b"<e:CBI", 1).replace(
            b"<e:CBIBdyBkToCstmrStmtReq>", b'<e:CBIBdyBkToCstmrStmtReq xmlns:e="urn:CBI:xsd:X.00.01.02">'
        )
        assert recognise_statement(content) == "CAMT.053"
        (statement,) = read_statements(io.BytesIO(content), "file")
        assert len(statement.lines) == 1

    def test_a_long_head_may_stand_before_the_statement(self) -> None:
        content = camt(entry()).replace(b"<Document", b"<!--" + b"x" * 20_000 + b"--><Document", 1)
        assert recognise_statement(content) == "CAMT.053"

    def test_blanks_may_stand_before_the_declaration(self) -> None:
        assert len(read(b"\r\n " + camt(entry())).lines) == 1

    def test_a_plus_is_no_fault(self) -> None:
        assert only_line([read(camt(entry("+10.00")))]).amount == Decimal("10.00")

    @pytest.mark.parametrize("before", [0, 65_536, 65_535 + 65_536])
    def test_what_calls_itself_utf_8_and_is_not_is_read(self, before: int) -> None:
        name = "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Müller</Nm></Dbtr></RltdPties></TxDtls></NtryDtls>"
        whole = camt(f"<!--{'x' * before}-->" + entry(inner=name))
        statement = read(whole.replace("ü".encode(), b"\xfc"))
        assert only_line([statement]).counterparty == "Müller"
        assert "ENCODING_ASSUMED" in warning_codes(statement)
        assert "ENCODING_ASSUMED" not in warning_codes(read(whole))

    @pytest.mark.parametrize("cut", range(4))
    def test_a_letter_cut_by_the_end_of_a_chunk_is_whole(self, cut: int) -> None:
        name = "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Ł€𝄞</Nm></Dbtr></RltdPties></TxDtls></NtryDtls>"
        whole = camt("<!--@-->" + entry(inner=name))
        place = whole.index("€".encode())
        whole = whole.replace(b"@", b"x" * (65_536 - place + cut))
        statement = read(whole)
        assert only_line([statement]).counterparty == "Ł€𝄞"
        assert "ENCODING_ASSUMED" not in warning_codes(statement)
