"""The garbage collector, paused while a file's lines are read or a chunk's facts and plans are made.

They are hundreds of thousands of values that hold no cycles, and each collection walks all of them: a third of the time
of a matching run, a twelfth of reading a statement. What is let go is freed at once, as ever.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_pausing = 0


@contextmanager
def paused_collector() -> Iterator[None]:
    """Collect nothing inside the block, nor inside those of other threads that overlap with it."""
    global _pausing  # noqa: PLW0603 - the collector is one for the whole process
    with _lock:
        _pausing += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _pausing -= 1
            if not _pausing:
                gc.enable()
