"""Cutting money into lanes that share no customer, so that what is decided is the same whoever decides about which.

Whatever one receipt may touch is tied together: its customers, and the advices that may speak of it. What is tied is
decided about in the order it came, and by one process at a time. Money of a customer is kept together, too: its items
are then read once for all of it, and not again for each of its payments.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

#: What lanes decide about side by side: the places of receipts, a list a lane. None begins before the last is done.
Round = list[list[int]]


class Ties:
    """Which things were ever touched together, directly or through others."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def tie(self, things: Iterable[Hashable]) -> None:
        """Tie things together."""
        first: Hashable | None = None
        for thing in things:
            root = self.find(thing)
            if first is None:
                first = root
            elif root != first:
                self._above[root] = first

    def find(self, thing: Hashable) -> Hashable:
        """Give the one that stands for all that a thing is tied to."""
        path = []
        while (above := self._above.get(thing, thing)) != thing:
            path.append(thing)
            thing = above
        for passed in path:
            self._above[passed] = thing
        return thing


def cut_rounds(touched: Sequence[Sequence[Hashable]], lanes: int, most: int) -> list[Round]:
    """Cut receipts, each with what it touches, into rounds of lanes of up to `most` receipts; gives their places.

    What is tied stands in one lane or in rounds one after the other, in its order. More than `most` receipts that are
    all tied are cut by the days they came first, and each stretch again by what is tied within it. A receipt that
    touches nothing goes to no lane.
    """
    groups = list(_group(touched, [place for place, things in enumerate(touched) if things]))
    large = sorted(place for group in groups if len(group) > most for place in group)
    rounds = [
        _balance(_group(touched, large[start : start + most]), lanes) for start in range(0, len(large), most)
    ]
    parts = _fill([group for group in groups if len(group) <= most], lanes, most)
    return [*rounds, *(parts[start : start + lanes] for start in range(0, len(parts), lanes))]


def _group(touched: Sequence[Sequence[Hashable]], places: Sequence[int]) -> Iterator[list[int]]:
    """Give the places that are tied among these, together and in order; by the first of each."""
    ties = Ties()
    for place in places:
        ties.tie(touched[place])
    groups: dict[Hashable, list[int]] = {}
    for place in places:
        groups.setdefault(ties.find(touched[place][0]), []).append(place)
    yield from groups.values()


def _balance(groups: Iterable[list[int]], lanes: int) -> Round:
    """Deal groups out to lanes of about the same length."""
    cut: Round = [[] for _ in range(lanes)]
    for places in sorted(groups, key=len, reverse=True):
        min(cut, key=len).extend(places)
    return [sorted(lane) for lane in cut if lane]


def _fill(groups: Sequence[list[int]], lanes: int, most: int) -> list[list[int]]:
    """Fill parts with whole groups, as many parts as lanes or a multiple of it, so that no lane waits in the end."""
    total = sum(map(len, groups))
    rounds = -(-total // (lanes * most))
    length = -(-total // (lanes * rounds)) if rounds else 0
    parts: list[list[int]] = []
    for group in groups:
        if not parts or len(parts[-1]) >= length or len(parts[-1]) + len(group) > most:
            parts.append([])
        parts[-1] += group
    return [sorted(part) for part in parts]
