"""Home: is the business all right, and what needs me.

One currency at a time, so every sum on the page is exact and no rate hides in it; the other currencies stand beside as
doors. What compares with a week ago reads the past and comes after the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from acquit.insight.queries.overview import AgeingTotals, get_ageing_totals, list_movements
from acquit.parties.queries import list_customers_by_id
from acquit.receivables.queries import get_ageing
from acquit.web.counters import count_worklist
from acquit.web.preferences import CURRENCY_COOKIE, keep_preference
from acquit.web.said import MOVEMENTS, Words, say
from acquit.web.visitor import Visitor, get_visitor
from acquit.work.queries import QueueSummary, list_queues

ZERO = Decimal(0)
OLD_DAYS = 7
COMPARED_DAYS = 7
MOVERS = 5


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company's line of the ageing table."""

    company_id: int
    name: str
    country: str
    totals: AgeingTotals


@dataclass(frozen=True, slots=True)
class BusinessState:
    """What is open in the page's currency, over all companies of the page."""

    currency: str
    open_amount: Decimal
    buckets: tuple[Decimal, ...]
    unapplied_amount: Decimal
    open_items: int | None
    unapplied_items: int | None
    companies: tuple[CompanyRow, ...]
    other_currencies: tuple[tuple[str, Decimal], ...]

    @property
    def overdue_amount(self) -> Decimal:
        """What is past due."""
        return sum(self.buckets[1:], ZERO)

    @property
    def overdue_share(self) -> Decimal | None:
        """What part of what is open is past due."""
        return self.overdue_amount / self.open_amount if self.open_amount > 0 else None

    @property
    def shares(self) -> tuple[Decimal | None, ...]:
        """What part of what is open lies in each bucket."""
        return tuple(part / self.open_amount if self.open_amount > 0 else None for part in self.buckets)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue in the page's currency: what waits, why, and since when the oldest."""

    name: str
    detail: str
    is_old: bool
    amount: Decimal
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the bridge from then to now."""

    name: str
    amount: Decimal
    count: int
    start: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True)
class Mover:
    """A customer whose overdue amount changed."""

    customer_id: int
    name: str
    change: Decimal


@require_GET
def show_today(request: HttpRequest) -> HttpResponse:
    """Show the state of the business."""
    visitor = get_visitor(request)
    if not visitor.companies:
        return render(request, "web/today_empty.html", {"crumbs": [("", _("Today"))]})
    state = read_state(visitor, request.GET.get("currency", ""))
    first_of_month = visitor.as_of.replace(day=1)
    collected = [
        movement
        for movement in list_movements(
            company_ids=visitor.company_ids,
            from_date=first_of_month - timedelta(days=1),
            until_date=visitor.as_of,
        )
        if movement.kind == "CASH_APPLIED" and movement.currency == state.currency
    ]
    queues = list_queue_rows(visitor, state.currency)
    response = render(
        request,
        "web/today.html",
        {
            "crumbs": [("", _("Today"))],
            "state": state,
            "queues": queues,
            "collected_amount": -sum((movement.amount for movement in collected), ZERO),
            "collected_count": sum(movement.count for movement in collected),
            "first_of_month": first_of_month,
            "compared_day": visitor.as_of - timedelta(days=COMPARED_DAYS),
            "is_today": visitor.is_today,
            "currencies": [state.currency, *(currency for currency, _open in state.other_currencies)],
        },
    )
    if request.GET.get("currency") == state.currency:
        keep_preference(response, request, CURRENCY_COOKIE, state.currency)
    return response


@require_GET
def show_changes(request: HttpRequest) -> HttpResponse:
    """Show what changed since a week before: the sentence, the bridge, and who moved what is overdue."""
    visitor = get_visitor(request)
    now = read_state(visitor, request.GET.get("currency", ""))
    before_day = visitor.as_of - timedelta(days=COMPARED_DAYS)
    before = _state(
        visitor,
        get_ageing_totals(company_ids=visitor.company_ids, as_of=before_day, is_today=False),
        now.currency,
    )
    return render(
        request,
        "web/today_changes.html",
        {
            "now": now,
            "before": before,
            "before_day": before_day,
            "as_of": visitor.as_of,
            "overdue_change": now.overdue_amount - before.overdue_amount,
            "overdue_change_size": abs(now.overdue_amount - before.overdue_amount),
            "late_change": now.buckets[4] - before.buckets[4],
            "late_change_size": abs(now.buckets[4] - before.buckets[4]),
            "steps": list_steps(visitor, now, before, before_day),
            "movers": list_movers(visitor, now.currency, before_day),
        },
    )


@require_GET
def show_counters(request: HttpRequest) -> HttpResponse:
    """Fill in the count of the worklist, which is too dear to hold up a page for."""
    return HttpResponse(str(count_worklist(get_visitor(request))))


def read_state(visitor: Visitor, wanted_currency: str) -> BusinessState:
    """Read what is open, in the wanted currency or the one the visitor works in."""
    totals = get_ageing_totals(
        company_ids=visitor.company_ids, as_of=visitor.as_of, is_today=visitor.is_today
    )
    present = sorted({row.currency for row in totals})
    currency = wanted_currency if wanted_currency in present else visitor.choose_currency(present)
    return _state(visitor, totals, currency)


def _state(visitor: Visitor, totals: Sequence[AgeingTotals], currency: str) -> BusinessState:
    names = {company.id: company for company in visitor.companies}
    rows = [row for row in totals if row.currency == currency]
    others: dict[str, Decimal] = {}
    for row in totals:
        if row.currency != currency:
            others[row.currency] = others.get(row.currency, ZERO) + row.open_amount
    buckets = tuple(sum((row.buckets[place] for row in rows), ZERO) for place in range(5))
    return BusinessState(
        currency=currency,
        open_amount=sum((row.open_amount for row in rows), ZERO),
        buckets=buckets,
        unapplied_amount=-sum((row.unapplied for row in rows), ZERO),
        open_items=_total([row.open_items for row in rows]),
        unapplied_items=_total([row.unapplied_items for row in rows]),
        companies=tuple(
            CompanyRow(row.company_id, names[row.company_id].name, names[row.company_id].country, row)
            for row in rows
            if row.company_id in names
        ),
        other_currencies=tuple(sorted(others.items())),
    )


def _total(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


_QUEUES: dict[tuple[str, str], Words] = {
    ("CASH", "PROPOSED"): lazy("Cash to confirm"),
    ("CASH", "UNAPPLIED"): lazy("Cash that fits nothing"),
    ("CASH", "UNIDENTIFIED"): lazy("Cash without a payer"),
    ("CASH", "RETURNED"): lazy("Payments that came back"),
    ("DEBIT", "SUSPEND"): lazy("Mandates suspended: ask for a new account"),
    ("DEBIT", "STOP"): lazy("Debits without a mandate: look at the law"),
    ("DEBIT", "ESTATE"): lazy("Debtors who died: write to the estate"),
    ("DEBIT", "CONTACT"): lazy("Debits refused: agree another way to pay"),
    ("DEBIT", "OWN_FILES"): lazy("Debits that our own files are wrong about"),
    ("DEBIT", "DUN"): lazy("Debits returned again: ask for payment"),
    ("DEBIT", "ASK"): lazy("Debits returned for another reason"),
}


def list_queue_rows(visitor: Visitor, currency: str) -> list[QueueRow]:
    """List what waits for a person today, in the page's currency; the past has no queues."""
    if not visitor.is_today:
        return []
    found: dict[tuple[str, str], list[QueueSummary]] = {}
    for summary in list_queues(visitor.company_ids):
        if summary.currency == currency:
            found.setdefault((summary.queue, summary.reason), []).append(summary)
    rows = []
    for (queue, reason), parts in found.items():
        oldest = min(part.oldest_at for part in parts).date()
        waiting = (visitor.today - oldest).days
        rows.append(
            QueueRow(
                name=str(_QUEUES.get((queue, reason)) or say({}, f"{queue} {reason}")),
                detail=_say_waiting(waiting),
                is_old=waiting >= OLD_DAYS,
                amount=sum((part.amount for part in parts), ZERO),
                count=sum(part.count for part in parts),
                url=f"{reverse('web:cash')}?state={reason.lower()}"
                if queue == "CASH"
                else reverse("web:debits" if queue == "DEBIT" else "web:customers"),
            )
        )
    return sorted(rows, key=lambda row: -row.count)


