"""Taking turns: work that only one may do for a company at a time, whoever and wherever they are.

The turn belongs to the database session, so it ends with the process that holds it, however that ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def take_turn(work: str, company_id: int, *, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the turn for a kind of work on a company; `waiting` is told when somebody else holds it. Not re-entrant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), %s)", [work, company_id])
        if not cursor.fetchone()[0]:
            if waiting is not None:
                waiting()
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s), %s)", [work, company_id])
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), %s)", [work, company_id])
