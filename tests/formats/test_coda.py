"""CODA: positions, three decimals, globalised movements, communications, trailers as proof."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.formats.coda import read_coda
from acquit.formats.statements import Statement, StatementLine, UnreadableStatement
from tests.formats.bank_samples import expected_rows, read_bytes, read_file, warning_codes
from tests.shared_data import shared_data


def record(**fields: str) -> str:
    """Make a record of 128 characters: `p11="X"` puts X at position 11."""
    text = [" "] * 128
    for name, value in fields.items():
        start = int(name[1:]) - 1
        text[start : start + len(value)] = value
    return "".join(text)


HEADER = record(p1="00000030226", p12="72505", p25="FILE1", p61="KREDBEBB", p128="2")


def old(amount: str = "0000000000100000", account: str = "BE62510007547061") -> str:
    return record(p1="12012", p6=account, p40="EUR", p43=amount, p59="020226", p126="034")


def new(amount: str = "0000000000110000") -> str:
    return record(p1="8012BE62510007547061", p39="EUR", p42=amount, p58="030226")


def trailer(count: int, debit: str = "0" * 15, credit: str = "000000000010000") -> str:
    return record(p1="9", p17=f"{count:06d}", p23=debit, p38=credit, p128="2")


def movement(
    amount: str = "0000000000010000",
    communication: str = "0Invoice 1",
    number: str = "00010000",
    code: str = "00150000",
) -> str:
    return record(
        p1="21" + number,
        p11="BANKREF1",
        p32=amount,
        p48="040226",
        p54=code,
        p62=communication,
        p116="030226",
        p122="0120",
    )


RECORDS = (HEADER, old(), new(), movement(), trailer(1), "22", "31", "4", "x" * 128, "8", "9", "1", "")


def coda(*movements: str, opening: str | None = None, closing: str | None = None) -> bytes:
    body = [opening or old(), *movements, closing or new()]
    return "\r\n".join([HEADER, *body, trailer(len(body)), ""]).encode()


def read_one(content: bytes) -> Statement:
    (statement,) = read_bytes(read_coda, content)
    return statement


def read_line(*records: str) -> StatementLine:
    (line,) = read_one(coda(*records)).lines
    return line


def refusal_of(content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as refused:
        read_bytes(read_coda, content)
    return refused.value


class TestMovements:
    def test_fields(self) -> None:
        line = read_line(
            movement(),
            record(p1="2200010000", p11="/2026", p64="E2E-1", p99="KREDBEBB", p114="MS03", p122="SALA"),
            record(p1="2300010000", p11="BE62510007547061", p45="EUR", p48="ACME NV", p83=" more"),
        )
        assert (line.amount, line.currency) == (Decimal("10.00"), "EUR")
        assert (line.booking_date, line.value_date) == (date(2026, 2, 3), date(2026, 2, 4))
        assert (line.bank_reference, line.end_to_end_id, line.transaction_code) == (
            "BANKREF1",
            "E2E-1",
            "00150000",
        )
        assert (line.counterparty, line.iban, line.bic) == ("ACME NV", "BE62510007547061", "KREDBEBB")
        assert (line.return_code, line.purpose_code) == ("MS03", "SALA")

    @pytest.mark.parametrize(
        ("field", "amount"),
        [
            ("0000000000010000", "10.00"),
            ("1000000000010000", "-10.00"),
            ("0000000000000685", "0.685"),
            ("1" + "0" * 15, "0.00"),
        ],
    )
    def test_sign_and_three_decimals(self, field: str, amount: str) -> None:
        assert str(read_line(movement(field)).amount) == amount

    def test_a_communication_cut_over_three_records_comes_together(self) -> None:
        text = "".join(f"RE-2026-{number:04d} " for number in range(11))[:149]
        line = read_line(
            movement(communication="0" + text[:53]),
            record(p1="2200010000", p11=text[53:106]),
            record(p1="2300010000", p83=text[106:149]),
        )
        assert line.text == text.strip()

    @pytest.mark.parametrize("kind", ["101", "102"])
    def test_a_structured_reference(self, kind: str) -> None:
        line = read_line(movement(communication=f"1{kind}000003505158"))
        assert (line.structured_reference, line.text) == ("000003505158", "")

    def test_a_direct_debit(self) -> None:
        content = (
            "030226" + "010" + "BE68ZZZ0123456789".ljust(35) + "MANDATE-1".ljust(35) + "Invoice 7".ljust(62)
        )
        whole = "127" + content
        line = read_line(
            movement(communication="1" + whole[:53]),
            record(p1="2200010000", p11=whole[53:106]),
            record(p1="2300010000", p83=whole[106:149]),
        )
        assert (line.creditor_id, line.mandate_id, line.text) == (
            "BE68ZZZ0123456789",
            "MANDATE-1",
            "Invoice 7",
        )

    def test_what_the_bank_adds_is_apart(self) -> None:
        line = read_line(
            movement(),
            record(p1="3100010001", p32="001500000", p41="Paid by "),
            record(p1="3200010001", p11="card"),
        )
        assert (line.text, line.booking_text) == ("Invoice 1", "Paid by" + " " * 0 + " card")
        assert read_line(movement(communication="0"), record(p1="3100010001", p40="0Fee")).text == "Fee"

    def test_the_longer_name_of_the_counterparty(self) -> None:
        line = read_line(
            movement(),
            record(p1="2300010000", p48="A VERY LONG NAME THAT IS CUT AT 35 "),
            record(p1="3100010001", p40="1001A VERY LONG NAME THAT IS CUT AT 35 CHARACTERS"),
            record(p1="3200010001", p11="STREET 1"),
        )
        assert (line.counterparty, line.booking_text) == ("A VERY LONG NAME THAT IS CUT AT 35 CHARACTERS", "")


class TestGlobalised:
    DETAILS = (
        movement("0000000000006000", "1101000003505158", "00010001", "50150000"),
        movement("0000000000004000", "0Invoice 2", "00010002", "50150000"),
    )

    @pytest.mark.parametrize("kind", ["1", "2"])
    def test_details_that_sum_to_the_movement_become_lines(self, kind: str) -> None:
        one = read_one(coda(movement(code=f"{kind}0150000"), *self.DETAILS))
        assert [(line.amount, line.detail_index, line.entry_reference) for line in one.lines] == [
            (Decimal("6.00"), 0, "BANKREF1"),
            (Decimal("4.00"), 1, "BANKREF1"),
        ]
        assert one.balanced is True

    def test_details_that_do_not_sum_leave_one_line(self) -> None:
        one = read_one(coda(movement(code="10150000"), self.DETAILS[0]))
        assert [line.amount for line in one.lines] == [Decimal("10.00")]
        assert "BATCH_NOT_SPLIT" in warning_codes(one)

    def test_an_explained_movement_stays_one_line(self) -> None:
        price = movement("0000000000008000", "0Fee March", "00010001", "80370000")
        vat = movement("0000000000002000", "1106000", "00010002", "80370000")
        one = read_one(coda(movement(code="30370000"), price, vat))
        assert [(line.amount, line.booking_text) for line in one.lines] == [(Decimal("10.00"), "Fee March")]


class TestStatements:
    def test_header_and_balances(self) -> None:
        one = read_one(coda(movement()))
        assert (one.format, one.account, one.currency, one.bank_bic) == (
            "CODA",
            "BE62510007547061",
            "EUR",
            "KREDBEBB",
        )
        assert (one.sequence, one.legal_number, one.statement_id) == ("034", "012", "FILE1")
        assert (one.opening, one.closing, one.balanced) == (Decimal("100.00"), Decimal("110.00"), True)
        assert (one.opening_date, one.closing_date) == (date(2026, 2, 2), date(2026, 2, 3))
        assert one.warnings == ()

    @pytest.mark.parametrize(
        ("structure", "account", "expected"),
        [
            ("0", "510007547061 EUR0BE", ("510007547061", "EUR")),
            ("1", "12345678901234567890".ljust(34) + "USD", ("12345678901234567890", "USD")),
            ("2", "BE62510007547061".ljust(34) + "EUR", ("BE62510007547061", "EUR")),
            ("3", "FR1420041010050500013M02606".ljust(34) + "EUR", ("FR1420041010050500013M02606", "EUR")),
        ],
    )
    def test_the_accounts_four_structures(
        self, structure: str, account: str, expected: tuple[str, str]
    ) -> None:
        opening = record(p1=f"1{structure}012", p6=account, p43="0000000000100000", p59="020226", p126="034")
        one = read_one(coda(movement(), opening=opening))
        assert (one.account, one.currency) == expected

    def test_the_trailer_is_the_proof(self) -> None:
        content = coda(movement()).decode()
        for before, after, code in (
            ("000003", "000004", "CONTROL_COUNT_DIFFERS"),
            ("000000000010000", "000000000010001", "CONTROL_TOTAL_DIFFERS"),
        ):
            head, mark, rest = content.rpartition("\r\n9")
            wrong = head + mark + rest.replace(before, after, 1)
            assert code in warning_codes(read_one(wrong.encode()))

    def test_a_difference_and_a_copy(self) -> None:
        one = read_one(coda(movement(), closing=new("0000000000110001")).replace(b"72505 ", b"72505D"))
        assert (one.balanced, one.difference, one.is_copy) == (False, Decimal("0.001"), True)

    def test_trailing_blanks_may_be_cut(self) -> None:
        content = "\n".join(one.rstrip() for one in coda(movement()).decode().splitlines()).encode()
        one = read_one(content)
        assert one.lines[0].amount == Decimal("10.00")
        assert "RECORD_SHORT" in warning_codes(one)


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "code", "place"),
        [
            (b"", "NOT_CODA", "line 1"),
            (b"hello\n", "NOT_CODA", "line 1"),
            (old().encode(), "NOT_CODA", "line 1"),
            (record(p1="00000030226", p128="5").encode(), "VERSION_UNKNOWN", "line 1"),
            (coda(movement()).replace(b"21000100", b"2x000100"), "RECORD_UNKNOWN", "line 3"),
            (coda(movement("x000000000010000")), "FIELD_UNREADABLE", "line 3"),
            (coda(movement("000000000001000,")), "FIELD_UNREADABLE", "line 3"),
            (coda(movement()).replace(b"020226", b"320226"), "FIELD_UNREADABLE", "line 5"),
            (coda(record(p1="2200010000")), "RECORD_ORDER", "line 3"),
            (coda(movement() + "x"), "RECORD_WIDTH", "line 3"),
            (coda(movement(), opening=HEADER), "RECORD_ORDER", "line 2"),
        ],
    )
    def test_with_code_and_line(self, content: bytes, code: str, place: str) -> None:
        refused = refusal_of(content)
        assert (refused.code, refused.place) == (code, place)

    def test_cut_off_anywhere_it_is_refused(self) -> None:
        content = coda(movement(), movement(number="00020000"))
        for length in range(0, len(content) - 132, 17):
            assert refusal_of(content[:length]).mend

    @given(st.lists(st.sampled_from(RECORDS)))
    def test_any_order_of_records(self, records: list[str]) -> None:
        try:
            assert all(one.format == "CODA" for one in read_bytes(read_coda, "\n".join(records).encode()))
        except UnreadableStatement:
            return


class TestSamples:
    REFUSED = {"pycoda/Coda_faulty_version.txt": "VERSION_UNKNOWN"}

    def test_every_file_agrees_with_its_controls(self) -> None:
        folder = shared_data("bank_coda_be")
        rows = expected_rows(folder, "expected_controls.csv")
        assert len(rows) == 17
        for name, (row,) in rows.items():
            if name in self.REFUSED:
                with pytest.raises(UnreadableStatement) as refused:
                    read_file(read_coda, folder / name)
                assert refused.value.code == self.REFUSED[name]
                continue
            statements = read_file(read_coda, folder / name)
            openings = [
                f"Decimal('{one.opening.normalize():f}')" for one in statements if one.opening is not None
            ]
            closings = [
                f"Decimal('{one.closing.normalize():f}')" for one in statements if one.closing is not None
            ]
            moved = sum((line.amount for one in statements for line in one.lines), Decimal(0))
            balanced = all(one.balanced for one in statements)
            assert (
                f"opening=[{', '.join(openings)}] closing=[{', '.join(closings)}] "
                f"sum21detail0={moved.normalize():f} balanced={balanced}"
            ) == row["control_totals"], name
