"""Acts on a receipt: each one call of the domain, a line that says what was done with its undo, and the next receipt.

The form says which decision the person looked at. When another holds by now nothing is done, and the page says who was
faster.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from acquit.cash.operations import (
    ReceiptOutcome,
    apply_receipt,
    ask_customer,
    assign_receipts,
    confirm_receipt,
    keep_on_account,
    request_refund,
    stop_waiting,
    undo_receipt,
)
from acquit.cash.queries import ReceiptView, get_receipt
from acquit.cash.rules.questions import Letter
from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind
from acquit.controls.queries import get_decision, get_matching_policy, list_user_names
from acquit.core.errors import Refusal
from acquit.parties.queries import list_customers_by_id
from acquit.web.clock import read_now
from acquit.web.context import require_today
from acquit.web.figures import format_clock, format_day, format_money
from acquit.web.pages import read_id
from acquit.web.queueing import list_next, read_address
from acquit.web.reading import read_amount, read_day, read_reason
from acquit.web.said import say_alias
from acquit.web.toasts import add_toast
from acquit.web.views.errors import Problem, answer_problem
from acquit.web.visitor import Visitor, get_visitor
from acquit.web.words import RECEIPT_WORDS, get_status_word

HEADS = {"cash", "kept"}


class CannotReadAmount(Refusal):
    """An amount of the form cannot be read; nothing was applied."""

    code = "CANNOT_READ_AMOUNT"


@require_POST
def confirm(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Do what the proof proposes, or the one of its ranked proposals that was chosen."""

    def act(visitor: Visitor, receipt: ReceiptView, seen: int | None) -> str:
        outcome = confirm_receipt(
            actor=visitor.actor,
            receipt_id=receipt_id,
            business_date=visitor.today,
            decided_at=read_now(),
            proposal=read_id(request.POST.get("proposal", "")) or 0,
            seen_decision_id=seen,
        )
        told = _("Confirmed %(money)s.") % {"money": _money(receipt)}
        if outcome.opened_cases:
            told += " " + _("A deduction was opened.")
        return told + _say_learned(outcome, visitor, receipt)

    return _do(request, receipt_id, act)


