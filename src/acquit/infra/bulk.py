"""The one bulk write path: a plan is rows per table, written with one statement a table, in a fixed order.

Few rows go as multi-row INSERTs that linger: nobody waits for them but the next statement or the COMMIT, in whose
round trip they are answered. Many go as COPY; the triggers fire per statement in both, so the single request takes the
tested path of the million. Ids come first (`next_ids`), so children know their parents.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from acquit.infra.backend.session import Session
from acquit.infra.transaction import get_session

#: Documents before items before edges before entries: what a trigger reads stands before the trigger runs.
WRITE_ORDER = (
    "party",
    "customer",
    "customer_bank_account",
    "document",
    "document_line",
    "item",
    "bank_statement",
    "bank_line",
    "decision",
    "receipt",
    "clearing",
    "clearing_edge",
    "journal_entry",
    "posting",
    "revaluation",
    "revaluation_item",
    "intercompany_entry",
    "period",
    "period_transition",
    "dispute",
    "work_item",
    "refused_row",
    "fx_rate",
    "manual_entry",
    "event",
)

#: Up to this many rows a table the multi-row INSERT in a pipeline is the quicker way (docs/performance.md).
INSERT_AT_MOST = 200

#: PostgreSQL's protocol allows 65,535 parameters a statement.
_PARAMETERS_AT_MOST = 60_000

Row = Sequence[Any]


class TableRows:
    """Rows of one table, with the columns they fill; kept as they came, made only when they are sent."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self.count = 0
        self._parts: list[Iterable[Row]] = []

    def add(self, rows: Iterable[Row], count: int) -> None:
        """Add rows; a generator runs once, while they are sent."""
        self._parts.append(rows)
        self.count += count

    def stream(self) -> Iterator[Row]:
        """Give the rows once."""
        return itertools.chain.from_iterable(self._parts)

    def keep(self) -> list[Row]:
        """Give the rows and keep them, for who looks at a plan before it is written."""
        rows = list(self.stream())
        self._parts = [rows]
        return rows


class WritePlan:
    """All rows one operation will write. Rooms add theirs; nothing is written before `write`."""

    def __init__(self) -> None:
        self._tables: dict[str, TableRows] = {}

    def add(
        self, table: str, columns: tuple[str, ...], rows: Iterable[Row], *, count: int | None = None
    ) -> None:
        """Add rows to a table; every call for a table names the same columns.

        With `count`, `rows` may be a generator of so many rows: it runs while the server is busy with those before,
        and a million rows never stand in memory.
        """
        if table not in WRITE_ORDER:
            raise LookupError(f"table {table!r} has no place in the write order")
        known = self._tables.setdefault(table, TableRows(columns))
        if known.columns != columns:
            raise ValueError(f"rows of {table!r} name columns {columns}, before {known.columns}")
        if count is None:
            rows = list(rows)
            count = len(rows)
        known.add(rows, count)

    def count(self, table: str) -> int:
        """Count the rows planned for a table."""
        known = self._tables.get(table)
        return known.count if known else 0

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Give the planned rows of a table by column name: for previews and tests."""
        known = self._tables.get(table)
        return [dict(zip(known.columns, row, strict=True)) for row in known.keep()] if known else []

    def tables(self) -> Iterator[tuple[str, TableRows]]:
        """Give the tables that have rows, in the order they are written."""
        for table in WRITE_ORDER:
            known = self._tables.get(table)
            if known and known.count:
                yield table, known


_NEXT_IDS = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"


def ask(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Give the rows of a statement the server keeps prepared: for what every request asks."""
    with connection.wrap_database_errors:
        return get_session().ask(statement, parameters)


def ask_ahead(statement: str, *parameters: Any) -> None:
    """Ask what the operation will `ask` later in the round trip of its next statement; the answer is good once."""
    with connection.wrap_database_errors:
        get_session().ask_ahead(statement, parameters)


def send(statement: str, *parameters: Any) -> None:
    """Send a statement nobody waits for: what the database refuses comes as it does from `write`."""
    with connection.wrap_database_errors:
        get_session().insert(statement, parameters)


def next_ids(table: str, count: int) -> list[int]:
    """Take `count` ids of a table's sequence in one query, ascending."""
    return [row[0] for row in ask(_NEXT_IDS, table, count)] if count else []


def expect_ids(tables: Iterable[str], count: int) -> None:
    """Let the next statement bring the ids that `next_ids` will be asked for."""
    for table in tables:
        ask_ahead(_NEXT_IDS, table, count)


def write(plan: WritePlan) -> None:
    """Write a plan inside the caller's transaction: one statement a table, in the fixed order.

    What the database refuses comes out as Django's errors, so that `operation` knows it: of few rows it may come with
    the statement after, or at the operation's end.
    """
    tables = list(plan.tables())
    if all(rows.count <= INSERT_AT_MOST for _, rows in tables):
        with connection.wrap_database_errors:
            session = get_session()
            for table, rows in tables:
                _insert(session, table, rows)
        return
    with connection.wrap_database_errors, driver_connection().cursor() as cursor:
        for table, rows in tables:
            copy_rows(cursor, table, rows.columns, rows.stream())


def copy_rows(cursor: psycopg.Cursor[Any], table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Stream rows into a table with COPY."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def driver_connection() -> psycopg.Connection[Any]:
    """Give the psycopg connection under Django's, with nothing on its way: for COPY."""
    session = get_session()
    with connection.wrap_database_errors:
        session.flush()
    return session


def _insert(session: Session, table: str, rows: TableRows) -> None:
    at_once = max(1, _PARAMETERS_AT_MOST // len(rows.columns))
    every = list(rows.stream())
    for start in range(0, len(every), at_once):
        part = every[start : start + at_once]
        statement = _insert_text(table, rows.columns, len(part))
        session.insert(statement, [value for row in part for value in row])


@lru_cache(maxsize=500)
def _insert_text(table: str, columns: tuple[str, ...], count: int) -> str:
    group = f"({', '.join(['%s'] * len(columns))})"
    names = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES {", ".join([group] * count)}'


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
