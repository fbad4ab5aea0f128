"""The allowance for losses of a company: one at a time may use it up or change it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import connection

from acquit.infra.schema import sql_text


def hold_allowance(company_id: int, on_date: date) -> Decimal:
    """Give what of the allowance can be used from a day on, held until the transaction ends.

    Two who write off at once would use the same part of it up; and what a later day has used is not there to be used
    before. Below zero when more was used than provided. Taken after the customers' locks.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acquit.allowance'), %s)", [company_id])
        cursor.execute(
            sql_text("receivables", "allowance_left.sql"), {"company_id": company_id, "on_date": on_date}
        )
        return Decimal(cursor.fetchone()[0])
