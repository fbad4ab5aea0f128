"""How to reach the embedded server: the connection parameters of a role.

A socket's path may have 107 bytes (libpq's own limit is the kernel's), and libpq reads a comma as the end of
a host. The server does not care, it binds a relative path; a client whose home has such a name goes through a
short link in a private folder of its own.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

from acquit.infra import places
from acquit.infra.embedded.cluster import DATABASE, SOCKET_PORT, SUPERUSER, Cluster, Transport
from acquit.infra.embedded.refusals import CannotStartDatabase
from acquit.infra.roles import APPLICATION_ROLE, OWNER_ROLE

SOCKET_PATH_LIMIT = 107 - len(f"/.s.PGSQL.{SOCKET_PORT}.lock")
ROLES = {"app": APPLICATION_ROLE, "owner": OWNER_ROLE}


def connection_settings(role: str = "app", *, starting: bool = True) -> dict[str, Any]:
    """Give host, port, dbname, user and password for the database of ACQUIT_HOME.

    The password is empty where none is needed. `role` is `app` (what the application connects as) or `owner`
    (who owns the tables: migrations). The server is started when it does not run, unless `starting` is False:
    then nothing is touched and the answer may lead nowhere yet. Refuses with `CannotStartDatabase` or
    `CannotUseHome`.
    """
    from acquit.infra.embedded.starter import start

    cluster = Cluster(places.home())
    if starting:
        start(cluster)
    return client_settings(cluster, ROLES[role], DATABASE)


def superuser_settings(cluster: Cluster, database: str = "postgres") -> dict[str, Any]:
    """Give the parameters for the superuser: for looking after the server, never for the application."""
    return client_settings(cluster, SUPERUSER, database)


def client_settings(cluster: Cluster, user: str, database: str) -> dict[str, Any]:
    """Give a client's connection parameters for a role and a database of a cluster."""
    host, port = client_address(cluster)
    return {"host": host, "port": port, "dbname": database, "user": user, "password": cluster.password(user)}


def client_address(cluster: Cluster) -> tuple[str, int]:
    """Give host and port; the port is 0 when the server needs one and does not run."""
    if cluster.transport is Transport.SOCKET:
        return short_folder(cluster.data_folder), SOCKET_PORT
    try:
        return "127.0.0.1", int(cluster.pid_file.read_text().splitlines()[3])
    except (OSError, IndexError, ValueError):
        return "127.0.0.1", 0


def short_folder(folder: Path) -> str:
    """Give a folder's own path when a socket's name fits behind it, else that of a private link to it."""
    own_path = str(folder)
    if len(os.fsencode(own_path)) <= SOCKET_PATH_LIMIT and "," not in own_path:
        return own_path
    link = _links_folder() / hashlib.sha256(os.fsencode(own_path)).hexdigest()[:16]
    if not link.is_symlink() or link.readlink() != folder:
        fresh = link.with_name(f"{link.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder)
        fresh.replace(link)
    return str(link)


def _links_folder() -> Path:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    base = runtime if runtime.is_absolute() and _is_private(runtime) else Path(tempfile.gettempdir())
    if len(os.fsencode(base)) > SOCKET_PATH_LIMIT - 50:
        base = Path("/tmp")  # noqa: S108 - checked below
    folder = base / f"acquit-{os.geteuid()}"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not _is_private(folder):
            raise CannotStartDatabase(
                f"{folder} belongs to somebody else or lets others in. "
                "Remove it, or give ACQUIT_HOME a shorter path."
            ) from None
    return folder


def _is_private(folder: Path) -> bool:
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid() and not facts.st_mode & 0o077
