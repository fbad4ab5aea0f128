"""Backups: one file that brings everything Acquit keeps to another machine.

A backup is a zip archive (readable with anybody's tools) of pg_dump's custom format, the uploaded files, and
a manifest that is written last and lists every part with its size and SHA-256. So a truncated file has no
manifest, a foreign one has another, and a damaged one does not add up: each is refused before anything is
touched (see `restore`).
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import psycopg
from psycopg.conninfo import make_conninfo

import acquit
from acquit.infra import databases, places
from acquit.infra.embedded.binaries import find_binaries
from acquit.infra.embedded.refusals import CannotBackUp, CannotRestore

FORMAT = "acquit-backup-1"
MANIFEST = "manifest.json"
DUMP = "database.dump"
UPLOADS = "uploads"
CHUNK_BYTES = 1 << 20
MANIFEST_LIMIT = 64 << 20


@dataclass(frozen=True)
class Backup:
    """What a backup file says about itself; sizes in bytes."""

    made_at: datetime
    acquit_version: str
    server_version: int
    migrations: tuple[str, ...]
    files: dict[str, tuple[int, str]]

    @property
    def uploads(self) -> list[str]:
        """The names of the uploaded files in the archive."""
        return [name for name in self.files if name != DUMP]


def write_backup(path: Path) -> Backup:
    """Write a backup of the database Acquit works on and of the uploads.

    The file appears whole or not at all. An older file of that name is replaced only then. Refuses with `CannotBackUp`.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CannotBackUp(f"{path} cannot be written: {error.strerror}.", param="FILE") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                backup = _fill(archive)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise CannotBackUp(f"{path} cannot be written: {error.strerror}.", param="FILE") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return backup


def read_backup(path: Path) -> Backup:
    """Read and check a whole backup file. Refuses with `CannotRestore` whatever is not one or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            backup = _read_manifest(archive)
            damaged = [name for name, written in backup.files.items() if _measure(archive, name) != written]
    except FileNotFoundError:
        raise CannotRestore(f"There is no file {path}.", param="FILE") from None
    except _UNREADABLE as error:
        text = f"{path} is not a backup of Acquit, or it is truncated ({error})."
        raise CannotRestore(text, param="FILE") from None
    if damaged:
        raise CannotRestore(f"{path} is damaged: {damaged[0]} is not what was written.", param="FILE")
    return backup


#: What Python's zip and JSON readers raise on bytes that mean something else (encrypted or newer kinds included).
_UNREADABLE = (
    zipfile.BadZipFile,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    RuntimeError,
)


def _fill(archive: zipfile.ZipFile) -> Backup:
    settings = administrator_settings()
    try:
        with psycopg.connect(**settings) as connection:
            server_version = connection.info.server_version
            migrations = _list_migrations(connection)
    except psycopg.OperationalError as error:
        raise CannotBackUp(f"The database cannot be reached: {str(error).strip()}") from None
    files = {DUMP: _store(archive, DUMP, _dump(settings))}
    for file in sorted(places.uploads_folder().rglob("*")):
        if file.is_file() and not file.is_symlink():
            name = f"{UPLOADS}/{file.relative_to(places.uploads_folder()).as_posix()}"
            files[name] = _store(archive, name, _read(file))
    backup = Backup(datetime.now(UTC), acquit.__version__, server_version, migrations, files)
    manifest = {
        "format": FORMAT,
        "made_at": backup.made_at.isoformat(),
        "acquit_version": backup.acquit_version,
        "server_version": backup.server_version,
        "migrations": backup.migrations,
        "files": backup.files,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return backup


def _store(archive: zipfile.ZipFile, name: str, chunks: Iterator[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with archive.open(
        zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6]), "w", force_zip64=True
    ) as entry:
        for chunk in chunks:
            entry.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def _dump(settings: dict[str, Any]) -> Iterator[bytes]:
    options = ["--format=custom", "--compress=gzip:3", "--no-owner", "--no-privileges"]
    with tempfile.TemporaryFile() as said:
        process = open_program("pg_dump", options, settings, stdout=subprocess.PIPE, stderr=said)
        pipe = cast("IO[bytes]", process.stdout)
        try:
            while chunk := pipe.read(CHUNK_BYTES):
                yield chunk
            if process.wait() != 0:
                raise CannotBackUp(f"The database could not be read: {last_words(said)}")
        finally:
            process.kill()
            process.wait()


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


def _read_manifest(archive: zipfile.ZipFile) -> Backup:
    facts = archive.getinfo(MANIFEST)
    if facts.file_size > MANIFEST_LIMIT:
        raise ValueError("its manifest is too large")
    manifest = json.loads(archive.read(facts))
    if manifest["format"] != FORMAT:
        raise ValueError(f"its format is {manifest['format']}, this Acquit reads {FORMAT}")
    files = {str(name): (int(size), str(digest)) for name, (size, digest) in manifest["files"].items()}
    if DUMP not in files or sorted(archive.namelist()) != sorted([*files, MANIFEST]):
        raise ValueError("its parts are not those of its manifest")
    for name in files:
        parts = PurePosixPath(name).parts
        if name != DUMP and (parts[0] != UPLOADS or ".." in parts or "\\" in name or len(parts) < 2):
            raise ValueError(f"the name {name!r} leads elsewhere")
    return Backup(
        made_at=datetime.fromisoformat(manifest["made_at"]),
        acquit_version=str(manifest["acquit_version"]),
        server_version=int(manifest["server_version"]),
        migrations=tuple(map(str, manifest["migrations"])),
        files=files,
    )


def _measure(archive: zipfile.ZipFile, name: str) -> tuple[int, str]:
    facts = archive.getinfo(name)
    if facts.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is compressed")
    size, digest = 0, hashlib.sha256()
    with archive.open(facts) as entry:
        while chunk := entry.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def _list_migrations(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
        return ()
    found = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    return tuple(str(name) for (name,) in found)


def administrator_settings() -> dict[str, Any]:
    """Give the parameters of who reads past every wall: the superuser inside, the given login elsewhere."""
    from acquit.infra.embedded import DATABASE, Cluster, start, superuser_settings

    if not databases.is_embedded():
        return dict(databases.connection_settings("owner"))
    cluster = Cluster(places.home())
    start(cluster)
    return dict(superuser_settings(cluster, DATABASE))


def open_program(
    name: str, options: list[str], settings: dict[str, Any], **streams: Any
) -> subprocess.Popen[bytes]:
    """Start pg_dump or pg_restore on a database; the password goes the way nobody else sees it."""
    public = {key: value for key, value in settings.items() if key != "password"}
    password = {"PGPASSWORD": str(settings["password"])} if settings.get("password") else {}
    environment = dict(os.environ) | password | {"LC_ALL": "C"}
    command = [
        find_binaries().program(name),
        *options,
        "--no-password",
        f"--dbname={make_conninfo(**public)}",
    ]
    return subprocess.Popen(command, env=environment, **streams)


def last_words(said: IO[bytes]) -> str:
    """Give the end of what a program said on its way out, on one line."""
    said.seek(0)
    lines = said.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
    return " ".join(line for line in lines if line)[-600:] or "the program ended without a word"
