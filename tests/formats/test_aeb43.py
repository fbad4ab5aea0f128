"""AEB43: signs of debe and haber, texts cut into fields, turnovers and record counts as proof."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.formats.aeb43 import read_aeb43
from acquit.formats.bank_files import read_statements
from acquit.formats.recognition import recognise_statement
from acquit.formats.statements import Statement, StatementLine, UnreadableStatement
from tests.formats.bank_samples import expected_rows, read_bytes, read_file, warning_codes
from tests.shared_data import shared_data

ACCOUNT = "205900608000314221"


def record(text: str) -> str:
    return text.ljust(80)


def header(balance: str = "200000000010000", currency: str = "978", days: str = "260201260228") -> str:
    return record(f"11{ACCOUNT}{days}{balance}{currency}3ACQUIT SL")


def movement(
    amount: str = "200000000001000", concept: str = "04016", tail: str = "0" * 38, days: str = "260203260204"
) -> str:
    return record(f"22    0060{days}{concept}{amount}{tail}")


def text(first: str, second: str = "", number: str = "01") -> str:
    return record(f"23{number}{first:<38}{second:<38}")


def end(
    debit: str = "0000000000000000000",
    credit: str = "0000100000000001000",
    balance: str = "200000000011000",
    account: str = ACCOUNT,
) -> str:
    return record(f"33{account}{debit}{credit}{balance}978")


def last(count: int) -> str:
    return record("88" + "9" * 18 + f"{count:06d}")


def aeb43(
    *records: str, opening: str | None = None, closing: str | None = None, count: int | None = None
) -> bytes:
    body = [opening or header(), *(records or (movement(),)), closing or end()]
    return "\r\n".join([*body, last(len(body) if count is None else count), ""]).encode()


def read_one(content: bytes) -> Statement:
    (statement,) = read_bytes(read_aeb43, content)
    return statement


def read_line(*records: str) -> StatementLine:
    (line,) = read_one(aeb43(*records)).lines
    return line


def refusal_of(content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as refused:
        read_bytes(read_aeb43, content)
    return refused.value


class TestMovements:
    def test_fields(self) -> None:
        line = read_line(
            movement(tail="0000000042" + "FRA-2026-001" + "CLIENTE 77      "), text("TRANSF. SEPA", "ACME SL")
        )
        assert (line.amount, line.currency) == (Decimal("10.00"), "EUR")
        assert (line.booking_date, line.value_date) == (date(2026, 2, 3), date(2026, 2, 4))
        assert (line.transaction_code, line.bank_code) == ("04", "016")
        assert line.customer_reference == "FRA-2026-001 CLIENTE 77"
        assert line.text == "TRANSF. SEPA ACME SL"
        assert line.raw.count("\n") == 1

    @pytest.mark.parametrize(
        ("field", "amount"),
        [("100000000003560", "-35.60"), ("200000000000003", "0.03"), ("1" + "0" * 14, "0.00")],
    )
    def test_sign(self, field: str, amount: str) -> None:
        assert str(read_line(movement(field)).amount) == amount

    def test_a_word_cut_between_fields_is_whole(self) -> None:
        words = "PAGO DE LAS FACTURAS 2026-001, 2026-002, 2026-003 Y 2026-004 SEGUN NUESTRO ACUERDO DEL DIA 3"
        line = read_line(movement(), text(words[:38], words[38:76]), text(words[76:], number="02"))
        assert line.text == words

    @pytest.mark.parametrize(
        ("tail", "reference", "shown"),
        [
            ("0000000042" + "0" * 28, "0000000042", ""),
            ("0" * 22 + "5540014210128010", "5540014210128010", "5540014210128010"),
            (" " * 38, "", ""),
        ],
    )
    def test_references(self, tail: str, reference: str, shown: str) -> None:
        line = read_line(movement(tail=tail))
        assert (line.customer_reference, line.text) == (reference, shown)

    @pytest.mark.parametrize(("concept", "is_reversal"), [("14000", True), ("98000", True), ("04000", False)])
    def test_what_comes_back(self, concept: str, is_reversal: bool) -> None:
        assert read_line(movement(concept=concept)).is_reversal is is_reversal

    def test_the_original_amount(self) -> None:
        line = read_line(movement("100000000001000"), record("240184000000000001234"))
        assert (line.original_amount, line.original_currency) == (Decimal("-12.34"), "USD")

    def test_a_missing_value_date_is_the_booking_date(self) -> None:
        assert read_line(movement(days="260203000000")).value_date == date(2026, 2, 3)

    def test_a_day_beyond_its_month_is_told(self) -> None:
        one = read_one(aeb43(movement(days="260203260230")))
        assert (one.lines[0].value_date, warning_codes(one)) == (date(2026, 2, 28), {"DATE_BEYOND_MONTH"})


class TestStatements:
    def test_balances(self) -> None:
        one = read_one(aeb43())
        assert (one.format, one.account, one.currency) == ("AEB43", ACCOUNT, "EUR")
        assert (one.opening, one.closing, one.balanced) == (Decimal("100.00"), Decimal("110.00"), True)
        assert (one.opening_date, one.closing_date, one.warnings) == (date(2026, 2, 1), date(2026, 2, 28), ())
        wrong = read_one(aeb43(closing=end(balance="200000000011001")))
        assert (wrong.balanced, wrong.difference, warning_codes(wrong)) == (
            False,
            Decimal("0.01"),
            {"NOT_BALANCED"},
        )

    def test_an_overdrawn_account(self) -> None:
        one = read_one(aeb43(opening=header("100000000010000"), closing=end(balance="100000000009000")))
        assert (one.opening, one.closing, one.balanced) == (Decimal("-100.00"), Decimal("-90.00"), True)

    @pytest.mark.parametrize(("number", "code"), [("840", "USD"), ("756", "CHF"), ("036", "AUD")])
    def test_currencies_have_numbers(self, number: str, code: str) -> None:
        one = read_one(aeb43(opening=header(currency=number)))
        assert (one.currency, one.lines[0].currency) == (code, code)

    def test_turnovers_are_the_proof(self) -> None:
        for closing, code in (
            (end(debit="0000100000000000000"), "CONTROL_COUNT_DIFFERS"),
            (end(credit="0000100000000001001"), "CONTROL_TOTAL_DIFFERS"),
        ):
            assert warning_codes(read_one(aeb43(closing=closing))) == {code}

    def test_a_movement_of_nothing_counts_on_either_side(self) -> None:
        nothing = movement("1" + "0" * 14)
        for closing in (end(), end(debit="0000100000000000000"), end(credit="0000200000000001000")):
            assert read_one(aeb43(movement(), nothing, closing=closing)).warnings == ()

    def test_a_sign_that_is_none_is_told(self) -> None:
        one = read_one(aeb43(closing=end(balance="000000000011000")))
        assert (one.closing, one.balanced) == (Decimal("-110.00"), False)
        assert warning_codes(one) == {"BALANCE_SIGN_UNKNOWN", "NOT_BALANCED"}
        zero = read_one(aeb43(opening=header("0" * 15), closing=end(balance="200000000001000")))
        assert (zero.opening, zero.balanced, zero.warnings) == (Decimal("0.00"), True, ())

    def test_several_accounts_and_several_files_in_one(self) -> None:
        account = [header(), movement(), end()]
        content = "\n".join([*account, *account, last(6), *account, last(3)]).encode()
        assert [one.balanced for one in read_bytes(read_aeb43, content)] == [True] * 3

    def test_the_end_record_may_count_itself(self) -> None:
        assert read_one(aeb43(count=4)).balanced is True

    def test_without_line_ends_or_trailing_blanks(self) -> None:
        content = aeb43()
        assert read_one(content.replace(b"\r\n", b"")) == read_one(content)
        trimmed = read_one(b"\n".join(line.rstrip() for line in content.splitlines()))
        assert (trimmed.balanced, warning_codes(trimmed)) == (True, {"RECORD_SHORT"})

    def test_after_the_header_of_a_tape_and_before_the_mark_of_its_end(self) -> None:
        content = record("0020590060").encode() + b"\r\n" + aeb43(count=4) + b"\x1a"
        assert read_one(content).balanced is True

    def test_accents(self) -> None:
        one = read_one(aeb43(movement(), text("DEVOLUCIÓN ESPAÑA"))[:].decode().encode("cp1252"))
        assert (one.lines[0].text, warning_codes(one)) == ("DEVOLUCIÓN ESPAÑA", {"ENCODING_ASSUMED"})

    def test_recognised_by_content(self) -> None:
        assert recognise_statement(aeb43()) == "AEB43"
        assert [one.format for one in read_bytes(read_statements, aeb43())] == ["AEB43"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "code", "place"),
        [
            (b"", "NOT_AEB43", "line 1"),
            (b"hello\n", "NOT_AEB43", "line 1"),
            (movement().encode(), "NOT_AEB43", "line 1"),
            (last(0).encode(), "NOT_AEB43", "line 1"),
            (aeb43(header()), "RECORD_ORDER", "line 2"),
            (aeb43(last(2)), "RECORD_ORDER", "line 2"),
            (aeb43(text("x")), "RECORD_ORDER", "line 2"),
            (aeb43(movement(), *[text("x")] * 6), "RECORD_ORDER", "line 8"),
            (aeb43(closing=end(account="205900608000314222")), "RECORD_ORDER", "line 3"),
            (aeb43(record("77")), "RECORD_UNKNOWN", "line 2"),
            (aeb43(movement("300000000001000")), "FIELD_UNREADABLE", "line 2"),
            (aeb43(movement("20000000000100,")), "FIELD_UNREADABLE", "line 2"),
            (aeb43(movement(days="261303260204")), "FIELD_UNREADABLE", "line 2"),
            (aeb43(movement(), record("2401xxx00000000001234")), "FIELD_UNREADABLE", "line 3"),
            (aeb43(opening=header(currency="000")), "FIELD_UNREADABLE", "line 1"),
            (aeb43(closing=end(credit="x" * 19)), "FIELD_UNREADABLE", "line 3"),
            (aeb43(count=7), "CONTROL_COUNT_DIFFERS", "line 4"),
            (aeb43(movement() + "x"), "RECORD_WIDTH", "line 2"),
            (aeb43() + movement().encode(), "RECORD_ORDER", "line 5"),
        ],
    )
    def test_with_code_and_line(self, content: bytes, code: str, place: str) -> None:
        refused = refusal_of(content)
        assert (refused.code, refused.place) == (code, place)

    def test_cut_off_anywhere_it_is_refused(self) -> None:
        content = aeb43(movement(), text("x"), closing=end())
        for length in range(0, len(content) - 60, 7):
            assert refusal_of(content[:length]).mend

    @given(
        st.lists(
            st.sampled_from([header(), movement(), text("x"), end(), last(1), "x" * 80, "11", "33", "88", ""])
        )
    )
    def test_any_order_of_records(self, records: list[str]) -> None:
        try:
            assert all(one.format == "AEB43" for one in read_bytes(read_aeb43, "\n".join(records).encode()))
        except UnreadableStatement:
            return


class TestSamples:
    def test_every_file_agrees_with_its_controls(self) -> None:
        folder = shared_data("bank_aeb43_es")
        rows = expected_rows(folder, "expected_controls.csv")
        assert len(rows) == 2
        for name, (row,) in rows.items():
            statements = read_file(read_aeb43, folder / name)
            openings = [f"'{one.opening.normalize():f}'" for one in statements if one.opening is not None]
            closings = [f"'{one.closing.normalize():f}'" for one in statements if one.closing is not None]
            lines = [line.amount for one in statements for line in one.lines]
            balanced = all(one.balanced for one in statements)
            assert (
                f"opening=[{', '.join(openings)}] movements={len(lines)} sum={sum(lines, Decimal(0)).normalize():f} "
                f"closing=[{', '.join(closings)}] balanced={balanced}"
            ) == row["control_totals"], name

    def test_signs_that_are_none(self) -> None:
        statements = read_file(read_aeb43, shared_data("bank_aeb43_es") / "oca/testmulti.n43")
        assert [warning_codes(one) for one in statements] == [
            {"RECORD_SHORT", "BALANCE_SIGN_UNKNOWN", "NOT_BALANCED"}
        ] * 2
