"""Acts on a run of direct debits: each one call of the domain and a line that says what was done and what is next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from acquit.cash.operations import (
    RunOutcome,
    approve_debit_run,
    cancel_debit_run,
    propose_debit_run,
    write_debit_run,
)
from acquit.cash.queries import get_bank_account
from acquit.cash.rules.debit_runs import CURRENCY
from acquit.core.errors import NotFound
from acquit.web.clock import read_now
from acquit.web.context import require_today
from acquit.web.figures import format_day, format_money
from acquit.web.pages import read_id
from acquit.web.reading import read_day, read_reason
from acquit.web.toasts import add_toast
from acquit.web.visitor import get_visitor


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose the run that was looked at; a second person releases it."""
    require_today(request)
    visitor = get_visitor(request)
    account_id = read_id(request.POST.get("account", ""))
    if account_id is None:
        raise NotFound(_("There is no such account of ours."), param="account")
    outcome = propose_debit_run(
        actor=visitor.actor,
        company_id=get_bank_account(account_id).company_id,
        bank_account_id=account_id,
        collection_date=read_day(request.POST.get("day", ""), "day"),
        business_date=visitor.today,
    )
    add_toast(request, _("Proposed: %(what)s. Another person releases it.") % {"what": _say_sum(outcome)})
    return _show(outcome.run_id)


@require_POST
def release(request: HttpRequest, run_id: int) -> HttpResponse:
    """Release a run as the second person: its debtors are told."""
    require_today(request)
    visitor = get_visitor(request)
    outcome = approve_debit_run(actor=visitor.actor, run_id=run_id, business_date=visitor.today)
    until = format_day(outcome.submit_by, get_language() or "en")
    add_toast(
        request,
        _("Released: %(what)s. The debtors are told; write the file and hand it in by %(day)s.")
        % {"what": _say_sum(outcome), "day": until},
    )
    return _show(run_id)


@require_POST
def write(request: HttpRequest, run_id: int) -> HttpResponse:
    """Write the file for the bank, once."""
    require_today(request)
    visitor = get_visitor(request)
    file = write_debit_run(
        actor=visitor.actor, run_id=run_id, business_date=visitor.today, written_at=read_now()
    )
    add_toast(
        request, _("Written: %(name)s. Download it and hand it in.") % {"name": f"{file.message_id}.xml"}
    )
    return _show(run_id)


@require_POST
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Collect nothing of a run that was not written, for the reason given."""
    require_today(request)
    visitor = get_visitor(request)
    outcome = cancel_debit_run(actor=visitor.actor, run_id=run_id, reason=read_reason(request))
    add_toast(request, _("Cancelled: %(what)s is not collected.") % {"what": _say_sum(outcome)})
    return _show(run_id)


def _say_sum(outcome: RunOutcome) -> str:
    return format_money(outcome.amount, CURRENCY, get_language() or "en")


def _show(run_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:debit-run", args=[run_id]))
