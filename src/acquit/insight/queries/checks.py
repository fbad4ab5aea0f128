"""Is everything in the database consistent? Every invariant recomputed from the rows, each under a name.

A check is one SQL file of `sql/checks` that gives the rows which break it; its first line says what holds. Nothing
here trusts the triggers: the checks read what was written, not how. The seals have their own way of checking.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from typing import Any

from django.db import connection
from psycopg import sql

from acquit.cash.queries import StatementFinding, list_statement_findings
from acquit.cash.rules.receipts import WAITING_STATES
from acquit.controls.batch import verify_seals
from acquit.infra.schema import sql_text
from acquit.infra.transaction import operation
from acquit.receivables.rules.items import CONTROL_ACCOUNTS, CONTROL_ROLES

SAMPLE_SIZE = 5
SEALS_CHECK = "audit_seals"
_TITLE_OF_SEALS = "Rows and events are as they were sealed, and the seals form one chain"
_WORK_MEMORY_MB = 256

Row = dict[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check, how many rows break it, and the first few of them (values JSON-able, amounts as text)."""

    name: str
    title: str
    violations: int
    sample: tuple[Row, ...] = ()


def list_check_names() -> list[str]:
    """List the checks' names in the order they run."""
    folder = resources.files("acquit.insight").joinpath("sql", "checks")
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [*(name.removesuffix(".sql") for name in files), SEALS_CHECK]


def run_checks(names: Sequence[str] | None = None) -> Iterator[CheckResult]:
    """Run the checks, all of them when none is named, one after the other, over all companies.

    Each reads one snapshot, so it is exact while others write. As the writer's role: the wall between companies does
    not hide a row from the check.
    """
    for name in list_check_names() if names is None else names:
        yield _check_seals() if name == SEALS_CHECK else _run(name)


def list_notices() -> list[StatementFinding]:
    """List what the banks' statements leave open: no fault of the books, but something of the bank's may be missing."""
    with operation():
        return list_statement_findings()


def _run(name: str) -> CheckResult:
    text = sql_text("insight", f"checks/{name}.sql")
    statement = sql.SQL("SELECT count(*) OVER (), v.* FROM ({}\n) v LIMIT {}").format(
        sql.SQL(text), sql.Literal(SAMPLE_SIZE)
    )
    parameters: dict[str, Any] = {
        "control_roles": json.dumps(dict(CONTROL_ROLES)),
        "control_accounts": list(CONTROL_ACCOUNTS),
        "waiting_states": sorted(state.value for state in WAITING_STATES),
    }
    with operation(work_memory_mb=_WORK_MEMORY_MB), connection.cursor() as cursor:
        cursor.execute(statement.as_string(), parameters if "%(" in text else None)
        rows = cursor.fetchall()
        columns = [column[0] for column in cursor.description or ()][1:]
    sample = tuple(dict(zip(columns, map(_value, row[1:]), strict=True)) for row in rows)
    return CheckResult(name, _title(text), rows[0][0] if rows else 0, sample)


def _check_seals() -> CheckResult:
    broken = verify_seals().broken
    if broken is None:
        return CheckResult(SEALS_CHECK, _TITLE_OF_SEALS, 0)
    row: Row = {
        "seal_id": broken.seal_id,
        "table": broken.table,
        "row": broken.row,
        "fault": broken.kind.value,
    }
    return CheckResult(SEALS_CHECK, _TITLE_OF_SEALS, 1, (row,))


def _title(text: str) -> str:
    return text.splitlines()[0].removeprefix("--").strip()


def _value(value: Any) -> str | int | bool | None:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)
