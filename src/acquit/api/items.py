"""Items: what customers owe and are owed, open or not, today or as of a past day; and the ageing of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Router
from ninja.params.functions import Query
from pydantic import Field

from acquit.api.errors import answers
from acquit.api.login import Request
from acquit.api.pages import CursorKind, Page, PageFilters, cut_page
from acquit.api.values import (
    AmountText,
    CompanyId,
    CurrencyText,
    Day,
    DayOut,
    Id,
    MomentOut,
    Resource,
    amount_text,
)
from acquit.core.errors import NotFound, Refusal
from acquit.receivables.queries import (
    EdgeView,
    ItemView,
    list_edges,
    list_items,
    list_open_items,
    list_open_items_as_of,
)

router = Router(tags=["items"])

_OPEN = CursorKind("items-open", (date, int))
_ALL = CursorKind("items-all", (int,))


class FiltersDisagree(Refusal):
    """Two filters cannot be used together; nothing was read."""

    code = "FILTERS_DISAGREE"


class Item(Resource):
    """An amount owed by (above zero) or to (below zero) a customer. What is open has the item's own sign."""

    id: int = Field(examples=[90210])
    company_id: int
    customer_id: int
    document_id: int | None
    kind: str = Field(examples=["INVOICE"])
    number: str = Field(examples=["RE-2026-000123"])
    currency: CurrencyText
    original_amount: AmountText
    open_amount: AmountText = Field(description="Open today, or on `as_of`.")
    baseline_date: DayOut = Field(description="The day terms of payment count from.")
    due_date: DayOut
    posting_date: DayOut


class ItemClearing(Resource):
    """An amount of a credit item set off against a debit item; one taken back has a mirror below zero."""

    clearing_id: int
    credit_item_id: int
    debit_item_id: int
    effective_date: DayOut
    currency: CurrencyText
    amount: AmountText
    reason: str = Field(examples=["APPLICATION"])
    decision_id: int | None = Field(description="The application that made it, when one did.")
    is_taken_back: bool
    recorded_at: MomentOut


class ItemDetail(Item):
    """An item with everything that cleared it."""

    clearings: list[ItemClearing]


class ItemPage(Page[Item]):
    """Items: the open ones by due date, all of them latest first."""


class ItemFilters(PageFilters):
    """Which items."""

    state: Literal["OPEN", "ALL"] = Field(
        "OPEN", description="OPEN: by due date. ALL: cleared too, latest first."
    )
    company_id: CompanyId | None = Field(None, description="Only this company's.")
    customer_id: Id | None = Field(None, description="Only this customer's.")
    document_id: Id | None = Field(None, description="Only this document's; with state=ALL.")
    due_from: Day | None = Field(None, description="Due on this day or later; with state=OPEN.")
    due_until: Day | None = Field(None, description="Due before this day; with state=OPEN.")
    as_of: Day | None = Field(None, description="What was open at the end of this past day; with state=OPEN.")


@router.get("", response=answers({200: ItemPage}, 404, 422), operation_id="list_items", summary="List items")
def list_all(request: Request, filters: Annotated[ItemFilters, Query()]) -> dict[str, object]:
    """List open items by due date (today, or as of a past day), or all items latest first."""
    _check(filters)
    company_ids = request.auth.companies(filters.company_id)
    customer_ids = None if filters.customer_id is None else [filters.customer_id]
    limit = filters.limit
    if filters.state == "ALL":
        before = _ALL.read(filters.cursor)
        rows = list_items(
            company_ids=company_ids,
            customer_ids=customer_ids,
            document_ids=None if filters.document_id is None else [filters.document_id],
            before_id=before and before[0],
            limit=limit + 1,
        )
        return cut_page(rows, limit=limit, cursors=_ALL, position=lambda row: (row.id,), show=show_item)
    after = _OPEN.read(filters.cursor)
    if filters.as_of is None or filters.as_of >= request.auth.today:
        rows = list_open_items(
            company_ids=company_ids,
            customer_ids=customer_ids,
            due_from=filters.due_from,
            due_until=filters.due_until,
            after=after,
            limit=limit + 1,
        )
    else:
        rows = list_open_items_as_of(
            as_of=filters.as_of,
            company_ids=company_ids,
            customer_ids=customer_ids,
            due_from=filters.due_from,
            due_until=filters.due_until,
            after=after,
            limit=limit + 1,
        )
    return cut_page(
        rows, limit=limit, cursors=_OPEN, position=lambda row: (row.due_date, row.id), show=show_item
    )


@router.get(
    "/{int:item_id}",
    response=answers({200: ItemDetail}, 404, 422),
    operation_id="get_item",
    summary="Get an item",
)
def get_one(request: Request, item_id: Id) -> ItemDetail:
    """Get an item, with everything that cleared it, latest first."""
    del request
    found = list_items(item_ids=[item_id])
    if not found:
        raise NotFound(f"There is no item {item_id}.", param="item_id")
    edges = list_edges(item_ids=[item_id])
    return ItemDetail(**show_item(found[0]).model_dump(), clearings=[show_clearing(edge) for edge in edges])


def show_item(row: ItemView) -> Item:
    """Give an item as the API writes it."""
    return Item(
        id=row.id,
        company_id=row.company_id,
        customer_id=row.customer_id,
        document_id=row.document_id,
        kind=row.kind,
        number=row.number,
        currency=row.currency,
        original_amount=amount_text(row.original_amount, row.currency),
        open_amount=amount_text(row.open_amount, row.currency),
        baseline_date=row.baseline_date,
        due_date=row.due_date,
        posting_date=row.posting_date,
    )


def show_clearing(row: EdgeView) -> ItemClearing:
    """Give a clearing edge as the API writes it."""
    return ItemClearing(
        clearing_id=row.clearing_id,
        credit_item_id=row.credit_item_id,
        debit_item_id=row.debit_item_id,
        effective_date=row.effective_date,
        currency=row.currency,
        amount=amount_text(row.amount, row.currency),
        reason=row.reason,
        decision_id=row.decision_id,
        is_taken_back=row.is_taken_back,
        recorded_at=row.recorded_at,
    )


def _check(filters: ItemFilters) -> None:
    only_with: dict[str, dict[str, object]] = {
        "OPEN": {"due_from": filters.due_from, "due_until": filters.due_until, "as_of": filters.as_of},
        "ALL": {"document_id": filters.document_id},
    }
    other = "ALL" if filters.state == "OPEN" else "OPEN"
    for name, value in only_with[other].items():
        if value is not None:
            raise FiltersDisagree(f"{name} works with state={other} only.", param=name)
