"""Lines that are put away come back as they were, whatever they hold, and take little more than their text."""

from __future__ import annotations

import contextlib
import tracemalloc
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.formats.bai2 import read_bai2
from acquit.formats.held_lines import BLOCK_LINES, HeldLines
from acquit.formats.mt940 import read_mt940
from acquit.formats.ofx import read_ofx
from acquit.formats.statements import RemittedDocument, StatementLine, UnreadableStatement, keep_lines
from tests.formats.bank_samples import Reader, mt940, read_bytes
from tests.formats.test_bai2 import bai2
from tests.formats.test_ofx import ofx

LINE = StatementLine(date(2026, 2, 3), None, Decimal("10.00"), "EUR")
TEXTS = st.sampled_from(("", "x", "a\x1fb", "\x1f", "Müller €", "\ud800", "x" * 300))
ROUND = BLOCK_LINES + 3

lines = st.builds(
    StatementLine,
    booking_date=st.none() | st.dates(),
    value_date=st.none() | st.just(date.min) | st.dates(),
    amount=st.decimals(-(10**9), 10**9, places=3) | st.sampled_from((Decimal("1E+3"), Decimal("1.0"))),
    currency=TEXTS,
    text=TEXTS,
    is_reversal=st.booleans(),
    entry_index=st.integers(0, 1 << 40),
    charges_amount=st.none() | st.decimals(allow_nan=False, places=2),
    documents=st.just(()) | st.just((RemittedDocument("RE-1"),)),
    source_line=st.integers(-1, 9),
)  # fmt: skip


def written(line: StatementLine) -> str:
    """Write a line with all it holds: amounts that are equal but written otherwise differ here."""
    return repr(line)


@settings(max_examples=25)
@given(st.lists(lines, min_size=1, max_size=6))
def test_any_lines_come_back_as_they_were(some: list[StatementLine]) -> None:
    given_lines = (some * ROUND)[:ROUND]
    kept = keep_lines()
    kept.extend(given_lines)
    held = kept.held()
    assert isinstance(held, HeldLines)
    assert list(map(written, held)) == list(map(written, given_lines))
    assert list(map(written, kept)) == list(map(written, given_lines))
    assert list(map(str, kept.values("amount"))) == [str(line.amount) for line in given_lines]


def numbered(count: int) -> list[StatementLine]:
    return [replace(LINE, amount=Decimal(number), entry_index=number) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, BLOCK_LINES - 1, BLOCK_LINES])
def test_few_lines_are_a_tuple(count: int) -> None:
    kept = keep_lines()
    kept.extend(numbered(count))
    assert kept.held() == tuple(numbered(count))
    assert type(kept.held()) is tuple
    assert len(kept) == count


@pytest.mark.parametrize("count", [BLOCK_LINES + 1, 2 * BLOCK_LINES, 2 * BLOCK_LINES + 1])
def test_many_lines_are_a_sequence(count: int) -> None:
    kept = keep_lines()
    kept.extend(numbered(count))
    held = kept.held()
    assert len(kept) == len(held) == count
    assert held == numbered(count)
    assert held != numbered(count)[:-1]
    assert held != [*numbered(count)[:-1], LINE]
    assert [held[at].entry_index for at in (0, BLOCK_LINES - 1, BLOCK_LINES, 5, -1)] == [
        0,
        BLOCK_LINES - 1,
        BLOCK_LINES,
        5,
        count - 1,
    ]
    assert held[BLOCK_LINES - 2 : BLOCK_LINES + 1] == tuple(
        islice(numbered(count), BLOCK_LINES - 2, BLOCK_LINES + 1)
    )
    assert held[::-1][0] == held[-1]
    assert held.index(replace(LINE, amount=Decimal(7), entry_index=7)) == 7
    with pytest.raises(IndexError):
        held[count]


def test_lines_taken_later_do_not_change_what_was_given() -> None:
    kept = keep_lines()
    kept.extend(numbered(BLOCK_LINES + 2))
    held = kept.held()
    kept.extend(numbered(BLOCK_LINES))
    assert held == numbered(BLOCK_LINES + 2)


MOVEMENTS = [
    [f":61:260203C{number},NTRF" for number in range(40_000)],
    [":61:2602030203CR10,00NTRFX"] * 37_000,
    [f":61:2602030203CR{number},00NTRFNONREF//B{number:08}" for number in range(20_000)],
    [f":61:260203C{number},NTRFX\r\n:86:A{number}" for number in range(35_000)],
    [f":61:260203C{number},NTRFX\r\n:86:166?20EREF+{number}?32€ N?33M" for number in range(20_000)],
]


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        *((read_mt940, mt940(*movements)) for movements in MOVEMENTS),
        (read_mt940, mt940(*MOVEMENTS[0]).replace(b":60F:C260201EUR0,00", b":34F:EURC0,")),
        (read_bai2, bai2(*(f"16,165,{number}/" for number in range(70_000)))),
        (read_ofx, ofx("".join(f"<STMTTRN><DTPOSTED>20260203<TRNAMT>{n}</STMTTRN>\n" for n in range(20_000)))),
    ],
    ids=range(8),
)  # fmt: skip
def test_a_megabyte_of_the_shortest_lines_takes_at_most_ten_times_itself(
    reader: Reader, content: bytes
) -> None:
    with contextlib.suppress(UnreadableStatement):
        read_bytes(reader, content[:2_000])  # what is imported and cached once
    tracemalloc.start()
    statements = read_bytes(reader, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(len(one.lines) + len(one.pending_lines) for one in statements) >= 20_000
    assert peak <= 10 * len(content)
