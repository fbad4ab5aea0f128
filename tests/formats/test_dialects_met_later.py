"""What banks' own files hold that no sample here did; each case is a piece of a real file in the plainest frame."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest

from acquit.formats.aeb43 import read_aeb43
from acquit.formats.bai2 import read_bai2
from acquit.formats.coda import read_coda
from acquit.formats.mt940 import read_mt940
from acquit.formats.ofx import read_ofx
from acquit.formats.recognition import recognise_statement
from acquit.formats.statements import StatementLine
from tests.formats import test_aeb43, test_bai2, test_coda
from tests.formats.bank_samples import mt940, only_line, read_bytes, warning_codes

IBAN = "PL61109010140000071219812874"


def swift(movement: str, *details: str) -> StatementLine:
    return only_line(read_bytes(read_mt940, mt940(movement, *details)))


CREDIT = ":61:2602030203CR10,00NTRFNONREF"


class TestSwift:
    @pytest.mark.parametrize("second", ["~00IBCG", "020~00IBCG"], ids=["code alone", "code twice"])
    def test_a_code_alone_on_the_first_line_belongs_to_the_parts_below(self, second: str) -> None:
        line = swift(CREDIT, ":86:020", second, "~20Faktura 12/2019", f"~32FIRMA ABC~38{IBAN}")
        assert (line.bank_code, line.booking_text) == ("020", "IBCG")
        assert (line.text, line.counterparty, line.iban) == ("Faktura 12/2019", "FIRMA ABC", IBAN)

    def test_a_number_alone_before_words_stays_text(self) -> None:
        assert swift(CREDIT, ":86:020", "Miete Maerz").text == "020 Miete Maerz"

    def test_a_reference_that_begins_like_an_iban_of_no_country_is_a_reference(self) -> None:
        line = swift(":61:120810C1,41NOV EV41411REP170112")
        assert (line.iban, line.customer_reference) == ("", "EV41411REP170112")

    @pytest.mark.parametrize("reference", ["SupplementaryDetails2", "2023-02-09-08.37.18.054696"])
    def test_a_long_reference_names_nobody(self, reference: str) -> None:
        line = swift(f":61:2602030203CR10,00NTRF{reference}")
        assert (line.customer_reference, line.counterparty) == (reference, "")

    def test_a_bank_reference_on_the_line_below(self) -> None:
        line = swift(CREDIT.replace("NONREF", "VERYLONGCUSTREF1"), "//BANKREF999")
        assert (line.customer_reference, line.bank_reference) == ("VERYLONGCUSTREF1", "BANKREF999")

    def test_abn_amro_begins_with_the_type(self) -> None:
        line = swift(
            ":61:2602030203D10,00N247NONREF",
            ":86:/RTYP/SEPA Incasso Terugboeking/MARF/123456789XXmandaat/RTRN/",
            "AC01/IBAN/ NL71ABNA1234567890/NAME/Klant NV/EREF/E2E-7",
        )
        assert (line.booking_text, line.return_code) == ("SEPA Incasso Terugboeking", "AC01")
        assert (line.mandate_id, line.iban) == ("123456789XXmandaat", "NL71ABNA1234567890")
        assert (line.counterparty, line.end_to_end_id) == ("Klant NV", "E2E-7")

    def test_keys_behind_a_remittance_end_it(self) -> None:
        line = swift(CREDIT, ":86:/NAME/Klant NV/REMI/STRD/CUR/1070123412341234//UCRD//Zuster BV//")
        assert (line.structured_reference, line.ultimate_counterparty) == ("1070123412341234", "Zuster BV")
        assert swift(CREDIT, ":86:/REMI/Factuur 4711/INIT//NAME/Partij/").text == "Factuur 4711"

    def test_a_german_return_that_says_no_reason_is_a_return(self) -> None:
        line = swift(
            ":61:2602030203D12,35NRTIKREF+",
            ":86:109?00SEPA-LASTSCHR. RETOURE CORE?20SVWZ+SONSTIGE GRUENDE",
        )
        assert line.return_code == "MS03"  # reason not specified

    def test_polish_banks_write_the_account_twice(self) -> None:
        line = swift(CREDIT, f":86:020~00PRZELEW~20Faktura~3010901014~310000071219812874~38{IBAN}")
        assert line.iban == IBAN

    @pytest.mark.parametrize(("mark", "amount"), [("c", "10.00"), ("rc", "-10.00"), ("d", "-10.00")])
    def test_a_mark_in_small_letters_is_one(self, mark: str, amount: str) -> None:
        line = swift(CREDIT.replace("0203C", f"0203{mark}"))
        assert (line.amount, line.is_reversal) == (Decimal(amount), mark == "rc")

    def test_citibank_says_by_whose_order(self) -> None:
        line = swift(
            CREDIT, ":86:/PT/DE/EI/231048 ACME/BO/04982601", "/BO1/ACME TRADING LTD/BO2/LONDON/PY/INV 47"
        )
        assert line.counterparty == "ACME TRADING LTD"
        assert line.text == "/PT/DE/EI/231048 ACME/BO/04982601 /BO1/ACME TRADING LTD/BO2/LONDON/PY/INV 47"
        assert swift(CREDIT, ":86:/PT/FT/PY/X/BO/ACME LTD").counterparty == "ACME LTD"

    def test_triodos_writes_the_others_account_in_part_10_and_ours_in_31(self) -> None:
        ours = ">310666666666"
        assert (
            swift(CREDIT, ":86:000>100555555555", ">20NAAM EN PLAATS", ours).counterparty_account
            == "0555555555"
        )
        unnamed = swift(CREDIT, ":86:000>100000000000", ">20PASNR. 009", ours)
        assert (unnamed.counterparty_account, unnamed.iban) == ("", "")
        sepa = swift(CREDIT, ":86:000>100000000000", ">20RABONL2U", ">21NL12RABO0888888888", ">22NAAM", ours)
        assert (sepa.counterparty_account, sepa.iban, sepa.bic) == ("", "NL12RABO0888888888", "RABONL2U")

    def test_bulgarian_codes_are_letters(self) -> None:
        line = swift(CREDIT, ":86:TBB+00PREVOD+20F4483+30BFTBBGSF+31BG42BFTB76301077479705+32FIRMA1 OOD")
        assert (line.bank_code, line.text, line.counterparty) == ("TBB", "F4483", "FIRMA1 OOD")
        assert (line.iban, line.bic) == ("BG42BFTB76301077479705", "BFTBBGSF")


def test_fints_ends_lines_with_two_signs() -> None:
    content = mt940(CREDIT, ":86:166?00GUTSCHRIFT?20Rechnung 7").replace(b"\r\n", b"@@")
    assert (b"\n" in content, recognise_statement(content)) == (False, "MT940")
    assert only_line(read_bytes(read_mt940, content)).text == "Rechnung 7"


class TestCoda:
    def test_a_number_where_a_reason_stands_is_no_return(self) -> None:
        """A bank's own number in a file of 2006, before reasons stood there."""
        line = coda_line(test_coda.movement(), p110="00843246306A16481 0")
        assert (line.return_code, line.purpose_code) == ("", "")

    def test_a_reason_is_a_return(self) -> None:
        assert coda_line(test_coda.movement(), p113="3MS03").return_code == "MS03"

    def test_the_reason_in_a_direct_debit_is_read(self) -> None:
        said = f"1127050624111{'BE69ZZZ050D000000008':<35}{'M-1':<35}{'DD 7':<62}2MD01"
        first, second = said[:54], said[54:107]
        line = coda_line(test_coda.movement(communication=first), third=said[107:], p11=second)
        assert (line.mandate_id, line.text, line.return_code) == ("M-1", "DD 7", "MD01")


