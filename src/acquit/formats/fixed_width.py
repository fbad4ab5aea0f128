"""Records of fixed width: fields by position, lines brought to their width, numbers without a decimal point.

The one clever idea: positions are written as the standards write them, from 1 and with both ends, so a reader can be
held against the standard line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from acquit.core.money import EXACT
from acquit.formats.statements import UnreadableStatement
from acquit.formats.unreadable import NotReadable

Oddities: TypeAlias = list[tuple[str, str, int]]  # code, message and line of what was accepted

_CONTROLS = "\x1a\x00\r\x0c"


@dataclass(frozen=True, slots=True)
class FixedLine:
    """One record: its text at full width and the number of its line."""

    text: str
    line: int

    def at(self, first: int, last: int) -> str:
        """Give the characters from position `first` to `last` (both counted, from 1) without outer blanks."""
        return self.text[first - 1 : last].strip()

    def raw(self, first: int, last: int) -> str:
        """Give the characters from position `first` to `last` as they stand."""
        return self.text[first - 1 : last]


def refused_record(
    reason: str, code: str, record: FixedLine, file: str, value: str = ""
) -> UnreadableStatement:
    """Make the refusal of a record; it quotes `value`, else the whole record."""
    return UnreadableStatement(
        reason,
        code=code,
        file=file,
        place=f"line {record.line}",
        value=value or record.text.rstrip(),
        mend="Ask the bank for the whole file again.",
    )


@contextmanager
def reading(record: FixedLine, file: str) -> Iterator[None]:
    """Refuse the record when one of its fields cannot be read."""
    try:
        yield
    except NotReadable as unreadable:
        value = str(unreadable.args[0])
        raise refused_record("a field cannot be read", "FIELD_UNREADABLE", record, file, value) from None


def iter_fixed_lines(
    blocks: Iterable[tuple[int, list[str]]], width: int, file: str, oddities: Oddities
) -> Iterator[FixedLine]:
    """Give the records; blank lines are stepped over.

    A shorter line (its trailing blanks were cut) is filled up and noted in `oddities`. A line of several whole widths
    is that many records (files sent without line ends), counted as lines. Any other longer one is refused unless the
    surplus is blank, because its fields have moved.
    """
    joined = 0
    for start, lines in blocks:
        for number, raw_line in enumerate(lines, start):
            text = raw_line.strip(_CONTROLS)
            if not text.strip():
                continue
            if len(text) <= width:
                yield _filled_up(text, number + joined, width, oddities)
            elif not text[width:].strip():
                yield FixedLine(text[:width], number + joined)
            elif len(text) % width:
                raise UnreadableStatement(
                    f"the record has {len(text)} characters in place of {width}",
                    code="RECORD_WIDTH",
                    file=file,
                    place=f"line {number + joined}",
                    value=text,
                    mend="Ask the bank for the file as it was sent; an editor may have changed it.",
                )
            else:
                for at in range(0, len(text), width):
                    if text[at : at + width].strip():
                        yield FixedLine(text[at : at + width], number + joined + at // width)
                joined += len(text) // width - 1


def _filled_up(text: str, line: int, width: int, oddities: Oddities) -> FixedLine:
    if len(text) < width:
        oddities.append(("RECORD_SHORT", "The record was filled up with blanks to its width.", line))
    return FixedLine(text.ljust(width), line)


def parse_digits(text: str) -> int:
    """Read digits only. Raises NotReadable."""
    stripped = text.strip()
    if not stripped or len(stripped) > 20 or not (stripped.isascii() and stripped.isdigit()):
        raise NotReadable(text)
    return int(stripped)


def implied_amount(units: int, decimals: int) -> Decimal:
    """Give an amount whose last digits are decimals; a third decimal that is zero is left out."""
    if decimals == 3 and units % 10 == 0:
        units, decimals = units // 10, 2
    return EXACT.scaleb(Decimal(units), -decimals)
