"""Parts of one work side by side: each worker a thread with a connection of its own.

For work that the server does most of; where Python does it, `side_processes`.

While the server works for one, Python works for another; so two workers keep two cores busy. Parts must not wait for
each other's locks: whoever cuts the work sees to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

from acquit.infra.transaction import company_ids_in_scope, set_companies

Result = TypeVar("Result")


def work_side_by_side(acts: Sequence[Callable[[], Result]]) -> list[Result]:
    """Do acts at once, each for the companies in scope here; gives what each gave, in order.

    The first error of them is raised, once all have ended.
    """
    if len(acts) == 1:
        return [acts[0]()]
    scope = company_ids_in_scope()

    def act_apart(act: Callable[[], Result]) -> Result:
        set_companies(scope)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(max(1, len(acts)), thread_name_prefix="worker") as workers:
        started = [workers.submit(act_apart, act) for act in acts]
    return [each.result() for each in started]
