"""A connection that saves round trips: what nobody waits for travels with the next statement somebody waits for.

Statements without an answer of interest (BEGIN, the role, the companies in scope) go ahead of the next one; questions
asked ahead of their need go with them; INSERTs whose refusal may come later linger until the next statement or the
COMMIT. All of it is one psycopg pipeline: the order is kept, the first error is the one that is raised, and nothing
is ever executed in another order than it was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg.errors import PipelineAborted
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8Dumper

if TYPE_CHECKING:
    from psycopg import ClientCursor, ServerCursor

    Cursor = ClientCursor[tuple[Any, ...]]
    ServerSideCursor = ServerCursor[tuple[Any, ...]]
else:
    from django.db.backends.postgresql.base import Cursor, ServerSideCursor

Row = tuple[Any, ...]
Question = tuple[str, tuple[Any, ...]]


@dataclass(slots=True)
class ExpectedIds:
    """Ids that were asked for ahead, so many of each table; `taken` holds those that came and were not used."""

    tables: tuple[str, ...]
    count: int
    taken: dict[str, list[int]] = field(default_factory=dict)


class Session(psycopg.Connection[Row]):
    """A connection in autocommit, whose transactions are begun and ended by statements of its own."""

    def open_session(self) -> None:
        """Prepare what a fresh connection needs."""
        self._ahead: list[str] = []
        self._lingering: AbstractContextManager[Any] | None = None
        self._asked: list[tuple[Question, psycopg.Cursor[Row]]] = []
        self.expected_ids: ExpectedIds | None = None
        self._scope: tuple[int, ...] = ()
        self._told_scope: tuple[int, ...] | None = ()  # None: what the server holds is not known
        self._marks: dict[str, tuple[int, ...]] = {}
        self.is_in_transaction = False
        #: The cursor of statements without an answer.
        self._mute = psycopg.RawCursor[Row](self)
        # One type for every whole number: a statement is prepared once, not once for each size of an id.
        self.adapters.register_dumper(int, Int8Dumper)

    @property
    def scope(self) -> tuple[int, ...]:
        """The companies this connection reads and writes."""
        return self._scope

    @scope.setter
    def scope(self, company_ids: Iterable[int]) -> None:
        self._scope = tuple(sorted({int(company_id) for company_id in company_ids}))

    @property
    def is_waiting(self) -> bool:
        """Tell whether something is to be sent, or was sent and not answered, before the next statement."""
        if self._lingering is None and self.pgconn.transaction_status == TransactionStatus.INERROR:
            return False  # nothing can be said before the rollback that follows
        return bool(self._ahead) or self._lingering is not None or self._told_scope != self._scope

    def go_ahead(self, statement: str) -> None:
        """Send a statement without an answer ahead of the next one."""
        self._ahead.append(statement)

    def begin(self) -> None:
        """Begin a transaction with the next statement."""
        self.is_in_transaction = True
        self._marks = {}
        self.mark("BEGIN")
        self.go_ahead("BEGIN")

    def mark(self, name: str) -> None:
        """Remember the scope at the beginning of a transaction or savepoint: going back to it takes the scope back."""
        self._marks[name] = self._scope

    def end(self) -> None:
        """Commit, with what lingers; a transaction nothing was sent in was none."""
        is_begun = "BEGIN" not in self._ahead
        self._ahead.clear()
        try:
            if is_begun:
                self.linger()
                self._mute.execute("COMMIT", prepare=True)
                self.settle()
        finally:
            self._forget_answers()
        self.is_in_transaction = False

    def take_back(self) -> None:
        """Roll back; settings of the transaction are gone with it, so the scope is told anew."""
        self.go_back("BEGIN")
        self._ahead.clear()
        self.is_in_transaction = False
        self.rollback()

    def go_back(self, name: str) -> None:
        """Make ready for a rollback to a mark."""
        self.forget()
        self._scope = self._marks.get(name, self._scope)

    def forget(self) -> None:
        """Wait for what lingers without minding its errors, before a rollback: who rolls back has one already."""
        self._forget_answers()
        self._told_scope = None
        with suppress(psycopg.Error):
            self.settle()

    def _forget_answers(self) -> None:
        self._asked.clear()
        self.expected_ids = None

    def linger(self) -> None:
        """Send what waits ahead; answers are waited for by `settle`."""
        if self._lingering is None:
            lingering = self.pipeline()
            lingering.__enter__()
            self._lingering = lingering
        begin = self._ahead[:1] if self._ahead[:1] == ["BEGIN"] else []
        scope = []
        if self._told_scope != self._scope:
            scope = [f"SET acquit.companies = '{','.join(map(str, self._scope))}'"]
        ahead, self._ahead, self._told_scope = [*begin, *scope, *self._ahead[len(begin) :]], [], self._scope
        for statement in ahead:
            self._mute.execute(statement, prepare=True)

    def settle(self) -> None:
        """Wait for everything sent; raises the first error of it."""
        lingering, self._lingering = self._lingering, None
        if lingering is None:
            return
        try:
            lingering.__exit__(None, None, None)
        except PipelineAborted as aborted:
            self._told_scope = None
            if isinstance(aborted.__context__, psycopg.Error):
                raise aborted.__context__ from None
            raise
        except psycopg.Error:
            self._told_scope = None
            raise

    def flush(self) -> None:
        """Send and wait, so that the connection is as it seems: before COPY, or whoever uses it otherwise."""
        if self.is_waiting:
            with self.together():
                pass

    @contextmanager
    def together(self) -> Iterator[None]:
        """Send what waits, then what the block sends, and wait for all of it once."""
        try:
            self.linger()
            yield
        except BaseException:
            self.forget()
            raise
        self.settle()

    def ask_unscoped(self, statement: str, parameters: tuple[Any, ...]) -> list[Row]:
        """Ask what stands before no company's wall: who it is that asks. The scope is not told for it."""
        if self._ahead or self._lingering is not None or self.is_in_transaction:
            return self.ask(statement, parameters)
        return self._ask_now(statement, parameters)

    def insert(self, statement: str, values: Sequence[Any]) -> None:
        """Send a statement ($1, $2) whose refusal may come later, with the next one or the COMMIT."""
        self._send(self._mute, statement, values)

    def ask_ahead(self, statement: str, parameters: tuple[Any, ...]) -> None:
        """Ask what `ask` will want to know, in the round trip of the next statement."""
        cursor = self._send(psycopg.Cursor(self), statement, parameters)
        self._asked.append(((statement, parameters), cursor))

    def ask(self, statement: str, parameters: tuple[Any, ...]) -> list[Row]:
        """Give the rows of a prepared statement; those asked for ahead are there already, once."""
        for place, (question, cursor) in enumerate(self._asked):
            if question == (statement, parameters):
                del self._asked[place]
                self.settle()
                return cursor.fetchall()
        if not self.is_waiting:
            return self._ask_now(statement, parameters)
        with self.together():
            cursor = psycopg.Cursor(self).execute(statement, parameters, prepare=True)
        return cursor.fetchall()

    def _ask_now(self, statement: str, parameters: tuple[Any, ...]) -> list[Row]:
        return psycopg.Cursor(self).execute(statement, parameters, prepare=True).fetchall()

    def _send(
        self, cursor: psycopg.Cursor[Row], statement: str, parameters: Sequence[Any]
    ) -> psycopg.Cursor[Row]:
        """Send without waiting; an error of what was sent before may show here."""
        try:
            self.linger()
            return cursor.execute(statement, parameters, prepare=True)
        except BaseException:
            self.forget()
            raise