@require_POST
def apply(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Apply a receipt to the items and amounts of the form; what is left of it stays on account."""

    def act(visitor: Visitor, receipt: ReceiptView, seen: int | None) -> str:
        applied, differences = _read_application(request, receipt)
        outcome = apply_receipt(
            actor=visitor.actor,
            receipt_id=receipt_id,
            applied=applied,
            differences=differences,
            business_date=visitor.today,
            decided_at=read_now(),
            seen_decision_id=seen,
        )
        told = _("Applied %(money)s.") % {"money": _money(receipt)}
        return told + _say_learned(outcome, visitor, receipt)

    return _do(request, receipt_id, act)


@require_POST
def keep(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Keep a receipt on account of its customer, or of the one the form names."""

    def act(visitor: Visitor, receipt: ReceiptView, seen: int | None) -> str:
        keep_on_account(
            actor=visitor.actor,
            receipt_id=receipt_id,
            customer_id=read_id(request.POST.get("customer", "")),
            business_date=visitor.today,
            decided_at=read_now(),
            purpose=request.POST.get("purpose", ""),
            seen_decision_id=seen,
        )
        return _("Kept %(money)s on account.") % {"money": _money(receipt)}

    return _do(request, receipt_id, act)


@require_POST
def ask(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Keep the question to the customer, and let the receipt wait for the answer."""

    def act(visitor: Visitor, receipt: ReceiptView, seen: int | None) -> str:
        until = read_day(request.POST.get("waits_until", ""), "waits_until")
        ask_customer(
            actor=visitor.actor,
            receipt_id=receipt_id,
            kind=request.POST.get("kind", ""),
            letter=Letter(
                request.POST.get("language", "en"),
                request.POST.get("subject", "").replace("\0", ""),
                request.POST.get("body", "").replace("\0", ""),
            ),
            waits_until=until,
            business_date=visitor.today,
            seen_decision_id=seen,
        )
        return _("Asked about %(money)s. It waits until %(day)s.") % {
            "money": _money(receipt),
            "day": format_day(until, _language()),
        }

    return _do(request, receipt_id, act, undo="")


@require_POST
def answered(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Take a receipt back into the queue before its customer has answered."""
    require_today(request)
    visitor = get_visitor(request)
    stop_waiting(actor=visitor.actor, receipt_id=receipt_id)
    receipt = get_receipt(receipt_id)
    add_toast(request, _("%(money)s is back in the queue.") % {"money": _money(receipt)})
    return HttpResponseRedirect(reverse("web:receipt", args=[receipt_id]))


@require_POST
def own(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Give a receipt an owner: oneself, another, or nobody."""
    require_today(request)
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    wanted = request.POST.get("owner", "me")
    owner_id = visitor.user_id if wanted == "me" else read_id(wanted)
    assign_receipts(
        actor=visitor.actor, receipt_ids=[receipt_id], owner_id=owner_id, business_date=visitor.today
    )
    name = list_user_names([owner_id]).get(owner_id, "") if owner_id is not None else ""
    told = _("%(money)s is %(name)s's now.") if name else _("%(money)s is nobody's now.")
    add_toast(request, told % {"money": _money(receipt), "name": name})
    address = read_address(request, receipt)
    return HttpResponseRedirect(f"{reverse('web:receipt', args=[receipt_id])}?{address.query}")


@require_POST
def refund(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Ask for the money of a receipt to be paid back; a second person says yes."""

    def act(visitor: Visitor, receipt: ReceiptView, seen: int | None) -> str:
        del seen
        request_refund(
            actor=visitor.actor,
            item_id=receipt.item_id or 0,
            account_id=read_id(request.POST.get("account", "")) or 0,
            reason=request.POST.get("reason", ""),
            on_date=visitor.today,
        )
        return _("Refund of %(money)s asked for. A second person approves it.") % {"money": _money(receipt)}

    return _do(request, receipt_id, act, undo="")


@require_POST
def undo(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Take back what was decided last about a receipt, for the reason given, and show it again."""
    require_today(request)
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    undo_receipt(
        actor=visitor.actor,
        receipt_id=receipt_id,
        business_date=visitor.today,
        decided_at=read_now(),
        reason=read_reason(request),
    )
    add_toast(request, _("Undone: %(money)s waits again.") % {"money": _money(receipt)})
    return HttpResponseRedirect(reverse("web:receipt", args=[receipt_id]))


Act = Callable[[Visitor, ReceiptView, int | None], str]


def _do(request: HttpRequest, receipt_id: int, act: Act, *, undo: str | None = None) -> HttpResponse:
    """Do an act, say what it did with its undo, and open the next receipt of the list; or say who was faster."""
    require_today(request)
    visitor = get_visitor(request)
    receipt = get_receipt(receipt_id)
    address = read_address(request, receipt)
    seen = read_id(request.POST.get("seen", ""))
    following = list_next(visitor, address, receipt)
    try:
        told = act(visitor, receipt, seen)
    except Refusal as refusal:
        now = get_receipt(receipt_id)
        if seen is None or now.decision_id == seen:
            raise
        return answer_problem(request, _say_faster(now, refusal))
    undo_url = reverse("web:receipt-undo", args=[receipt_id]) if undo is None else undo
    add_toast(request, told, undo_url, asks_why=True)
    if following:
        return HttpResponseRedirect(f"{reverse('web:receipt', args=[following[0].id])}?{address.query}")
    return HttpResponseRedirect(f"{reverse('web:cash')}?{address.query}")


def _say_faster(receipt: ReceiptView, refusal: Refusal) -> Problem:
    """Say who decided about a receipt meanwhile, and when."""
    decision = get_decision(receipt.decision_id) if receipt.decision_id is not None else None
    names = list_user_names([decision.actor_id]) if decision and decision.actor_id else {}
    return Problem(
        status=409,
        what=_("Not done. %(who)s decided about %(money)s at %(time)s: %(state)s.")
        % {
            "who": names.get(decision.actor_id or 0, "Acquit") if decision else "Acquit",
            "money": _money(receipt),
            "time": format_clock(decision.recorded_at) if decision else "",
            "state": get_status_word(RECEIPT_WORDS.get(receipt.state, "SET_ASIDE")).word,
        },
        safe=_("Nothing was posted twice."),
        next="",
        code=refusal.code,
        link=reverse("web:receipt", args=[receipt.id]),
        link_label=_("Look again"),
    )


def _say_learned(outcome: ReceiptOutcome, visitor: Visitor, receipt: ReceiptView) -> str:
    """Say what a confirmation taught, once it is believed."""
    _version, policy = get_matching_policy(company_id=receipt.company_id, on_date=visitor.today)
    believed = [each for each in outcome.learned if each.confirmations == policy.alias_confirmations]
    if not believed:
        return ""
    customers = list_customers_by_id(each.customer_id for each in believed)
    told = ", ".join(say_alias(each, customers.get(each.customer_id)) for each in believed)
    return " " + _("Learned: %(told)s.") % {"told": told}


def _read_application(request: HttpRequest, receipt: ReceiptView) -> tuple[list[Applied], list[Difference]]:
    applied, differences = [], []
    for name, text in request.POST.items():
        kind, _separator, number = name.partition("-")
        item_id = read_id(number)
        if item_id is None or kind not in HEADS or not str(text).strip():
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


def _language() -> str:
    return get_language() or "en"


def _money(receipt: ReceiptView) -> str:
    return format_money(receipt.amount, receipt.currency, _language())
