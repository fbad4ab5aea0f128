"""Hostile and damaged advices: never anything but advices or a refusal, in bounded time and memory."""

from __future__ import annotations

import io
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.core.errors import Refusal
from acquit.formats.recognition import recognise_statement
from acquit.formats.remittance import read_advices
from acquit.formats.remittance.advice import UnreadableAdvice
from acquit.formats.remittance.recognition import recognise_advice
from tests.formats import test_bai2, test_mt940
from tests.formats.remittance.pdf_files import make_pdf
from tests.formats.remittance.test_advice_pages import COLUMNS, HEAD, row
from tests.formats.remittance.test_advice_tables import GERMAN, workbook
from tests.formats.remittance.test_advice_texts import LETTER, TABLE, mail
from tests.formats.remittance.test_lockbox import BOX, cheque, detail
from tests.formats.remittance.test_lockbox import HEAD as LOCKBOX_HEAD
from tests.formats.remittance.test_ubl_and_remadv import REMADV, UBL
from tests.formats.remittance.test_x12_820 import interchange
from tests.formats.test_hostile_statements import mutations
from tests.pace import takes_at_most

SAMPLES: dict[str, bytes] = {
    "X12.820": interchange(
        "BPR*C*5.00*C*ACH", "TRN*1*T", "N1*PR*X", "ENT*1", "RMR*IV*A**5.00", "ADX*0*01"
    ).encode(),
    "REMADV": REMADV.encode(),
    "LOCKBOX": "\n".join([LOCKBOX_HEAD, BOX, cheque(1, 500), detail(1, f"{'A-1':<12}{500:010}")]).encode(),
    "UBL": UBL.encode(),
    "CSV": GERMAN.encode("cp1252"),
    "XLSX": workbook({"A": [["Rechnung", "Zahlbetrag"], ["RE-1", 10.5], ["Summe", 10.5]]}),
    "TEXT": LETTER.encode(),
    "EMAIL": mail(LETTER, html=TABLE, files=[("a.csv", GERMAN.encode(), "text/csv")]),
    "PDF": make_pdf(
        [[*HEAD, *COLUMNS, *row(700, "RE-2026-1", "02.01.2026", "1.190,00", "23,80", "1.166,20")]]
    ),
}
every_form = pytest.mark.parametrize("form", SAMPLES)


def read_or_refuse(content: bytes) -> None:
    """Anything else than advices or a refusal fails the test."""
    try:
        advices = list(read_advices(io.BytesIO(content), "file"))
    except Refusal:
        return
    for advice in advices:
        amounts = [advice.total_amount, advice.deposit_amount]
        for line in advice.lines:
            amounts += (line.paid_amount, line.gross_amount, line.discount_amount, line.deduction_amount)
        assert all(amount is None or amount.is_finite() for amount in amounts)


@every_form
def test_the_sample_is_recognised_and_read(form: str) -> None:
    assert recognise_advice(SAMPLES[form]) == (form if form not in {"CSV", "XLSX", "TEXT"} else None)
    advices = list(read_advices(io.BytesIO(SAMPLES[form]), "file"))
    assert advices
    assert advices[0].format == ("CSV" if form == "EMAIL" else form)


@every_form
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_damaged(form: str, data: st.DataObject) -> None:
    read_or_refuse(data.draw(mutations([SAMPLES[form]])))


@every_form
@settings(max_examples=30)
@given(content=st.binary(max_size=400))
def test_any_bytes(form: str, content: bytes) -> None:
    sample = SAMPLES[form]
    read_or_refuse(sample[: len(sample) // 2] + content)


@settings(max_examples=150)
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    read_or_refuse(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=100)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "Invoice",
                    "Skonto",
                    "Zahlbetrag",
                    "Summe",
                    "RE-1",
                    "1.234",
                    "1,00-",
                    "",
                    "Abzug",
                    "Ihr Beleg",
                    "Total:",
                    "02.01.2026",
                ]
            ),
            max_size=5,
        ),
        max_size=12,
    )
)
def test_any_table(rows: list[list[str]]) -> None:
    read_or_refuse("\n".join(";".join(cells) for cells in rows).encode())


