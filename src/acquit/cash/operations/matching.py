"""Deciding about new money: match, post, record the proof; by the chunk, each chunk in its own transaction.

A bank line is pending until it has a receipt, so a run that was killed goes on where it stopped and running it twice
changes nothing. Customers are locked before their items are read, so what the rule saw is what is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from acquit.cash.models import Receipt
from acquit.cash.operations.posting import (
    RECEIPT_COLUMNS,
    WORK_ITEM_COLUMNS,
    Arrival,
    Books,
    Drafts,
    is_waiting,
    work_item_row,
)
from acquit.cash.queries import (
    PayerBook,
    PendingLine,
    get_match_book,
    get_payer_book,
    list_named_documents,
    list_open_items_of,
    list_pending_lines,
)
from acquit.cash.rules.cascade import list_applied, plan_match
from acquit.cash.rules.match_book import MatchBook
from acquit.cash.rules.proofs import write_proof
from acquit.cash.rules.receipts import MatchPlan, NamedDocument, OpenItem, ReceiptFact, ReceiptState
from acquit.controls.operations import DecisionDraft, add_decisions
from acquit.controls.queries import get_company, get_matching_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.controls.rules.policies import MatchingPolicy
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.operations import open_periods
from acquit.ledger.rules.accounts import AccountRole
from acquit.parties.operations import ensure_unidentified, lock_customers

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class NewMoney:
    """A receipt to decide about: from a bank line, or from a file of payments (`source` and `reference` name it).

    A payment without a bank line stands on 1010 Bank clearing until a statement shows it; one taken over from another
    system's open items was in the bank before (9000) and is kept for its customer as it was there.
    """

    fact: ReceiptFact
    booking_date: date
    number: str
    bank_line_id: int | None = None
    source: str = ""
    reference: str = ""
    is_taken_over: bool = False


@dataclass(slots=True)
class MatchOutcome:
    """How many receipts came to which state, and what was applied by currency."""

    states: dict[str, int] = field(default_factory=dict)
    applied_amounts: dict[str, Decimal] = field(default_factory=dict)

    def count(self, state: str, currency: str, applied: Decimal) -> None:
        """Count one receipt."""
        self.states[state] = self.states.get(state, 0) + 1
        self.applied_amounts[currency] = self.applied_amounts.get(currency, Decimal(0)) + applied

    def add(self, other: MatchOutcome) -> None:
        """Add another outcome's counts and amounts."""
        for state, count in other.states.items():
            self.states[state] = self.states.get(state, 0) + count
        for currency, amount in other.applied_amounts.items():
            self.applied_amounts[currency] = self.applied_amounts.get(currency, Decimal(0)) + amount


def match_bank_lines(
    *,
    actor: Actor,
    company_id: int,
    business_date: date,
    decided_at: datetime,
    run_id: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> MatchOutcome:
    """Decide about every pending bank line of a company, oldest first, a chunk a transaction."""
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.CASH, company_id)
    outcome = MatchOutcome()
    version, policy = get_matching_policy(company_id=company_id, on_date=business_date)
    payer_book = get_payer_book(company_id, alias_confirmations=policy.alias_confirmations)
    while lines := list_pending_lines(company_id, most=CHUNK):
        matcher = _Matcher(actor, company_id, policy, version.version, version.version_id, decided_at, run_id)
        matcher.decide(payer_book, [_of_line(line) for line in lines], outcome)
        if progress is not None:
            progress(len(lines))
    return outcome


def record_payments(
    *,
    actor: Actor,
    company_id: int,
    payments: Sequence[NewMoney],
    business_date: date,
    decided_at: datetime,
    run_id: int | None = None,
) -> MatchOutcome:
    """Record payments that came without a bank line, known ones left alone, and decide about each."""
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.CASH, company_id)
    outcome = MatchOutcome()
    version, policy = get_matching_policy(company_id=company_id, on_date=business_date)
    payer_book = get_payer_book(company_id, alias_confirmations=policy.alias_confirmations)
    for start in range(0, len(payments), CHUNK):
        part = payments[start : start + CHUNK]
        days = [payment.booking_date for payment in part]
        open_periods(company_id=company_id, first_date=min(days), last_date=max(days))
        matcher = _Matcher(actor, company_id, policy, version.version, version.version_id, decided_at, run_id)
        matcher.decide(payer_book, part, outcome)
    return outcome


