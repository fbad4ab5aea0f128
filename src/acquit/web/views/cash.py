"""The cash queue: what arrived and waits, each receipt with its proof; confirm, correct, keep on account, undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acquit.cash.operations import apply_receipt, confirm_receipt, keep_on_account, undo_receipt
from acquit.cash.queries import ReceiptView, count_receipts, get_receipt, list_receipts
from acquit.cash.rules.receipts import WAITING_STATES, Applied, Difference, DifferenceKind
from acquit.controls.queries import DecisionView, get_decision, list_decisions, list_user_names
from acquit.controls.rules.duties import Duty
from acquit.core.errors import Refusal
from acquit.ledger.queries import list_entries
from acquit.parties.operations import record_access
from acquit.parties.queries import CustomerView, list_customers, list_customers_by_id
from acquit.web.clock import read_now
from acquit.web.context import require_today
from acquit.web.figures import format_money
from acquit.web.pages import cut_page, read_amount_after, read_id, read_search
from acquit.web.proofs import get_status_of, read_card, summarise
from acquit.web.reading import read_amount
from acquit.web.rows import make_item_rows, read_open_items
from acquit.web.toasts import add_toast
from acquit.web.visitor import Visitor, get_visitor

PAGE = 40
ITEMS_AT_MOST = 200
UNDOABLE = frozenset({"AUTO", "CONFIRMED", "ON_ACCOUNT"})
STATES: dict[str, tuple[str, ...]] = {
    "waiting": tuple(sorted(WAITING_STATES)),
    "proposed": ("PROPOSED",),
    "unapplied": ("UNAPPLIED",),
    "unidentified": ("UNIDENTIFIED",),
    "returned": ("RETURNED",),
    "account": ("ON_ACCOUNT",),
    "posted": ("AUTO", "CONFIRMED"),
}


class CannotReadAmount(Refusal):
    """An amount of the form cannot be read; nothing was applied."""

    code = "CANNOT_READ_AMOUNT"


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt in the list."""

    receipt: ReceiptView
    who: str
    about: str
    status: str


@require_GET
def show_cash(request: HttpRequest, receipt_id: int | None = None) -> HttpResponse:
    """Show the queue and one receipt of it: the one of the address, else the first."""
    visitor = get_visitor(request)
    chosen = get_receipt(receipt_id) if receipt_id is not None else None
    state = _read_state(request, chosen)
    found = list_receipts(
        company_ids=visitor.company_ids,
        states=STATES[state],
        after=read_amount_after(request),
        limit=PAGE + 1,
    )
    page = cut_page(found, PAGE, lambda receipt: (receipt.amount, receipt.id))
    context: dict[str, object] = {
        "rows": make_receipt_rows(page.rows),
        "next_url": page.next_url(request),
        "state": state,
        "query": f"?state={state}",
    }
    if request.headers.get("HX-Request") == "true" and "after" in request.GET:
        return render(request, "web/cash_rows.html", context)
    chosen = chosen or (page.rows[0] if page.rows else None)
    counts = count_receipts(visitor.company_ids)
    context.update(
        {
            "crumbs": [("", _("Cash"))],
            "chosen": chosen,
            "is_opened": receipt_id is not None,
            "chips": _chips(counts, state),
            "sums": _sums(counts, STATES[state]),
            "shown_count": sum(
                number for (each, _cur), (number, _sum) in counts.items() if each in STATES[state]
            ),
        }
    )
    if chosen is not None:
        context.update(_detail_context(visitor, chosen))
    return render(request, "web/cash.html", context)


