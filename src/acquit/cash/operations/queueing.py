"""Keeping the queue moving: who looks at a receipt, what its customer is asked, and what has stood too long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from acquit.cash.models import CustomerQuestion, QuestionText, Receipt
from acquit.cash.operations.receipt_moves import CannotMove, check_seen
from acquit.cash.queries import AgedReceipt, ReceiptView, get_receipt, list_aged_receipts
from acquit.cash.rules.questions import CannotAsk, Letter, check_question
from acquit.cash.rules.receipts import WAITING_STATES, ReceiptState
from acquit.controls.queries import get_actor, get_unapplied_policy
from acquit.controls.rules.duties import Actor, Duty, NotAllowed
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.work.operations import WorkDraft, add_work

ESCALATED = "CASH_ESCALATED"
_OWNED_STATES = WAITING_STATES | {ReceiptState.ON_ACCOUNT}


def assign_receipts(
    *, actor: Actor, receipt_ids: Sequence[int], owner_id: int | None, business_date: date
) -> int:
    """Give receipts that stand unapplied an owner, or none; gives how many were others' before.

    Refuses (`NotAllowed`) an owner who may not apply cash for their company, (`CannotMove`) a receipt that is applied.
    """
    with operation():
        rows = list(
            Receipt.objects.select_for_update(no_key=True).filter(id__in=list(receipt_ids)).order_by("id")
        )
        for company_id in {row.company_id for row in rows}:
            actor.require(Duty.CASH, company_id)
            _check_owner(owner_id, company_id, business_date)
        for row in rows:
            if row.state not in _OWNED_STATES:
                raise CannotMove(
                    f"Receipt {row.id} is {row.state}: it needs nobody to look at it any more.",
                    param="receipt",
                )
        changed = [row for row in rows if row.owner_id != owner_id]
        Receipt.objects.filter(id__in=[row.id for row in changed]).update(owner_id=owner_id)
        plan = WritePlan()
        record_events(
            plan,
            [
                EventDraft(
                    row.company_id,
                    "cash.receipt.assigned",
                    "RECEIPT",
                    row.id,
                    {"owner": owner_id, "before": row.owner_id},
                    actor_id=actor.user_id,
                )
                for row in changed
            ],
        )
        write(plan)
    return len(changed)


def _check_owner(owner_id: int | None, company_id: int, on_date: date) -> None:
    if owner_id is None:
        return
    owner = get_actor(owner_id, on_date)
    if not owner.has_duty(Duty.CASH, company_id):
        raise NotAllowed(
            f"{owner.name} may not apply cash for this company and cannot own its receipts.",
            param="owner",
            details={"owner_id": owner_id, "company_id": company_id},
        )


def ask_customer(
    *,
    actor: Actor,
    receipt_id: int,
    kind: str,
    letter: Letter,
    waits_until: date,
    business_date: date,
    seen_decision_id: int | None = None,
) -> int:
    """Keep a question to a receipt's customer as it was written, and let the receipt wait for the answer.

    Nothing is sent here: the event `cash.customer.asked` is what the outbox delivers. Refuses (`CannotAsk`) without a
    customer, text or day, (`CannotMove`) what does not wait, (`ChangedMeanwhile`). Gives the question's id.
    """
    receipt = get_receipt(receipt_id)
    actor.require(Duty.CASH, receipt.company_id)
    check_question(letter.subject, letter.body, asked_date=business_date, waits_until=waits_until)
    with operation():
        Receipt.objects.select_for_update(no_key=True).get(id=receipt_id)
        receipt = get_receipt(receipt_id)
        check_seen(receipt, seen_decision_id)
        if receipt.state not in _OWNED_STATES:
            raise CannotMove(
                f"Receipt {receipt.id} is {receipt.state}: there is nothing left to ask.", param="receipt"
            )
        if receipt.customer_id is None:
            raise CannotAsk(
                "Nobody is known for this payment. Say whose money it is first.", param="customer"
            )
        question = _keep_question(
            actor, receipt, receipt.customer_id, kind, letter, waits_until, business_date
        )
        Receipt.objects.filter(id=receipt_id).update(waits_until=waits_until)
    return question.id


def _keep_question(
    actor: Actor,
    receipt: ReceiptView,
    customer_id: int,
    kind: str,
    letter: Letter,
    waits_until: date,
    asked_date: date,
) -> CustomerQuestion:
    question = CustomerQuestion.objects.create(
        receipt_id=receipt.id,
        customer_id=customer_id,
        asked_by_id=actor.user_id,
        company_id=receipt.company_id,
        asked_date=asked_date,
        waits_until=waits_until,
        language=letter.language,
        kind=kind,
    )
    QuestionText.objects.create(
        question_id=question.id,
        customer_id=customer_id,
        company_id=receipt.company_id,
        subject=letter.subject.strip(),
        body=letter.body.strip(),
    )
    plan = WritePlan()
    told = {
        "question": question.id,
        "customer": customer_id,
        "kind": kind,
        "until": waits_until.isoformat(),
    }
    record_events(
        plan,
        [
            EventDraft(
                receipt.company_id,
                "cash.customer.asked",
                "RECEIPT",
                receipt.id,
                told,
                actor_id=actor.user_id,
            )
        ],
    )
    write(plan)
    return question


def stop_waiting(*, actor: Actor, receipt_id: int) -> None:
    """Take a receipt back into the queue before its customer has answered; what was asked stays on record."""
    receipt = get_receipt(receipt_id)
    actor.require(Duty.CASH, receipt.company_id)
    with operation():
        if not Receipt.objects.filter(id=receipt_id, waits_until__isnull=False).update(waits_until=None):
            raise CannotMove(f"Receipt {receipt_id} waits for no answer.", param="receipt")
        plan = WritePlan()
        event = EventDraft(
            receipt.company_id, "cash.answer.not_awaited", "RECEIPT", receipt_id, {}, actor_id=actor.user_id
        )
        record_events(plan, [event])
        write(plan)


def escalate_unapplied(*, actor: Actor, company_id: int, business_date: date, opened_at: datetime) -> int:
    """Put what has stood unapplied for longer than policy allows before whoever answers for cash, each once.

    It leaves that queue when the receipt moves. Gives how many were new.
    """
    actor.require(Duty.CASH, company_id)
    _, policy = get_unapplied_policy(company_id=company_id, on_date=business_date)
    with operation():
        found = list_aged_receipts(
            company_id=company_id, on_date=business_date, days=policy.escalate_days, queue=ESCALATED
        )
        plan = WritePlan()
        add_work(plan, [_escalation(company_id, each, opened_at) for each in found])
        record_events(
            plan,
            [
                EventDraft(
                    company_id,
                    "cash.receipt.escalated",
                    "RECEIPT",
                    each.receipt_id,
                    {"days": each.days},
                    actor_id=actor.user_id,
                )
                for each in found
            ],
        )
        write(plan)
    return len(found)


def _escalation(company_id: int, aged: AgedReceipt, opened_at: datetime) -> WorkDraft:
    return WorkDraft(
        company_id=company_id,
        queue=ESCALATED,
        object_kind="RECEIPT",
        object_id=aged.receipt_id,
        reason=aged.state,
        currency=aged.currency,
        amount=abs(aged.amount),
        opened_at=opened_at,
        customer_id=aged.customer_id,
    )
