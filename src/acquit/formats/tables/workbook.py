"""XLSX through calamine, after the file has been weighed.

The clever idea: the reader lays every sheet out as one full rectangle, so two cells in opposite corners of an
otherwise empty sheet ask for half a terabyte and end the process. So the zip is unpacked once into nothing,
counting bytes, rows and columns, and only a workbook that fits is handed on.

Cells become text in one way: text as it stands; a number at the 15 digits a spreadsheet shows and calculates
with (2309.7899999999995 is 2309.79), with a point, and with a zero added where it would have exactly three
decimals, so that no one takes 1.234 for thousands; a date as 2026-11-19 (with its time when it has one); true
as TRUE; an error as the spreadsheet writes it.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import BinaryIO

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from acquit.formats.tables.errors import CannotReadTable, TableTrouble
from acquit.formats.tables.layout import LOOK_AHEAD, Layout, RowShaper, find_layout
from acquit.formats.tables.shared_texts import count_text_bytes, measure_texts
from acquit.formats.tables.table import Table, TableChunk, TableLimits, TableWarning

_BLOCK = 64 * 1024
_SMALL = 1024 * 1024  # an entry this small may be packed as tightly as it likes
_CELL = re.compile(rb"""<(?:\w+:)?c(?=[\s/>])(?:[^<>]*?\sr\s*=\s*["']([A-Za-z]+)([0-9]+)["'])?""")
_ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br\s*=\s*["']([0-9]+)["']""")
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")
_OVERLAP = 512
_DECLARATION = b"<!DOCTYPE"


@dataclass(slots=True)
class _Extent:
    """The rectangle that the cells of one sheet span."""

    rows: int = 0
    columns: int = 0
    named: int = 0  # cells as they stand, one named twice counted twice

    @property
    def cells(self) -> int:
        return self.rows * self.columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _measure(extent: _Extent, text: bytes, running: list[int]) -> None:
    """Widen the extent by the cells in a piece of a sheet; `running` is [row, cells in it] for cells without a name."""
    references = _CELL.findall(text)
    extent.named += len(references)
    named = {letters for letters, _ in references if letters}
    rows = {digits for _, digits in references if digits}
    rows.update(_ROW_NUMBER.findall(text))
    extent.columns = max(extent.columns, max(map(_column_number, named), default=0))
    extent.rows = max(extent.rows, max(map(int, rows), default=0))
    if any(not letters for letters, _ in references):
        for place, part in enumerate(_ROW.split(text)):
            if place:
                running[0] += 1
                running[1] = 0
            running[1] += len(_CELL.findall(part))
            extent.columns = max(extent.columns, running[1])
        extent.rows = max(extent.rows, running[0])


def _weigh_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> _Extent:
    """Unpack one entry into nothing; zipfile refuses contents that differ from what the directory declares."""
    extent = _Extent()
    is_sheet = "worksheets/" in entry.filename
    is_markup = entry.filename.casefold().endswith((".xml", ".rels"))
    with archive.open(entry) as content:
        rest = before = b""
        running = [0, 0]
        while block := content.read(_BLOCK):
            if is_markup and _DECLARATION in before + block:
                raise CannotReadTable(
                    TableTrouble.DAMAGED,
                    name,
                    f"{entry.filename} declares XML entities; spreadsheets never do.",
                )
            before = block[-len(_DECLARATION) :]
            if is_sheet:
                piece = rest + block
                cut = piece.rfind(b"<") if len(piece) > _OVERLAP else len(piece)
                cut = cut if cut > len(piece) - _OVERLAP else len(piece)
                _measure(extent, piece[:cut], running)
                rest = piece[cut:]
        if rest:
            _measure(extent, rest, running)
    return extent


def _weigh(content: BinaryIO, name: str, limits: TableLimits) -> tuple[TableWarning, ...]:
    """Refuse a workbook that unpacks to too much; say what of it is left aside."""
    with zipfile.ZipFile(content) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
            raise CannotReadTable(TableTrouble.NOT_A_TABLE, name, "is a packed file, but no workbook.")
        if "xl/workbook.bin" in names:
            raise CannotReadTable(TableTrouble.OLD_FORMAT, name, "is a binary workbook. Save it as .xlsx.")
        _guard_sizes(entries, name, limits)
        cells = 0
        for entry in entries:
            if entry.flag_bits & 1:
                raise CannotReadTable(TableTrouble.ENCRYPTED, name, "is protected by a password.")
            extent = _weigh_entry(archive, entry, name)
            if extent.columns > limits.columns:
                raise CannotReadTable(
                    TableTrouble.TOO_MANY_COLUMNS,
                    name,
                    f"{entry.filename} uses {extent.columns:,} columns; up to {limits.columns:,} are read.",
                )
            if extent.cells > limits.sheet_cells:
                raise CannotReadTable(
                    TableTrouble.TOO_LARGE,
                    name,
                    f"{entry.filename} spans {extent.rows:,} rows by {extent.columns:,} columns; up to "
                    f"{limits.sheet_cells:,} cells are read. Save it as CSV.",
                )
            cells += extent.named
        _guard_texts(archive, cells, name, limits)
    return _left_aside(names)


def _guard_texts(archive: zipfile.ZipFile, cells: int, name: str, limits: TableLimits) -> None:
    """Refuse a workbook whose cells share texts that come to too much once each cell has its own."""
    entries = archive.namelist()
    sizes = array("Q")
    for entry in entries:
        if entry.casefold().endswith("sharedstrings.xml"):
            sizes += measure_texts(archive, entry)
    if max(sizes, default=0) * cells <= limits.text_bytes:
        return
    sheets = (entry for entry in entries if "worksheets/" in entry)
    if sum(count_text_bytes(archive, sheet, sizes) for sheet in sheets) > limits.text_bytes:
        raise CannotReadTable(
            TableTrouble.TOO_LARGE,
            name,
            f"repeats texts that come to more than {limits.text_bytes:,} bytes. Save it as CSV.",
        )


def _guard_sizes(entries: Sequence[zipfile.ZipInfo], name: str, limits: TableLimits) -> None:
    total = sum(entry.file_size for entry in entries)
    if len(entries) > limits.entries:
        raise CannotReadTable(TableTrouble.TOO_LARGE, name, f"holds {len(entries):,} packed parts.")
    if total > limits.sheet_bytes:
        raise CannotReadTable(
            TableTrouble.TOO_LARGE,
            name,
            f"unpacks to {total:,} bytes; up to {limits.sheet_bytes:,} are read.",
        )
    for entry in entries:
        if entry.file_size > max(_SMALL, entry.compress_size * limits.pack_ratio):
            raise CannotReadTable(
                TableTrouble.TOO_LARGE,
                name,
                f"{entry.filename} unpacks to more than {limits.pack_ratio} times its size. This is a zip of death.",
            )


def _left_aside(names: set[str]) -> tuple[TableWarning, ...]:
    warnings = []
    if any("vbaProject" in name for name in names):
        warnings.append(TableWarning("MACROS_IGNORED", "The workbook holds macros; they are not run."))
    if any(name.startswith("xl/externalLinks/") for name in names):
        warnings.append(
            TableWarning(
                "LINKS_IGNORED", "Links to other workbooks are not followed: their stored values are read."
            )
        )
    return tuple(warnings)


def cell_text(value: object) -> str:
    """Write a typed cell as text, in the one way described above."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _number_text(value: float) -> str:
    text = format(value, ".15g")
    if "e" in text:
        text = format(value, ".0f") if abs(value) >= 1 else format(value, ".20f").rstrip("0").rstrip(".")
    if len(text) - text.find(".") == 4 and "." in text:
        text += "0"
    return "0" if text in {"-0", ""} else text


def _rows_of(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [cell if type(cell) is str else cell_text(cell) for cell in cells]


def _load(content: BinaryIO, name: str) -> CalamineWorkbook:
    content.seek(0)
    try:
        return CalamineWorkbook.from_filelike(BytesIO(content.read()))
    except BaseException as error:  # noqa: BLE001 - the reader's panics are no Exception; others are raised again
        raise _translated(error, name) from None


def _load_sheet(workbook: CalamineWorkbook, sheet: str, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(sheet)
    except BaseException as error:  # noqa: BLE001 - the reader's panics are no Exception; others are raised again
        raise _translated(error, name) from None


def _translated(error: BaseException, name: str) -> BaseException:
    """Turn the reader's errors into a refusal; its panics are no Exception, so they are known by their name."""
    is_readers = (
        type(error).__module__.startswith("python_calamine") or type(error).__name__ == "PanicException"
    )
    if is_readers or isinstance(error, OSError | ValueError | OverflowError):
        return CannotReadTable(TableTrouble.DAMAGED, name, f"the workbook is damaged: {str(error)[:200]}.")
    return error


def _visible_sheets(workbook: CalamineWorkbook) -> list[str]:
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return visible or [sheet.name for sheet in sheets]


def _choose_sheet(
    workbook: CalamineWorkbook, sheets: list[str], name: str
) -> tuple[str, CalamineSheet, Layout, list[tuple[int, list[str]]]]:
    """Choose the sheet with the most cells below a header."""
    best: tuple[int, str, CalamineSheet, Layout, list[tuple[int, list[str]]]] | None = None
    for title in sheets:
        sheet = _load_sheet(workbook, title, name)
        rows = list(islice(_rows_of(sheet), LOOK_AHEAD))
        layout = find_layout(rows)
        if not layout.header:
            continue
        below = max(0, sheet.total_height - (0 if layout.header_at is None else layout.header_at + 1))
        weight = below * min(len(layout.header), 30) * (4 if layout.header_at is not None else 1)
        if best is None or weight > best[0]:
            best = (weight, title, sheet, layout, rows)
    if best is None:
        raise CannotReadTable(TableTrouble.EMPTY, name, "no sheet holds a table.")
    return best[1:]


def read_sheets(
    content: BinaryIO, name: str, limits: TableLimits
) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
    """Give the visible sheets of an XLSX workbook with their rows (line number, cells) as they stand."""
    workbook = _open_workbook(content, name, limits)[1]
    for title in _visible_sheets(workbook):
        yield title, _rows_of(_load_sheet(workbook, title, name))


def _open_workbook(
    content: BinaryIO, name: str, limits: TableLimits
) -> tuple[tuple[TableWarning, ...], CalamineWorkbook]:
    try:
        warnings = _weigh(content, name, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        message = f"the workbook is damaged or cut off: {str(error)[:200]}."
        raise CannotReadTable(TableTrouble.DAMAGED, name, message) from None
    return warnings, _load(content, name)


def read_workbook(content: BinaryIO, name: str, limits: TableLimits, sheet: str | None = None) -> Table:
    """Open an XLSX workbook (seekable) as a table: the named sheet, or the one that holds the largest table."""
    warnings, workbook = _open_workbook(content, name, limits)
    sheets = _visible_sheets(workbook)
    if sheet is not None and sheet not in workbook.sheet_names:
        found = ", ".join(workbook.sheet_names)
        raise CannotReadTable(TableTrouble.NO_SHEET, name, f"has no sheet {sheet!r}; there are {found}.")
    title, chosen, layout, rows = _choose_sheet(workbook, [sheet] if sheet else sheets, name)
    others = tuple(other for other in sheets if other != title)
    if others:
        warnings += (
            TableWarning("SHEET_CHOSEN", f"Sheet {title!r} is read; also there: {', '.join(others)}."),
        )
    header_line = 0 if layout.header_at is None else rows[layout.header_at][0]

    def read_chunks(size: int) -> Iterator[TableChunk]:
        shaper = RowShaper(len(layout.header))
        body = islice(_rows_of(chosen), header_line, None)
        while block := list(islice(body, size)):
            yield shaper.shape([line for line, _ in block], [cells for _, cells in block], [])
        last = shaper.finish(cut_off=False)
        if last.faults or last.footers:
            yield last

    return Table(
        name=name,
        form="XLSX",
        header=layout.header,
        header_line=header_line,
        read_chunks=read_chunks,
        preamble=layout.preamble,
        warnings=warnings + layout.warnings,
        sheet=title,
        other_sheets=others,
        typed_numbers=True,
    )
