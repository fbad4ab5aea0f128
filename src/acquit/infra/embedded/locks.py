"""A lock between processes that dies with its holder: an advisory lock on a file beside the data folder."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from acquit.infra.embedded.account import give_to_owner
from acquit.infra.embedded.refusals import CannotStartDatabase

PAUSE_SECONDS = 0.02


@contextmanager
def locked(path: Path, *, patience_seconds: float) -> Iterator[None]:
    """Hold the lock of a file; the kernel lets go of it when we die, however we die.

    Refuses with `CannotStartDatabase` when somebody else holds it longer than the patience.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        give_to_owner(path)
        deadline = time.monotonic() + patience_seconds
        while not _try_lock(descriptor):
            if time.monotonic() > deadline:
                raise CannotStartDatabase(
                    f"Another process has held {path} for {patience_seconds:.0f} seconds. "
                    "It starts, stops or restores the database; try again when it has ended."
                )
            time.sleep(PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
