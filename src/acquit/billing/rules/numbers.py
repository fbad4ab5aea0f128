"""Numbers of a series: none may be missing between the first and the last (Directive 2006/112/EC Art. 226 (2))."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise


def list_number_gaps(issued: Iterable[int]) -> list[int]:
    """List the numbers that are missing between the lowest and the highest issued one."""
    numbers = sorted(set(issued))
    return [missing for before, after in pairwise(numbers) for missing in range(before + 1, after)]
