"""What our writers write, our readers read back as it was; CAMT is valid against the official schema."""

from __future__ import annotations

import dataclasses
import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from acquit.formats.bank_files import read_statements
from acquit.formats.camt_writer import write_camt053
from acquit.formats.mt940_writer import write_mt940
from acquit.formats.statements import RemittedDocument, Statement, StatementKind, StatementLine
from acquit.formats.writing import CannotWriteStatement
from tests.shared_data import shared_data

MADE_AT = datetime(2026, 2, 4, 5, 30)  # noqa: DTZ001 - a file's own time has no zone
IBANS = ("DE74370700600201883400", "NL91ABNA0417164300", "CH9300762011623852957")

words = st.text(
    alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u00ad"),
    max_size=200,
).map(lambda text: " ".join(text.split()))
references = st.text(alphabet="ABCXYZ0123456789-", max_size=16).filter(
    lambda text: text not in {"NONREF", "EREF", "KREF"} and len(text) != 1
)
amounts = st.decimals(Decimal("-999999999.99"), Decimal("999999999.99"), places=2)
days = st.dates(date(1980, 1, 2), date(2079, 12, 30))


@st.composite
def lines(draw: st.DrawFn, index: int, camt: bool) -> StatementLine:
    booked = draw(days)
    amount = draw(amounts)
    bank_reference = draw(references)
    return_code = draw(st.sampled_from(["", "", "AC04", "MS03"]))
    return StatementLine(
        booking_date=booked,
        value_date=min(
            max(booked + timedelta(days=draw(st.integers(-180, 180))), date(1980, 1, 1)), date(2079, 12, 31)
        ),
        amount=amount,
        currency="EUR",
        bank_reference=bank_reference,
        end_to_end_id=draw(references),
        mandate_id=draw(references),
        structured_reference=draw(st.sampled_from(["", "RF18539007547034"])) if camt else "",
        counterparty=draw(st.sampled_from(["", "Baugenossenschaft Elbaue eG und Söhne", "ACME"])),
        iban=draw(st.sampled_from(["", *IBANS])),
        bic=draw(st.sampled_from(["", "DEUTDEDK", "BYLADEM1001"])),
        text=draw(words) if camt else draw(st.text("abc 0123/-.ä", max_size=200)).strip(),
        return_code=return_code,
        is_reversal=bool(amount) and draw(st.booleans()),
        entry_index=index,
        transaction_code=draw(st.sampled_from(["", "PMNT-RCDT-ESCT"])) if camt else "NTRF",
        bank_code=draw(st.sampled_from(["166", "051"])) if not return_code or camt else "109",
        booking_text="",
        charges_amount=draw(st.none() | st.just(Decimal("0.50"))) if camt else None,
        original_amount=draw(st.none() | st.just(Decimal("12.30"))) if camt else None,
        original_currency="",
        entry_reference=bank_reference,
        customer_reference=draw(references),
        creditor_id=draw(st.sampled_from(["", "DE98ZZZ09999999999"])),
        purpose_code=draw(st.sampled_from(["", "SALA"])),
    )


@st.composite
def statements(draw: st.DrawFn, camt: bool) -> Statement:
    drawn = tuple(draw(lines(index, camt)) for index in range(draw(st.integers(0, 4))))
    made = tuple(
        dataclasses.replace(line, original_currency="USD") if line.original_amount is not None else line
        for line in drawn
    )
    opening = draw(amounts)
    return Statement(
        format="CAMT.053" if camt else "MT940",
        kind=StatementKind.STATEMENT,
        account=draw(st.sampled_from(["DE94370400440532013000", "37040044/0532013000"])),
        currency="EUR",
        statement_id=draw(references) or "S",
        sequence=draw(st.integers(1, 99999).map(str)),
        legal_number="7" if camt else "",
        opening=opening,
        closing=opening + sum(line.amount for line in made),
        opening_date=draw(days),
        closing_date=draw(days),
        lines=made,
        balanced=True,
        difference=Decimal(0),
        page="1",
        is_last_page=draw(st.booleans()),
        bank_bic="DEUTDEDK" if camt else "",
        created=MADE_AT.isoformat() if camt else "",
    )


def written(made: list[Statement], *, camt: bool) -> bytes:
    out = io.BytesIO()
    if camt:
        write_camt053(made, out, MADE_AT)
    else:
        write_mt940(made, out)
    return out.getvalue()


def read_back(content: bytes) -> list[Statement]:
    return list(read_statements(io.BytesIO(content), "written"))


