"""Words with places made into rows and columns: of a page, or of a text set in columns by blanks.

The one clever idea: a cell belongs to the column whose head it stands under, measured by how far they overlap, so
figures set to the right and texts set to the left find the same head. Two heads that stand so close that they read as
one are parted where a cell below begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from acquit.formats.remittance.grid import GridRow, is_head
from acquit.formats.remittance.heads import head_of

_WORD = re.compile(r"\S+")
_LOOKED_AT = 60
_TEXT_GAP = 1.5  # blanks: two or more part cells


class Word(NamedTuple):
    """A word and from where to where it reaches."""

    text: str
    left: float
    right: float


class WordLine(NamedTuple):
    """The words of a line; what is further apart than `gap` stands in different cells."""

    place: str
    words: tuple[Word, ...]
    gap: float

    @property
    def text(self) -> str:
        """Give the line as text, two blanks between cells."""
        return "  ".join(cell.text for cell in cut_cells(self))


def text_line(place: str, text: str) -> WordLine:
    """Give a line of text as words placed by their characters."""
    words = tuple(
        Word(match.group(), match.start(), match.end()) for match in _WORD.finditer(text.expandtabs(8))
    )
    return WordLine(place, words, _TEXT_GAP)


def cut_cells(line: WordLine) -> list[Word]:
    """Join the words of a line that stand in one cell."""
    cells: list[Word] = []
    for word in line.words:
        joined = word
        if cells and word.left - cells[-1].right <= line.gap:
            last = cells.pop()
            joined = Word(f"{last.text} {word.text}", last.left, word.right)
        cells.append(joined)
    return cells


def under_heads(lines: Sequence[WordLine]) -> list[GridRow]:
    """Put the cells of each line under the columns of the last head above it; above the first they stay as they are."""
    rows: list[GridRow] = []
    columns: Sequence[Word] = ()
    for at, line in enumerate(lines):
        cells = cut_cells(line)
        texts = [cell.text for cell in cells]
        if is_head(texts):
            columns = list(_parted(cells, line, lines[at + 1 : at + 1 + _LOOKED_AT]))
            texts = [column.text for column in columns]
        elif columns and len(cells) > 1:
            texts = _aligned(cells, columns)
        rows.append(GridRow(line.place, texts))
    return rows


def _parted(cells: Sequence[Word], head: WordLine, below: Sequence[WordLine]) -> Iterator[Word]:
    """Part the heads that read as one: before a word where cells below begin, and none reaches across."""
    for cell in cells:
        words = [word for word in head.words if cell.left <= word.left < cell.right] or [cell]
        start = 0
        for at in range(1, len(words)):
            before = " ".join(word.text for word in words[start:at])
            after = " ".join(word.text for word in words[at:])
            if head_of(before) and head_of(after) and _is_edge(words[at].left, head.gap, below):
                yield Word(before, words[start].left, words[at - 1].right)
                start = at
        yield Word(" ".join(word.text for word in words[start:]), words[start].left, words[-1].right)


def _is_edge(left: float, gap: float, below: Sequence[WordLine]) -> bool:
    """Say whether cells below begin here: some word does, and none stands across."""
    slack = gap / 3
    begins = False
    for line in below:
        cells = cut_cells(line)
        if len(cells) < 3:
            continue
        if any(cell.left < left - slack and cell.right > left - slack for cell in cells):
            return False
        begins = begins or any(abs(word.left - left) <= slack for word in line.words)
    return begins


def _aligned(cells: Sequence[Word], columns: Sequence[Word]) -> list[str]:
    aligned = [""] * len(columns)
    for cell in cells:
        best = max(range(len(columns)), key=lambda at: _nearness(cell, columns[at]))
        aligned[best] = f"{aligned[best]} {cell.text}".strip()
    return aligned


def _nearness(cell: Word, column: Word) -> float:
    """Say how far two stand above each other: their overlap, below zero the gap between them."""
    return min(cell.right, column.right) - max(cell.left, column.left)
