"""The cash queue: what arrived and waits, the weightiest first, each receipt with its proof beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from acquit.cash.queries import (
    QueueSum,
    ReceiptView,
    get_receipt,
    list_bank_accounts,
    list_habits,
    list_known_aliases,
    list_questions,
    list_receipts,
)
from acquit.cash.rules.receipts import WAITING_STATES
from acquit.cash.rules.waiting import find_class, is_escalated, is_to_return, read_score
from acquit.controls.queries import (
    DecisionView,
    get_decision,
    get_refund_policy,
    get_unapplied_policy,
    list_decisions,
    list_user_names,
)
from acquit.controls.rules.duties import Duty
from acquit.ledger.queries import list_entries
from acquit.parties.operations import record_access
from acquit.parties.queries import list_customers_by_id
from acquit.web.advices import find_advice
from acquit.web.counters import read_queue_sums
from acquit.web.pages import cut_page, read_amount_after
from acquit.web.proofs import get_status_of, read_card, summarise
from acquit.web.queueing import (
    AGES,
    LIST_NAMES,
    LISTS,
    POSTED,
    QueueAddress,
    list_page,
    make_chips,
    read_address,
    say_age,
)
from acquit.web.said import say_alias, say_habit
from acquit.web.visitor import Visitor, get_visitor

PAGE = 40
UNDOABLE = frozenset({"AUTO", "CONFIRMED", "ON_ACCOUNT"})
_CHIPS = ("waiting", "unidentified", "account", POSTED)


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt in the list; `points` are its place in the queue, empty for what is posted."""

    receipt: ReceiptView
    who: str
    about: str
    status: str
    points: Decimal | None = None
    owner: str = ""


@require_GET
def show_cash(request: HttpRequest, receipt_id: int | None = None) -> HttpResponse:
    """Show the queue and one receipt of it: the one of the address, else the first."""
    visitor = get_visitor(request)
    chosen = get_receipt(receipt_id) if receipt_id is not None else None
    address = read_address(request, chosen)
    if address.state == POSTED:
        found = list_receipts(
            company_ids=visitor.company_ids,
            states=("AUTO", "CONFIRMED"),
            after=read_amount_after(request),
            limit=PAGE + 1,
        )
        page = cut_page(found, PAGE, lambda receipt: (receipt.amount, receipt.id))
    else:
        found = list_page(request, visitor, address, PAGE + 1)
        page = cut_page(found, PAGE, lambda receipt: (receipt.weight or Decimal(0), receipt.id))
    context: dict[str, object] = {
        "rows": make_receipt_rows(page.rows, visitor),
        "next_url": page.next_url(request),
        "address": address,
        "query": f"?{address.query}",
    }
    if request.headers.get("HX-Request") == "true" and "after" in request.GET:
        return render(request, "web/cash_rows.html", context)
    chosen = chosen or (page.rows[0] if page.rows else None)
    context.update(
        {
            "crumbs": [("", _("Cash"))],
            "chosen": chosen,
            "is_opened": receipt_id is not None,
            "lists": [(key, LIST_NAMES[key], key == address.state) for key in _CHIPS],
            "filters": make_chips(address, reverse("web:cash"), _name_filters(visitor, address)),
            "choices": _list_choices(visitor, address),
            "drop_company": _find_drop_company(visitor),
        }
    )
    if chosen is not None:
        context.update(make_detail(visitor, chosen))
    return render(request, "web/cash.html", context)


