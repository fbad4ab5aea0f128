"""What a scout found read wrongly in banks' files; each case is a piece of such a file in the plainest frame."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from acquit.formats.aeb43 import read_aeb43
from acquit.formats.bai2 import read_bai2
from acquit.formats.mt940 import read_mt940
from acquit.formats.ofx import read_ofx
from acquit.formats.statements import Statement, StatementLine, UnreadableStatement
from acquit.formats.text_lines import CHUNK_BYTES, choose_one_byte_encoding
from tests.formats import test_aeb43, test_bai2, test_cfonb, test_ofx
from tests.formats.bank_samples import mt940, only_line, read_bytes, warning_codes

CREDIT = ":61:2602030203C10,00NTRFNONREF"
GERMAN_ACCOUNT = ":25:DE94370400440532013000"


def account_file(account: str, *lines: str, currency: str = "EUR", encoding: str = "utf-8") -> bytes:
    """Make a statement of this account (:25:) in this currency, written in an encoding."""
    balance = f"{currency}100,00"
    content = mt940(*lines, opening=f"C260202{balance}", closing=f"C260203{balance}").decode()
    return content.replace(GERMAN_ACCOUNT, f":25:{account}").encode(encoding)


def read_one(content: bytes) -> Statement:
    (statement,) = read_bytes(read_mt940, content)
    return statement


def assumed(statement: Statement) -> list[str]:
    """Give what the warnings say of the encoding."""
    return [one.message for one in statement.warnings if one.code == "ENCODING_ASSUMED"]


NAMES = {
    "PL80224030990000400208955593": ("ZAPŁATA FV 1", "Spółka ŻÓŁW Święta Łąka Sp. z o.o."),
    "CZ6508000000192000145399": ("Příchozí platba", "Šťastný a Řehoř s.r.o."),
    "SK3112000000198742637541": ("Úhrada faktúry", "Ťažký Ľubomír a Žilinčan"),
    "HU42117730161111101800000000": ("SZÁMLA FV 1", "FŐVÁROSI VÍZMŰVEK Zrt. Győr"),
    "HR1210010051863000160": ("Plaćanje računa", "ŠKODA Đakovo i Žagar"),
    "SI56191000000123438": ("Plačilo", "ŽELEZNIŠKI DOM in Križaj"),
    "RS35260005601001611379": ("Uplata računa", "MEĐIMURJE ŽUPANIJA"),
    "BA391290079401028494": ("Uplata računa", "Kućište ČAPLJINA"),
}


class TestCentralEuropeanLetters:
    @pytest.mark.parametrize("account", NAMES)
    @pytest.mark.parametrize("encoding", ["cp1250", "iso8859-2", "cp852"])
    def test_the_country_of_the_account_tells_the_code_page(self, account: str, encoding: str) -> None:
        text, name = NAMES[account]
        one = read_one(account_file(account, CREDIT, f":86:166?20{text}?32{name}", encoding=encoding))
        (line,) = one.lines
        (message,) = assumed(one)
        assert (line.text, line.counterparty) == (text, name)
        assert message.startswith("The file is not UTF-8; from here on it is read as ")

    @pytest.mark.parametrize("encoding", ["cp1250", "cp852"])
    def test_rumanian_has_an_alphabet_of_its_own(self, encoding: str) -> None:
        account = "RO19INGB0000999904621843"
        one = read_one(
            account_file(account, CREDIT, ":86:166?20Plată?32ŞTEFĂNEŞTI Brânză", encoding=encoding)
        )
        assert (one.lines[0].text, one.lines[0].counterparty) == ("Plată", "ŞTEFĂNEŞTI Brânză")

    @pytest.mark.parametrize(
        ("encoding", "said"), [("cp1250", "cp1250"), ("iso8859-2", "iso8859-2"), ("cp852", "cp852")]
    )
    def test_the_code_page_is_said(self, encoding: str, said: str) -> None:
        details = ":86:166?20Święta Łąka"
        one = read_one(
            account_file("/PL80224030990000400208955593", CREDIT, details, encoding=encoding),
        )
        assert assumed(one) == [f"The file is not UTF-8; from here on it is read as {said}."]

    @pytest.mark.parametrize(
        ("currency", "name"),
        [("PLN", "Żabka Święta"), ("CZK", "Šťastný"), ("HUF", "Győri Hűtő"), ("RON", "Brăila Ţară")],
    )
    def test_a_number_without_a_country_leaves_it_to_the_currency(self, currency: str, name: str) -> None:
        content = account_file(
            "0300/123456789", CREDIT, f":86:051?32{name}", currency=currency, encoding="cp1250"
        )
        assert only_line(read_bytes(read_mt940, content)).counterparty == name

    def test_letters_of_both_cases_tell_pages_apart_that_give_letters_alike(self) -> None:
        account = "/PL80224030990000400208955593"
        for encoding in ("cp1250", "cp852"):
            content = account_file(account, CREDIT, ":86:051?32ZĄB?20ząb", encoding=encoding)
            line = only_line(read_bytes(read_mt940, content))
            assert (line.counterparty, line.text) == ("ZĄB", "ząb")

    def test_signs_of_no_central_european_page_are_those_of_the_western_one(self) -> None:
        content = account_file(
            "PL80224030990000400208955593", CREDIT, ":86:051?20Lokal 75 m²", encoding="cp1252"
        )
        one = read_one(content)
        assert one.lines[0].text == "Lokal 75 m²"
        assert assumed(one) == ["The file is not UTF-8; from here on it is read as cp1252."]

    def test_a_payer_abroad_keeps_his_letters(self) -> None:
        content = account_file("CZ6508000000192000145399", CREDIT, ":86:051?32Müller GmbH", encoding="cp1250")
        assert only_line(read_bytes(read_mt940, content)).counterparty == "Müller GmbH"

    @pytest.mark.parametrize(
        ("account", "currency"),
        [
            ("DE94370400440532013000", "EUR"),
            ("DE94370400440532013000", "PLN"),
            ("20041111/0123456789", "EUR"),
        ],
    )
    def test_accounts_elsewhere_are_read_as_before(self, account: str, currency: str) -> None:
        content = account_file(
            account, CREDIT, ":86:166?32Crème Père?20Straße", currency=currency, encoding="cp1252"
        )
        one = read_one(content)
        assert (one.lines[0].counterparty, one.lines[0].text) == ("Crème Père", "Straße")
        assert assumed(one) == ["The file is not UTF-8; from here on it is read as cp1252."]

    def test_the_account_may_stand_many_blocks_before_its_first_letter(self) -> None:
        plain = [f"{CREDIT}//B{number}\r\n:86:166?20Plain" for number in range(3000)]
        account = "PL80224030990000400208955593"
        content = account_file(account, *plain, CREDIT, ":86:166?32Święta Łąka", encoding="cp852")
        assert content.index("Święta".encode("cp852")) > 2 * CHUNK_BYTES
        assert read_one(content).lines[-1].counterparty == "Święta Łąka"

    def test_the_account_named_last_before_the_letter_counts(self) -> None:
        german = account_file("DE94370400440532013000", CREDIT, ":86:Plain")
        polish = account_file("PL80224030990000400208955593", CREDIT, ":86:Łąka", encoding="cp852")
        assert read_one(polish).lines[0].text == "Łąka"
        _, second = read_bytes(read_mt940, german + polish)
        assert second.lines[0].text == "Łąka"


class TestDos:
    def test_western_capitals_are_those_of_cp850(self) -> None:
        first, second = "FACTURA AÑO 2026/001", "CAÑÓN E HIJOS, BAÑOS"
        content = test_aeb43.aeb43(test_aeb43.movement(), test_aeb43.text(first, second))
        (one,) = read_bytes(read_aeb43, content.decode().encode("cp850"))
        assert one.lines[0].text == f"{first} {second}"
        assert assumed(one) == ["The file is not UTF-8; from here on it is read as cp850."]

    def test_in_swift_too(self) -> None:
        content = account_file("ES9121000418450200051332", CREDIT, ":86:AÑO CAÑÓN", encoding="cp850")
        assert only_line(read_bytes(read_mt940, content)).text == "AÑO CAÑÓN"

    def test_what_both_pages_have_stays_with_the_first(self) -> None:
        assert choose_one_byte_encoding("Grüße für Müller".encode("cp437")) == "cp437"
        assert choose_one_byte_encoding("Año ═══ señor".encode("cp437")) == "cp437"


class TestSwift:
    @pytest.mark.parametrize("code", ["035", "110"])
    def test_ing_rumania_names_the_account_in_33(self, code: str) -> None:
        content = account_file(
            "/RO19INGB0000999904621843",
            ":61:260203CN1000,00NTRFNONREF//RE20200211-7523",
            f":86:{code}~20AMT RCD RON 1000,00        ~21                           ~",
            "22                           ~32NEXTERP ROMANIA SRL    ~33RO2",
            "5INGB0014000031948911   ~23                           ~24",
            "                   ~25CVF 2020/0060 . 344944869  ~26",
            "              ~27                           ~28",
            "         ~29                           ~60     ~61              ~",
            currency="RON",
        )
        one = read_one(content)
        (line,) = one.lines
        assert one.account == "RO19INGB0000999904621843"
        assert (line.counterparty, line.iban) == ("NEXTERP ROMANIA SRL", "RO25INGB0014000031948911")
        assert line.text == "AMT RCD RON 1000,00 CVF 2020/0060 . 344944869"
        assert line.bank_code == code

    def test_a_second_part_of_a_name_stays_one(self) -> None:
        line = only_line(
            read_bytes(read_mt940, mt940(CREDIT, ":86:150~20FV 1~32LOL SP. Z O.O.~33UL LOL 104"))
        )
        assert (line.counterparty, line.iban) == ("LOL SP. Z O.O. UL LOL 104", "")

    def test_another_sign_at_the_end_is_text(self) -> None:
        line = only_line(read_bytes(read_mt940, mt940(CREDIT, ":86:166?00GUTSCHRIFT?20WARUM?")))
        assert line.text == "WARUM?"

    @pytest.mark.parametrize(
        ("written", "account"),
        [
            ("/PL80224030990000400208955593", "PL80224030990000400208955593"),
            ("/80224030990000400208955593", "80224030990000400208955593"),
            ("20041111/0123456789", "20041111/0123456789"),
        ],
    )
    def test_a_slash_before_the_account_is_no_part_of_it(self, written: str, account: str) -> None:
        assert read_one(account_file(written, CREDIT)).account == account

    def test_ubs_writes_a_code_and_the_name(self) -> None:
        line = swift(CREDIT, ":86:Z46?Client AG")
        assert (line.counterparty, line.booking_text, line.text) == ("Client AG", "Z46", "")

    def test_and_below_it_once_more_what_is_booked(self) -> None:
        line = swift(CREDIT, "e-banking credit", ":86:Z46?Client AG", "e-banking credit")
        assert (line.counterparty, line.booking_text, line.text) == ("Client AG", "Z46", "")
        line = swift(CREDIT, "e-banking credit", ":86:Z46?Client AG", "Invoice 4711")
        assert (line.counterparty, line.booking_text, line.text) == ("Client AG", "Z46", "Invoice 4711")

    def test_what_is_booked_is_nobodys_name(self) -> None:
        said = "Balance closing of service prices"
        line = swift(CREDIT, said, f":86:Y92?{said}")
        assert (line.counterparty, line.booking_text, line.text) == ("", "Y92", said)

    @pytest.mark.parametrize(
        "details", ["DE1?ACME Hosting Inc", "Z?Coffee", "Z46 ?Client AG", "Z46?24 Hours AG"]
    )
    def test_other_words_before_a_question_mark_stay_text(self, details: str) -> None:
        line = swift(CREDIT, f":86:{details}")
        assert (line.counterparty, line.booking_text, line.text) == ("", "", details)

    @pytest.mark.parametrize(
        ("mark", "amount", "is_reversal"),
        [
            ("D-104,12", "104.12", False),
            ("C-104,12", "-104.12", False),
            ("RC-104,12", "104.12", True),
            ("CR-104,12", "-104.12", False),
        ],
    )
    def test_a_minus_turns_the_side(self, mark: str, amount: str, is_reversal: bool) -> None:
        one = read_one(mt940(f":61:1908150815{mark}NMSCNONREF//010F214191270328", ":86:x"))
        (line,) = one.lines
        assert (line.amount, line.is_reversal) == (Decimal(amount), is_reversal)
        assert (line.transaction_code, line.bank_reference) == ("NMSC", "010F214191270328")
        assert "NEGATIVE_AMOUNT" in warning_codes(one)


def swift(movement: str, *details: str) -> StatementLine:
    return only_line(read_bytes(read_mt940, mt940(movement, *details)))


class TestOfx:
    @pytest.mark.parametrize("balance", ["LEDGERBAL", "AVAILBAL"])
    def test_a_balance_of_no_day(self, balance: str) -> None:
        ledger = "<LEDGERBAL><BALAMT>90.00<DTASOF>20260131</LEDGERBAL>"
        available = ledger.replace("LEDGERBAL", "AVAILBAL")
        zero = f"<{balance}><BALAMT>90.00<DTASOF>00000000</{balance}>"
        balances = (ledger + available).replace(ledger.replace("LEDGERBAL", balance), zero)
        (one,) = read_bytes(read_ofx, test_ofx.ofx(test_ofx.TRANSACTION, balance=balances))
        is_ledger = balance == "LEDGERBAL"
        assert (len(one.lines), one.closing) == (1, Decimal("90.00"))
        assert one.closing_date == (None if is_ledger else date(2026, 1, 31))
        assert warning_codes(one) == ({"DATE_UNREADABLE"} if is_ledger else set())

    def test_a_period_that_begins_on_no_day(self) -> None:
        content = test_ofx.ofx(test_ofx.TRANSACTION).replace(b"<DTSTART>20260201", b"<DTSTART>010126")
        (one,) = read_bytes(read_ofx, content)
        (warning,) = one.warnings
        assert (len(one.lines), one.opening_date, one.closing_date) == (1, None, date(2026, 2, 3))
        assert (warning.code, warning.message) == (
            "DATE_UNREADABLE",
            "The date '010126' cannot be read; it is left out.",
        )

    @pytest.mark.parametrize("name", ["DTAVAIL", "DTUSER"])
    def test_other_days_of_a_transaction_are_not_needed(self, name: str) -> None:
        odd = test_ofx.TRANSACTION.replace("<TRNAMT>", f"<{name}>00000000<TRNAMT>")
        (one,) = read_bytes(read_ofx, test_ofx.ofx(odd))
        (line,) = one.lines
        assert (line.booking_date, line.value_date) == (date(2026, 2, 3), date(2026, 2, 3))

    def test_without_any_day_that_can_be_read_a_transaction_has_none(self) -> None:
        undated = test_ofx.TRANSACTION.replace("<DTPOSTED>20260203120000.000[-5:EST]", "<DTUSER>0")
        content = test_ofx.ofx(undated).replace(b"<DTEND>20260228", b"<DTEND>280226")
        (one,) = read_bytes(read_ofx, content)
        said = {warning.code: warning.message for warning in one.warnings}
        assert (one.lines[0].booking_date, one.lines[0].amount) == (None, Decimal("10.00"))
        assert said["DATE_MISSING"] == "No date, nor one of the period's end."

    def test_the_day_of_a_booking_is_needed(self) -> None:
        odd = test_ofx.TRANSACTION.replace("20260203120000.000[-5:EST]", "00000000")
        with pytest.raises(UnreadableStatement) as refused:
            read_bytes(read_ofx, test_ofx.ofx(odd))
        assert refused.value.code == "DATE_UNREADABLE"

    @pytest.mark.parametrize(
        ("text", "amount"),
        [("+1 006,60", "1006.60"), ("-1 234 567.80", "-1234567.80"), ("1\u00a0006,60", "1006.60")],
    )
    def test_a_blank_sets_thousands_apart(self, text: str, amount: str) -> None:
        transaction = test_ofx.TRANSACTION.replace("<TRNAMT>10.00", f"<TRNAMT>{text}")
        (one,) = read_ofx(BytesIO(test_ofx.ofx(transaction)), "file")
        assert (one.lines[0].amount, warning_codes(one)) == (Decimal(amount), {"GROUPED_AMOUNT"})

    @pytest.mark.parametrize("text", ["1 06,60", "1006 600,60", "1 006", "1 ,5"])
    def test_a_blank_elsewhere_is_no_thousand(self, text: str) -> None:
        transaction = test_ofx.TRANSACTION.replace("<TRNAMT>10.00", f"<TRNAMT>{text}")
        with pytest.raises(UnreadableStatement) as refused:
            read_bytes(read_ofx, test_ofx.ofx(transaction))
        assert refused.value.code == "AMOUNT_UNREADABLE"


BAI2 = (
    "01,103100195,103100195,220919,2112,4,,,2/   02,103100195,103100195,1,220919,2400,USD,2/",
    "03,1111111,,010,-3500,,,015,-3000,,/",
    "16,142,2500,Z,,,TRANSFER   PAYPAL             PPD/ 16,142,500,Z,,,TRANSFER   MSPBNA BANK        PPD/",
    "16,451,2500,Z,,,111111     ACH_SETL   ",
    "111111111111111        /",
    "88,       22222/         49,-1000,6/  03,2222222,,010,00,,,015,00,,/ 49,00,2/",
    "98,-1000,2,10/",
    "99,-1000,1,12/",
)


class TestBai2:
    def test_records_stand_behind_one_another(self) -> None:
        first, second = read_bytes(read_bai2, "\n".join(BAI2).encode())
        assert [(one.amount, one.text) for one in first.lines] == [
            (Decimal("25.00"), "TRANSFER PAYPAL PPD"),
            (Decimal("5.00"), "TRANSFER MSPBNA BANK PPD"),
            (Decimal("-25.00"), "111111 ACH_SETL 111111111111111 22222"),
        ]
        assert (first.account, first.balanced, warning_codes(first)) == ("1111111", True, {"LINE_CUT"})
        assert (second.account, second.lines, warning_codes(second)) == ("2222222", (), set())

    @pytest.mark.parametrize(
        "text", ["RENT 7/ 16,PAID", "INV 3/ 49,50 EUR", "A/16,142,500,Z,,,B", "X/ 88,Y", "MAY/ 03,12,/"]
    )
    def test_a_slash_and_a_number_inside_a_text_begin_no_record(self, text: str) -> None:
        line = test_bai2.read_line(f"16,165,1500,Z,,,{text}/")
        assert line.text == text

    def test_a_line_between_whole_records_is_still_left_out(self) -> None:
        one = test_bai2.read_one(test_bai2.bai2("16,165,500,,B1,C1,Text", "hello"))
        assert (one.lines[0].text, warning_codes(one)) == ("Text", {"RECORD_UNKNOWN", "NOT_BALANCED"})


class TestCfonb:
    def test_a_direct_debit_on_our_account_names_us_as_the_payer(self) -> None:
        debit = test_cfonb.operation("0000000000199R", "B2")
        mandate = test_cfonb.complement("RUM", "FM-47933521-1")
        ours = test_cfonb.complement("NPY", "NIMPORTEQUOI")
        theirs = test_cfonb.complement("NBE", "FREE MOBILE")
        assert test_cfonb.read_line(debit, ours, mandate).counterparty == ""
        assert test_cfonb.read_line(debit, ours, theirs, mandate).counterparty == "FREE MOBILE"
        creditor = test_cfonb.complement("IBE", "FR07ZZZ591778")
        assert test_cfonb.read_line(debit, ours, creditor).counterparty == ""

    @pytest.mark.parametrize(("code", "reason"), [("B3", ""), ("08", "04"), ("B3", "04")])
    def test_and_one_of_ours_that_came_back_our_customer(self, code: str, reason: str) -> None:
        returned = test_cfonb.operation("0000000000199R", code, p41=reason)
        mandate = test_cfonb.complement("RUM", "M-1")
        line = test_cfonb.read_line(returned, test_cfonb.complement("NPY", "CLIENT"), mandate)
        assert (line.counterparty, line.return_code) == ("CLIENT", reason)