def comparable(statement: Statement) -> Statement:
    """Leave out what only a file has: quoted text and line numbers."""
    plain = tuple(dataclasses.replace(line, raw="", source_line=0) for line in statement.lines)
    pending = tuple(dataclasses.replace(line, raw="", source_line=0) for line in statement.pending_lines)
    return dataclasses.replace(statement, lines=plain, pending_lines=pending)


def example(*made: StatementLine, **fields: object) -> Statement:
    base = Statement(
        format="CAMT.053",
        kind=StatementKind.STATEMENT,
        account="DE94370400440532013000",
        currency="EUR",
        statement_id="S1",
        sequence="12",
        legal_number="",
        opening=Decimal("5.00"),
        closing=Decimal("15.00"),
        opening_date=date(2026, 2, 2),
        closing_date=date(2026, 2, 3),
        lines=made,
    )
    return dataclasses.replace(base, **fields)  # type: ignore[arg-type]


def line(amount: str = "10.00", **fields: object) -> StatementLine:
    base = StatementLine(date(2026, 2, 3), date(2026, 2, 3), Decimal(amount), "EUR")
    return dataclasses.replace(base, **fields)  # type: ignore[arg-type]


class TestCamt:
    @settings(max_examples=150)
    @given(st.lists(statements(camt=True), min_size=1, max_size=3))
    def test_round_trip(self, made: list[Statement]) -> None:
        for original, back in zip(made, read_back(written(made, camt=True)), strict=True):
            assert comparable(dataclasses.replace(back, lines=())) == dataclasses.replace(original, lines=())
            for before, after in zip(original.lines, comparable(back).lines, strict=True):
                assert after == before

    def test_a_batch_pending_lines_and_documents(self) -> None:
        batch = [
            line("6.00", entry_index=0, detail_index=0, bank_reference="D1", entry_reference="E"),
            line("4.00", entry_index=0, detail_index=1, bank_reference="E", entry_reference="E"),
        ]
        documents = (
            RemittedDocument("RE-1", "CINV", Decimal("9.80"), Decimal("0.20"), "EUR"),
            RemittedDocument("GS-1", "CREN", Decimal("-1.00"), None, "EUR"),
            RemittedDocument("RF18539007547034", "", Decimal("1.20"), None, "EUR"),
        )
        structured = line("0.00", entry_index=1, documents=documents, structured_reference="RF18539007547034")
        made = example(*batch, structured, pending_lines=(line("3.00", entry_index=2),))
        (back,) = read_back(written([made], camt=True))
        assert comparable(back).lines == made.lines
        assert comparable(back).pending_lines == made.pending_lines
        assert back.balanced is True

    def test_text_is_cut_at_140_characters_and_comes_out_whole(self) -> None:
        text = " ".join(f"RE-2026-{number:06d}" for number in range(100))
        content = written([example(line(text=text))], camt=True)
        pieces = [one.text or "" for one in etree.fromstring(content).iter("{*}Ustrd")]
        assert max(map(len, pieces)) <= 140
        assert read_back(content)[0].lines[0].text == text

    def test_valid_against_the_schema(self) -> None:
        schema = etree.XMLSchema(
            etree.parse(shared_data("schemas_xsd") / "common/iso20022/camt/camt.053.001.08.xsd")
        )

        @settings(max_examples=60, deadline=None)
        @given(statements(camt=True))
        def check(made: Statement) -> None:
            schema.assertValid(etree.fromstring(written([made], camt=True)))

        check()
        full = line(
            bank_reference="B", entry_reference="E", end_to_end_id="X", mandate_id="M", counterparty="N",
            structured_reference="RF18539007547034", iban=IBANS[0], bic="DEUTDEDK", text="T & <U>",
            return_code="TOOLONG", is_reversal=True,
            transaction_code="PMNT-RCDT-ESCT", bank_code="NTRF+166", booking_text="Credit",
            charges_amount=Decimal("0.5"), original_amount=Decimal(12), original_currency="USD",
            customer_reference="C", ultimate_counterparty="Behind",
            own_iban=IBANS[1], creditor_id="DE98ZZZ09999999999", purpose_code="SALA",
            documents=(RemittedDocument("RE-1", "CINV", Decimal(1), Decimal("0.2"), "EUR"),),
        )  # fmt: skip
        made = example(
            full,
            line("-1.00", entry_index=1, counterparty_account="12-34"),
            page="2",
            is_last_page=False,
            is_copy=True,
        )
        schema.assertValid(etree.fromstring(written([made], camt=True)))

    def test_characters_xml_has_not_become_blanks(self) -> None:
        (back,) = read_back(written([example(line(text="a\x00b\x0bc\ud800d"))], camt=True))
        assert back.lines[0].text == "a b c d"

    def test_a_stream_is_written_entry_by_entry(self) -> None:
        class Counting(io.RawIOBase):
            largest = total = 0

            def writable(self) -> bool:
                return True

            def write(self, piece: bytes) -> int:  # type: ignore[override]
                self.largest, self.total = max(self.largest, len(piece)), self.total + len(piece)
                return len(piece)

        out = Counting()
        write_camt053(
            (example(*[line(entry_index=number) for number in range(200)]) for _ in range(10)), out, MADE_AT
        )  # type: ignore[arg-type]
        assert out.total > 500_000
        assert out.largest < 100_000


