"""Processes that act on parts: what they give, what they raise, and that none outlives its use."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable

import pytest
from django.db import connection

from acquit.controls.queries import list_companies
from acquit.core.errors import NotFound
from acquit.infra.side_processes import WorkerDied, side_processes
from acquit.infra.transaction import company_ids_in_scope
from tests.builders import make_books

pytestmark = pytest.mark.django_db(transaction=True)


def make_worker() -> Callable[[int], object]:
    return act


def act(part: int) -> object:
    if part == 0:
        raise NotFound("There is no part 0.", param="part", details={"part": 0})
    if part < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid(), company_ids_in_scope(), [company.name for company in list_companies()]


def test_each_acts_in_a_process_of_its_own_for_the_companies_in_scope() -> None:
    books = make_books("Beside")
    with side_processes(make_worker, 2) as processes:
        processes.begin([1, 2])
        [first, second] = processes.finish()
        assert len({os.getpid(), first[0], second[0]}) == 3
        assert first[1:] == second[1:] == ((books.company_id,), ["Beside"])
        processes.begin([3])
        assert processes.finish() == [first]
    assert multiprocessing.active_children() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_an_error_is_raised_here_and_a_process_that_is_killed_is_said() -> None:
    make_books()
    with side_processes(make_worker, 2) as processes:
        processes.begin([0, 1])
        with pytest.raises(NotFound) as raised:
            processes.finish()
        assert (raised.value.message, raised.value.param, raised.value.details) == (
            "There is no part 0.",
            "part",
            {"part": 0},
        )
        processes.begin([1, 1])
        assert len(processes.finish()) == 2
        processes.begin([1, -1])
        with pytest.raises(WorkerDied):
            processes.finish()
    assert multiprocessing.active_children() == []
