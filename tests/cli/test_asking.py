"""Questions at a real terminal: offered by number, the proposal marked, an answer never taken for granted."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
from pathlib import Path
from typing import Any

import pytest

from acquit.intake.rules.kinds import KIND_SPECS, FileKind
from tests.cli.acquit import COMMAND, acquit, process_environment
from tests.cli.files import bank_line, camt, german_items, statement

pytestmark = pytest.mark.django_db(transaction=True)

UNCLEAR = (
    "Invoice,Customer,Invoice date,Due date,Currency,Amount,Open\n"
    "A-1,10001,03/04/2026,05/06/2026,EUR,100.00,100.00\n"
    "A-2,10001,04/05/2026,06/07/2026,EUR,50.00,50.00\n"
)


def at_terminal(home: Path, typed: str, *arguments: object) -> tuple[int, str, str]:
    """Run `acquit start` at a terminal with everything typed ahead; gives exit code, standard output, terminal."""
    master, terminal = pty.openpty()
    os.write(master, typed.encode())
    process = subprocess.Popen(
        [
            *COMMAND,
            "start",
            *map(str, arguments),
            "--company",
            "Nord GmbH",
            "--currency",
            "EUR",
            "--as-of",
            "2026-04-30",
        ],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**process_environment(home), "TERM": "dumb"},
        text=True,
    )
    os.close(terminal)
    shown = b""
    try:
        while select.select([master], [], [], 60)[0]:
            shown += os.read(master, 65536)
        process.kill()
        pytest.fail(f"it waits for more than was typed: {shown.decode()}")
    except OSError:  # the other end has closed
        out, _ = process.communicate(timeout=60)
    os.close(master)
    return process.returncode, out, shown.decode()


def answer_of(folder: Path) -> Any:
    """Ask for the state of the books, without handing in anything new."""
    outcome = acquit(
        "start", folder, "--company", "Nord GmbH", "--currency", "EUR", "--as-of", "2026-04-30", "--json"
    )
    return json.loads(outcome.out)


def test_an_ambiguous_date_is_asked_and_the_answer_is_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "invoices.csv").write_text(UNCLEAR)
    # Both date columns are asked; 1 is day first. Then 1: post.
    code, out, shown = at_terminal(tmp_path / "home", "1\n1\n1\n", folder)
    assert code == 0, shown
    assert "Posted 2 documents" in out
    assert "Post these files?" in shown
    assert "(proposed)" in shown
    answer = answer_of(folder)
    assert answer["files"][0]["questions"] == []
    # Days first: A-2 is of 4 May, so it is not there yet on 30 April. Months first it would be of 5 April.
    assert answer["ageing"]["EUR"]["not_due"] == "100.00"
    assert answer["documents"] == 2
    # The next file with these heads is not asked about again.
    (folder / "invoices.csv").write_text(UNCLEAR.replace("A-", "B-"))
    outcome = answer_of(folder)
    assert outcome["files"][0]["state"] == "POSTED"
    assert outcome["documents"] == 4


def test_leaving_a_file_out_posts_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "invoices.csv").write_text(UNCLEAR)
    german_items(folder)
    code, out, shown = at_terminal(tmp_path / "home", "3\n1\n", folder)
    assert code == 3, shown
    assert "Posted 6 documents" in out
    assert "invoices.csv was left out until this is settled" in shown


def test_stopping_posts_nothing(tmp_path: Path) -> None:
    file = german_items(tmp_path)
    code, out, shown = at_terminal(tmp_path / "home", "3\n", file)
    assert (code, out) == (1, "")
    assert "Nothing was posted. The files are kept: acquit intake list [STOPPED]" in shown
    assert acquit("intake", "list", "--json").json["intakes"][0]["state"] == "UNDERSTOOD"


def test_a_column_can_be_given_another_meaning(tmp_path: Path) -> None:
    file = german_items(tmp_path)
    due_date = 7  # the whole file is the first offer, then the columns in their order
    not_needed = len(KIND_SPECS[FileKind.OPEN_ITEMS].weights) + 1
    code, out, shown = at_terminal(
        tmp_path / "home", f"2\n1\n{due_date}\n{not_needed}\nnonsense\n99\n1\n", file
    )
    assert code == 0, shown
    assert "What of OP-Liste.csv is wrong?" in shown
    assert "Fälligkeit, now Due date" in shown
    assert shown.count("A number from 1 to 3.") == 2
    assert "Posted 6 documents" in out
    mapping = answer_of(file)["files"][0]["mapping"]
    assert mapping["Fälligkeit"]["field"] is None
    assert mapping["Belegdatum"]["field"] == "DOCUMENT_DATE"
    # Without a due date and without terms everything is due at once.
    assert answer_of(file)["ageing"]["EUR"]["not_due"] == "0.00"


def test_the_end_of_input_is_no_answer(tmp_path: Path) -> None:
    code, out, shown = at_terminal(tmp_path / "home", "\x04", german_items(tmp_path))
    assert (code, out) == (1, "")
    assert "Aborted" in shown


def test_an_unbalanced_statement_goes_in_when_somebody_says_so(tmp_path: Path) -> None:
    wrong = camt(tmp_path, statement(bank_line("10.00", "x", "B1"), off_by="0.01"))
    code, out, shown = at_terminal(tmp_path / "home", "1\n1\n", wrong)
    assert code == 0, shown
    assert "Posted 1 bank lines" in out
    assert "Import as it is, flagged" in shown
