"""Pages of a long list by cursor: the next page starts after the last row seen, whatever happened meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

from django.http import HttpRequest

Row = TypeVar("Row")
Cursor = tuple[str | Decimal | date, int]
_LONGEST_CURSOR = 400
_LONGEST_SEARCH = 100
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of a page and where the next one starts; `cursor` is empty on the last page."""

    rows: list[Row]
    cursor: str

    def next_url(self, request: HttpRequest) -> str:
        """Give the address of the next page, with everything the request's address said; empty on the last."""
        if not self.cursor:
            return ""
        query = request.GET.copy()
        query["after"] = self.cursor
        return f"{request.path}?{query.urlencode()}"


def cut_page(found: Sequence[Row], size: int, key: Callable[[Row], Cursor]) -> Page[Row]:
    """Cut a page out of what was found when asking for one row more than a page has."""
    rows = list(found[:size])
    if len(found) <= size:
        return Page(rows, "")
    first, second = key(rows[-1])
    written = first.isoformat() if isinstance(first, date) else str(first)
    return Page(rows, f"{second}~{written}")


def read_after(request: HttpRequest) -> tuple[str, int] | None:
    """Read the cursor of the address: (sort value as text, id); what is no cursor starts at the beginning."""
    text = request.GET.get("after", "")[:_LONGEST_CURSOR]
    number, separator, value = text.partition("~")
    if not separator or not number.isascii() or not number.isdigit() or int(number) > _LARGEST_ID:
        return None
    return value, int(number)


def read_day_after(request: HttpRequest) -> tuple[date, int] | None:
    """Read a cursor whose sort value is a day."""
    after = read_after(request)
    if after is None:
        return None
    try:
        return date.fromisoformat(after[0]), after[1]
    except ValueError:
        return None


def read_amount_after(request: HttpRequest) -> tuple[Decimal, int] | None:
    """Read a cursor whose sort value is an amount."""
    after = read_after(request)
    if after is None:
        return None
    try:
        amount = Decimal(after[0])
    except InvalidOperation:
        return None
    return (amount, after[1]) if amount.is_finite() else None


def read_id(text: str) -> int | None:
    """Read an id out of an address or form; what is no id is none."""
    if text.isascii() and text.isdigit() and int(text) <= _LARGEST_ID:
        return int(text)
    return None


def read_search(request: HttpRequest) -> str:
    """Read what is searched for: at most 100 signs, without the one sign the database refuses."""
    return request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH]


class IdConverter:
    """An id in an address: digits that fit the database's largest integer, so that no address is an error of ours."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """Read the id."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Write the id."""
        return str(value)
