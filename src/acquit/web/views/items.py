"""Items: what is open, by age; and where the figure of one of them comes from, down to its journal entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from acquit.billing.queries import DocumentView, get_document, list_document_lines
from acquit.cash.queries import ReceiptView, list_receipts
from acquit.controls.queries import list_user_names
from acquit.core.errors import NotFound
from acquit.disputes.queries import DisputeView, list_disputes
from acquit.insight.queries.overview import get_ageing_totals
from acquit.ledger.queries import list_entries
from acquit.parties.queries import get_customer, list_customers_by_id
from acquit.receivables.queries import EdgeView, ItemView, list_edges, list_items
from acquit.web.pages import cut_page, read_day_after, read_id, read_search
from acquit.web.rows import is_owed, make_item_row, make_item_rows, read_open_items
from acquit.web.said import DISPUTE_KINDS, ITEM_ICONS, ITEM_KINDS, say, say_dispute
from acquit.web.templatetags.acquit_books import AGES
from acquit.web.visitor import Visitor, get_visitor

PAGE = 50
BATCH = 200
ENTRIES_AT_MOST = 30
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A record in the document flow of an item."""

    icon: str
    name: str
    number: str
    detail_amount: Decimal | None
    currency: str
    day: date | None
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """A clearing of this item, seen from its side: the other item, how much, by whom, why."""

    edge: EdgeView
    other: ItemView | None
    amount: Decimal
    actor: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """Something that happened to this item."""

    icon: str
    text: str
    amount: Decimal | None
    at: datetime | date
    detail: str
    url: str


@require_GET
def show_items(request: HttpRequest) -> HttpResponse:
    """List open items by due date; the filter stands in the address (`age`, `currency`, `company`, `q`)."""
    visitor = get_visitor(request)
    number = read_search(request)
    if number:
        return _show_found(request, visitor, number)
    age = request.GET.get("age", "")
    company = read_id(request.GET.get("company", ""))
    companies = [company] if company in visitor.company_ids else list(visitor.company_ids)
    due_from, due_until = read_due_dates(age, visitor.as_of)
    found = _read_owed(visitor, companies, due_from, due_until, read_day_after(request))
    page = cut_page(found, PAGE, lambda item: (item.due_date, item.id))
    context = {
        "crumbs": [("", _("Items"))],
        **_list_context(visitor, page.rows),
        "next_url": page.next_url(request),
        "age": age,
        "ages": _age_chips(request, age),
        "company": next((each for each in visitor.companies if each.id == company), None),
        "totals": _totals_of(visitor, companies, age),
        "search": "",
    }
    is_more = request.headers.get("HX-Request") == "true" and "after" in request.GET
    return render(request, "web/item_rows.html" if is_more else "web/items.html", context)


def _read_owed(
    visitor: Visitor,
    companies: Sequence[int],
    due_from: date | None,
    due_until: date | None,
    after: tuple[date, int] | None,
) -> list[ItemView]:
    """Read a page and one more of what is owed, past the cash that stands between."""
    owed: list[ItemView] = []
    while len(owed) <= PAGE:
        found = read_open_items(
            visitor, company_ids=companies, due_from=due_from, due_until=due_until, after=after, limit=BATCH
        )
        owed += [item for item in found if is_owed(item)]
        if len(found) < BATCH:
            break
        after = (found[-1].due_date, found[-1].id)
    return owed[: PAGE + 1]


