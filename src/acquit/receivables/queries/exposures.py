"""What a provision is computed from: exposures of a day with the tax in them, and the ageing of past month ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.core.money import minor_units
from acquit.infra.schema import sql_text
from acquit.receivables.models import LossAssessment
from acquit.receivables.rules.provisioning import Assessment, Exposure


def list_exposures(*, company_id: int, as_of: date) -> list[Exposure]:
    """List what every customer owed at the end of a day by bucket, in company currency; debits only."""
    rows = _rows("exposures.sql", company_id=company_id, as_of=as_of)
    return [Exposure(*row) for row in rows]


def list_taxed_exposures(*, company_id: int, as_of: date, currency: str) -> list[Exposure]:
    """List exposures with the tax in them: what documents posted on output VAT, in proportion to what is open."""
    rows = _rows("exposure_taxes.sql", company_id=company_id, as_of=as_of, decimals=minor_units(currency))
    taxes = {(customer_id, bucket): tax for customer_id, bucket, tax in rows}
    return [
        e._replace(tax=taxes.get((e.customer_id, e.bucket), Decimal(0)))
        for e in list_exposures(company_id=company_id, as_of=as_of)
    ]


def list_exposure_history(*, company_id: int, dates: Sequence[date]) -> list[list[Exposure]]:
    """List the exposures at the end of several days, in their order."""
    return [list_exposures(company_id=company_id, as_of=day) for day in dates]


def list_assessments(*, company_id: int, as_of: date) -> dict[int, Assessment]:
    """Give what is known of single customers on a day: their latest assessment up to it."""
    rows = LossAssessment.objects.filter(company_id=company_id, valid_from__lte=as_of).order_by(
        "valid_from", "id"
    )
    return {
        row.customer_id: Assessment(
            row.loss_rate, row.insured_percent if row.is_insurance_integral else Decimal(0)
        )
        for row in rows
    }


def _rows(file: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql_text("receivables", file), parameters)
        return list(cursor.fetchall())
