"""The bare machine: the same rows into the same indexed tables, without triggers, as the owner of the tables."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from acquit.infra import databases
from acquit.infra.bulk import TableRows, copy_rows


@contextmanager
def bare_tables(tables: Sequence[str]) -> Iterator[psycopg.Connection[Any]]:
    """Make copies of tables with all their indexes and checks but no triggers, in a schema of their own."""
    with psycopg.connect(**databases.connection_settings("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        owner.execute("DROP SCHEMA IF EXISTS bare CASCADE")
        owner.execute("CREATE SCHEMA bare AUTHORIZATION CURRENT_USER")
        for table in tables:
            owner.execute(f'CREATE TABLE bare."{table}" (LIKE public."{table}" INCLUDING ALL)')
        owner.execute("SET search_path = bare, public")
        yield owner
        owner.execute("DROP SCHEMA bare CASCADE")


def copy_bare(owner: psycopg.Connection[Any], tables: Sequence[tuple[str, TableRows]]) -> float:
    """COPY rows table by table in one transaction; gives the seconds."""
    began = time.perf_counter()
    with owner.transaction(), owner.cursor() as cursor:
        for table, rows in tables:
            copy_rows(cursor, table, rows.columns, rows.stream())
    return time.perf_counter() - began
