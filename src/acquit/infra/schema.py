"""Runs a room's SQL files inside migrations, so that triggers live beside the room they guard."""

from __future__ import annotations

from functools import cache
from importlib import resources

from django.db.migrations import RunSQL


@cache
def sql_text(room: str, file: str) -> str:
    """Give the text of `sql/<file>` of a room."""
    return resources.files(f"acquit.{room}").joinpath("sql", file).read_text(encoding="utf-8")


def run_sql_file(room: str, file: str) -> RunSQL:
    """Make the migration step that runs `sql/<file>` of a room. There is no way back: drop the database instead."""
    return RunSQL([sql_text(room, file)])
