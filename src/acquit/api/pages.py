"""Pages of a list. A cursor is the position of the last row seen, so rows that arrive meanwhile shift nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, Field

from acquit.api.values import LARGEST_ID, read_amount, read_whole
from acquit.core.errors import Refusal

T = TypeVar("T")
Row = TypeVar("Row")
Part = str | int | date | Decimal
Position = tuple[Part, ...]

Limit = Annotated[
    int,
    Field(ge=1, le=200, description="How many rows a page holds at most.", examples=[50]),
    BeforeValidator(read_whole),
]
CursorText = Annotated[
    str,
    Field(
        max_length=1000,
        description="`next_cursor` of the page before, with the same filters.",
    ),
]


class BadCursor(Refusal):
    """The cursor was not made by this list."""

    code = "BAD_CURSOR"


class PageFilters(BaseModel):
    """What every list takes."""

    limit: Limit = 50
    cursor: CursorText | None = None


class Page(BaseModel, Generic[T]):
    """Some rows of a list, and where the next ones begin."""

    data: list[T]
    has_more: bool
    next_cursor: str | None = Field(description="Send as `cursor` for the next page; null on the last one.")


@dataclass(frozen=True, slots=True)
class CursorKind:
    """The cursors of one list: its name, so that another list's are refused, and the types of a position."""

    list_name: str
    types: tuple[type[Part], ...]

    def write(self, position: Position) -> str:
        """Write a position as text that is not meant to be read."""
        parts = [part if isinstance(part, int) else str(part) for part in position]
        packed = json.dumps([self.list_name, *parts], separators=(",", ":"), ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()

    def read(self, text: str | None) -> Any:
        """Read a position back; None stays None. Refuses (`BadCursor`) what `write` did not make for this list."""
        if text is None:
            return None
        try:
            packed = base64.b64decode(
                text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
            )
            parts = zip((str, *self.types), json.loads(packed), strict=True)
            name, *position = (_part(kind, part) for kind, part in parts)
        except (ValueError, TypeError, RecursionError):
            name, position = "", []
        if name != self.list_name:
            raise BadCursor(
                "The cursor does not belong to this list. Send next_cursor as it was given.", param="cursor"
            )
        return tuple(position)


def _part(kind: type, part: object) -> Part:
    if kind is date and isinstance(part, str):
        return date.fromisoformat(part)
    if kind is Decimal and isinstance(part, str):
        return read_amount(part)
    if type(part) is not kind:
        raise TypeError(kind)
    if isinstance(part, int) and not 0 <= part <= LARGEST_ID:
        raise ValueError(part)
    if isinstance(part, str) and b"\x00" in part.encode():
        raise ValueError(part)
    return part  # type: ignore[return-value]


def cut_page(
    rows: Sequence[Row],
    *,
    limit: int,
    cursors: CursorKind,
    position: Callable[[Row], Position],
    show: Callable[[Row], T],
) -> dict[str, object]:
    """Make a page of rows that were read with one more than `limit`."""
    shown = rows[:limit]
    has_more = len(rows) > limit
    return {
        "data": [show(row) for row in shown],
        "has_more": has_more,
        "next_cursor": cursors.write(position(shown[-1])) if has_more else None,
    }
