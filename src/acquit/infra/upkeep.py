"""Upkeep after big runs: what PostgreSQL would do by itself a minute later, done before anybody reads."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from django.db import connection
from psycopg import sql

from acquit.infra import databases


def vacuum(tables: Iterable[str]) -> None:
    """Vacuum and analyse tables as their owner, so that index-only scans stay index-only. Not inside a transaction."""
    settings = {**databases.connection_settings("owner"), "dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(**settings, autocommit=True) as owner:
        for table in tables:
            owner.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
