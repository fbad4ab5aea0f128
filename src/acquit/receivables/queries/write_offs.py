"""Reads of write-offs: what waits for a yes, what was given up, and what came in after all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.receivables.models import Item, Recovery, WriteOff


@dataclass(frozen=True, slots=True)
class WriteOffView:
    """A claim given up, or asked to be, in the currency of its item."""

    id: int
    customer_id: int
    item_number: str
    state: str
    reason: str
    relief_rule: str
    currency: str
    amount: Decimal
    vat_recovered: Decimal
    allowance_used: Decimal
    expense: Decimal
    recovered: Decimal
    approvals_needed: int
    effective_date: date | None


def list_write_offs(company_id: int) -> list[WriteOffView]:
    """List a company's write-offs, latest first."""
    rows = list(WriteOff.objects.filter(company_id=company_id).order_by("-id"))
    numbers = dict(Item.objects.filter(id__in=[row.item_id for row in rows]).values_list("id", "number"))
    recovered: dict[int, Decimal] = defaultdict(Decimal)
    for write_off_id, amount in Recovery.objects.filter(company_id=company_id).values_list(
        "write_off_id", "amount"
    ):
        recovered[write_off_id] += amount
    return [
        WriteOffView(
            id=row.id,
            customer_id=row.customer_id,
            item_number=numbers[row.item_id],
            state=row.state,
            reason=row.reason,
            relief_rule=row.relief_rule,
            currency=row.currency,
            amount=row.amount,
            vat_recovered=row.vat_recovered,
            allowance_used=row.allowance_used,
            expense=row.expense,
            recovered=recovered[row.id],
            approvals_needed=row.approvals_needed,
            effective_date=row.effective_date,
        )
        for row in rows
    ]
