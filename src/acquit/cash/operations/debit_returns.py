"""What banks reject before and return after a collection (R-transactions), and what the policy makes of each code.

A return is settled against the receipt it takes back: the item is owed again with its own due date, the bank's fee is
an expense apart (Dr 1200, Dr 6120 / Cr 1000). A rejection never moved money: the item is simply still open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from acquit.cash.models import DebitCollection, DebitReturn, DebitRun, Mandate, Refund
from acquit.cash.operations.mandates import cancel_mandate, suspend_mandate
from acquit.cash.operations.receipt_moves import CannotMove
from acquit.cash.operations.refunds import fail_refund
from acquit.cash.operations.returning import reopen_returned
from acquit.cash.queries import ReceiptView, list_bank_returns
from acquit.cash.rules.application import CannotApply
from acquit.cash.rules.debit_runs import CannotCollect, CollectionState, action_for, retry_date
from acquit.cash.rules.mandates import MandateState
from acquit.cash.rules.refunds import RefundState
from acquit.controls.queries import get_direct_debit_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.controls.rules.policies import DirectDebitPolicy
from acquit.core.money import ZERO
from acquit.disputes.operations import DisputeDraft, add_disputes
from acquit.formats.pain import StatusReport
from acquit.formats.pain.reports import is_rejected
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.parties.operations import lock_customers
from acquit.work.operations import WorkDraft, add_work, close_work

#: What a person does next, as the reason of their work; a retry needs nobody, a case has its own place.
_FOR_A_PERSON = frozenset({"SUSPEND", "STOP", "ESTATE", "CONTACT", "OWN_FILES", "ASK", "DUN"})
_SUSPENDING = frozenset({"SUSPEND", "ESTATE", "CONTACT"})
_UNKNOWN_CODE = "NARR"


@dataclass(frozen=True, slots=True)
class ReturnOutcome:
    """A collection that came to nothing, what is done about it, and the day it is tried again."""

    collection_id: int
    end_to_end_id: str
    code: str
    kind: str
    action: str
    amount: Decimal
    fee: Decimal
    retry_date: date | None


def process_debit_returns(
    *, actor: Actor, company_id: int, business_date: date, decided_at: datetime
) -> list[ReturnOutcome]:
    """Settle every returned collection that a statement showed, and do what the policy says of its code.

    What cannot be settled by itself (money used elsewhere, less than was collected) stays with a person as a return.
    """
    actor.require(Duty.CASH, company_id)
    _, policy = get_direct_debit_policy(company_id=company_id, on_date=business_date)
    outcomes = []
    for receipt, collection_id in list_bank_returns(company_id):
        try:
            with operation():
                outcomes.append(_settle(actor, receipt, collection_id, policy, business_date, decided_at))
        except (CannotApply, CannotMove):
            continue
    return outcomes


def record_status_report(
    *, actor: Actor, company_id: int, report: StatusReport, business_date: date, decided_at: datetime
) -> list[ReturnOutcome]:
    """Take what a bank says of an order of ours (pain.002): rejected debits are not collected, rejected refunds fail.

    Reading a report twice changes nothing. Refuses (`CannotCollect`) a report of no order of this company.
    """
    actor.require(Duty.CASH, company_id)
    message = report.original_message_id
    run = DebitRun.objects.filter(company_id=company_id, message_id=message).first()
    refunds = list(Refund.objects.filter(company_id=company_id, message_id=message).order_by("id"))
    if run is None and (not refunds or not message):
        raise CannotCollect(f"No order of ours is named {message!r}.", param="report")
    _, policy = get_direct_debit_policy(company_id=company_id, on_date=business_date)
    outcomes = []
    with operation():
        if run is not None:
            waiting = DebitCollection.objects.filter(run_id=run.id, state=CollectionState.SUBMITTED)
            lock_customers(waiting.values_list("customer_id", flat=True))
            for row in waiting.select_for_update(no_key=True).order_by("id"):
                code = _rejected_code(report, row.end_to_end_id)
                if code is not None:
                    outcomes.append(_reject(actor, row, code, policy, business_date, decided_at))
        for refund in refunds:
            code = _rejected_code(report, refund.end_to_end_id)
            if code is not None and refund.state == RefundState.SENT:
                fail_refund(
                    actor=actor,
                    refund_id=refund.id,
                    reason=code,
                    on_date=business_date,
                    decided_at=decided_at,
                )
    return outcomes


def settle_debit_work(
    *, actor: Actor, company_id: int, end_to_end_id: str, note: str, closed_at: datetime
) -> None:
    """Say what was done about a debit that came back: it waits for nobody any more.

    Refuses (`CannotCollect`) without a note and when nothing waits.
    """
    if not any(actor.has_duty(duty, company_id) for duty in (Duty.COLLECT, Duty.DISPUTE)):
        actor.require(Duty.CASH, company_id)
    if not note.strip():
        raise CannotCollect("Say what was done.", param="note")
    with operation():
        row = DebitCollection.objects.filter(company_id=company_id, end_to_end_id=end_to_end_id).first()
        ids = [] if row is None else [row.id]
        if row is None or not close_work(
            object_kind="DEBIT_COLLECTION", object_ids=ids, actor=actor, closed_at=closed_at
        ):
            raise CannotCollect(f"Nothing waits about {end_to_end_id!r}.", param="end_to_end_id")
        plan = WritePlan()
        event = EventDraft(
            company_id,
            "cash.debit.settled",
            "DEBIT_COLLECTION",
            row.id,
            {"note": note.strip()},
            actor_id=actor.user_id,
        )
        record_events(plan, [event])
        write(plan)


def _rejected_code(report: StatusReport, end_to_end_id: str) -> str | None:
    """Give the code of a payment that was rejected by itself, with its block or with the whole message."""
    for block_id in dict.fromkeys(block.block_id for block in report.blocks):
        listed = [one for block in report.blocks if block.block_id == block_id for one in block.transactions]
        if any(one.end_to_end_id == end_to_end_id for one in listed):
            return _code_of(report, block_id, end_to_end_id)
    return _code_of(report, "", end_to_end_id) if is_rejected(report.status) else None


def _code_of(report: StatusReport, block_id: str, end_to_end_id: str) -> str | None:
    status, reasons = report.verdict(block_id, end_to_end_id)
    if not is_rejected(status):
        return None
    return reasons[0].code if reasons and reasons[0].code else _UNKNOWN_CODE


def _settle(
    actor: Actor,
    receipt: ReceiptView,
    collection_id: int,
    policy: DirectDebitPolicy,
    business_date: date,
    decided_at: datetime,
) -> ReturnOutcome:
    lock_customers(DebitCollection.objects.filter(id=collection_id).values_list("customer_id", flat=True))
    row = DebitCollection.objects.select_for_update(no_key=True).get(id=collection_id)
    if row.state != CollectionState.COLLECTED:
        raise CannotMove(f"Collection {row.end_to_end_id} is {row.state}.", param="receipt")
    reopen_returned(
        actor=actor,
        receipt_id=receipt.id,
        original_receipt_id=row.receipt_id,
        business_date=business_date,
        decided_at=decided_at,
    )
    row.state = CollectionState.RETURNED
    row.save(update_fields=["state"])
    returned = receipt.booking_date or receipt.value_date
    fee = -receipt.amount - row.amount
    return _follow(
        actor,
        row,
        _Return("RETURN", receipt.return_code or _UNKNOWN_CODE, returned, fee, receipt.id),
        policy,
        decided_at,
    )


def _reject(
    actor: Actor,
    row: DebitCollection,
    code: str,
    policy: DirectDebitPolicy,
    business_date: date,
    decided_at: datetime,
) -> ReturnOutcome:
    row.state = CollectionState.REJECTED
    row.save(update_fields=["state"])
    return _follow(actor, row, _Return("REJECT", code, business_date, ZERO, None), policy, decided_at)


@dataclass(frozen=True, slots=True)
class _Return:
    kind: str
    code: str
    returned_date: date
    fee: Decimal
    receipt_id: int | None


def _follow(
    actor: Actor, row: DebitCollection, back: _Return, policy: DirectDebitPolicy, decided_at: datetime
) -> ReturnOutcome:
    """Store a return and do what its code asks for."""
    mandate = Mandate.objects.get(id=row.mandate_id)
    action, again = action_for(back.code, policy), None
    if action == "RETRY":
        if _count_tries(row) <= policy.retries_at_most and mandate.state == MandateState.ACTIVE:
            again = retry_date(back.returned_date, mandate.pay_day or policy.pay_day)
        else:
            action = "DUN"
    DebitReturn.objects.create(
        collection_id=row.id,
        receipt_id=back.receipt_id,
        actor_id=actor.user_id,
        company_id=row.company_id,
        returned_date=back.returned_date,
        retry_date=again,
        kind=back.kind,
        code=back.code,
        action=action,
        currency=row.currency,
        amount=row.amount,
        fee_amount=back.fee,
    )
    _move_mandate(actor, mandate, action, back)
    plan = WritePlan()
    payload = {
        "code": back.code,
        "action": action,
        "amount": str(row.amount),
        "fee": str(back.fee),
        "retry": again.isoformat() if again else None,
    }
    kind = "cash.debit.rejected" if back.kind == "REJECT" else "cash.debit.returned"
    event = EventDraft(row.company_id, kind, "DEBIT_COLLECTION", row.id, payload, actor_id=actor.user_id)
    record_events(plan, [event])
    if action == "DISPUTE":
        case = DisputeDraft(
            row.item_id,
            row.customer_id,
            row.currency,
            row.amount,
            "OTHER",
            back.returned_date,
            kind="DISPUTE",
        )
        add_disputes(plan, actor, row.company_id, [case])
    elif action in _FOR_A_PERSON:
        add_work(plan, [_work(row, action, decided_at)])
    write(plan)
    return ReturnOutcome(row.id, row.end_to_end_id, back.code, back.kind, action, row.amount, back.fee, again)


def _move_mandate(actor: Actor, mandate: Mandate, action: str, back: _Return) -> None:
    if action in _SUSPENDING and mandate.state == MandateState.ACTIVE:
        suspend_mandate(actor=actor, mandate_id=mandate.id, reason=back.code, on_date=back.returned_date)
    elif action == "STOP" and mandate.state in (MandateState.ACTIVE, MandateState.SUSPENDED):
        cancel_mandate(actor=actor, mandate_id=mandate.id, reason=back.code, on_date=back.returned_date)


def _count_tries(row: DebitCollection) -> int:
    """Count how often a claim was tried, this time included."""
    tries, earlier = 1, row.retry_of_id
    while earlier is not None:
        tries += 1
        earlier = DebitCollection.objects.values_list("retry_of_id", flat=True).get(id=earlier)
    return tries


def _work(row: DebitCollection, action: str, opened_at: datetime) -> WorkDraft:
    return WorkDraft(
        company_id=row.company_id,
        queue="DEBIT",
        object_kind="DEBIT_COLLECTION",
        object_id=row.id,
        reason=action,
        currency=row.currency,
        amount=row.amount,
        opened_at=opened_at,
        customer_id=row.customer_id,
    )
