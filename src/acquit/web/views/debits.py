"""Direct debits: the runs, each with its collections and what came back, and the run that would be next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from acquit.cash.queries import (
    BankAccountView,
    CollectionView,
    PreviewedCollection,
    PreviewedRest,
    RunPreview,
    RunSum,
    count_mandates,
    get_bank_account,
    get_debit_file,
    get_debit_run,
    list_bank_accounts,
    list_revocable_cash,
    list_run_sums,
    name_mandates,
    preview_debit_run,
)
from acquit.cash.rules.debit_runs import (
    CURRENCY,
    CannotCollect,
    CollectionState,
    earliest_day,
    list_closed_days,
)
from acquit.controls.queries import get_direct_debit_policy, list_user_names
from acquit.controls.rules.duties import Duty
from acquit.core.money import ZERO
from acquit.core.references import is_iban
from acquit.parties.operations import record_access
from acquit.parties.queries import CustomerView, list_customers_by_id
from acquit.receivables.queries import list_items
from acquit.web.pages import cut_page, read_after, read_id
from acquit.web.reading import read_day
from acquit.web.said import say
from acquit.web.said_debits import LEFT_OUT, SEQUENCES, say_next_step, say_return_reason
from acquit.web.visitor import Visitor, get_visitor

PAGE = 40
COLLECTIONS = 100
PREVIEWED = 200
CAME_BACK = frozenset({CollectionState.REJECTED, CollectionState.RETURNED})
ANSWERED = CAME_BACK | {CollectionState.COLLECTED}


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the list."""

    run: RunSum
    company: str
    status: str
    proposed_by: str


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """A collection with what it is for, and, where it came back, why and what is next."""

    collection: CollectionView
    customer: CustomerView | None
    mandate: str
    sequence: str
    due_date: date | None
    status: str
    reason: str
    next_step: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What would be collected, with its customer."""

    collection: PreviewedCollection
    customer: CustomerView | None
    sequence: str


@dataclass(frozen=True, slots=True)
class RestRow:
    """What would be left out, with its customer and why."""

    rest: PreviewedRest
    customer: CustomerView | None
    reason: str


@require_GET
def show_runs(request: HttpRequest) -> HttpResponse:
    """List runs, latest first."""
    visitor = get_visitor(request)
    after = read_after(request)
    found = list_run_sums(visitor.company_ids, before_id=after[1] if after else None, limit=PAGE + 1)
    page = cut_page(found, PAGE, lambda run: ("", run.id))
    people = list_user_names({run.proposed_by_id for run in page.rows if run.proposed_by_id is not None})
    names = {company.id: company.name for company in visitor.companies}
    mandates = count_mandates(visitor.company_ids)
    context = {
        "crumbs": [("", _("Direct debits"))],
        "rows": [
            RunRow(
                run,
                names.get(run.company_id, ""),
                f"RUN_{run.state}",
                people.get(run.proposed_by_id or 0, _("the program")),
            )
            for run in page.rows
        ],
        "next_url": page.next_url(request),
        "revocable": _sum_revocable(visitor),
        "mandates": mandates.get("ACTIVE", 0),
        "drafts": mandates.get("DRAFT", 0),
        "may_cash": visitor.may(Duty.CASH),
    }
    is_more = request.headers.get("HX-Request") == "true" and after is not None
    return render(request, "web/debit_rows.html" if is_more else "web/debits.html", context)


def _sum_revocable(visitor: Visitor) -> Decimal:
    """Sum what debtors can still call back without a reason."""
    return sum(
        (
            each.amount
            for company_id in visitor.company_ids
            for each in list_revocable_cash(company_id, as_of=visitor.as_of)
        ),
        ZERO,
    )


@require_GET
def show_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show a run: what is next for it, its collections, and of those that came back why and what happens now."""
    visitor = get_visitor(request)
    run = get_debit_run(run_id)
    after = read_after(request)
    shown = [each for each in run.collections if after is None or each.id > after[1]]
    page = cut_page(shown[: COLLECTIONS + 1], COLLECTIONS, lambda each: ("", each.id))
    people = list_user_names({each for each in (run.proposed_by_id, run.approved_by_id) if each is not None})
    counted = run.counted
    context = {
        "crumbs": [(reverse("web:debits"), _("Direct debits")), ("", run.message_id)],
        "run": run,
        "status": f"RUN_{run.state}",
        "company": next((each.name for each in visitor.companies if each.id == run.company_id), ""),
        "account": get_bank_account(run.bank_account_id),
        "currency": CURRENCY,
        "count": len(counted),
        "amount": sum((each.amount for each in counted), ZERO),
        "collected": _count_and_sum(counted, {CollectionState.COLLECTED}),
        "back": _count_and_sum(counted, CAME_BACK),
        "answered": _count_and_sum(counted, ANSWERED)[0],
        "dropped": len(run.collections) - len(counted),
        "rows": _make_rows(page.rows),
        "next_url": page.next_url(request),
        "proposed_by": people.get(run.proposed_by_id or 0, _("the program")),
        "approved_by": people.get(run.approved_by_id or 0, "–"),
        "is_own": run.proposed_by_id == visitor.user_id,
        "may_cash": visitor.may(Duty.CASH, run.company_id),
        "is_late": run.submit_by < visitor.today,
    }
    is_more = request.headers.get("HX-Request") == "true" and after is not None
    return render(request, "web/debit_collection_rows.html" if is_more else "web/debit_run.html", context)


