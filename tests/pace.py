"""How long work may take of the processor, told against what this machine makes of bare Python at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable

#: What the bare loop takes where the limits were set: a quiet core of some 3 GHz, Python 3.11.
_BARE_SECONDS = 0.05
_TRIES = 3


def takes_at_most(seconds: float, work: Callable[[], object]) -> bool:
    """Tell whether work takes at most so many seconds of a quiet core, in one of three tries.

    A core that others share is slower for all: as much slower as it is for a bare loop before and after.
    """
    for _ in range(_TRIES):
        before, taken, after = _time(_loop), _time(work), _time(_loop)
        if taken <= seconds * max(1, before / _BARE_SECONDS, after / _BARE_SECONDS):
            return True
    return False


def _time(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _loop() -> int:
    total = 0
    for number in range(1_000_000):
        total += number % 7
    return total
