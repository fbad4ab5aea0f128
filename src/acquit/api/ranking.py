"""Rankings that were made for the first page of a list and are kept for the pages after it.

To rank, everybody has to be looked at; to show a page, only those on it. So the order is kept under a name that the
cursor carries: the pages of one reading are complete and in one order, whatever changes meanwhile. Only the order is
kept, never what is shown. It is kept in this process for a while; when it is gone, the list is ranked anew and goes on
behind the cursor's position.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from acquit.api.pages import Position

#: So many positions are kept in all, some 300 bytes each; the ranking read longest ago goes first.
POSITIONS_AT_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Ranking:
    """Positions in their order, and the question they answer: nobody reads a ranking with another question."""

    question: Hashable
    positions: Sequence[Position]


class KeptRankings:
    """The rankings of this process."""

    def __init__(self, positions_at_most: int = POSITIONS_AT_MOST) -> None:
        self._at_most = positions_at_most
        self._kept: OrderedDict[str, Ranking] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, ranking: Ranking) -> str:
        """Keep a ranking; gives its name."""
        name = secrets.token_urlsafe(9)
        with self._lock:
            self._kept[name] = ranking
            while sum(len(kept.positions) for kept in self._kept.values()) > self._at_most:
                self._kept.popitem(last=False)
        return name

    def find(self, name: str, question: Hashable) -> Ranking | None:
        """Find a ranking by its name; None when it is kept no longer, or answers another question."""
        with self._lock:
            found = self._kept.get(name)
            if found is None or found.question != question:
                return None
            self._kept.move_to_end(name)
            return found
