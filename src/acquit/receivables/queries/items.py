"""Reads of the subledger: items and edges, open today, as of any day, as known at any moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Max

from acquit.infra.bulk import array_text, ask
from acquit.infra.schema import sql_text
from acquit.receivables.models import Clearing, ClearingEdge, Item, NotedItem, OpenItem
from acquit.receivables.rules.clearing import OpenItemFact

_CUSTOMERS = "SELECT DISTINCT customer_id FROM item WHERE id = ANY(%s::text::bigint[])"


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item, and what of it is open today."""

    id: int
    company_id: int
    customer_id: int
    document_id: int | None
    kind: str
    number: str
    currency: str
    baseline_date: date
    due_date: date
    posting_date: date
    original_amount: Decimal
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class EdgeView:
    """A clearing edge seen from a person's side."""

    id: int
    clearing_id: int
    credit_item_id: int
    debit_item_id: int
    effective_date: date
    currency: str
    amount: Decimal
    reason: str
    decision_id: int | None
    actor_id: int | None
    is_taken_back: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RecordSpan:
    """Whether something of a customer is open, and the day of the latest record that names it; None: there is none."""

    has_open_items: bool
    last_date: date | None


def get_record_span(customer_id: int) -> RecordSpan:
    """Tell how far a customer's records reach: items, clearings and what is noted."""
    days = [
        Item.objects.filter(customer_id=customer_id).aggregate(last=Max("posting_date"))["last"],
        ClearingEdge.objects.filter(customer_id=customer_id).aggregate(last=Max("effective_date"))["last"],
        NotedItem.objects.filter(customer_id=customer_id).aggregate(last=Max("noted_date"))["last"],
    ]
    known = [day for day in days if day is not None]
    is_open = OpenItem.objects.filter(customer_id=customer_id).exists()
    return RecordSpan(is_open, max(known) if known else None)


def list_open_item_facts(item_ids: Iterable[int]) -> dict[int, OpenItemFact]:
    """Give open items with their numbers by id: what rules of clearing ask for. Call after the customers are locked."""
    with connection.cursor() as cursor:
        cursor.execute(sql_text("receivables", "open_item_facts.sql"), {"item_ids": list(item_ids)})
        return {row[0]: OpenItemFact(*row) for row in cursor.fetchall()}


def list_customers_of_items(item_ids: Iterable[int]) -> list[int]:
    """List whose these items are, each customer once."""
    return [row[0] for row in ask(_CUSTOMERS, array_text(item_ids))]


def list_open_items(
    *,
    company_ids: Iterable[int] | None = None,
    customer_ids: Iterable[int] | None = None,
    due_from: date | None = None,
    due_until: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int | None = None,
) -> list[ItemView]:
    """List open items by due date, half-open; `after` is the cursor (due date, id) of the last one seen."""
    rows = OpenItem.objects.order_by("due_date", "item_id")
    if due_from is not None:
        rows = rows.filter(due_date__gte=due_from)
    if due_until is not None:
        rows = rows.filter(due_date__lt=due_until)
    if company_ids is not None:
        rows = rows.filter(company_id__in=list(company_ids))
    if customer_ids is not None:
        rows = rows.filter(customer_id__in=list(customer_ids))
    if after is not None:
        due, item_id = after
        rows = rows.filter(due_date__gte=due).exclude(due_date=due, item_id__lte=item_id)
    found = list(rows[:limit] if limit is not None else rows)
    items = Item.objects.in_bulk([row.item_id for row in found])
    return [_item(items[row.item_id], row.open_amount) for row in found]


def list_open_items_as_of(
    *,
    as_of: date,
    company_ids: Iterable[int],
    customer_ids: Iterable[int] | None = None,
    due_from: date | None = None,
    due_until: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int | None = None,
    known_at: datetime | None = None,
) -> list[ItemView]:
    """List what was open at the end of a day, with the amounts open then; otherwise as `list_open_items`.

    `known_at` leaves out what was recorded at that moment or later: the books as somebody saw them just before it.
    """
    parameters: dict[str, Any] = {
        "as_of": as_of,
        "known_at": known_at,
        "company_ids": list(company_ids),
        "customer_ids": list(customer_ids) if customer_ids is not None else None,
        "due_from": due_from,
        "due_until": due_until,
        "after_due": after[0] if after else None,
        "after_id": after[1] if after else None,
        "at_most": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("receivables", "open_items_as_of.sql"), parameters)
        found = cursor.fetchall()
    items = Item.objects.in_bulk([row[0] for row in found])
    return [_item(items[item_id], open_amount) for item_id, open_amount in found]