def _of_line(line: PendingLine) -> NewMoney:
    return NewMoney(
        fact=line.receipt,
        booking_date=line.booking_date,
        number=line.bank_reference or f"Z-{line.receipt.key}",
        bank_line_id=line.receipt.key,
    )


@dataclass(slots=True)
class _Matcher:
    """One chunk's decisions and what they write."""

    actor: Actor
    company_id: int
    policy: MatchingPolicy
    policy_version: int
    policy_version_id: int | None
    decided_at: datetime
    run_id: int | None

    def decide(self, payer_book: PayerBook, money: Sequence[NewMoney], outcome: MatchOutcome) -> None:
        unidentified = ensure_unidentified(self.company_id)
        documents = list_named_documents(self.company_id, [m.fact for m in money])
        scout = get_match_book(payer_book, documents, ())
        customers = _customers_of(scout, documents, money) | {unidentified}
        with operation(work_memory_mb=64):
            lock_customers(customers)
            fresh = self._not_decided(money)
            items = list_open_items_of(self.company_id, customers)
            book = get_match_book(payer_book, _still_named(documents, items), items)
            self._write(book, fresh, unidentified, outcome)

    def _not_decided(self, money: Sequence[NewMoney]) -> list[NewMoney]:
        """Leave out what another run decided while we waited for the locks."""
        lines = [m.bank_line_id for m in money if m.bank_line_id is not None]
        decided = set(Receipt.objects.filter(bank_line_id__in=lines).values_list("bank_line_id", flat=True))
        named = {(m.source, m.reference) for m in money if m.bank_line_id is None}
        recorded = (
            set(
                Receipt.objects.filter(
                    company_id=self.company_id, bank_line_id__isnull=True, reference__in=[r for _, r in named]
                ).values_list("source", "reference")
            )
            if named
            else set()
        )
        return [
            m
            for m in money
            if (m.bank_line_id is None and (m.source, m.reference) not in recorded)
            or (m.bank_line_id is not None and m.bank_line_id not in decided)
        ]

    def _write(
        self, book: MatchBook, money: Sequence[NewMoney], unidentified: int, outcome: MatchOutcome
    ) -> None:
        books = Books(get_company(self.company_id), self.actor, self.run_id)
        receipt_ids, item_ids = next_ids("receipt", len(money)), next_ids("item", len(money))
        plans, decisions = [], []
        for new, receipt_id in zip(money, receipt_ids, strict=True):
            plan = self._plan(new, book)
            decisions.append(self._decision(new, plan, receipt_id, book))
            plans.append((plan, {a.item_id: book.items[a.item_id] for a in plan.applied}))
            if plan.state is ReceiptState.AUTO:
                for applied in list_applied(plan):
                    book.take(applied.item_id, applied.amount)
        write_plan = WritePlan()
        decision_ids = add_decisions(write_plan, decisions)
        books.read_facts([i for plan, items in plans if plan.state is ReceiptState.AUTO for i in items])
        drafts = Drafts(books)
        receipts, waiting = [], []
        for new, (plan, items), receipt_id, item_id, decision_id in zip(
            money, plans, receipt_ids, item_ids, decision_ids, strict=True
        ):
            owner = plan.customer_id if plan.customer_id is not None else unidentified
            cash = self._draft(drafts, new, plan, items, item_id, owner, decision_id)
            has_item = plan.state is not ReceiptState.IGNORED
            receipts.append(
                self._receipt_row(new, plan, receipt_id, item_id if has_item else None, decision_id)
            )
            outcome.count(plan.state, new.fact.currency, cash)
            if is_waiting(plan.state):
                row = (
                    receipt_id,
                    self.company_id,
                    plan.customer_id,
                    plan.state,
                    _arrival(new),
                    self.decided_at,
                )
                waiting.append(work_item_row(*row))
        drafts.add_to(write_plan)
        write_plan.add("receipt", RECEIPT_COLUMNS, receipts)
        write_plan.add("work_item", WORK_ITEM_COLUMNS, waiting)
        record_events(write_plan, self._events(money, plans, receipt_ids))
        write(write_plan)

    def _plan(self, new: NewMoney, book: MatchBook) -> MatchPlan:
        if new.is_taken_over:
            return MatchPlan(ReceiptState.ON_ACCOUNT, "TAKEN_OVER", new.fact.customer_id)
        return plan_match(new.fact, book, self.policy, _give_up_after(self.policy.subset_seconds_at_most))

    def _draft(
        self,
        drafts: Drafts,
        new: NewMoney,
        plan: MatchPlan,
        items: dict[int, OpenItem],
        item_id: int,
        owner: int,
        decision_id: int,
    ) -> Decimal:
        """Draft what a decision posts; gives the cash applied."""
        if plan.state is ReceiptState.IGNORED:
            if new.bank_line_id is not None:
                drafts.draft_other_money(_arrival(new))
            return Decimal(0)
        payment = drafts.draft_payment(_arrival(new), item_id, owner)
        if plan.state is not ReceiptState.AUTO:
            return Decimal(0)
        drafts.draft_application(
            payment,
            plan.applied,
            plan.differences,
            items,
            decision_id=decision_id,
            on_date=new.booking_date,
            reason="MATCHED",
        )
        return sum((a.amount for a in plan.applied), Decimal(0))

    def _decision(self, new: NewMoney, plan: MatchPlan, receipt_id: int, book: MatchBook) -> DecisionDraft:
        return DecisionDraft(
            company_id=self.company_id,
            kind="MATCH",
            subject_kind="RECEIPT",
            subject_id=receipt_id,
            outcome=plan.state,
            proof=write_proof(new.fact, plan, book.items, self.policy, self.policy_version),
            policy_version_id=self.policy_version_id,
            run_id=self.run_id,
        )

    def _receipt_row(
        self, new: NewMoney, plan: MatchPlan, receipt_id: int, item_id: int | None, decision_id: int
    ) -> tuple[Any, ...]:
        return (
            receipt_id,
            new.bank_line_id,
            item_id,
            plan.customer_id,
            decision_id,
            self.company_id,
            new.fact.value_date,
            plan.state.value,
            new.fact.currency,
            new.source,
            new.reference,
            new.fact.amount,
        )

    def _events(
        self, money: Sequence[NewMoney], plans: Sequence[tuple[MatchPlan, Any]], receipt_ids: Sequence[int]
    ) -> Iterable[EventDraft]:
        for new, (plan, _), receipt_id in zip(money, plans, receipt_ids, strict=True):
            yield EventDraft(
                self.company_id,
                "cash.receipt.decided",
                "RECEIPT",
                receipt_id,
                {
                    "state": plan.state.value,
                    "rule": plan.rule,
                    "amount": str(new.fact.amount),
                    "currency": new.fact.currency,
                    "customer": plan.customer_id,
                },
                run_id=self.run_id,
            )


