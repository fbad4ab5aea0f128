"""What goes on beside the server while it is open: at intervals, the log and the books are sealed.

One thread with a connection of its own. A round that fails is told and tried again: the next one does what it left.
"""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, connection

from acquit.controls.batch import seal_blocks

SECONDS_BETWEEN = 60.0

_log = logging.getLogger(__name__)


def run_rounds(stop: threading.Event, *, seconds_between: float = SECONDS_BETWEEN) -> None:
    """Do a round at once and then at intervals, until told to stop; the last one seals what happened meanwhile."""
    is_last = False
    while not is_last:
        do_round()
        is_last = stop.wait(seconds_between)
    do_round()


def do_round() -> None:
    """Seal what has settled since; a database that does not answer is told in the log."""
    try:
        seal_blocks()
    except DatabaseError:
        _log.exception("sealing failed; it is tried again in the next round")
    finally:
        connection.close()