class SessionServerCursor(ServerSideCursor):
    """A cursor of the server: used with nothing on its way, for in a pipeline it would hide its rows."""

    def execute(self, *said: Any, **how: Any) -> SessionServerCursor:
        """Declare."""
        self._flush()
        super().execute(*said, **how)
        return self

    def fetchone(self) -> Any:
        """Fetch the next row."""
        self._flush()
        return super().fetchone()

    def fetchmany(self, size: int = 0) -> Any:
        """Fetch some rows."""
        self._flush()
        return super().fetchmany(size)

    def fetchall(self) -> Any:
        """Fetch all rows that are left."""
        self._flush()
        return super().fetchall()

    def __iter__(self) -> Any:
        """Fetch row by row, `itersize` at a time."""
        while rows := self.fetchmany(self.itersize):
            yield from rows

    def close(self) -> None:
        """Close."""
        if not self.closed:
            self._flush()
        super().close()

    def _flush(self) -> None:
        cast("Session", self.connection).flush()


class SessionCursor(Cursor):
    """Django's cursor on a session: its statement takes along what waits."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> SessionCursor:
        """Execute."""
        session = cast("Session", self.connection)
        if session.is_waiting and params is None and ";" in str(query):
            session.flush()  # several commands in one text, as migrations send them, cannot travel in a pipeline
        if not session.is_waiting:
            super().execute(query, params, **how)
            return self
        with session.together():
            super().execute(query, params, **how)
        return self

    def executemany(self, query: Any, params_seq: Any, **how: Any) -> None:
        """Execute many."""
        cast("Session", self.connection).flush()
        super().executemany(query, params_seq, **how)

    def copy(self, *said: Any, **how: Any) -> Any:
        """Copy."""
        cast("Session", self.connection).flush()
        return super().copy(*said, **how)
