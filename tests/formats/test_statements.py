"""The values of a statement: identities, balances, warnings, recognition."""

from __future__ import annotations

import dataclasses
import io
from datetime import date
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.money import EXACT
from acquit.formats.bank_files import read_statements
from acquit.formats.camt import read_camt
from acquit.formats.mt940 import read_mt940
from acquit.formats.recognition import HEAD_BYTES, recognise_statement
from acquit.formats.statements import (
    Statement,
    StatementKind,
    StatementLine,
    UnreadableStatement,
    WarningLog,
    check_balance,
    clean_reference,
    line_identities,
    line_identity,
    new_line,
)
from tests.formats.bank_samples import Reader, camt, entry, mt940, read_bytes


def make_line(amount: str = "10.00", **fields: object) -> StatementLine:
    defaults: dict[str, object] = {"booking_date": date(2026, 2, 3), "value_date": None, "currency": "EUR"}
    return StatementLine(amount=Decimal(amount), **{**defaults, **fields})  # type: ignore[arg-type]


def make_statement(*lines: StatementLine, account: str = "DE94370400440532013000") -> Statement:
    return Statement(
        format="MT940",
        kind=StatementKind.STATEMENT,
        account=account,
        currency="EUR",
        statement_id="S",
        sequence="1",
        legal_number="",
        opening=None,
        closing=None,
        opening_date=None,
        closing_date=None,
        lines=lines,
    )


def identities(*lines: StatementLine) -> tuple[str, ...]:
    return line_identities(make_statement(*lines))


class TestLine:
    def test_the_quick_constructor_makes_the_same_frozen_line(self) -> None:
        quick = new_line(date(2026, 2, 3), None, Decimal(1), "EUR", bank_reference="B")
        slow = StatementLine(date(2026, 2, 3), None, Decimal(1), "EUR", bank_reference="B")
        assert quick == slow
        assert hash(quick) == hash(slow)
        assert type(quick) is StatementLine
        assert dataclasses.replace(quick, currency="USD").currency == "USD"
        with pytest.raises(dataclasses.FrozenInstanceError):
            quick.amount = Decimal(2)  # type: ignore[misc]


class TestIdentity:
    def test_a_reference_identifies_whatever_else_changes(self) -> None:
        first = make_line(bank_reference="B1", text="as announced")
        later = make_line(bank_reference="B1", text="As booked", value_date=date(2026, 2, 4), entry_index=7)
        assert identities(first) == identities(later)

    def test_the_account_is_part_of_it_however_it_is_written(self) -> None:
        line = make_line(bank_reference="B1")
        one = line_identities(make_statement(line, account="DE94370400440532013000"))
        other = line_identities(make_statement(line, account="DE02120300000000202051"))
        grouped = line_identities(make_statement(line, account="de94 3704 0044 0532 0130 00"))
        known_as = line_identities(
            make_statement(line, account="37040044/0532013000"), account="DE94370400440532013000"
        )
        assert one == grouped == known_as
        assert one != other

    def test_a_reference_shared_with_charges_keeps_both(self) -> None:
        assert (
            len(
                set(
                    identities(
                        make_line("-10.00", bank_reference="B1"), make_line("-0.50", bank_reference="B1")
                    )
                )
            )
            == 2
        )

    def test_the_scale_of_an_amount_does_not_count(self) -> None:
        assert identities(make_line("20", bank_reference="B")) == identities(
            make_line("20.00", bank_reference="B")
        )
        assert identities(make_line("20")) == identities(make_line("20.00"))
        assert identities(make_line("20")) != identities(make_line("200"))

    def test_details_that_share_the_entrys_reference_go_by_their_index(self) -> None:
        details = [
            make_line(bank_reference="E", entry_reference="E", detail_index=index) for index in range(3)
        ]
        assert len(set(identities(*details))) == 3
        assert identities(*details)[1] == identities(details[1])[0]

    def test_details_with_a_reference_of_their_own_may_change_their_order(self) -> None:
        first = make_line("1", bank_reference="D1", entry_reference="E", detail_index=0)
        moved = make_line("1", bank_reference="D1", entry_reference="E", detail_index=4)
        assert identities(first) == identities(moved)

    def test_equal_lines_of_one_day_stay_two_and_are_the_same_two_again(self) -> None:
        twice = [make_line(text="Parking"), make_line(text="Parking")]
        assert len(set(identities(*twice))) == 2
        assert identities(*twice) == identities(*[make_line(text="Parking"), make_line(text="Parking")])

    def test_without_a_reference_the_content_identifies(self) -> None:
        base = make_line(text="Invoice 1", counterparty="ACME")
        assert identities(base) == identities(make_line(text=" INVOICE  1", counterparty="Acme"))
        for change in (
            {"text": "Invoice 2"},
            {"counterparty": "Other"},
            {"booking_date": date(2026, 2, 4)},
            {"end_to_end_id": "E"},
            {"iban": "DE1"},
            {"currency": "USD"},
        ):
            assert identities(base) != identities(
                make_line(**{"text": "Invoice 1", "counterparty": "ACME", **change})
            )

    def test_one_at_a_time_is_the_same_as_all_at_once(self) -> None:
        statement = make_statement(make_line(), make_line(), make_line("5"))
        assert tuple(line_identity(statement, line) for line in statement.lines) == line_identities(statement)

    def test_an_intraday_report_and_the_statement_name_a_line_alike(self) -> None:
        inner = "<AcctSvcrRef>B1</AcctSvcrRef>"
        booked = read_bytes(read_camt, camt(entry(inner=inner)))[0]
        swift = read_bytes(read_mt940, mt940(":61:2602030203CR10,NTRFNONREF//B1"))[0]
        assert line_identities(booked) == line_identities(swift)

    @given(st.lists(st.sampled_from(["a", "b"]), max_size=30))
    def test_as_many_identities_as_lines(self, texts: list[str]) -> None:
        assert len(set(identities(*[make_line(text=text) for text in texts]))) == len(texts)


