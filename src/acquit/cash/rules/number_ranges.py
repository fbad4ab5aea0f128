"""Numbers given as a range: `10702-10706`, `RE 10942 bis 46`, `invoices 10247 to 10250`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from acquit.cash.rules.receipts import OpenItem
from acquit.cash.rules.remittance_text import Token

_UNTIL = re.compile(
    r"\s*(?:[-–—]|\.\.+|bis|to|thru|through|till?|until|au|à|al?|t/m|tot|do|hasta)\s*", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+(?!\w)")


def list_range_ends(text: str, token: Token, tokens: Iterable[Token]) -> list[str]:
    """List the numbers a range that begins with a whole number may end with; a short end goes on from its beginning."""
    until = _UNTIL.match(text, token.end)
    if until is None:
        return []
    ends = [one.key for one in tokens if one.start == until.end() and len(one.key) <= len(token.key)]
    digits = _DIGITS.match(text, until.end())
    if digits is not None and len(digits.group()) <= len(token.key):
        ends.append(digits.group())
    completed = (f"{token.key[: len(token.key) - len(end)]}{end}" for end in ends)
    return [end for end in dict.fromkeys(completed) if end > token.key]


def list_between(items: Sequence[OpenItem], first: str, last: str) -> list[OpenItem]:
    """List the items whose numbers lie between two of the same length, both included."""
    return [item for item in items if len(item.number_key) == len(first) and first <= item.number_key <= last]
