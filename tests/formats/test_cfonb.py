"""CFONB: overpunched amounts, complements by qualifier, statements' order, lists of operations without signs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.formats.bank_files import read_statements
from acquit.formats.cfonb import read_cfonb
from acquit.formats.recognition import recognise_statement
from acquit.formats.statements import Statement, StatementKind, StatementLine, UnreadableStatement
from tests.formats.bank_samples import expected_rows, read_bytes, read_file, warning_codes
from tests.shared_data import shared_data

ACCOUNT = "00012345603"


def record(width: int = 120, /, **fields: str) -> str:
    """Make a record: `p11="X"` puts X at position 11."""
    text = [" "] * width
    for name, value in fields.items():
        start = int(name[1:]) - 1
        text[start : start + len(value)] = value
    return "".join(text)


def old(amount: str = "0000000010000{", currency: str = "EUR2", day: str = "020226") -> str:
    return record(p1="0110278", p12="02204" + currency, p22=ACCOUNT, p35=day, p91=amount)


def new(amount: str = "0000000010100{", currency: str = "EUR2", day: str = "030226") -> str:
    return record(p1="0710278", p12="02204" + currency, p22=ACCOUNT, p35=day, p91=amount)


def operation(amount: str = "0000000000100{", code: str = "05", currency: str = "EUR2", **fields: str) -> str:
    return record(
        p1="0410278A123",
        p12="02204" + currency,
        p22=ACCOUNT,
        p33=code,
        p35="030226",
        p43="040226",
        p49="VIR  ACME SARL",
        p91=amount,
        **fields,
    )


def complement(qualifier: str, text: str) -> str:
    return record(p1="0510278A123", p12="02204EUR2", p22=ACCOUNT, p33="05030226", p46=qualifier, p49=text)


def cfonb(*records: str, opening: str | None = None, closing: str | None = None) -> bytes:
    return "\r\n".join([opening or old(), *records, closing or new(), ""]).encode()


def read_one(content: bytes) -> Statement:
    (statement,) = read_bytes(read_cfonb, content)
    return statement


def read_line(*records: str) -> StatementLine:
    (line,) = read_one(cfonb(*records)).lines
    return line


def refusal_of(content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as refused:
        read_bytes(read_cfonb, content)
    return refused.value


class TestOperations:
    def test_fields(self) -> None:
        line = read_line(operation(p41="08", p105="RE-2026-001"))
        assert (line.amount, line.currency) == (Decimal("10.00"), "EUR")
        assert (line.booking_date, line.value_date) == (date(2026, 2, 3), date(2026, 2, 4))
        assert (line.transaction_code, line.bank_code, line.return_code) == ("05", "A123", "08")
        assert (line.text, line.booking_text) == ("VIR ACME SARL", "VIR ACME SARL")
        assert line.customer_reference == "RE-2026-001"
        assert line.raw.startswith("0410278A123")

    @pytest.mark.parametrize(
        ("field", "amount"),
        [
            ("0000000000186B", "18.62"),
            ("0000000166956E", "16695.65"),
            ("0000000001904}", "-190.40"),
            ("0000000000012R", "-1.29"),
            ("0000000000000I", "0.09"),
            ("0000000000000}", "0.00"),
        ],
    )
    def test_the_last_character_is_digit_and_sign(self, field: str, amount: str) -> None:
        assert str(read_line(operation(field)).amount) == amount

    @pytest.mark.parametrize(("currency", "amount"), [("JPY0", "1000"), ("TND3", "1.00")])
    def test_the_number_of_decimals_is_stated(self, currency: str, amount: str) -> None:
        one = read_one(
            cfonb(
                operation("0000000000100{", currency=currency),
                opening=old(currency=currency),
                closing=new(currency=currency),
            )
        )
        assert (str(one.lines[0].amount), one.currency) == (amount, currency[:3])

    def test_currency_and_decimals_may_stand_in_the_operations_only(self) -> None:
        one = read_one(
            cfonb(
                operation("0000000000100{", currency="JPY0"),
                opening=old(currency="    "),
                closing=new(currency="    "),
            )
        )
        assert (one.currency, one.opening, one.lines[0].amount) == ("JPY", Decimal(100000), Decimal(1000))
        assert "DECIMALS_ASSUMED" not in warning_codes(one)

    def test_and_where_they_stand_nowhere_it_is_said(self) -> None:
        one = read_one(cfonb(opening=old(currency="    "), closing=new(currency="    ")))
        assert warning_codes(one) >= {"DECIMALS_ASSUMED", "CURRENCY_MISSING"}
        assert one.opening == Decimal("1000.00")

    def test_complements(self) -> None:
        line = read_line(
            operation(),
            complement("NPY", "ACME SARL PARIS"),
            complement("NPO", "ACME HOLDING"),
            complement("NBE", "US"),
            complement("LCC", "FACTURE RE-2026-001 ET RE-2026-002 ".ljust(68) + "RE"),
            complement("LC2", "-2026-003"),
            complement("RCN", "E2E-1".ljust(35) + "GDDS"),
            complement("RUM", "MANDAT-1".ljust(35) + "RCUR"),
            complement("CPY", "FR76 3000 6000 0112 3456 7890 189"),
            complement("BDO", "AGRIFRPP"),
            complement("IBE", "FR12ZZZ123456".ljust(35) + "SEPA"),
            complement("MMO", "USD200000000001234"),
            complement("FEE", "EUR200000000000150"),
            complement("LCS", "SCOR RF18539007547034"),
        )
        assert (line.counterparty, line.ultimate_counterparty) == ("ACME SARL PARIS", "ACME HOLDING")
        assert line.text.startswith("FACTURE RE-2026-001 ET RE-2026-002 RE-2026-003")
        assert (line.end_to_end_id, line.mandate_id, line.purpose_code) == ("E2E-1", "MANDAT-1", "GDDS")
        assert (line.iban, line.bic) == ("FR7630006000011234567890189", "AGRIFRPP")
        assert (line.creditor_id, line.structured_reference) == ("FR12ZZZ123456", "RF18539007547034")
        assert (line.original_amount, line.original_currency) == (Decimal("12.34"), "USD")
        assert line.charges_amount == Decimal("1.50")
        assert line.booking_text == "VIR ACME SARL"
        assert line.raw.count("\n") == 13

    def test_free_labels_go_on_from_the_banks(self) -> None:
        line = read_line(operation(), complement("LIB", "PAYMENT ORDER 1243"), complement("", "ERS INF 7"))
        assert line.text == "VIR ACME SARL PAYMENT ORDER 1243 ERS INF 7"

    def test_a_charge_in_another_currency_is_no_charge_in_this_one(self) -> None:
        assert read_line(operation(), complement("FEE", "USD200000000000150")).charges_amount is None

    @pytest.mark.parametrize(
        ("amount", "code", "party"),
        [
            ("0000000000100{", "05", "PAYER"),
            ("0000000000100}", "06", "BENEFICIARY"),
            ("0000000000100}", "B3", "PAYER"),
            ("0000000000100{", "12", "BENEFICIARY"),
        ],
    )
    def test_the_counterparty_is_the_other_side(self, amount: str, code: str, party: str) -> None:
        line = read_line(
            operation(amount, code), complement("NPY", "PAYER"), complement("NBE", "BENEFICIARY")
        )
        assert (line.counterparty, line.is_reversal) == (party, code in {"B3", "12"})

    def test_the_only_name_given_is_taken(self) -> None:
        assert (
            read_line(operation("0000000000100}"), complement("NPY", "ELEC ERDF")).counterparty == "ELEC ERDF"
        )

    def test_the_iso_reason_of_a_return_goes_before_the_banks_number(self) -> None:
        assert read_line(operation(p41="08"), complement("RET", "AM04 08PROVISION")).return_code == "AM04"
        assert read_line(operation(p41="08"), complement("RET", "    08PROVISION")).return_code == "08"


class TestStatements:
    def test_balances(self) -> None:
        one = read_one(cfonb(operation()))
        assert (one.format, one.account, one.currency) == ("CFONB.120", "1027802204" + ACCOUNT, "EUR")
        assert (one.opening, one.closing, one.balanced) == (Decimal("1000.00"), Decimal("1010.00"), True)
        assert (one.opening_date, one.closing_date) == (date(2026, 2, 2), date(2026, 2, 3))
        assert one.warnings == ()
        wrong = read_one(cfonb(operation(), operation()))
        assert (wrong.balanced, wrong.difference, warning_codes(wrong)) == (
            False,
            Decimal("-10.00"),
            {"NOT_BALANCED"},
        )

    def test_several_statements(self) -> None:
        content = cfonb(operation()) + b"\n\n" + cfonb(operation())
        assert [one.balanced for one in read_bytes(read_cfonb, content)] == [True, True]

    def test_without_line_ends(self) -> None:
        content = cfonb(*[operation("0000000000010{")] * 5000, closing=new("0000000060000{"))
        joined = content.replace(b"\r\n", b"")
        assert read_one(joined).balanced is True
        assert [line.amount for line in read_one(joined).lines] == [Decimal("1.00")] * 5000
        broken = joined.replace(b"04102", b"0x102", 3).replace(b"0x102", b"04102", 2)
        assert (refusal_of(broken).code, refusal_of(broken).place) == ("RECORD_UNKNOWN", "line 4")

    def test_another_bank_code_is_told(self) -> None:
        assert "BANK_CODE_DIFFERS" in warning_codes(
            read_one(cfonb(operation().replace("0410278", "0410556")))
        )

    def test_trailing_blanks_may_be_cut(self) -> None:
        content = b"\n".join(line.rstrip() for line in cfonb(operation()).splitlines())
        one = read_one(content)
        assert (one.lines[0].amount, "RECORD_SHORT" in warning_codes(one)) == (Decimal("10.00"), True)

    def test_recognised_by_content(self) -> None:
        for content, form in (
            (cfonb(operation()), "CFONB.120"),
            (restored(), "CFONB.240"),
            (operation().encode(), "CFONB.120"),
        ):
            assert recognise_statement(content) == form
        assert [one.format for one in read_bytes(read_statements, cfonb())] == ["CFONB.120"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "code", "place"),
        [
            (b"", "NOT_CFONB", "line 1"),
            (b"\n\n", "NOT_CFONB", "line 1"),
            (b"hello\n", "NOT_CFONB", "line 1"),
            (operation().encode(), "RECORD_ORDER", "line 1"),
            (cfonb(old()), "RECORD_ORDER", "line 2"),
            (cfonb(complement("LIB", "x")), "RECORD_ORDER", "line 2"),
            (cfonb(operation().replace(ACCOUNT, "00012345604")), "RECORD_ORDER", "line 2"),
            (cfonb(operation(currency="USD2")), "RECORD_ORDER", "line 2"),
            (cfonb(operation("00000000001000")), "FIELD_UNREADABLE", "line 2"),
            (cfonb(operation("000000000100,{")), "FIELD_UNREADABLE", "line 2"),
            (cfonb(operation(currency="EURx")), "FIELD_UNREADABLE", "line 2"),
            (cfonb(operation(), complement("MMO", "USD2x")), "FIELD_UNREADABLE", "line 2"),
            (cfonb(opening=old(day="320226")), "FIELD_UNREADABLE", "line 1"),
            (cfonb(closing=new("             ")), "FIELD_UNREADABLE", "line 2"),
            (cfonb(record(p1="09")), "RECORD_UNKNOWN", "line 2"),
            (cfonb(operation() + "x"), "RECORD_WIDTH", "line 2"),
        ],
    )
    def test_with_code_and_line(self, content: bytes, code: str, place: str) -> None:
        refused = refusal_of(content)
        assert (refused.code, refused.place) == (code, place)

    def test_cut_off_anywhere_it_is_refused(self) -> None:
        content = cfonb(operation(), complement("LIB", "x"), operation())
        for length in range(0, len(content) - 124, 13):
            assert refusal_of(content[:length]).mend

    @given(
        st.lists(
            st.sampled_from([old(), new(), operation(), complement("LIB", "x"), "x" * 120, "01", "31", ""])
        )
    )
    def test_any_order_of_records(self, records: list[str]) -> None:
        try:
            assert all(
                one.format == "CFONB.120" for one in read_bytes(read_cfonb, "\n".join(records).encode())
            )
        except UnreadableStatement:
            return


def header(code: str = "20", money: str = "E") -> str:
    return record(
        240, p1=f"31000001{code}020226{money}", p22="1027802204" + ACCOUNT, p43="ACQUIT", p123="CTR001"
    )


def detail(number: int = 2, amount: str = "000000001000", code: str = "20") -> str:
    return record(
        240,
        p1=f"34{number:06d}{code}030226E",
        p22="300040000100022334455",
        p43="ACME SARL",
        p123="REM1",
        p129="FACTURE RE-2026-001",
        p217="020226",
        p223="INIT1",
        p229=amount,
    )


def total(number: int, amount: str = "000000001000", code: str = "20") -> str:
    return record(240, p1=f"39{number:06d}{code}030226E", p22="1027802204" + ACCOUNT, p229=amount)


def restored(*records: str) -> bytes:
    return "\n".join(records or (header(), detail(), total(3))).encode()


class TestRestoredOperations:
    def test_a_list_is_read_and_never_booked(self) -> None:
        one = read_one(restored())
        assert (one.format, one.kind, one.is_booked) == ("CFONB.240", StatementKind.NOTIFICATION, False)
        assert (one.account, one.currency, one.lines, one.closing_date) == (
            "1027802204" + ACCOUNT,
            "EUR",
            (),
            date(2026, 2, 3),
        )
        (line,) = one.pending_lines
        assert (line.amount, line.value_date, line.counterparty) == (
            Decimal("10.00"),
            date(2026, 2, 3),
            "ACME SARL",
        )
        assert (line.text, line.customer_reference, line.entry_reference) == (
            "FACTURE RE-2026-001",
            "REM1",
            "INIT1",
        )
        assert (line.counterparty_account, line.transaction_code) == ("300040000100022334455", "20")
        assert warning_codes(one) == {"DIRECTION_NOT_STATED"}

    def test_what_completes_an_operation_is_kept(self) -> None:
        more = record(240, p1="3500000320", p30="MORE")
        (line,) = read_one(restored(header(), detail(), more, total(4))).pending_lines
        assert line.raw.endswith("MORE")

    def test_its_total_and_its_numbers_are_the_proof(self) -> None:
        assert "CONTROL_TOTAL_DIFFERS" in warning_codes(
            read_one(restored(header(), detail(), total(3, "000000001001")))
        )
        assert "SEQUENCE_BROKEN" in warning_codes(read_one(restored(header(), detail(3), total(4))))
        empty = read_one(restored(header(), total(2, " ")))
        assert (empty.pending_lines, warning_codes(empty)) == ((), set())

    @pytest.mark.parametrize(
        ("money", "currency", "amount"),
        [("E0JPY", "JPY", "1000"), ("E2USD", "USD", "10.00"), (" ", "", "10.00")],
    )
    def test_currency(self, money: str, currency: str, amount: str) -> None:
        one = read_one(restored(header(money=money), detail(), total(3)))
        assert (one.currency, str(one.pending_lines[0].amount)) == (currency, amount)
        assert ("CURRENCY_MISSING" in warning_codes(one)) is not bool(currency)

    @pytest.mark.parametrize(
        ("records", "code", "place"),
        [
            ((header(), detail()), "FILE_CUT_OFF", "end of file"),
            ((header(), header()), "RECORD_ORDER", "line 2"),
            ((header(), total(2), detail()), "RECORD_ORDER", "line 3"),
            ((header("AO"), detail()), "OPERATION_UNKNOWN", "line 1"),
            ((header(), detail(code="60"), total(3)), "RECORD_ORDER", "line 2"),
            ((header(), record(240, p1="3500000220")), "RECORD_ORDER", "line 2"),
            ((header(), detail(amount="00000000100,"), total(3)), "FIELD_UNREADABLE", "line 2"),
            ((header(), detail(amount=" " * 12), total(3)), "FIELD_UNREADABLE", "line 2"),
            ((header(), detail(), total(3, "x")), "FIELD_UNREADABLE", "line 3"),
        ],
    )
    def test_refusals(self, records: tuple[str, ...], code: str, place: str) -> None:
        refused = refusal_of(restored(*records))
        assert (refused.code, refused.place) == (code, place)


class TestSamples:
    """Files whose structure is broken are refused; the statements before the place are whole."""

    REFUSED = {
        "pennylane/end_of_statement_without_beginning.txt": ("RECORD_ORDER", "line 9"),
        "pennylane/invalid_date.txt": ("FIELD_UNREADABLE", "line 1"),
        "pennylane/new_statement_without_previous_ended.txt": ("RECORD_ORDER", "line 6"),
        "pennylane/operation.txt": ("RECORD_ORDER", "line 1"),
        "pennylane/operation_already_defined.txt": ("RECORD_ORDER", "line 1"),
        "pennylane/operation_detail_without_operation.txt": ("RECORD_ORDER", "line 3"),
        "pennylane/operation_unstarted.txt": ("RECORD_ORDER", "line 1"),
    }

    def test_every_file_agrees_with_its_controls(self) -> None:
        folder = shared_data("bank_cfonb_fr")
        rows = expected_rows(folder, "expected_controls.csv")
        assert len(rows) == 10
        for name, (row,) in rows.items():
            content = (folder / name).read_bytes()
            assert recognise_statement(content) == "CFONB.120", name
            if name in self.REFUSED:
                refused = refusal_of(content)
                assert (refused.code, refused.place) == self.REFUSED[name], name
                continue
            statements = read_file(read_cfonb, folder / name)
            openings = [f"'{one.opening.normalize():f}'" for one in statements if one.opening is not None]
            closings = [f"'{one.closing.normalize():f}'" for one in statements if one.closing is not None]
            lines = [line.amount for one in statements for line in one.lines]
            balanced = all(one.balanced for one in statements)
            assert (
                f"opening=[{', '.join(openings)}] movements={len(lines)} sum={sum(lines, Decimal(0)).normalize():f} "
                f"closing=[{', '.join(closings)}] balanced={balanced}"
            ) == row["control_totals"], name