def _show_found(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    items = list_items(company_ids=visitor.company_ids, number=number, limit=PAGE)
    context = {
        "crumbs": [("", _("Items"))],
        **_list_context(visitor, items),
        "ages": _age_chips(request, None),
        "search": number,
    }
    return render(request, "web/items.html", context)


def _list_context(visitor: Visitor, items: list[ItemView]) -> dict[str, object]:
    customers = list_customers_by_id(item.customer_id for item in items)
    cases = list_disputes(item_ids=[item.id for item in items], is_open=True)
    rows = make_item_rows(items, visitor.as_of, cases)
    return {"rows": [(row, customers.get(row.item.customer_id)) for row in rows]}


def read_due_dates(age: str, as_of: date) -> tuple[date | None, date | None]:
    """Translate an age of the address into due dates, half-open: from, until."""
    until = {"overdue": 1, "1": 1, "31": 31, "61": 61, "91": 91}
    since = {"1": 31, "31": 61, "61": 91}
    if age == "current":
        return as_of, None
    if age not in until:
        return None, None
    last = as_of - timedelta(days=until[age] - 1)
    first = as_of - timedelta(days=since[age] - 1) if age in since else None
    return first, last


def _totals_of(visitor: Visitor, companies: Sequence[int], age: str) -> list[tuple[str, Decimal]]:
    """Sum over all filtered items, not the page: by currency."""
    sums: dict[str, Decimal] = {}
    for row in get_ageing_totals(company_ids=companies, as_of=visitor.as_of, is_today=visitor.is_today):
        if age == "overdue":
            amount = row.overdue
        elif age in AGES:
            amount = row.buckets[AGES.index(age)]
        else:
            amount = row.open_amount
        sums[row.currency] = sums.get(row.currency, ZERO) + amount
    return sorted(sums.items())


def _age_chips(request: HttpRequest, current: str | None) -> list[dict[str, object]]:
    names = [
        ("", _("All open")),
        ("overdue", _("Overdue")),
        *zip(AGES, (_("Not due"), "1–30", "31–60", "61–90", "91+"), strict=True),
    ]
    chips = []
    for age, name in names:
        query = request.GET.copy()
        for key in ("after", "q", "age"):
            query.pop(key, None)
        if age:
            query["age"] = age
        chips.append({"url": f"?{query.urlencode()}", "name": name, "is_current": age == current})
    return chips


@require_GET
def show_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show where an item's figure comes from."""
    visitor = get_visitor(request)
    item = get_item(item_id)
    customer = get_customer(item.customer_id)
    edges = list_edges(item_ids=[item_id])
    others = {
        other.id: other
        for other in list_items(item_ids={_other_of(edge, item_id) for edge in edges}, limit=1000)
    }
    document = get_document(item.document_id) if item.document_id is not None else None
    cases = list_disputes(item_ids=[item_id])
    receipts = list_receipts(item_ids=[item_id, *others], limit=200)
    people = list_user_names({edge.actor_id for edge in edges if edge.actor_id is not None})
    rows = [
        EdgeRow(
            edge,
            others.get(_other_of(edge, item_id)),
            -edge.amount if edge.debit_item_id == item_id else edge.amount,
            people.get(edge.actor_id or 0, ""),
        )
        for edge in edges
    ]
    entries = list_entries(item_ids=[item_id], limit=ENTRIES_AT_MOST + 1)
    case = next((each for each in cases if each.closed_date is None), None)
    context = {
        "crumbs": [
            (reverse("web:customers"), _("Customers")),
            (reverse("web:customer", args=[customer.id]), customer.name),
            ("", item.number),
        ],
        "row": make_item_row(item, visitor.as_of, case),
        "item": item,
        "kind": say(ITEM_KINDS, item.kind),
        "customer": customer,
        "document": document,
        "lines": list_document_lines(document.id) if document else [],
        "flow": _flow(item, document, rows, receipts, cases),
        "edges": rows,
        "entries": sorted(entries[:ENTRIES_AT_MOST], key=lambda entry: entry.id),
        "has_more_entries": len(entries) > ENTRIES_AT_MOST,
        "cleared_amount": item.original_amount - item.open_amount,
        "case": case,
        "case_name": say_dispute(case.kind, case.reason) if case else "",
        "history": _history(rows, cases, document),
        "receipt": next((receipt for receipt in receipts if receipt.item_id == item_id), None),
    }
    return render(request, "web/item.html", context)


def get_item(item_id: int) -> ItemView:
    """Give an item; refuses (`NotFound`)."""
    found = list_items(item_ids=[item_id], limit=1)
    if not found:
        raise NotFound(_("There is no item %(id)s.") % {"id": item_id}, param="item")
    return found[0]


def _other_of(edge: EdgeView, item_id: int) -> int:
    return edge.credit_item_id if edge.debit_item_id == item_id else edge.debit_item_id


def _flow(
    item: ItemView,
    document: DocumentView | None,
    rows: Sequence[EdgeRow],
    receipts: Sequence[ReceiptView],
    cases: Sequence[DisputeView],
) -> list[FlowStep]:
    """Lay out what led to the item and what became of it, in the order of time."""
    by_item = {receipt.item_id: receipt for receipt in receipts}
    here = FlowStep(
        icon=ITEM_ICONS.get(item.kind, "receipt"),
        name=say(ITEM_KINDS, item.kind),
        number=item.number,
        detail_amount=item.original_amount,
        currency=item.currency,
        day=document.document_date if document else item.posting_date,
        url=reverse("web:item", args=[item.id]),
        is_current=True,
    )
    steps = []
    for row in rows:
        if row.edge.is_taken_back or row.other is None:
            continue
        receipt = by_item.get(row.other.id)
        url = (
            reverse("web:receipt", args=[receipt.id]) if receipt else reverse("web:item", args=[row.other.id])
        )
        steps.append(
            FlowStep(
                icon=ITEM_ICONS.get(row.other.kind, "receipt"),
                name=say(ITEM_KINDS, row.other.kind),
                number=row.other.number,
                detail_amount=abs(row.edge.amount),
                currency=item.currency,
                day=row.edge.effective_date,
                url=url,
            )
        )
    steps += [
        FlowStep(
            icon="messages",
            name=say(DISPUTE_KINDS, case.kind),
            number=f"D-{case.id}",
            detail_amount=case.amount,
            currency=case.currency,
            day=case.opened_date,
            url="#history",
        )
        for case in cases
        if case.closed_date is None
    ]
    steps.sort(key=lambda step: step.day or date.min)
    return [here, *steps[-4:]]


def _history(
    rows: Sequence[EdgeRow], cases: Sequence[DisputeView], document: DocumentView | None
) -> list[HistoryRow]:
    history = [
        HistoryRow(
            icon="link",
            text=_("Clearing taken back") if row.edge.is_taken_back else _("Cleared"),
            amount=abs(row.edge.amount),
            at=row.edge.recorded_at,
            detail=row.actor,
            url=reverse("web:item", args=[row.other.id]) if row.other else "",
        )
        for row in rows
    ]
    history += [
        HistoryRow(
            "messages", say_dispute(case.kind, case.reason), case.amount, case.opened_date, case.text, ""
        )
        for case in cases
    ]
    if document is not None:
        history.append(
            HistoryRow(
                "file-invoice", _("Issued"), document.gross, document.document_date, document.source, ""
            )
        )
    return sorted(history, key=lambda row: _day_of(row.at), reverse=True)


def _day_of(at: datetime | date) -> date:
    return at.date() if isinstance(at, datetime) else at
