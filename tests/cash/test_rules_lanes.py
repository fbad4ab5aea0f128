"""Lanes share nothing that is tied together, hold everything once, and keep the order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.lanes import cut_rounds


def test_what_is_tied_through_others_goes_to_one_lane() -> None:
    assert cut_rounds([[1], [3], [2, 3], [1, 2], [4], []], lanes=2, most=4) == [[[0, 1, 2, 3], [4]]]


def test_money_of_one_customer_stands_together_and_lanes_are_alike() -> None:
    touched = [[place % 4] for place in range(12)]

    assert cut_rounds(touched, lanes=2, most=6) == [[[0, 1, 4, 5, 8, 9], [2, 3, 6, 7, 10, 11]]]
    assert cut_rounds(touched, lanes=2, most=3) == [[[0, 4, 8], [1, 5, 9]], [[2, 6, 10], [3, 7, 11]]]


def test_more_than_one_part_holds_is_cut_by_time_and_again_by_what_is_tied_then() -> None:
    touched = [[1], [2], [1], [2], [1, 2], [1], [2]]

    assert cut_rounds(touched, lanes=2, most=4) == [[[0, 2], [1, 3]], [[4, 5, 6]]]


@given(st.lists(st.lists(st.integers(0, 30), max_size=3), max_size=60), st.integers(1, 4), st.integers(1, 9))
def test_lanes_hold_all_that_touch_anything_once_and_share_nothing_at_a_time(
    touched: list[list[int]], count: int, most: int
) -> None:
    rounds = cut_rounds(touched, count, most)

    assert sorted(place for lanes in rounds for lane in lanes for place in lane) == [
        place for place, things in enumerate(touched) if things
    ]
    last_of: dict[int, int] = {}
    for lanes in rounds:
        assert 0 < len(lanes) <= count
        assert all(0 < len(lane) <= most for lane in lanes)
        things = [{thing for place in lane for thing in touched[place]} for lane in lanes]
        assert sum(map(len, things)) == len(set().union(*things))
        for place in (place for lane in lanes for place in lane):
            assert all(last_of.get(thing, -1) < place for thing in touched[place])
            last_of.update(dict.fromkeys(touched[place], place))
