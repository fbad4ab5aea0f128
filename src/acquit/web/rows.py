"""Rows of items as lists show them: how late, in which bucket, and in which one word their state is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from acquit.disputes.queries import DisputeView
from acquit.receivables.queries import ItemView, list_open_items, list_open_items_as_of
from acquit.receivables.rules.items import UNAPPLIED_KINDS
from acquit.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of a list. `days` is None where lateness says nothing: credits, and what is cleared."""

    item: ItemView
    days: int | None
    status: str
    case: DisputeView | None

    @property
    def is_credit(self) -> bool:
        """Tell whether it is owed to the customer."""
        return self.item.original_amount < 0


def read_open_items(
    visitor: Visitor,
    *,
    company_ids: Iterable[int] | None = None,
    customer_ids: Iterable[int] | None = None,
    due_from: date | None = None,
    due_until: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int,
) -> list[ItemView]:
    """Read what is open on the visitor's day, today from the live set, a past day from the edges."""
    companies = list(company_ids) if company_ids is not None else list(visitor.company_ids)
    customers = list(customer_ids) if customer_ids is not None else None
    if visitor.is_today:
        return list_open_items(
            company_ids=companies,
            customer_ids=customers,
            due_from=due_from,
            due_until=due_until,
            after=after,
            limit=limit,
        )
    return list_open_items_as_of(
        as_of=visitor.as_of,
        company_ids=companies,
        customer_ids=customers,
        due_from=due_from,
        due_until=due_until,
        after=after,
        limit=limit,
    )


def is_owed(item: ItemView) -> bool:
    """Tell whether an item counts as owed, to or by the customer; cash that is not applied stands apart."""
    return item.kind not in UNAPPLIED_KINDS


def make_item_rows(items: Sequence[ItemView], as_of: date, cases: Iterable[DisputeView]) -> list[ItemRow]:
    """Make rows of items; open cases of the list say which are disputed."""
    disputed = {case.item_id: case for case in cases if case.closed_date is None}
    return [make_item_row(item, as_of, disputed.get(item.id)) for item in items]


def make_item_row(item: ItemView, as_of: date, case: DisputeView | None) -> ItemRow:
    """Make the row of an item."""
    is_open = item.open_amount != 0
    is_debit = item.original_amount > 0 and item.kind not in UNAPPLIED_KINDS
    days = (as_of - item.due_date).days if is_open and is_debit else None
    return ItemRow(item, days, get_item_status(item, case), case)


def get_item_status(item: ItemView, case: DisputeView | None) -> str:
    """Give the one word an item's state is said in."""
    if item.open_amount == 0:
        return "CLEARED"
    if item.kind in UNAPPLIED_KINDS:
        return "NOT_APPLIED"
    if item.original_amount < 0:
        return "CREDIT_FREE"
    if case is not None:
        return "DISPUTED"
    return "OPEN" if item.open_amount == item.original_amount else "PARTLY_CLEARED"
