"""How a company numbers its documents, so that a number written without its letters or zeros is still looked up.

`92/25` may be 00092/25, and `275/11/2025` FV 275/11/2025: which letters and zeros are left out, the company's own
numbers tell. What is made of it is looked up like any number; it proves less than one written whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_LETTERS = re.compile(r"[A-Z]*")
_SHORTEST = 4


class NumberSeries(NamedTuple):
    """The letters numbers of a series begin with, and how long they are, both as they are normalised."""

    letters: str
    length: int


def list_series(number_keys: Iterable[str]) -> list[NumberSeries]:
    """List the series that normalised numbers belong to."""
    found = set()
    for key in number_keys:
        letters = _LETTERS.match(key)
        found.add(NumberSeries(letters.group() if letters else "", len(key)))
    return sorted(found)


def list_variants(key: str, series: Iterable[NumberSeries]) -> list[str]:
    """List the numbers of these series that somebody who writes `key` may mean, but for `key` itself."""
    digits = key.lstrip("0")
    if len(digits) < _SHORTEST or not digits[0].isdigit():
        return []
    variants = {
        f"{one.letters}{digits.rjust(one.length - len(one.letters), '0')}"
        for one in series
        if len(one.letters) + len(digits) <= one.length
    }
    return sorted(variants - {key})