@require_GET
def show_receipt_detail(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Show the proof card alone, for the list beside it; its own address is the whole page."""
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    state = _read_state(request, receipt)
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(f"{reverse('web:receipt', args=[receipt_id])}?state={state}")
    context = {"chosen": receipt, "state": state, **_detail_context(visitor, receipt)}
    response = render(request, "web/cash_card.html", context)
    response.headers["HX-Push-Url"] = f"{reverse('web:receipt', args=[receipt_id])}?state={state}"
    return response


@require_GET
def show_correction(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Show the form that applies a receipt to items of a person's choice; `customer` chooses whose."""
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    decision = _decision_of(receipt)
    card = read_card(receipt, decision)
    customer_id = read_id(request.GET.get("customer", "")) or receipt.customer_id
    search = read_search(request)
    proposed = {effect.item_id: effect for effect in card.effects}
    items = []
    if customer_id is not None:
        items = read_open_items(
            visitor, company_ids=[receipt.company_id], customer_ids=[customer_id], limit=ITEMS_AT_MOST
        )
    rows = make_item_rows(
        [item for item in items if item.currency == receipt.currency and item.id != receipt.item_id],
        visitor.as_of,
        (),
    )
    context = {
        "crumbs": [
            (f"{reverse('web:cash')}", _("Cash")),
            (reverse("web:receipt", args=[receipt_id]), receipt.counterparty or receipt.bank_reference),
            ("", _("Correct")),
        ],
        "receipt": receipt,
        "customer": list_customers_by_id([customer_id]).get(customer_id) if customer_id else None,
        "rows": [(row, proposed.get(row.item.id)) for row in rows],
        "search": search,
        "candidates": _candidates(receipt, card.candidates, search),
        "state": _read_state(request, receipt),
        "may_cash": visitor.may(Duty.CASH, receipt.company_id),
    }
    return render(request, "web/cash_correct.html", context)


@require_POST
def confirm(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Do what the proof proposes, say so with an undo, and open the next receipt."""
    visitor = _require_acting(request)
    following = _following(request, visitor, receipt_id)
    receipt = get_receipt(receipt_id)
    outcome = confirm_receipt(
        actor=visitor.actor, receipt_id=receipt_id, business_date=visitor.today, decided_at=read_now()
    )
    told = _("Confirmed %(money)s.") % {"money": _money(receipt)}
    if outcome.opened_cases:
        told += " " + _("A deduction was opened.")
    add_toast(request, told, _undo_url(receipt_id))
    return HttpResponseRedirect(following)


@require_POST
def apply(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Apply a receipt to the items and amounts of the form; what is left of it stays on account."""
    visitor = _require_acting(request)
    following = _following(request, visitor, receipt_id)
    receipt = get_receipt(receipt_id)
    applied, differences = _read_application(request, receipt)
    apply_receipt(
        actor=visitor.actor,
        receipt_id=receipt_id,
        applied=applied,
        differences=differences,
        business_date=visitor.today,
        decided_at=read_now(),
    )
    add_toast(request, _("Applied %(money)s.") % {"money": _money(receipt)}, _undo_url(receipt_id))
    return HttpResponseRedirect(following)


@require_POST
def keep(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Keep a receipt on account of its customer, or of the one the form names."""
    visitor = _require_acting(request)
    following = _following(request, visitor, receipt_id)
    receipt = get_receipt(receipt_id)
    keep_on_account(
        actor=visitor.actor,
        receipt_id=receipt_id,
        customer_id=read_id(request.POST.get("customer", "")),
        business_date=visitor.today,
        decided_at=read_now(),
    )
    told = _("Kept %(money)s on account.") % {"money": _money(receipt)}
    add_toast(request, told, _undo_url(receipt_id))
    return HttpResponseRedirect(following)


@require_POST
def undo(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Take back what was decided last about a receipt, and show it again."""
    visitor = _require_acting(request)
    receipt = get_receipt(receipt_id)
    undo_receipt(
        actor=visitor.actor,
        receipt_id=receipt_id,
        business_date=visitor.today,
        decided_at=read_now(),
        reason="WEB",
    )
    add_toast(request, _("Undone: %(money)s waits again.") % {"money": _money(receipt)})
    address = reverse("web:receipt", args=[receipt_id])
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=200)
        response.headers["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(address)


def make_receipt_rows(receipts: Sequence[ReceiptView]) -> list[ReceiptRow]:
    """Make the rows of a list of receipts: who, about what, in which state."""
    decisions = _decisions_of(receipts)
    customers = list_customers_by_id(
        receipt.customer_id for receipt in receipts if receipt.customer_id is not None
    )
    rows = []
    for receipt in receipts:
        decision = decisions.get(receipt.decision_id or 0)
        proof = decision.proof if decision else {}
        customer = customers.get(receipt.customer_id or 0)
        who = customer.name if customer and not customer.is_technical else receipt.counterparty
        rows.append(
            ReceiptRow(
                receipt,
                who or _("No payer found"),
                summarise(receipt, proof),
                get_status_of(receipt, proof),
            )
        )
    return rows


def _decisions_of(receipts: Sequence[ReceiptView]) -> dict[int, DecisionView]:
    wanted = {receipt.decision_id for receipt in receipts}
    found = list_decisions(subject_kind="RECEIPT", subject_ids=[receipt.id for receipt in receipts])
    return {decision.id: decision for decision in found if decision.id in wanted}


def _decision_of(receipt: ReceiptView) -> DecisionView | None:
    return get_decision(receipt.decision_id) if receipt.decision_id is not None else None


def _detail_context(visitor: Visitor, receipt: ReceiptView) -> dict[str, object]:
    decision = _decision_of(receipt)
    card = read_card(receipt, decision)
    owners = [receipt.customer_id] if receipt.customer_id is not None else []
    customer = list_customers_by_id(owners).get(receipt.customer_id or 0)
    entries = list_entries(item_ids=[receipt.item_id], limit=12) if receipt.item_id is not None else []
    people = list_user_names([decision.actor_id] if decision and decision.actor_id else [])
    if receipt.iban:
        record_access(actor=visitor.actor, customer_ids=owners, door="WEB", purpose="RECEIPT")
    return {
        "card": card,
        "customer": customer if customer and not customer.is_technical else None,
        "entries": sorted(entries, key=lambda entry: entry.id),
        "decided_by": people.get(decision.actor_id or 0, "") if decision else "",
        "decided_at": decision.recorded_at if decision else None,
        "is_waiting": receipt.state in WAITING_STATES,
        "may_cash": visitor.may(Duty.CASH, receipt.company_id),
        "is_undoable": receipt.state in UNDOABLE,
        "company": next((each for each in visitor.companies if each.id == receipt.company_id), None),
    }


def _chips(counts: dict[tuple[str, str], tuple[int, Decimal]], current: str) -> list[dict[str, object]]:
    names = (
        ("waiting", _("To confirm")),
        ("account", _("On account")),
        ("unidentified", _("Unidentified")),
        ("posted", _("Posted")),
    )
    return [
        {
            "url": f"{reverse('web:cash')}?state={key}",
            "name": name,
            "count": sum(number for (state, _cur), (number, _sum) in counts.items() if state in STATES[key]),
            "is_current": key == current,
        }
        for key, name in names
    ]


def _sums(
    counts: dict[tuple[str, str], tuple[int, Decimal]], states: Sequence[str]
) -> list[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = {}
    for (state, currency), (_number, amount) in counts.items():
        if state in states:
            sums[currency] = sums.get(currency, Decimal(0)) + amount
    return sorted(sums.items())


def _read_state(request: HttpRequest, receipt: ReceiptView | None) -> str:
    """Read which list is shown; a receipt that has left it is shown beside the list it is in now."""
    wanted = request.GET.get("state", request.POST.get("state", ""))
    if wanted in STATES and (receipt is None or receipt.state in STATES[wanted]):
        return wanted
    if receipt is None or receipt.state in STATES["waiting"]:
        return "waiting"
    return next((name for name, states in STATES.items() if receipt.state in states), "waiting")


def _require_acting(request: HttpRequest) -> Visitor:
    require_today(request)
    return get_visitor(request)


def _following(request: HttpRequest, visitor: Visitor, receipt_id: int) -> str:
    """Find the address to open after an act: the next receipt of the same list, else the list."""
    state = request.POST.get("state", "waiting")
    states = STATES.get(state, STATES["waiting"])
    receipt = get_receipt(receipt_id)
    following = list_receipts(
        company_ids=visitor.company_ids, states=states, after=(receipt.amount, receipt.id), limit=1
    ) or [
        other
        for other in list_receipts(company_ids=visitor.company_ids, states=states, limit=2)
        if other.id != receipt_id
    ]
    if following:
        return f"{reverse('web:receipt', args=[following[0].id])}?state={state if state in STATES else 'waiting'}"
    return reverse("web:cash")


def _candidates(receipt: ReceiptView, proposed: Sequence[int], search: str) -> list[CustomerView]:
    if search:
        return list_customers(company_ids=[receipt.company_id], search=search, limit=10)
    found = list_customers_by_id(proposed)
    return [found[customer_id] for customer_id in proposed if customer_id in found][:10]


def _read_application(request: HttpRequest, receipt: ReceiptView) -> tuple[list[Applied], list[Difference]]:
    applied, differences = [], []
    for name, text in request.POST.items():
        kind, _separator, number = name.partition("-")
        item_id = read_id(number)
        if item_id is None or kind not in {"cash", "kept"} or not str(text).strip():
            continue
        amount = read_amount(str(text), receipt.currency)
        if amount is None:
            raise CannotReadAmount(
                _("%(text)s is no amount in %(currency)s. Nothing was applied.")
                % {"text": str(text)[:40], "currency": receipt.currency},
                param=name,
            )
        if amount == 0:
            continue
        if kind == "cash":
            applied.append(Applied(item_id, amount))
        else:
            differences.append(Difference(DifferenceKind.DEDUCTION, item_id, amount, "UNEXPLAINED"))
    return applied, differences


def _money(receipt: ReceiptView) -> str:
    return format_money(receipt.amount, receipt.currency, get_language() or "en")


def _undo_url(receipt_id: int) -> str:
    return reverse("web:receipt-undo", args=[receipt_id])