def _arrival(new: NewMoney) -> Arrival:
    text = new.fact.counterparty or new.fact.text[:80]
    if new.bank_line_id is not None:
        contra = AccountRole.BANK
    else:
        contra = AccountRole.TAKEOVER if new.is_taken_over else AccountRole.BANK_CLEARING
    return Arrival(
        new.fact.amount, new.fact.currency, new.booking_date, new.number, text, new.bank_line_id, contra
    )


def _customers_of(
    scout: MatchBook, documents: Sequence[NamedDocument], money: Sequence[NewMoney]
) -> set[int]:
    """Give every customer a chunk may touch: named by a document, or known as the payer."""
    customers = {document.customer_id for document in documents}
    for new in money:
        customers.update(scout.find_payer(new.fact).customer_ids)
    return customers


def _still_named(documents: Sequence[NamedDocument], items: Sequence[OpenItem]) -> list[NamedDocument]:
    """Say of each document whether its item is open now that the locks are held."""
    open_by_number = {(item.customer_id, item.number): item.id for item in items}
    return [d._replace(item_id=open_by_number.get((d.customer_id, d.number))) for d in documents]


def _give_up_after(seconds: Decimal) -> Callable[[], bool]:
    """Bound an effort in time. Not a date anybody books by: the proof says when it was used up."""
    deadline = time.monotonic_ns() + int(seconds * 1_000_000_000)
    return lambda: time.monotonic_ns() > deadline
