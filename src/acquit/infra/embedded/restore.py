"""Restoring a backup: the present data stays as it is until the restored data is whole.

A new database is filled beside the present one, brought to the code's shape, and takes its name in one
transaction. Owners and rights are not taken from the file, because logins differ between servers: what is
restored belongs to the owner here, and migrating gives every table its rights anew.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import psycopg
from psycopg import sql

from acquit.infra import databases, places
from acquit.infra.embedded.backup import (
    CHUNK_BYTES,
    DUMP,
    UPLOADS,
    Backup,
    administrator_settings,
    last_words,
    open_program,
    read_backup,
)
from acquit.infra.embedded.locks import locked
from acquit.infra.embedded.refusals import CannotRestore
from acquit.infra.roles import OWNER_ROLE

Finish = Callable[[Backup, str], None]


def restore_backup(path: Path, *, finish: Finish | None = None) -> Backup:
    """Replace the present database and uploads by those of a backup, or refuse and change nothing.

    `finish(backup, database)` is called with the name of the filled database before it takes the present
    one's place; by default it is `bring_up_to_date`. Sessions on the present database are ended. Refuses with
    `CannotRestore`.
    """
    backup = read_backup(path)
    home = places.home()
    with locked(home / "restore.lock", patience_seconds=5):
        uploads = home / f"{UPLOADS}.restoring"
        target: _Target | None = None
        try:
            target = _Target.find()
            target.make_empty()
            with zipfile.ZipFile(path) as archive:
                target.fill(archive)
                _extract(archive, backup, uploads)
            (finish or bring_up_to_date)(backup, target.fresh)
            target.swap()
            _swap_folders(uploads, places.uploads_folder())
        except psycopg.Error as error:
            raise CannotRestore(f"The server refused: {str(error).strip()}") from error
        except OSError as error:
            raise CannotRestore(f"{error.filename}: {error.strerror}.") from error
        finally:
            shutil.rmtree(uploads, ignore_errors=True)
            if target is not None:
                target.drop_remains()
    return backup


def has_tables() -> bool:
    """Say whether the present database holds anything a restore would replace."""
    with psycopg.connect(**administrator_settings()) as connection:
        return (
            connection.execute("SELECT FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
            is not None
        )


def bring_up_to_date(backup: Backup, database: str) -> None:
    """Bring a filled database to the code's shape and rights. Refuses a backup that a newer Acquit made."""
    from django.db.migrations.loader import MigrationLoader

    from acquit.infra.migrate import migrate

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(backup.migrations) - known)
    if unknown:
        raise CannotRestore(
            f"The backup was made by Acquit {backup.acquit_version}, which knows what this one does not "
            f"({', '.join(unknown[:3])}). Restore it with that version or a newer one.",
            param="FILE",
        )
    migrate(database)


@dataclass(frozen=True)
class _Target:
    """The database a restore replaces, the fresh one that takes its place, and who owns both."""

    administrator: dict[str, Any]
    owner: str
    name: str
    is_old: bool
    """The server knows less than our pg_restore says (before PostgreSQL 17)."""

    @staticmethod
    def find() -> _Target:
        settings = administrator_settings()
        with psycopg.connect(**settings) as connection:
            name, login = connection.info.dbname, connection.info.user
            is_old = connection.info.server_version < 170000
        owner = OWNER_ROLE if databases.is_embedded() else login
        return _Target({**settings, "dbname": "postgres"}, owner, name, is_old)

    @property
    def fresh(self) -> str:
        return f"{self.name}_restoring"

    @property
    def replaced(self) -> str:
        return f"{self.name}_replaced"

    def make_empty(self) -> None:
        self.drop_remains()
        statement = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0")
        with self._connect() as connection:
            connection.execute(statement.format(sql.Identifier(self.fresh), sql.Identifier(self.owner)))

    def fill(self, archive: zipfile.ZipFile) -> None:
        target = {**databases.connection_settings("owner"), "dbname": self.fresh}
        options = ["--no-owner", "--no-privileges", *([] if self.is_old else ["--exit-on-error"])]
        with archive.open(DUMP) as dump, tempfile.TemporaryFile() as said:
            process = open_program("pg_restore", options, target, stdin=subprocess.PIPE, stderr=said)
            pipe = cast("IO[bytes]", process.stdin)
            try:
                with pipe:
                    shutil.copyfileobj(dump, pipe, CHUNK_BYTES)
            except BrokenPipeError:
                pass  # it ended early, and says why
            if process.wait() != 0 and not (self.is_old and _is_only_too_new_setting(said)):
                raise CannotRestore(f"The backup could not be restored: {last_words(said)}")
        with psycopg.connect(**target, autocommit=True) as connection:
            connection.execute("ANALYZE")

    def swap(self) -> None:
        """Let the fresh database take the present one's name at once, ending whoever is connected."""
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        present, fresh, replaced = map(sql.Identifier, (self.name, self.fresh, self.replaced))
        end_sessions = "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = ANY (%s)"
        with self._connect() as connection:
            for is_last in [False] * 9 + [True]:
                connection.execute(end_sessions, [[self.name, self.fresh]])
                try:
                    with connection.transaction():
                        connection.execute(rename.format(present, replaced))
                        connection.execute(rename.format(fresh, present))
                except psycopg.errors.ObjectInUse:
                    if is_last:
                        raise
                else:
                    return

    def drop_remains(self) -> None:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self._connect() as connection:
            for name in (self.fresh, self.replaced):
                connection.execute(drop.format(sql.Identifier(name)))

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(**self.administrator, autocommit=True)


def _is_only_too_new_setting(said: IO[bytes]) -> bool:
    """Say whether nothing failed but a setting that pg_restore makes and older servers do not know."""
    said.seek(0)
    words = said.read().decode("utf-8", "replace")
    return (
        "errors ignored on restore: 1\n" in words
        and 'unrecognized configuration parameter "transaction_timeout"' in words
    )


def _extract(archive: zipfile.ZipFile, backup: Backup, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name in backup.uploads:
        file = folder.joinpath(*PurePosixPath(name).parts[1:])
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with archive.open(name) as source, file.open("wb") as copy:
            shutil.copyfileobj(source, copy, CHUNK_BYTES)
        file.chmod(0o600)


def _swap_folders(fresh: Path, present: Path) -> None:
    replaced = present.with_name(f"{present.name}.replaced")
    shutil.rmtree(replaced, ignore_errors=True)
    present.rename(replaced)
    fresh.rename(present)
    shutil.rmtree(replaced, ignore_errors=True)
