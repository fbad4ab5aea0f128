"""Books restored on another machine: every check is zero there, and sealing goes on where it stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from acquit.infra import embedded

ROOT = Path(__file__).resolve().parents[2]
BEGIN = """
import json, sys
from pathlib import Path
from acquit.cli.session import open_house
open_house()
file = Path(sys.argv[1])
"""
MAKE = """
from acquit.controls.batch import verify_seals
from acquit.infra.embedded.backup import write_backup
from tests.insight.story import tell_story
tell_story()
write_backup(file)
report = verify_seals()
print(json.dumps([report.rows, report.last_hash]))
"""
RESTORE = """
from acquit.controls.batch import seal_blocks, verify_seals
from acquit.infra.embedded.restore import restore_backup
from acquit.insight.queries.checks import run_checks
from django.db import connection
from tests.builders import make_books
restore_backup(file)
connection.close()
open_house()
broken = [result.name for result in run_checks() if result.violations]
before = verify_seals()
books = make_books("After the move")
books.invoice(books.customer(), "10.00")
sealed = seal_blocks()
after = verify_seals()
broken += [result.name for result in run_checks() if result.violations]
goes_on = after.rows - before.rows == sealed.rows
print(json.dumps([before.rows, before.last_hash, sealed.blocks, goes_on, broken]))
"""


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[list[Path]]:
    made = [tmp_path / "first", tmp_path / "second"]
    yield made
    for home in made:
        if home.joinpath("database").is_dir():
            embedded.stop(embedded.Cluster(home))


def run(home: Path, code: str, file: Path) -> list[object]:
    """Run in a process of its own: Django is bound to the run's database here."""
    environment = {**os.environ, "ACQUIT_HOME": str(home), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code, file],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(found, list)
    return found


def test_restored_books_are_sound_and_sealing_goes_on(homes: list[Path], tmp_path: Path) -> None:
    file = tmp_path / "books.backup"
    rows, last_hash = run(homes[0], MAKE, file)
    assert isinstance(rows, int)
    assert rows > 150
    restored = run(homes[1], RESTORE, file)
    assert restored == [rows, last_hash, 1, True, []]