def coda_line(movement: str, third: str = "", **second: str) -> StatementLine:
    records = [
        movement,
        test_coda.record(p1="2200010000", **second),
        test_coda.record(p1="2300010000", p83=third),
    ]
    content = [test_coda.HEADER, test_coda.old(), *records, test_coda.new(), test_coda.trailer(5)]
    return only_line(read_bytes(read_coda, "\n".join(content).encode()))


def test_bai2_comes_without_line_ends() -> None:
    apart = test_bai2.bai2("16,165,1500,0,B-1,C-1,RENT 7/16, PAID/", "16,165,2500,S,1,2,3,B-2,,/", "88,MAY/")
    (joined,) = read_bytes(read_bai2, apart.replace(b"\n", b""))
    (statement,) = read_bytes(read_bai2, apart)

    assert [(one.amount, one.bank_reference, one.text) for one in joined.lines] == [
        (Decimal("15.00"), "B-1", "RENT 7/16, PAID"),
        (Decimal("25.00"), "B-2", "MAY"),
    ]
    assert [one.text for one in statement.lines] == [one.text for one in joined.lines]
    assert (joined.opening, joined.closing) == (statement.opening, statement.closing)


def test_bai2_keeps_a_text_that_begins_with_a_word_and_a_colon() -> None:
    content = test_bai2.bai2(
        "16,195,250000,,REF1,,WIRE TRANSFER CREDIT", "88,DESC: INVOICE 4711", "88,INVC:88123"
    )
    line = only_line(read_bytes(read_bai2, content))
    assert line.text == "WIRE TRANSFER CREDIT DESC: INVOICE 4711 INVC:88123"


OFX = (
    b'<?OFX OFXHEADER="200" VERSION="211"?><OFX ><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>BRL'
    b"<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20220411"
    b"<TRNAMT>            .  </TRNAMT><FITID>7<MEMO>SALDO DIA</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS>"
    b"</BANKMSGSRSV1></OFX>"
)


def test_ofx_with_a_blank_in_its_root_and_an_amount_without_digits() -> None:
    assert recognise_statement(OFX) == "OFX"
    (statement,) = read_ofx(BytesIO(OFX), "file")
    (line,) = statement.lines
    assert (line.amount, line.text) == (Decimal(0), "SALDO DIA")
    assert "AMOUNT_WITHOUT_DIGITS" in warning_codes(statement)


def test_ofx_ends_a_cards_statement_by_the_name_of_an_accounts() -> None:
    content = OFX.replace(b"<STMTRS>", b"<CCSTMTRS>")
    assert content != OFX
    (statement,) = read_ofx(BytesIO(content), "file")
    assert len(statement.lines) == 1


def test_aeb43_behind_the_header_of_a_tape() -> None:
    content = b"00TI222222    2011102504133012345601TL1Norma43\n" + test_aeb43.aeb43()
    assert recognise_statement(content) == "AEB43"
    assert len(read_bytes(read_aeb43, content)) == 1
