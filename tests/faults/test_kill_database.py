"""`kill -9` of the worker, of a backend, of the embedded PostgreSQL and all of it: every run finishes exactly once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from acquit.infra import databases, embedded
from acquit.infra.embedded import processes
from acquit.infra.embedded.connection import superuser_settings
from tests.cli.acquit import COMMAND, process_environment
from tests.cli.files import bank_line, camt, statement
from tests.stress.telling import choose_seed, tell

pytestmark = pytest.mark.django_db(transaction=True)

FIRST_DAY = date(2026, 1, 2)
VICTIMS = ("worker", "postmaster", "backend", "everything")
#: What a run leaves in the books of a company: the same rows, however often it was killed on the way.
FOUND = {
    "documents": "SELECT count(*), sum(gross) FROM document WHERE company_id = %(c)s",
    "items": "SELECT kind, count(*), sum(original_amount) FROM item WHERE company_id = %(c)s GROUP BY 1 ORDER BY 1",
    "open": "SELECT kind, count(*), sum(open_amount) FROM open_item WHERE company_id = %(c)s GROUP BY 1 ORDER BY 1",
    "clearings": "SELECT reason, count(*) FROM clearing WHERE company_id = %(c)s GROUP BY 1 ORDER BY 1",
    "edges": "SELECT count(*), sum(amount) FROM clearing_edge WHERE company_id = %(c)s",
    "entries": "SELECT kind, count(*) FROM journal_entry WHERE company_id = %(c)s GROUP BY 1 ORDER BY 1",
    "bank lines": "SELECT count(*), count(DISTINCT identity), sum(amount) FROM bank_line WHERE company_id = %(c)s",
    "receipts": "SELECT state, count(*), sum(amount) FROM receipt WHERE company_id = %(c)s GROUP BY 1 ORDER BY 1",
    "events": "SELECT kind, count(*) FROM event WHERE company_id = %(c)s AND kind ~ '^(billing|receivables|cash)[.]'"
    " GROUP BY 1 ORDER BY 1",
    "unsealed": "SELECT count(*) FROM event"
    " WHERE company_id = %(c)s AND id > (SELECT max(last_id) FROM audit_seal_interval WHERE table_name = 'event')",
    "files": "SELECT count(DISTINCT fingerprint) FROM intake_file WHERE company_id = %(c)s",
}


class House:
    """A home with an embedded PostgreSQL of its own, as a user has it; nothing of it is shared with other tests."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cluster = embedded.Cluster(home)
        self.environment = process_environment(home)
        del self.environment[databases.URL_VARIABLE]

    def begin(self, *words: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, *map(str, words)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start(self, files: Path, company: str) -> subprocess.Popen[str]:
        options = ("--company", company, "--currency", "EUR", "--as-of", "2026-04-30", "--json")
        return self.begin("start", files, *options)

    def finish(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, out + err
        answer: dict[str, Any] = json.loads(out)
        answer.pop("company", None)
        return answer

    def assert_consistent(self, where: str) -> None:
        """Run `acquit check`, which starts the server again and waits for its recovery."""
        answer = self.finish(self.begin("check", "--json"))
        assert answer["is_consistent"] is True, (where, answer)

    def found(self, company: str) -> dict[str, list[tuple[Any, ...]]]:
        """Count what stands in a company's books."""
        settings = superuser_settings(self.cluster, embedded.DATABASE)
        with psycopg.connect(**settings) as connection:
            row = connection.execute("SELECT id FROM company WHERE name = %s", [company]).fetchone()
            assert row is not None
            return {name: connection.execute(text, {"c": row[0]}).fetchall() for name, text in FOUND.items()}

    def kill(self, victim: str, process: subprocess.Popen[str], chance: random.Random) -> None:
        """Kill -9 the worker, the server's first process, one of its others, or all of them."""
        if victim == "worker":
            process.send_signal(signal.SIGKILL)
            return
        first = processes.find_postmaster(self.cluster)
        if first is None:
            return
        others = [each for each in processes._list_orphans(self.cluster.data_folder) if each != first]
        targets = {
            "postmaster": [first],
            "backend": chance.sample(others, 1) if others else [],
            "everything": [first, *others],
        }
        for process_id in targets[victim]:
            try:
                os.kill(process_id, signal.SIGKILL)
            except ProcessLookupError:
                continue


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a home whose server is stopped in the end."""
    found = House(tmp_path / "home")
    yield found
    embedded.stop(found.cluster)


def write_files(folder: Path, *, customers: int, items: int, lines: int) -> Path:
    """Write a company's customers, open items and bank statements: some lines pay exactly, some short, some unnamed."""
    folder.mkdir()
    rows = ["customer,name,country,payment_terms"]
    rows += [f"{10_000 + n},Kunde {n} GmbH,DE,NET30" for n in range(customers)]
    (folder / "customers.csv").write_text("\n".join(rows))
    rows = ["document,type,customer,document_date,due_date,currency,gross_amount,open_amount"]
    paid = []
    for number in range(items):
        day = FIRST_DAY + timedelta(days=number % 80)
        amount = Decimal(1000 + number * 7) / 100
        rows.append(
            f"R-{number:05d},invoice,{10_000 + number % customers},{day},{day + timedelta(days=30)},EUR,"
            f"{amount},{'0.00' if number % 5 == 0 else amount}"
        )
        if number % (items // lines) == 3:
            text = f"Rechnung R-{number:05d}" if number % 7 else "Danke"
            short = Decimal(0) if number % 3 else Decimal("0.02")
            paid.append(bank_line(str(amount - short), text, f"B{number}", day=date(2026, 4, 1)))
    (folder / "open_items.csv").write_text("\n".join(rows))
    for part in range(6):
        account = f"DE0210050000005454040{part}"
        camt(folder, statement(*paid[part::6], account=account), name=f"camt_{part}.xml")
    return folder


def kill_often(house: House, files: Path, *, kills: int, at_most_each: int) -> None:
    """Kill runs at random moments until so many have died; each then runs to its end and is as a whole one."""
    seed = choose_seed()
    chance = random.Random(seed)
    house.finish(house.start(files, "First GmbH"))  # makes the server, so that it counts in no time below
    began = time.monotonic()
    whole = house.finish(house.start(files, "Whole GmbH"))
    seconds = time.monotonic() - began
    expected = house.found("Whole GmbH")
    assert expected == house.found("First GmbH")
    assert Decimal(whole["cleared_amount"]["EUR"]) > 0
    assert expected["unsealed"] == [(0,)]
    died: Counter[str] = Counter()
    too_late = company = 0
    while sum(died.values()) < kills:
        company += 1
        name = f"Killed {company} GmbH"
        for _ in range(at_most_each):
            victim = VICTIMS[sum(died.values()) % len(VICTIMS)]
            process = house.start(files, name)
            moment = chance.uniform(0.15, 1.0) * seconds
            try:
                process.wait(timeout=moment)
                too_late += 1
                break
            except subprocess.TimeoutExpired:
                house.kill(victim, process, chance)
            process.communicate(timeout=240)
            where = f"seed {seed}: {victim} of {name} after {moment:.2f} of {seconds:.2f} s"
            if process.returncode == 0:
                too_late += victim == "worker"
            died[victim] += 1
            house.assert_consistent(where)
            if sum(died.values()) == kills:
                break
        answer = house.finish(house.start(files, name))
        assert answer == whole, f"seed {seed}: {name}"
        assert house.found(name) == expected, f"seed {seed}: {name}"
    house.assert_consistent(f"seed {seed}: in the end")
    tell(seed, f"killed {dict(died)} in {company} companies, {too_late} came too late")


@pytest.mark.timeout(600)
def test_killed_at_some_moments_every_run_finishes_once(house: House, tmp_path: Path) -> None:
    kill_often(
        house, write_files(tmp_path / "files", customers=60, items=900, lines=90), kills=2, at_most_each=2
    )


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_killed_at_fifty_moments_every_run_finishes_once(house: House, tmp_path: Path) -> None:
    kill_often(
        house,
        write_files(tmp_path / "files", customers=200, items=4_000, lines=500),
        kills=50,
        at_most_each=3,
    )
