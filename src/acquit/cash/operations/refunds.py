"""Refunds: asked for by one person, approved by another, ordered at the bank in one file, confirmed by its statement.

Dr 2100 (or the credit on 1200) / Cr 1010 when the order is written; the outgoing line of the bank turns 1010 into 1000.
What comes back or is rejected makes the credit open again, as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from acquit.cash.models import Refund, VerifiedAccount
from acquit.cash.operations.refunded_receipts import give_back_receipt, use_up_receipt
from acquit.cash.queries import RefundFile, build_refund_file, get_bank_account, list_payer_ibans
from acquit.cash.rules.refunds import (
    RESERVING_STATES,
    CannotMoveRefund,
    CannotRefund,
    RefundState,
    check_credit,
    check_payee,
    check_transition,
    refund_kind,
)
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.core.money import ZERO
from acquit.infra.bulk import next_ids
from acquit.infra.transaction import operation
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Line
from acquit.parties.operations import lock_customers
from acquit.receivables.operations import unclear_items
from acquit.receivables.operations.drafting import Act
from acquit.receivables.queries import list_items
from acquit.receivables.rules.clearing import OpenItemFact, PairDraft
from acquit.receivables.rules.items import control_role


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """A refund and the state an act left it in."""

    refund_id: int
    state: str


def request_refund(
    *,
    actor: Actor,
    item_id: int,
    account_id: int,
    reason: str,
    on_date: date,
    amount: Decimal | None = None,
) -> RefundOutcome:
    """Ask to pay a credit back, all that is open of it when no amount is said, to a confirmed account of its payer.

    Refuses (`CannotRefund`) without a reason, what is no credit, more than is left beside other refunds, another
    account than the payer's or one nobody confirmed; (`NotFound`, `NotOpen`).
    """
    if not reason.strip():
        raise CannotRefund("A refund needs a reason.", param="reason")
    found = list_items(item_ids=[item_id])
    if not found:
        raise NotFound(f"There is no item {item_id}.", param="item")
    actor.require(Duty.REFUND, found[0].company_id)
    with operation():
        lock_customers([found[0].customer_id])
        act = Act(actor, found[0].company_id, on_date)
        item = act.read([item_id])[item_id]
        wanted = amount if amount is not None else -item.open_amount - _reserved(item_id)
        check_credit(item, wanted, _reserved(item_id))
        _check_account(item, account_id)
        [refund_id] = next_ids("refund", 1)
        row = Refund.objects.create(
            id=refund_id,
            customer_id=item.customer_id,
            item_id=item_id,
            verified_account_id=account_id,
            requested_by_id=actor.user_id,
            company_id=item.company_id,
            requested_date=on_date,
            state=RefundState.REQUESTED,
            currency=item.currency,
            end_to_end_id=f"REFUND-{refund_id}",
            reason=reason.strip(),
            amount=wanted,
        )
        _tell(act, row, "requested", {"item": item_id, "amount": str(wanted), "reason": row.reason})
        act.write()
    return RefundOutcome(row.id, row.state)


def approve_refund(*, actor: Actor, refund_id: int, on_date: date) -> RefundOutcome:
    """Approve a refund as the second person; the credit and the account are looked at again.

    Refuses (`CannotMoveRefund`) the one who asked and the program itself, (`CannotRefund`) when it no longer stands.
    """
    with operation():
        row = _locked(refund_id)
        actor.require(Duty.REFUND, row.company_id)
        check_transition(row.id, row.state, RefundState.APPROVED)
        if actor.user_id is None or actor.user_id == row.requested_by_id:
            raise CannotMoveRefund("A refund is approved by a second person.", param="approver")
        act = Act(actor, row.company_id, on_date)
        item = act.read([row.item_id])[row.item_id]
        check_credit(item, row.amount, _reserved(row.item_id) - row.amount)
        _check_account(item, row.verified_account_id)
        row.state, row.approved_by_id = RefundState.APPROVED, actor.user_id
        row.save(update_fields=["state", "approved_by_id"])
        _tell(act, row, "approved", {"amount": str(row.amount)})
        act.write()
    return RefundOutcome(row.id, row.state)


def reject_refund(*, actor: Actor, refund_id: int, reason: str, on_date: date) -> RefundOutcome:
    """Say no to a refund that was not sent; the credit stays as it is."""
    if not reason.strip():
        raise CannotRefund("Say why.", param="reason")
    with operation():
        row = _locked(refund_id)
        actor.require(Duty.REFUND, row.company_id)
        check_transition(row.id, row.state, RefundState.REJECTED)
        row.state, row.failure = RefundState.REJECTED, reason.strip()
        row.save(update_fields=["state", "failure"])
        act = Act(actor, row.company_id, on_date)
        _tell(act, row, "rejected", {"reason": row.failure})
        act.write()
    return RefundOutcome(row.id, row.state)


def send_refunds(
    *,
    actor: Actor,
    company_id: int,
    bank_account_id: int,
    refund_ids: Sequence[int] | None = None,
    on_date: date,
    sent_at: datetime,
    version: str = "pain.001.001.09",
) -> RefundFile:
    """Order approved refunds, all of them when none is named, in one pain.001 from an account of ours, and book them.

    The order is made before anything is booked, and booked before it is given out: `get_refund_file` gives the same
    bytes again. Refuses whole (`CannotMoveRefund`, `CannotRefund`, `CannotWritePayment`, `PeriodNotOpen`).
    """
    actor.require(Duty.REFUND, company_id)
    account = get_bank_account(bank_account_id)
    if account.company_id != company_id:
        raise NotFound(f"There is no bank account {bank_account_id} in this company.", param="account")
    with operation():
        found = _lock_to_send(company_id, refund_ids)
        message_id = f"AQ-REFUND-{found[0].id}-{len(found)}"
        for row in found:
            row.state, row.message_id, row.version = RefundState.SENT, message_id, version
            row.bank_account_id, row.sent_date, row.sent_at = bank_account_id, on_date, sent_at
        file = build_refund_file(found)
        for row in found:
            _post(actor, row, on_date, sent_at)
    return file


def fail_refund(
    *,
    actor: Actor,
    refund_id: int,
    reason: str,
    on_date: date,
    decided_at: datetime,
    receipt_id: int | None = None,
) -> RefundOutcome:
    """Take a refund back that the bank did not carry out, or that came back: the credit is open as it was before.

    Asks the duty REFUND, or CASH of whoever reads it from a statement or report of the bank.
    """
    with operation():
        row = _locked(refund_id)
        duties = (Duty.CASH,) if receipt_id is None else (Duty.CASH, Duty.INTAKE)
        if not any(actor.has_duty(duty, row.company_id) for duty in duties):
            actor.require(Duty.REFUND, row.company_id)
        check_transition(row.id, row.state, RefundState.FAILED)
        unclear_items(
            actor=_as_clerk(actor, row.company_id),
            clearing_ids=[row.clearing_id or 0],
            effective_date=on_date,
            reason="REFUND_FAILED",
        )
        act = Act(actor, row.company_id, on_date)
        act.take_back([row.refund_item_id or 0], ["REFUND"], "REFUND_FAILED")
        _tell(act, row, "failed", {"reason": reason, "receipt": receipt_id})
        act.write()
        row.state, row.failure = RefundState.FAILED, reason
        row.save(update_fields=["state", "failure"])
        give_back_receipt(actor, row, on_date, decided_at)
    return RefundOutcome(row.id, row.state)


def confirm_refund(*, actor: Actor, refund_id: int, receipt_id: int, on_date: date) -> RefundOutcome:
    """Note that a line of the bank shows a refund going out."""
    with operation():
        row = _locked(refund_id)
        if not actor.has_duty(Duty.INTAKE, row.company_id):
            actor.require(Duty.CASH, row.company_id)
        check_transition(row.id, row.state, RefundState.CONFIRMED)
        row.state, row.receipt_id = RefundState.CONFIRMED, receipt_id
        row.save(update_fields=["state", "receipt_id"])
        act = Act(actor, row.company_id, on_date)
        _tell(act, row, "confirmed", {"receipt": receipt_id})
        act.write()
    return RefundOutcome(row.id, row.state)


def _lock_to_send(company_id: int, refund_ids: Sequence[int] | None) -> list[Refund]:
    """Lock what is to be sent, its customers first; refuses (`CannotMoveRefund`) nothing, and other states."""
    rows = Refund.objects.filter(company_id=company_id)
    rows = rows.filter(state=RefundState.APPROVED) if refund_ids is None else rows.filter(id__in=refund_ids)
    lock_customers(rows.values_list("customer_id", flat=True))
    found = list(rows.select_for_update(no_key=True).order_by("id"))
    if not found or len(found) < len(set(refund_ids or ())):
        raise CannotMoveRefund("There are no such refunds to send.", param="refund")
    for row in found:
        check_transition(row.id, row.state, RefundState.SENT)
    return found


def _post(actor: Actor, row: Refund, on_date: date, sent_at: datetime) -> None:
    """Use the credit up: Dr its account / Cr 1010 until the bank's line."""
    act = Act(actor, row.company_id, on_date)
    credit = act.read([row.item_id])[row.item_id]
    check_credit(credit, row.amount, ZERO)
    _check_account(credit, row.verified_account_id)
    [item_id] = next_ids("item", 1)
    lines = (
        Line(control_role(credit.kind), row.amount, item_id),
        Line(AccountRole.BANK_CLEARING, -row.amount),
    )
    book = act.post("REFUND", lines, act.rates_of(credit), f"{row.end_to_end_id} {credit.number}")
    act.add_item(
        item_id,
        credit,
        kind=refund_kind(credit.kind),
        amount=row.amount,
        company_amount=book[item_id],
        number=row.end_to_end_id,
    )
    act.clear([PairDraft(credit.id, item_id, row.amount)], "REFUND", credit.number)
    _tell(act, row, "sent", {"amount": str(row.amount), "message": row.message_id, "item": item_id})
    [row.clearing_id] = act.write()
    row.refund_item_id = item_id
    row.save()
    if -credit.open_amount == row.amount:
        use_up_receipt(actor, row, on_date, sent_at)


