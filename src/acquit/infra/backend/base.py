"""Where Django looks for its `DatabaseWrapper`: PostgreSQL's own, whose transactions are those of a `Session`.

Django asks a backend whether it begins transactions itself while the driver stays in autocommit; this one does, so
that BEGIN need not be a round trip of its own.
"""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel, register_tzloader
from django.db.backends.utils import debug_transaction

from acquit.infra.backend.session import Session, SessionCursor, SessionServerCursor


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to PostgreSQL, on a session."""

    connection: Session | None

    def get_connection_params(self) -> dict[str, Any]:
        """Give the driver's parameters; statements may be prepared, because a session keeps its connection.

        What is prepared finds rows by key, so its one plan is good for all values: left to itself the server plans a
        question with an array anew each time. Django's own statements are not prepared.
        """
        parameters = super().get_connection_params()
        options = f"{parameters.get('options', '')} -c plan_cache_mode=force_generic_plan".strip()
        return parameters | {"cursor_factory": SessionCursor, "prepare_threshold": 5, "options": options}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Session:
        """Open a session."""
        self.isolation_level = IsolationLevel.READ_COMMITTED
        session = Session.connect(**{**conn_params, "autocommit": True})
        session.open_session()
        return session

    def create_cursor(self, name: str | None = None) -> Any:
        """Make a cursor; one of the server's is held beyond the transaction only where there is none."""
        if name is None:
            return super().create_cursor()
        session = self._session()
        cursor = SessionServerCursor(
            session, name=name, scrollable=False, withhold=not session.is_in_transaction
        )
        register_tzloader(self.timezone, cursor)
        return cursor

    def is_usable(self) -> bool:
        """Tell whether the server is still there: only a socket with something to read needs a question."""
        session = self.connection
        if session is None or session.closed:
            return False
        return not select.select([session.fileno()], [], [], 0)[0] or super().is_usable()

    def _start_transaction_under_autocommit(self) -> None:
        self._session().begin()

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 - Django's
        session = self._session()
        if session.autocommit != autocommit:
            with self.wrap_database_errors:
                session.flush()
                session.autocommit = autocommit

    def _commit(self) -> None:
        session = self.connection
        if session is None:
            return
        with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
            if session.is_in_transaction:
                session.end()
            else:
                session.commit()

    def _rollback(self) -> None:
        session = self.connection
        if session is not None:
            with debug_transaction(self, "ROLLBACK"), self.wrap_database_errors:
                session.take_back()

    def _savepoint(self, sid: str) -> None:
        self._session().mark(sid)
        super()._savepoint(sid)  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._session().go_back(sid)
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _session(self) -> Session:
        if self.connection is None:
            raise LookupError("the connection is not open")
        return self.connection
