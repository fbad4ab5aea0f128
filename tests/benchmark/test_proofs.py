"""Sets of amounts are counted and found as trying all of them would."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from acquit.benchmark.proofs import MOST_ITEMS, count_sets, find_set

cents = st.integers(-30, 60).map(lambda units: Decimal(units).scaleb(-2))


@given(st.lists(cents, max_size=9), cents)
def test_all_sets_are_counted(amounts: list[Decimal], total: Decimal) -> None:
    every = [
        some
        for count in range(1, len(amounts) + 1)
        for some in combinations(range(len(amounts)), count)
        if sum((amounts[place] for place in some), Decimal(0)) == total
    ]
    assert count_sets(amounts, total) == len(every)
    if total:
        found = find_set(amounts, total)
        assert tuple(found) in every if every else found == []


def test_too_many_are_not_counted() -> None:
    amounts = [Decimal("1.00")] * (MOST_ITEMS + 1)
    assert count_sets(amounts, Decimal("1.00")) is None
    assert find_set(amounts, Decimal("1.00")) == []
