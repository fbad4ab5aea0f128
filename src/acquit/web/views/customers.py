"""Customers: found by number, name or city; and everything about one of them on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from acquit.cash.queries import list_receipts
from acquit.collections.queries import get_payment_habits
from acquit.collections.rules.worklist import NO_HABIT, PaymentHabit
from acquit.controls.queries import list_user_names
from acquit.disputes.queries import DisputeView, list_disputes
from acquit.insight.queries.overview import list_timeline
from acquit.parties.operations import record_access
from acquit.parties.queries import (
    CustomerView,
    get_customer,
    list_customer_ibans,
    list_customers,
    list_customers_by_id,
)
from acquit.receivables.queries import AgeingRow, ItemView, get_ageing, list_items
from acquit.web.pages import cut_page, read_after, read_search
from acquit.web.rows import ItemRow, is_owed, make_item_rows, read_open_items
from acquit.web.said import HAPPENING_ICONS, say_dispute, say_happening
from acquit.web.visitor import Visitor, get_visitor

PAGE = 50
TIMELINE = 30
ITEMS_AT_MOST = 500
_TAB_TEMPLATES = {
    "open": "web/customer_open.html",
    "items": "web/customer_open.html",
    "payments": "web/customer_payments.html",
    "cases": "web/customer_cases.html",
    "facts": "web/customer_facts.html",
}
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in the list, with what it owes in the page's currency."""

    customer: CustomerView
    ageing: AgeingRow | None

    @property
    def buckets(self) -> tuple[Decimal, ...]:
        """What is open by age."""
        return get_buckets(self.ageing)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing in the timeline."""

    icon: str
    text: str
    amount: Decimal | None
    currency: str
    day: date
    url: str


@dataclass(frozen=True, slots=True)
class Account:
    """What a customer owes in one currency."""

    currency: str
    open_amount: Decimal
    overdue_amount: Decimal
    unapplied_amount: Decimal
    buckets: tuple[Decimal, ...]


@require_GET
def show_customers(request: HttpRequest) -> HttpResponse:
    """List customers by name; `q` finds by number, name or city."""
    visitor = get_visitor(request)
    search = read_search(request)
    after = read_after(request)
    found = list_customers(
        company_ids=visitor.company_ids,
        search=search,
        after=after,
        limit=PAGE + 1,
    )
    page = cut_page(found, PAGE, lambda customer: (customer.name, customer.id))
    context = {
        "crumbs": [("", _("Customers"))],
        "rows": _customer_rows(visitor, page.rows),
        "next_url": page.next_url(request),
        "search": search,
        "is_first": after is None,
    }
    is_more = request.headers.get("HX-Request") == "true" and after is not None
    return render(request, "web/customer_rows.html" if is_more else "web/customers.html", context)


def _customer_rows(visitor: Visitor, customers: list[CustomerView]) -> list[CustomerRow]:
    if not customers:
        return []
    ageing: dict[int, list[AgeingRow]] = {}
    for row in get_ageing(
        as_of=visitor.as_of,
        company_ids=visitor.company_ids,
        customer_ids=[customer.id for customer in customers],
        is_today=visitor.is_today,
    ):
        ageing.setdefault(row.customer_id, []).append(row)
    rows = []
    for customer in customers:
        accounts = ageing.get(customer.id)
        rows += (
            [CustomerRow(customer, account) for account in accounts]
            if accounts
            else [CustomerRow(customer, None)]
        )
    return rows


@require_GET
def show_customer(request: HttpRequest, customer_id: int, tab: str = "open") -> HttpResponse:
    """Show a customer: what is open, or its other tabs, beside the timeline."""
    visitor = get_visitor(request)
    if tab not in _TAB_TEMPLATES:
        raise Http404
    customer = get_customer(customer_id)
    record_access(actor=visitor.actor, customer_ids=[customer_id], door="WEB", purpose="CUSTOMER_PAGE")
    ageing = get_ageing(
        as_of=visitor.as_of,
        company_ids=[customer.company_id],
        customer_ids=[customer_id],
        is_today=visitor.is_today,
    )
    cases = list_disputes(customer_ids=[customer_id])
    people = list_user_names([customer.collector_id] if customer.collector_id else [])
    context: dict[str, object] = {
        "crumbs": [(reverse("web:customers"), _("Customers")), ("", customer.name)],
        "customer": customer,
        "company": next((each for each in visitor.companies if each.id == customer.company_id), None),
        "group": _group_of(customer),
        "collector": people.get(customer.collector_id or 0, ""),
        "accounts": [_account(row) for row in ageing],
        "habit": _habit_of(customer_id, ageing, visitor.as_of),
        "tab": tab,
        "tabs": _tabs(customer_id, tab, cases),
        "timeline": list_happenings(customer_id),
        "open_cases": sum(1 for case in cases if case.closed_date is None),
    }
    context.update(_tab_context(visitor, customer, tab, cases))
    context["tab_template"] = _TAB_TEMPLATES[tab]
    context["yes_no"] = ",".join((_("agreed"), _("not agreed")))
    return render(request, "web/customer.html", context)


def _tab_context(
    visitor: Visitor, customer: CustomerView, tab: str, cases: list[DisputeView]
) -> dict[str, object]:
    if tab == "open":
        found = read_open_items(visitor, customer_ids=[customer.id], limit=ITEMS_AT_MOST)
        context = _items_context(visitor, [item for item in found if is_owed(item)], cases)
        return {**context, "is_cut": len(found) >= ITEMS_AT_MOST}
    if tab == "items":
        return _items_context(visitor, list_items(customer_ids=[customer.id], limit=ITEMS_AT_MOST), cases)
    if tab == "payments":
        return {"receipts": list_receipts(customer_ids=[customer.id], before_id=2**62, limit=100)}
    if tab == "cases":
        return {"cases": [(case, say_dispute(case.kind, case.reason)) for case in cases]}
    return {"ibans": list_customer_ibans(customer.id)}


def _items_context(visitor: Visitor, items: list[ItemView], cases: list[DisputeView]) -> dict[str, object]:
    rows = make_item_rows(items, visitor.as_of, cases)
    return {"rows": rows, "sums": sum_items(rows), "is_cut": len(items) >= ITEMS_AT_MOST}


def sum_items(rows: list[ItemRow]) -> list[tuple[str, int, Decimal, Decimal]]:
    """Sum rows by currency: how many, original and open amounts."""
    sums: dict[str, tuple[int, Decimal, Decimal]] = {}
    for row in rows:
        count, original, still_open = sums.get(row.item.currency, (0, ZERO, ZERO))
        sums[row.item.currency] = (
            count + 1,
            original + row.item.original_amount,
            still_open + row.item.open_amount,
        )
    return [(currency, *values) for currency, values in sorted(sums.items())]


def get_buckets(row: AgeingRow | None) -> tuple[Decimal, ...]:
    """Give the five buckets of an ageing row."""
    if row is None:
        return (ZERO,) * 5
    return (row.not_due, row.days_1_30, row.days_31_60, row.days_61_90, row.days_91_plus)


def _account(row: AgeingRow) -> Account:
    return Account(row.currency, row.open_amount, row.overdue, -row.unapplied, get_buckets(row))


def _group_of(customer: CustomerView) -> CustomerView | None:
    if customer.parent_id is None:
        return None
    return list_customers_by_id([customer.parent_id]).get(customer.parent_id)


def _habit_of(customer_id: int, ageing: list[AgeingRow], as_of: date) -> PaymentHabit:
    oldest = [row.oldest_due_date for row in ageing if row.oldest_due_date is not None]
    late = max((as_of - min(oldest)).days, 0) if oldest else 0
    return get_payment_habits([(customer_id, late)], as_of).get(customer_id, NO_HABIT)


def _tabs(customer_id: int, current: str, cases: list[DisputeView]) -> list[dict[str, object]]:
    open_cases = sum(1 for case in cases if case.closed_date is None)
    names = [
        ("open", _("Open items"), None),
        ("items", _("All items"), None),
        ("payments", _("Payments"), None),
        ("cases", _("Disputes"), open_cases),
        ("facts", _("Contacts, terms, bank"), None),
    ]
    return [
        {
            "url": reverse("web:customer", args=[customer_id])
            if key == "open"
            else reverse("web:customer-tab", args=[customer_id, key]),
            "name": name,
            "count": count,
            "is_current": key == current,
            "key": str(place),
        }
        for place, (key, name, count) in enumerate(names, start=1)
    ]


def list_happenings(customer_id: int) -> list[Happening]:
    """List what happened with a customer, in words, each with its way down."""
    return [
        Happening(
            icon=HAPPENING_ICONS.get(entry.object_kind, "clock"),
            text=say_happening(entry.kind, entry.reference),
            amount=entry.amount,
            currency=entry.currency,
            day=entry.happened_date,
            url=_address_of(entry.object_kind, entry.object_id, entry.reference),
        )
        for entry in list_timeline(customer_id, limit=TIMELINE)
    ]


def _address_of(object_kind: str, object_id: int, reference: str) -> str:
    if object_kind == "RECEIPT":
        return reverse("web:receipt", args=[object_id])
    if object_kind == "DOCUMENT":
        return f"{reverse('web:items')}?{urlencode({'q': reference})}"
    return ""
