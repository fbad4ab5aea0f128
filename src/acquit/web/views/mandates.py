"""Mandates: all of them by state, each with its life and what was collected under it, and the steps of that life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acquit.cash.operations import (
    MandateDraft,
    activate_mandate,
    amend_account,
    cancel_mandate,
    end_mandate,
    store_mandates,
    suspend_mandate,
)
from acquit.cash.queries import (
    MandateStep,
    MandateView,
    count_mandates,
    find_mandates,
    find_valid_until,
    get_mandate,
    list_collections_of,
    list_mandate_steps,
    shown_account,
)
from acquit.cash.rules.mandates import MandateState, MandateType, Scheme
from acquit.controls.queries import list_user_names
from acquit.controls.rules.duties import Duty
from acquit.core.references import normalise_reference
from acquit.parties.operations import record_access
from acquit.parties.queries import (
    CustomerView,
    get_customer,
    list_customer_ibans,
    list_customers,
    list_customers_by_id,
)
from acquit.web.context import require_today
from acquit.web.pages import cut_page, read_after, read_id, read_search
from acquit.web.reading import read_day, read_reason
from acquit.web.said import say
from acquit.web.said_debits import (
    MANDATE_TYPES,
    SCHEMES,
    SEQUENCES,
    STEP_ICONS,
    STEPS,
    say_return_reason,
    say_step_reason,
)
from acquit.web.toasts import add_toast
from acquit.web.visitor import Visitor, get_visitor

PAGE = 50
COLLECTIONS = 24
CUSTOMERS_MEANT = 200
_IN_FORCE = (MandateState.ACTIVE, MandateState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate in the list, its account with the middle left out."""

    mandate: MandateView
    customer: CustomerView | None
    status: str
    account: str
    kind: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step in the life of a mandate, in words."""

    step: MandateStep
    icon: str
    name: str
    actor: str
    reason: str
    accounts: str


@require_GET
def show_mandates(request: HttpRequest) -> HttpResponse:
    """List mandates by reference; the filter stands in the address (`state`, `q`)."""
    visitor = get_visitor(request)
    wanted, search, after = request.GET.get("state", ""), read_search(request), read_after(request)
    state = wanted if wanted in MandateState.__members__ else ""
    found = find_mandates(
        company_ids=visitor.company_ids,
        states=[state] if state else None,
        reference=search,
        customer_ids=_customers_meant(visitor, search),
        after=after,
        limit=PAGE + 1,
    )
    page = cut_page(found, PAGE, lambda mandate: (mandate.reference, mandate.id))
    customers = list_customers_by_id(mandate.customer_id for mandate in page.rows)
    counts = count_mandates(visitor.company_ids)
    context = {
        "crumbs": [(reverse("web:debits"), _("Direct debits")), ("", _("Mandates"))],
        "rows": [
            MandateRow(
                each,
                customers.get(each.customer_id),
                _status_of(each),
                shown_account(each.account),
                f"{each.scheme}, {say(MANDATE_TYPES, each.mandate_type)}",
            )
            for each in page.rows
        ],
        "next_url": page.next_url(request),
        "chips": [("", _("All"), sum(counts.values()), not state)]
        + [(each.value, f"MANDATE_{each}", counts.get(each, 0), state == each) for each in MandateState],
        "search": search,
        "state": state,
        "may_master": visitor.may(Duty.MASTER),
    }
    is_more = request.headers.get("HX-Request") == "true" and after is not None
    return render(request, "web/mandate_rows.html" if is_more else "web/mandates.html", context)


def _customers_meant(visitor: Visitor, search: str) -> list[int]:
    if not search:
        return []
    found = list_customers(company_ids=visitor.company_ids, search=search, limit=CUSTOMERS_MEANT)
    return [customer.id for customer in found]


def _status_of(mandate: MandateView) -> str:
    if mandate.is_ending and mandate.state == MandateState.ACTIVE:
        return "MANDATE_ENDING"
    return f"MANDATE_{mandate.state}"


@require_GET
def show_mandate(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Show a mandate: what it allows, until when, what was collected under it, and its life."""
    visitor = get_visitor(request)
    mandate = get_mandate(mandate_id)
    record_access(actor=visitor.actor, customer_ids=[mandate.customer_id], door="WEB", purpose="MANDATE_PAGE")
    steps = list_mandate_steps(mandate_id)
    people = list_user_names({step.actor_id for step in steps if step.actor_id is not None})
    context = {
        "crumbs": [
            (reverse("web:debits"), _("Direct debits")),
            (reverse("web:mandates"), _("Mandates")),
            ("", mandate.reference),
        ],
        "mandate": mandate,
        "customer": get_customer(mandate.customer_id),
        "status": _status_of(mandate),
        "account": shown_account(mandate.account),
        "scheme": say(SCHEMES, mandate.scheme),
        "mandate_type": say(MANDATE_TYPES, mandate.mandate_type),
        "valid_until": find_valid_until(mandate_id, on_date=visitor.today),
        "collections": [
            (each, say(SEQUENCES, each.sequence), f"DEBIT_{each.state}", _say_back(each.return_code))
            for each in list_collections_of(mandate_id, limit=COLLECTIONS)
        ],
        "steps": [
            StepRow(
                step,
                STEP_ICONS.get(step.kind, "file-text"),
                say(STEPS, step.kind),
                people.get(step.actor_id or 0, ""),
                say_step_reason(step),
                f"{shown_account(step.former_account)} → {shown_account(step.account)}"
                if step.account
                else "",
            )
            for step in steps
        ],
        "is_draft": mandate.state == MandateState.DRAFT,
        "is_in_force": mandate.state in _IN_FORCE,
        "is_recurrent": mandate.mandate_type == MandateType.RECURRENT,
        "may_master": visitor.may(Duty.MASTER, mandate.company_id),
        "may_stop": visitor.may(Duty.MASTER, mandate.company_id)
        or visitor.may(Duty.CASH, mandate.company_id),
    }
    return render(request, "web/mandate.html", context)


