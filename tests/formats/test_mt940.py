"""MT940 and MT942: what each field means, and what is done when a bank writes it otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.formats.mt940 import read_mt940, signed_amount
from acquit.formats.short_dates import parse_day, parse_entry_day
from acquit.formats.statements import Statement, StatementKind, StatementLine, UnreadableStatement
from acquit.formats.unreadable import NotReadable
from tests.formats.bank_samples import mt940, only_line, read_bytes, warning_codes

MOVEMENT = ":61:2602030203CR10,00NTRFNONREF//DE1260203001234"


def read_one(content: bytes) -> Statement:
    (statement,) = read_bytes(read_mt940, content)
    return statement


def read_line(movement: str, *details: str) -> StatementLine:
    return only_line(read_bytes(read_mt940, mt940(movement, *details)))


def refusal_of(content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as refused:
        read_bytes(read_mt940, content)
    return refused.value


class TestSignedAmount:
    @pytest.mark.parametrize(
        ("text", "signed"),
        [
            ("C1500,00", "1500.00"),
            ("D45,5", "-45.50"),
            ("RC100,00", "-100.00"),
            ("RD20,", "20.00"),
            ("CR1,234", "1.234"),
            ("DR0,01", "-0.01"),
            ("RCR5,", "-5.00"),
            ("RDR5,", "5.00"),
            ("EC7,", "7.00"),
            ("ED7,", "-7.00"),
            ("C 1500,00", "1500.00"),
            ("C1.234,56", "1234.56"),
            ("D1234.56", "-1234.56"),
        ],
    )
    def test_mark_and_amount(self, text: str, signed: str) -> None:
        assert str(signed_amount(text)) == signed

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "1500,00",
            "X5,",
            "C",
            "C,5",
            "C1.234",
            "C1,2,3",
            "C-5,00",
            "CC5,00,",
            "C٣,",
            "C1.23.4",
            "C" + "9" * 19 + ",",
        ],
    )
    def test_what_has_not_one_meaning_is_not_read(self, text: str) -> None:
        with pytest.raises(NotReadable):
            signed_amount(text)


class TestDates:
    def test_the_century_turns_at_eighty(self) -> None:
        assert parse_day("791231") == (date(2079, 12, 31), False)
        assert parse_day("800101") == (date(1980, 1, 1), False)

    def test_a_day_beyond_its_month_is_the_months_last(self) -> None:
        assert parse_day("260230") == (date(2026, 2, 28), True)
        assert parse_day("240230") == (date(2024, 2, 29), True)

    @pytest.mark.parametrize("text", ["261301", "260100", "260132", "26020", "2602ab", "٢٦٠٢٠٣"])
    def test_impossible_days_are_not_read(self, text: str) -> None:
        with pytest.raises(NotReadable):
            parse_day(text)

    @pytest.mark.parametrize(
        ("entry", "value", "booked"),
        [
            ("0102", date(2025, 12, 31), date(2026, 1, 2)),
            ("1231", date(2026, 1, 1), date(2025, 12, 31)),
            ("0203", date(2026, 2, 3), date(2026, 2, 3)),
            ("0229", date(2024, 3, 1), date(2024, 2, 29)),
        ],
    )
    def test_an_entry_lies_in_the_nearest_year(self, entry: str, value: date, booked: date) -> None:
        assert parse_entry_day(entry, value) == (booked, False)


class TestMovements:
    def test_a_standard_line(self) -> None:
        line = read_line(MOVEMENT)
        assert (line.booking_date, line.value_date) == (date(2026, 2, 3), date(2026, 2, 3))
        assert (line.amount, line.currency) == (Decimal("10.00"), "EUR")
        assert (line.bank_reference, line.customer_reference) == ("DE1260203001234", "")
        assert (line.transaction_code, line.is_reversal) == ("NTRF", False)

    @pytest.mark.parametrize(
        ("movement", "expected"),
        [
            (":61:260203C10,00NTRFREF1//B1", ("10.00", "NTRF", "REF1", "B1")),
            (":61:260203    D10,NTRFREF1", ("-10", "NTRF", "REF1", "")),
            (":61:2602030203RCR10,00NMSCA/B//C", ("-10.00", "NMSC", "A/B", "C")),
            (":61:2602030203RD10,00NMSCNONREF", ("10.00", "NMSC", "", "")),
            (":61:260203C10,00NOV NONREF", ("10.00", "NOV", "", "")),
            (":61:260203C10,00 NTRFNONREF//B1", ("10.00", "NTRF", "", "B1")),
            (":61:260203CN10,00//B1", ("10.00", "", "", "B1")),
            (":61:260203D10,00NONREF", ("-10.00", "", "", "")),
            (":61:260203C10,00S05168790452", ("10.00", "S051", "68790452", "")),
            (":61:260203C10NTRF29-07-2014 10:05//B1", ("10", "NTRF", "29-07-2014 10:05", "B1")),
            (":61:260203C000000000010.00NMSCREF", ("10.00", "NMSC", "REF", "")),
            (":61:260203C10,00NMSC", ("10.00", "NMSC", "", "")),
            (":61:260203C10,00NMSC//", ("10.00", "NMSC", "", "")),
        ],
    )
    def test_dialects(self, movement: str, expected: tuple[str, str, str, str]) -> None:
        line = read_line(movement)
        found = (line.amount, line.transaction_code, line.customer_reference, line.bank_reference)
        assert found == (Decimal(expected[0]), *expected[1:])

    @pytest.mark.parametrize(
        ("movement", "code"),
        [
            (":61:260203C10NTRFX", "NO_DECIMAL_COMMA"),
            (":61:260203C10.00NTRFX", "DECIMAL_POINT"),
            (":61:260203C1.010,00NTRFX", "GROUPED_AMOUNT"),
            (":61:260230C10,00NTRFX", "DATE_BEYOND_MONTH"),
            (":61:260203C10,00NONREF", "TYPE_MISSING"),
        ],
    )
    def test_what_was_accepted_is_said_with_its_line(self, movement: str, code: str) -> None:
        statement = read_one(mt940(movement))
        (warning,) = [one for one in statement.warnings if one.code == code]
        assert (warning.place, warning.count) == ("line 5", 1)

    def test_the_same_oddity_a_thousand_times_is_one_warning(self) -> None:
        statement = read_one(mt940(*[":61:260203C10.00NTRFX"] * 1000))
        (warning,) = [one for one in statement.warnings if one.code == "DECIMAL_POINT"]
        assert (warning.place, warning.count) == ("line 5", 1000)

    @pytest.mark.parametrize(
        "movement",
        [
            ":61:261303C10,00NTRFX",
            ":61:260203X10,00NTRFX",
            ":61:260203C1.010NTRFX",
            ":61:260203CNTRFX",
            ":61:260203C10,00?x",
            ":61:",
            ":61:2602031399C10,00NTRFX",
        ],
    )
    def test_what_cannot_be_read_is_refused_with_its_line(self, movement: str) -> None:
        refused = refusal_of(mt940(MOVEMENT, movement))
        assert (refused.code, refused.place, refused.value) == ("LINE_UNREADABLE", "line 6", movement)

    def test_a_line_cut_in_its_middle_is_joined_and_said(self) -> None:
        content = mt940(":61:2602030203CR", "10,00NTRFNONREF", ":", "86:166?00X?20Text")
        statement = read_one(content)
        assert (statement.lines[0].amount, statement.lines[0].text) == (Decimal("10.00"), "Text")
        assert "LINE_CUT" in warning_codes(statement)

    def test_an_expected_movement_is_pending(self) -> None:
        statement = read_one(mt940(":61:260203EC10,00NTRFX"))
        assert (len(statement.lines), len(statement.pending_lines)) == (0, 1)

    def test_original_amount_and_charges_below_the_line(self) -> None:
        line = read_line(MOVEMENT, "/OCMT/USD11,85//CHGS/EUR0,50/")
        assert (line.original_amount, line.original_currency) == (Decimal("11.85"), "USD")
        assert line.charges_amount == Decimal("0.50")

    def test_an_account_below_the_line(self) -> None:
        assert read_line(MOVEMENT, "NL96RBOS0523149468").iban == "NL96RBOS0523149468"
        assert read_line(MOVEMENT, "0663616476").counterparty_account == "0663616476"

    def test_a_name_behind_its_account_on_the_same_line(self) -> None:
        line = read_line(":61:260203C10,00NMSCP001234567      ACME B.V.")
        assert (line.counterparty, line.counterparty_account, line.customer_reference) == (
            "ACME B.V.",
            "P001234567",
            "",
        )

    def test_an_iban_in_place_of_a_reference(self) -> None:
        line = read_line(":61:260203C10,00NOVBNL47INGB9999999999", "hr paulissen")
        assert (line.iban, line.customer_reference, line.booking_text) == (
            "NL47INGB9999999999",
            "",
            "hr paulissen",
        )

    def test_what_is_quoted_is_what_stands_in_the_file(self) -> None:
        line = read_line(MOVEMENT, ":86:166?00X?20A  B", "C?32N")
        assert line.raw == f"{MOVEMENT}\n:86:166?00X?20A  B\nC?32N"
        assert line.source_line == 5


class TestGermanDetails:
    def test_parts_and_tags(self) -> None:
        line = read_line(
            MOVEMENT,
            ":86:166?00SEPA-GUTSCHRIFT?109310?20EREF+E2E-1?21MREF+M-1?22CRED+DE98",
            "ZZZ09999999999?23SVWZ+RE-2026-004711 RECHNUN?24G VOM 03.01.2026 ABZGL. SKO?25NT",
            "O?26ABWA+Behind AG?30DEUTDEDK?31DE74370700600201883400?32Bauge",
            "nossenschaft Elbaue ?33eG?34000",
        )
        assert line.text == "RE-2026-004711 RECHNUNG VOM 03.01.2026 ABZGL. SKONTO"
        assert (line.end_to_end_id, line.mandate_id, line.creditor_id) == (
            "E2E-1",
            "M-1",
            "DE98ZZZ09999999999",
        )
        assert (line.counterparty, line.ultimate_counterparty) == ("Baugenossenschaft Elbaue eG", "Behind AG")
        assert (line.iban, line.bic) == ("DE74370700600201883400", "DEUTDEDK")
        assert (line.bank_code, line.booking_text) == ("166", "SEPA-GUTSCHRIFT")

    @pytest.mark.parametrize("separator", ["?", "<", ">", "^", "~", "@", "|", "+"])
    def test_any_separator(self, separator: str) -> None:
        line = read_line(MOVEMENT, f":86:166{separator}00A{separator}20Text{separator}32Name")
        assert (line.text, line.counterparty) == ("Text", "Name")

    def test_a_tag_cut_in_two_at_a_full_part(self) -> None:
        line = read_line(MOVEMENT, ":86:166?20EREF+12345678901234567 SVWZ?21+Purpose")
        assert (line.end_to_end_id, line.text) == ("12345678901234567", "Purpose")

    def test_short_parts_end_words_and_full_ones_run_on(self) -> None:
        line = read_line(MOVEMENT, f":86:166?20{'A' * 27}?21B?22C?60D")
        assert line.text == "A" * 27 + "B C D"

    def test_a_separator_inside_a_text(self) -> None:
        assert read_line(MOVEMENT, ":86:166?20Really?99 yes?32N?77M").text == "Really?99 yes"

    def test_old_bank_code_and_account(self) -> None:
        line = read_line(MOVEMENT, ":86:051?00X?20Y?3020010020?310012345678?32N")
        assert (line.iban, line.bic, line.counterparty_account) == ("", "", "20010020/0012345678")

    @pytest.mark.parametrize(
        ("details", "code"),
        [
            ("109?00RETOURE?20SVWZ+RETOURE AM04 KEINE DECKUNG", "AM04"),
            ("159?00RETOURE?20MTLG:Konto gesperrt?34903", "AC06"),
            ("109?00RETOURE?20X?34907", "907"),
            ("166?00GUTSCHRIFT?20AM04 is a model number?34914", ""),
        ],
    )
    def test_the_reason_of_a_return(self, details: str, code: str) -> None:
        assert read_line(MOVEMENT, f":86:{details}").return_code == code

    def test_original_amount_and_charges_in_tags(self) -> None:
        line = read_line(MOVEMENT, ":86:109?20EREF+A?21OAMT+11,85 COAM+0,50 SVWZ+X")
        assert (line.original_amount, line.charges_amount, line.text) == (
            Decimal("11.85"),
            Decimal("0.50"),
            "X",
        )

    def test_without_a_code_in_front(self) -> None:
        assert read_line(MOVEMENT, ":86:?00A?20Text").text == "Text"

    def test_a_time_that_looks_like_a_field_is_text(self) -> None:
        for wrapped in (":26:37 Fo", ":20:37 Fo", ":25:37 Fo", ":12:11 Fo"):
            line = read_line(MOVEMENT, ":86:106?20SVWZ+2026-02-03T16", wrapped + "?21lgenr. 007")
            assert line.text == f"2026-02-03T16{wrapped}lgenr. 007"


class TestSlashedDetails:
    def test_abn_amro(self) -> None:
        line = read_line(
            MOVEMENT,
            ":86:/TRTP/SEPA INCASSO/CSID/NL36ZZZ123456780000/NAME/XXXXXXXX B.V./MARF",
            "/000000059990/REMI//INV/1511682351 1.12.2016/IBAN/NL37DEUT0123456789",
            "/BIC/DEUTNL2AXXX/EREF/012345678912361000",
        )
        assert (line.booking_text, line.creditor_id) == ("SEPA INCASSO", "NL36ZZZ123456780000")
        assert (line.counterparty, line.iban, line.bic) == (
            "XXXXXXXX B.V.",
            "NL37DEUT0123456789",
            "DEUTNL2AXXX",
        )
        assert (line.mandate_id, line.end_to_end_id) == ("000000059990", "012345678912361000")
        assert line.text == "INV/1511682351 1.12.2016"

    def test_ing(self) -> None:
        line = read_line(
            MOVEMENT,
            ":86:/EREF/501810557591//MARF/1.14332853//CSID/NL93ZZZ332656790051",
            "//CNTP/NL12COBA0733959555/COBANL2XXXX/B ASDGF Netherlands BV///R",
            "EMI/USTD//Factuurnummer 987654321098//PURP/OTHR/",
        )
        assert (line.end_to_end_id, line.mandate_id) == ("501810557591", "1.14332853")
        assert (line.iban, line.bic, line.counterparty) == (
            "NL12COBA0733959555",
            "COBANL2XXXX",
            "B ASDGF Netherlands BV",
        )
        assert (line.text, line.purpose_code) == ("Factuurnummer 987654321098", "OTHR")

    @pytest.mark.parametrize(
        "details",
        [
            "/EREF/1/BENM//NAME/Tax/REMI//CDTRREFTP//CD/SCOR/ISSR/CUR/CDTRREF/1234567899874563/ISDT/2013-12-27",
            "/EREF/1/NAME/Tax/REMI/STRD/CUR/1234567899874563/",
        ],
    )
    def test_a_structured_reference(self, details: str) -> None:
        line = read_line(MOVEMENT, f":86:{details}")
        assert (line.structured_reference, line.counterparty) == ("1234567899874563", "Tax")

    def test_values_with_slashes(self) -> None:
        line = read_line(MOVEMENT, ":86:/EREF/REF17/22/DEC/ORDP//NAME/A en/of B/REMI/2026/03 x/y")
        assert (line.end_to_end_id, line.counterparty, line.text) == (
            "REF17/22/DEC",
            "A en/of B",
            "2026/03 x/y",
        )

    def test_a_return(self) -> None:
        assert read_line(MOVEMENT, ":86:/RTRN/MS03/EREF/X/NAME/N/REMI/T").return_code == "MS03"

    def test_hsbc(self) -> None:
        line = read_line(MOVEMENT, ":86:/OCMT/USD2853,12/", "PAYMENT OF INVOICES 204011665", "/OGB/BANK")
        assert (line.original_amount, line.original_currency) == (Decimal("2853.12"), "USD")
        assert line.text == "PAYMENT OF INVOICES 204011665"


class TestOtherDetails:
    def test_several_details_fields_are_one_text(self) -> None:
        assert (
            read_line(MOVEMENT, ":86:Demo gebruiker", ":86:Spaarpot  kantine").text
            == "Demo gebruiker Spaarpot kantine"
        )

    def test_a_full_line_of_free_text_runs_on(self) -> None:
        assert read_line(MOVEMENT, ":86:" + "A" * 65, "B", "C").text == "A" * 65 + "B C"

    def test_labels_in_columns(self) -> None:
        line = read_line(
            MOVEMENT,
            ":86:SEPA OVERBOEKING                 IBAN: NL56CHAS0101010101",
            "BIC: CHASNL2XXXX                 NAAM: AA GHGHGH NETHERLANDS B.V.",
            "OMSCHRIJVING: 1412DEC 2015 CONSU LTING",
            "KENMERK: 7541410",
        )
        assert (line.iban, line.bic, line.counterparty) == (
            "NL56CHAS0101010101",
            "CHASNL2XXXX",
            "AA GHGHGH NETHERLANDS B.V.",
        )
        assert (line.text, line.end_to_end_id) == ("1412DEC 2015 CONSULTING", "7541410")

    def test_a_lonely_label_is_text(self) -> None:
        line = read_line(MOVEMENT, ":86:please pay to IBAN: DE02120300000000202051")
        assert (line.iban, line.text) == ("", "please pay to IBAN: DE02120300000000202051")

    def test_numbered_details(self) -> None:
        line = read_line(MOVEMENT, ":NS:01Purpose 1", "02Purpose 2", "15Payer", "17Booking text")
        assert (line.text, line.counterparty, line.booking_text) == (
            "Purpose 1 Purpose 2",
            "Payer",
            "Booking text",
        )


class TestStatements:
    def test_header_and_balances(self) -> None:
        one = read_one(mt940(MOVEMENT, opening="D260202EUR5,00", closing="C260203EUR5,"))
        assert (one.format, one.kind, one.is_booked) == ("MT940", StatementKind.STATEMENT, True)
        assert (one.account, one.currency, one.statement_id) == ("DE94370400440532013000", "EUR", "STARTUMS")
        assert (one.sequence, one.page, one.is_last_page) == ("00012", "001", True)
        assert (one.opening, one.closing) == (Decimal("-5.00"), Decimal(5))
        assert (one.opening_date, one.closing_date) == (date(2026, 2, 2), date(2026, 2, 3))
        assert (one.balanced, one.difference, one.warnings) == (True, Decimal(0), ())

    def test_a_difference(self) -> None:
        one = read_one(mt940(MOVEMENT))
        assert (one.balanced, one.difference) == (False, Decimal("-10.00"))
        assert warning_codes(one) == {"NOT_BALANCED"}

    @pytest.mark.parametrize(
        ("field", "account", "currency"),
        [
            ("NL91ABNA0417164300", "NL91ABNA0417164300", "EUR"),
            ("NL10BUNQ2290325473 EUR", "NL10BUNQ2290325473", "EUR"),
            ("NL54INGB0001234500EUR", "NL54INGB0001234500", "EUR"),
            ("NL92 KNAB 0123 4567 89", "NL92KNAB0123456789", "EUR"),
            ("51210600/9223382012EUR", "51210600/9223382012", "EUR"),
            ("1700.59.286USD", "1700.59.286", "EUR"),
            ("UBRTHUHB/123456789150/HUF", "UBRTHUHB/123456789150", "EUR"),
            ("0878787878       ", "0878787878", "EUR"),
            ("GB33BUKB20201555555555", "GB33BUKB20201555555555", "EUR"),
        ],
    )
    def test_accounts(self, field: str, account: str, currency: str) -> None:
        one = read_one(mt940().replace(b"DE94370400440532013000", field.encode()))
        assert (one.account, one.currency) == (account, currency)

    def test_an_interim_report(self) -> None:
        content = (
            b":20:R1\r\n:25:DE94370400440532013000\r\n:28C:1/1\r\n:34F:EURD0,\r\n:13D:2602031200+0100\r\n"
            + MOVEMENT.encode()
            + b"\r\n:90D:0EUR0,00\r\n:90C:2EUR10,00\r\n-\r\n"
        )
        one = read_one(content)
        assert (one.format, one.kind, one.is_booked) == ("MT942", StatementKind.INTRADAY, False)
        assert (one.currency, one.balanced, one.created) == ("EUR", None, "2602031200+0100")
        assert warning_codes(one) == {"CONTROL_TOTAL_DIFFERS"}

    @pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
    def test_line_ends(self, ending: str) -> None:
        content = mt940(MOVEMENT, ":86:166?20A", "B").replace(b"\r\n", ending.encode())
        line = only_line(read_bytes(read_mt940, content))
        assert (line.text, line.source_line) == ("AB", 5)

    def test_envelopes_and_headings_around_messages(self) -> None:
        body = mt940(MOVEMENT).decode().removesuffix("-\r\n")
        swift = (
            "{1:F01KNABNL2HAXXX0000000000}{2:I940KNABNL2HXXXXN3020}{4:\r\n" + body + "-}{5:{MAC:0}{CHK:0}}"
        )
        headed = "ABNANL2A\r\n940\r\nABNANL2A\r\n" + body + "-\r\n"
        ing = "0000 01INGBNL2AXXXX00001\r\n940 00\r\n" + body + "-XXX\r\n"
        content = "\x01" + swift + swift + "\x03\r\n" + headed + ing + headed
        statements = read_bytes(read_mt940, content.encode())
        assert [len(one.lines) for one in statements] == [1] * 5
        assert {line.raw for one in statements for line in one.lines} == {MOVEMENT}

    def test_a_dash_inside_the_details_is_text(self) -> None:
        content = mt940(MOVEMENT, ":86:/EREF/1/NAME/N/REMI/Text -", "-")
        assert read_one(content).lines[0].text == "Text - -"

    def test_a_page_that_goes_on(self) -> None:
        content = mt940(MOVEMENT).replace(b":62F:", b":62M:")
        assert read_one(content).is_last_page is False

    def test_a_statement_without_its_reference_after_another(self) -> None:
        second = mt940(MOVEMENT).replace(b":20:STARTUMS\r\n", b"").replace(b"-\r\n", b"")
        statements = read_bytes(read_mt940, mt940(MOVEMENT) + second)
        assert [len(one.lines) for one in statements] == [1, 1]
        assert "REFERENCE_MISSING" in warning_codes(statements[1])

    def test_a_header_alone_at_the_end_is_given_as_an_empty_statement(self) -> None:
        statements = read_bytes(read_mt940, mt940(MOVEMENT) + b":20:NEXT\r\n")
        assert [len(one.lines) for one in statements] == [1, 0]
        assert "STATEMENT_EMPTY" in warning_codes(statements[1])

    def test_a_statement_without_closing_balance(self) -> None:
        content = mt940(MOVEMENT, ":86:Text").partition(b":62F:")[0]
        one = read_one(content)
        assert (one.balanced, one.closing) == (None, None)
        assert "may be cut off" in next(w.message for w in one.warnings if w.code == "BALANCE_MISSING")

    def test_a_balance_without_currency_is_not_used(self) -> None:
        one = read_one(mt940(MOVEMENT, closing="C260203110,00"))
        assert (one.closing, one.balanced) == (None, None)
        assert "BALANCE_WITHOUT_CURRENCY" in warning_codes(one)

    @pytest.mark.parametrize(
        "closing", ["C260203EUR11 27421,94", "X260203EUR1,00", "C260203EURabc", "", "C260203EUR1.234"]
    )
    def test_an_unreadable_balance_is_refused(self, closing: str) -> None:
        refused = refusal_of(mt940(MOVEMENT, closing=closing))
        assert (refused.code, refused.place, refused.value) == (
            "BALANCE_UNREADABLE",
            "line 6",
            f":62F:{closing}",
        )

    @pytest.mark.parametrize(
        "content", [b"", b"hello", b":86:x", b":NS:", b":20:x\r\n", b"\xff\xfe", b"\n" * 1000]
    )
    def test_what_is_no_statement_is_refused(self, content: bytes) -> None:
        assert refusal_of(content).code == "NO_STATEMENT"

    def test_zero_bytes_are_no_text(self) -> None:
        assert refusal_of(mt940(MOVEMENT) + b"\0").code == "NOT_TEXT"


class TestEncodings:
    TEXT = ":86:166?20Grüße für Müller?32Löwenbräu"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
    def test_utf_8_needs_no_word(self, encoding: str) -> None:
        content = mt940(MOVEMENT, self.TEXT).decode().encode(encoding)
        one = read_one(content)
        assert (one.lines[0].text, one.lines[0].counterparty) == ("Grüße für Müller", "Löwenbräu")
        assert "ENCODING_ASSUMED" not in warning_codes(one)

    @pytest.mark.parametrize(
        ("encoding", "said"), [("cp1252", "cp1252"), ("latin-1", "cp1252"), ("cp437", "cp437")]
    )
    def test_what_was_taken_is_said(self, encoding: str, said: str) -> None:
        one = read_one(mt940(MOVEMENT, self.TEXT).decode().encode(encoding))
        assert one.lines[0].text == "Grüße für Müller"
        (warning,) = [w for w in one.warnings if w.code == "ENCODING_ASSUMED"]
        assert (said in warning.message, warning.place) == (True, "line 6")

    def test_utf_16(self) -> None:
        one = read_one(mt940(MOVEMENT, self.TEXT).decode().encode("utf-16"))
        assert one.lines[0].text == "Grüße für Müller"
        assert "ENCODING_ASSUMED" in warning_codes(one)


def test_polish_banks_name_the_payer_in_parts_that_are_purpose_elsewhere() -> None:
    movement = ":61:2602030203CN10,00S073FV 1//B1"
    details = (
        "020{0}00PRZELEW{0}20Zaplata FV 9{0}21/2026{0}27Jan Nowak{0}28{0}30{0}3161109010140000071219812874"
    )

    polish = only_line(read_bytes(read_mt940, mt940(movement, ":86:" + details.format("<"))))
    german = only_line(read_bytes(read_mt940, mt940(movement, ":86:" + details.format("?"))))

    assert (polish.counterparty, polish.text) == ("Jan Nowak", "Zaplata FV 9 /2026")
    assert (german.counterparty, german.text) == ("", "Zaplata FV 9 /2026 Jan Nowak")
    assert polish.iban == german.iban == "PL61109010140000071219812874"
