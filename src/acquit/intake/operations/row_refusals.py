"""Rows that read well and cannot be booked: each is refused with its place and what would mend it."""

from __future__ import annotations

from datetime import date

from acquit.intake.rules.rows import OpenItemRow, PaymentRow, RefusedRow
from acquit.ledger.queries import CannotConvert
from acquit.ledger.rules.periods import CannotOpenPeriod


def refuse_day(row: OpenItemRow | PaymentRow, day: date, message: str, file_name: str) -> RefusedRow:
    """Refuse a row over a day on which nothing may be booked; no period opens for it."""
    return RefusedRow(
        file=file_name,
        line_number=row.line_number,
        column="",
        value=day.isoformat(),
        reason_code=CannotOpenPeriod.code,
        message=message,
        amount=row.gross_amount if isinstance(row, OpenItemRow) else row.amount,
        currency=row.currency,
    )


def refuse_without_rate(row: OpenItemRow, company_currency: str, file_name: str) -> RefusedRow:
    """Refuse a row in a currency that has no rate of exchange at all."""
    return RefusedRow(
        file=file_name,
        line_number=row.line_number,
        column="currency",
        value=row.currency,
        reason_code=CannotConvert.code,
        message=(
            f"No rate from {row.currency} to {company_currency} is known."
            " Add a file with date, base, currency, rate."
        ),
        amount=row.gross_amount,
        currency=row.currency,
    )


def refuse_unknown_customer(
    line_number: int, customer: str, file_name: str, mend: str = "Add it to the customers."
) -> RefusedRow:
    """Refuse a row of a customer that is not in the books."""
    return RefusedRow(
        file=file_name,
        line_number=line_number,
        column="customer",
        value=customer,
        reason_code="UNKNOWN_CUSTOMER",
        message=f"No such customer: {customer}. {mend}",
    )
