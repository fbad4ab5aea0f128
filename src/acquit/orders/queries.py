"""Reads of sales orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.core.money import percent_of
from acquit.infra.bulk import ask
from acquit.orders.models import SalesOrder


@dataclass(frozen=True, slots=True)
class OrderView:
    """A sales order; `amount` None: not said."""

    id: int
    company_id: int
    customer_id: int
    number: str
    number_key: str
    order_date: date
    currency: str
    amount: Decimal | None
    prepayment_percent: Decimal | None
    customer_po: str

    @property
    def prepayment_amount(self) -> Decimal | None:
        """Give what is asked for before delivery: the percent of the amount, in the order's currency."""
        if self.amount is None or not self.prepayment_percent:
            return None
        return percent_of(self.amount, self.prepayment_percent, self.currency)


def has_orders(company_id: int) -> bool:
    """Tell whether a company has any order."""
    return bool(ask("SELECT 1 FROM sales_order WHERE company_id = %s LIMIT 1", company_id))


def list_orders(
    company_id: int,
    *,
    number_keys: Iterable[str] | None = None,
    customer_ids: Iterable[int] | None = None,
) -> list[OrderView]:
    """List orders of a company by id: those of these normalised numbers (`normalise_reference`), of these customers."""
    rows = SalesOrder.objects.filter(company_id=company_id).order_by("id")
    if number_keys is not None:
        rows = rows.filter(number_key__in=list(number_keys))
    if customer_ids is not None:
        rows = rows.filter(customer_id__in=list(customer_ids))
    return [
        OrderView(
            row.id,
            row.company_id,
            row.customer_id,
            row.number,
            row.number_key,
            row.order_date,
            row.currency,
            row.amount,
            row.prepayment_percent,
            row.customer_po,
        )
        for row in rows
    ]
