"""The door itself: one line for a refusal, nothing swallowed, quick to answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from acquit import __version__
from tests.cli.acquit import COMMAND, acquit, process_environment

pytestmark = pytest.mark.django_db(transaction=True)


def test_help_names_every_command_and_version_is_the_packages() -> None:
    said = acquit("--help").out
    for name in (
        "start",
        "check",
        "demo",
        "serve",
        "export",
        "close",
        "period",
        "ledger",
        "receivables",
        "provision",
        "policy",
        "db",
        "company",
        "intake",
        "statement",
        "user",
        "token",
    ):
        assert f"\n  {name} " in said
    assert acquit("--version").out == f"{__version__}\n"
    assert acquit("nonsense").code == 2


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from acquit.cli.main import app\n"
        "heavy = {'django', 'psycopg', 'polars', 'lxml', 'rich', 'xlsxwriter', 'waitress'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_a_refusal_is_one_line_or_one_object() -> None:
    outcome = acquit("token", "list", "nobody")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "There is no user 'nobody'. List them with: acquit user list [NOT_FOUND]\n"
    outcome = acquit("token", "list", "nobody", "--json")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.json == {
        "error": {
            "code": "NOT_FOUND",
            "message": "There is no user 'nobody'. List them with: acquit user list",
            "param": "user",
        }
    }


def test_what_nobody_meant_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("acquit.cli.session.open_house", fail)
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        acquit("company", "list")


def test_ctrl_c_ends_with_a_line_and_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("acquit.cli.session.open_house", interrupt)
    outcome = acquit("company", "list")
    assert outcome.code == 130
    assert outcome.out == ""
    assert outcome.err == "Stopped. What was posted stays; run the command again to finish.\n"


def test_a_server_that_does_not_answer_is_a_refusal_not_a_traceback(tmp_path: Path) -> None:
    environment = {
        **process_environment(tmp_path / "home"),
        "DATABASE_URL": "postgresql://ann:secret@127.0.0.1:1/books?connect_timeout=2",
    }
    done = subprocess.run(
        [*COMMAND, "company", "list"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("The database cannot be reached: ")
    assert done.stderr.endswith("[DATABASE_UNREACHABLE]\n")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
