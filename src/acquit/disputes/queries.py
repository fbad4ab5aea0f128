"""Reads of cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.disputes.models import Dispute


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A case."""

    id: int
    company_id: int
    customer_id: int
    item_id: int
    kind: str
    state: str
    reason: str
    text: str
    currency: str
    amount: Decimal
    opened_date: date
    closed_date: date | None


def list_disputes(
    *,
    company_ids: Iterable[int] | None = None,
    customer_ids: Iterable[int] | None = None,
    item_ids: Iterable[int] | None = None,
    is_open: bool | None = None,
) -> list[DisputeView]:
    """List cases, latest first."""
    rows = Dispute.objects.order_by("-id")
    for name, values in (("company_id", company_ids), ("customer_id", customer_ids), ("item_id", item_ids)):
        if values is not None:
            rows = rows.filter(**{f"{name}__in": list(values)})
    if is_open is not None:
        rows = rows.filter(closed_date__isnull=is_open)
    return [
        DisputeView(
            id=row.id,
            company_id=row.company_id,
            customer_id=row.customer_id,
            item_id=row.item_id,
            kind=row.kind,
            state=row.state,
            reason=row.reason,
            text=row.text,
            currency=row.currency,
            amount=row.amount,
            opened_date=row.opened_date,
            closed_date=row.closed_date,
        )
        for row in rows
    ]
