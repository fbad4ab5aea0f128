"""Lanes share nothing that is tied together, hold everything once, and keep the order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.lanes import Ties, cut_lanes


def test_what_is_tied_through_others_goes_to_one_lane() -> None:
    assert cut_lanes([[1], [3], [2, 3], [1, 2], [4], []], Ties(), 2) == [[0, 1, 2, 3], [4]]


def test_ties_of_earlier_receipts_hold() -> None:
    ties = Ties()
    cut_lanes([[1, 2]], ties, 2)
    assert cut_lanes([[1], [2], [3]], ties, 2) == [[0, 1], [2]]


@given(
    st.lists(st.lists(st.integers(0, 30), max_size=3), max_size=40),
    st.lists(st.lists(st.integers(0, 30), max_size=3), max_size=40),
    st.integers(1, 4),
)
def test_lanes_hold_all_that_touch_anything_once_and_share_nothing(
    before: list[list[int]], touched: list[list[int]], count: int
) -> None:
    ties = Ties()
    cut_lanes(before, ties, count)
    lanes = cut_lanes(touched, ties, count)
    assert sorted(place for lane in lanes for place in lane) == [
        place for place, things in enumerate(touched) if things
    ]
    assert all(lane == sorted(lane) for lane in lanes)
    seen = [{ties.find(thing) for place in lane for thing in touched[place]} for lane in lanes]
    assert sum(map(len, seen)) == len(set().union(*seen))
