"""Parts of one work in processes of their own: for work that Python's own time bounds, where threads would not help.

Each process is an interpreter with a connection of its own to the same database. It makes its worker once, then acts on
one part after the other as it is told, and ends when it is let go or whoever started it dies. Parts must not wait for
each other's locks: whoever cuts the work sees to it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from acquit.core.errors import Refusal

Part = TypeVar("Part")
Result = TypeVar("Result")

_PATIENCE_SECONDS = 10


class WorkerDied(Refusal):
    """A process that worked on a part ended before it was done. What was committed stays; run again for the rest."""

    code = "WORKER_DIED"


class SideProcesses(Generic[Part, Result]):
    """Processes that each made a worker, and act on parts together."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes
        self._busy: Sequence[Connection] = ()

    def begin(self, parts: Sequence[Part]) -> None:
        """Hand each process a part, at most as many as there are processes."""
        self._busy = self._pipes[: len(parts)]
        for pipe, part in zip(self._busy, parts, strict=True):
            try:
                pipe.send(part)
            except BrokenPipeError as broken:
                raise _died() from broken

    def finish(self) -> list[Result]:
        """Give what each part gave, in order; the first error of them is raised, once all have ended."""
        answers = [_receive(pipe) for pipe in self._busy]
        self._busy = ()
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return answers


@contextmanager
def side_processes(
    make_worker: Callable[[], Callable[[Part], Result]], count: int
) -> Iterator[SideProcesses[Part, Result]]:
    """Start processes that make their worker and act for the companies in scope here; they end with the block.

    `make_worker`, parts, results and errors travel between processes: they must be what pickle can carry.
    """
    from django.db import connection

    from acquit.infra.transaction import company_ids_in_scope

    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            pipes.append(ours)
            process = context.Process(
                target=_serve,
                args=(theirs, dict(connection.settings_dict), company_ids_in_scope()),
                daemon=True,
            )
            process.start()
            processes.append(process)
            theirs.close()
            ours.send(make_worker)
        yield SideProcesses(pipes)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join(_PATIENCE_SECONDS)
            if process.is_alive():
                process.terminate()


def _serve(pipe: Connection, database: dict[str, Any], scope: Sequence[int]) -> None:
    """Be a side process: make the worker, then act on parts until nobody sends any."""
    import django

    django.setup()
    from django.db import connection

    from acquit.infra.transaction import set_companies

    connection.settings_dict.update(database)
    set_companies(scope)
    try:
        act = pipe.recv()()
        while True:
            part = pipe.recv()
            try:
                answer = act(part)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the part came from
                answer = error
            pipe.send(answer)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return  # nobody waits for an answer any more
    finally:
        connection.close()


def _receive(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except (EOFError, ConnectionResetError):
        return _died()


def _died() -> WorkerDied:
    return WorkerDied("A process that worked beside this one ended early. What it finished stays; run again.")
