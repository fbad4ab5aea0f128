"""The PostgreSQL the tests run on: one server a run, one database a worker, renewed after each commit.

The embedded server is started by the first test that needs it, in a temporary home, and shared by all workers;
ACQUIT_TEST_DATABASE_URL names another server instead (its login needs CREATEDB, and CREATEROLE or the roles; a
superuser makes `acquit_owner` and all tests run, another login owns the tables itself and the tests that need a
superuser are skipped). The migrations run once, as the tables' owner, into a template; each worker's database is a
copy of it. Tests connect as the application's role, so a missing grant shows. That role cannot empty tables, and
triggers forbid it to everyone: a test with real transactions therefore gets the template's copy renewed after it,
which also brings sequences and first rows back exactly.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from acquit.infra import databases, embedded, roles
from acquit.infra.embedded.connection import client_settings, superuser_settings
from acquit.infra.embedded.locks import locked

RUN_VARIABLE = "ACQUIT_TEST_RUN"
URL_VARIABLE = "ACQUIT_TEST_DATABASE_URL"
HOME_PREFIX = "acquit-tests-"


def begin_run() -> None:
    """Choose the run's home, before Django reads its settings, once for all workers. Nothing is started yet."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    _sweep_dead_runs()
    home = Path(tempfile.mkdtemp(prefix=f"{HOME_PREFIX}{os.getpid()}-"))
    os.environ["ACQUIT_HOME"] = str(home)
    os.environ[RUN_VARIABLE] = re.sub(r"\W", "_", home.name.removeprefix(HOME_PREFIX).lower())
    os.environ.pop(databases.URL_VARIABLE, None)
    if not is_embedded():
        os.environ[databases.URL_VARIABLE] = _make_foreign_owner()


def end_run() -> None:
    """Take away what the run made: its databases on a foreign server, or the server and its home."""
    if "PYTEST_XDIST_WORKER" in os.environ or RUN_VARIABLE not in os.environ:
        return
    if not is_embedded():
        with administrator() as connection:
            ours = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            for (name,) in connection.execute(ours, [_name("")]).fetchall():
                _drop(connection, name)
    _remove_home(Path(os.environ["ACQUIT_HOME"]))


def is_embedded() -> bool:
    """Say whether the run has its own server."""
    return URL_VARIABLE not in os.environ


def worker_database() -> str:
    """Give the name of this worker's database."""
    return _name(os.environ.get("PYTEST_XDIST_WORKER", "main"))


def settings_for(role: str, database: str | None = None) -> dict[str, Any]:
    """Give libpq's parameters for `app`, `owner` or `superuser` on a database, by default this worker's."""
    name = database or worker_database()
    if not is_embedded():
        given = databases.parse_database_url(os.environ[URL_VARIABLE])
        return {**(given if role == "superuser" else databases.connection_settings(role)), "dbname": name}
    if role == "superuser":
        return superuser_settings(_cluster(), name)
    return client_settings(_cluster(), {"app": roles.APPLICATION_ROLE, "owner": roles.OWNER_ROLE}[role], name)


def make_worker_database() -> None:
    """Make this worker's database from the template, making the template first when nobody has."""
    home = Path(os.environ["ACQUIT_HOME"])
    is_made = home / "template.made"
    with locked(home / "template.lock", patience_seconds=300):
        if is_embedded():
            embedded.start(_cluster())
        if not is_made.exists():
            _make_template()
            is_made.touch()
    renew_worker_database()


def renew_worker_database() -> None:
    """Replace this worker's database by a fresh copy of the template, ending whatever sessions a test left."""
    from django.db import connections

    connections.close_all()
    with administrator() as connection:
        _drop(connection, worker_database())
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy")
        names = (worker_database(), _template(), _owner())
        connection.execute(statement.format(*map(sql.Identifier, names)))


def point_django_to(role: str, database: str) -> dict[str, Any]:
    """Let Django's default connection lead to a database as a role; gives back what was before."""
    from django.db import connections

    connection = connections["default"]
    connection.close()
    before = dict(connection.settings_dict)
    settings = settings_for(role, database)
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    entries = {django: settings.pop(libpq, "") for django, libpq in named.items()}
    connection.settings_dict.update(entries, OPTIONS={**before["OPTIONS"], **settings})
    return before


@contextmanager
def administrator() -> Iterator[psycopg.Connection[Any]]:
    """Open a connection that may make and drop databases, in autocommit."""
    with psycopg.connect(**settings_for("superuser", "postgres"), autocommit=True) as connection:
        yield connection


def _make_template() -> None:
    from acquit.infra.migrate import migrate

    if not is_embedded():
        with administrator() as connection:
            _drop(connection, _template())
            statement = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0")
            connection.execute(statement.format(sql.Identifier(_template()), sql.Identifier(_owner())))
    migrate()


def _template() -> str:
    return embedded.DATABASE if is_embedded() else _name("template")


def _owner() -> str:
    return roles.OWNER_ROLE if is_embedded() else str(databases.connection_settings("owner")["user"])


def _make_foreign_owner() -> str:
    """Give the URL the run works with: that of `acquit_owner` where a superuser can make it, else the one given."""
    given = databases.parse_database_url(os.environ[URL_VARIABLE])
    with psycopg.connect(**{**given, "dbname": "postgres"}, autocommit=True) as connection:
        given["user"] = connection.info.user
        if connection.execute("SELECT current_setting('is_superuser')").fetchone() == ("on",):
            roles.ensure_roles(connection)
            # Always the same password for the same server, so that runs at the same time do not lock each other out.
            given |= {
                "user": roles.OWNER_ROLE,
                "password": sha256(os.environ[URL_VARIABLE].encode()).hexdigest(),
            }
            found = connection.execute(
                "SELECT FROM pg_roles WHERE rolname = %s", [roles.OWNER_ROLE]
            ).fetchone()
            if found is None:
                connection.execute(f"CREATE ROLE {roles.OWNER_ROLE}")
            connection.execute(f"ALTER ROLE {roles.OWNER_ROLE} LOGIN INHERIT PASSWORD '{given['password']}'")
            grant = f"GRANT {roles.APPLICATION_ROLE}, {roles.WRITER_ROLE} TO {roles.OWNER_ROLE}"
            connection.execute(grant)
    options = {name: value for name, value in given.items() if name != "dbname"}
    return f"postgresql:///{_name('template')}?{urlencode(options)}"


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _name(part: str) -> str:
    return f"test_{os.environ[RUN_VARIABLE]}_{part}"


def _cluster() -> embedded.Cluster:
    return embedded.Cluster(Path(os.environ["ACQUIT_HOME"]), durable=False)


def _sweep_dead_runs() -> None:
    """Stop the servers of runs that were killed before they could clean up."""
    for home in Path(tempfile.gettempdir()).glob(f"{HOME_PREFIX}*"):
        process_id = home.name.removeprefix(HOME_PREFIX).split("-")[0]
        if process_id.isdigit() and home.stat().st_uid == os.geteuid() and not _is_alive(int(process_id)):
            _remove_home(home)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove_home(home: Path) -> None:
    if home.joinpath("database").is_dir():
        embedded.stop(embedded.Cluster(home))
    shutil.rmtree(home, ignore_errors=True)
