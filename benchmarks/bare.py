"""The bare machine: the same rows into the same indexed tables, without triggers, as the owner of the tables."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from acquit.infra import databases


class BareTable(NamedTuple):
    """Rows of a table as the text COPY reads."""

    table: str
    columns: tuple[str, ...]
    text: bytes


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


def copy_texts(owner: psycopg.Connection[Any], tables: Sequence[BareTable]) -> float:
    """COPY tables one after the other in one transaction; gives the seconds."""
    statements = [
        sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(each.table), sql.SQL(", ").join(map(sql.Identifier, each.columns))
        )
        for each in tables
    ]
    began = time.perf_counter()
    with owner.transaction(), owner.cursor() as cursor:
        for statement, each in zip(statements, tables, strict=True):
            with cursor.copy(statement) as copy:
                copy.write(each.text)
    return time.perf_counter() - began
