"""Advices in CSV and XLSX, in whatever layout their sender made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from io import TextIOWrapper
from itertools import accumulate, islice
from operator import itemgetter
from typing import BinaryIO

from acquit.formats.remittance.advice import RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.grid import ROWS_AT_MOST, GridBudget, GridRow, Section, cell_of, find_sections
from acquit.formats.remittance.grid_advices import GridSource, read_grid
from acquit.formats.remittance.head_block import HeadBlock
from acquit.formats.remittance.heads import Head
from acquit.formats.tables import open_table
from acquit.formats.tables.delimited import TableDialect, cut_records
from acquit.formats.tables.encodings import find_encoding
from acquit.formats.tables.table import TableLimits
from acquit.formats.tables.workbook import read_sheets

_DELIMITERS = (";", "\t", "|", ",")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOOKED_AT = 200
_TEXT_LOOKED_AT = 256 * 1024
_LIMITS = TableLimits(
    columns=200,
    unpacked_bytes=64 * 1024**2,
    sheet_bytes=12 * 1024**2,
    entries=500,
    sheet_cells=250_000,
    text_bytes=8 * 1024**2,
    line_bytes=1024**2,
)


def read_advice_table(
    content: BinaryIO,
    file: str,
    *,
    is_workbook: bool,
    around: HeadBlock | None = None,
    by_content: bool = False,
) -> Iterator[RemittanceAdvice]:
    """Give the advices of a CSV or XLSX file (seekable). `by_content`: a table without heads is read too.

    Refuses (`UnreadableAdvice`, NO_ADVICE) one in which no table of documents and amounts is found, and
    (`CannotReadTable`) what is no table at all, damaged, encrypted or too large.
    """
    found = False
    for rows in read_grids(content, file, is_workbook=is_workbook):
        source = GridSource(
            "XLSX" if is_workbook else "CSV", is_typed=is_workbook, by_content=by_content, around=around
        )
        for advice in read_grid(rows, source):
            found = True
            yield advice
    if not found:
        raise UnreadableAdvice(
            "no table of documents and amounts paid is found",
            code="NO_ADVICE",
            file=file,
            place="",
            mend="Name the columns in a first row, such as invoice, gross, discount, paid.",
        )


def is_advice_table(content: BinaryIO, file: str, *, is_workbook: bool) -> bool:
    """Say whether a CSV or XLSX file plainly is an advice: it says what is paid, or taken off, of which documents.

    Open items, bank statements and lists of payments are none; where a person could doubt it too, it is none.
    """
    for rows in read_grids(content, file, is_workbook=is_workbook, most=_LOOKED_AT):
        if any(section.head.is_plain and not _is_of_many(section) for section in find_sections(rows)):
            return True
    return False


def _is_of_many(section: Section) -> bool:
    """Say whether rows belong to several customers: a ledger, or the list of somebody who pays for others."""
    said = (Head.PAYER, Head.PAYER_NUMBER)
    return any(len({cell_of(row, section.head, head) for row in section.rows} - {""}) > 1 for head in said)


def read_grids(
    content: BinaryIO, file: str, *, is_workbook: bool, most: int | None = None
) -> Iterator[list[GridRow]]:
    """Give the rows of each sheet, or of the one table of a CSV file: the first `most` of them, or all.

    Refuses (`UnreadableAdvice`, TOO_LARGE) more rows or cells than one advice may have (`grid.GridBudget`).
    """
    budget = GridBudget(file, most)
    content.seek(0)
    if content.read(len(OLD_OFFICE)) == OLD_OFFICE:
        open_table(content, file)  # refuses it: for its password, or because it is an old workbook
    content.seek(0)
    if not is_workbook:
        yield _delimited_rows(content, file, budget)
        return
    for title, rows in read_sheets(content, file, _LIMITS):
        yield budget.take(GridRow(f"{title}, line {line}", cells) for line, cells in rows)


def _delimited_rows(content: BinaryIO, file: str, budget: GridBudget) -> list[GridRow]:
    form = find_encoding(content, file, _LIMITS)
    content.seek(0)
    text = TextIOWrapper(content, encoding=form.encoding, newline="")
    try:
        lines = [line.replace("\0", "") for line in islice(text, (budget.most or ROWS_AT_MOST) + 1)]
    finally:
        text.detach()
    if lines:
        lines[0] = lines[0].removeprefix("\ufeff")
    sizes = accumulate(map(len, lines))
    looked_at = [
        line for line, size in zip(lines[:_LOOKED_AT], sizes, strict=False) if size <= _TEXT_LOOKED_AT
    ]
    dialect = _choose_delimiter(looked_at or lines[:1])
    return budget.take(_cut(lines, dialect))


def _choose_delimiter(lines: Sequence[str]) -> str:
    """Choose the delimiter under which a head names the most, else the one that stands in the most lines."""
    best, most = ";", (-1, -1)
    for delimiter in _DELIMITERS:
        rows = list(islice(_cut(lines, delimiter), _LOOKED_AT))
        named = max(
            (len(section.head.columns) for section in find_sections(rows) if section.head.cells), default=0
        )
        score = (named, sum(delimiter in line for line in lines))
        if score > most:
            best, most = delimiter, score
    return best


def _cut(lines: Sequence[str], delimiter: str) -> Iterator[GridRow]:
    """Cut lines into rows; a line whose quotes are broken is cut at every delimiter."""
    dialect = TableDialect(delimiter, '"', backslash=False)
    for numbers, records, faults in cut_records(lines, dialect, 1, 50, 0):
        broken = (
            (fault.line_number, lines[fault.line_number - 1].rstrip("\r\n").split(delimiter))
            for fault in faults
        )
        for number, cells in merge(zip(numbers, records, strict=True), broken, key=itemgetter(0)):
            yield GridRow(f"line {number}", cells)
