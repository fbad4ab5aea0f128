"""Statements of account as of any day, as known at any moment; currency by currency."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.core.errors import Refusal
from acquit.core.money import ZERO
from acquit.infra.schema import sql_text
from acquit.receivables.queries.ageing import get_ageing
from acquit.receivables.rules.ageing import AGEING_BUCKETS
from acquit.receivables.rules.statement import AccountStatement, Movement, plan_lines


class CannotState(Refusal):
    """The first day of a statement lies after its last."""

    code = "CANNOT_STATE"


def get_statements_of_account(
    *, company_id: int, customer_id: int, from_date: date, until_date: date, known_at: datetime | None = None
) -> list[AccountStatement]:
    """Give a customer's account by currency from a day to a day, both included, aged on the last.

    A currency without balance and without movements is left out. Refuses (`CannotState`) days in the wrong order.
    """
    if from_date > until_date:
        raise CannotState(f"A statement from {from_date} until {until_date} has no day.", param="from_date")
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "customer_id": customer_id,
        "from_date": from_date,
        "until_date": until_date,
        "known_at": known_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("receivables", "statement.sql"), parameters)
        found = cursor.fetchall()
    openings = {row[3]: row[6] for row in found if row[0] is None}
    movements: dict[str, list[Movement]] = {}
    for row in found:
        if row[0] is not None:
            movements.setdefault(row[3], []).append(Movement(*row))
    ageing = {
        row.currency: row
        for row in get_ageing(
            as_of=until_date,
            company_ids=[company_id],
            customer_ids=[customer_id],
            is_today=False,
            known_at=known_at,
        )
    }
    statements = []
    for currency in sorted({*openings, *movements}):
        opening = openings.get(currency, ZERO)
        moved = movements.get(currency, [])
        if opening == 0 and not moved:
            continue
        aged = ageing.get(currency)
        amounts: tuple[Decimal, ...] = (
            (aged.not_due, aged.days_1_30, aged.days_31_60, aged.days_61_90, aged.days_91_plus)
            if aged
            else (ZERO,) * 5
        )
        statements.append(
            AccountStatement(
                currency=currency,
                from_date=from_date,
                until_date=until_date,
                opening_balance=opening,
                lines=plan_lines(opening, moved),
                closing_balance=opening + sum((m.amount for m in moved), ZERO),
                buckets=dict(zip(AGEING_BUCKETS, amounts, strict=True)),
                unapplied=aged.unapplied if aged else ZERO,
            )
        )
    return statements