def _say_waiting(days: int) -> str:
    if days < 1:
        return _("since today")
    return ngettext("oldest %(days)d day", "oldest %(days)d days", days) % {"days": days}


def list_steps(visitor: Visitor, now: BusinessState, before: BusinessState, before_day: date) -> list[Step]:
    """List the steps that lead from then to now; what no known movement explains is its own honest step."""
    sums: dict[str, tuple[Decimal, int]] = {}
    for movement in list_movements(
        company_ids=visitor.company_ids, from_date=before_day, until_date=visitor.as_of
    ):
        if movement.currency == now.currency:
            amount, count = sums.get(movement.kind, (ZERO, 0))
            sums[movement.kind] = (amount + movement.amount, count + movement.count)
    explained = sum((amount for amount, _count in sums.values()), ZERO)
    rest = now.open_amount - before.open_amount - explained
    named = [(say(MOVEMENTS, kind), *sums[kind]) for kind in _order(sums)]
    if rest:
        named.append((_("Other"), rest, 0))
    widest = max((abs(amount) for _name, amount, _count in named), default=ZERO) or Decimal(1)
    return [_step(name, amount, count, widest) for name, amount, count in named]


def _order(sums: dict[str, tuple[Decimal, int]]) -> list[str]:
    known = [kind for kind in MOVEMENTS if kind in sums]
    return known + sorted(set(sums) - set(known))


def _step(name: str, amount: Decimal, count: int, widest: Decimal) -> Step:
    width = max(abs(amount) / widest * 48, Decimal("0.6")).quantize(Decimal("0.1"))
    start = Decimal(50) if amount > 0 else 50 - width
    return Step(name, amount, count, start, width)


def list_movers(visitor: Visitor, currency: str, before_day: date) -> list[Mover]:
    """List the customers whose overdue amount changed most in the interval."""
    change: dict[int, Decimal] = {}
    for as_of, is_today, sign in ((visitor.as_of, visitor.is_today, 1), (before_day, False, -1)):
        for row in get_ageing(company_ids=visitor.company_ids, as_of=as_of, is_today=is_today):
            if row.currency == currency:
                change[row.customer_id] = change.get(row.customer_id, ZERO) + sign * row.overdue
    largest = sorted(
        ((customer_id, amount) for customer_id, amount in change.items() if amount),
        key=lambda each: (-abs(each[1]), each[0]),
    )[:MOVERS]
    customers = list_customers_by_id(customer_id for customer_id, _amount in largest)
    return [
        Mover(customer_id, customers[customer_id].name, amount)
        for customer_id, amount in largest
        if customer_id in customers
    ]
