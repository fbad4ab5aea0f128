"""The palette's search: an exact number first, then customers. The answer is a fragment of options."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from acquit.parties.queries import list_customers, list_customers_by_id
from acquit.receivables.queries import ItemView, list_items
from acquit.web.pages import read_search
from acquit.web.said import ITEM_ICONS, ITEM_KINDS, say
from acquit.web.visitor import Visitor, get_visitor

SHORTEST = 2
ITEMS = 5
CUSTOMERS = 6


@dataclass(frozen=True, slots=True)
class Option:
    """A record found."""

    url: str
    icon: str
    kind: str
    name: str
    detail: str
    amount: Decimal | None
    currency: str


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Find records by exact number, then customers by number, name or city."""
    visitor = get_visitor(request)
    wanted = read_search(request)
    options: list[Option] = []
    if len(wanted) >= SHORTEST:
        options = [*_find_items(visitor, wanted), *_find_customers(visitor, wanted)]
    return render(request, "web/found.html", {"options": options})


def list_numbers_meant(wanted: str, visitor: Visitor) -> list[str]:
    """List the full numbers a short one may mean: as it is, and with this and the last year before it."""
    if not wanted.replace("-", "").isalnum():
        return [wanted]
    years = (visitor.today.year, visitor.today.year - 1)
    return [wanted, *(f"{year}-{wanted}" for year in years)]


def _find_items(visitor: Visitor, wanted: str) -> list[Option]:
    if not any(sign.isdigit() for sign in wanted):
        return []
    found: dict[int, ItemView] = {}
    for number in list_numbers_meant(wanted, visitor):
        for item in list_items(company_ids=visitor.company_ids, number=number, limit=ITEMS):
            found.setdefault(item.id, item)
    customers = list_customers_by_id(item.customer_id for item in found.values())
    return [
        Option(
            url=reverse("web:item", args=[item.id]),
            icon=ITEM_ICONS.get(item.kind, "receipt"),
            kind=say(ITEM_KINDS, item.kind),
            name=item.number,
            detail=customers[item.customer_id].name if item.customer_id in customers else "",
            amount=item.open_amount,
            currency=item.currency,
        )
        for item in list(found.values())[:ITEMS]
    ]


def _find_customers(visitor: Visitor, wanted: str) -> list[Option]:
    return [
        Option(
            url=reverse("web:customer", args=[customer.id]),
            icon="users",
            kind=_("Customer"),
            name=customer.name,
            detail=" ".join(part for part in (customer.number, customer.city) if part),
            amount=None,
            currency="",
        )
        for customer in list_customers(company_ids=visitor.company_ids, search=wanted, limit=CUSTOMERS)
    ]