class TestBalance:
    def test_missing(self) -> None:
        assert check_balance(None, Decimal(1), []).balanced is None
        assert check_balance(Decimal(1), None, []).balanced is None

    def test_nothing_moved_is_never_inverted(self) -> None:
        check = check_balance(Decimal(-5), Decimal(-5), [])
        assert (check.balanced, check.is_inverted) == (True, False)

    def test_inverted_only_where_allowed(self) -> None:
        amounts = [Decimal(10)]
        assert check_balance(Decimal(-5), Decimal(-15), amounts).is_inverted is True
        refused = check_balance(Decimal(-5), Decimal(-15), amounts, may_invert=False)
        assert (refused.balanced, refused.difference) == (False, Decimal(-20))

    @given(
        st.decimals(-(10**18), 10**18, places=2),
        st.lists(st.decimals(-1000, 1000, places=5)),
        st.integers(1, 28),
    )
    def test_sums_are_exact_whatever_the_process_rounds_to(
        self, opening: Decimal, amounts: list[Decimal], precision: int
    ) -> None:
        closing = opening
        for amount in amounts:
            closing = EXACT.add(closing, amount)
        with localcontext(prec=precision):
            assert check_balance(opening, closing, amounts).balanced is True
            off = check_balance(opening, EXACT.add(closing, Decimal("0.01")), amounts, may_invert=False)
        assert (off.balanced, off.difference) == (False, Decimal("0.01"))

    @pytest.mark.parametrize(
        ("reader", "content"),
        [
            (read_camt, camt(entry("123456789012.34", "DBIT"))),
            (read_mt940, mt940(":61:260203D123456789012,34NTRFX")),
        ],
    )
    def test_a_lowered_precision_bends_no_amount(self, reader: Reader, content: bytes) -> None:
        with localcontext(prec=5):
            (statement,) = read_bytes(reader, content)
        assert statement.lines[0].amount == Decimal("-123456789012.34")


class TestWarnings:
    def test_the_first_place_is_kept_and_the_rest_counted(self) -> None:
        log = WarningLog()
        log.note("A", "first", "line 1")
        log.note("B", "x" * 1000, "line 2")
        log.note("A", "second", "line 3")
        first, second = log.warnings()
        assert (first.code, first.message, first.place, first.count) == ("A", "first", "line 1", 2)
        assert len(second.message) == 300


@pytest.mark.parametrize(
    ("text", "kept"),
    [("NONREF", ""), ("notprovided", ""), (" X ", "X"), ("", ""), ("EREF", ""), ("NONREF1", "NONREF1")],
)
def test_references_that_are_none(text: str, kept: str) -> None:
    assert clean_reference(text) == kept


class TestRecognition:
    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (camt(entry()), "CAMT.053"),
            (b"\xef\xbb\xbf" + camt(entry()), "CAMT.053"),
            (camt(entry()).decode().replace("UTF-8", "UTF-16").encode("utf-16"), "CAMT.053"),
            (b'<?xml version="1.0"?><n:Document xmlns:n="x"><n:BkToCstmrAcctRpt/></n:Document>', "CAMT.052"),
            (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"/>', "CAMT.054"),
            (mt940(), "MT940"),
            (mt940().replace(b"\r\n", b"\r"), "MT940"),
            (b"{1:F01X}{2:O942X}{4:\r\n", "MT942"),
            (b":20:X\r\n:25:Y\r\n:34F:EUR0,\r\n", "MT942"),
            (b":61:260203C1,NTRF", "MT940"),
            (b"Invoice;Amount\r\n:20: is a tag;1,00\r\n", None),
            (b"<html><body>Stmt</body></html>", None),
            (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"/>', None),
            (b"", None),
            (b"\x00\x01\x02", None),
        ],
    )
    def test_by_content(self, content: bytes, found: str | None) -> None:
        assert recognise_statement(content[:HEAD_BYTES]) == found

    def test_a_stream_that_cannot_be_rewound_is_read_whole(self) -> None:
        class Pipe(io.RawIOBase):
            def __init__(self, content: bytes) -> None:
                self.rest = content

            def readable(self) -> bool:
                return True

            def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
                piece, self.rest = self.rest[: min(len(buffer), 1000)], self.rest[min(len(buffer), 1000) :]
                buffer[: len(piece)] = piece
                return len(piece)

        content = camt(entry() * 500)
        (statement,) = read_statements(Pipe(content), "pipe")  # type: ignore[arg-type]
        assert len(statement.lines) == 500

    def test_what_is_no_bank_file_is_refused(self) -> None:
        with pytest.raises(UnreadableStatement) as refused:
            list(read_statements(io.BytesIO(b"a;b\n1;2\n"), "table.csv"))
        assert (refused.value.code, refused.value.file) == ("NOT_RECOGNISED", "table.csv")
        assert refused.value.details["value"] == "a;b\n1;2\n"
