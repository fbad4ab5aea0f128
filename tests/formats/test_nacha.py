"""NACHA: signs by transaction code, returns and changes by their addenda, remittance, controls, parts of files."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.formats.bank_files import read_statements
from acquit.formats.nacha import read_nacha
from acquit.formats.nacha.remittance import parse_remittance
from acquit.formats.recognition import recognise_statement
from acquit.formats.statements import (
    RemittedDocument,
    Statement,
    StatementKind,
    StatementLine,
    UnreadableStatement,
)
from tests.formats.bank_samples import expected_rows, read_bytes, warning_codes
from tests.shared_data import shared_data

FILLING = "9" * 94


def record(**fields: str) -> str:
    """Make a record of 94 characters: `p11="X"` puts X at position 11."""
    text = [" "] * 94
    for name, value in fields.items():
        start = int(name[1:]) - 1
        text[start : start + len(value)] = value
    return "".join(text)


HEADER = record(p1="101 091400606 0910000192602030306A094101", p41="FIRST BANK", p64="OUR BANK")


def batch(
    entry_class: str = "CCD", purpose: str = "PAYMENT", days: str = "260203034", number: str = "0000001"
) -> str:
    return record(
        p1="5200ACME INC", p41="1123456789" + entry_class + purpose, p70=days, p79="109100001" + number
    )


def entry(
    code: str = "22", amount: str = "0000010000", *, addenda: int = 0, trace: str = "091000010000001"
) -> str:
    return record(
        p1="6" + code,
        p4="091400606",
        p13="123456789",
        p30=amount,
        p40="CUST-77",
        p55="PAUL JONES",
        p79=str(addenda),
        p80=trace,
    )


def addenda(text: str, number: str = "0001", of: str = "0000001") -> str:
    return record(p1="705", p4=text, p84=number, p88=of)


def returned(code: str = "R01", words: str = "") -> str:
    return record(p1="799" + code + "091000010000099", p28="09100001", p36=words, p80="091400600000001")


def controls(
    count: int = 1,
    *,
    debit: int = 0,
    credit: int = 10000,
    hashed: int = 9140060,
    batches: int = 1,
) -> tuple[str, str]:
    sums = f"{hashed:010d}{debit:012d}{credit:012d}"
    return record(p1=f"8200{count:06d}{sums}", p45="1123456789"), record(
        p1=f"9{batches:06d}000001{count:08d}{sums}"
    )


def nacha(
    *records: str, header: str = HEADER, first: str | None = None, ends: tuple[str, str] | None = None
) -> bytes:
    body = records or (entry(),)
    batch_control, file_control = ends or controls(len(body))
    lines = [header, first or batch(), *body, batch_control, file_control, FILLING, ""]
    return "\r\n".join(line for line in lines if line or line is lines[-1]).encode()


def read_one(content: bytes) -> Statement:
    (statement,) = read_bytes(read_nacha, content)
    return statement


def read_line(*records: str, first: str | None = None) -> StatementLine:
    one = read_one(nacha(*records, first=first))
    (line,) = (*one.lines, *one.pending_lines)
    return line


def refusal_of(content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as refused:
        read_bytes(read_nacha, content)
    return refused.value


class TestEntries:
    def test_fields(self) -> None:
        one = read_one(nacha(entry(addenda=1), addenda("INVOICE RE-2026-001")))
        (line,) = one.lines
        assert (one.format, one.kind, one.is_booked) == ("NACHA", StatementKind.NOTIFICATION, False)
        assert (one.account, one.statement_id, one.created) == (
            "091400606 123456789",
            "0000001",
            "2602030306",
        )
        assert (one.opening, one.closing, one.balanced, one.warnings) == (None, None, None, ())
        assert (line.amount, line.currency) == (Decimal("100.00"), "USD")
        assert (line.booking_date, line.value_date) == (date(2026, 2, 3), date(2026, 2, 3))
        assert (line.counterparty, line.creditor_id) == ("ACME INC", "1123456789")
        assert (line.bank_reference, line.customer_reference) == ("091000010000001", "CUST-77")
        assert (line.transaction_code, line.bank_code, line.booking_text) == ("22", "CCD", "PAYMENT")
        assert (line.text, line.return_code, line.is_reversal) == ("INVOICE RE-2026-001", "", False)

    @pytest.mark.parametrize(
        ("code", "sign"),
        [
            ("21", 1),
            ("22", 1),
            ("32", 1),
            ("42", 1),
            ("52", 1),
            ("26", -1),
            ("27", -1),
            ("37", -1),
            ("55", -1),
        ],
    )
    def test_sign(self, code: str, sign: int) -> None:
        ends = controls(1, debit=0 if sign > 0 else 10000, credit=10000 if sign > 0 else 0)
        one = read_one(nacha(entry(code), ends=ends))
        assert (one.lines[0].amount, one.warnings) == (Decimal("100.00") * sign, ())

    @pytest.mark.parametrize("code", ["23", "28", "24"])
    def test_what_moves_nothing_is_no_booking(self, code: str) -> None:
        one = read_one(nacha(entry(code, "0000000000"), ends=controls(credit=0)))
        assert (one.lines, len(one.pending_lines), one.warnings) == ((), 1, ())

    def test_a_return(self) -> None:
        content = nacha(
            entry("26", addenda=1), returned(words="CALL US"), ends=controls(2, debit=10000, credit=0)
        )
        one = read_one(content)
        (line,) = one.lines
        assert (line.amount, line.return_code, line.entry_reference) == (
            Decimal("-100.00"),
            "R01",
            "091000010000099",
        )
        assert (line.counterparty, line.counterparty_account) == ("PAUL JONES", "091400606 123456789")
        assert (line.text, line.customer_reference) == ("CALL US", "CUST-77")
        assert (one.account, one.warnings) == ("1123456789", ())

    def test_a_return_dishonoured(self) -> None:
        words = "   123918710000001179" + "01" + "UNTIMELY RETURN"
        assert read_line(entry("22", addenda=1), returned("R68", words)).text == "UNTIMELY RETURN"

    def test_a_notification_of_change(self) -> None:
        change = record(p1="798C01091000010000099", p28="09100001", p36="1918171614", p80="091400600000001")
        line = read_line(entry("21", "0000000000", addenda=1), change, first=batch("COR"))
        assert (line.return_code, line.text, line.amount) == ("C01", "1918171614", Decimal("0.00"))
        assert line.entry_reference == "091000010000099"

    def test_a_reversal(self) -> None:
        assert read_line(entry(), first=batch(purpose="REVERSAL")).is_reversal is True

    def test_ctx_names_the_company_elsewhere(self) -> None:
        first = entry(addenda=1).replace("PAUL JONES    ", "0001ACME CORP ")
        assert read_line(first, returned(), first=batch("CTX")).counterparty == "ACME CORP"

    @pytest.mark.parametrize(
        ("days", "booked", "valued"),
        [
            ("260203034", date(2026, 2, 3), date(2026, 2, 3)),
            ("260203   ", date(2026, 2, 3), date(2026, 2, 3)),
            ("      035", date(2026, 2, 4), date(2026, 2, 4)),
            ("000000000", None, None),
            ("251230364", date(2025, 12, 30), date(2025, 12, 30)),
        ],
    )
    def test_days(self, days: str, booked: date | None, valued: date | None) -> None:
        line = read_line(entry(), first=batch(days=days))
        assert (line.booking_date, line.value_date) == (booked, valued)

    def test_a_day_of_settlement_after_new_year(self) -> None:
        content = nacha(first=batch(days="      002"), header=HEADER.replace("260203", "251230"))
        assert read_one(content).lines[0].booking_date == date(2026, 1, 2)

    def test_advices(self) -> None:
        header = record(p1="5280ACME", p51="ADVACCOUNTING", p70="260203")
        lines = [
            record(p1="681091400606123456789", p28="000000010000", p79="0"),
            record(p1="682091400606123456789", p28="000000020000", p79="0"),
        ]
        sums = f"{2 * 9140060:010d}{20000:020d}{10000:020d}"
        ends = (record(p1="8280000002" + sums), record(p1="900000100000100000002" + sums))
        one = read_one(nacha(*lines, first=header, ends=ends))
        assert [line.amount for line in one.lines] == [Decimal("100.00"), Decimal("-200.00")]
        assert one.warnings == ()

    def test_abroad(self) -> None:
        header = record(p1="5220", p21="FF3", p39="US123456789 IATTRADEPAYMTCADUSD260203", p88="0000001")
        first = record(p1="6221210428820003", p30="0000100000", p40="DE12345", p79="1", p80="091000010000001")
        more = [
            record(p1="710ANN" + "000000000000123450", p47="BEK ENTERPRISES", p88="0000001"),
            record(p1="711BEK SOLUTIONS", p39="15 WEST PLACE", p88="0000001"),
            record(p1="717INVOICE RE-2026-001", p84="0001", p88="0000001"),
        ]
        one = read_one(nacha(first, *more, first=header, ends=controls(4, credit=100000, hashed=12104288)))
        (line,) = one.lines
        assert (line.counterparty, line.text) == ("BEK SOLUTIONS", "INVOICE RE-2026-001")
        assert (line.amount, line.original_amount, line.original_currency) == (
            Decimal("1000.00"),
            Decimal("1234.50"),
            "CAD",
        )
        assert (one.account, one.warnings) == ("121042882 DE12345", ())


class TestRemittance:
    def test_segments_alone(self) -> None:
        line = read_line(
            entry(addenda=1),
            addenda("RMR*IV*RE-2026-001**95.00*100.00*5.00\\RMR*CM*GS-1**-10\\DTM*003*20260101\\"),
        )
        assert line.documents == (
            RemittedDocument("RE-2026-001", "CINV", Decimal("95.00"), Decimal("5.00"), "USD"),
            RemittedDocument("GS-1", "CREN", Decimal(-10), None, "USD"),
        )
        assert line.text.startswith("RMR*IV*RE-2026-001")

    def test_an_interchange_cut_at_eighty_characters(self) -> None:
        blank = " " * 10
        header = f"ISA*00*{blank}*00*{blank}*ZZ*SENDER         *ZZ*RECEIVER       *260203*0219*U*00401*000000001*0*P*>~"
        whole = (
            header + "ST*820*0001~BPR*C*150*C~N1*PR*ACME HOLDING~ENT*1~RMR*IV*RE-1**100~RMR*ZZ*X-2~SE*6*0001~"
        )
        pieces = [whole[at : at + 80] for at in range(0, len(whole), 80)]
        records = [addenda(piece, f"{number:04d}") for number, piece in enumerate(pieces, 1)]
        line = read_line(entry(addenda=1), *records, first=batch("CTX"))
        assert line.documents == (
            RemittedDocument("RE-1", "CINV", Decimal(100), None, "USD"),
            RemittedDocument("X-2"),
        )
        assert line.ultimate_counterparty == "ACME HOLDING"

    @pytest.mark.parametrize(
        "text", ["", "PAY-GATE payment\\", "RMR*", "RMR*IV\\", "ISA", "ISA*00*", "FARMR*IV*1\\"]
    )
    def test_anything_else_names_nothing(self, text: str) -> None:
        assert parse_remittance(text).documents == ()

    @given(st.text())
    def test_any_text(self, text: str) -> None:
        for whole in (text, "ISA" + text, "RMR*IV*" + text):
            assert isinstance(parse_remittance(whole).documents, tuple)


class TestFiles:
    def test_controls_are_the_proof(self) -> None:
        for wrong, code in (
            (controls(2), "CONTROL_COUNT_DIFFERS"),
            (controls(hashed=1), "CONTROL_HASH_DIFFERS"),
            (controls(credit=10001), "CONTROL_TOTAL_DIFFERS"),
            (controls(debit=1), "CONTROL_TOTAL_DIFFERS"),
        ):
            good = controls()
            for ends in ((wrong[0], good[1]), (good[0], wrong[1])):
                assert warning_codes(read_one(nacha(ends=ends))) == {code}
        lost = (controls()[0], controls(batches=2)[1])
        assert warning_codes(read_one(nacha(ends=lost))) == {"CONTROL_COUNT_DIFFERS"}

    def test_batches_come_as_they_end_and_the_last_with_the_files_totals(self) -> None:
        control, file_control = controls(1)
        one = [batch(), entry(), control]
        lines = [HEADER, *one, *one, file_control]
        statements = list(read_nacha(io.BytesIO("\n".join(lines).encode()), "file"))
        assert [warning_codes(each) for each in statements] == [
            set(),
            {"CONTROL_COUNT_DIFFERS", "CONTROL_HASH_DIFFERS", "CONTROL_TOTAL_DIFFERS"},
        ]

    def test_a_file_of_nothing(self) -> None:
        lines = [HEADER, record(p1="9" + "0" * 54), FILLING]
        assert read_bytes(read_nacha, "\n".join(lines).encode()) == []
        stated = "\n".join([HEADER, controls()[1]]).encode()
        assert refusal_of(stated).code == "CONTROL_COUNT_DIFFERS"

    def test_several_files_in_one(self) -> None:
        assert len(read_bytes(read_nacha, nacha() + nacha())) == 2

    def test_a_part_without_header_and_control(self) -> None:
        part = "\n".join([batch(), entry(), controls()[0]]).encode()
        one = read_one(part)
        assert (len(one.lines), warning_codes(one), one.created) == (1, {"FILE_HEADER_MISSING"}, "")

    def test_without_line_ends(self) -> None:
        content = nacha()
        assert read_one(content.replace(b"\r\n", b"")) == read_one(content)

    def test_addenda_astray_are_told(self) -> None:
        one = read_one(nacha(entry(addenda=1), addenda("x", of="0000002")))
        assert warning_codes(one) == {"ADDENDA_OF_ANOTHER_ENTRY"}
        assert warning_codes(read_one(nacha(entry(addenda=1)))) == {"ADDENDA_MISSING"}
        assert warning_codes(read_one(nacha(entry(), addenda("x")))) == {"ADDENDA_MISSING"}

    def test_entries_to_several_accounts_are_the_companys(self) -> None:
        other = entry(trace="091000010000002").replace("123456789", "987654321", 1)
        ends = controls(2, credit=20000, hashed=2 * 9140060)
        assert read_one(nacha(entry(), other, ends=ends)).account == "1123456789"

    def test_recognised_by_content(self) -> None:
        part = "\n".join([batch(), entry(), controls()[0]]).encode()
        assert recognise_statement(nacha()) == recognise_statement(part) == "NACHA"
        assert [one.format for one in read_bytes(read_statements, nacha())] == ["NACHA"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "code", "place"),
        [
            (b"", "NOT_NACHA", "line 1"),
            (b"hello\n", "NOT_NACHA", "line 1"),
            (entry().encode(), "NOT_NACHA", "line 1"),
            (nacha(header=HEADER.replace("094101", "094201")), "NOT_NACHA", "line 1"),
            (nacha(header=HEADER.replace("260203", "261303")), "FIELD_UNREADABLE", "line 1"),
            (nacha(header=HEADER + "\n" + HEADER), "RECORD_ORDER", "line 2"),
            (nacha(addenda("x")), "RECORD_ORDER", "line 3"),
            (nacha(batch()), "RECORD_ORDER", "line 3"),
            (nacha(entry(amount="00000100,0")), "FIELD_UNREADABLE", "line 3"),
            (nacha(entry("20")), "FIELD_UNREADABLE", "line 3"),
            (nacha(entry("90")), "FIELD_UNREADABLE", "line 3"),
            (nacha(entry("81")), "FIELD_UNREADABLE", "line 3"),
            (nacha(first=batch(days="261303034")), "FIELD_UNREADABLE", "line 3"),
            (nacha(first=batch(days="260203x34")), "FIELD_UNREADABLE", "line 3"),
            (nacha(ends=("8200x", controls()[1])), "FIELD_UNREADABLE", "line 4"),
            (nacha(ends=(controls()[0], "9x")), "FIELD_UNREADABLE", "line 5"),
            (nacha(entry() + "x"), "RECORD_WIDTH", "line 3"),
            (nacha(ends=(controls()[0], FILLING)), "FILE_CUT_OFF", "end of file"),
        ],
    )
    def test_with_code_and_line(self, content: bytes, code: str, place: str) -> None:
        refused = refusal_of(content)
        assert (refused.code, refused.place) == (code, place)

    def test_cut_off_anywhere_it_is_refused(self) -> None:
        content = nacha(entry(addenda=1), addenda("x"), entry("27"))
        for length in range(0, len(content) - 96 - 96 - 2, 11):
            assert refusal_of(content[:length]).mend

    @given(
        st.lists(
            st.sampled_from(
                [HEADER, batch(), entry(), addenda("x"), *controls(), FILLING, "x" * 94, "1", "9", ""]
            )
        )
    )
    def test_any_order_of_records(self, records: list[str]) -> None:
        try:
            assert all(one.format == "NACHA" for one in read_bytes(read_nacha, "\n".join(records).encode()))
        except UnreadableStatement:
            return


class TestSamples:
    """Every file is read, with the counts of its expected row, or refused for what is wrong with it."""

    REFUSED = {
        "20110729A-invalid": ("NOT_NACHA", "line 1"),  # the header lost a character
        "adv-invalidBatchEntries": ("RECORD_ORDER", "line 3"),
        "bh-ed-ad-bh-ed-ad-ed-ad": ("RECORD_ORDER", "line 4"),
        "iat-batchHeaderErr": ("RECORD_ORDER", "line 4"),
        "iat-invalidEntryDetail": ("FIELD_UNREADABLE", "line 3"),
        "invalid-two-micro-deposits": ("FIELD_UNREADABLE", "line 15"),
        "ppd-debit-fixedLengthInvalid": ("RECORD_WIDTH", "line 1"),
        "return-no-batch-controls": ("RECORD_ORDER", "line 4"),
    }
    # The totals of these files are wrong, which their warnings say.
    UNPROVED = {
        "flattenADVBatchesMultipleBatchHeaders": {"CONTROL_TOTAL_DIFFERS"},
        "issues_issue1620": {"CONTROL_COUNT_DIFFERS"},
        "moov-ids": {"CONTROL_HASH_DIFFERS"},
        "nonascii": {"CONTROL_COUNT_DIFFERS"},
        "nonascii-utf8": {"CONTROL_COUNT_DIFFERS"},
        "shr-credit": {"CONTROL_COUNT_DIFFERS", "CONTROL_HASH_DIFFERS", "CONTROL_TOTAL_DIFFERS"},
    }

    def test_every_file_agrees_with_its_controls(self) -> None:
        folder = shared_data("bank_nacha_ach")
        rows = expected_rows(folder, "expected_controls.csv")
        assert len(rows) == 93
        for name, (row,) in rows.items():
            stem = name.removeprefix("moov/").removesuffix(".ach")
            content = (folder / name).read_bytes()
            if stem in self.REFUSED:
                refused = refusal_of(content)
                assert (refused.code, refused.place) == self.REFUSED[stem], name
                continue
            assert recognise_statement(content) == "NACHA", name
            statements = read_bytes(read_nacha, content)
            controls_wrong = {code for one in statements for code in warning_codes(one) if "CONTROL" in code}
            assert controls_wrong == self.UNPROVED.get(stem, set()), name
            expected = row["control_totals"]
            if "sec=ADV" in expected or "CONTROL_TOTAL_DIFFERS" in controls_wrong:
                # The rows read the sums of ADV controls, of 20 digits, where others have theirs of 12.
                expected = expected[expected.index("entries6") :]
            assert summary(statements).endswith(expected), name
            if row["lines"] != "1":  # a file without line ends is counted as one record there
                assert len(statements) == counted(row["record_counts"], "5"), name


def counted(record_counts: str, kind: str) -> int:
    return int(dict(part.split(":") for part in record_counts.split()).get(kind, 0))


def summary(statements: list[Statement]) -> str:
    """Write what was read as the expected rows do."""
    lines = [line for one in statements for line in (*one.lines, *one.pending_lines)]
    debits = -sum((line.amount for line in lines if line.amount < 0), Decimal(0))
    credit = sum((line.amount for line in lines if line.amount > 0), Decimal(0))
    codes = sorted({line.return_code for line in lines if line.return_code})
    return (
        f"file_debits={debits.normalize():f} file_credits={credit.normalize():f} entries6={len(lines)}"
        f" addenda7={sum(line.raw.count(chr(10)) for line in lines)}"
        f" sec={'/'.join(sorted({line.bank_code for line in lines}))}"
        f" returns={'/'.join(code for code in codes if code[0] == 'R')}"
        f" noc={'/'.join(code for code in codes if code[0] == 'C')}"
    )
