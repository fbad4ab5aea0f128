"""The collector's worklist: whom to ask today, why, in which order; and whom not to ask, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from acquit.collections.queries import Worklist, get_worklist
from acquit.collections.rules.worklist import Reason, WorklistRow
from acquit.disputes.queries import list_disputes
from acquit.parties.operations import record_access
from acquit.parties.queries import CustomerView, get_customer
from acquit.web.rows import ItemRow, make_item_rows, read_open_items
from acquit.web.said import NEXT_STEPS, say, say_dispute, say_reason
from acquit.web.visitor import Visitor, get_visitor

PAGE = 50
ITEMS_AT_MOST = 200
VIEWS = ("all", "mine", "held")


@dataclass(frozen=True, slots=True)
class Asked:
    """A customer's line on the list, in words."""

    row: WorklistRow
    place: int
    reasons: tuple[str, ...]
    step: str
    held_back: str

    @property
    def parts(self) -> tuple[tuple[str, Decimal], ...]:
        """The parts of the score, named."""
        priority = self.row.priority
        return (
            (_("amount overdue"), priority.overdue_points),
            (_("days past due"), priority.days_points),
            (_("unlikely to pay unasked"), priority.payment_points),
            (_("risk"), priority.risk_points),
        )

    @property
    def buckets(self) -> tuple[Decimal, ...]:
        """What is overdue by age; what is not due has no place on this list."""
        return (Decimal(0), *self.row.facts.buckets[1:])


@require_GET
def show_worklist(request: HttpRequest, customer_id: int | None = None) -> HttpResponse:
    """Show the list, with the chosen customer's drawer beside it."""
    visitor = get_visitor(request)
    view = request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    found = get_worklist(
        company_ids=visitor.company_ids,
        as_of=visitor.as_of,
        is_today=visitor.is_today,
        collector_id=visitor.user_id if view == "mine" else None,
    )
    rows = found.held_back if view == "held" else found.rows
    start = _read_start(request)
    shown = make_asked(rows[start : start + PAGE], start)
    context: dict[str, object] = {
        "rows": shown,
        "view": view,
        "next_url": _next_url(request, start, len(rows)),
    }
    if request.headers.get("HX-Request") == "true" and "start" in request.GET:
        return render(request, "web/worklist_rows.html", context)
    chosen = customer_id or (shown[0].row.facts.customer_id if shown else None)
    context.update(
        {
            "crumbs": [("", _("Worklist"))],
            "chips": _chips(found, view),
            "to_ask": sorted(found.to_ask_amounts.items()),
            "held_back": make_asked(found.held_back[:3], 0),
            "held_count": len(found.held_back),
            "asked_count": len(found.rows),
            "chosen_id": chosen,
            "is_opened": customer_id is not None,
        }
    )
    if chosen is not None:
        context.update(_drawer_context(visitor, chosen, [*found.rows, *found.held_back]))
    return render(request, "web/worklist.html", context)


@require_GET
def show_drawer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show the drawer alone, for the list beside it."""
    address = reverse("web:worklist-customer", args=[customer_id])
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(address)
    visitor = get_visitor(request)
    customer = get_customer(customer_id)
    found = get_worklist(company_ids=[customer.company_id], as_of=visitor.as_of, is_today=visitor.is_today)
    context = _drawer_context(visitor, customer_id, [*found.rows, *found.held_back])
    response = render(request, "web/worklist_drawer.html", context)
    response.headers["HX-Push-Url"] = address
    return response


def make_asked(rows: Sequence[WorklistRow], start: int) -> list[Asked]:
    """Put rows into words, numbered from `start` + 1."""
    return [
        Asked(
            row=row,
            place=place,
            reasons=tuple(_say(reason, row) for reason in row.reasons),
            step=say(NEXT_STEPS, row.next_step),
            held_back=_say(row.held_back, row) if row.held_back else "",
        )
        for place, row in enumerate(rows, start=start + 1)
    ]


def _say(reason: Reason, row: WorklistRow) -> str:
    return say_reason(reason.code, reason.values, row.facts.currency)


def _drawer_context(visitor: Visitor, customer_id: int, rows: Sequence[WorklistRow]) -> dict[str, object]:
    customer = get_customer(customer_id)
    record_access(actor=visitor.actor, customer_ids=[customer_id], door="WEB", purpose="WORKLIST")
    mine = [row for row in rows if row.facts.customer_id == customer_id]
    cases = list_disputes(customer_ids=[customer_id], is_open=True)
    items = read_open_items(
        visitor,
        company_ids=[customer.company_id],
        customer_ids=[customer_id],
        due_until=visitor.as_of,
        limit=ITEMS_AT_MOST,
    )
    overdue = [row for row in make_item_rows(items, visitor.as_of, cases) if row.days is not None]
    return {
        "customer": customer,
        "asked": make_asked(mine, 0),
        "overdue": overdue,
        "overdue_sums": _sum_overdue(overdue),
        "cases": [(case, say_dispute(case.kind, case.reason)) for case in cases],
        "telephone": _telephone(customer),
    }


def _sum_overdue(rows: Sequence[ItemRow]) -> list[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.item.currency] = sums.get(row.item.currency, Decimal(0)) + row.item.open_amount
    return sorted(sums.items())


def _telephone(customer: CustomerView) -> str:
    """Give the number as a `tel:` address takes it."""
    return "".join(sign for sign in customer.phone if sign.isdigit() or sign == "+")


def _chips(found: Worklist, view: str) -> list[dict[str, object]]:
    names = (
        ("all", _("To ask"), len(found.rows) if view != "mine" else None),
        ("mine", _("Mine"), len(found.rows) if view == "mine" else None),
        ("held", _("Held back"), len(found.held_back)),
    )
    return [
        {"url": f"?view={key}", "name": name, "count": count, "is_current": key == view}
        for key, name, count in names
    ]


def _read_start(request: HttpRequest) -> int:
    text = request.GET.get("start", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _next_url(request: HttpRequest, start: int, total: int) -> str:
    if start + PAGE >= total:
        return ""
    query = request.GET.copy()
    query["start"] = str(start + PAGE)
    return f"{reverse('web:worklist')}?{query.urlencode()}"
