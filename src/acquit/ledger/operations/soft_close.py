"""The step into a softly closed period: only who closes the books may take it, for the length of a block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg.pq import TransactionStatus

from acquit.controls.rules.duties import Actor, Duty
from acquit.infra.bulk import driver_connection


@contextmanager
def closing_entries(actor: Actor, company_ids: Iterable[int]) -> Iterator[None]:
    """Let entries of this transaction into softly closed periods, if the actor has the duty CLOSE for every company.

    Others post as before, into open periods alone. Inside `operation` only: the setting ends with the transaction.
    """
    companies = list(company_ids)
    if not companies or not all(actor.has_duty(Duty.CLOSE, company_id) for company_id in companies):
        yield
        return
    before = _set("on")
    try:
        yield
    finally:
        # In a failed transaction nothing can be said any more; its end takes the setting back by itself.
        if driver_connection().info.transaction_status is TransactionStatus.INTRANS:
            _set(before)


def _set(value: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('acquit.soft_close', true), '')")
        before = str(cursor.fetchone()[0])
        cursor.execute("SELECT set_config('acquit.soft_close', %s, true)", [value])
    return before
