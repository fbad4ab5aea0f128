"""Pages on which a person chooses: items for a receipt, whose money it is, what to ask, where to pay it back to."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from acquit.cash.queries import ReceiptView, find_open_items, get_receipt, list_verified_accounts
from acquit.cash.rules.questions import (
    LANGUAGES,
    PaymentFacts,
    QuestionKind,
    choose_kind,
    choose_language,
    write_question,
)
from acquit.controls.queries import get_actor, get_company, get_decision, get_unapplied_policy, list_users
from acquit.controls.rules.duties import Duty
from acquit.core.errors import NotFound
from acquit.parties.queries import CustomerView, list_customers, list_customers_by_id
from acquit.receivables.queries import ItemView, list_items
from acquit.web.pages import read_id, read_search
from acquit.web.proofs import read_card
from acquit.web.queueing import read_address
from acquit.web.reading import read_amount
from acquit.web.rows import make_item_rows, read_open_items
from acquit.web.said import QUESTIONS, say
from acquit.web.views.find import list_numbers_meant
from acquit.web.visitor import Visitor, get_visitor

ITEMS_AT_MOST = 200
FOUND = 9
SHORTEST = 2


@require_GET
def show_correction(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Show the form that applies a receipt to items of a person's choice; `customer` chooses whose stand there first.

    Items of other customers are found as one types and added, so a lump sum is split over as many as there are.
    """
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    decision = get_decision(receipt.decision_id) if receipt.decision_id is not None else None
    card = read_card(receipt, decision)
    customer_id = read_id(request.GET.get("customer", "")) or receipt.customer_id
    is_split = "split" in request.GET
    proposed = {} if is_split else {effect.item_id: effect for effect in card.effects}
    items: list[ItemView] = []
    if customer_id is not None and not is_split:
        items = read_open_items(
            visitor, company_ids=[receipt.company_id], customer_ids=[customer_id], limit=ITEMS_AT_MOST
        )
    known = {item.id for item in items}
    others = [each for each in proposed if each not in known]
    items += (
        list_items(item_ids=others, company_ids=[receipt.company_id], limit=len(others) or 1)
        if others
        else []
    )
    rows = make_item_rows([each for each in items if _is_choosable(each, receipt)], visitor.as_of, ())
    customers = list_customers_by_id({*(row.item.customer_id for row in rows), customer_id or 0})
    context = {
        **_about(request, receipt, _("Split") if is_split else _("Correct")),
        "customer": customers.get(customer_id or 0),
        "rows": [(row, proposed.get(row.item.id), customers.get(row.item.customer_id)) for row in rows],
        "candidates": _candidates(card.candidates),
        "is_split": is_split,
        "may_cash": visitor.may(Duty.CASH, receipt.company_id),
    }
    return render(request, "web/cash_correct.html", context)


