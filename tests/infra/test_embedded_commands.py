"""`acquit db` on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from acquit.cli.database import app
from acquit.core.errors import Refusal
from acquit.infra import databases, embedded


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("ACQUIT_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    embedded.stop(embedded.Cluster(tmp_path / "home"))


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_start_status_stop(home: Path) -> None:
    assert run("stop") == (0, "The database was not running.\n")
    code, said = run("status", "--json")
    assert code == 3
    assert json.loads(said)["running"] is False
    assert run("start") == (0, "The database is started.\n")
    assert run("start") == (0, "The database was running already.\n")
    code, said = run("status", "--json")
    assert code == 0
    facts = json.loads(said)
    assert facts["running"] is True
    assert facts["folder"] == str(home / "database")
    code, said = run("status")
    assert said.splitlines()[0] == "The database is running."
    assert str(home / "logs" / "postgresql.log") in said
    assert run("stop") == (0, "The database is stopped.\n")
    assert run("status")[0] == 3


def test_the_embedded_server_is_not_touched_while_another_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann@h/books")
    for command in ("start", "stop", "status"):
        with pytest.raises(Refusal, match="DATABASE_URL names a server"):
            run(command)
    assert not (home / "database").exists()


def test_backup_and_restore_replace_only_on_confirmation(home: Path, tmp_path: Path) -> None:
    def count() -> int:
        with psycopg.connect(**databases.connection_settings("owner")) as connection:
            found = connection.execute("SELECT count(*) FROM controls_mark").fetchone()
            assert found is not None
            return int(found[0])

    def acquit(*arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        code = "from acquit.cli.database import app; app()"
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(
            command, input=answer, capture_output=True, text=True, env=environment, check=False
        )

    with psycopg.connect(**databases.connection_settings("owner")) as connection:
        connection.execute("CREATE TABLE controls_mark AS SELECT 1 AS n")
    file = tmp_path / "file"
    done = acquit("backup", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{file}: ")
    assert done.stdout.endswith("with 0 uploaded files.\n")
    with psycopg.connect(**databases.connection_settings("owner")) as connection:
        connection.execute("INSERT INTO controls_mark VALUES (2)")
    assert acquit("restore", str(file), answer="n\n").returncode != 0
    assert acquit("restore", str(file), answer="").returncode != 0
    assert count() == 2
    done = acquit("restore", str(file), answer="y\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("Restored.\n")
    assert count() == 1
