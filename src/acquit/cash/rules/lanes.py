"""Cutting money into lanes that share no customer, so that what is decided is the same whoever decides about which.

Whatever one receipt may touch is tied together: its customers, and the advices that may speak of it. What is tied goes
to one lane, in the order it came.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence


class Ties:
    """Which things were ever touched together, directly or through others; grows as a run goes on."""

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


def cut_lanes(touched: Sequence[Sequence[Hashable]], ties: Ties, lanes: int) -> list[list[int]]:
    """Cut receipts, each with what it touches, into lanes of about the same length; gives their places, in order.

    A receipt that touches nothing goes to no lane.
    """
    for things in touched:
        ties.tie(things)
    groups: dict[Hashable, list[int]] = {}
    for place, things in enumerate(touched):
        if things:
            groups.setdefault(ties.find(things[0]), []).append(place)
    cut: list[list[int]] = [[] for _ in range(lanes)]
    for places in sorted(groups.values(), key=len, reverse=True):
        min(cut, key=len).extend(places)
    return [sorted(lane) for lane in cut]
