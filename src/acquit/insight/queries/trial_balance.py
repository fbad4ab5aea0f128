"""The trial balance of companies between two days: what stood on every account before, what was posted, what stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

from acquit.formats.journals.listings import AccountMovement
from acquit.infra.schema import sql_text


def list_account_movements(
    company_ids: Iterable[int], *, from_date: date | None, until_date: date
) -> list[AccountMovement]:
    """List the accounts that anything was ever posted on up to a day, by company, code and document currency."""
    parameters: dict[str, Any] = {
        "company_ids": list(company_ids),
        "from_date": from_date,
        "until_date": until_date,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("insight", "account_movements.sql"), parameters)
        return [AccountMovement(*row) for row in cursor.fetchall()]
