"""On a server we did not make, the roles come to be as far as its login may make them."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from acquit.infra import embedded
from acquit.infra.embedded.account import choose_account
from acquit.infra.embedded.binaries import Binaries, find_binaries
from acquit.infra.roles import CannotMakeRoles, Roles, ensure_roles

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


@dataclass(frozen=True)
class Server:
    """A server as an administrator elsewhere would have made it: no roles of ours."""

    folder: Path
    superuser: str

    def connect(
        self, user: str | None = None, database: str = "postgres"
    ) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(host=str(self.folder), port=5432, user=user or self.superuser, dbname=database)

    def run(self, *statements: str) -> None:
        with self.connect() as connection:
            connection.autocommit = True
            for statement in statements:
                connection.execute(statement)


@pytest.fixture(params=[DEBIAN_15, None], ids=["debian-15", "embedded-18"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param is not None and not request.param.is_dir():
        pytest.skip(f"PostgreSQL 15 of Debian is not on this machine ({request.param})")
    binaries = Binaries(request.param) if request.param else find_binaries()
    reachable = Path(tempfile.mkdtemp(prefix="acquit-roles-"))
    reachable.chmod(
        0o711
    )  # the programs of 15 walk to their folder by name, which root's temporary folders forbid
    folder, log = reachable / "data", reachable / "log"
    folder.mkdir(mode=0o700)
    account = choose_account(reachable / "not-there-yet")
    account.adopt(folder)

    def run(program: str, *arguments: str) -> None:
        command = [binaries.program(program), "-D", str(folder), *arguments]
        assert account.run(command, inside=folder, log=log).returncode == 0, log.read_text()

    run("initdb", "-U", "boss", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
    run("pg_ctl", "start", "-w", "-o", "-c listen_addresses= -c unix_socket_directories=. -c fsync=off")
    yield Server(folder, "boss")
    run("pg_ctl", "stop", "-w", "-m", "immediate")
    shutil.rmtree(reachable)


def role(connection: psycopg.Connection[Any], name: str) -> tuple[bool, bool] | None:
    query = "SELECT rolcanlogin, rolbypassrls FROM pg_roles WHERE rolname = %s"
    return connection.execute(query, [name]).fetchone()


def test_a_superuser_makes_all_and_a_second_call_changes_nothing(server: Server) -> None:
    with server.connect() as connection:
        assert ensure_roles(connection) == Roles(("acquit_app", "acquit_writer"), writer_bypasses=True)
        assert ensure_roles(connection) == Roles((), writer_bypasses=True)
        assert role(connection, "acquit_app") == (False, False)
        assert role(connection, "acquit_writer") == (False, True)


def test_a_login_that_may_make_roles_but_not_bypass_is_told_so(server: Server) -> None:
    server.run("CREATE ROLE clerk LOGIN CREATEROLE", "CREATE DATABASE books OWNER clerk")
    with server.connect("clerk", "books") as connection:
        assert ensure_roles(connection) == Roles(("acquit_app", "acquit_writer"), writer_bypasses=False)
        assert ensure_roles(connection) == Roles((), writer_bypasses=False)
        assert role(connection, "acquit_writer") == (False, False)
        connection.execute("SET ROLE acquit_app")
        connection.execute("SET LOCAL ROLE acquit_writer")
    with server.connect() as boss:
        assert ensure_roles(boss) == Roles((), writer_bypasses=True)  # an administrator mends it later


def test_a_login_steps_into_roles_that_an_administrator_made(server: Server) -> None:
    server.run("CREATE ROLE clerk LOGIN", "CREATE ROLE acquit_app", "CREATE ROLE acquit_writer BYPASSRLS")
    with (
        server.connect("clerk") as connection,
        pytest.raises(CannotMakeRoles, match="GRANT acquit_app TO clerk"),
    ):
        ensure_roles(connection)
    server.run("GRANT acquit_app, acquit_writer TO clerk")
    with server.connect("clerk") as connection:
        assert ensure_roles(connection) == Roles((), writer_bypasses=True)


def test_a_login_that_may_not_is_refused_and_nothing_is_made(server: Server) -> None:
    server.run("CREATE ROLE clerk LOGIN")
    with (
        server.connect("clerk") as connection,
        pytest.raises(CannotMakeRoles, match="ALTER ROLE clerk CREATEROLE"),
    ):
        ensure_roles(connection)
    with server.connect() as boss:
        assert role(boss, "acquit_app") is None
        assert role(boss, "acquit_writer") is None


def test_neighbours_in_other_databases_meet_without_harm(server: Server) -> None:
    server.run(
        "CREATE ROLE clerk LOGIN CREATEROLE", *(f"CREATE DATABASE books{n} OWNER clerk" for n in range(6))
    )
    found: list[Roles] = []
    barrier = threading.Barrier(6)

    def ensure(number: int) -> None:
        with server.connect("clerk", f"books{number}") as connection:
            barrier.wait()
            found.append(ensure_roles(connection))

    threads = [threading.Thread(target=ensure, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(name for roles in found for name in roles.created) == ["acquit_app", "acquit_writer"]
    assert [roles.writer_bypasses for roles in found] == [False] * 6


def test_the_embedded_server_is_born_with_them(tmp_path: Path) -> None:
    cluster = embedded.Cluster(tmp_path / "home", durable=False)
    embedded.start(cluster)
    try:
        connect: Callable[..., psycopg.Connection[Any]] = psycopg.connect
        for login in ("acquit_owner", "acquit_superuser"):
            with connect(**embedded.client_settings(cluster, login, embedded.DATABASE)) as connection:
                assert ensure_roles(connection) == Roles((), writer_bypasses=True)
    finally:
        embedded.stop(cluster)
