"""Runs remember what they have done: started once under a key, counted by the chunk, finished with a summary."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from acquit.infra.models import Run, RunChunk
from acquit.infra.operations import RunView, finish_chunk, finish_run, start_run
from acquit.infra.transaction import operation
from tests.builders import Books, make_books

pytestmark = pytest.mark.django_db

BEGAN = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def books() -> Books:
    return make_books()


def start(books: Books, *, key: str = "2026-04-01", total: int = 3) -> RunView:
    return start_run(
        company_id=books.company_id,
        kind="MATCHING",
        key=key,
        business_date=date(2026, 4, 1),
        started_at=BEGAN,
        total=total,
        actor_id=7,
    )


def finish(run: RunView, chunk: int, done: int = 1) -> None:
    with operation():
        finish_chunk(run=run, chunk=chunk, done=done, result={"chunk": chunk})


def test_the_same_key_gives_the_same_run(books: Books) -> None:
    run = start(books)
    assert (run.total, run.done, run.finished_at) == (3, 0, None)
    assert start(books) == run
    assert start(books, key="2026-04-02").id != run.id
    assert Run.objects.count() == 2


def test_chunks_count_up_to_the_total(books: Books) -> None:
    run = start(books)
    finish(run, 0)
    finish(run, 1, done=5)
    assert Run.objects.get(id=run.id).done == 3
    assert list(RunChunk.objects.order_by("chunk").values_list("chunk", "result")) == [
        (0, {"chunk": 0}),
        (1, {"chunk": 1}),
    ]
    assert start(books).done == 3


def test_a_chunk_is_done_once(books: Books) -> None:
    run = start(books)
    finish(run, 0)
    with pytest.raises(IntegrityError):
        finish(run, 0)
    assert Run.objects.get(id=run.id).done == 1


def test_taken_up_again_with_another_total(books: Books) -> None:
    run = start(books)
    finish(run, 0, done=2)
    assert start(books, total=9).total == 9
    assert start(books, total=1).total == 2  # never below what is done


def test_a_finished_run_says_what_came_of_it(books: Books) -> None:
    run = start(books)
    finish_run(run=run, finished_at=BEGAN, summary={"posted": 2})
    row = Run.objects.get(id=run.id)
    assert (row.done, row.finished_at, row.summary) == (3, BEGAN, {"posted": 2})
    assert start(books).finished_at == BEGAN
