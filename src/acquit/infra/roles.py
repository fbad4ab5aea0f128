"""The database roles Acquit lives by, and how they come to be on a server we did not make.

The tables' owner migrates. `acquit_app` reads under row-level security. `acquit_writer` passes that wall,
because COPY and row-level security exclude each other, and may only do what a table's class grants;
operations step into it for the length of a transaction. The embedded server is born with these roles; on
another server (`DATABASE_URL`) the login makes them and becomes their member.

Roles belong to the whole server while advisory locks belong to one database, so several databases of one
server may meet here: every step looks first, and what a neighbour did in the meantime counts as done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import psycopg
from psycopg import errors, sql

from acquit.core.errors import Refusal

APPLICATION_ROLE = "acquit_app"
WRITER_ROLE = "acquit_writer"
OWNER_ROLE = "acquit_owner"

ADVISORY_KEY = 4_711_000_001
ATTEMPTS = 8
FIRST_VERSION_WITH_GRANT_OPTIONS = 160_000


class CannotMakeRoles(Refusal):
    """The login may not make the roles Acquit needs, and they are not there; nothing was changed."""

    code = "ROLES_NOT_MADE"


@dataclass(frozen=True)
class Roles:
    """What `ensure_roles` found or made.

    `writer_bypasses` is False on servers that grant no BYPASSRLS: there the tables' owner writes (see
    `writer_role`).
    """

    created: tuple[str, ...]
    writer_bypasses: bool


def ensure_roles(connection: psycopg.Connection[Any]) -> Roles:
    """Make sure that the application's and the writer's role exist and that this login may step into them.

    Idempotent, safe against neighbours, PostgreSQL 15 and later. Runs in a transaction of its own, or joins
    the open one. Refuses with `CannotMakeRoles` when a role is missing and the login may not make it.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_KEY])
        needed = (APPLICATION_ROLE, WRITER_ROLE)
        created = tuple(role for role in needed if _insist(connection, partial(_create, connection, role)))
        writer_bypasses = _try_bypass(connection)
        for role in needed:
            _insist(connection, partial(_grant_to_login, connection, role))
    return Roles(created, writer_bypasses)


@cache
def writer_role() -> str:
    """Give the role an operation writes as: `acquit_writer`, or the login where that role passes no policies.

    Asked once a process, on Django's connection.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT rolbypassrls, session_user FROM pg_roles WHERE rolname = %s", [WRITER_ROLE])
        found = cursor.fetchone()
    return WRITER_ROLE if found is None or found[0] else str(found[1])


def _create(connection: psycopg.Connection[Any], role: str) -> bool:
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None:
        return False
    try:
        with connection.transaction():
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT").format(sql.Identifier(role)))
    except errors.InsufficientPrivilege:
        login = connection.info.user
        raise CannotMakeRoles(
            f"The login {login!r} may not make the role {role}. Let an administrator run: ALTER ROLE {login} "
            f"CREATEROLE; or: CREATE ROLE {APPLICATION_ROLE} NOLOGIN; CREATE ROLE {WRITER_ROLE} NOLOGIN "
            f"BYPASSRLS; GRANT {APPLICATION_ROLE}, {WRITER_ROLE} TO {login};"
        ) from None
    return True


def _try_bypass(connection: psycopg.Connection[Any]) -> bool:
    found = connection.execute(
        "SELECT rolbypassrls FROM pg_roles WHERE rolname = %s", [WRITER_ROLE]
    ).fetchone()
    if found is not None and found[0]:
        return True
    alter = sql.SQL("ALTER ROLE {} BYPASSRLS").format(sql.Identifier(WRITER_ROLE))
    try:
        _insist(connection, lambda: bool(connection.execute(alter)))
    except errors.InsufficientPrivilege:
        return False
    return True


def _grant_to_login(connection: psycopg.Connection[Any], role: str) -> bool:
    """Let the login step into a role without inheriting from it: it acts as the role only on purpose."""
    can_step = "SET" if connection.info.server_version >= FIRST_VERSION_WITH_GRANT_OPTIONS else "MEMBER"
    held = connection.execute("SELECT pg_has_role(session_user, %s, %s)", [role, can_step]).fetchone()
    if held is not None and held[0]:
        return False
    options = " WITH SET TRUE, INHERIT FALSE" if can_step == "SET" else ""
    grant = sql.SQL("GRANT {} TO {}" + options)
    try:
        with connection.transaction():
            connection.execute(grant.format(sql.Identifier(role), sql.Identifier(connection.info.user)))
    except errors.InsufficientPrivilege:
        login = connection.info.user
        raise CannotMakeRoles(
            f"The login {login!r} may not step into the role {role}. "
            f"Let an administrator run: GRANT {role} TO {login};"
        ) from None
    return True


def _insist(connection: psycopg.Connection[Any], step: Callable[[], bool]) -> bool:
    """Take a step again when a neighbour in another database took it at the same moment."""
    for _ in range(ATTEMPTS - 1):
        try:
            with connection.transaction():
                return step()
        except (errors.UniqueViolation, errors.DuplicateObject):
            continue
        except errors.InternalError_ as error:
            if "concurrently updated" not in str(error):
                raise
    with connection.transaction():
        return step()