@require_GET
def show_receipt_detail(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Show the proof card alone, for the list beside it; its own address is the whole page."""
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    address = read_address(request, receipt)
    own = f"{reverse('web:receipt', args=[receipt_id])}?{address.query}"
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(own)
    context = {"chosen": receipt, "address": address, **make_detail(visitor, receipt)}
    response = render(request, "web/cash_card.html", context)
    response.headers["HX-Push-Url"] = own
    return response


@require_GET
def show_queue_sums(request: HttpRequest) -> HttpResponse:
    """Show how much stands in the list; it comes after the page, for it reads all of it."""
    visitor = get_visitor(request)
    address = read_address(request)
    sums = [
        each
        for each in read_queue_sums(visitor)
        if each.waiting_class in LISTS[address.state] and address.currency in {"", each.currency}
    ]
    asked = [each for each in sums if each.is_asked]
    context = {
        "count": sum(each.receipts for each in sums if not each.is_asked or address.state == "account"),
        "sums": _add_up([each for each in sums if not each.is_asked or address.state == "account"]),
        "asked_count": sum(each.receipts for each in asked) if address.state == "waiting" else 0,
        "is_known": address.state != POSTED and not (address.account or address.owner or address.age),
    }
    return render(request, "web/cash_sums.html", context)


def make_receipt_rows(receipts: Sequence[ReceiptView], visitor: Visitor) -> list[ReceiptRow]:
    """Make the rows of a list of receipts: who, about what, in which state, how weighty."""
    decisions = _decisions_of(receipts)
    customers = list_customers_by_id(
        receipt.customer_id for receipt in receipts if receipt.customer_id is not None
    )
    people = list_user_names({receipt.owner_id for receipt in receipts if receipt.owner_id is not None})
    rows = []
    for receipt in receipts:
        decision = decisions.get(receipt.decision_id or 0)
        proof = decision.proof if decision else {}
        customer = customers.get(receipt.customer_id or 0)
        who = customer.name if customer and not customer.is_technical else receipt.counterparty
        points = None
        if receipt.weight is not None:
            points = read_score(receipt.weight, receipt.value_date, visitor.today).total
        rows.append(
            ReceiptRow(
                receipt,
                who or _("No payer found"),
                summarise(receipt, proof),
                "ASKED_CUSTOMER" if _is_asked(receipt, visitor) else get_status_of(receipt, proof),
                points,
                people.get(receipt.owner_id or 0, ""),
            )
        )
    return rows


def make_detail(visitor: Visitor, receipt: ReceiptView) -> dict[str, object]:
    """Read everything the proof card of a receipt shows."""
    decision = get_decision(receipt.decision_id) if receipt.decision_id is not None else None
    card = read_card(receipt, decision)
    questions = list_questions([receipt.id])
    aliases = list_known_aliases(receipt)
    answering = [each.customer_id for each in card.answers]
    wanted = {receipt.customer_id, *(each.customer_id for each in aliases), *answering} - {None}
    customers = list_customers_by_id(each for each in wanted if each is not None)
    customer = customers.get(receipt.customer_id or 0)
    entries = list_entries(item_ids=[receipt.item_id], limit=12) if receipt.item_id is not None else []
    deciders = {decision.actor_id} if decision and decision.actor_id else set()
    people = list_user_names(
        {each for each in (*deciders, receipt.owner_id, *(q.asked_by_id for q in questions)) if each}
    )
    if receipt.iban:
        owners = [receipt.customer_id] if receipt.customer_id is not None else []
        record_access(actor=visitor.actor, customer_ids=owners, door="WEB", purpose="RECEIPT")
    is_waiting = receipt.state in WAITING_STATES
    return {
        "card": card,
        "answers": [(each, customers.get(each.customer_id)) for each in card.answers],
        "customer": customer if customer and not customer.is_technical else None,
        "entries": sorted(entries, key=lambda entry: entry.id),
        "decided_by": people.get(decision.actor_id or 0, "") if decision else "",
        "decided_at": decision.recorded_at if decision else None,
        "is_waiting": is_waiting,
        "is_asked": _is_asked(receipt, visitor),
        "may_cash": visitor.may(Duty.CASH, receipt.company_id),
        "may_refund": visitor.may(Duty.REFUND, receipt.company_id) and receipt.amount > 0,
        "is_undoable": receipt.state in UNDOABLE,
        "is_mine": receipt.owner_id == visitor.actor.user_id,
        "owner": people.get(receipt.owner_id or 0, ""),
        "company": next((each for each in visitor.companies if each.id == receipt.company_id), None),
        "questions": [(each, people.get(each.asked_by_id or 0, "")) for each in questions],
        "learned": [(each, say_alias(each, customers.get(each.customer_id))) for each in aliases],
        "habits": _say_habits(receipt.customer_id),
        "advice": find_advice(receipt),
        **_make_standing(visitor, receipt),
    }


def _say_habits(customer_id: int | None) -> list[str]:
    """Say what was learned of how a customer pays."""
    known = list_habits(customer_id) if customer_id is not None else []
    return [say_habit(each.habit, each.count_for, each.count_against) for each in known]


def _make_standing(visitor: Visitor, receipt: ReceiptView) -> dict[str, object]:
    """Say how long the money of a receipt has stood, what that weighs, and what policy says of it."""
    found = find_class(receipt.state, receipt.purpose)
    if found is None or receipt.weight is None:
        return {}
    _version, unapplied = get_unapplied_policy(company_id=receipt.company_id, on_date=visitor.today)
    _version, refunds = get_refund_policy(company_id=receipt.company_id, on_date=visitor.today)
    return {
        "score_in_queue": read_score(receipt.weight, receipt.value_date, visitor.today),
        "age": (visitor.today - receipt.value_date).days,
        "is_escalated": is_escalated(receipt.value_date, visitor.today, unapplied),
        "is_to_return": is_to_return(found, receipt.value_date, visitor.today, refunds),
    }


def _is_asked(receipt: ReceiptView, visitor: Visitor) -> bool:
    return receipt.waits_until is not None and receipt.waits_until > visitor.today


def _decisions_of(receipts: Sequence[ReceiptView]) -> dict[int, DecisionView]:
    wanted = {receipt.decision_id for receipt in receipts}
    found = list_decisions(subject_kind="RECEIPT", subject_ids=[receipt.id for receipt in receipts])
    return {decision.id: decision for decision in found if decision.id in wanted}


def _add_up(sums: Sequence[QueueSum]) -> list[tuple[str, Decimal]]:
    added: dict[str, Decimal] = {}
    for each in sums:
        added[each.currency] = added.get(each.currency, Decimal(0)) + each.amount
    return sorted(added.items())


def _name_filters(visitor: Visitor, address: QueueAddress) -> Mapping[str, str]:
    names = {"owner-me": _("Mine"), "owner-none": _("Nobody's")}
    if address.owner.isdigit():
        names[f"owner-{address.owner}"] = list_user_names([int(address.owner)]).get(int(address.owner), "")
    if address.account:
        for account in list_bank_accounts(visitor.company_ids):
            names[f"account-{account.id}"] = account.account
    return names


def _list_choices(visitor: Visitor, address: QueueAddress) -> dict[str, object]:
    """List what the filter offers."""
    accounts = list_bank_accounts(visitor.company_ids)
    return {
        "states": [(key, name, key == address.state) for key, name in LIST_NAMES.items()],
        "currencies": [
            (each, each == address.currency) for each in sorted({account.currency for account in accounts})
        ],
        "accounts": [(each, str(each.id) == address.account) for each in accounts],
        "ages": [(each, say_age(each), each == address.age) for each in AGES],
        "owner": address.owner,
        "asked": address.asked,
    }


def _find_drop_company(visitor: Visitor) -> int | None:
    """Find the one company a dropped statement is for; with several in sight the intake page asks."""
    offered = [each for each in visitor.company_ids if visitor.may(Duty.INTAKE, each)]
    return offered[0] if len(offered) == 1 else None
