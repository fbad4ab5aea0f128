"""Proofs that money can be placed, by what a careful reader of the files would see: nothing here knows the truth.

Each answers for one payer's items that were issued by the day of the money. A set is counted exactly, or not at all
when there are too many items: then nobody claims anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from acquit.benchmark.values import Item

MOST_ITEMS = 22


def count_sets(amounts: Sequence[Decimal], total: Decimal, *, most: int = MOST_ITEMS) -> int | None:
    """Count the sets of amounts with this sum, the empty set apart; None when there are too many to count.

    Meet in the middle: the sums of the halves are counted against each other.
    """
    if len(amounts) > most:
        return None
    units = [int(amount.scaleb(2)) for amount in amounts]
    goal = int(total.scaleb(2))
    middle = len(units) // 2
    left, right = _sums(units[:middle]), _sums(units[middle:])
    counted = Counter(right)
    found = sum(counted[goal - one] for one in left)
    return found - (goal == 0)


def find_set(amounts: Sequence[Decimal], total: Decimal, *, most: int = MOST_ITEMS) -> list[int]:
    """Find the places of one set of amounts with this sum; empty where there is none, or too many to look through."""
    if len(amounts) > most:
        return []
    units = [int(amount.scaleb(2)) for amount in amounts]
    goal, middle = int(total.scaleb(2)), len(units) // 2
    known = {one: mask for mask, one in enumerate(_sums(units[:middle]))}
    for mask, one in enumerate(_sums(units[middle:])):
        if goal - one in known:
            whole = known[goal - one] | mask << middle
            return [place for place in range(len(units)) if whole >> place & 1]
    return []


def _sums(units: Sequence[int]) -> list[int]:
    """Give the sum of every set; the bits of its place say which amounts are in it."""
    sums = [0]
    for one in units:
        sums += [one + known for known in sums]
    return sums


def is_only_amount(item: Item, candidates: Sequence[Item], amount: Decimal) -> bool:
    """Tell whether the amount is this item's and no other item, discounted item or set of items gives it."""
    for other in candidates:
        if other is item:
            continue
        if amount in {other.seen_amount, other.seen_amount - other.discount, other.gross}:
            return False
    return item.seen_amount == amount and count_sets([one.seen_amount for one in candidates], amount) == 1


def is_only_ending(item: Item, candidates: Sequence[Item], ending: str, amount: Decimal) -> bool:
    """Tell whether no other item has both this ending and this amount, nor the ending of a longer number named."""
    return item.seen_amount == amount and not any(
        other is not item and other.digits.endswith(ending) for other in candidates
    )


def is_only_near(item: Item, candidates: Sequence[Item], typed: str, amount: Decimal) -> bool:
    """Tell whether the typed digits are nearer to this item than, by two steps, to any other of this amount."""
    distance = Levenshtein.distance(typed, item.digits)
    return item.seen_amount == amount and not any(
        other is not item
        and (
            Levenshtein.distance(typed, other.digits) <= distance
            or (other.seen_amount == amount and Levenshtein.distance(typed, other.digits) <= distance + 2)
        )
        for other in candidates
    )


def find_twin(candidates: Sequence[Item]) -> tuple[Item, Item] | None:
    """Find two items of one amount and currency, the oldest such pair."""
    known: dict[tuple[Decimal, str], Item] = {}
    for item in candidates:
        key = (item.seen_amount, item.currency)
        if key in known:
            return known[key], item
        known[key] = item
    return None
