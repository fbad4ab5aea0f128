"""One embedded PostgreSQL: its folders, and how its data folder comes to be.

A data folder appears whole or not at all: it is initialised under another name, gets its roles and its
database in single-user mode (no server, no socket, no race), and is renamed into place last. A starter killed
in the middle leaves a half-made folder that the next one throws away.

The superuser stays inside: the application logs in as `acquit_app`, migrations as `acquit_owner`.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from acquit.infra.embedded.account import ServerAccount, peer_names
from acquit.infra.embedded.binaries import MAJOR_VERSION, Binaries
from acquit.infra.embedded.refusals import CannotStartDatabase
from acquit.infra.roles import APPLICATION_ROLE, OWNER_ROLE, WRITER_ROLE

SUPERUSER = "acquit_superuser"
DATABASE = "acquit"
SOCKET_PORT = 5432


class Transport(StrEnum):
    """How clients reach the server."""

    SOCKET = "SOCKET"
    """A socket inside the data folder; the kernel proves who connects."""
    LOOPBACK = "LOOPBACK"
    """A free port of 127.0.0.1 with generated passwords: where there are no such sockets."""


DEFAULT_TRANSPORT = Transport.LOOPBACK if sys.platform == "win32" else Transport.SOCKET


@dataclass(frozen=True)
class Cluster:
    """The embedded PostgreSQL of one home folder."""

    home: Path
    transport: Transport = DEFAULT_TRANSPORT
    durable: bool = True

    @property
    def data_folder(self) -> Path:
        """The server's data folder."""
        return self.home / "database"

    @property
    def unfinished_folder(self) -> Path:
        """The data folder while it is being made."""
        return self.home / "database.unfinished"

    @property
    def lock_file(self) -> Path:
        """The lock that starters, stoppers and restorers hold."""
        return self.home / "database.lock"

    @property
    def password_file(self) -> Path:
        """The generated passwords; there is none when clients come through the socket."""
        return self.home / "database.passwords"

    @property
    def log_file(self) -> Path:
        """What the server says."""
        return self.home / "logs" / "postgresql.log"

    @property
    def pid_file(self) -> Path:
        """The server's own note of its process."""
        return self.data_folder / "postmaster.pid"

    def is_made(self) -> bool:
        """Say whether there is a data folder. Refuses one of another major version."""
        try:
            version = (self.data_folder / "PG_VERSION").read_text().strip()
        except (FileNotFoundError, NotADirectoryError):
            return False
        if version != str(MAJOR_VERSION):
            raise CannotStartDatabase(
                f"{self.data_folder} was made by PostgreSQL {version}; this Acquit brings {MAJOR_VERSION}. "
                "Back it up with the Acquit that made it, and restore the backup with this one."
            )
        return True

    def password(self, role: str) -> str:
        """Give a role's generated password; empty where none is needed."""
        if self.transport is Transport.SOCKET:
            return ""
        return str(json.loads(self.password_file.read_text())[role])

    def make(self, binaries: Binaries, account: ServerAccount) -> None:
        """Make the data folder with its roles and its empty database, whole or not at all."""
        folder = self.unfinished_folder
        if self.data_folder.exists() and any(self.data_folder.iterdir()):
            raise CannotStartDatabase(
                f"{self.data_folder} exists but holds no database. Move it away; a new one is made then."
            )
        folder.mkdir(mode=0o700)
        account.adopt(folder)
        initdb = [binaries.program("initdb"), "--username", SUPERUSER, "--data-checksums"]
        initdb += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
        initdb += ["--auth=reject", "--no-instructions", *([] if self.durable else ["--no-sync"])]
        self._run_or_refuse(account, initdb, folder)
        self._write(account, folder, "postgresql.conf", _OWN_CONFIGURATION)
        self._write(account, folder, "acquit.conf", "")
        single = [binaries.program("postgres"), "--single", "-c", "exit_on_error=on"]
        single += [] if self.durable else ["-c", "fsync=off"]
        self._run_or_refuse(account, [*single, "template1"], folder, text=self._first_statements())
        folder.rename(self.data_folder)
        _sync_folder(self.home)

    def write_configuration(self, account: ServerAccount, settings: str) -> None:
        """Write the settings and who may log in; both follow the machine and the account of this start."""
        allowed, names = _access_rules(self.transport), ""
        if self.transport is Transport.SOCKET:
            names = "".join(f'acquit "{name}" all\n' for name in self._peers())
        for name, text in (("acquit.conf", settings), ("pg_hba.conf", allowed), ("pg_ident.conf", names)):
            self._write(account, self.data_folder, name, text)

    def _peers(self) -> list[str]:
        import pwd

        names = peer_names()
        try:
            owner = pwd.getpwuid(self.home.stat().st_uid).pw_name
        except KeyError:
            return names
        return names if owner in names else [*names, owner]

    def _first_statements(self) -> str:
        secret = dict.fromkeys((SUPERUSER, OWNER_ROLE, APPLICATION_ROLE), "")
        if self.transport is Transport.LOOPBACK:
            passwords = {role: secrets.token_urlsafe(32) for role in secret}
            _write_secret(self.password_file, json.dumps(passwords))
            secret = {role: f" PASSWORD '{password}'" for role, password in passwords.items()}
        lines = [
            f"ALTER ROLE {SUPERUSER}{secret[SUPERUSER]}" if secret[SUPERUSER] else "SELECT 1",
            f"CREATE ROLE {OWNER_ROLE} LOGIN{secret[OWNER_ROLE]}",
            f"CREATE ROLE {APPLICATION_ROLE} LOGIN NOINHERIT{secret[APPLICATION_ROLE]}",
            f"CREATE ROLE {WRITER_ROLE} NOLOGIN BYPASSRLS",
            f"GRANT {WRITER_ROLE} TO {APPLICATION_ROLE} WITH INHERIT FALSE, SET TRUE",
            f"GRANT {APPLICATION_ROLE}, {WRITER_ROLE} TO {OWNER_ROLE} WITH INHERIT FALSE, SET TRUE",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}",
        ]
        return "".join(f"{line};\n" for line in lines)

    def _run_or_refuse(
        self, account: ServerAccount, command: list[str], inside: Path, text: str | None = None
    ) -> None:
        result = account.run(command, inside=inside, text=text)
        if result.returncode != 0:
            said = " ".join(line for line in result.stdout.splitlines() if "error" in line or "FATAL" in line)
            name = Path(command[0]).name
            raise CannotStartDatabase(
                f"{name} could not make {self.data_folder}: {said or result.stdout[-300:]}"
            )

    def _write(self, account: ServerAccount, folder: Path, name: str, text: str) -> None:
        """Write a file of the data folder as its owner: root must not follow a link put there."""
        if account.user_id is None:
            (folder / name).write_text(text)
            return
        self._run_or_refuse(account, ["/bin/sh", "-c", 'cat > "$0"', name], folder, text=text)


_OWN_CONFIGURATION = """\
# The settings of Acquit's embedded PostgreSQL.
# acquit.conf is written at every start from what the machine offers.
include 'acquit.conf'
# Your own settings below this line win.
"""


def _access_rules(transport: Transport) -> str:
    if transport is Transport.SOCKET:
        return "local all all peer map=acquit\n"
    return "host all all 127.0.0.1/32 scram-sha-256\n"


def _write_secret(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
