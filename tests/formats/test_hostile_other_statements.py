"""Hostile and damaged files of the other bank formats: never anything but statements or a refusal, in bounded time."""

from __future__ import annotations

import contextlib
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.formats.aeb43 import read_aeb43
from acquit.formats.bai2 import read_bai2
from acquit.formats.bank_files import read_statements
from acquit.formats.cfonb import read_cfonb
from acquit.formats.coda import read_coda
from acquit.formats.nacha import read_nacha
from acquit.formats.ofx import read_ofx
from acquit.formats.statements import UnreadableStatement, line_identities
from tests.formats import test_aeb43, test_bai2, test_cfonb, test_coda, test_nacha, test_ofx
from tests.formats.bank_samples import Reader
from tests.formats.test_hostile_statements import mutations, statements_and_peak

FORMATS: dict[str, tuple[Reader, bytes]] = {
    "AEB43": (read_aeb43, test_aeb43.aeb43(test_aeb43.movement(), test_aeb43.text("PAGO"))),
    "BAI2": (read_bai2, test_bai2.bai2("16,165,500,V,260203,,REF,,ACME/", "88,RE-2026-001")),
    "CFONB.120": (
        read_cfonb,
        test_cfonb.cfonb(test_cfonb.operation(), test_cfonb.complement("LCC", "FACTURE")),
    ),
    "CFONB.240": (read_cfonb, test_cfonb.restored()),
    "CODA": (read_coda, test_coda.coda(test_coda.movement())),
    "NACHA": (read_nacha, test_nacha.nacha(test_nacha.entry(addenda=1), test_nacha.addenda("RMR*IV*1**2\\"))),
    "OFX": (read_ofx, test_ofx.ofx(test_ofx.TRANSACTION)),
}
every_format = pytest.mark.parametrize("form", FORMATS)


def read_or_refuse(reader: Reader, content: bytes) -> None:
    """Anything else than statements or a refusal fails the test."""
    with contextlib.suppress(UnreadableStatement):
        for statement in reader(io.BytesIO(content), "file"):
            assert len(line_identities(statement)) == len(statement.lines)


@every_format
def test_the_sample_is_read(form: str) -> None:
    reader, sample = FORMATS[form]
    assert [one.format for one in reader(io.BytesIO(sample), "file")] == [form]
    assert [one.format for one in read_statements(io.BytesIO(sample), "file")] == [form]


@every_format
@settings(max_examples=150)
@given(data=st.data())
def test_damaged(form: str, data: st.DataObject) -> None:
    reader, sample = FORMATS[form]
    read_or_refuse(reader, data.draw(mutations([sample])))


@every_format
@settings(max_examples=100)
@given(content=st.binary(max_size=600))
def test_any_bytes(form: str, content: bytes) -> None:
    reader, sample = FORMATS[form]
    read_or_refuse(reader, content)
    read_or_refuse(reader, sample[: len(sample) // 2] + content)
    read_or_refuse(read_statements, content)


@every_format
@pytest.mark.parametrize(
    "unit", [b"\n", b" ", b"x", b"0", b"9", b"1\n", b"01,\n", b"<A>", b"\xff", b"\0", None]
)
def test_a_megabyte_of_nonsense_takes_no_long_time(form: str, unit: bytes | None) -> None:
    reader, sample = FORMATS[form]
    middle = sample.splitlines(keepends=True)[1]
    piece = unit or middle
    flood = piece * (1_000_000 // len(piece))
    for content in (flood, sample.replace(middle, middle + flood, 1)):
        began = time.process_time()
        read_or_refuse(reader, content)
        assert time.process_time() - began < 10


@every_format
def test_one_statement_is_held_at_a_time(form: str) -> None:
    _, sample = FORMATS[form]
    times = 4_000_000 // len(sample)
    count, peak = statements_and_peak(sample * times)
    assert count in {times, 1} if form == "OFX" else count == times
    assert peak < 6_000_000
