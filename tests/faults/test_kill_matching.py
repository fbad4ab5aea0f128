"""`kill -9` of a matching run, and its connection cut by the server, at random moments: nothing is applied twice.

A matching run of its own process is stopped again and again; the next one goes on where the last committed chunk ended.
In the end everything is as after a run nobody disturbed. (The server's own processes are killed in
`test_kill_database`.)
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from acquit.cash.models import Receipt
from acquit.cash.queries import count_receipts
from acquit.infra.transaction import set_companies
from tests import databases
from tests.builders import PAYMENT_DAY
from tests.cash.standing import assert_sound
from tests.cash.written import what_was_written
from tests.cli.acquit import process_environment
from tests.stress.telling import choose_seed, tell
from tests.stress.test_matching_at_once import Pile

pytestmark = pytest.mark.django_db(transaction=True)

#: Decides in small chunks, which it writes as long runs do, and says each one.
WORKER = """
import sys
from datetime import UTC, date, datetime
from acquit.cli.session import open_house
open_house()
from acquit.cash.operations import decided, match_bank_lines, matching
from acquit.controls.rules.duties import Actor
matching.CHUNK, decided.COLUMNS_FROM = 5, 3
match_bank_lines(
    actor=Actor(None, "killed", is_system=True),
    company_id=int(sys.argv[1]),
    business_date=date.fromisoformat(sys.argv[2]),
    decided_at=datetime(2026, 4, 1, 12, tzinfo=UTC),
    progress=lambda count: print(count, flush=True),
)
"""
NAME = "killed-matching"


def start(pile: Pile, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(pile.books.company_id), PAYMENT_DAY.isoformat()],
        env={**process_environment(home), "PGAPPNAME": NAME},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def cut_off() -> None:
    """Let the server end the worker's connection in the middle of whatever it does."""
    with psycopg.connect(**databases.settings_for("owner"), autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [NAME]
        )


def kill_often(invoices: int, kills: int, home: Path) -> None:
    seed = choose_seed()
    chance = random.Random(seed)
    whole, killed = Pile(invoices, seed), Pile(invoices, seed)
    set_companies([whole.books.company_id, killed.books.company_id])
    whole.take_in()
    killed.take_in()
    finished = start(whole, home)
    assert finished.wait(timeout=120) == 0, finished.communicate()
    died = 0
    for number in range(kills):
        worker = start(killed, home)
        assert worker.stdout is not None
        worker.stdout.readline()  # the first chunk of this run is there: it is killed in one of the next
        time.sleep(chance.uniform(0, 0.3))
        if number % 2:
            cut_off()
        else:
            worker.send_signal(signal.SIGKILL)
        worker.communicate(timeout=60)
        died += worker.returncode != 0
        assert_sound()
        decided = Receipt.objects.filter(company_id=killed.books.company_id)
        assert decided.count() == decided.values("bank_line_id").distinct().count()
    last = start(killed, home)
    out, err = last.communicate(timeout=120)
    assert last.returncode == 0, out + err
    tell(seed, f"{died} of {kills} died of it")
    assert died > 0, f"seed {seed}: every run was faster than its killer"
    killed.assert_once()
    states = [count_receipts([pile.books.company_id]) for pile in (whole, killed)]
    assert states[0] == states[1], f"seed {seed}"
    rows = [what_was_written(pile.books.company_id) for pile in (whole, killed)]
    assert {name: len(found) for name, found in rows[0].items()} == {
        name: len(found) for name, found in rows[1].items()
    }


@pytest.mark.timeout(400)
def test_killed_at_some_moments_a_matching_run_is_finished_once(tmp_path: Path) -> None:
    kill_often(60, 3, tmp_path / "home")


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_killed_at_forty_moments_a_matching_run_is_finished_once(tmp_path: Path) -> None:
    kill_often(1_500, 40, tmp_path / "home")
