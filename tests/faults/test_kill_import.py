"""`kill -9` in the middle of an import: the books stay whole, and running it again finishes the work once."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from acquit.cli.session import open_all_companies
from acquit.insight.queries.checks import run_checks
from tests import databases
from tests.cli.acquit import COMMAND, process_environment
from tests.cli.files import bank_line, camt, statement

pytestmark = pytest.mark.django_db(transaction=True)

STAGES = ("intake", "intake_file", "customer", "document", "bank_line", "receipt")
CUSTOMERS = 200
ITEMS = 4_000
LINES = 500
FIRST_DAY = date(2026, 1, 2)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Write a company whose import takes long enough to be killed at any stage of it."""
    folder = tmp_path / "files"
    folder.mkdir()
    customers = ["customer,name,country,payment_terms"]
    customers += [f"{10_000 + n},Kunde {n} GmbH,DE,NET30" for n in range(CUSTOMERS)]
    items = ["document,type,customer,document_date,due_date,currency,gross_amount,open_amount"]
    lines = []
    for number in range(ITEMS):
        day = FIRST_DAY + timedelta(days=number % 80)
        amount = Decimal(1000 + number * 7) / 100
        rest = "0.00" if number % 5 == 0 else amount
        items.append(
            f"R-{number:05d},invoice,{10_000 + number % CUSTOMERS},{day},{day + timedelta(days=30)},EUR,{amount},{rest}"
        )
        if number % (ITEMS // LINES) == 3:
            paid = amount if number % 3 else amount - Decimal("0.02")
            text = f"Rechnung R-{number:05d}" if number % 7 else "Danke"
            lines.append(
                bank_line(
                    str(paid), text, f"B{number}", day=date(2026, 4, 1), payer=f"Kunde {number % CUSTOMERS}"
                )
            )
    (folder / "customers.csv").write_text("\n".join(customers))
    (folder / "open_items.csv").write_text("\n".join(items))
    for part in range(3):
        camt(
            folder,
            statement(*lines[part::3], account=f"DE0210050000005454040{part}"),
            name=f"camt_{part}.xml",
        )
    return folder


def start(files: Path, company: str, home: Path) -> subprocess.Popen[str]:
    options = ("--company", company, "--currency", "EUR", "--as-of", "2026-04-30", "--json")
    return subprocess.Popen(
        [*COMMAND, "start", str(files), *options],
        env=process_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    answer: dict[str, Any] = json.loads(out)
    del answer["company"]
    return answer


def broken_checks() -> dict[str, int]:
    open_all_companies()
    return {result.name: result.violations for result in run_checks() if result.violations}


def wait_for(table: str, company: str, process: subprocess.Popen[str]) -> bool:
    """Wait until the import has committed its first row of a table; gives False when it ended before."""
    with psycopg.connect(**databases.settings_for("owner"), autocommit=True) as owner:
        while process.poll() is None:
            statement = (
                f"SELECT 1 FROM {table} t JOIN company c ON c.id = t.company_id WHERE c.name = %s LIMIT 1"
            )
            if owner.execute(statement, [company]).fetchone():
                return True
            time.sleep(0.005)
    return False


def test_killed_at_any_stage_the_books_are_whole_and_the_next_run_finishes(
    files: Path, tmp_path: Path
) -> None:
    """Each run begins where the one before was killed: while files are received, items posted, lines read, matched."""
    home = tmp_path / "home"
    whole = finish(start(files, "Whole GmbH", home))
    assert whole["documents"] == ITEMS
    assert whole["control_difference"] == {"EUR": "0.00"}
    assert Decimal(whole["cleared_amount"]["EUR"]) > 0
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    for stage in STAGES:
        process = start(files, "Killed GmbH", home)
        assert wait_for(stage, "Killed GmbH", process), f"the import ended before its first {stage}"
        time.sleep(moments.random() * 0.1)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        assert process.returncode == -signal.SIGKILL
        assert broken_checks() == {}, f"seed {seed}, killed at the first {stage}"
    assert finish(start(files, "Killed GmbH", home)) == whole, f"seed {seed}"
    assert finish(start(files, "Killed GmbH", home)) == whole, "again, and nothing changes"
    assert broken_checks() == {}


def test_two_imports_of_one_folder_at_once_post_everything_once(files: Path, tmp_path: Path) -> None:
    homes = [tmp_path / "home", tmp_path / "home"]
    processes = [start(files, "Twice GmbH", home) for home in homes]
    answers = [finish(process) for process in processes]
    assert {answer["documents"] for answer in answers} == {ITEMS}
    assert broken_checks() == {}
    again = finish(start(files, "Twice GmbH", homes[0]))
    alone = finish(start(files, "Alone GmbH", homes[0]))
    assert again == alone
