"""Commands as real processes: what they import, they import after Django is set up, which tests in one process hide."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.builders import make_books
from tests.cli.acquit import COMMAND, process_environment

pytestmark = pytest.mark.django_db(transaction=True)


def test_accountants_commands_run_as_processes(tmp_path: Path) -> None:
    books = make_books("Nordwind")
    books.customer("1001")
    company = ("--company", "Nordwind")
    table = str(tmp_path / "balance.csv")
    for arguments, said in (
        (("period", "list", *company), "2026-12  2026-12-01  2027-01-01  OPEN"),
        (("close", *company, "--period", "2026-01", "--date", "2026-02-02"), "Period 2026-01 is closed."),
        (("period", "show", *company, "--period", "2026-01"), "LOCK_LEDGER"),
        (("ledger", "balance", *company, "--date", "2026-01-31"), "company"),
        (("receivables", "statement-of-account", *company, "--customer", "1001"), "Statement of account"),
        (("provision", "propose", *company, "--date", "2026-01-31"), "PROPOSED"),
        (("policy", "show", *company, "--kind", "PROVISION"), '"version": 0'),
        (("export", "trial-balance", table, *company), "0 balances."),
    ):
        done = subprocess.run(
            [*COMMAND, *arguments],
            env=process_environment(tmp_path / "home"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), arguments
        assert said in done.stdout
