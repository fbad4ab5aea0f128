"""What banks reject before and return after a collection (R-transactions), as far as somebody has to ask for it.

Returns that a statement tells of are settled where it is matched (`returning`). A return is settled against the receipt
it takes back: the item is owed again with its own due date, the bank's fee is an expense apart (Dr 1200, Dr 6120 / Cr
1000). A rejection never moved money: the item is simply still open. What follows stands in `debit_following`.
"""

from __future__ import annotations

from datetime import date, datetime

from acquit.cash.models import DebitCollection, DebitReturn, DebitRun, Refund
from acquit.cash.operations.debit_following import (
    UNKNOWN_CODE,
    ReturnOutcome,
    follow_rejection,
    view_return,
)
from acquit.cash.operations.receipt_moves import CannotMove
from acquit.cash.operations.refunds import fail_refund
from acquit.cash.operations.returning import reopen_returned
from acquit.cash.queries import list_bank_returns
from acquit.cash.rules.application import CannotApply
from acquit.cash.rules.debit_runs import CannotCollect, CollectionState
from acquit.cash.rules.refunds import RefundState
from acquit.controls.queries import get_direct_debit_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.formats.pain import StatusReport
from acquit.formats.pain.reports import is_rejected
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.parties.operations import lock_customers
from acquit.work.operations import close_work


def process_debit_returns(
    *, actor: Actor, company_id: int, business_date: date, decided_at: datetime
) -> list[ReturnOutcome]:
    """Settle every returned collection that waits for a person, by hand, also where only its amount speaks for it.

    Money that was used elsewhere, or came back as less than was collected, stays with a person as a return.
    """
    actor.require(Duty.CASH, company_id)
    outcomes = []
    for receipt, collection_id in list_bank_returns(company_id):
        row = DebitCollection.objects.get(id=collection_id)
        try:
            settled = reopen_returned(
                actor=actor,
                receipt_id=receipt.id,
                original_receipt_id=row.receipt_id,
                business_date=business_date,
                decided_at=decided_at,
            )
        except (CannotApply, CannotMove):
            continue
        back = DebitReturn.objects.filter(decision_id=settled.decision_id).first()
        if back is not None:
            outcomes.append(view_return(back, row))
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
                    outcomes.append(follow_rejection(actor, row, code, policy, business_date, decided_at))
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
    return reasons[0].code if reasons and reasons[0].code else UNKNOWN_CODE
