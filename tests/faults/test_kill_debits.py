"""`kill -9` while a run of direct debits is released and written, and its connection cut: nothing is collected twice.

The command is stopped at each moment that could tear something: before the approval and the order are committed,
and between the order and its file. Whoever runs it again comes to the same order.
"""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import psycopg
import pytest

from acquit.cash.models import DebitCollection, DebitRun, PreNotification
from acquit.cash.operations import RunOutcome, approve_debit_run, propose_debit_run, write_debit_run
from acquit.cash.queries import list_bank_accounts
from acquit.cash.rules.debit_runs import CannotCollect
from acquit.cli.output import write_file
from acquit.controls.operations import create_user, grant_role
from acquit.controls.rules.duties import Duty, Role
from acquit.formats.pain import read_payment_order
from acquit.infra.transaction import set_companies
from tests import databases
from tests.builders import DECIDED_AT, SYSTEM, Books, clerk
from tests.cash.collecting import TAKEN, TOLD, make_collecting, owe
from tests.cash.standing import assert_sound
from tests.cli.acquit import process_environment

pytestmark = pytest.mark.django_db(transaction=True)

#: The command as it is, but that it says when it comes to a moment and goes on when it is told to.
WORKER = """
import os, sys
from acquit.cli.session import open_house
open_house()
from acquit.cash.operations import debit_runs
from acquit.cli import main, output
moment = sys.argv[1]

def pause(act, name, is_meant=lambda given: True):
    def paused(*given):
        if name == moment and is_meant(given):
            print(name, flush=True)
            sys.stdin.readline()
        return act(*given)
    return paused

debit_runs._tell = pause(debit_runs._tell, moment, lambda given: given[2] == moment)
debit_runs.build_debit_file = pause(debit_runs.build_debit_file, "built")
output.os.link = pause(os.link, "half")
sys.argv = ["acquit", *sys.argv[2:]]
main.run()
"""
NAME = "killed-debits"


class Order:
    """A run that was proposed, the command that releases and writes it, and where its file goes."""

    def __init__(self, books: Books, proposer: int, folder: Path) -> None:
        self.books, self.folder = books, folder
        self.out = folder / "debit.xml"
        self.proposer = clerk(books.company_id, Duty.CASH, user_id=proposer)
        self.run_id = self.propose().run_id

    def propose(self) -> RunOutcome:
        [account] = list_bank_accounts([self.books.company_id])
        return propose_debit_run(
            actor=self.proposer,
            company_id=self.books.company_id,
            bank_account_id=account.id,
            collection_date=TAKEN,
            business_date=TOLD,
        )

    def start(self, moment: str, command: str) -> subprocess.Popen[str]:
        day = ["--date", TOLD.isoformat(), "--by", "ben", "--run", str(self.run_id)]
        out = ["--out", str(self.out)] if command == "write" else []
        return subprocess.Popen(
            [sys.executable, "-c", WORKER, moment, "debit", command, *day, *out],
            env={**process_environment(self.folder / "home"), "PGAPPNAME": NAME},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def stop_at(self, moment: str, command: str, *, is_cut: bool = False) -> None:
        """Let the command come to a moment and kill it there, or cut its connection and let it go on."""
        worker = self.start(moment, command)
        assert worker.stdout is not None
        assert worker.stdout.readline() == f"{moment}\n", worker.communicate(timeout=60)
        if is_cut:
            with psycopg.connect(**databases.settings_for("owner"), autocommit=True) as owner:
                owner.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s",
                    [NAME],
                )
            worker.communicate("go on\n", timeout=60)
        else:
            worker.kill()
            worker.communicate(timeout=60)
        assert worker.returncode != 0

    def stands(self) -> tuple[str, set[str], bool, int, bool]:
        """Give the states of run and collections, whether its order is kept, how many were told, whether a file is."""
        run = DebitRun.objects.get(id=self.run_id)
        rows = DebitCollection.objects.filter(run_id=run.id)
        notices = PreNotification.objects.filter(collection_id__in=rows.values("id")).count()
        states = set(rows.values_list("state", flat=True))
        return run.state, states, run.content is not None, notices, self.out.exists()


@pytest.mark.timeout(300)
def test_a_run_that_is_killed_while_it_is_released_and_written_collects_once(tmp_path: Path) -> None:
    books = make_collecting("Kontor GmbH")
    set_companies([books.company_id])
    users = []
    for name in ("ada", "ben"):
        users.append(create_user(username=name, password="correct horse battery").id)
        grant_role(
            actor=SYSTEM,
            user_id=users[-1],
            company_id=books.company_id,
            role=Role.OWNER,
            valid_from=date(2026, 1, 1),
        )
    for number in ("1001", "1002", "1003"):
        owe(books, number)
    order = Order(books, users[0], tmp_path)

    order.stop_at("approved", "approve")
    assert order.stands() == ("PROPOSED", {"PROPOSED"}, False, 0, False)
    second = clerk(books.company_id, Duty.CASH, user_id=users[1])
    approve_debit_run(actor=second, run_id=order.run_id, business_date=TOLD)
    order.stop_at("built", "write", is_cut=True)
    assert order.stands() == ("APPROVED", {"PROPOSED"}, False, 3, False)
    order.stop_at("half", "write")
    assert order.stands() == ("WRITTEN", {"SUBMITTED"}, True, 3, False)
    file = write_debit_run(actor=second, run_id=order.run_id, business_date=TOLD, written_at=DECIDED_AT)
    write_file(order.out, file.content)
    assert order.stands() == ("WRITTEN", {"SUBMITTED"}, True, 3, True)

    content = order.out.read_bytes()
    assert content == bytes(DebitRun.objects.get(id=order.run_id).content or b"")
    names = [one.end_to_end_id for one in read_payment_order(io.BytesIO(content), "debit.xml").transactions]
    assert sorted(names) == sorted(
        DebitCollection.objects.filter(company_id=books.company_id).values_list("end_to_end_id", flat=True)
    )
    assert len(set(names)) == 3
    with pytest.raises(CannotCollect, match="Nothing is collected"):
        order.propose()
    assert_sound()
