"""Numbers of documents: blocks of gapless series, taken last, so that a series' row is locked shortly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from acquit.billing.rules.documents import DocumentKind
from acquit.infra.bulk import ask

SERIES_OF_KIND: Mapping[str, str] = {DocumentKind.INVOICE: "RE", DocumentKind.CREDIT_NOTE: "GS"}

_TAKE_BLOCK = """\
UPDATE series SET next_number = next_number + %s WHERE company_id = %s AND code = %s AND year = %s
 RETURNING next_number - %s"""
_BEGIN_SERIES = """\
INSERT INTO series (company_id, code, year, next_number) VALUES (%s, %s, %s, 1)
 ON CONFLICT (company_id, code, year) DO NOTHING RETURNING 1"""


class SeriesKey(NamedTuple):
    """A company's series of a year."""

    company_id: int
    code: str
    year: int

    @property
    def name(self) -> str:
        """Give the series as its documents name it: RE-2026."""
        return f"{self.code}-{self.year}"


def series_key(company_id: int, kind: str, year: int) -> SeriesKey:
    """Give the series that numbers a document."""
    return SeriesKey(company_id, SERIES_OF_KIND[kind], year)


def take_numbers(wanted: Iterable[SeriesKey | str]) -> list[str]:
    """Give a number for each: the next of a series, or the text where a document brings its own.

    The series are locked until commit, in one order.
    """
    wanted = list(wanted)
    counts: dict[SeriesKey, int] = {}
    for key in wanted:
        if isinstance(key, SeriesKey):
            counts[key] = counts.get(key, 0) + 1
    following = {key: _take_block(key, count) for key, count in sorted(counts.items())}
    numbers = []
    for key in wanted:
        if isinstance(key, SeriesKey):
            numbers.append(f"{key.name}-{following[key]:06d}")
            following[key] += 1
        else:
            numbers.append(key)
    return numbers


def _take_block(key: SeriesKey, count: int) -> int:
    taken = ask(_TAKE_BLOCK, count, *key, count)
    if not taken:
        ask(_BEGIN_SERIES, *key)
        taken = ask(_TAKE_BLOCK, count, *key, count)
    [[first]] = taken
    return int(first)
