"""Lines that answer orders of ours: decided with the others, and their orders brought to where they stand now.

A sum the bank books for many collections goes to 1010 Bank clearing, and each collection in it takes its part from
there, so one of them can come back alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from acquit.cash.models import DebitCollection, Mandate, Receipt
from acquit.cash.operations.decided import NewMoney
from acquit.cash.operations.deciding import ChunkMatcher, MatchOutcome
from acquit.cash.operations.refunds import confirm_refund, fail_refund
from acquit.cash.queries import find_answers
from acquit.cash.rules.debit_runs import CollectionState, scheme_of
from acquit.cash.rules.direct_debit import direct_debit_dates
from acquit.cash.rules.mandates import MandateState
from acquit.cash.rules.ordered_money import OrderKind
from acquit.controls.queries import get_direct_debit_policy
from acquit.controls.rules.duties import Actor
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation

SOURCE = "DEBIT"


def decide_lines(
    matcher: ChunkMatcher, lines: Sequence[NewMoney], outcome: MatchOutcome, business_date: date
) -> None:
    """Decide about a chunk of bank lines, in one transaction with what they say of our orders."""
    answers = find_answers(matcher.company_id, [line.fact for line in lines])
    if not answers:
        matcher.decide(lines, outcome)
        return
    money: list[NewMoney] = []
    answering: list[NewMoney] = []
    for line in lines:
        if line.fact.key not in answers:
            money.append(line)
            continue
        answer, parts = answers[line.fact.key]
        fact = line.fact._replace(customer_id=answer.customer_id)
        answering.append(replace(line, fact=fact, answer=answer))
        answering += [
            NewMoney(
                fact=line.fact._replace(
                    key=0, amount=part.amount, end_to_end_id=part.end_to_end_id, customer_id=part.customer_id
                ),
                booking_date=line.booking_date,
                number=part.end_to_end_id,
                source=SOURCE,
                reference=part.end_to_end_id,
                answer=part.answer,
            )
            for part in parts
        ]
    with operation(work_memory_mb=64):
        matcher.decide([*money, *answering], outcome)
        note_answers(matcher.actor, matcher.company_id, answering, business_date, matcher.decided_at)


def note_answers(
    actor: Actor, company_id: int, money: Sequence[NewMoney], business_date: date, decided_at: datetime
) -> None:
    """Bring the orders that money answered to where they stand now; the caller decided about it before."""
    lines = [new.bank_line_id for new in money if new.bank_line_id is not None]
    by_line = dict(Receipt.objects.filter(bank_line_id__in=lines).values_list("bank_line_id", "id"))
    parts = [new.reference for new in money if new.bank_line_id is None]
    by_reference = dict(
        Receipt.objects.filter(company_id=company_id, source=SOURCE, reference__in=parts).values_list(
            "reference", "id"
        )
    )
    collected: dict[int, int] = {}
    for new in money:
        if new.answer is None:
            continue
        receipt_id = by_reference[new.reference] if new.bank_line_id is None else by_line[new.bank_line_id]
        if new.answer.kind is OrderKind.COLLECTION:
            collected[new.answer.order_ids[0]] = receipt_id
        for refund_id in new.answer.order_ids:
            if new.answer.kind is OrderKind.REFUND:
                confirm_refund(actor=actor, refund_id=refund_id, receipt_id=receipt_id, on_date=business_date)
            elif new.answer.kind is OrderKind.REFUND_RETURNED:
                fail_refund(
                    actor=actor,
                    refund_id=refund_id,
                    reason=new.fact.return_code or "RETURNED",
                    on_date=max(business_date, new.booking_date),
                    decided_at=decided_at,
                    receipt_id=receipt_id,
                )
    _collect(actor, company_id, collected, business_date)


def _collect(actor: Actor, company_id: int, collected: dict[int, int], business_date: date) -> None:
    """Note collections as credited, with the days until which they can be called back, and their mandates as used."""
    rows = list(
        DebitCollection.objects.select_for_update(no_key=True)
        .filter(id__in=collected, state=CollectionState.SUBMITTED)
        .order_by("id")
    )
    if not rows:
        return
    _, policy = get_direct_debit_policy(company_id=company_id, on_date=business_date)
    mandates = Mandate.objects.select_for_update(no_key=True).in_bulk({row.mandate_id for row in rows})
    events = []
    for row in rows:
        mandate = mandates[row.mandate_id]
        dates = direct_debit_dates(row.collection_date, scheme_of(mandate.scheme, policy))
        row.state, row.receipt_id = CollectionState.COLLECTED, collected[row.id]
        row.refundable_until, row.unauthorised_until = dates.refundable_until, dates.unauthorised_until
        mandate.last_collection_date = max(
            mandate.last_collection_date or row.collection_date, row.collection_date
        )
        payload = {"receipt": row.receipt_id, "amount": str(row.amount), "currency": row.currency}
        events.append(_event(actor, row, "cash.debit.collected", payload))
        if row.sequence in ("OOFF", "FNAL") and mandate.state == MandateState.ACTIVE:
            mandate.state = MandateState.CANCELLED
            told = {"before": MandateState.ACTIVE, "collection": row.id, "reason": row.sequence}
            events.append(
                EventDraft(
                    company_id, "cash.mandate.cancelled", "MANDATE", mandate.id, told, actor_id=actor.user_id
                )
            )
    DebitCollection.objects.bulk_update(
        rows, ["state", "receipt_id", "refundable_until", "unauthorised_until"], batch_size=2000
    )
    Mandate.objects.bulk_update(list(mandates.values()), ["last_collection_date", "state"], batch_size=2000)
    plan = WritePlan()
    record_events(plan, events)
    write(plan)


def _event(actor: Actor, row: DebitCollection, kind: str, payload: dict[str, object]) -> EventDraft:
    return EventDraft(row.company_id, kind, "DEBIT_COLLECTION", row.id, payload, actor_id=actor.user_id)