def _count_and_sum(
    collections: Sequence[CollectionView], states: Collection[CollectionState]
) -> tuple[int, Decimal]:
    chosen = [each.amount for each in collections if each.state in states]
    return len(chosen), sum(chosen, ZERO)


def _make_rows(collections: Sequence[CollectionView]) -> list[CollectionRow]:
    customers = list_customers_by_id(each.customer_id for each in collections)
    mandates = name_mandates({each.mandate_id for each in collections})
    ids = {each.item_id for each in collections}
    items = {item.id: item for item in list_items(item_ids=ids, limit=len(ids) or 1)}
    return [
        CollectionRow(
            each,
            customers.get(each.customer_id),
            mandates.get(each.mandate_id, ""),
            say(SEQUENCES, each.sequence),
            items[each.item_id].due_date if each.item_id in items else None,
            f"DEBIT_{each.state}",
            say_return_reason(each.return_code) if each.return_code else "",
            say_next_step(each.action, each.retry_date) if each.action else "",
        )
        for each in collections
    ]


@require_GET
def download(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give the file of a run as it was written (pain.008); it names accounts, so it is for who may hand it in."""
    visitor = get_visitor(request)
    run = get_debit_run(run_id)
    if not visitor.may(Duty.CASH, run.company_id):
        raise PermissionDenied
    file = get_debit_file(run_id)
    record_access(
        actor=visitor.actor,
        customer_ids={each.customer_id for each in run.collections},
        door="WEB",
        purpose="DEBIT_FILE",
    )
    response = HttpResponse(file.content, content_type="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{file.message_id}.xml"'
    return response


@require_GET
def show_next_run(request: HttpRequest) -> HttpResponse:
    """Show what a run would collect on a day to an account of ours, and what it would leave out and why."""
    visitor = get_visitor(request)
    accounts = [
        account
        for account in list_bank_accounts(visitor.company_ids)
        if account.currency == CURRENCY
        and is_iban(account.account)
        and visitor.may(Duty.CASH, account.company_id)
    ]
    wanted = read_id(request.GET.get("account", ""))
    account = next((each for each in accounts if each.id == wanted), accounts[0] if accounts else None)
    context: dict[str, object] = {
        "crumbs": [(reverse("web:debits"), _("Direct debits")), ("", _("New run"))],
        "accounts": accounts,
        "account": account,
        "currency": CURRENCY,
        "may_cash": visitor.may(Duty.CASH),
    }
    if account is not None:
        context |= _look_ahead(visitor, account, request.GET.get("day", ""))
    return render(request, "web/debit_new.html", context)


def _look_ahead(visitor: Visitor, account: BankAccountView, wanted: str) -> dict[str, object]:
    """Preview the run; a day that banks refuse is answered in the operation's words, with the first that they take."""
    _version, policy = get_direct_debit_policy(company_id=account.company_id, on_date=visitor.today)
    earliest = earliest_day(visitor.today, policy)
    found: dict[str, object] = {
        "earliest": earliest,
        "earliest_url": f"{reverse('web:debit-new')}?account={account.id}",
        "policy": policy,
        "closed_days": list_closed_days(
            visitor.today, earliest + timedelta(days=policy.pre_notification_days)
        ),
        "day": earliest,
    }
    try:
        day = read_day(wanted, "day") if wanted else earliest
        found["day"] = day
        preview = preview_debit_run(
            company_id=account.company_id, collection_date=day, business_date=visitor.today
        )
    except CannotCollect as refusal:
        return {**found, "refusal": refusal.message}
    return {**found, **_say_preview(preview)}


def _say_preview(preview: RunPreview) -> dict[str, object]:
    collections, left_out = preview.collections[:PREVIEWED], preview.left_out[:PREVIEWED]
    customers = list_customers_by_id(
        {*(each.customer_id for each in collections), *(each.customer_id for each in left_out)}
    )
    return {
        "preview": preview,
        "rows": [
            PreviewRow(each, customers.get(each.customer_id), say(SEQUENCES, each.sequence))
            for each in collections
        ],
        "unshown": len(preview.collections) - len(collections),
        "rest": [
            RestRow(each, customers.get(each.customer_id), say(LEFT_OUT, each.reason)) for each in left_out
        ],
        "told_by": min((each.told_by for each in preview.collections), default=None),
    }
