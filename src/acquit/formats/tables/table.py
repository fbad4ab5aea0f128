"""A table as it stands in a file: a header, then rows that still know their line.

The clever idea is the chunk: rows travel in blocks with their line numbers beside them, so a clean file moves
at the speed of the C reader and a bad row can still be named by the line a person sees in an editor. Nothing
is guessed about meaning here: cells are text (XLSX numbers and dates are written out in one canonical way,
see `workbook`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TableLimits:
    """How much a file may ask of the machine before it is refused."""

    columns: int = 500
    unpacked_bytes: int = 2 * 1024**3
    sheet_bytes: int = 1024**3
    pack_ratio: int = 200
    entries: int = 5_000
    sheet_cells: int = 12_000_000
    text_bytes: int = 1024**3
    line_bytes: int = 8 * 1024**2


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that could not be cut into cells: where it begins, what is wrong, and how it starts (200 characters)."""

    line_number: int
    code: str
    message: str
    value: str


@dataclass(frozen=True, slots=True)
class SideRow:
    """A row beside the table: a line above the header, a totals row, a footer."""

    line_number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableWarning:
    """Something a person should know about how the file was read; the file was read all the same."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class TableChunk:
    """Some rows of a table: all have exactly as many cells as the header; `line_numbers` runs beside `rows`.

    Every line of the file below the header is in exactly one of `rows`, `faults`, `totals`, `footers`, or is
    blank.
    """

    line_numbers: Sequence[int]
    rows: list[list[str]]
    faults: list[RowFault] = field(default_factory=list)
    totals: list[SideRow] = field(default_factory=list)
    footers: list[SideRow] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Give (line number, cells) of each good row."""
        return zip(self.line_numbers, self.rows, strict=True)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A readable table; `rows` may be called again and reads the file from its header each time.

    `name` is the file's, `form` CSV or XLSX. `header_line` is 0 when the file has no header row and the names
    were made up ("Column 1"). `typed_numbers` says that numbers come from typed cells (XLSX): they are
    written with a point, never grouped, and never with exactly three decimals, so they cannot be taken for
    thousands.
    """

    name: str
    form: str
    header: tuple[str, ...]
    header_line: int
    read_chunks: Callable[[int], Iterator[TableChunk]]
    preamble: tuple[SideRow, ...] = ()
    warnings: tuple[TableWarning, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    typed_numbers: bool = False

    def rows(self, chunk_size: int = 1_000) -> Iterator[TableChunk]:
        """Stream the rows below the header in chunks of about `chunk_size` lines."""
        return self.read_chunks(chunk_size)

    def count_rows(self) -> int:
        """Read the file once and count the rows that have the header's shape."""
        return sum(len(chunk.rows) for chunk in self.rows(20_000))
