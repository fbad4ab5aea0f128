"""Reads the ECB's reference rates: `eurofxref` as CSV or XML, of one day or of all days since 1999.

The one clever idea: both shapes are read as a stream of (day, currency, rate) with a place; what cannot be read is a
problem of its own row, so one damaged cell costs one rate and never the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO, NamedTuple

from acquit.formats.unreadable import UnreadableFile
from acquit.formats.xml_safe import XmlStream

BASE = "EUR"
PROBLEMS_AT_MOST = 1_000
_LONGEST_LINE = 64_000
_MOST_COLUMNS = 400
_CURRENCY = re.compile(r"[A-Z]{3}")
_RATE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WRITTEN_DAY = re.compile(r"([0-9]{1,2}) ([A-Z][a-z]+) ([0-9]{4})")
_MONTHS = {
    name: number
    for number, name in enumerate(
        (
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        1,
    )
}
#: What the bank writes for a currency it did not quote on a day.
_NOT_QUOTED = frozenset({"", "N/A", "-"})


class PublishedRate(NamedTuple):
    """Units of `currency` for one `base` on a day, and where in the file it stands."""

    rate_date: date
    base: str
    currency: str
    rate: Decimal
    place: str


@dataclass(frozen=True, slots=True)
class RateProblem:
    """A cell that is no rate: left out, and told."""

    place: str
    reason: str
    value: str


@dataclass(slots=True)
class RatesFile:
    """Rates while they are read, once; `problems` holds what was left out so far, the first 1,000."""

    rates: Iterator[PublishedRate]
    problems: list[RateProblem] = field(default_factory=list)
    problem_count: int = 0

    def tell(self, place: str, reason: str, value: str) -> None:
        """Note a cell that was left out."""
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_AT_MOST:
            self.problems.append(RateProblem(place, reason, value[:60]))


def open_rates(content: BinaryIO, file: str) -> RatesFile:
    """Open a file of rates, CSV or XML by its first character. Refuses (`UnreadableFile`) what is neither.

    Rates come in the order of the file, each with the base EUR.
    """
    head = content.read(64)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    joined = _Joined(head, content)
    found = RatesFile(iter(()))
    if start.startswith(b"<"):
        found.rates = _read_xml(joined, file, found)
    elif start[:4].lower() == b"date":
        found.rates = _read_csv(joined, file, found)
    else:
        raise UnreadableFile(
            "this is no file of the ECB's reference rates",
            code="RATES_NOT_READ",
            file=file,
            place="line 1",
            value=head[:40].decode("latin-1"),
            mend="Download eurofxref as CSV or XML.",
        )
    return found


class _Joined(BytesIO):
    """A stream put together again after its first bytes were looked at."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._head, self._rest = head, rest

    def read(self, size: int | None = -1, /) -> bytes:
        """Give the next bytes, those looked at first."""
        head, self._head = self._head, b""
        if size is None or size < 0:
            return head + self._rest.read()
        if len(head) > size:
            self._head = head[size:]
            return head[:size]
        return head + self._rest.read(size - len(head)) if size > len(head) else head


def _lines(content: _Joined, file: str) -> Iterator[tuple[int, str]]:
    number, left = 0, b""
    while chunk := content.read(1 << 16):
        *whole, left = (left + chunk).split(b"\n")
        for line in whole:
            number += 1
            yield number, line.decode("utf-8", "replace").rstrip("\r")
        if len(left) > _LONGEST_LINE:
            raise UnreadableFile(
                "the line is longer than any line of rates",
                code="RATES_NOT_READ",
                file=file,
                place=f"line {number + 1}",
                value="",
                mend="Download eurofxref as CSV or XML.",
            )
    if left:
        yield number + 1, left.decode("utf-8", "replace").rstrip("\r")


def _read_csv(content: _Joined, file: str, found: RatesFile) -> Iterator[PublishedRate]:
    lines = _lines(content, file)
    _, head = next(lines)
    columns = [cell.strip() for cell in head.split(",")[:_MOST_COLUMNS]]
    currencies = [(place, cell) for place, cell in enumerate(columns[1:], 1) if _CURRENCY.fullmatch(cell)]
    for place, cell in enumerate(columns[1:], 1):
        if cell and not _CURRENCY.fullmatch(cell):
            found.tell(f"line 1, column {place + 1}", "no currency code", cell)
    for number, line in lines:
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split(",")[:_MOST_COLUMNS]]
        day = _day(cells[0])
        if day is None:
            found.tell(f"line {number}", "no date", cells[0])
            continue
        for place, currency in currencies:
            text = cells[place] if place < len(cells) else ""
            where = f"line {number}, {currency}"
            if text not in _NOT_QUOTED and (rate := _rate(text, where, found)) is not None:
                yield PublishedRate(day, BASE, currency, rate, where)


def _read_xml(content: _Joined, file: str, found: RatesFile) -> Iterator[PublishedRate]:
    day: date | None = None
    for events in XmlStream(content, file, ["Cube"]).chunks():
        for event, element in events:
            if event == "end":
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
                continue
            where = f"line {element.sourceline or 0}"
            if (text := element.get("time")) is not None:
                day = _day(text.strip())
                if day is None:
                    found.tell(where, "no date", text)
            currency, quoted = element.get("currency"), element.get("rate")
            if currency is None or day is None or (quoted or "").strip() in _NOT_QUOTED:
                continue
            if not _CURRENCY.fullmatch(currency):
                found.tell(where, "no currency code", currency)
            elif (rate := _rate((quoted or "").strip(), f"{where}, {currency}", found)) is not None:
                yield PublishedRate(day, BASE, currency, rate, f"{where}, {currency}")


def _rate(text: str, place: str, found: RatesFile) -> Decimal | None:
    if not _RATE.fullmatch(text) or (rate := Decimal(text)) == 0:
        found.tell(place, "no rate above zero", text)
        return None
    return rate


def _day(text: str) -> date | None:
    written = _WRITTEN_DAY.fullmatch(text)
    if written:
        parts = (int(written[3]), _MONTHS.get(written[2], 0), int(written[1]))
    else:
        plain = _DAY.fullmatch(text)
        if plain is None:
            return None
        parts = (int(plain[1]), int(plain[2]), int(plain[3]))
    try:
        return date(*parts)
    except ValueError:
        return None
