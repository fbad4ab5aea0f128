"""Payments of a balance: all that is open, all that was written or due by a day, all but what is contested.

No search is needed: the items stand in the order of their days, and the running sum is compared at the end of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from acquit.cash.rules.receipts import OpenItem, ReceiptFact
from acquit.core.money import to_minor_units

_LEAST_ITEMS = 2


def find_balances(pools: Sequence[Sequence[OpenItem]], receipt: ReceiptFact) -> list[tuple[OpenItem, ...]]:
    """Find the sets of at least two items that are a balance of one of the pools and exactly the receipt, each once."""
    found: dict[frozenset[int], tuple[OpenItem, ...]] = {}
    target = to_minor_units(receipt.amount, receipt.currency)
    units = {item.id: to_minor_units(item.open_amount, item.currency) for pool in pools for item in pool}
    for pool in pools:
        for each in (*_sums_by(pool, units, target, _written), *_sums_by(pool, units, target, _due)):
            found.setdefault(frozenset(item.id for item in each), each)
    return list(found.values())


def _written(item: OpenItem) -> date:
    return item.posting_date


def _due(item: OpenItem) -> date:
    return item.due_date


def _sums_by(
    items: Sequence[OpenItem], units: Mapping[int, int], target: int, day_of: Callable[[OpenItem], date]
) -> list[tuple[OpenItem, ...]]:
    ordered = sorted(items, key=lambda item: (day_of(item), item.id))
    found, total = [], 0
    for place, item in enumerate(ordered):
        total += units[item.id]
        if total != target or place + 1 < _LEAST_ITEMS:
            continue
        if place + 1 == len(ordered) or day_of(ordered[place + 1]) != day_of(item):
            found.append(tuple(ordered[: place + 1]))
    return found
