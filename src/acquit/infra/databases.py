"""Which database Acquit works on: the server DATABASE_URL names, else the embedded one.

Both come out in the same two shapes, libpq's (psycopg, pg_dump) and Django's. On a foreign server the login
owns the tables, and a policy does not bind an owner; so the application asks the server to begin every
session as `acquit_app`, which gives it exactly the rights it has on the embedded server.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from acquit.core.errors import Refusal
from acquit.infra import embedded
from acquit.infra.roles import APPLICATION_ROLE

URL_VARIABLE = "DATABASE_URL"
SCHEMES = ("postgresql", "postgres")
SECURITY_OPTIONS = {"sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "channel_binding", "gssencmode"}
SESSION_OPTIONS = {"connect_timeout", "application_name", "target_session_attrs", "passfile", "keepalives"}
KNOWN_OPTIONS = SECURITY_OPTIONS | SESSION_OPTIONS
EXAMPLE = "postgresql://user:password@host:5432/database"


class InvalidDatabaseUrl(Refusal):
    """DATABASE_URL cannot be understood; its password is never repeated in the message."""

    code = "DATABASE_URL_INVALID"


def is_embedded() -> bool:
    """Say whether Acquit works on its own embedded server."""
    return not os.environ.get(URL_VARIABLE)


def connection_settings(role: str = "app", *, starting: bool = True) -> dict[str, Any]:
    """Give libpq's parameters for `role`: `app` (what the application may) or `owner` (migrations, backups).

    Starts the embedded server when it is the one and does not run, unless `starting` is False: reading the
    settings must not start a server, the doors do. Refuses with `InvalidDatabaseUrl`, or as
    `embedded.connection_settings` does.
    """
    url = os.environ.get(URL_VARIABLE)
    if not url:
        return embedded.connection_settings(role, starting=starting)
    settings = parse_database_url(url)
    return settings | {"options": f"-c role={APPLICATION_ROLE}"} if role == "app" else settings


def django_settings(role: str = "app", *, starting: bool = True) -> dict[str, Any]:
    """Give the same as entries of Django's DATABASES: NAME, USER, PASSWORD, HOST, PORT, OPTIONS."""
    settings = dict(connection_settings(role, starting=starting))
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    entries: dict[str, Any] = {django: settings.pop(libpq, "") for django, libpq in named.items()}
    return entries | {"OPTIONS": settings}


def parse_database_url(url: str) -> dict[str, Any]:
    """Read a URL such as `postgresql://user:pass%40word@host:5432/name` into libpq's parameters.

    A socket's folder is given as `?host=/folder`. User, password and database are percent-decoded. Refuses
    with `InvalidDatabaseUrl` anything it would have to guess: other schemes, no database, unknown or repeated
    options.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _invalid("the host or the port is malformed") from None
    if parts.scheme not in SCHEMES:
        raise _invalid(f"it begins with {parts.scheme!r}; Acquit works on PostgreSQL only")
    if parts.fragment:
        raise _invalid("a # in a name or password has to be written as %23")
    settings: dict[str, Any] = {"dbname": _decoded(parts.path.removeprefix("/"), "the database's name")}
    if not settings["dbname"] or "/" in parts.path.removeprefix("/"):
        raise _invalid("it names no database")
    if parts.username:
        settings["user"] = _decoded(parts.username, "the user's name")
    if parts.password is not None:
        settings["password"] = _decoded(parts.password, "the password")
    if parts.hostname:
        settings["host"] = _decoded(parts.hostname, "the host")
    if port is not None:
        settings["port"] = port
    for name, value in _options(parts.query):
        if name in settings:
            raise _invalid(f"{name!r} is given twice")
        settings[name] = value
    if "host" not in settings:
        raise _invalid("it names no host; for a socket add ?host=/its/folder")
    return settings


def _options(query: str) -> list[tuple[str, str | int]]:
    try:
        pairs = (
            parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict") if query else []
        )
    except ValueError:
        raise _invalid("its options after the ? are malformed") from None
    found: list[tuple[str, str | int]] = []
    for name, value in pairs:
        if name == "port":
            if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
                raise _invalid("the port is not a number from 1 to 65535")
            found.append((name, int(value)))
        elif name in {"host", "user", "password"} or name in KNOWN_OPTIONS:
            if not value:
                raise _invalid(f"the option {name!r} is empty")
            found.append((name, value))
        else:
            raise _invalid(f"the option {name!r} is not known")
    return found


def _decoded(text: str, what: str) -> str:
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise _invalid(f"{what} is not percent-encoded UTF-8") from None
    if "\x00" in decoded:
        raise _invalid(f"{what} contains a zero byte")
    return decoded


def _invalid(reason: str) -> InvalidDatabaseUrl:
    return InvalidDatabaseUrl(
        f"{URL_VARIABLE} cannot be used: {reason}. Expected: {EXAMPLE}", param=URL_VARIABLE
    )
