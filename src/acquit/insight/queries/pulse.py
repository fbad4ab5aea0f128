"""Whether anything happened since: the number of the latest event, for answers that may be kept until the next one."""

from __future__ import annotations

from django.db import connection


def get_latest_event_id() -> int:
    """Give the id of the latest event the session may see; 0 before the first. Every write of an operation adds one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM event ORDER BY id DESC LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else 0