def list_items(
    *,
    item_ids: Iterable[int] | None = None,
    customer_ids: Iterable[int] | None = None,
    document_ids: Iterable[int] | None = None,
    company_ids: Iterable[int] | None = None,
    number: str | None = None,
    before_id: int | None = None,
    limit: int = 200,
) -> list[ItemView]:
    """List items, open or not, latest first; `before_id` is the cursor."""
    rows = Item.objects.order_by("-id")
    for name, values in (
        ("id", item_ids),
        ("customer_id", customer_ids),
        ("document_id", document_ids),
        ("company_id", company_ids),
    ):
        if values is not None:
            rows = rows.filter(**{f"{name}__in": list(values)})
    if number is not None:
        rows = rows.filter(number=number)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    found = list(rows[:limit])
    open_amounts = dict(
        OpenItem.objects.filter(item_id__in=[row.id for row in found]).values_list("item_id", "open_amount")
    )
    return [_item(row, open_amounts.get(row.id, Decimal(0))) for row in found]


def list_edges(
    *,
    item_ids: Iterable[int] | None = None,
    clearing_ids: Iterable[int] | None = None,
    decision_ids: Iterable[int] | None = None,
) -> list[EdgeView]:
    """List the edges of items, clearings or decisions, latest first, those taken back and their reversals too."""
    rows = ClearingEdge.objects.order_by("-id")
    if item_ids is not None:
        ids = list(item_ids)
        rows = rows.filter(debit_item_id__in=ids) | rows.filter(credit_item_id__in=ids)
    if clearing_ids is not None:
        rows = rows.filter(clearing_id__in=list(clearing_ids))
    if decision_ids is not None:
        made = Clearing.objects.filter(decision_id__in=list(decision_ids))
        rows = rows.filter(clearing_id__in=made.values("id"))
    found = list(rows)
    clearings = Clearing.objects.in_bulk({row.clearing_id for row in found})
    reversed_ids = set(
        Clearing.objects.filter(reverses_id__in=list(clearings)).values_list("reverses_id", flat=True)
    )
    return [
        EdgeView(
            id=row.id,
            clearing_id=row.clearing_id,
            credit_item_id=row.credit_item_id,
            debit_item_id=row.debit_item_id,
            effective_date=row.effective_date,
            currency=row.currency,
            amount=row.amount,
            reason=clearings[row.clearing_id].reason,
            decision_id=clearings[row.clearing_id].decision_id,
            actor_id=clearings[row.clearing_id].actor_id,
            is_taken_back=row.clearing_id in reversed_ids
            or clearings[row.clearing_id].reverses_id is not None,
            recorded_at=row.recorded_at,
        )
        for row in found
    ]


def list_clearing_ids_of_decision(decision_ids: Iterable[int]) -> list[int]:
    """List the clearings made on decisions that were not taken back."""
    rows = Clearing.objects.filter(decision_id__in=list(decision_ids), reverses_id__isnull=True)
    taken_back = Clearing.objects.filter(reverses_id__isnull=False).values("reverses_id")
    return list(rows.exclude(id__in=taken_back).order_by("id").values_list("id", flat=True))


def _item(row: Item, open_amount: Decimal) -> ItemView:
    return ItemView(
        id=row.id,
        company_id=row.company_id,
        customer_id=row.customer_id,
        document_id=row.document_id,
        kind=row.kind,
        number=row.number,
        currency=row.currency,
        baseline_date=row.baseline_date,
        due_date=row.due_date,
        posting_date=row.posting_date,
        original_amount=row.original_amount,
        open_amount=open_amount,
    )