@require_GET
def find_items(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Find items by number or exact amount, and customers, as one types; what is chosen already is left out."""
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    wanted = read_search(request)
    chosen = {read_id(name.partition("-")[2]) for name in request.GET if name.startswith("cash-")}
    items: dict[int, ItemView] = {}
    customers: list[CustomerView] = []
    if len(wanted) >= SHORTEST:
        customers = list_customers(company_ids=[receipt.company_id], search=wanted, limit=FOUND)
        for item in _list_found(visitor, receipt, wanted):
            if item.id not in chosen and _is_choosable(item, receipt):
                items.setdefault(item.id, item)
    found = list(items.values())[:FOUND]
    owners = list_customers_by_id(item.customer_id for item in found)
    context = {
        "receipt": receipt,
        "address": read_address(request, receipt),
        "wanted": wanted if len(wanted) >= SHORTEST else "",
        "items": [(item, owners.get(item.customer_id)) for item in found],
        "customers": customers,
        "is_for_account": "account" in request.GET,
    }
    return render(request, "web/cash_found.html", context)


@require_GET
def show_item_row(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Show one more item in the form, or all open ones of a customer."""
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    item_id, customer_id = (read_id(request.GET.get(name, "")) for name in ("item", "customer"))
    items: list[ItemView] = []
    if item_id is not None:
        items = list_items(item_ids=[item_id], company_ids=[receipt.company_id], limit=1)
    elif customer_id is not None:
        chosen = {read_id(name.partition("-")[2]) for name in request.GET if name.startswith("cash-")}
        items = [
            item
            for item in read_open_items(
                visitor, company_ids=[receipt.company_id], customer_ids=[customer_id], limit=ITEMS_AT_MOST
            )
            if item.id not in chosen
        ]
    rows = make_item_rows([each for each in items if _is_choosable(each, receipt)], visitor.as_of, ())
    customers = list_customers_by_id(row.item.customer_id for row in rows)
    context = {
        "receipt": receipt,
        "rows": [(row, None, customers.get(row.item.customer_id)) for row in rows],
    }
    return render(request, "web/cash_item_rows.html", context)


@require_GET
def show_account_choice(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Show whose account a receipt may be kept on: the proposed ones first, others as one types."""
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    decision = get_decision(receipt.decision_id) if receipt.decision_id is not None else None
    card = read_card(receipt, decision)
    own = [receipt.customer_id] if receipt.customer_id is not None else []
    context = {
        **_about(request, receipt, _("On account")),
        "candidates": _candidates((*own, *card.candidates)),
        "may_cash": visitor.may(Duty.CASH, receipt.company_id),
    }
    return render(request, "web/cash_account.html", context)


@require_GET
def show_question(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Show the question to the customer as its template writes it, to be changed and kept."""
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    decision = get_decision(receipt.decision_id) if receipt.decision_id is not None else None
    proof = decision.proof if decision else {}
    customer = (
        list_customers_by_id([receipt.customer_id]).get(receipt.customer_id) if receipt.customer_id else None
    )
    company = get_company(receipt.company_id)
    kind = request.GET.get("kind", "")
    chosen = (
        QuestionKind(kind)
        if kind in QuestionKind.__members__
        else choose_kind(proof.get("asked_because", ""))
    )
    language = request.GET.get("language", "")
    if language not in LANGUAGES and customer is not None:
        language = choose_language(customer.language, customer.country, company_country=company.country)
    card = read_card(receipt, decision)
    facts = PaymentFacts(
        receipt.amount,
        receipt.currency,
        receipt.value_date,
        receipt.text,
        tuple(effect.number for effect in card.effects),
        abs(card.open_sum - card.cash_amount),
    )
    _version, policy = get_unapplied_policy(company_id=receipt.company_id, on_date=visitor.today)
    context = {
        **_about(request, receipt, _("Ask customer")),
        "customer": customer if customer and not customer.is_technical else None,
        "letter": write_question(chosen, facts, language),
        "kinds": [(code.value, say(QUESTIONS, code.value), code is chosen) for code in QuestionKind],
        "kind": chosen.value,
        "languages": LANGUAGES,
        "waits_until": visitor.today + timedelta(days=policy.question_days),
        "may_cash": visitor.may(Duty.CASH, receipt.company_id),
    }
    return render(request, "web/cash_question.html", context)


@require_GET
def show_refund(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Show where the money of a receipt may be paid back to."""
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    if not visitor.may(Duty.REFUND, receipt.company_id):
        raise NotFound(_("You have no right to pay money back for this company."), param="receipt")
    found = list_items(item_ids=[receipt.item_id or 0], company_ids=[receipt.company_id], limit=1)
    accounts = [
        each
        for each in (list_verified_accounts(found[0].customer_id) if found else [])
        if each.confirmed_by_id is not None
    ]
    context = {**_about(request, receipt, _("Refund")), "accounts": accounts}
    return render(request, "web/cash_refund.html", context)


@require_GET
def show_owners(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Show to whom a receipt may be given: everybody who applies cash for its company."""
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    people = [
        user
        for user in list_users()
        if user.is_active and get_actor(user.id, visitor.today).has_duty(Duty.CASH, receipt.company_id)
    ]
    context = {"receipt": receipt, "people": people, "address": read_address(request, receipt)}
    return render(request, "web/cash_owners.html", context)


def _about(request: HttpRequest, receipt: ReceiptView, title: str) -> dict[str, object]:
    address = read_address(request, receipt)
    own = f"{reverse('web:receipt', args=[receipt.id])}?{address.query}"
    return {
        "crumbs": [
            (f"{reverse('web:cash')}?{address.query}", _("Cash")),
            (own, receipt.counterparty or receipt.bank_reference or f"#{receipt.id}"),
            ("", title),
        ],
        "receipt": receipt,
        "address": address,
        "back_url": own,
    }


def _is_choosable(item: ItemView, receipt: ReceiptView) -> bool:
    is_money = item.id == receipt.item_id or item.kind in {"PAYMENT", "PAYMENT_TRANSFER", "RETURNED_PAYMENT"}
    return item.open_amount != 0 and item.currency == receipt.currency and not is_money


def _candidates(customer_ids: tuple[int, ...]) -> list[CustomerView]:
    found = list_customers_by_id(customer_ids)
    distinct = dict.fromkeys(customer_ids)
    return [found[each] for each in distinct if each in found and not found[each].is_technical][:FOUND]


def _list_found(visitor: Visitor, receipt: ReceiptView, wanted: str) -> list[ItemView]:
    """Find items by number (short ones too) or by an exact open amount."""
    if not any(sign.isdigit() for sign in wanted):
        return []
    ids = find_open_items(
        company_id=receipt.company_id,
        currency=receipt.currency,
        numbers=list_numbers_meant(wanted, visitor),
        amount=read_amount(wanted, receipt.currency),
        limit=FOUND,
    )
    return list_items(item_ids=ids, company_ids=[receipt.company_id], limit=FOUND) if ids else []
