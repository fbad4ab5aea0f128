"""Many lines held in few bytes: what a long statement or advice keeps of its lines until somebody reads them.

The one clever idea: an object of thirty fields takes ten to thirty times the text it was read from. So lines are put
away in blocks, column by column: a column that says one thing throughout is kept once, any other as one string. A block
becomes lines again when it is read, one block at a time; a few lines are never put away at all.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain, repeat
from operator import attrgetter
from types import NoneType
from typing import Any, Generic, TypeVar, overload

BLOCK_LINES = 512
_BETWEEN = "\x1f"
_LARGEST = 1 << 32
_DAYS = frozenset((date, NoneType))
_AMOUNTS = frozenset((Decimal, NoneType))

Line = TypeVar("Line")
Other = TypeVar("Other")
_Column = Callable[[], Iterable[Any]]
_Block = tuple[_Column, ...]


class LineKeeper(Generic[Line]):
    """Takes lines one by one: `names` are the fields of a line in the order in which `make` takes them."""

    __slots__ = ("_blocks", "_fields", "_make", "_names", "_open")

    def __init__(self, make: Callable[..., Line], names: tuple[str, ...]) -> None:
        self._make = make
        self._names = names
        self._fields = _getter(names)
        self._blocks: list[_Block] = []
        self._open: list[Line] = []

    def append(self, line: Line) -> None:
        """Take a line; a full block is put away with the first line behind it."""
        if len(self._open) == BLOCK_LINES:
            columns = zip(*map(self._fields, self._open), strict=True)
            self._blocks.append(tuple(map(_put_away, columns)))
            self._open.clear()
        self._open.append(line)

    def extend(self, lines: Iterable[Line]) -> None:
        """Take lines in their order."""
        for line in lines:
            self.append(line)

    def __len__(self) -> int:
        return len(self._blocks) * BLOCK_LINES + len(self._open)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.held())

    def values(self, name: str) -> Iterator[Any]:
        """Give one field of every line, without making lines again."""
        at = self._names.index(name)
        return chain(
            chain.from_iterable(block[at]() for block in self._blocks), map(attrgetter(name), self._open)
        )

    def held(self) -> Sequence[Line]:
        """Give the lines taken so far: a tuple where they are few."""
        if not self._blocks:
            return tuple(self._open)
        return HeldLines(self._make, tuple(self._blocks), tuple(self._open))

    def held_as(self, make: Callable[..., Other], count: int) -> Sequence[Other]:
        """Give the lines as those of another kind, made of the first `count` fields."""
        last = tuple(make(*self._fields(line)[:count]) for line in self._open)
        if not self._blocks:
            return last
        return HeldLines(make, tuple(block[:count] for block in self._blocks), last)


class HeldLines(Sequence[Line]):
    """Lines that were put away; equal to any sequence of equal lines. Reading on where one was reading costs least."""

    __slots__ = ("_blocks", "_last", "_make", "_opened")

    def __init__(self, make: Callable[..., Line], blocks: tuple[_Block, ...], last: tuple[Line, ...]) -> None:
        self._make = make
        self._blocks = blocks
        self._last = last
        self._opened: tuple[int, Sequence[Line]] = (-1, ())

    def __len__(self) -> int:
        return len(self._blocks) * BLOCK_LINES + len(self._last)

    def __iter__(self) -> Iterator[Line]:
        return chain(chain.from_iterable(map(self._made, self._blocks)), self._last)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, at: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(at, slice):
            return tuple(self[one] for one in range(*at.indices(len(self))))
        place = range(len(self))[at]
        block, line = divmod(place, BLOCK_LINES)
        if block == len(self._blocks):
            return self._last[line]
        opened, lines = self._opened
        if opened != block:
            lines = list(self._made(self._blocks[block]))
            self._opened = (block, lines)
        return lines[line]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(map(_are_equal, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))  # as that of a tuple, which it may equal

    def __repr__(self) -> str:
        return f"<{len(self):,} lines, the last of them {self[-1]!r}>"

    def _made(self, block: _Block) -> Iterator[Line]:
        return map(self._make, *(column() for column in block))


@lru_cache(maxsize=64)
def _getter(names: tuple[str, ...]) -> attrgetter[Any]:
    return attrgetter(*names)


def _are_equal(one: object, other: object) -> bool:
    return one == other


def _put_away(column: tuple[Any, ...]) -> _Column:
    """Give what makes a column again; values of other kinds than text, amounts, days and numbers stay as they are."""
    kinds = set(map(type, column))
    if len(kinds) == 1:
        (kind,) = kinds
        if kind is str:
            return _put_away_texts(column)
        if kind is Decimal:
            texts = _put_away_texts([str(amount) for amount in column])
            return lambda: map(Decimal, texts())
        if column.count(column[0]) == len(column):
            return lambda: repeat(column[0], len(column))
        if kind is int and min(column) >= 0 and max(column) < _LARGEST:
            numbers = array("I", column)
            return lambda: numbers
    if kinds <= _DAYS:
        days = array("i", [day.toordinal() if day else 0 for day in column])
        return lambda: (date.fromordinal(day) if day else None for day in days)
    if kinds <= _AMOUNTS:
        texts = _put_away_texts(["" if amount is None else str(amount) for amount in column])
        return lambda: (Decimal(text) if text else None for text in texts())
    return lambda: column


def _put_away_texts(column: Sequence[str]) -> Callable[[], Sequence[str] | Iterator[str]]:
    first, count = column[0], len(column)
    if column.count(first) == count:
        return lambda: repeat(first, count)
    joined = _BETWEEN.join(column)
    if joined.count(_BETWEEN) != count - 1:
        return lambda: column
    packed = joined.encode("utf-8", "surrogatepass")
    return lambda: packed.decode("utf-8", "surrogatepass").split(_BETWEEN)
