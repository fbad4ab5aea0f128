"""CSV in all its dialects, streamed, with the physical line of every row.

The clever idea: the C reader cuts whole blocks of lines; if it gives exactly as many records as lines, each
record is one line and the line numbers are a range. Only a block where that fails is read record by record,
and there a quote that is never closed costs its own line, not the rest of the file: reading resumes on the
next line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import chain, islice
from math import log2
from typing import BinaryIO

from acquit.formats.tables.encodings import TextForm, find_encoding
from acquit.formats.tables.errors import CannotReadTable, TableTrouble
from acquit.formats.tables.layout import LOOK_AHEAD, Layout, RowShaper, find_layout
from acquit.formats.tables.table import RowFault, Table, TableChunk, TableLimits, TableWarning

_DELIMITERS = (",", ";", "\t", "|")
_MOST_LINES_A_RECORD = 100
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)
_SINGLE_QUOTED = re.compile(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|$)", re.MULTILINE)
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


class TableDialect(csv.Dialect):
    """How cells are divided; strict, so that a broken quote is an error and never a silently merged cell."""

    lineterminator = "\r\n"
    quoting = csv.QUOTE_MINIMAL
    strict = True
    skipinitialspace = False

    def __init__(self, delimiter: str, quotechar: str, *, backslash: bool) -> None:
        self.delimiter = delimiter
        self.quotechar = quotechar
        self.doublequote = not backslash
        self.escapechar = "\\" if backslash else None
        super().__init__()


@dataclass(slots=True)
class _Cut:
    """What was cut out of some lines, the number of the line to go on with, and the lines looked at beyond."""

    next_line: int
    ahead: deque[str]
    numbers: list[int] = field(default_factory=list)
    records: list[list[str]] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def _read_record(
    first: str, following: deque[str], more: Iterator[str], dialect: csv.Dialect
) -> tuple[list[str] | None, int, str]:
    """Read one record that begins in `first`: its cells, the lines it takes, and the trouble if it is broken.

    Lines looked at beyond the record are put into `following`, so nothing is lost.
    """
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        taken = 1
        yield first
        while taken < _MOST_LINES_A_RECORD:
            if taken > len(following):
                try:
                    following.append(next(more))
                except StopIteration:
                    return
            taken += 1
            yield following[taken - 2]

    try:
        return next(csv.reader(lines(), dialect)), taken, ""
    except csv.Error as error:
        return None, 1, str(error)
    except StopIteration:
        return [], 1, ""


def _fault_of(line_number: int, line: str, trouble: str) -> RowFault:
    value = line.rstrip("\r\n")[:200]
    if "unexpected end" in trouble:
        return RowFault(line_number, "OPEN_QUOTE", "opens a quote that is never closed", value)
    if "field larger" in trouble:
        return RowFault(line_number, "CELL_TOO_LONG", "holds a cell of more than 131,072 characters", value)
    return RowFault(line_number, "BROKEN_QUOTE", "has text behind a closing quote", value)


def _cut_slowly(
    block: Sequence[str], more: Iterator[str], dialect: csv.Dialect, first_line: int, width: int
) -> _Cut:
    """Cut the lines of a block record by record; the last record may take lines from `more`."""
    cut = _Cut(first_line, deque(block))
    while cut.ahead and cut.next_line < first_line + len(block):
        line = cut.ahead.popleft()
        cells, taken, trouble = _read_record(line, cut.ahead, more, dialect)
        if cells is None or (taken > 1 and width and len(cells) != width):
            cut.faults.append(_fault_of(cut.next_line, line, trouble or "unexpected end"))
            taken = 1
        else:
            cut.numbers.append(cut.next_line)
            cut.records.append(cells)
        for _ in range(taken - 1):
            cut.ahead.popleft()
        cut.next_line += taken
    return cut


def cut_records(
    lines: Iterable[str], dialect: csv.Dialect, first_line: int, size: int, width: int
) -> Iterator[tuple[Sequence[int], list[list[str]], list[RowFault]]]:
    """Cut lines into records, `size` lines at a time. A record over several lines must have `width` cells (0: any)."""
    more = iter(lines)
    ahead: deque[str] = deque()
    line_number = first_line
    while block := [*ahead, *islice(more, size)]:
        try:
            records = list(csv.reader(block, dialect))
        except csv.Error:
            records = []
        if len(records) == len(block):
            ahead.clear()
            yield range(line_number, line_number + len(block)), records, []
            line_number += len(block)
        else:
            cut = _cut_slowly(block, more, dialect, line_number, width)
            ahead, line_number = cut.ahead, cut.next_line
            yield cut.numbers, cut.records, cut.faults


def _sample_rows(lines: list[str], dialect: csv.Dialect) -> list[tuple[int, list[str]]]:
    return [
        (number, record)
        for numbers, records, _ in cut_records(lines, dialect, 1, LOOK_AHEAD, 0)
        for number, record in zip(numbers, records, strict=True)
    ]


def _choose_dialect(lines: list[str]) -> tuple[TableDialect, Layout]:
    """Choose the delimiter under which most rows have the same, highest number of cells below a readable header."""
    text = "".join(lines)
    single = len(_SINGLE_QUOTED.findall(text)) >= 2 and '"' not in text
    quote = "'" if single else '"'
    backslash = f"\\{quote}" in text and quote * 2 not in text.replace(quote * 3, "")
    forced = _SEPARATOR_LINE.fullmatch(lines[0])
    best: tuple[float, TableDialect, Layout] | None = None
    for delimiter in (forced[1],) if forced else _DELIMITERS:
        dialect = TableDialect(delimiter, quote, backslash=backslash)
        rows = _sample_rows(lines[1:] if forced else lines, dialect)
        layout = find_layout(rows)
        score = _delimiter_score(rows, layout)
        if best is None or score > best[0]:
            best = (score, dialect, layout)
    if best is None:  # pragma: no cover - the tuple of delimiters is never empty
        raise AssertionError
    return best[1], best[2]


def _delimiter_score(rows: list[tuple[int, list[str]]], layout: Layout) -> float:
    body = [cells for _, cells in rows[layout.header_at or 0 :] if any(cell.strip() for cell in cells)]
    widths = Counter(map(len, body))
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda entry: (entry[1] * (entry[0] > 1), entry[0]))
    if width < 2:
        return 0.01
    share = count / len(body)
    return share**4 * log2(width + 1) * (1.5 if layout.header_at is not None else 1.0)


def read_delimited(stream: BinaryIO, name: str, limits: TableLimits, encoding: str | None = None) -> Table:
    """Open a delimited text file (seekable, already unpacked) as a table."""
    form = find_encoding(stream, name, limits, encoding)
    lines = list(islice(_text_lines(stream, form), LOOK_AHEAD))
    if not lines:
        raise CannotReadTable(TableTrouble.EMPTY, name, "the file is empty.")
    dialect, layout = _choose_dialect(lines)
    if not layout.header:
        raise CannotReadTable(TableTrouble.EMPTY, name, "there is no row with anything in it.")
    if len(layout.header) > limits.columns:
        line = 1 if layout.header_at is None else layout.header_at + 1
        raise CannotReadTable(
            TableTrouble.TOO_MANY_COLUMNS,
            name,
            f"has {len(layout.header):,} columns in line {line}; up to {limits.columns:,} are read.",
            line_number=line,
        )
    skipped = int(_SEPARATOR_LINE.fullmatch(lines[0]) is not None)
    rows = _sample_rows(lines[skipped:], dialect)
    header_line = 0 if layout.header_at is None else rows[layout.header_at][0] + skipped
    body_line = _body_line(rows, layout, lines[skipped:], dialect) + skipped

    def read_chunks(size: int) -> Iterator[TableChunk]:
        shaper = RowShaper(len(layout.header), check_nul=form.holds_nul)
        body = islice(_text_lines(stream, form), body_line - 1, None)
        for numbers, records, faults in cut_records(body, dialect, body_line, size, shaper.width):
            yield shaper.shape(numbers, records, faults)
        last = shaper.finish(cut_off=not form.ends_with_newline)
        if last.faults or last.footers:
            yield last

    return Table(
        name=name,
        form="CSV",
        header=layout.header,
        header_line=header_line,
        read_chunks=read_chunks,
        preamble=layout.preamble,
        warnings=form.warnings + layout.warnings + _delimiter_warning(layout),
        encoding=form.encoding,
        delimiter=dialect.delimiter,
    )


def _delimiter_warning(layout: Layout) -> tuple[TableWarning, ...]:
    if len(layout.header) > 1:
        return ()
    marks = ", ".join(_NAMES[mark] for mark in _DELIMITERS)
    return (TableWarning("ONE_COLUMN", f"The file has one column: no {marks} divides its lines."),)


def _body_line(
    rows: list[tuple[int, list[str]]], layout: Layout, lines: list[str], dialect: TableDialect
) -> int:
    """Give the line below the header, which may itself run over several lines."""
    if layout.header_at is None:
        return next((line for line, cells in rows if len(cells) == len(layout.header)), 1)
    start = rows[layout.header_at][0]
    _, taken, _ = _read_record(lines[start - 1], deque(lines[start:]), iter(()), dialect)
    return start + taken


def _text_lines(stream: BinaryIO, form: TextForm) -> Iterator[str]:
    """Give the physical lines from the start of the file, their ends kept; the stream stays open."""
    stream.seek(0)
    text = TextIOWrapper(stream, encoding=form.encoding, newline="")
    try:
        yield from chain(text)  # not `text` itself: a generator that is left early would close the file
    finally:
        text.detach()