MEGABYTE = 1 << 20
MOST_SECONDS = 1.5  # about a second of a quiet core


def _repeated(line: bytes) -> bytes:
    return line * (MEGABYTE // len(line))


def _numbered(line: str, count: int) -> bytes:
    return "".join(line.format(number) for number in range(count)).encode()


def _mail_of(header: bytes, body: bytes = b"x") -> bytes:
    return b"From: a@b.example\nTo: c@d.example\nSubject: Avis\n" + header + b"\n\n" + body


#: As long as what it replaces, so that everything stays where the file says it is.
_CALLED_PICTURE = (b"/Filter /FlateDecode", b"/Filter/Fl /S /Image")


def _packed_objects(content: bytes) -> bytes:
    """Make a PDF whose objects stand in a stream that calls itself a picture."""
    packed = zlib.compress(content, 9)
    return (
        b"%%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /Subtype /Image /N 1 /First 4 /Filter /FlateDecode"
        b" /Length %d >>\nstream\n"
        % len(packed)
        + packed
        + b"\nendstream\nendobj\ntrailer\n<< /Root 2 0 R >>\n"
    )


def _drawn(program: bytes) -> bytes:
    """Make a PDF whose page is drawn by a program."""
    return make_pdf([[]], packed=zlib.compress(program))


#: As many letters as a page may hold.
FULL_PAGE = [
    (50 + column * 120, 800 - line * 9, f"RE-2026-{line:04}") for line in range(90) for column in range(4)
]
X12 = SAMPLES["X12.820"]
REMADV_HEAD = b"UNB+UNOC:3+A+B+260203:1200+7'UNH+1+REMADV:D'"
LARGE: dict[str, Callable[[], bytes]] = {
    "quotes": lambda: b"Invoice;Paid\n" + _repeated(b'"A;1\n'),
    "one line": lambda: _repeated(b"RE-1001 "),
    "amounts": lambda: _repeated(b"1.234,56 "),
    "digits": lambda: b"1" * MEGABYTE,
    "blanks": lambda: b"Rechnung" + b" " * MEGABYTE,
    "labels": lambda: _repeated(b"Zahldatum: Zahldatum: "),
    "heads": lambda: _repeated(b"Invoice;Paid\nA-1001;1.00\nTotal;1.00\nReference;E-77\n"),
    "some heads": lambda: _numbered("Invoice;Paid\nA-{0};1.00\nTotal;1.00\nReference;E-{0}\n", 1_999),
    "sentences": lambda: _repeated(b"Rechnung RE-2026-1001 vom 02.01.2026 1.000,00 abzgl. Skonto 20,00\n"),
    "some sentences": lambda: _numbered(
        "Rechnung RE-{:05} vom 02.01.2026 1.000,00 abzgl. Skonto 20,00\n", 2_999
    ),
    "discounts": lambda: b"Invoice;Discount\n" + _repeated(b"A-1001;-1.00\n"),
    "payments": lambda: b"Payment reference;Invoice;Paid\n" + _numbered("E-{};A-1001;1.00\n", 7_999),
    "rows": lambda: b"Invoice;Gross;Discount;Paid;Text\n" + _numbered(LONG_ROW, 7_999),
    "columns": lambda: b"Invoice  Paid\n" + _repeated(b"A-1001   1.00\n"),
    "some columns": lambda: b"Invoice  Paid\n" + _numbered("A-{0:05}   {0}.00\n", 7_999),
    "wide": lambda: b"Invoice;Paid;" + _repeated(b"x;"),
    "wide rows": lambda: b"Invoice;Paid\n" + (b";" * 10_000 + b"\n") * 100,
    "line ends": lambda: b"Invoice;Paid\n" + _repeated(b"\r"),
    "segments": lambda: X12.replace(b"ENT*1~\n", b"ENT*1~\n" + _repeated(b"RMR*IV*A**0.00~")),
    "items": lambda: X12.replace(b"ENT*1~\n", b"ENT*1~\n" + _numbered("RMR*IV*A{0}**{0}.00~", 40_000)),
    "adjustments": lambda: X12.replace(b"ENT*1~\n", b"ENT*1~\n" + _repeated(b"ADX*1*01~")),
    "adjustments of one": lambda: X12.replace(b"ADX", _repeated(b"ADX*1*01~") + b"ADX"),
    "references": lambda: X12.replace(b"ENT*1~\n", b"ENT*1~\nRMR*IV*A**1.00~" + _repeated(b"REF*A*BC*DE~")),
    "elements": lambda: X12.replace(b"ENT*1~\n", b"ENT*1~\n" + (b"*" * 60_000 + b"~") * 17),
    "mail": lambda: mail(_repeated(b"RE-1001 10,00\n").decode()),
    "short lines": lambda: _mail_of(b"Content-Transfer-Encoding: base64", _repeated(b"QUJD\n")),
    "quoted": lambda: _mail_of(b"Content-Transfer-Encoding: quoted-printable", _repeated(b"=20=")),
    "html": lambda: mail("x", html="<table>" + "<tr><td>" * 120_000),
    "tables": lambda: mail("x", html="<table><tr><td>A<td>1</table>" * 35_000),
    "nested": lambda: mail("x", html="<div>" * 200_000),
    "inside": lambda: mail("x", html="<b>" * 200 + "<i>x</i>" * 120_000),
    "parts": lambda: _mail_of(b"Content-Type: multipart/mixed; boundary=b", _repeated(b"--b\n\nx\n")),
    "parameters": lambda: _mail_of(b"Content-Type: text/plain; " + b"a=b; " * 200_000),
    "headers": lambda: _mail_of(_repeated(b"X-A: b\n")),
    "comments": lambda: b"To: x@y.example\nSubject: x\nFrom: " + b"(a" * 400_000 + b"\n\nx",
    "deep": lambda: _mail_of(
        "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(9_000)).encode()
    ),
    "forwarded": lambda: _mail_of(b"Content-Type: message/rfc822\n\n" * 9_000),
    "remadv": lambda: REMADV_HEAD + _repeated(b"DOC+380+A'MOA+12:1'") + b"UNT+1'",
    "release": lambda: REMADV_HEAD + _repeated(b"?"),
    "components": lambda: REMADV_HEAD + _repeated(b":"),
    "lockbox": lambda: SAMPLES["LOCKBOX"] + b"\n" + _repeated(cheque(1, 500).encode() + b"\n"),
    "details": lambda: SAMPLES["LOCKBOX"] + b"\n" + _repeated(b"4  1234560000000500\n"),
    "pdf text": lambda: make_pdf([[(50, 700, "x" * 900_000)]]),
    "pdf texts": lambda: make_pdf([[(50, 700, "RE-1 1,00")] * 20_000]),
    "pdf pages": lambda: make_pdf([[(50, 700, "x")]] * 4_000),
    "pdf letters": lambda: make_pdf([FULL_PAGE] * 4),
    "pdf steps": lambda: _drawn(b"0 0 m 1 1 l S " * 70_000),
    "pdf states": lambda: _drawn(b"q " * 500_000),
    "pdf lists": lambda: _drawn(b"[" * MEGABYTE),
    "pdf lists outside": lambda: make_pdf([[]], extra=b"/X " + b"[" * 900_000),
    "pdf in signs": lambda: _drawn(b"BT /F1 9 Tf <" + b"41" * 500_000 + b"> Tj ET"),
    "pdf unpacked": lambda: _drawn(b" " * 60_000_000),
    "pdf picture drawn": lambda: _drawn(b" " * 20_000_000).replace(*_CALLED_PICTURE),
    "pdf objects in a picture": lambda: _packed_objects(b" " * 20_000_000),
    "pdf same page": lambda: make_pdf([[]]).replace(b"[4 0 R]", b"[" + b"4 0 R " * 150_000 + b"]"),
    "pdf objects": lambda: b"%PDF-1.4\n" + _repeated(b"1 0 obj\n<</A 1>>\nendobj\n"),
    "iban": lambda: _repeated(b"DE02 1005 0000 0054 5404 0"),
}
LONG_ROW = "RE-2026-{0:06};{0},00;{0},80;{0},20;what the sender has to say of this invoice, number {0}\n"


#: Some of each reader, with every change; `make soak` tries all of them.
OFTEN = (
    *("rows", "payments", "some columns", "some sentences", "items", "details", "components"),
    *("lockbox", "pdf text", "pdf letters", "pdf states", "pdf lists outside", "pdf picture drawn"),
)


@pytest.mark.parametrize(
    "name", [name if name in OFTEN else pytest.param(name, marks=pytest.mark.soak) for name in LARGE]
)
def test_a_megabyte_takes_a_second_and_ten_times_itself_at_most(name: str) -> None:
    content = LARGE[name]()
    read_or_refuse(SAMPLES["TEXT"])  # what is imported and cached once
    assert takes_at_most(MOST_SECONDS, lambda: read_or_refuse(content))
    assert _peak(content) < 10 * max(len(content), MEGABYTE)  # what is smaller has a megabyte's floor


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("rows", 7_999),
        ("some columns", 7_999),
        ("some sentences", 2_999),
        ("payments", 7_999),
        ("items", 40_001),
    ],
)
def test_what_is_within_the_bounds_is_read_whole(name: str, lines: int) -> None:
    advices = list(read_advices(io.BytesIO(LARGE[name]()), "file"))
    assert sum(len(advice.lines) for advice in advices) == lines


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"Invoice;Paid\n" + b"A-1;1.00\n" * 8_000, "TOO_LARGE", "line 8001"),
        (b"Invoice;Paid\n" + (b"A-1;1.00" + b";x" * 98 + b"\n") * 901, "TOO_LARGE", "line 901"),
        (b"Rechnung A-1001 10,00\n" * 3_001, "TOO_LARGE", "line 3001"),
        (_mail_of(b"X-Trace: hop\n" * 5_001), "TOO_LARGE", ""),
        (make_pdf([[(50, 700, "x" * 12_001)]]), "TOO_LARGE", ""),
        (make_pdf([[(50, 700, "x" * 12_000)]] * 6), "TOO_LARGE", ""),
        (make_pdf([[(50, 700, "x")]] * 41), "TOO_LARGE", ""),
        (make_pdf([[]], packed=zlib.compress(b" " * (2 << 20) + b"x")), "TOO_LARGE", ""),
        (_mail_of(b"Content-Type: text/plain; " + b"a" * 2_000), "TOO_LARGE", ""),
    ],
    ids=[
        *("rows", "cells", "sentences", "headers"),
        *("letters of a page", "letters", "pages", "unpacked", "parameters"),
    ],
)
def test_what_is_beyond_the_bounds_is_refused_with_its_place_and_the_mend(
    content: bytes, code: str, place: str
) -> None:
    with pytest.raises(UnreadableAdvice) as refused:
        list(read_advices(io.BytesIO(content), "file"))
    assert (refused.value.code, refused.value.place) == (code, place)
    assert refused.value.mend


def _peak(content: bytes) -> int:
    """Give the peak of traced memory while advices are read one after the other."""
    tracemalloc.start()
    try:
        for _ in _advices(content):
            pass
    except Refusal:
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _advices(content: bytes) -> Iterator[object]:
    return read_advices(io.BytesIO(content), "file")


@pytest.mark.parametrize(
    "statement",
    [
        test_bai2.bai2("16,165,500,V,260203,,REF,,ACME/"),
        b":20:X\r\n:25:DE1\r\n:28C:1\r\n:60F:C260201EUR1,00\r\n" + test_mt940.MOVEMENT.encode(),
    ],
    ids=["bai2", "mt940"],
)
def test_a_bank_statement_is_never_taken_for_an_advice(statement: bytes) -> None:
    assert recognise_statement(statement) is not None
    assert recognise_advice(statement) is None
