"""`acquit api`: the API alone, by several processes that listen at one address.

One process of Python answers on one core. What the pages keep in their process (how far an import is) the API does not
need, so its processes share nothing but the address and the database. A process that dies is replaced.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.serving import LOCAL_HOSTS, THREADS, CannotServe, Host, allow_host, background, say_users

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import SpawnProcess

DEFAULT_PORT = 8766
SETTINGS = "acquit.config.api_settings"
#: A process that ends so soon after its start will not do better the next time.
_TOO_SOON_SECONDS = 5.0

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")]
Processes = Annotated[
    int, typer.Option("--processes", min=0, max=64, help="How many answer; one a core if not said.")
]


def serve_api(host: Host = "127.0.0.1", port: Port = DEFAULT_PORT, processes: Processes = 0) -> None:
    """Serve the API alone, by several processes, until Ctrl-C."""
    from acquit.cli.session import open_house

    allow_host(host)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    open_house()
    listener = _listen(host, port)
    say_users()
    shown = "localhost" if host in LOCAL_HOSTS else host
    with listener, _ending_at_sigterm():
        print(
            f"Acquit's API is at http://{shown}:{listener.getsockname()[1]}/api/v1/   (Ctrl-C ends it)",
            flush=True,
        )
        _run(listener, processes or os.cpu_count() or 1)
    print("Acquit has ended.", file=sys.stderr)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotServe(
            f"{host} port {port} cannot be listened at: {reason}. Choose another: acquit api --port {port + 1}",
            param="port",
        ) from error


def _run(listener: socket.socket, count: int) -> None:
    """Keep so many processes answering, with the work beside them, until Ctrl-C or SIGTERM."""
    stop = threading.Event()
    rounds = threading.Thread(target=background(), args=(stop,), name="background", daemon=True)
    rounds.start()
    running: list[SpawnProcess] = []
    try:
        running += [_start(listener) for _ in range(count)]
        _replace_the_dead(listener, running)
    except KeyboardInterrupt:
        pass
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.join(timeout=30)
        stop.set()
        rounds.join(timeout=30)


def _start(listener: socket.socket) -> SpawnProcess:
    process = multiprocessing.get_context("spawn").Process(
        target=answer_until_told, args=(listener,), daemon=True
    )
    process.start()
    return process


def _replace_the_dead(listener: socket.socket, running: list[SpawnProcess]) -> None:
    """Start another process for each that ends; refuses (`CannotServe`) to go on when they end at once."""
    while True:
        wait([process.sentinel for process in running], timeout=_TOO_SOON_SECONDS)
        dead = [process for process in running if process.exitcode is not None]
        for process in dead:
            running.remove(process)
            print(f"A process ended with code {process.exitcode}; another takes its place.", file=sys.stderr)
            fresh = _start(listener)
            running.append(fresh)
            fresh.join(timeout=_TOO_SOON_SECONDS)
            if fresh.exitcode is not None:
                raise CannotServe(f"A process ends as soon as it starts, with code {fresh.exitcode}.")


def answer_until_told(listener: socket.socket) -> None:
    """Answer requests of the shared address in this process, until SIGTERM or the end of who started it."""
    import waitress
    from django.core.servers.basehttp import get_internal_wsgi_application

    from acquit.cli.session import open_house

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first process tells the others
    open_house()
    server: Any = waitress.create_server(
        get_internal_wsgi_application(), sockets=[listener], threads=THREADS, ident="Acquit"
    )
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    gc.freeze()
    server.run()  # ends at `_stop` after the answers under way


def _stop(*_: object) -> None:
    raise SystemExit(0)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _ending_at_sigterm() -> Iterator[None]:
    """Let SIGTERM end the program as Ctrl-C does, so that its processes end with it."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
