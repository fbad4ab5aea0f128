"""Writes of sales orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.core.money import to_minor_units
from acquit.core.references import normalise_reference
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.orders.models import SalesOrder

_COLUMNS = (
    "id",
    "customer_id",
    "company_id",
    "order_date",
    "number",
    "number_key",
    "currency",
    "customer_po",
    "amount",
    "prepayment_percent",
)
_MAY_CHANGE = ("customer_id", "order_date", "currency", "customer_po", "amount", "prepayment_percent")
_HUNDRED = Decimal(100)


class CannotStoreOrder(Refusal):
    """The share to be paid in advance is no percent; no order was stored."""

    code = "CANNOT_STORE_ORDER"


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order as a file or form gives it; `prepayment_percent` is asked for before delivery."""

    number: str
    customer_id: int
    order_date: date
    currency: str
    amount: Decimal | None = None
    prepayment_percent: Decimal | None = None
    customer_po: str = ""


def store_orders(*, actor: Actor, company_id: int, drafts: Sequence[OrderDraft]) -> int:
    """Add the orders that are new and change those that are known by their numbers; gives how many are new.

    Refuses (`CannotStoreOrder`, `AmountTooFine`, `UnknownCurrency`, `NotAllowed`) and then stores none.
    """
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.BILL, company_id)
    for draft in drafts:
        _check(draft)
    with operation():
        by_number = {draft.number: draft for draft in drafts}
        known = {
            row.number: row
            for row in SalesOrder.objects.select_for_update(no_key=True)
            .filter(company_id=company_id, number__in=list(by_number))
            .order_by("id")
        }
        fresh = [draft for draft in by_number.values() if draft.number not in known]
        changed = [row for row in known.values() if _change(row, by_number[row.number])]
        SalesOrder.objects.bulk_update(changed, _MAY_CHANGE, batch_size=2000)
        plan = WritePlan()
        ids = next_ids("sales_order", len(fresh))
        plan.add(
            "sales_order",
            _COLUMNS,
            [_row(order_id, company_id, draft) for order_id, draft in zip(ids, fresh, strict=True)],
        )
        told = [("orders.order.added", order_id) for order_id in ids]
        told += [("orders.order.changed", row.id) for row in changed]
        record_events(
            plan,
            [
                EventDraft(company_id, kind, "ORDER", order_id, {}, actor_id=actor.user_id)
                for kind, order_id in told
            ],
        )
        write(plan)
    return len(fresh)


def _check(draft: OrderDraft) -> None:
    if draft.amount is not None:
        to_minor_units(draft.amount, draft.currency)
    if draft.prepayment_percent is not None and not 0 <= draft.prepayment_percent <= _HUNDRED:
        raise CannotStoreOrder(
            f"Order {draft.number}: {draft.prepayment_percent} is no percent between 0 and 100.",
            param="prepayment_percent",
        )


def _change(row: SalesOrder, draft: OrderDraft) -> bool:
    """Bring a known order to what is said of it; tells whether that changed anything."""
    said = {name: getattr(draft, name) for name in _MAY_CHANGE if getattr(draft, name) not in (None, "")}
    after = {name: value for name, value in said.items() if getattr(row, name) != value}
    for name, value in after.items():
        setattr(row, name, value)
    return bool(after)


def _row(order_id: int, company_id: int, draft: OrderDraft) -> tuple[object, ...]:
    return (
        order_id,
        draft.customer_id,
        company_id,
        draft.order_date,
        draft.number,
        normalise_reference(draft.number),
        draft.currency,
        draft.customer_po,
        draft.amount,
        draft.prepayment_percent,
    )