class TestMt940:
    @settings(max_examples=150)
    @given(st.lists(statements(camt=False), min_size=1, max_size=3))
    def test_round_trip(self, made: list[Statement]) -> None:
        for original, back in zip(made, read_back(written(made, camt=False)), strict=True):
            assert comparable(dataclasses.replace(back, lines=())) == dataclasses.replace(original, lines=())
            for before, after in zip(original.lines, comparable(back).lines, strict=True):
                text = " ".join(before.text.split())
                if before.return_code and before.return_code not in text:
                    text = f"{before.return_code} {text}".strip()
                assert text.startswith(after.text)  # a long purpose is cut, as banks cut it
                assert len(after.text) >= min(len(text), 200)
                kept = {"text": "", "counterparty": before.counterparty[:54].strip()}
                assert dataclasses.replace(after, text="") == dataclasses.replace(before, **kept)

    def test_lines_are_no_longer_than_the_standard_allows(self) -> None:
        content = written([example(line(text=":20: " * 60, counterparty="-}{1:" * 9))], camt=False).decode()
        body = [one for one in content.split("\r\n") if one and one != "-"]
        assert all(len(one) <= 69 for one in body)
        assert [one[:4] for one in body if one.startswith((":", "-", "{"))] == [
            ":20:", ":25:", ":28C", ":60F", ":61:", ":86:", ":62F",
        ]  # fmt: skip
        (back,) = read_back(content.encode())
        assert back.lines[0].text.startswith(":20: :20: :20:")
        assert back.lines[0].counterparty == "-}{1:" * 9

    def test_a_separator_that_occurs_nowhere(self) -> None:
        (back,) = read_back(written([example(line(text="Really?20 <yes> ^no~"))], camt=False))
        assert back.lines[0].text == "Really?20 <yes> ^no~"
        with pytest.raises(CannotWriteStatement):
            written([example(line(text="?<>^~@|$%&#"))], camt=False)

    def test_the_encoding_may_be_chosen(self) -> None:
        out = io.BytesIO()
        write_mt940([example(line(counterparty="Müller"))], out, encoding="cp1252")
        assert b"M\xfcller" in out.getvalue()
        assert read_back(out.getvalue())[0].lines[0].counterparty == "Müller"


@pytest.mark.parametrize("camt", [True, False])
@pytest.mark.parametrize(
    ("made", "param"),
    [
        (example(line(), opening=None), "opening"),
        (example(line(), closing=None), "opening"),
        (example(line(), opening_date=None), "opening_date"),
        (example(line(), currency="euro"), "currency"),
        (example(line(), kind=StatementKind.INTRADAY), "kind"),
        (example(line(bank_reference="X" * 40)), None),
        (example(line("NaN")), "amount"),
        (example(line("1" + "0" * 20)), "amount"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(camt: bool, made: Statement, param: str | None) -> None:
    with pytest.raises(CannotWriteStatement) as refused:
        written([made], camt=camt)
    assert param in {None, refused.value.param}


@pytest.mark.parametrize(
    "made",
    [
        example(line(bank_reference="X" * 17)),
        example(line(customer_reference="A//B")),
        example(line(currency="USD")),
        example(line(value_date=date(2099, 1, 1), booking_date=None)),
        example(line(value_date=date(2025, 1, 1))),
        example(line(), pending_lines=(line(),)),
        example(line(end_to_end_id="X" * 400)),
    ],
)
def test_what_mt940_alone_cannot_hold(made: Statement) -> None:
    out = io.BytesIO()
    with pytest.raises(CannotWriteStatement):
        write_mt940([made], out)
    assert out.getvalue() == b""
