"""The one bulk write path: a plan is rows per table, written with one statement a table, in a fixed order.

Few rows go as multi-row INSERTs, chained into one statement, that linger: nobody waits for them but the next statement
or the COMMIT, in whose round trip they are answered. Many go as COPY; the triggers fire per statement in both, so the
single request takes the tested path of the million. Ids come first (`next_ids`), so children know their parents.
Rows come as tuples, or as frames of columns: those become COPY's text a table ahead, while the server is busy.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection
from psycopg import sql

from acquit.infra.backend.session import ExpectedIds
from acquit.infra.transaction import get_session

if TYPE_CHECKING:
    import polars as pl

#: Documents before items before edges before entries: what a trigger reads stands before the trigger runs. Lines of
#: documents, which none reads, come late: they are made while the server is busy with what comes before.
WRITE_ORDER = (
    "party",
    "customer",
    "customer_bank_account",
    "personal_value",
    "sales_order",
    "document",
    "item",
    "bank_statement",
    "bank_line",
    "remittance_advice",
    "remittance_advice_line",
    "announced_line",
    "decision",
    "receipt",
    "clearing",
    "clearing_edge",
    "journal_entry",
    "posting",
    "document_line",
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


class FramePart:
    """Rows of a table as a frame of columns, made when it is wanted."""

    def __init__(self, make: Callable[[], pl.DataFrame]) -> None:
        self.frame = make

    def __iter__(self) -> Iterator[Row]:
        """Give the rows one by one: for previews and for few of them."""
        return self.frame().iter_rows()

    def as_copy_text(self) -> bytes:
        """Write the rows as COPY reads them."""
        from acquit.infra.frames import copy_text

        return copy_text(self.frame())


class TableRows:
    """Rows of one table, with the columns they fill; kept as they came, made only when they are sent."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self.count = 0
        self.parts: list[Iterable[Row] | FramePart] = []

    def add(self, rows: Iterable[Row] | FramePart, count: int) -> None:
        """Add rows; a generator runs once, while they are sent."""
        self.parts.append(rows)
        self.count += count

    def stream(self) -> Iterator[Row]:
        """Give the rows once."""
        for part in self.parts:
            yield from part

    def keep(self) -> list[Row]:
        """Give the rows and keep them, for who looks at a plan before it is written."""
        rows = list(self.stream())
        self.parts = [rows]
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
        if count is None:
            rows = list(rows)
            count = len(rows)
        self._rows_of(table, columns).add(rows, count)

    def add_frame(self, table: str, columns: tuple[str, ...], frame: pl.DataFrame) -> None:
        """Add rows to a table as a frame that has these columns, among others; JSON stands in it as text."""
        self.add_later_frame(table, columns, lambda: frame, count=frame.height)

    def add_later_frame(
        self, table: str, columns: tuple[str, ...], make: Callable[[], pl.DataFrame], *, count: int
    ) -> None:
        """Add a frame of `count` rows that `make` makes in another thread, while the server is busy with others."""
        self._rows_of(table, columns).add(FramePart(lambda: make().select(columns)), count)

    def _rows_of(self, table: str, columns: tuple[str, ...]) -> TableRows:
        if table not in WRITE_ORDER:
            raise LookupError(f"table {table!r} has no place in the write order")
        known = self._tables.setdefault(table, TableRows(columns))
        if known.columns != columns:
            raise ValueError(f"rows of {table!r} name columns {columns}, before {known.columns}")
        return known

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


#: So many values are written with one statement that chains the INSERTs of several tables: each shape is prepared once.
_CHAINED_AT_MOST = 300

#: Its trigger needs what the trigger of another table has done: never chained, the order inside a statement is the
#: server's own.
_ALONE = ("clearing_edge",)

#: The sequence is looked up once, not once an id: that look-up costs six times the id itself.
_NEXT_IDS = """\
SELECT nextval(s.name)
  FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) s, generate_series(1, %s)"""


