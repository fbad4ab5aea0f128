"""What stands behind the queue: how old unapplied money is, what was learned of payers, banks beside the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acquit.cash.operations import forget_alias, review_aliases
from acquit.cash.queries import (
    AgedMoney,
    AliasView,
    list_aged_money,
    list_aliases,
    reconcile_bank_accounts,
)
from acquit.cash.rules.reconciliation import Reconciliation
from acquit.cash.rules.waiting import WaitingClass, list_bucket_ends, spread
from acquit.controls.queries import get_matching_policy, get_unapplied_policy, list_user_names
from acquit.controls.rules.duties import Duty
from acquit.parties.queries import list_customers_by_id
from acquit.web.clock import read_now
from acquit.web.context import require_today
from acquit.web.pages import cut_page, read_after, read_id
from acquit.web.queueing import CLASS_NAMES, LISTS
from acquit.web.said import RECONCILED, say, say_alias
from acquit.web.toasts import add_toast
from acquit.web.visitor import Visitor, get_visitor

PAGE = 50
DIFFERENCES_SHOWN = 200


@dataclass(slots=True)
class AgedRow:
    """A class of unapplied money in a currency, by bucket of age."""

    waiting_class: str
    name: str
    currency: str
    list_name: str
    items: int = 0
    unowned: int = 0
    oldest: int = 0
    aged: list[tuple[int, Decimal]] = field(default_factory=list)
    buckets: list[Decimal] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """What stands in the class."""
        return sum((amount for _days, amount in self.aged), Decimal(0))


@dataclass(frozen=True, slots=True)
class LearnedRow:
    """What was learned, in words, and who taught and looked at it."""

    alias: AliasView
    told: str
    customer_id: int
    status: str
    confirmed_by: str
    reviewed_by: str


@require_GET
def show_unapplied(request: HttpRequest) -> HttpResponse:
    """Show unapplied money by class and age, and whose it is to look after."""
    visitor = get_visitor(request)
    _version, policy = get_unapplied_policy(
        company_id=visitor.company_ids[0] if visitor.company_ids else 0, on_date=visitor.today
    )
    ends = list_bucket_ends(policy)
    found = list_aged_money(visitor.company_ids, today=visitor.today)
    rows = _make_aged_rows(found, ends)
    starts = [0, *(end + 1 for end in ends)]
    heads = [f"{start}–{end}" for start, end in zip(starts, ends, strict=False)] + [f"{ends[-1] + 1}+"]
    context = {
        "crumbs": [(reverse("web:cash"), _("Cash")), ("", _("Unapplied money"))],
        "rows": rows,
        "heads": heads,
        "owners": _list_owners(found),
        "escalate_days": policy.escalate_days,
        "escalated": sum(each.items for each in found if each.days > policy.escalate_days),
    }
    return render(request, "web/cash_unapplied.html", context)


def _make_aged_rows(found: Sequence[AgedMoney], ends: Sequence[int]) -> list[AgedRow]:
    rows: dict[tuple[str, str], AgedRow] = {}
    lists = {classes[0]: name for name, classes in LISTS.items() if len(classes) == 1}
    for each in found:
        row = rows.setdefault(
            (each.waiting_class, each.currency),
            AgedRow(
                each.waiting_class,
                say(CLASS_NAMES, each.waiting_class),
                each.currency,
                lists.get(each.waiting_class, "account"),
            ),
        )
        row.items += each.items
        row.unowned += each.items if each.owner_id is None else 0
        row.oldest = max(row.oldest, each.days)
        row.aged.append((each.days, each.amount))
    for row in rows.values():
        row.buckets = spread(ends, row.aged)
    order = list(WaitingClass)
    return sorted(rows.values(), key=lambda row: (order.index(WaitingClass(row.waiting_class)), row.currency))


def _list_owners(found: Sequence[AgedMoney]) -> list[tuple[str, str, int, int]]:
    """List who looks after how much: name, address part, items, days of the oldest."""
    items: dict[int | None, int] = {}
    oldest: dict[int | None, int] = {}
    for each in found:
        items[each.owner_id] = items.get(each.owner_id, 0) + each.items
        oldest[each.owner_id] = max(oldest.get(each.owner_id, 0), each.days)
    names = list_user_names(owner for owner in items if owner is not None)
    return sorted(
        ((names.get(owner, "?"), str(owner)) if owner is not None else (_("Nobody's"), "none"))
        + (count, oldest[owner])
        for owner, count in items.items()
    )


@require_GET
def show_learned(request: HttpRequest) -> HttpResponse:
    """Show what was learned of payers, latest first, for a second person to look at."""
    visitor = get_visitor(request)
    wanted = {"yes": True, "no": False}.get(request.GET.get("reviewed", ""))
    after = read_after(request)
    found = list_aliases(
        company_ids=visitor.company_ids,
        is_reviewed=wanted,
        before_id=after[1] if after else None,
        limit=PAGE + 1,
    )
    page = cut_page(found, PAGE, lambda alias: ("", alias.id))
    context = {
        "crumbs": [(reverse("web:cash"), _("Cash")), ("", _("Learned payers"))],
        "rows": _make_learned_rows(visitor, page.rows),
        "next_url": page.next_url(request),
        "chips": [
            ("", _("All"), wanted is None),
            ("no", _("To review"), wanted is False),
            ("yes", _("Reviewed"), wanted is True),
        ],
        "may_review": visitor.may(Duty.CLOSE),
        "may_cash": visitor.may(Duty.CASH),
    }
    is_more = request.headers.get("HX-Request") == "true" and "after" in request.GET
    return render(request, "web/learned_rows.html" if is_more else "web/learned.html", context)


def _make_learned_rows(visitor: Visitor, aliases: Sequence[AliasView]) -> list[LearnedRow]:
    customers = list_customers_by_id(alias.customer_id for alias in aliases)
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
        status = "REVIEWED" if alias.reviewed_at is not None else "NOT_REVIEWED"
        if alias.confirmations < enough[alias.company_id]:
            status = "BELIEVED_NOT_YET"
        rows.append(
            LearnedRow(
                alias,
                say_alias(alias, customers.get(alias.customer_id)),
                alias.customer_id,
                status,
                people.get(alias.confirmed_by_id or 0, ""),
                people.get(alias.reviewed_by_id or 0, ""),
            )
        )
    return rows


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
    reason = request.POST.get("reason", "") or request.POST.get("other", "")
    known = forget_alias(actor=visitor.actor, alias_id=alias_id, reason=reason)
    customer = list_customers_by_id([known.customer_id]).get(known.customer_id)
    add_toast(request, _("Forgotten: %(told)s.") % {"told": say_alias(known, customer)})
    receipt_id = read_id(request.GET.get("receipt", ""))
    if receipt_id is not None:
        return HttpResponseRedirect(reverse("web:receipt", args=[receipt_id]))
    return HttpResponseRedirect(reverse("web:learned"))


@require_GET
def show_reconciliation(request: HttpRequest) -> HttpResponse:
    """Show each bank account beside its statement as of the visitor's day, and what makes the difference."""
    visitor = get_visitor(request)
    found = reconcile_bank_accounts(company_ids=visitor.company_ids, as_of=visitor.as_of)
    account_id = read_id(request.GET.get("account", ""))
    chosen = next(
        (each for each in found.accounts if each.account.id == account_id),
        next(
            (each for each in found.accounts if each.differences),
            found.accounts[0] if found.accounts else None,
        ),
    )
    names = {company.id: company.name for company in visitor.companies}
    context = {
        "crumbs": [(reverse("web:statements"), _("Bank statements")), ("", _("Reconciliation"))],
        "as_of": found.as_of,
        "rows": [(each, names.get(each.account.company_id, ""), _status_of(each)) for each in found.accounts],
        "chosen": chosen,
        "differences": [
            (each, say(RECONCILED, each.reason))
            for each in (chosen.differences if chosen else ())[:DIFFERENCES_SHOWN]
        ],
        "unshown": max(0, len(chosen.differences) - DIFFERENCES_SHOWN) if chosen else 0,
        "unassigned": found.unassigned[:DIFFERENCES_SHOWN],
        "in_transit": found.in_transit[:DIFFERENCES_SHOWN],
        "with_difference": sum(1 for each in found.accounts if each.differences),
    }
    return render(request, "web/reconciliation.html", context)


def _status_of(found: Reconciliation) -> str:
    if found.statement_amount is None:
        return "NO_BALANCE"
    return "DIFFERENCE" if found.differences else "AGREE"
