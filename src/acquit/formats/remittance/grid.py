"""Advices laid out as rows and columns, whatever they came in: a sheet, a table of a mail, the words of a page.

The one clever idea: the head is the first row whose cells name a document and an amount; nothing else has to be where
anybody expects it. What stands above and below is asked for the facts of the payment, a second head begins the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from acquit.formats.remittance.advice import UnreadableAdvice
from acquit.formats.remittance.head_block import HeadBlock, read_block
from acquit.formats.remittance.heads import Head, Named, head_of, label_of, plain_words
from acquit.formats.remittance.writing_style import find_dates, is_amount_like

ROWS_AT_MOST = 8_000
CELLS_AT_MOST = 90_000
_KNOWN_AT_MOST = 1_000
_HEAD_WITHIN = 200
_HEAD_WORDS = 6
_COLUMNS_AT_MOST = 60
_NAMING = frozenset({Head.DOCUMENT, Head.ORDER})
_MONEY = frozenset({Head.AMOUNT, Head.DEDUCTION, Head.DISCOUNT, Head.GROSS, Head.PAID})
#: Columns that no advice has: what has them is another kind of table.
_FOREIGN_WORDS = frozenset(
    {
        "open amount",
        "offener betrag",
        "offen",
        "restbetrag",
        "unit price",
        "einzelpreis",
        "quantity",
        "menge",
        "saldo",
        "balance",
        "product",
        "artikel",
        "booking date",
        "buchungstag",
        "kwota otwarta",
        "pozostalo",
        "pozostalo do zaplaty",
        "zbyva",
        "zbyva uhradit",
        "zustatek",
        "restbelopp",
        "restbelob",
        "restbelop",
        "avoin",
        "importe pendiente",
        "pendiente",
        "residuo",
        "importo aperto",
        "solde",
        "reste du",
        "openstaand",
        "openstaand bedrag",
        "em aberto",
    }
)


class GridRow(NamedTuple):
    """A row and where it stands."""

    place: str
    cells: Sequence[str]


class GridBudget:
    """Counts the rows and cells of one file: an advice of more is refused, for it would fill the machine's memory.

    With `most` only so many rows of each table are looked at, and nothing is refused.
    """

    def __init__(self, file: str, most: int | None = None) -> None:
        self.most = most
        self._file = file
        self._rows = self._cells = 0
        self._known: dict[str, str] = {}

    def take(self, rows: Iterable[GridRow]) -> list[GridRow]:
        """Take the rows of a table; cells that say the same are held once. Refuses (TOO_LARGE) too many."""
        taken = []
        for row in rows if self.most is None else islice(rows, self.most):
            self._rows += 1
            self._cells += len(row.cells)
            if self.most is None and (self._rows > ROWS_AT_MOST or self._cells > CELLS_AT_MOST):
                raise UnreadableAdvice(
                    f"one advice has more than {ROWS_AT_MOST:,} rows or {CELLS_AT_MOST:,} cells",
                    code="TOO_LARGE",
                    file=self._file,
                    place=row.place,
                    mend="Divide it into several files, or ask the sender for it as X12 820 or REMADV.",
                )
            known = self._known
            if len(known) > _KNOWN_AT_MOST:
                known.clear()
            taken.append(GridRow(row.place, tuple(known.setdefault(cell, cell) for cell in row.cells)))
        return taken


@dataclass(frozen=True, slots=True)
class GridHead:
    """Which column means what; of several columns of one meaning the one that says it most plainly."""

    columns: dict[Head, int]
    cells: tuple[str, ...] = ()
    others: tuple[int, ...] = ()
    is_foreign: bool = False

    @property
    def is_plain(self) -> bool:
        """True when the columns say that this is an advice: what is paid, or what is taken off, of documents."""
        taken_off = Head.DISCOUNT in self.columns or Head.DEDUCTION in self.columns
        is_said = Head.DOCUMENT in self.columns and (Head.PAID in self.columns or taken_off)
        return is_said and bool(self.cells) and not self.is_foreign


@dataclass(slots=True)
class Section:
    """One table of a grid: the head, its rows, and what was said before and after it.

    `is_continued` when it goes on with the advice of the table before: deductions listed under the invoices.
    """

    head: GridHead
    rows: list[GridRow] = field(default_factory=list)
    block: HeadBlock = field(default_factory=HeadBlock)
    is_continued: bool = False


def find_sections(rows: Sequence[GridRow], *, by_content: bool = False) -> list[Section]:
    """Find the tables of a grid. A head that is repeated goes on with its table; one after a block begins another.

    Without any head columns are taken for what they hold, if that is wanted.
    """
    sections: list[Section] = []
    pending: list[GridRow] = []
    current: Section | None = None
    for number, row in enumerate(rows):
        head = _head(row.cells) if current is not None or number < _HEAD_WITHIN else None
        if head is None:
            pending.append(row)
            continue
        is_continued = False
        if current is not None:
            before = _split_block(current, pending)
            current.rows += pending[: len(pending) - len(before)]
            is_continued = not read_block(one.cells for one in before).is_of_another(_block_of(sections))
            if is_continued and head.columns == current.head.columns:
                current.rows += before
                pending = []
                continue
            pending = before
        current = Section(head, block=read_block(one.cells for one in pending), is_continued=is_continued)
        sections.append(current)
        pending = []
    if current is not None:
        current.rows += pending
        return sections
    head = _head_by_content(rows) if by_content else None
    if head is None:
        return []
    first = next((at for at, row in enumerate(rows) if _fits(row, head)), 0)
    return [Section(head, list(rows[first:]), read_block(row.cells for row in rows[:first]))]


def _block_of(sections: Sequence[Section]) -> HeadBlock:
    """Give the block of the advice the last table belongs to."""
    return next(section.block for section in reversed(sections) if not section.is_continued)


def _split_block(section: Section, pending: Sequence[GridRow]) -> list[GridRow]:
    """Give the rows at the end of a table that belong to no line of it: the block of the table that follows."""
    at = len(pending)
    while at and not _is_line(pending[at - 1], section.head):
        at -= 1
    return list(pending[at:])


def _is_line(row: GridRow, head: GridHead) -> bool:
    document = cell_of(row, head, Head.DOCUMENT)
    return any(map(str.isdigit, document)) and any(
        is_amount_like(cell_of(row, head, money)) for money in _MONEY
    )


def cell_of(row: GridRow, head: GridHead, meaning: Head) -> str:
    """Give the cell of a meaning, empty when there is none."""
    column = head.columns.get(meaning)
    if column is None:
        return ""
    cells = row.cells
    return cells[column].strip() if column < len(cells) else ""


def is_head(cells: Sequence[str]) -> bool:
    """Say whether the cells of a row are the head of an advice's table."""
    return _head(cells) is not None


