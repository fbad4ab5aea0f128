"""What stands behind the queue: how old unapplied money is, and banks beside the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from acquit.cash.queries import (
    AgedMoney,
    list_aged_money,
    list_statement_findings,
    reconcile_bank_accounts,
)
from acquit.cash.rules.reconciliation import Reconciliation
from acquit.cash.rules.waiting import WaitingClass, list_bucket_ends, spread
from acquit.controls.queries import get_unapplied_policy, list_user_names
from acquit.web.pages import read_id
from acquit.web.queueing import CLASS_NAMES, LISTS
from acquit.web.said import RECONCILED, say
from acquit.web.said_statements import SaidFinding, say_finding
from acquit.web.visitor import get_visitor

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
        "findings": _list_findings(chosen),
        "with_difference": sum(1 for each in found.accounts if each.differences),
    }
    return render(request, "web/reconciliation.html", context)


def _list_findings(chosen: Reconciliation | None) -> list[SaidFinding]:
    """List what the statements of an account leave open up to the day, each said."""
    if chosen is None:
        return []
    return [
        say_finding(each)
        for each in list_statement_findings([chosen.account.company_id])
        if each.bank_account_id == chosen.account.id
        and (each.closing_date or each.opening_date or chosen.as_of) <= chosen.as_of
    ]


def _status_of(found: Reconciliation) -> str:
    if found.statement_amount is None:
        return "NO_BALANCE"
    return "DIFFERENCE" if found.differences else "AGREE"
