"""The transaction of an operation: one unit of work, as the role that may write, for the companies in scope.

Outside it the application reads as a role bound by row-level security. COPY and row-level security exclude each other,
so writers use a role that passes the wall and the statement triggers check the company instead. Role and companies are
said ahead of the next statement, in its round trip (`backend.session`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import cast

from django.db import connection, transaction
from django.db.utils import DatabaseError

from acquit.core.errors import Refusal
from acquit.infra.backend.session import Session
from acquit.infra.roles import APPLICATION_ROLE, writer_role


class ChangedMeanwhile(Refusal):
    """Somebody else changed what this decision was based on; nothing was written. Look again and repeat."""

    code = "CHANGED_MEANWHILE"


class PeriodNotOpen(Refusal):
    """The posting date lies in no open period; nothing was written."""

    code = "PERIOD_NOT_OPEN"


class CompanyOutOfScope(Refusal):
    """The session may not write for this company; nothing was written."""

    code = "COMPANY_OUT_OF_SCOPE"


class BrokenInvariant(Refusal):
    """The database refused rows that contradict each other; nothing was written."""

    code = "BROKEN_INVARIANT"


class AlreadyExists(Refusal):
    """Something of this name or number exists already; nothing was written."""

    code = "ALREADY_EXISTS"


#: What the triggers' own error codes, and PostgreSQL's, mean to a caller.
_REFUSALS: dict[str, type[Refusal]] = {
    "AQ001": BrokenInvariant,
    "AQ002": CompanyOutOfScope,
    "AQ003": BrokenInvariant,
    "AQ004": PeriodNotOpen,
    "AQ005": BrokenInvariant,
    "AQ006": ChangedMeanwhile,
    "40001": ChangedMeanwhile,
    "40P01": ChangedMeanwhile,
    "55P03": ChangedMeanwhile,
    "23514": BrokenInvariant,
}

#: Constraints that mean more than their error code says. The other unique ones are handled where they can happen.
_CONSTRAINT_REFUSALS: dict[str, type[Refusal]] = {
    "document_number": AlreadyExists,
    "company_name_key": AlreadyExists,
    "customer_number": ChangedMeanwhile,
    "policy_version_once": ChangedMeanwhile,
    "clearing_reverses_id_key": ChangedMeanwhile,
    "open_item_between_zero_and_original": ChangedMeanwhile,
}
_DUPLICATE = re.compile(r"Key \((?P<columns>.*)\)=\((?P<values>.*)\) already exists")


@contextmanager
def operation(*, work_memory_mb: int | None = None) -> Iterator[None]:
    """Open the transaction of an operation; inside another operation, join it.

    What the database refuses comes out as `Refusal`s: `ChangedMeanwhile` (deadlocks too), `PeriodNotOpen`,
    `CompanyOutOfScope`, `AlreadyExists`, `BrokenInvariant`.
    """
    is_outermost = not getattr(connection, "acquit_operation", False)
    if not is_outermost:
        yield
        return
    connection.acquit_operation = True  # type: ignore[attr-defined]
    role = writer_role()
    is_inside_another = connection.in_atomic_block
    try:
        with transaction.atomic():
            session = get_session()
            session.go_ahead(f'SET LOCAL ROLE "{role}"')
            if work_memory_mb is not None:
                session.go_ahead(f"SET LOCAL work_mem = '{int(work_memory_mb)}MB'")
            yield
            if is_inside_another:  # else the commit ends the role with everything else that is local
                session.go_ahead(f'SET LOCAL ROLE "{APPLICATION_ROLE}"')
    except DatabaseError as error:
        refusal = _as_refusal(error)
        if refusal is None:
            raise
        raise refusal from error
    finally:
        connection.acquit_operation = False  # type: ignore[attr-defined]


def get_session() -> Session:
    """Give the session under Django's connection, opening it if necessary."""
    session = connection.connection
    if session is None:
        connection.ensure_connection()
        session = connection.connection
    return cast("Session", session)


def set_companies(company_ids: Iterable[int]) -> None:
    """Say which companies this connection reads and writes, until it is said again."""
    get_session().scope = company_ids


def company_ids_in_scope() -> tuple[int, ...]:
    """Give the companies this connection reads and writes."""
    return get_session().scope


@contextmanager
def company_scope(company_ids: Iterable[int]) -> Iterator[None]:
    """Read and write for these companies inside the block, and for the former ones after."""
    before = company_ids_in_scope()
    set_companies(company_ids)
    try:
        yield
    finally:
        set_companies(before)


def _as_refusal(error: DatabaseError) -> Refusal | None:
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    diagnosis = getattr(cause, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None)
    refusal = _CONSTRAINT_REFUSALS.get(constraint or "") or _REFUSALS.get(state or "")
    if refusal is None:
        return None
    message = str(getattr(diagnosis, "message_primary", None) or error)
    duplicate = _DUPLICATE.match(getattr(diagnosis, "message_detail", None) or "")
    if duplicate:
        message = f"{duplicate['columns']} = {duplicate['values']} exists already"
    return refusal(f"Nothing was written: {message}.", details={"sqlstate": state})
