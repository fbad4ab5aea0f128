"""Which open items sum exactly to a payment.

The one clever idea: cut the items in two halves and meet in the middle. The sums of one half are looked up
among what the other half still needs, so 25 items cost 12,000 sums and not 33 million; and sums that meet are
counted before they are listed, so a customer with 25 equal invoices cannot flood the memory. Amounts are
integers of minor units, credits are negative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from acquit.core.errors import Refusal

_WIDEST_SEARCH = 40


class CannotSearchSubsets(Refusal):
    """The search asked for is wider than memory allows or allows no solution."""

    code = "CANNOT_SEARCH_SUBSETS"


@dataclass(frozen=True, slots=True)
class SubsetSums:
    """The subsets found, smallest first and then by their indices.

    `tried` counts the partial sums looked at. `gave_up` says that there may be more solutions than listed:
    too many items, too many solutions, or out of time.
    """

    solutions: tuple[tuple[int, ...], ...]
    tried: int
    gave_up: bool

    @property
    def is_unique(self) -> bool:
        """Say whether exactly one solution exists: only then may a machine apply it."""
        return len(self.solutions) == 1 and not self.gave_up


def find_subset_sums(
    amounts: Sequence[int],
    target: int,
    give_up: Callable[[], bool],
    *,
    most_items: int = 25,
    most_solutions: int = 100,
) -> SubsetSums:
    """Find all non-empty sets of indices whose amounts sum to the target.

    `give_up` is asked while the search widens; when it says yes the search ends with what is certain:
    nothing. Items of amount zero and items that no solution can contain do not count. With more than
    `most_items` others left the search is not begun; of more than `most_solutions` solutions some of the
    smallest are given.
    """
    if not 1 <= most_items <= _WIDEST_SEARCH or most_solutions < 1:
        raise CannotSearchSubsets(
            f"Search 1 to {_WIDEST_SEARCH} items for at least one solution.", param="most_items"
        )
    candidates = _possible_indices(amounts, target)
    if len(candidates) > most_items:
        return SubsetSums((), 0, gave_up=True)
    middle = len(candidates) // 2
    left_half, right_half = candidates[:middle], candidates[middle:]
    left = _partial_sums([amounts[index] for index in left_half], give_up)
    right = _partial_sums([amounts[index] for index in right_half], give_up) if left else []
    tried = len(left) + len(right)
    if not left or not right:
        return SubsetSums((), tried, gave_up=True)
    meetings = _meetings(left, right, target)
    found: list[tuple[int, ...]] = []
    for left_mask, right_mask in _smallest_first(meetings):
        if len(found) == most_solutions or give_up():
            return SubsetSums(_ordered(found), tried, gave_up=True)
        found.append((*_chosen(left_half, left_mask), *_chosen(right_half, right_mask)))
    return SubsetSums(_ordered(found), tried, gave_up=False)


def _possible_indices(amounts: Sequence[int], target: int) -> list[int]:
    """Leave out what no solution can contain: what the other sign's amounts cannot balance."""
    credit = sum(amount for amount in amounts if amount < 0)
    debit = sum(amount for amount in amounts if amount > 0)
    return [
        index
        for index, amount in enumerate(amounts)
        if (0 < amount <= target - credit) or (target - debit <= amount < 0)
    ]


def _partial_sums(amounts: Sequence[int], give_up: Callable[[], bool]) -> list[int]:
    """Give the sum of every subset, at the place whose bits name the subset; nothing when told to give up."""
    sums = [0]
    for amount in amounts:
        if give_up():
            return []
        sums += [amount + before for before in sums]
    return sums


def _meetings(left: list[int], right: list[int], target: int) -> list[tuple[list[int], list[int]]]:
    """Pair the subsets of both halves, as bit masks, whose sums meet at the target."""
    needed = {target - partial for partial in left}
    right_masks: defaultdict[int, list[int]] = defaultdict(list)
    for mask, partial in enumerate(right):
        if partial in needed:
            right_masks[partial].append(mask)
    left_masks: defaultdict[int, list[int]] = defaultdict(list)
    for mask, partial in enumerate(left):
        if target - partial in right_masks:
            left_masks[target - partial].append(mask)
    return [(masks, right_masks[meeting]) for meeting, masks in left_masks.items()]


def _smallest_first(meetings: list[tuple[list[int], list[int]]]) -> Iterator[tuple[int, int]]:
    """Give the pairs of masks by the number of items they choose, without listing them all."""
    by_size: defaultdict[int, list[tuple[list[int], list[int]]]] = defaultdict(list)
    for left_masks, right_masks in meetings:
        left_sizes, right_sizes = _by_size(left_masks), _by_size(right_masks)
        for left_size, lefts in left_sizes.items():
            for right_size, rights in right_sizes.items():
                by_size[left_size + right_size].append((lefts, rights))
    for size in sorted(by_size):
        if size == 0:
            continue
        for lefts, rights in by_size[size]:
            for left_mask in lefts:
                for right_mask in rights:
                    yield left_mask, right_mask


def _by_size(masks: list[int]) -> dict[int, list[int]]:
    sizes: defaultdict[int, list[int]] = defaultdict(list)
    for mask in masks:
        sizes[mask.bit_count()].append(mask)
    return sizes


def _chosen(half: Sequence[int], mask: int) -> tuple[int, ...]:
    return tuple(index for bit, index in enumerate(half) if mask >> bit & 1)


def _ordered(found: list[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    return tuple(sorted(found, key=lambda solution: (len(solution), solution)))