def _head(cells: Sequence[str]) -> GridHead | None:
    found: dict[Head, tuple[int, int]] = {}
    others = []
    foreign = False
    filled = 0
    texts = [cell.strip() for cell in cells[:_COLUMNS_AT_MOST]]
    if any(is_amount_like(text) and not text.isdigit() for text in texts if text):
        return None  # asked first, for nearly every row has an amount and what its words mean takes long
    for column, text in enumerate(texts):
        if not text:
            continue
        filled += 1
        named = _named(text)
        foreign = foreign or plain_words(text) in _FOREIGN_WORDS
        if named is None:
            continue
        if named.head is Head.OWN_NUMBER:
            others.append(column)
        best = found.get(named.head)
        if best is None or named.strength > best[1]:
            if best is not None and named.head is Head.DOCUMENT:
                others.append(best[0])
            found[named.head] = (column, named.strength)
        elif named.head is Head.DOCUMENT:
            others.append(column)
    columns = {head: column for head, (column, _) in found.items()}
    if not (_NAMING & columns.keys() and _MONEY & columns.keys()) or len(columns) * 2 < filled:
        return None
    return GridHead(columns, tuple(cells), tuple(others), foreign)


def _named(text: str) -> Named | None:
    is_value = sum(map(str.isdigit, text)) >= 3 or is_amount_like(text) or bool(find_dates(text))
    if is_value or len(text.split()) > _HEAD_WORDS:
        return None
    label = label_of(text)
    return label if label is not None and label.head is Head.PAYER else head_of(text)


def _head_by_content(rows: Sequence[GridRow]) -> GridHead | None:
    """Take columns for what they hold, where no row names them: numbers of documents, then one to three amounts."""
    looked_at = rows[:_HEAD_WITHIN]
    filled = [row for row in looked_at if sum(1 for cell in row.cells if cell.strip()) >= 2]
    if not filled:
        return None
    width = min(_COLUMNS_AT_MOST, max(len(row.cells) for row in filled))
    columns: dict[Head, int] = {}
    amounts = []
    for column in range(width):
        cells = [row.cells[column].strip() for row in filled if column < len(row.cells)]
        cells = [cell for cell in cells if cell]
        if len(cells) * 2 < len(filled):
            continue
        if _most(cells, is_amount_like) and any("." in cell or "," in cell for cell in cells):
            amounts.append(column)
        elif _most(cells, lambda cell: bool(find_dates(cell))):
            columns.setdefault(Head.DOCUMENT_DATE, column)
        elif _most(cells, _is_number) and Head.DOCUMENT not in columns:
            columns[Head.DOCUMENT] = column
    if Head.DOCUMENT not in columns or not 1 <= len(amounts) <= 3:
        return None
    meanings = {
        1: (Head.PAID,),
        2: (Head.GROSS, Head.PAID),
        3: (Head.GROSS, Head.DISCOUNT, Head.PAID),
    }[len(amounts)]
    return GridHead(columns | dict(zip(meanings, amounts, strict=True)))


def _most(cells: Sequence[str], holds: object) -> bool:
    return bool(cells) and sum(bool(holds(cell)) for cell in cells) * 5 >= len(cells) * 4  # type: ignore[operator]


def _is_number(cell: str) -> bool:
    return sum(map(str.isdigit, cell)) >= 3 and len(cell) <= 40 and not find_dates(cell)


def _fits(row: GridRow, head: GridHead) -> bool:
    money = [cell_of(row, head, meaning) for meaning in head.columns if meaning in _MONEY]
    return _is_number(cell_of(row, head, Head.DOCUMENT)) and any(map(is_amount_like, money))
