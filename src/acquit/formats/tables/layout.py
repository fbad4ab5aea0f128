"""Where the table stands on its sheet: lines above it, the header, the rows, totals and footers below.

The clever idea: a header is the first row that is as full as the rows under it and reads like names, not
values. The lines above it, totals rows and closing remarks are kept beside the table, since they often hold
what the columns do not say (a currency, a date, the file's own sum to reconcile with).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from statistics import median

from acquit.formats.tables.amounts import infer_amount_style
from acquit.formats.tables.dates import infer_date_style
from acquit.formats.tables.table import RowFault, SideRow, TableChunk, TableWarning

LOOK_AHEAD = 200
_HEADER_WITHIN = 60
_LONGEST_LABEL = 120
_LETTER = re.compile(r"[^\W\d_]")
_YEARS = re.compile(r"(?:19|20)[0-9]{2}(?:\s*[/\-–]\s*(?:(?:19|20)?[0-9]{2}))?")
_TOTAL = re.compile(
    r"""\W*(?:
      (?:grand\s+|sub-?\s*|report\s+|overall\s+|page\s+)?totals?(?:\s+(?:amount|due|open|balance|outstanding))?
    | (?:gesamt|zwischen|end|listen|haupt)?-?summen? | gesamt(?:betrag|saldo|ergebnis)? | insgesamt
    | total\s+g[ée]n[ée]ral | sous-?total | somme
    | suma(?:\s+total)? | total\s+geral | soma
    | totale(?:\s+(?:generale|complessivo))? | somma
    | (?:eind|sub)?totaal
    )\W*(?:(?:in\s+)?[a-z]{3}\W*|[0-9]+\s+\w+\W*
    |(?:(?:for|für|pour|per|von|of|de|del|di|voor)\s+)?
     (?:customer|account|client|debtor|kunden?|debitor|konto|cliente|klant|debiteur)\b.*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_FIRST: Callable[[list[str]], str] = itemgetter(0)
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Layout:
    """The header found in the first rows; `header_at` is its place among them, None when there is no header row."""

    header_at: int | None
    header: tuple[str, ...]
    preamble: tuple[SideRow, ...]
    warnings: tuple[TableWarning, ...]


def _is_value(text: str) -> bool:
    """Say whether a cell is a date or an amount, and so no name of a column."""
    if infer_date_style([text]).dates:
        return True
    return not _YEARS.fullmatch(text) and infer_amount_style([text]).amounts == 1


def _filled(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell and not cell.isspace()]


def _reads_as_header(filled: list[str]) -> bool:
    names = [
        cell
        for cell in filled
        if len(cell) <= _LONGEST_LABEL
        and (_YEARS.fullmatch(cell) or (_LETTER.search(cell) and not _is_value(cell) and "@" not in cell))
    ]
    return len(names) * 3 >= len(filled) * 2 and len(set(filled)) * 2 >= len(filled)


def find_layout(rows: Sequence[tuple[int, list[str]]]) -> Layout:
    """Find the header among the first rows (line number, cells) of a sheet.

    Column names are made unique ("Betrag (2)") and filled in ("Column 3"); both are said as warnings.
    """
    fills = [len(_filled(cells)) for _, cells in rows]
    full = [fill for fill in fills if fill >= 2] or [fill for fill in fills if fill]
    if not full:
        return Layout(None, (), (), ())
    usual = median(full)
    first = next(index for index, fill in enumerate(fills) if fill * 4 >= usual * 3)
    header_at: int | None = first if _is_header(rows, fills, first) else None
    for index in range(first + 1, min(first + 6, len(rows), _HEADER_WITHIN)):
        if header_at is not None:
            break
        if fills[index] * 4 >= usual * 3 and _is_header(rows, fills, index):
            header_at = index
    until = first if header_at is None else header_at
    preamble = tuple(SideRow(line, tuple(_filled(cells))) for line, cells in rows[:until] if _filled(cells))
    if header_at is None:
        width = _width(rows[first:])
        names = tuple(f"Column {number}" for number in range(1, width + 1))
        warning = TableWarning("NO_HEADER", "No row names the columns: they are called Column 1, Column 2.")
        return Layout(None, names, preamble, (warning,))
    names, warnings = _unique_names(_header_cells(rows, header_at))
    return Layout(header_at, names, preamble, warnings)


def _is_header(rows: Sequence[tuple[int, list[str]]], fills: list[int], index: int) -> bool:
    filled = _filled(rows[index][1])
    if not _reads_as_header(filled):
        return False
    below = [cells for (_, cells), fill in zip(rows[index + 1 :], fills[index + 1 :], strict=True) if fill]
    if not below:
        return True
    repeated = sum(
        any(cell.strip() == row[column].strip() for row in below if column < len(row))
        for column, cell in enumerate(rows[index][1])
        if cell.strip()
    )
    return repeated * 3 <= len(filled)


def _width(rows: Sequence[tuple[int, list[str]]], expected: int = 0) -> int:
    """Give the number of cells most rows have; the expected number wins a tie."""
    widths = Counter(len(cells) for _, cells in rows if _filled(cells))
    return max(widths, key=lambda width: (widths[width], width == expected, width)) if widths else 0


def _header_cells(rows: Sequence[tuple[int, list[str]]], header_at: int) -> list[str]:
    """Give the header's cells without empty ones at the end that no row has a cell for."""
    cells = list(rows[header_at][1])
    width = _width(rows[header_at + 1 :], len(cells)) or len(cells)
    used = max((index for index, cell in enumerate(cells) if cell.strip()), default=-1) + 1
    while len(cells) > max(width, used):
        cells.pop()
    if used <= width <= len(cells):
        return cells[:width]
    return cells + [""] * (width - len(cells)) if len(cells) < width <= len(cells) + 1 else cells


def _unique_names(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[TableWarning, ...]]:
    taken: Counter[str] = Counter()
    names: list[str] = []
    twice: list[str] = []
    unnamed: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = " ".join(cell.split())[:_LONGEST_LABEL]
        if not name:
            name = f"Column {number}"
            unnamed.append(name)
        taken[name] += 1
        if taken[name] > 1:
            twice.append(name)
            name = f"{name} ({taken[name]})"
        names.append(name)
    warnings = []
    if twice:
        warnings.append(
            TableWarning(
                "DUPLICATE_HEADER", f"Columns of the same name are numbered: {', '.join(sorted(set(twice)))}."
            )
        )
    if unnamed:
        warnings.append(TableWarning("UNNAMED_COLUMN", f"Columns without a name: {', '.join(unnamed)}."))
    return tuple(names), tuple(warnings)


def _is_totals_row(cells: Sequence[str]) -> bool:
    """Say whether a row begins with a word for total and holds only figures (and currency codes) beside it."""
    filled = _filled(cells)
    if not filled or not _TOTAL.fullmatch(filled[0]):
        return False
    others = [cell for cell in filled[1:] if not _CODE.fullmatch(cell)]
    return bool(others) and infer_amount_style(others).amounts == len(others)


@dataclass(slots=True)
class RowShaper:
    """Brings raw records to the header's width and sorts out what is no row of the table.

    A line of one cell is held back until a full row follows (then it is a fault) or the file ends (then it is
    a footer), so a closing remark is no error and a lost row is no remark.
    """

    width: int
    check_nul: bool
    _held: list[tuple[SideRow, str]]

    def __init__(self, width: int, *, check_nul: bool = False) -> None:
        self.width = width
        self.check_nul = check_nul
        self._held = []

    def shape(
        self, line_numbers: Sequence[int], records: list[list[str]], faults: list[RowFault]
    ) -> TableChunk:
        """Shape one chunk; the fast way through when every record is a full row."""
        plain = not (self.check_nul or self._held or faults) and set(map(len, records)) == {self.width}
        if plain and not self._looks_odd(records):
            return TableChunk(line_numbers, records)
        return self._shape_slowly(line_numbers, records, faults)

    def _looks_odd(self, records: list[list[str]]) -> bool:
        """Say whether one of the records may be blank, sparse or a totals row."""
        firsts = set(map(_FIRST, records))
        if any(not first or first.isspace() or _TOTAL.fullmatch(first) for first in firsts):
            return True
        limit = self.width // 2
        return max([record.count("") for record in records]) > limit

    def _shape_slowly(
        self, line_numbers: Sequence[int], records: list[list[str]], faults: list[RowFault]
    ) -> TableChunk:
        chunk = TableChunk([], [], list(faults))
        numbers: list[int] = []
        for line, record in zip(line_numbers, records, strict=True):
            if not any(cell and not cell.isspace() for cell in record):
                continue
            fault = self._fault(line, record)
            if fault is None and _is_totals_row(record):
                chunk.totals.append(SideRow(line, tuple(record)))
            elif fault is None:
                numbers.append(line)
                chunk.rows.append(record[: self.width])
                chunk.faults.extend(self._release())
            elif _is_totals_row(record + [""] * max(0, self.width - len(record))):
                chunk.totals.append(SideRow(line, tuple(record)))
            elif self._is_lone_cell(record):
                self._held.append((SideRow(line, tuple(_filled(record))), fault.code))
            else:
                chunk.faults.append(fault)
        return TableChunk(numbers, chunk.rows, sorted(chunk.faults, key=_by_line), chunk.totals)

    def _fault(self, line: int, record: list[str]) -> RowFault | None:
        shown = " | ".join(record)[:200]
        if self.check_nul and any("\0" in cell for cell in record):
            return RowFault(line, "NUL_BYTE", "holds a NUL byte", shown.replace("\0", "\\0"))
        extra = record[self.width :]
        if any(cell.strip() for cell in extra):
            message = (
                f"has {len(record)} cells, the header {self.width}: a mark inside a text, or a cell too many"
            )
            return RowFault(line, "TOO_MANY_CELLS", message, shown)
        if len(record) < self.width:
            message = f"has {len(record)} of {self.width} cells"
            return RowFault(line, "TOO_FEW_CELLS", message, shown)
        if self._is_lone_cell(record):
            return RowFault(line, "TOO_FEW_CELLS", f"has one filled cell of {self.width}", shown)
        return None

    def _is_lone_cell(self, record: list[str]) -> bool:
        return self.width > 2 and len(record) - record.count("") == 1

    def _release(self) -> Iterator[RowFault]:
        for side, code in self._held:
            yield RowFault(
                side.line_number, code, f"has one filled cell of {self.width}", side.cells[0][:200]
            )
        self._held.clear()

    def finish(self, *, cut_off: bool) -> TableChunk:
        """Close the table: what was held back is a footer if it reads like a remark, a fault otherwise.

        `cut_off` says that the file's last line is not ended, so a short last line may be half a row.
        """
        chunk = TableChunk([], [])
        for place, (side, code) in enumerate(self._held):
            is_last = place == len(self._held) - 1
            remark = side.cells[0]
            if (" " in remark and _LETTER.search(remark) and not (cut_off and is_last)) or remark[
                0
            ] in "*-=#<":
                chunk.footers.append(side)
            else:
                message = f"has one filled cell of {self.width}"
                message += ": the file ends here, it may be cut off" if cut_off and is_last else ""
                chunk.faults.append(RowFault(side.line_number, code, message, remark[:200]))
        self._held.clear()
        return chunk


def _by_line(fault: RowFault) -> int:
    return fault.line_number
