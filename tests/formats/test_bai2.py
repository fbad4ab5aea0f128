"""BAI2: amounts by currency, sides by type code, continuations, trailers as proof."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.money import UnknownCurrency
from acquit.formats.bai2 import bai2_amount, read_bai2
from acquit.formats.statements import Statement, StatementKind, StatementLine, UnreadableStatement
from acquit.formats.unreadable import NotReadable
from tests.formats.bank_samples import expected_rows, read_bytes, read_file, warning_codes
from tests.shared_data import shared_data

FILE = "01,BANK,ACQUIT,260203,0600,1,,,2/"


PIECES = (
    *(FILE, "02,A,B,1,260202,,,/", "03,1,/", "16,165,5,", "88,x", "49,,/", "98,,/", "99,,/", "D,9", "x"),
    *("03,1,USD,010,", "16,165,5,V,", "16,165,5,D,9999,", "49,1,1/", "88:", "88", ""),
)


def bai2(
    *details: str,
    account: str = "03,123,USD,010,10000,,,015,10000,,/",
    group: str = "02,ACQUIT,BANK,1,260202,,USD,2/",
) -> bytes:
    """Make a file of one account whose trailers state no sums."""
    return "\n".join((FILE, group, account, *details, "49,,/", "98,,,/", "99,,,/", "")).encode()


def read_one(content: bytes) -> Statement:
    (statement,) = read_bytes(read_bai2, content)
    return statement


def read_line(*records: str) -> StatementLine:
    (line,) = read_one(bai2(*records)).lines
    return line


def refusal_of(content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as refused:
        read_bytes(read_bai2, content)
    return refused.value


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "currency", "amount"),
        [
            ("123456", "USD", "1234.56"),
            ("1500", "JPY", "1500"),
            ("1500", "KWD", "1.500"),
            ("+000000000002500", "CAD", "25.00"),
            ("-500000", "USD", "-5000.00"),
            ("0", "EUR", "0.00"),
        ],
    )
    def test_decimals_are_the_currencys(self, text: str, currency: str, amount: str) -> None:
        assert str(bai2_amount(text, currency)) == amount

    @pytest.mark.parametrize("text", ["", "1.00", "1,00", "--1", "x", "9" * 19, "٣"])
    def test_what_is_no_whole_number_is_not_read(self, text: str) -> None:
        with pytest.raises(NotReadable):
            bai2_amount(text, "USD")

    def test_an_unknown_currency_is_refused(self) -> None:
        with pytest.raises(UnknownCurrency):
            bai2_amount("1", "XXX1")

    @pytest.mark.parametrize(
        ("code", "amount"),
        [
            ("115", "5.00"),
            ("399", "5.00"),
            ("400", "-5.00"),
            ("699", "-5.00"),
            ("920", "5.00"),
            ("960", "-5.00"),
        ],
    )
    def test_the_type_code_gives_the_side(self, code: str, amount: str) -> None:
        assert read_line(f"16,{code},500,,B1,C1,Text/").amount == Decimal(amount)

    @pytest.mark.parametrize("code", ["890", "701", "010", "abc", ""])
    def test_a_code_without_a_side_is_no_movement_and_said(self, code: str) -> None:
        one = read_one(bai2(f"16,{code},500,,B1,C1,Text/"))
        assert one.lines == ()
        assert "TYPE_WITHOUT_SIDE" in warning_codes(one)


class TestDetails:
    def test_fields(self) -> None:
        line = read_line("16,165,500,,B1,C1,Text, with comma / and slash/")
        assert (line.booking_date, line.value_date) == (date(2026, 2, 2), date(2026, 2, 2))
        assert (line.bank_reference, line.customer_reference, line.transaction_code) == ("B1", "C1", "165")
        assert (line.text, line.currency) == ("Text, with comma / and slash", "USD")

    @pytest.mark.parametrize(
        ("funds", "value"),
        [
            ("", date(2026, 2, 2)),
            ("Z", date(2026, 2, 2)),
            ("1", date(2026, 2, 2)),
            ("V,260205,1200", date(2026, 2, 5)),
            ("V,260205,", date(2026, 2, 5)),
            ("S,100,200,200", date(2026, 2, 2)),
            ("D,3,0,100,1,200,3,200", date(2026, 2, 2)),
            ("D,0", date(2026, 2, 2)),
        ],
    )
    def test_the_funds_type_says_how_many_fields_follow(self, funds: str, value: date) -> None:
        line = read_line(f"16,165,500,{funds},B1,C1,Text/")
        assert (line.value_date, line.bank_reference, line.customer_reference, line.text) == (
            value,
            "B1",
            "C1",
            "Text",
        )

    def test_a_continuation_of_fields_and_one_of_text(self) -> None:
        assert read_line("16,165,500,,B1/", "88,C1,Text/").text == "Text"
        assert read_line("16,165,500,,B1,C1,Text", "88,more", "88,and more/").text == "Text more and more"
        assert read_line("16,142,500,,172629,/", "88,SOME PAYMENT").text == "SOME PAYMENT"

    def test_labels_on_lines_of_their_own(self) -> None:
        line = read_line(
            "16,195,500,,B1,C1,Incoming Wire,-", "88,EREF: E2E", "88,REMI: Invoice 1", "88,DBNM: PAYER", "88,CRNM: US",
            "88,DACT: 123", "88,DBIC: CITIUS30XXX",
        )  # fmt: skip
        assert (line.end_to_end_id, line.text, line.counterparty) == ("E2E", "Invoice 1", "PAYER")
        assert (line.counterparty_account, line.bic, line.booking_text) == (
            "123",
            "CITIUS30XXX",
            "Incoming Wire,-",
        )

    def test_a_return_names_its_reason_and_the_party_first_paid(self) -> None:
        line = read_line('16,557,500,,B1,C1,ACH Return, Reason: "R02", X', "88,DBNM: PAYER", "88,CRNM: US")
        assert (line.return_code, line.counterparty, line.amount) == ("R02", "PAYER", Decimal("-5.00"))

    def test_a_colon_after_the_code_is_read_and_said(self) -> None:
        one = read_one(bai2("16,165,500,,B1,C1,Text", "88:EREF: X"))
        assert one.lines[0].end_to_end_id == "X"
        assert "RECORD_MARK" in warning_codes(one)


class TestAccounts:
    def test_balances_and_proof(self) -> None:
        one = read_one(bai2("16,165,500,,,,/", account="03,123,EUR,010,10000,,,015,10500,,/"))
        assert (one.format, one.kind, one.account, one.currency) == (
            "BAI2",
            StatementKind.STATEMENT,
            "123",
            "EUR",
        )
        assert (one.opening, one.closing, one.balanced) == (Decimal("100.00"), Decimal("105.00"), True)

    def test_without_currencies_the_standards(self) -> None:
        assert read_one(bai2(account="03,123,,/", group="02,A,B,1,260202,,,2/")).currency == "USD"

    def test_an_unknown_currency_is_refused(self) -> None:
        assert refusal_of(bai2(account="03,123,XQX,/")).code == "CURRENCY_UNKNOWN"

    @pytest.mark.parametrize("modifier", ["1", "3"])
    def test_an_interim_report(self, modifier: str) -> None:
        one = read_one(bai2("16,165,500,,,,/", group=f"02,A,B,1,260202,,USD,{modifier}/"))
        assert one.kind is StatementKind.INTRADAY

    @pytest.mark.parametrize("status", ["2", "4"])
    def test_deletions_and_tests_book_nothing(self, status: str) -> None:
        one = read_one(bai2("16,165,500,,,,/", group=f"02,A,B,{status},260202,,USD,2/"))
        assert (len(one.lines), len(one.pending_lines), one.is_booked) == (0, 1, False)
        assert "GROUP_NOT_BOOKED" in warning_codes(one)

    def test_a_comma_too_many_before_a_continuation(self) -> None:
        one = read_one(bai2(account="03,123,USD,010,10000,,,045,5,,,/\n88,015,10000,,/"))
        assert (one.opening, one.closing) == (Decimal("100.00"), Decimal("100.00"))

    def test_trailers_are_the_proof(self) -> None:
        right = (
            f"{FILE}\n02,A,B,1,260202,,USD,2/\n03,1,USD,010,10000,,,100,500,1,/\n16,165,500,,B,C,T\n88,U/\n"
            "49,11000,4/\n03,2,USD,015,7,,/\n49,7,2/\n98,11007,2,8/\n99,11007,1,10/\n"
        )
        assert [one.warnings for one in read_bytes(read_bai2, right.encode())] == [(), ()]
        for before, after, code in (
            ("49,11000,4/", "49,11001,4/", "ACCOUNT_SUM_DIFFERS"),
            ("49,11000,4/", "49,11000,5/", "ACCOUNT_COUNT_DIFFERS"),
            ("98,11007,2,8/", "98,11007,3,8/", "GROUP_MEMBERS_DIFFERS"),
            ("98,11007,2,8/", "98,1,2,8/", "GROUP_SUM_DIFFERS"),
            ("99,11007,1,10/", "99,11007,1,11/", "FILE_COUNT_DIFFERS"),
            ("88,U/\n", "", "ACCOUNT_COUNT_DIFFERS"),
        ):
            wrong = read_bytes(read_bai2, right.replace(before, after).encode())
            assert code in warning_codes(wrong[0]) | warning_codes(wrong[1]), code


class TestRefusals:
    @pytest.mark.parametrize("kept", range(1, 6))
    def test_a_file_without_its_trailers_was_cut_off(self, kept: int) -> None:
        records = bai2("16,165,500,,B1,C1,Text/").decode().splitlines()
        assert refusal_of("\n".join(records[:kept]).encode()).code == "FILE_CUT_OFF"

    @pytest.mark.parametrize(
        ("content", "code", "place"),
        [
            (b"", "NOT_BAI2", "line 1"),
            (b"00,0004,1/2/345,06/0321\n", "NOT_BAI2", "line 1"),
            (b"02,A,B,1,260202,,USD,2/\n", "NOT_BAI2", "line 1"),
            (f"{FILE}\n16,165,500,,,,/\n".encode(), "RECORD_ORDER", "line 2"),
            (f"{FILE}\n03,1,USD/\n".encode(), "RECORD_ORDER", "line 2"),
            (f"{FILE}\n49,,/\n".encode(), "RECORD_ORDER", "line 2"),
            (f"{FILE}\n98,,/\n".encode(), "RECORD_ORDER", "line 2"),
            (bai2("16,165,5.00,,,,/"), "FIELD_UNREADABLE", "line 4"),
            (bai2("16,165,500,D,x,1,2/"), "FIELD_UNREADABLE", "line 4"),
            (bai2(account="03,1,USD,010,x,,/"), "FIELD_UNREADABLE", "line 3"),
            (bai2().replace(b"49,,/\n", b""), "RECORD_ORDER", "line 4"),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_its_line(
        self, content: bytes, code: str, place: str
    ) -> None:
        refused = refusal_of(content)
        assert (refused.code, refused.place) == (code, place)

    def test_a_line_that_is_no_record_is_left_out_and_said(self) -> None:
        one = read_one(bai2("16,165,500,,B1,C1,Text/", "hello"))
        assert len(one.lines) == 1
        assert "RECORD_UNKNOWN" in warning_codes(one)

    @given(st.lists(st.sampled_from(PIECES)))
    def test_any_order_of_records(self, records: list[str]) -> None:
        content = "\n".join([FILE, *records]).encode()
        try:
            assert all(one.format == "BAI2" for one in read_bytes(read_bai2, content))
        except UnreadableStatement:
            return


class TestSamples:
    REFUSED = {"moov/sample-parseError.txt": "NOT_BAI2"}  # begins with a record 00
    # Shortened by hand from real files; their trailers still state the sums and counts of the whole.
    SHORTENED = ("moov/sample4-continuations-newline-delimited.txt", "moov/sample5-issue113.txt")

    def test_every_file_agrees_with_its_controls(self) -> None:
        folder = shared_data("bank_bai2")
        rows = expected_rows(folder, "expected_controls.csv")
        assert len(rows) == 7
        for name, (row,) in rows.items():
            if name in self.REFUSED:
                with pytest.raises(UnreadableStatement) as refused:
                    read_file(read_bai2, folder / name)
                assert refused.value.code == self.REFUSED[name]
                continue
            statements = read_file(read_bai2, folder / name)
            counts = dict(one.split(":") for one in row["record_counts"].split())
            assert len(statements) == int(counts["03"]), name
            assert sum(len(one.lines) for one in statements) == int(counts["16"]), name
            codes = set().union(*map(warning_codes, statements))
            differing = {code for code in codes if code.endswith("_DIFFERS")}
            assert bool(differing) == (name in self.SHORTENED), name

    def test_a_real_pair_of_days_is_proved(self) -> None:
        first, second = read_file(read_bai2, shared_data("bank_bai2") / "moj" / "svb_us_example.bai2")
        assert (first.opening, first.closing, first.balanced) == (
            Decimal("347269.79"),
            Decimal("352171.75"),
            True,
        )
        assert (second.opening, second.closing, second.balanced) == (
            first.closing,
            Decimal("361229.75"),
            True,
        )
