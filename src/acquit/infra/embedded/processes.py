"""Which process serves a data folder: asked of the kernel, not of a note that may have outlived its writer.

After a crash `postmaster.pid` names a process that is gone, and after a reboot or in a fresh container that
number may belong to anybody. PostgreSQL would then refuse to start for ever. A server's working folder is its
data folder, so `/proc/<pid>/cwd` tells whether a process is the one the note means.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from acquit.infra.embedded.cluster import SOCKET_PORT, Cluster

PROCESSES = Path("/proc")
ORPHAN_SECONDS = 2.0
SERVER_PROGRAMS = ("postgres", "initdb")


def find_postmaster(cluster: Cluster) -> int | None:
    """Give the id of the living server of this data folder, or None."""
    try:
        process_id = int(cluster.pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return process_id if process_id > 0 and _serves(process_id, cluster.data_folder) else None


def clear_remains(cluster: Cluster) -> None:
    """Clear what a dead server left: its lock notes, and children that outlived it and still hold its memory.

    Call it under the cluster's lock, after `find_postmaster` has found nobody.
    """
    if not cluster.pid_file.exists() or sys.platform == "win32":
        return
    _end_orphans(cluster.data_folder, signal.SIGQUIT)
    for name in (f".s.PGSQL.{SOCKET_PORT}.lock", f".s.PGSQL.{SOCKET_PORT}", "postmaster.pid"):
        (cluster.data_folder / name).unlink(missing_ok=True)


def clear_unfinished(cluster: Cluster) -> None:
    """Clear a half-made data folder, and the programs a killed starter left at work in it."""
    folder = cluster.unfinished_folder
    deadline = time.monotonic() + ORPHAN_SECONDS
    while folder.exists() and time.monotonic() < deadline:
        _end_orphans(folder, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def _end_orphans(folder: Path, first: signal.Signals) -> None:
    orphans = _list_orphans(folder)
    for number in (first, signal.SIGKILL):
        for process_id in orphans:
            _send(process_id, number)
        deadline = time.monotonic() + ORPHAN_SECONDS
        while orphans and time.monotonic() < deadline:
            time.sleep(0.02)
            orphans = [process_id for process_id in orphans if _serves(process_id, folder)]


def _serves(process_id: int, data_folder: Path) -> bool:
    if PROCESSES.joinpath("self", "cwd").exists():
        process = PROCESSES / str(process_id)
        try:
            return (
                process.joinpath("cwd").samefile(data_folder)
                and process.joinpath("comm").read_text().strip() in SERVER_PROGRAMS
            )
        except OSError:
            return False  # gone, or a process of another account, which our server is not
    if sys.platform == "win32":
        return False
    said = subprocess.run(
        ["ps", "-o", "comm=", "-p", str(process_id)], capture_output=True, text=True, check=False
    )
    return "postgres" in said.stdout


def _list_orphans(data_folder: Path) -> list[int]:
    if not PROCESSES.joinpath("self", "cwd").exists():
        return []
    found = [int(entry.name) for entry in PROCESSES.iterdir() if entry.name.isdigit()]
    return [process_id for process_id in found if _serves(process_id, data_folder)]


def _send(process_id: int, number: signal.Signals) -> None:
    try:
        os.kill(process_id, number)
    except ProcessLookupError:
        return
