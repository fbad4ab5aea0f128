"""The books themselves: the journal, periods and checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acquit.cash.queries import list_receipts
from acquit.controls.queries import CompanyView, list_user_names
from acquit.controls.rules.duties import Duty
from acquit.core.errors import NotFound
from acquit.ledger.queries import EntryView, list_entries, list_periods
from acquit.receivables.queries import list_items
from acquit.web.background import DONE, RUNNING, find_work
from acquit.web.checking import WORK_KEY, find_last_check, start_check
from acquit.web.pages import cut_page, read_after
from acquit.web.visitor import get_visitor

PAGE = 40
LARGEST_ID = 2**62


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A month of a company's books."""

    company: CompanyView
    start_date: date
    end_date: date
    status: str


@require_GET
def show_journal(request: HttpRequest) -> HttpResponse:
    """List journal entries, latest first, each with its postings."""
    visitor = get_visitor(request)
    after = read_after(request)
    found = list_entries(
        company_ids=visitor.company_ids, before_id=after[1] if after else None, limit=PAGE + 1
    )
    page = cut_page(found, PAGE, lambda entry: (str(entry.id), entry.id))
    context = {
        "crumbs": [("", _("Journal"))],
        "entries": make_entries(page.rows, visitor.companies),
        "next_url": page.next_url(request),
    }
    is_more = request.headers.get("HX-Request") == "true" and after is not None
    return render(request, "web/journal_rows.html" if is_more else "web/journal.html", context)


@require_GET
def show_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Show one journal entry, and what it reverses."""
    visitor = get_visitor(request)
    found = list_entries(entry_ids=[entry_id], limit=1)
    if not found:
        raise NotFound(_("There is no journal entry %(id)s.") % {"id": entry_id}, param="entry")
    entry = make_entries(found, visitor.companies)[0]
    receipts = _receipts_of(found[0])
    context = {
        "crumbs": [(reverse("web:journal"), _("Journal")), ("", f"J-{entry_id}")],
        "entry": entry,
        "receipt": receipts[0] if receipts else None,
    }
    return render(request, "web/entry.html", context)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry with what its postings refer to."""

    entry: EntryView
    company: str
    actor: str
    numbers: dict[int, str]
    debit_amount: Decimal


def make_entries(entries: Sequence[EntryView], companies: Sequence[CompanyView]) -> list[EntryRow]:
    """Make rows of entries, with the numbers of the items their postings touch and the names of who made them."""
    item_ids = {p.item_id for entry in entries for p in entry.postings if p.item_id is not None}
    numbers = {item.id: item.number for item in list_items(item_ids=item_ids, limit=len(item_ids) or 1)}
    people = list_user_names({entry.actor_id for entry in entries if entry.actor_id is not None})
    return [
        EntryRow(
            entry=entry,
            company=_company_name(companies, entry.company_id),
            actor=people.get(entry.actor_id or 0, ""),
            numbers=numbers,
            debit_amount=sum((p.amount for p in entry.postings if p.amount > 0), Decimal(0)),
        )
        for entry in entries
    ]


@require_GET
def show_checks(request: HttpRequest) -> HttpResponse:
    """Show the last check of the books, and the periods of each company."""
    visitor = get_visitor(request)
    periods = [
        PeriodRow(company, period.start_date, period.end_date, period.status)
        for company in visitor.companies
        if company.id in visitor.company_ids
        for period in list_periods(company.id)
    ]
    work = find_work(WORK_KEY)
    context = {
        "crumbs": [("", _("Periods, checks"))],
        "periods": periods,
        "last": find_last_check(),
        "work": work if work and work.state == RUNNING else None,
        "has_failed": work is not None and work.state not in {RUNNING, DONE},
        "may_check": visitor.may(Duty.CLOSE) or visitor.may(Duty.ADMIN),
    }
    return render(request, "web/checks.html", context)


@require_POST
def run_all_checks(request: HttpRequest) -> HttpResponse:
    """Check the whole database beside the pages."""
    visitor = get_visitor(request)
    if not (visitor.may(Duty.CLOSE) or visitor.may(Duty.ADMIN)):
        raise PermissionDenied
    start_check(company.id for company in visitor.companies)
    return HttpResponseRedirect(reverse("web:checks"))


@require_GET
def show_check_progress(request: HttpRequest) -> HttpResponse:
    """Show how far the check is; when it has ended, the whole page is shown anew."""
    get_visitor(request)
    work = find_work(WORK_KEY)
    if work is None or work.state != RUNNING:
        response = HttpResponse(status=200)
        response.headers["HX-Redirect"] = reverse("web:checks")
        return response
    context = {"work": work, "poll_url": reverse("web:checks-progress"), "detail": work.what}
    return render(request, "web/parts/long_work.html", context)


def _company_name(companies: Sequence[CompanyView], company_id: int) -> str:
    return next((company.name for company in companies if company.id == company_id), "")


def _receipts_of(entry: EntryView) -> Sequence[object]:
    item_ids = [posting.item_id for posting in entry.postings if posting.item_id is not None]
    return list_receipts(item_ids=item_ids, limit=1) if item_ids else ()
