"""What was learned of payers, for a second person to look at; and of whom nothing is believed, with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acquit.cash.operations import forget_alias, review_aliases
from acquit.cash.queries import (
    AgentView,
    AliasView,
    list_agents,
    list_aliases,
    list_disbelieved,
    list_shared_ids,
)
from acquit.controls.queries import get_matching_policy, list_user_names
from acquit.controls.rules.duties import Duty
from acquit.parties.queries import CustomerView, list_customers_by_id
from acquit.web.clock import read_now
from acquit.web.context import require_today
from acquit.web.pages import cut_page, read_after, read_id
from acquit.web.reading import read_reason
from acquit.web.said import join_names, say_alias
from acquit.web.toasts import add_toast
from acquit.web.visitor import Visitor, get_visitor

PAGE = 50
AGENTS_SHOWN = 100
#: How far back names are looked through for the words of those who pay for others.
AGENT_DAYS = 365


@dataclass(frozen=True, slots=True)
class LearnedRow:
    """What was learned, in words, and who taught and looked at it; `reason` says why nobody is believed of it."""

    alias: AliasView
    told: str
    customer_id: int
    status: str
    reason: str
    confirmed_by: str
    reviewed_by: str


@dataclass(frozen=True, slots=True)
class AgentRow:
    """A payer that pays for others by its name, and for whom it did."""

    agent: AgentView
    company: str
    paid_for: str


@require_GET
def show_learned(request: HttpRequest) -> HttpResponse:
    """Show what was learned of payers, latest first; `believed=nobody` shows of whom nothing is believed."""
    visitor = get_visitor(request)
    is_of_nobody = request.GET.get("believed") == "nobody"
    wanted = {"yes": True, "no": False}.get(request.GET.get("reviewed", ""))
    after = read_after(request)
    found = list_aliases(
        company_ids=visitor.company_ids,
        is_reviewed=wanted,
        alias_ids=_list_disbelieved_ids(visitor) if is_of_nobody else None,
        before_id=after[1] if after else None,
        limit=PAGE + 1,
    )
    page = cut_page(found, PAGE, lambda alias: ("", alias.id))
    context = {
        "crumbs": [(reverse("web:cash"), _("Cash")), ("", _("Learned payers"))],
        "rows": _make_learned_rows(visitor, page.rows),
        "next_url": page.next_url(request),
        "chips": [
            ("", _("All"), wanted is None and not is_of_nobody),
            ("reviewed=no", _("To review"), wanted is False),
            ("reviewed=yes", _("Reviewed"), wanted is True),
            ("believed=nobody", _("Believed of nobody"), is_of_nobody),
        ],
        "is_of_nobody": is_of_nobody,
        "may_review": visitor.may(Duty.CLOSE),
        "may_cash": visitor.may(Duty.CASH),
    }
    if request.headers.get("HX-Request") == "true" and "after" in request.GET:
        return render(request, "web/learned_rows.html", context)
    if is_of_nobody:
        context["agents"] = _list_agent_rows(visitor)
    return render(request, "web/learned.html", context)


def _list_disbelieved_ids(visitor: Visitor) -> list[int]:
    ids = list_shared_ids(visitor.company_ids)
    shared = list_aliases(company_ids=visitor.company_ids, alias_ids=ids, limit=len(ids))
    return list(list_disbelieved(shared))


def _make_learned_rows(visitor: Visitor, aliases: Sequence[AliasView]) -> list[LearnedRow]:
    disbelieved = list_disbelieved(aliases)
    ids = {each for paid_for in disbelieved.values() for each in paid_for}
    customers = list_customers_by_id({*ids, *(alias.customer_id for alias in aliases)})
    people = list_user_names(
        {
            each
            for alias in aliases
            for each in (alias.confirmed_by_id, alias.reviewed_by_id)
            if each is not None
        }
    )
    enough = {
        company: get_matching_policy(company_id=company, on_date=visitor.today)[1].alias_confirmations
        for company in {alias.company_id for alias in aliases}
    }
    rows = []
    for alias in aliases:
        paid_for = disbelieved.get(alias.id, ())
        rows.append(
            LearnedRow(
                alias,
                say_alias(alias, customers.get(alias.customer_id)),
                alias.customer_id,
                _status_of(alias, is_of_nobody=bool(paid_for), enough=enough[alias.company_id]),
                _say_strangers(paid_for, customers) if paid_for else "",
                people.get(alias.confirmed_by_id or 0, ""),
                people.get(alias.reviewed_by_id or 0, ""),
            )
        )
    return rows


def _status_of(alias: AliasView, *, is_of_nobody: bool, enough: int) -> str:
    if is_of_nobody:
        return "BELIEVED_OF_NOBODY"
    if alias.confirmations < enough:
        return "BELIEVED_NOT_YET"
    return "REVIEWED" if alias.reviewed_at is not None else "NOT_REVIEWED"


def _say_strangers(paid_for: Sequence[int], customers: Mapping[int, CustomerView]) -> str:
    return _("It paid for %(customers)s, who have nothing to do with each other.") % {
        "customers": join_names([customers[each].name for each in paid_for if each in customers])
    }


def _list_agent_rows(visitor: Visitor) -> list[AgentRow]:
    """List who pays for others by name, of each company by its own policy's words."""
    agents = [
        agent
        for company_id in visitor.company_ids
        for agent in list_agents(
            company_id=company_id,
            policy=get_matching_policy(company_id=company_id, on_date=visitor.today)[1],
            since=visitor.today - timedelta(days=AGENT_DAYS),
        )
    ][:AGENTS_SHOWN]
    customers = list_customers_by_id({each for agent in agents for each in agent.customer_ids})
    names = {company.id: company.name for company in visitor.companies}
    return [
        AgentRow(
            agent,
            names.get(agent.company_id, ""),
            join_names(
                [
                    customers[each].name
                    for each in agent.customer_ids
                    if each in customers and not customers[each].is_technical
                ]
            ),
        )
        for agent in agents
    ]


@require_POST
def review(request: HttpRequest) -> HttpResponse:
    """Say of what is ticked that it is right."""
    require_today(request)
    visitor = get_visitor(request)
    ids = [each for each in map(read_id, request.POST.getlist("alias")) if each is not None]
    count = review_aliases(actor=visitor.actor, alias_ids=ids, reviewed_at=read_now())
    add_toast(request, _("Reviewed: %(count)s.") % {"count": count})
    return HttpResponseRedirect(reverse("web:learned"))


@require_POST
def forget(request: HttpRequest, alias_id: int) -> HttpResponse:
    """Forget what was learned, for the reason given; payments under it ask a person again."""
    require_today(request)
    visitor = get_visitor(request)
    known = forget_alias(actor=visitor.actor, alias_id=alias_id, reason=read_reason(request))
    customer = list_customers_by_id([known.customer_id]).get(known.customer_id)
    add_toast(request, _("Forgotten: %(told)s.") % {"told": say_alias(known, customer)})
    receipt_id = read_id(request.GET.get("receipt", ""))
    if receipt_id is not None:
        return HttpResponseRedirect(reverse("web:receipt", args=[receipt_id]))
    return HttpResponseRedirect(reverse("web:learned"))
