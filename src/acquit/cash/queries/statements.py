"""Reads of bank statements and the lines each was the first to bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.cash.models import BankAccount, BankLine, BankStatement, Receipt
from acquit.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class StatementView:
    """A bank statement. `lines` counts what it booked; details that came apart stand in the place of one of them.

    `corrects_id` is the one it was sent in place of, `corrected_by_id` the latest that was sent in its place.
    """

    id: int
    company_id: int
    bank_account_id: int
    account: str
    currency: str
    format: str
    statement_id: str
    sequence: str
    opening_date: date | None
    closing_date: date | None
    opening_amount: Decimal | None
    closing_amount: Decimal | None
    is_balanced: bool | None
    lines: int
    warnings: list[list[Any]]
    corrects_id: int | None
    corrected_by_id: int | None


@dataclass(frozen=True, slots=True)
class StatementLineView:
    """A booked line; its receipt where it has one, or how many details stand in its place."""

    id: int
    line_no: int
    booking_date: date
    value_date: date
    amount: Decimal
    currency: str
    bank_reference: str
    counterparty: str
    text: str
    receipt_id: int | None
    receipt_state: str
    details: int


def list_statements(
    *,
    company_ids: Iterable[int] | None = None,
    statement_ids: Iterable[int] | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[StatementView]:
    """List bank statements, latest first."""
    rows = BankStatement.objects.order_by("-id")
    if company_ids is not None:
        rows = rows.filter(company_id__in=list(company_ids))
    if statement_ids is not None:
        rows = rows.filter(id__in=list(statement_ids))
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return _views(list(rows[:limit]))


def get_statement(statement_id: int) -> StatementView:
    """Give a bank statement; refuses (`NotFound`)."""
    found = _views(list(BankStatement.objects.filter(id=statement_id)))
    if not found:
        raise NotFound(f"There is no bank statement {statement_id}.", param="statement")
    return found[0]


def list_statement_lines(
    statement_id: int, *, after: tuple[int, int] | None = None, limit: int = 50
) -> list[StatementLineView]:
    """List the lines a statement booked and no other had brought before, in its order.

    `after` is the cursor: (number of the line, id).
    """
    lines = BankLine.objects.filter(statement_id=statement_id, batch_line_id__isnull=True)
    if after is not None:
        number, line_id = after
        lines = lines.filter(line_no__gte=number).exclude(line_no=number, id__lte=line_id)
    rows = list(lines.order_by("line_no", "id")[:limit])
    ids = [row.id for row in rows]
    receipts = {row.bank_line_id: row for row in Receipt.objects.filter(bank_line_id__in=ids)}
    details: dict[int | None, int] = {}
    for batch_id in BankLine.objects.filter(batch_line_id__in=ids).values_list("batch_line_id", flat=True):
        details[batch_id] = details.get(batch_id, 0) + 1
    views = []
    for row in rows:
        receipt = receipts.get(row.id)
        views.append(
            StatementLineView(
                id=row.id,
                line_no=row.line_no,
                booking_date=row.booking_date,
                value_date=row.value_date,
                amount=row.amount,
                currency=row.currency,
                bank_reference=row.bank_reference,
                counterparty=row.counterparty,
                text=row.text,
                receipt_id=receipt.id if receipt else None,
                receipt_state=receipt.state if receipt else "",
                details=details.get(row.id, 0),
            )
        )
    return views


def _views(found: Sequence[BankStatement]) -> list[StatementView]:
    accounts = BankAccount.objects.in_bulk({row.bank_account_id for row in found})
    ids = [row.id for row in found]
    later = BankStatement.objects.filter(corrects_id__in=ids).order_by("id")
    corrections = dict(later.values_list("corrects_id", "id"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement_id, count(*) FROM bank_line"
            " WHERE statement_id = ANY(%s) AND batch_line_id IS NULL GROUP BY 1",
            [ids],
        )
        counts = dict(cursor.fetchall())
    return [
        StatementView(
            id=row.id,
            company_id=row.company_id,
            bank_account_id=row.bank_account_id,
            account=accounts[row.bank_account_id].account,
            currency=row.currency,
            format=row.format,
            statement_id=row.statement_id,
            sequence=row.sequence,
            opening_date=row.opening_date,
            closing_date=row.closing_date,
            opening_amount=row.opening_amount,
            closing_amount=row.closing_amount,
            is_balanced=row.is_balanced,
            lines=counts.get(row.id, 0),
            warnings=row.warnings,
            corrects_id=row.corrects_id,
            corrected_by_id=corrections.get(row.id),
        )
        for row in found
    ]
