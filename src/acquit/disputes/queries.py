"""Reads of cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.disputes.models import Dispute
from acquit.infra.bulk import ask

_DEDUCTION_CODES = """\
SELECT id, company_id, customer_id, code, text, reason
  FROM deduction_code
 WHERE company_id = %s
   AND (%s::bigint[] IS NULL OR customer_id = ANY(%s::bigint[]) OR customer_id IS NULL)
 ORDER BY code, id"""


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


@dataclass(frozen=True, slots=True)
class DeductionCodeView:
    """What a code means; `customer_id` None: for all customers. `reason` is of the handbook's tree."""

    id: int
    company_id: int
    customer_id: int | None
    code: str
    text: str
    reason: str


def list_deduction_codes(
    company_id: int, *, customer_ids: Iterable[int] | None = None
) -> list[DeductionCodeView]:
    """List the deduction codes of a company, or of these customers and those that hold for all; by code."""
    among = None if customer_ids is None else list(customer_ids)
    return [DeductionCodeView(*row) for row in ask(_DEDUCTION_CODES, company_id, among, among)]
