"""What is in the columns of a table, seen once from end to end.

The clever idea: a column is a set. One pass turns each chunk on its side and keeps the distinct values of every
column, which is cheap, bounded, and all that styles, codes and uniqueness need: a date order is settled by the whole
file, not by its first page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from acquit.formats.tables import SideRow, Table

MOST_DISTINCT = 20_000
SAMPLE_ROWS = 2_000
SHOWN_VALUES = 3
FEW = 60
NOTHING = frozenset(
    [
        "",
        "-",
        "--",
        "–",
        "NULL",
        "null",
        "Null",
        "N/A",
        "n/a",
        "NA",
        "#N/A",
        "NaN",
        "nan",
        "None",
        "none",
        "\\N",
        "(null)",
        "?",
        "nil",
    ]
)


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: how many cells are filled, and its distinct values in order of appearance (up to 20,000).

    `filled_seen` counts the filled cells that had been read when the values stopped being collected; it is `filled`
    unless the column is `is_cut`. `counts` counts the values of a column that has few of them.
    """

    index: int
    header: str
    rows: int
    filled: int
    filled_seen: int
    values: tuple[str, ...]
    is_cut: bool
    counts: Counter[str]

    @property
    def distinct_share(self) -> float:
        """Distinct values over filled cells, 1.0 when every value is unique."""
        return len(self.values) / self.filled_seen if self.filled_seen else 0.0

    @property
    def is_unique(self) -> bool:
        """Whether no value comes twice (as far as was looked)."""
        return self.filled_seen > 0 and len(self.values) == self.filled_seen

    @property
    def shown(self) -> tuple[str, ...]:
        """A few values to show beside the column."""
        return tuple(value[:60] for value in self.values[:SHOWN_VALUES])


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A whole table: its columns, its first rows, and what stands beside the rows.

    Behind the first 2,000 rows the sample holds one row for every code that comes later, so that the rules of a code
    (its sign, above all) can be seen.
    """

    name: str
    header: tuple[str, ...]
    header_line: int
    rows: int
    faults: int
    columns: tuple[ColumnProfile, ...]
    sample: tuple[tuple[str, ...], ...]
    preamble: tuple[SideRow, ...] = ()
    totals: tuple[SideRow, ...] = ()
    footers: tuple[SideRow, ...] = ()
    typed_numbers: bool = False


@dataclass(slots=True)
class _Column:
    filled: int = 0
    filled_seen: int = 0
    values: dict[str, None] = field(default_factory=dict)
    is_cut: bool = False

    def take(self, cells: tuple[str, ...]) -> list[int]:
        """Take a chunk of cells; gives the places of codes not seen before, while the column may hold codes."""
        fresh = dict.fromkeys(cells)
        new = (
            [cells.index(value) for value in fresh.keys() - self.values.keys()]
            if len(self.values) <= FEW and len(fresh) <= FEW
            else []
        )
        filled = len(cells) - sum(cells.count(nothing) for nothing in NOTHING if nothing in fresh)
        self.filled += filled
        if not self.is_cut:
            self.filled_seen += filled
            self.values.update(fresh)
            self.is_cut = len(self.values) > MOST_DISTINCT
        return new


def profile_table(table: Table) -> TableProfile:
    """Read a table once and keep what its columns hold; memory is bounded by columns, not by rows."""
    columns = [_Column() for _ in table.header]
    sample: list[tuple[str, ...]] = []
    totals: list[SideRow] = []
    footers: list[SideRow] = []
    rows = faults = 0
    for chunk in table.rows():
        rows += len(chunk.rows)
        faults += len(chunk.faults)
        totals += chunk.totals
        footers += chunk.footers
        first = max(0, min(SAMPLE_ROWS - len(sample), len(chunk.rows)))
        wanted = set(range(first))
        for column, cells in zip(columns, zip(*chunk.rows, strict=True), strict=False):
            wanted.update(column.take(cells))
        sample += [tuple(chunk.rows[place]) for place in sorted(wanted)]
    return TableProfile(
        name=table.name,
        header=table.header,
        header_line=table.header_line,
        rows=rows,
        faults=faults,
        columns=tuple(
            _finish(index, header, rows, column, sample)
            for index, (header, column) in enumerate(zip(table.header, columns, strict=True))
        ),
        sample=tuple(sample),
        preamble=table.preamble,
        totals=tuple(totals),
        footers=tuple(footers),
        typed_numbers=table.typed_numbers,
    )


def _finish(
    index: int, header: str, rows: int, column: _Column, sample: list[tuple[str, ...]]
) -> ColumnProfile:
    values = tuple(value for value in column.values if value not in NOTHING)
    counts = (
        Counter(row[index] for row in sample if row[index] not in NOTHING)
        if len(values) <= FEW
        else Counter()
    )
    return ColumnProfile(
        index, header, rows, column.filled, column.filled_seen, values, column.is_cut, counts
    )
