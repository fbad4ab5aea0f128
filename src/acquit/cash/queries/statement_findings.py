"""What bank statements leave open among themselves: the bank's files are asked, not our books."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from acquit.infra.schema import sql_text


@dataclass(frozen=True, slots=True)
class StatementFinding:
    """One thing a statement leaves open.

    NOT_BALANCED: the closing `stated`, and `expected` from opening and lines. BALANCE_GAP: the opening stated, and the
    closing of the statement before; none closes on that opening, so one is missing. OVERLAP: the same, but it begins
    before the one before ends: both days. NUMBER_GAP: the number stated and the one that should follow.
    LINES_VANISHED: how many lines the statement that this one corrects had, and it has not.
    """

    statement: int
    company_id: int
    account: str
    currency: str
    statement_id: str
    sequence: str
    opening_date: date | None
    closing_date: date | None
    kind: str
    stated: str
    expected: str
    bank_account_id: int


def list_statement_findings(company_ids: Iterable[int] | None = None) -> list[StatementFinding]:
    """List what the statements leave open, by account and day; of all companies in scope when none is named."""
    parameters: dict[str, Any] = {"company_ids": None if company_ids is None else list(company_ids)}
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "statement_findings.sql"), parameters)
        return [StatementFinding(*row) for row in cursor.fetchall()]
