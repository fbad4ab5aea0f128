"""Exact subset sums against brute force, with credits, equal amounts and searches that give up."""

from __future__ import annotations

from itertools import chain, combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.subset_sum import CannotSearchSubsets, SubsetSums, find_subset_sums


def never() -> bool:
    return False


def brute_force(amounts: list[int], target: int) -> tuple[tuple[int, ...], ...]:
    indices = [index for index, amount in enumerate(amounts) if amount]
    subsets = chain.from_iterable(combinations(indices, size) for size in range(1, len(indices) + 1))
    return tuple(subset for subset in subsets if sum(amounts[index] for index in subset) == target)


@given(amounts=st.lists(st.integers(-20, 20), max_size=10), target=st.integers(-60, 60))
def test_small_sets_agree_with_brute_force(amounts: list[int], target: int) -> None:
    result = find_subset_sums(amounts, target, never, most_solutions=2000)

    assert result.solutions == brute_force(amounts, target)
    assert not result.gave_up
    assert result.is_unique == (len(result.solutions) == 1)


@given(
    amounts=st.lists(st.integers(1, 10**9) | st.integers(-(10**8), -1), min_size=1, max_size=25),
    chosen=st.sets(st.integers(0, 24), min_size=1),
)
def test_a_payment_for_some_items_is_always_found(amounts: list[int], chosen: set[int]) -> None:
    picked = tuple(sorted(index for index in chosen if index < len(amounts)))
    target = sum(amounts[index] for index in picked)

    result = find_subset_sums(amounts, target, never, most_solutions=10_000)

    assert picked == () or picked in result.solutions or result.gave_up
    assert all(sum(amounts[index] for index in solution) == target for solution in result.solutions)
    assert list(result.solutions) == sorted(result.solutions, key=lambda solution: (len(solution), solution))


def test_twenty_five_items_cost_few_thousand_sums() -> None:
    random = Random(7)
    amounts = [random.randrange(100, 10_000_000) for _ in range(25)]
    target = sum(amounts[index] for index in (1, 5, 8, 13, 21, 24))

    result = find_subset_sums(amounts, target, never)

    assert (1, 5, 8, 13, 21, 24) in result.solutions
    assert result.tried <= 2**12 + 2**13


def test_all_items_together_and_a_credit() -> None:
    assert find_subset_sums([10_000, 20_000, -5_000], 25_000, never).solutions == ((0, 1, 2),)


def test_equal_invoices_do_not_flood_the_answer() -> None:
    result = find_subset_sums([10_000] * 25, 120_000, never, most_solutions=10)

    assert len(result.solutions) == 10
    assert all(len(solution) == 12 for solution in result.solutions)
    assert result.gave_up
    assert not result.is_unique


def test_of_too_many_solutions_the_smallest_are_given() -> None:
    result = find_subset_sums([3, 1, 1, 1, 2], 3, never, most_solutions=2)

    assert result.solutions[0] == (0,)
    assert [len(solution) for solution in result.solutions] == [1, 2]
    assert result.gave_up


def test_items_no_solution_can_contain_do_not_count() -> None:
    amounts = [10**9 + n for n in range(100)] + [300, 200, 0, 0]

    result = find_subset_sums(amounts, 500, never)

    assert result.solutions == ((100, 101),)
    assert result.is_unique


def test_too_many_items_are_not_searched() -> None:
    assert find_subset_sums([1] * 26, 13, never) == SubsetSums((), 0, gave_up=True)


def test_a_search_out_of_time_claims_nothing() -> None:
    asked = []

    def out_of_time() -> bool:
        asked.append(None)
        return len(asked) > 10

    result = find_subset_sums(list(range(1, 26)), 60, out_of_time)

    assert result.solutions == ()
    assert result.gave_up
    assert not result.is_unique
    assert len(asked) == 11


def test_one_solution_found_before_giving_up_is_not_called_unique() -> None:
    asked = []

    def after_the_first_solution() -> bool:
        asked.append(None)
        return len(asked) > 4

    result = find_subset_sums([1, 2, 3], 3, after_the_first_solution)

    assert result == SubsetSums(((2,),), 6, gave_up=True)
    assert not result.is_unique


@pytest.mark.parametrize("target", [0, 7])
def test_nothing_sums_to_nothing(target: int) -> None:
    assert find_subset_sums([], target, never) == SubsetSums((), 2, gave_up=False)
    assert find_subset_sums([5, 0, 6], target, never).solutions == ()


@pytest.mark.parametrize(("most_items", "most_solutions"), [(0, 1), (41, 1), (25, 0)])
def test_a_search_wider_than_memory_is_refused(most_items: int, most_solutions: int) -> None:
    with pytest.raises(CannotSearchSubsets):
        find_subset_sums([1], 1, never, most_items=most_items, most_solutions=most_solutions)
