"""Reads of provision runs: as an accountant looks at them before a yes, and what a period's close asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from acquit.core.errors import NotFound
from acquit.receivables.models import ProvisionLine, ProvisionRun


@dataclass(frozen=True, slots=True)
class ProvisionLineView:
    """A row of the matrix, or one customer assessed alone."""

    segment: str
    customer_id: int | None
    bucket: str
    gross: Decimal
    tax: Decimal
    insured: Decimal
    loss_rate: Decimal
    loss: Decimal


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """A run with its movement table: closing = opening + charge - used - released + other."""

    id: int
    company_id: int
    as_of: date
    state: str
    currency: str
    opening: Decimal
    charge: Decimal
    used: Decimal
    released: Decimal
    other: Decimal
    closing: Decimal
    proposed_by_id: int | None
    approved_by_id: int | None
    entry_id: int | None
    policy_version_id: int | None
    basis: Mapping[str, Any]

    @property
    def movement(self) -> dict[str, str]:
        """Give the movement table as text."""
        names = ("opening", "charge", "used", "released", "other", "closing")
        return {name: str(getattr(self, name)) for name in names}


def get_provision(run_id: int) -> ProvisionView:
    """Give a run; refuses (`NotFound`)."""
    row = ProvisionRun.objects.filter(id=run_id).first()
    if row is None:
        raise NotFound(f"There is no provision run {run_id}.", param="run")
    return _view(row)


def find_provision(*, company_id: int, as_of: date) -> ProvisionView | None:
    """Find the latest run of a day that was not reversed."""
    rows = ProvisionRun.objects.filter(company_id=company_id, as_of=as_of).exclude(state="REVERSED")
    row = rows.order_by("-id").first()
    return _view(row) if row else None


def list_provisions(company_id: int, *, limit: int = 50) -> list[ProvisionView]:
    """List a company's runs, latest first."""
    rows = ProvisionRun.objects.filter(company_id=company_id).order_by("-as_of", "-id")
    return [_view(row) for row in rows[:limit]]


def list_provision_lines(run_id: int) -> list[ProvisionLineView]:
    """List the rows of a run in their order."""
    return [
        ProvisionLineView(
            row.segment,
            row.customer_id,
            row.bucket,
            row.gross_amount,
            row.tax_amount,
            row.insured_amount,
            row.loss_rate,
            row.loss_amount,
        )
        for row in ProvisionLine.objects.filter(provision_run_id=run_id).order_by("id")
    ]


def _view(row: ProvisionRun) -> ProvisionView:
    return ProvisionView(
        id=row.id,
        company_id=row.company_id,
        as_of=row.as_of,
        state=row.state,
        currency=row.currency,
        opening=row.opening_amount,
        charge=row.charge_amount,
        used=row.used_amount,
        released=row.released_amount,
        other=row.other_amount,
        closing=row.closing_amount,
        proposed_by_id=row.proposed_by_id,
        approved_by_id=row.approved_by_id,
        entry_id=row.entry_id,
        policy_version_id=row.policy_version_id,
        basis=row.basis,
    )
