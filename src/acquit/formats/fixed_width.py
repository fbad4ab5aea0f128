"""Records of fixed width: fields by position, lines brought to their width, numbers without a decimal point.

The one clever idea: positions are written as the standards write them, from 1 and with both ends, so a reader can be
held against the standard line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from acquit.core.money import EXACT
from acquit.formats.statements import UnreadableStatement
from acquit.formats.unreadable import NotReadable

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


def iter_fixed_lines(
    blocks: Iterable[tuple[int, list[str]]], width: int, file: str, oddities: list[tuple[str, str, int]]
) -> Iterator[FixedLine]:
    """Give the records; blank lines are stepped over.

    A shorter line (its trailing blanks were cut) is filled up and noted in `oddities`; a longer one is refused unless
    the surplus is blank, because its fields have moved.
    """
    for start, lines in blocks:
        for number, raw_line in enumerate(lines, start):
            text = raw_line.strip(_CONTROLS)
            if not text.strip():
                continue
            if len(text) > width:
                if text[width:].strip():
                    raise UnreadableStatement(
                        f"the record has {len(text)} characters in place of {width}",
                        code="RECORD_WIDTH",
                        file=file,
                        place=f"line {number}",
                        value=text,
                        mend="Ask the bank for the file as it was sent; an editor may have changed it.",
                    )
                text = text[:width]
            elif len(text) < width:
                oddities.append(
                    ("RECORD_SHORT", "The record was filled up with blanks to its width.", number)
                )
                text = text.ljust(width)
            yield FixedLine(text, number)


def parse_digits(text: str) -> int:
    """Read digits only. Raises NotReadable."""
    stripped = text.strip()
    if not stripped or len(stripped) > 18 or not (stripped.isascii() and stripped.isdigit()):
        raise NotReadable(text)
    return int(stripped)


def implied_amount(units: int, decimals: int) -> Decimal:
    """Give an amount whose last digits are decimals; a third decimal that is zero is left out."""
    if decimals == 3 and units % 10 == 0:
        units, decimals = units // 10, 2
    return EXACT.scaleb(Decimal(units), -decimals)
