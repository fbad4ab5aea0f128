"""Hostile and damaged advices: never anything but advices or a refusal, in bounded time and memory."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.core.errors import Refusal
from acquit.formats.recognition import recognise_statement
from acquit.formats.remittance import read_advices
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


QUARTER_MEGABYTE = 1 << 18


def _repeated(line: bytes) -> bytes:
    return line * (QUARTER_MEGABYTE // len(line))


LARGE: dict[str, Callable[[], bytes]] = {
    "quotes": lambda: b"Invoice;Paid\n" + _repeated(b'"A;1\n'),
    "one line": lambda: _repeated(b"RE-1001 "),
    "amounts": lambda: _repeated(b"1.234,56 "),
    "digits": lambda: b"1" * QUARTER_MEGABYTE,
    "blanks": lambda: b"Rechnung" + b" " * QUARTER_MEGABYTE,
    "labels": lambda: _repeated(b"Zahldatum: Zahldatum: "),
    "heads": lambda: _repeated(b"Invoice;Paid\nA-1001;1.00\nTotal;1.00\nReference;E-77\n"),
    "sentences": lambda: _repeated(b"Rechnung RE-2026-1001 vom 02.01.2026 1.000,00 abzgl. Skonto 20,00\n"),
    "discounts": lambda: b"Invoice;Discount\n" + _repeated(b"A-1001;-1.00\n"),
    "payments": lambda: (
        b"Payment reference;Invoice;Paid\n" + b"".join(b"E-%d;A-1001;1.00\n" % n for n in range(12_000))
    ),
    "columns": lambda: b"Invoice  Paid\n" + _repeated(b"A-1001   1.00\n"),
    "segments": lambda: SAMPLES["X12.820"].replace(b"ENT*1~\n", b"ENT*1~\n" + _repeated(b"RMR*IV*A**0.00~")),
    "mail": lambda: mail(_repeated(b"RE-1001 10,00\n").decode()),
    "html": lambda: mail("x", html="<table>" + "<tr><td>" * 30_000),
    "nested": lambda: mail("x", html="<div>" * 50_000),
    "remadv": lambda: b"UNB+UNOC:3+A+B+260203:1200+7'UNH+1+REMADV:D'" + _repeated(b"DOC+380+A'MOA+12:1'"),
    "release": lambda: b"UNB+UNOC:3+A+B+260203:1200+7'UNH+1+REMADV:D'" + _repeated(b"?"),
    "lockbox": lambda: SAMPLES["LOCKBOX"] + b"\n" + _repeated(cheque(1, 500).encode() + b"\n"),
    "iban": lambda: _repeated(b"DE02 1005 0000 0054 5404 0"),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_quarter_of_a_megabyte_is_read_or_refused_in_bounded_time(name: str) -> None:
    content = LARGE[name]()
    started = time.process_time()
    read_or_refuse(content)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("form", ["X12.820", "LOCKBOX", "CSV"])
def test_memory_stays_with_what_is_read(form: str) -> None:
    lines = {
        "X12.820": SAMPLES["X12.820"].replace(
            b"ENT*1~\n", b"ENT*1~\n" + b"RMR*IV*RE-2026-0001**0.00*0.00~\n" * 20_000
        ),
        "LOCKBOX": SAMPLES["LOCKBOX"] + b"\n" + (cheque(1, 500).encode() + b"\n") * 3_000,
        "CSV": b"Invoice;Gross;Discount;Paid\n" + b"RE-2026-000001;1190,00;23,80;1166,20\n" * 4_000,
    }
    content = lines[form]
    tracemalloc.start()
    for _ in _advices(content):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * len(content)


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
