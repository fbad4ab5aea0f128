"""What was decided about a chunk of money becomes rows: payment, receipt, decision, application, work, event.

Few receipts go as drafts, many as columns (`rules.receipt_columns`); of many, those that are not plain go as drafts
too. The caller holds the customers' locks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from acquit.cash.operations.posting import RECEIPT_COLUMNS, Arrival, Books, Drafts, waiting_receipt
from acquit.cash.rules.habits import NOTHING_SHOWN, Shown
from acquit.cash.rules.ordered_money import Answer
from acquit.cash.rules.receipt_columns import is_plain_application
from acquit.cash.rules.receipts import (
    WAITING_STATES,
    MatchPlan,
    OpenItem,
    ReceiptFact,
    ReceiptState,
)
from acquit.controls.operations import DecisionDraft, add_decisions
from acquit.infra.bulk import WritePlan
from acquit.infra.operations import EventDraft, record_events
from acquit.ledger.rules.accounts import AccountRole
from acquit.work.operations import add_work

#: From so many receipts on, columns are the quicker way (docs/performance.md).
COLUMNS_FROM = 200


@dataclass(frozen=True, slots=True)
class NewMoney:
    """A receipt to decide about: from a bank line, or from a file of payments (`source` and `reference` name it).

    A payment without a bank line stands on 1010 Bank clearing until a statement shows it; one taken over from another
    system's open items was in the bank before (9000) and is kept for its customer as it was there. `answer`: the order
    of ours that it answers.
    """

    fact: ReceiptFact
    booking_date: date
    number: str
    bank_line_id: int | None = None
    source: str = ""
    reference: str = ""
    is_taken_over: bool = False
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about one receipt; `items` are those its plan touches, as they stood.

    `shown` are the habits of its payer that it teaches.
    """

    new: NewMoney
    plan: MatchPlan
    items: Mapping[int, OpenItem]
    receipt_id: int
    item_id: int
    proof: Mapping[str, Any]
    shown: Shown = NOTHING_SHOWN

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing but a payment, and perhaps items of its customer paid with it, is to be posted."""
        if self.plan.state is ReceiptState.IGNORED:
            return False
        return self.plan.state is not ReceiptState.AUTO or is_plain_application(self.plan, self.items)

    @property
    def applied_amount(self) -> Decimal:
        """Give the cash applied by itself, in the receipt's currency."""
        if self.plan.state is not ReceiptState.AUTO:
            return Decimal(0)
        if self.plan.exchange is not None:
            return self.new.fact.amount
        return sum((part.amount for part in self.plan.applied), Decimal(0))

    @property
    def arrival(self) -> Arrival:
        """Give the money on its day, and the account it stands on."""
        new = self.new
        if new.bank_line_id is not None:
            contra = AccountRole.BANK
        else:
            contra = AccountRole.TAKEOVER if new.is_taken_over else AccountRole.BANK_CLEARING
        return Arrival(
            new.fact.amount,
            new.fact.currency,
            new.booking_date,
            new.number,
            new.fact.counterparty or new.fact.text[:80],
            new.bank_line_id,
            contra,
        )


@dataclass(frozen=True, slots=True)
class DecidedChunk:
    """The decisions of a chunk, and what they have in common."""

    decided: Sequence[Decided]
    unidentified: int
    policy_version_id: int | None
    decided_at: datetime

    def owner_of(self, one: Decided) -> int:
        """Give whose account the money stands on."""
        return one.plan.customer_id if one.plan.customer_id is not None else self.unidentified


def add_decided(plan: WritePlan, books: Books, chunk: DecidedChunk) -> None:
    """Add everything a chunk brings into being to a plan."""
    if len(chunk.decided) < COLUMNS_FROM:
        _add_rows(plan, books, chunk)
        return
    from acquit.cash.operations.decided_columns import add_decided_columns

    add_decided_columns(plan, books, chunk)


def _add_rows(plan: WritePlan, books: Books, chunk: DecidedChunk) -> None:
    books.read_facts([i for one in chunk.decided if one.plan.state is ReceiptState.AUTO for i in one.items])
    drafts = Drafts(books)
    decision_ids = add_decisions(plan, [_decision(one, books, chunk) for one in chunk.decided])
    for one, decision_id in zip(chunk.decided, decision_ids, strict=True):
        draft_decided(drafts, one, chunk.owner_of(one), decision_id)
    drafts.add_to(plan)
    plan.add(
        "receipt",
        RECEIPT_COLUMNS,
        [
            _receipt_row(one, books.company.id, decision_id)
            for one, decision_id in zip(chunk.decided, decision_ids, strict=True)
        ],
    )
    add_waiting(plan, books, chunk)
    record_events(plan, [_event(one, books) for one in chunk.decided])


def draft_decided(drafts: Drafts, one: Decided, owner: int, decision_id: int) -> None:
    """Draft what a decision posts."""
    if one.plan.state is ReceiptState.IGNORED:
        if one.new.bank_line_id is not None:
            drafts.draft_other_money(one.arrival)
        return
    payment = drafts.draft_payment(one.arrival, one.item_id, owner)
    if one.plan.state is ReceiptState.AUTO:
        if one.plan.exchange is not None:
            payment = drafts.draft_exchange(
                payment,
                one.plan.exchange,
                decision_id=decision_id,
                on_date=one.new.booking_date,
                reason="MATCHED",
            )
        drafts.draft_application(
            payment,
            one.plan.applied,
            one.plan.differences,
            one.items,
            decision_id=decision_id,
            on_date=one.new.booking_date,
            reason="MATCHED",
        )


def add_waiting(plan: WritePlan, books: Books, chunk: DecidedChunk) -> None:
    """Add the receipts that wait for a person to their queue."""
    add_work(
        plan,
        [
            waiting_receipt(
                one.receipt_id,
                books.company.id,
                one.plan.customer_id,
                one.plan.state,
                one.new.fact.amount,
                one.new.fact.currency,
                chunk.decided_at,
            )
            for one in chunk.decided
            if one.plan.state in WAITING_STATES
        ],
    )


def _decision(one: Decided, books: Books, chunk: DecidedChunk) -> DecisionDraft:
    return DecisionDraft(
        company_id=books.company.id,
        kind="MATCH",
        subject_kind="RECEIPT",
        subject_id=one.receipt_id,
        outcome=one.plan.state,
        proof=one.proof,
        policy_version_id=chunk.policy_version_id,
        run_id=books.run_id,
    )


def _receipt_row(one: Decided, company_id: int, decision_id: int) -> tuple[Any, ...]:
    new, plan = one.new, one.plan
    return (
        one.receipt_id,
        new.bank_line_id,
        None if plan.state is ReceiptState.IGNORED else one.item_id,
        plan.customer_id,
        decision_id,
        company_id,
        new.fact.value_date,
        plan.state.value,
        new.fact.currency,
        new.source,
        new.reference,
        new.fact.amount,
    )


def _event(one: Decided, books: Books) -> EventDraft:
    return EventDraft(
        books.company.id,
        "cash.receipt.decided",
        "RECEIPT",
        one.receipt_id,
        {
            "state": one.plan.state.value,
            "rule": one.plan.rule,
            "amount": str(one.new.fact.amount),
            "currency": one.new.fact.currency,
            "customer": one.plan.customer_id,
        },
        run_id=books.run_id,
    )
