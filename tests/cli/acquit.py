"""`acquit` as tests run it: inside this process on the worker's database, or as a real process on the same one."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from typer.testing import CliRunner

from tests import databases

COMMAND = [sys.executable, "-c", "from acquit.cli.main import run; run()"]


@dataclass(frozen=True)
class Outcome:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on standard output; anything beside it fails."""
        return json.loads(self.out)


def acquit(*arguments: object, answers: str = "") -> Outcome:
    """Run a command in this process; what it does not mean to happen is raised."""
    from acquit.cli.main import app

    result = CliRunner().invoke(app, [str(each) for each in arguments], input=answers)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


def process_environment(home: Path) -> dict[str, str]:
    """Give the environment of a process that works on this worker's database with a home of its own."""
    settings = databases.settings_for("owner")
    named = {"dbname": "", **settings}
    options = {
        name: value
        for name, value in settings.items()
        if name in {"host", "port", "user", "password"} and value
    }
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return {
        **kept,
        "ACQUIT_HOME": str(home),
        "DATABASE_URL": f"postgresql:///{named['dbname']}?{urlencode(options)}",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
