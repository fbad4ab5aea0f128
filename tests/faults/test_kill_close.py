"""`kill -9` in the middle of a close: run again it goes on where it stopped, and every step is taken once."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from acquit.controls.rules.duties import Duty
from acquit.infra.models import Run, RunChunk
from acquit.ledger.models import JournalEntry, Period, PeriodTransition, Revaluation
from acquit.ledger.operations import approve_recurring_entry, propose_recurring_entry, record_rates
from acquit.ledger.rules.manual_entries import ManualLine
from tests import databases
from tests.builders import Books, clerk, make_books
from tests.cli.acquit import COMMAND, process_environment
from tests.scenarios.books_of_account import assert_books_are_sound
from tests.stress.telling import choose_seed, tell

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal
STEPS = 10


def make_company(name: str) -> Books:
    """Make books with something for each step: taxed and foreign invoices, money on account, recurring entries."""
    books = make_books(name)
    customer = books.customer()
    day = date(2026, 1, 12)
    books.invoice(customer, "119.00", tax="19.00", document_date=day)
    books.invoice(customer, "500.00", currency="USD", document_date=day)
    books.payment(customer, "80.00", currency="USD", paid_date=day)
    for number in range(3):
        entry = propose_recurring_entry(
            actor=clerk(books.company_id, Duty.CLOSE, user_id=1),
            company_id=books.company_id,
            name=f"Rent {number}",
            currency="EUR",
            lines=[ManualLine("6120", D("10.00")), ManualLine("4010", D("-10.00"))],
            valid_from=date(2026, 1, 1),
        )
        approve_recurring_entry(
            actor=clerk(books.company_id, Duty.CLOSE, user_id=2), recurring_entry_id=entry
        )
    return books


def begin(books: Books, home: Path) -> subprocess.Popen[str]:
    words = (
        "close",
        "--company",
        books.company.name,
        "--period",
        "2026-01",
        "--date",
        "2026-02-10",
        "--json",
    )
    return subprocess.Popen(
        [*COMMAND, *words],
        env=process_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_steps(books: Books, steps: int, process: subprocess.Popen[str]) -> None:
    """Wait until a close has taken so many steps, or ended."""
    statement = (
        "SELECT count(*) FROM run_chunk k JOIN run r ON r.id = k.run_id"
        " WHERE r.kind = 'CLOSE' AND r.company_id = %s"
    )
    with psycopg.connect(**databases.settings_for("owner"), autocommit=True) as owner:
        while process.poll() is None:
            row = owner.execute(statement, [books.company_id]).fetchone()
            if row is not None and row[0] >= steps:
                return
            time.sleep(0.001)


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    answer: dict[str, Any] = json.loads(out)
    return answer


def state_of(books: Books) -> dict[str, Any]:
    """Give what a close leaves behind, without ids."""
    period = Period.objects.get(company_id=books.company_id, start_date=date(2026, 1, 1))
    run = Run.objects.get(company_id=books.company_id, kind="CLOSE")
    chunks = RunChunk.objects.filter(run_id=run.id).order_by("chunk").values_list("chunk", "result__step")
    of = {"company_id": books.company_id}
    kinds = sorted(JournalEntry.objects.filter(**of).values_list("kind", "posting_date"))
    steps = (
        PeriodTransition.objects.filter(period_id=period.id)
        .order_by("id")
        .values_list("to_status", flat=True)
    )
    return {
        "status": period.status,
        "steps": list(steps),
        "chunks": list(chunks),
        "is finished": run.finished_at is not None,
        "entries": kinds,
        "revaluations": Revaluation.objects.filter(**of).count(),
        "accruals": RunChunk.objects.filter(
            run_id__in=Run.objects.filter(kind="ACCRUALS", **of).values("id")
        ).count(),
    }


def kill_closes(home: Path, moments: list[int]) -> None:
    """Kill a close after each of these numbers of steps, then let it end; it is as one that nobody killed."""
    seed = choose_seed()
    chance = random.Random(seed)
    record_rates(
        rates=[(date(2026, 1, 1), "EUR", "USD", D("1.0837")), (date(2026, 1, 31), "EUR", "USD", D("1.1201"))],
        source="ECB",
    )
    whole = make_company("Whole GmbH")
    answer = finish(begin(whole, home))
    assert [step["outcome"] for step in answer["steps"]].count("DONE") > 5
    expected = state_of(whole)
    assert (expected["status"], expected["steps"]) == ("CLOSED", ["SOFT_CLOSED", "CLOSED"])
    assert len(expected["chunks"]) == STEPS
    killed = make_company("Killed GmbH")
    kills = 0
    for steps in moments:
        process = begin(killed, home)
        wait_for_steps(killed, steps, process)
        time.sleep(chance.random() * 0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        kills += process.returncode == -signal.SIGKILL
        assert_books_are_sound()
    finish(begin(killed, home))
    assert state_of(killed) == expected, f"seed {seed}"
    finish(begin(killed, home))
    assert state_of(killed) == expected, f"seed {seed}: again, and nothing changes"
    assert kills > 0
    tell(seed, f"{kills} of {len(moments)} closes killed")
    assert_books_are_sound()


def test_a_close_that_is_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    kill_closes(tmp_path / "home", [1, 5, 8])


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_close_killed_after_every_step_is_taken_once(tmp_path: Path) -> None:
    kill_closes(tmp_path / "home", [step for step in range(STEPS) for _ in range(2)])