def ask(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Give the rows of a statement the server keeps prepared: for what every request asks."""
    with connection.wrap_database_errors:
        return get_session().ask(statement, parameters)


def array_text(ids: Iterable[int]) -> str:
    """Write whole numbers as the text of a PostgreSQL array: the driver takes ten times as long to write a list."""
    return f"{{{','.join(map(str, ids))}}}"


def ask_unscoped(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Ask, as `ask` does, of tables without a company's wall: the scope need not be told before."""
    with connection.wrap_database_errors:
        return get_session().ask_unscoped(statement, parameters)


def ask_ahead(statement: str, *parameters: Any) -> None:
    """Ask what the operation will `ask` later in the round trip of its next statement; the answer is good once."""
    with connection.wrap_database_errors:
        get_session().ask_ahead(statement, parameters)


def send(statement: str, *parameters: Any) -> None:
    """Send a statement ($1, $2) nobody waits for: what the database refuses comes as it does from `write`."""
    with connection.wrap_database_errors:
        get_session().insert(statement, parameters)


_NEXT_IDS_OF_SEVERAL = """\
SELECT t.name, nextval(t.sequence)
  FROM (SELECT n.name, pg_get_serial_sequence(n.name, 'id')::regclass AS sequence
          FROM unnest(%s::text[]) n (name) OFFSET 0) t,
       generate_series(1, %s)"""


def next_ids(table: str, count: int) -> list[int]:
    """Take `count` ids of a table's sequence in one query, ascending; inside the transaction that writes their rows.

    Sealing waits for whoever has taken ids, and knows them by the lock that lasts as long as the transaction.
    """
    if not count:
        return []
    if not connection.in_atomic_block:
        raise RuntimeError("ids are taken inside the transaction that writes their rows")
    session = get_session()
    expected = session.expected_ids
    if expected is not None and expected.count == count and table in expected.tables:
        if not expected.taken:
            for name, new_id in ask(_NEXT_IDS_OF_SEVERAL, list(expected.tables), count):
                expected.taken.setdefault(name, []).append(new_id)
        taken = expected.taken.pop(table, None)
        if not expected.taken:
            session.expected_ids = None
        if taken is not None:
            return taken
    return [row[0] for row in ask(_NEXT_IDS, table, count)]


def expect_ids(tables: tuple[str, ...], count: int) -> None:
    """Let the next statement bring the ids that `next_ids` will be asked for, `count` of each table."""
    ask_ahead(_NEXT_IDS_OF_SEVERAL, list(tables), count)
    get_session().expected_ids = ExpectedIds(tables, count)


def write(plan: WritePlan) -> None:
    """Write a plan inside the caller's transaction: one statement a table, in the fixed order.

    What the database refuses comes out as Django's errors, so that `operation` knows it: of few rows it may come with
    the statement after, or at the operation's end.
    """
    tables = list(plan.tables())
    if all(rows.count <= INSERT_AT_MOST for _, rows in tables):
        with connection.wrap_database_errors:
            for statement, values in _inserts(tables):
                get_session().insert(statement, values)
        return
    with connection.wrap_database_errors, driver_connection().cursor() as cursor:
        copy_tables(cursor, tables)


def copy_tables(cursor: psycopg.Cursor[Any], tables: Sequence[tuple[str, TableRows]]) -> None:
    """COPY tables one after the other; frames become text in a second thread, ahead of the server."""
    frames = [part for _, rows in tables for part in rows.parts if isinstance(part, FramePart)]
    with ThreadPoolExecutor(1) as ahead:
        texts = ahead.map(FramePart.as_copy_text, frames)
        for table, rows in tables:
            with cursor.copy(_copy_statement(table, rows.columns)) as copy:
                for part in rows.parts:
                    if isinstance(part, FramePart):
                        copy.write(next(texts))
                    else:
                        for row in part:
                            copy.write_row(row)


def copy_rows(cursor: psycopg.Cursor[Any], table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Stream rows into a table with COPY."""
    with cursor.copy(_copy_statement(table, columns)) as copy:
        for row in rows:
            copy.write_row(row)


def _copy_statement(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))


def driver_connection() -> psycopg.Connection[Any]:
    """Give the psycopg connection under Django's, with nothing on its way: for COPY."""
    session = get_session()
    with connection.wrap_database_errors:
        session.flush()
    return session


def _inserts(tables: Sequence[tuple[str, TableRows]]) -> Iterator[tuple[str, list[Any]]]:
    """Give the statements of a small plan: tables that may, chained into one, in the order of the plan."""
    chain: list[tuple[str, tuple[str, ...], int]] = []
    values: list[Any] = []
    for table, rows in tables:
        width = len(rows.columns)
        is_alone = table in _ALONE or len(values) + rows.count * width > _CHAINED_AT_MOST
        if chain and is_alone:
            yield _insert_text(tuple(chain)), values
            chain, values = [], []
        every = list(rows.stream())
        at_once = max(1, _PARAMETERS_AT_MOST // width)
        for start in range(0, len(every), at_once):
            part = every[start : start + at_once]
            chain.append((table, rows.columns, len(part)))
            values.extend(itertools.chain.from_iterable(part))
            if table in _ALONE or len(values) > _CHAINED_AT_MOST:
                yield _insert_text(tuple(chain)), values
                chain, values = [], []
    if chain:
        yield _insert_text(tuple(chain)), values


@lru_cache(maxsize=500)
def _insert_text(chain: tuple[tuple[str, tuple[str, ...], int], ...]) -> str:
    """Give the INSERT of so many rows a table: the last one, with those before it in its WITH."""
    places = itertools.count(1)
    inserts = []
    for table, columns, count in chain:
        names = ", ".join(f'"{column}"' for column in columns)
        groups = ", ".join(f"({', '.join(f'${next(places)}' for _ in columns)})" for _ in range(count))
        inserts.append(f'INSERT INTO "{table}" ({names}) VALUES {groups}')
    *before, last = inserts
    chained = ", ".join(f"w{n} AS ({insert})" for n, insert in enumerate(before))
    return f"WITH {chained} {last}" if before else last


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