def _say_back(code: str) -> str:
    return say_return_reason(code) if code else ""


@require_GET
def show_new_mandate(request: HttpRequest) -> HttpResponse:
    """Show the form of a new mandate: whose first (found by number, name or city), then its facts."""
    visitor = get_visitor(request)
    search = read_search(request)
    customer_id = read_id(request.GET.get("customer", ""))
    customer = get_customer(customer_id) if customer_id is not None else None
    may_master = visitor.may(Duty.MASTER, customer.company_id if customer else None)
    context = {
        "crumbs": [
            (reverse("web:debits"), _("Direct debits")),
            (reverse("web:mandates"), _("Mandates")),
            ("", _("New mandate")),
        ],
        "customer": customer,
        "accounts": _read_ibans(visitor, customer) if customer and may_master else [],
        "search": search,
        "found": list_customers(company_ids=visitor.company_ids, search=search, limit=PAGE) if search else [],
        "schemes": [(each.value, say(SCHEMES, each)) for each in Scheme],
        "types": [(each.value, say(MANDATE_TYPES, each)) for each in MandateType],
        "creditor_id": _last_creditor_id(visitor, customer),
        "may_master": may_master,
    }
    return render(request, "web/mandate_new.html", context)


def _read_ibans(visitor: Visitor, customer: CustomerView) -> list[str]:
    """Read the accounts a customer is known to pay from, and note who read them."""
    record_access(actor=visitor.actor, customer_ids=[customer.id], door="WEB", purpose="MANDATE_FORM")
    return list_customer_ibans(customer.id)


def _last_creditor_id(visitor: Visitor, customer: CustomerView | None) -> str:
    """Give the creditor identifier the company's mandates carry, as a proposal."""
    companies = [customer.company_id] if customer else list(visitor.company_ids)
    found = find_mandates(company_ids=companies, states=[MandateState.ACTIVE], limit=1)
    return found[0].creditor_id if found else ""


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Store a mandate as a draft, and put it in force where it is signed."""
    require_today(request)
    visitor = get_visitor(request)
    said = request.POST
    customer = get_customer(read_id(said.get("customer", "")) or 0)
    signed = said.get("signed", "")
    draft = MandateDraft(
        customer.id,
        said.get("reference", "").strip(),
        creditor_id=normalise_reference(said.get("creditor_id", "")),
        account=normalise_reference(said.get("account", "")),
        account_holder=said.get("holder", "").strip(),
        scheme=said.get("scheme", ""),
        mandate_type=said.get("type", ""),
        signed_date=read_day(signed, "signed") if signed else None,
    )
    [mandate_id] = store_mandates(actor=visitor.actor, company_id=customer.company_id, drafts=[draft])
    add_toast(request, _("Mandate %(reference)s is kept as a draft.") % {"reference": draft.reference})
    return _show(mandate_id)


@require_POST
def activate(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Put a draft in force with the facts it lacked, or a suspended mandate again."""

    def act(visitor: Visitor) -> str:
        signed = request.POST.get("signed", "")
        activate_mandate(
            actor=visitor.actor,
            mandate_id=mandate_id,
            signed_date=read_day(signed, "signed") if signed else None,
            creditor_id=normalise_reference(request.POST.get("creditor_id", "")),
            account=normalise_reference(request.POST.get("account", "")),
            on_date=visitor.today,
        )
        return _("Mandate %(reference)s is in force.")

    return _do(request, mandate_id, act)


@require_POST
def suspend(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Collect nothing under a mandate until it is put in force again."""

    def act(visitor: Visitor) -> str:
        suspend_mandate(
            actor=visitor.actor, mandate_id=mandate_id, reason=read_reason(request), on_date=visitor.today
        )
        return _("Mandate %(reference)s is suspended: nothing is collected under it.")

    return _do(request, mandate_id, act)


@require_POST
def revoke(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """End a mandate for good."""

    def act(visitor: Visitor) -> str:
        cancel_mandate(
            actor=visitor.actor, mandate_id=mandate_id, reason=read_reason(request), on_date=visitor.today
        )
        return _("Mandate %(reference)s is revoked for good.")

    return _do(request, mandate_id, act)


@require_POST
def end(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Let the next collection be the last."""

    def act(visitor: Visitor) -> str:
        end_mandate(actor=visitor.actor, mandate_id=mandate_id, on_date=visitor.today)
        return _("Mandate %(reference)s: the next collection is the last.")

    return _do(request, mandate_id, act)


@require_POST
def amend(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Change the account a mandate collects from; the next collection tells the bank."""

    def act(visitor: Visitor) -> str:
        amend_account(
            actor=visitor.actor,
            mandate_id=mandate_id,
            account=normalise_reference(request.POST.get("account", "")),
            on_date=visitor.today,
        )
        return _("Mandate %(reference)s has another account. The next collection tells the bank.")

    return _do(request, mandate_id, act)


def _do(request: HttpRequest, mandate_id: int, act: Callable[[Visitor], str]) -> HttpResponse:
    require_today(request)
    told = act(get_visitor(request))
    add_toast(request, told % {"reference": get_mandate(mandate_id).reference})
    return _show(mandate_id)


def _show(mandate_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:mandate", args=[mandate_id]))
