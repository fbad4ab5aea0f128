"""Plain tables of a book as CSV and as XLSX: the same columns and rows in both, streamed.

Amounts arrive with their currency's decimals and leave with them; a text never becomes a formula. A spreadsheet keeps
fifteen digits of a number, so a longer amount stands there as text rather than wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple, TextIO

from acquit.formats.journals.values import plain_text

Cell = str | int | Decimal | date | None

_FORMULA_STARTS = frozenset("=+-@")
_EXACT_DIGITS = 15
_LONGEST_CELL = 32_767
_ROWS_OF_A_SHEET = 1_048_576


class Column(NamedTuple):
    """A column: its name, and how wide a spreadsheet shows it."""

    name: str
    width: int = 14


@lru_cache(maxsize=10_000)  # companies, accounts and kinds stand in every row
def safe_text(text: str) -> str:
    """Give a text that no spreadsheet reads as a formula: one line, an apostrophe before `=`, `+`, `-` or `@`."""
    plain = plain_text(text)
    return f"'{plain}" if plain[:1] in _FORMULA_STARTS else plain


def write_csv(out: TextIO, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a table as CSV: commas, ISO days, a point for decimals, no thousands. Gives the number of rows."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_as_csv(cell) for cell in row])
        count += 1
    return count


def _as_csv(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_text(cell)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else cell


def write_xlsx(out: BinaryIO, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a table as a workbook, row by row; a full sheet is followed by another. Gives the number of rows."""
    import xlsxwriter

    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_urls": False})
    try:
        writer = _SheetWriter(book, title, columns)
        for row in rows:
            writer.add(row)
    finally:
        book.close()
    return writer.count


class _SheetWriter:
    """Rows on their way into a workbook."""

    def __init__(self, book: Any, title: str, columns: Sequence[Column]) -> None:
        self.count = 0
        self._book = book
        self._title = title
        self._columns = columns
        self._bold = book.add_format({"bold": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._amounts: dict[int, Any] = {}
        self._sheets = 0
        self._begin_sheet()

    def _begin_sheet(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet(
            self._title if self._sheets == 1 else f"{self._title} {self._sheets}"
        )
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, column.width)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.name, self._bold)
        self._row = 1

    def add(self, row: Sequence[Cell]) -> None:
        """Write a row."""
        if self._row == _ROWS_OF_A_SHEET:
            self._begin_sheet()
        for place, cell in enumerate(row):
            self._write(place, cell)
        self._row += 1
        self.count += 1

    def _write(self, place: int, cell: Cell) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, Decimal):
            self._write_amount(place, cell)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._row, place, cell, self._day)
        elif isinstance(cell, int):
            self._sheet.write_number(self._row, place, cell)
        else:
            self._sheet.write_string(self._row, place, safe_text(cell)[:_LONGEST_CELL])

    def _write_amount(self, place: int, amount: Decimal) -> None:
        if len(amount.as_tuple().digits) > _EXACT_DIGITS:
            self._sheet.write_string(self._row, place, f"{amount:f}")
            return
        exponent = amount.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        if places not in self._amounts:
            digits = f".{'0' * places}" if places else ""
            self._amounts[places] = self._book.add_format({"num_format": f"#,##0{digits}"})
        # fifteen digits survive the float that the format of the file asks for
        self._sheet.write_number(self._row, place, float(amount), self._amounts[places])