def _check_account(item: OpenItemFact, account_id: int) -> None:
    account = VerifiedAccount.objects.filter(id=account_id, customer_id=item.customer_id).first()
    if account is None:
        raise NotFound(f"There is no account {account_id} of this customer.", param="account")
    if account.confirmed_by_id is None or account.revoked_date is not None:
        raise CannotRefund("A second person confirms an account before money goes there.", param="account")
    check_payee(account.iban, list_payer_ibans(item.id, item.customer_id))


def _reserved(item_id: int) -> Decimal:
    rows = Refund.objects.filter(item_id=item_id, state__in=RESERVING_STATES)
    return sum(rows.values_list("amount", flat=True), ZERO)


def _locked(refund_id: int) -> Refund:
    """Lock a refund after its customer, whose lock comes first everywhere."""
    known = Refund.objects.filter(id=refund_id).first()
    if known is None:
        raise NotFound(f"There is no refund {refund_id}.", param="refund")
    lock_customers([known.customer_id])
    return Refund.objects.select_for_update(no_key=True).get(id=refund_id)


def _tell(act: Act, row: Refund, what: str, payload: dict[str, object]) -> None:
    told = {"customer": row.customer_id, "currency": row.currency, **payload}
    act.tell(f"cash.refund.{what}", "REFUND", row.id, told)


def _as_clerk(actor: Actor, company_id: int) -> Actor:
    """Let who may pay back take its own clearing back, though they may not apply cash."""
    held = actor.duties.get(company_id, frozenset())
    return Actor(actor.user_id, actor.name, {company_id: held | {Duty.CASH}}, is_system=actor.is_system)
