"""Start, stop and look at the embedded server.

The question "does it run?" is put to the server itself (`pg_isready`), never to a file. Only when it does not
answer is the lock taken, and asked again: of several starters one starts, the others find it running.
"""

from __future__ import annotations

import re
import socket
import subprocess
import time
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from acquit.infra.embedded.account import ServerAccount, choose_account, give_to_owner, plain_environment
from acquit.infra.embedded.binaries import Binaries, find_binaries, readable_copy
from acquit.infra.embedded.cluster import DATABASE, Cluster, Transport
from acquit.infra.embedded.connection import client_address
from acquit.infra.embedded.locks import locked
from acquit.infra.embedded.processes import clear_remains, clear_unfinished, find_postmaster
from acquit.infra.embedded.refusals import CannotStartDatabase, CannotStopDatabase
from acquit.infra.embedded.tuning import look_at_machine, plan_settings, render_settings
from acquit.infra.roles import APPLICATION_ROLE

PATIENCE_SECONDS = 600.0  # recovery after a crash reads up to max_wal_size
LOG_SIZE_LIMIT = 16 * 1024 * 1024


class Answer(IntEnum):
    """What pg_isready says."""

    ACCEPTING = 0
    REJECTING = 1
    SILENT = 2
    NOT_ASKED = 3


@dataclass(frozen=True)
class ServerStatus:
    """What there is to see of the embedded server; its process is None while it does not run."""

    running: bool
    data_folder: Path
    process_id: int | None
    host: str
    port: int
    log_file: Path


def ask(cluster: Cluster, binaries: Binaries | None = None) -> Answer:
    """Ask the server of this data folder whether it accepts connections."""
    if not cluster.pid_file.exists():
        return Answer.SILENT
    if cluster.transport is Transport.LOOPBACK and find_postmaster(cluster) is None:
        return Answer.SILENT  # the port may be somebody else's by now
    host, port = client_address(cluster)
    command = [(binaries or find_binaries()).program("pg_isready"), "--quiet", "--timeout=5"]
    command += ["--host", host, "--port", str(port), "--username", APPLICATION_ROLE, "--dbname", DATABASE]
    return Answer(subprocess.run(command, env=plain_environment(), check=False).returncode)


def start(cluster: Cluster) -> bool:
    """Make sure the server runs; True when this call started it, False when it ran already.

    Makes the data folder first when there is none. Refuses with `CannotStartDatabase`, saying what the server
    said.
    """
    binaries = find_binaries()
    if ask(cluster, binaries) is Answer.ACCEPTING:
        return False
    cluster.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(cluster.lock_file, patience_seconds=PATIENCE_SECONDS):
        return start_locked(cluster, binaries)


def start_locked(cluster: Cluster, binaries: Binaries) -> bool:
    """Do what `start` does, for a caller that holds the lock."""
    if _wait_for_answer(cluster, binaries) is Answer.ACCEPTING:
        return False
    account = choose_account(cluster.data_folder)
    programs = _reachable(binaries, account)
    clear_unfinished(cluster)
    if not cluster.is_made():
        cluster.make(programs, account)
    clear_remains(cluster)
    settings = plan_settings(look_at_machine(cluster.home), durable=cluster.durable)
    cluster.write_configuration(account, render_settings(settings))
    _launch(cluster, programs, account)
    return True


def stop(cluster: Cluster) -> bool:
    """Stop the server, ending its sessions; True when it ran. Refuses with `CannotStopDatabase`."""
    if find_postmaster(cluster) is None and ask(cluster) is Answer.SILENT:
        return False
    with locked(cluster.lock_file, patience_seconds=PATIENCE_SECONDS):
        binaries = find_binaries()
        if find_postmaster(cluster) is None and ask(cluster, binaries) is Answer.SILENT:
            return False
        account = choose_account(cluster.data_folder)
        command = [_reachable(binaries, account).program("pg_ctl"), "stop", "-w"]
        for mode, seconds in (("fast", 60), ("immediate", 20)):
            result = account.run([*command, "-m", mode, "-t", str(seconds)], inside=cluster.data_folder)
            if result.returncode == 0:
                return True
        raise CannotStopDatabase(
            f"The server of {cluster.data_folder} does not stop: {result.stdout.strip()[-300:]}"
        )


def get_status(cluster: Cluster) -> ServerStatus:
    """Look at the server without starting it."""
    running = ask(cluster) is Answer.ACCEPTING
    host, port = client_address(cluster)
    process_id = find_postmaster(cluster) if running else None
    return ServerStatus(running, cluster.data_folder, process_id, host, port, cluster.log_file)


def _wait_for_answer(cluster: Cluster, binaries: Binaries) -> Answer:
    """Wait while a living server is on its way up or down; SILENT means that there is none."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = ask(cluster, binaries)
        if answer is Answer.ACCEPTING:
            return answer
        postmaster = find_postmaster(cluster)
        if answer is not Answer.REJECTING and postmaster is None:
            return Answer.SILENT
        if time.monotonic() > deadline:
            raise CannotStartDatabase(
                f"The server of {cluster.data_folder} (process {postmaster}) accepts no connections. "
                f"See {cluster.log_file}; acquit db stop ends it."
            )
        time.sleep(0.05)


def _reachable(binaries: Binaries, account: ServerAccount) -> Binaries:
    """Give programs that the server's account can run, copied to a readable place when need be."""
    if account.user_id is None:
        return binaries
    try:
        probe = account.run([binaries.program("postgres"), "--version"], inside=Path("/"))
    except PermissionError:
        return readable_copy(binaries)
    return binaries if probe.returncode == 0 else readable_copy(binaries)


def _launch(cluster: Cluster, binaries: Binaries, account: ServerAccount) -> None:
    log = cluster.log_file
    log.parent.mkdir(mode=0o700, exist_ok=True)
    give_to_owner(log.parent)
    if log.exists() and log.stat().st_size > LOG_SIZE_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    log.touch(mode=0o600)
    give_to_owner(log)
    attempts = 3 if cluster.transport is Transport.LOOPBACK else 1
    for _ in range(attempts):  # a free port may be taken before the server binds it
        before = log.stat().st_size
        command = [binaries.program("pg_ctl"), "start", "-w"]
        command += ["-t", f"{PATIENCE_SECONDS:.0f}", "-o", _listen_options(cluster)]
        if account.run(command, inside=cluster.data_folder, log=log).returncode == 0:
            return
    raise CannotStartDatabase(f"PostgreSQL did not start: {_reason(log, before)} (all of it in {log})")


def _listen_options(cluster: Cluster) -> str:
    if cluster.transport is Transport.SOCKET:
        return "-c listen_addresses= -c unix_socket_directories=. -c unix_socket_permissions=0700"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return f"-c listen_addresses=127.0.0.1 -c unix_socket_directories= -p {port}"


def _reason(log: Path, offset: int) -> str:
    with log.open("rb") as file:
        file.seek(offset)
        text = file.read().decode("utf-8", "replace")
    said = re.findall(r"(?:LOG|FATAL|ERROR|PANIC|DETAIL|HINT): +(.+)", text)
    return " / ".join(said[-4:]) or text.strip()[-300:]
