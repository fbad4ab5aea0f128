"""One chunk of new money: decided, posted, proved and written in one transaction.

Customers are locked before their items are read, so what the rule saw is what is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from acquit.cash.operations.decided import Decided, DecidedChunk, NewMoney, add_decided
from acquit.cash.operations.habits import learn_habits
from acquit.cash.operations.posting import Books
from acquit.cash.operations.surroundings import (
    read_deduction_codes,
    read_named,
    read_nearly_named,
    read_orders,
    read_rates,
)
from acquit.cash.queries import (
    find_habits,
    find_payer_index,
    get_payer_index,
    list_decided_lines,
    list_earlier_receipts,
    list_open_items_of,
    list_recorded,
)
from acquit.cash.rules.cascade import list_applied, plan_match
from acquit.cash.rules.habits import NOTHING_SHOWN, PaidAs, Shown, read_habits, write_shown
from acquit.cash.rules.likelihood import MatchModel, judge_plan, list_features
from acquit.cash.rules.match_book import MatchBook
from acquit.cash.rules.ordered_money import plan_answer
from acquit.cash.rules.payer_index import PayerIndex
from acquit.cash.rules.proofs import write_proof
from acquit.cash.rules.receipts import (
    EarlierReceipt,
    MatchPlan,
    NamedDocument,
    OpenItem,
    ReceiptFact,
    ReceiptState,
)
from acquit.cash.rules.remittance_text import Remittance, as_earlier, read_remittance
from acquit.cash.rules.returns import is_money_back
from acquit.cash.rules.touching import Surroundings
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor
from acquit.controls.rules.policies import MatchingPolicy
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.collector import paused_collector
from acquit.infra.transaction import operation
from acquit.parties.operations import ensure_unidentified, lock_customers, lock_customers_beside_others

#: Up to so many receipts their own payers are read; more are decided among all payers of the company.
_FEW = 500


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


@dataclass(slots=True)
class ChunkMatcher:
    """Decides about chunks of one company's new money under one policy."""

    actor: Actor
    company_id: int
    policy: MatchingPolicy
    policy_version: int
    policy_version_id: int | None
    decided_at: datetime
    run_id: int | None
    model: MatchModel | None = None
    #: Whether others decide about other customers' money at once: they share the account of unidentified money.
    is_beside_others: bool = False
    _everybody: PayerIndex | None = None

    def decide(self, money: Sequence[NewMoney], outcome: MatchOutcome) -> None:
        """Decide about a chunk in one transaction; what somebody else decided meanwhile is left alone."""
        unidentified = ensure_unidentified(self.company_id)
        facts = [new.fact for new in money]
        with paused_collector(), operation(work_memory_mb=64):
            around = self.look_around(facts)
            book = self._read_book(facts, around, unidentified)
            fresh = self._not_decided(list(zip(money, around.told, strict=True)))
            self._write(self._decide_each(fresh, book), unidentified, outcome)

    def plan_again(self, facts: Sequence[ReceiptFact]) -> list[MatchPlan]:
        """Plan money that was decided about before as if it came now; writes nothing."""
        unidentified = ensure_unidentified(self.company_id)
        with paused_collector(), operation(work_memory_mb=64):
            around = self.look_around(facts)
            book = self._read_book(facts, around, unidentified)
            give_up = _give_up_after(self.policy.subset_seconds_at_most)
            return [
                self._judge(fact, plan_match(fact, book, self.policy, give_up, remittance), book)
                for fact, remittance in zip(facts, around.told, strict=True)
            ]

    def look_around(self, facts: Sequence[ReceiptFact]) -> Surroundings:
        """Read what money says and what the books know of it; locks nothing. Ask inside an operation."""
        told = [read_remittance(fact) for fact in facts]
        documents, advices = read_named(self.company_id, facts, told)
        payers = self._find_payers(documents, facts, told)
        evidence = [payers.find_payer(fact, each) for fact, each in zip(facts, told, strict=True)]
        known = {document.number_key for document in documents}
        lost = [
            each
            for fact, each, payer in zip(facts, told, evidence, strict=True)
            if fact.amount > 0
            and not payer.customer_ids
            and known.isdisjoint(token.key for token in each.tokens)
        ]
        return Surroundings(
            told=told,
            documents=documents,
            advices=advices,
            payers=payers,
            evidence=evidence,
            orders=read_orders(self.company_id, told),
            nearly=read_nearly_named(self.company_id, lost) if lost else {},
        )

    def _read_book(self, facts: Sequence[ReceiptFact], around: Surroundings, unidentified: int) -> MatchBook:
        """Lock every customer that money may touch, and read what matching needs of them."""
        customers = around.list_customers()
        if self.is_beside_others:
            lock_customers_beside_others(customers | {unidentified}, shared_id=unidentified)
        else:
            lock_customers(customers | {unidentified})
        book = MatchBook(
            payers=around.payers,
            documents=around.documents,
            # Not those of nobody known: what stands as unidentified may be tens of thousands of payments.
            items=list_open_items_of(self.company_id, customers),
            earlier=self._earlier(customers | {unidentified}, facts),
            advices=around.advices,
            orders=around.orders,
            deduction_codes=read_deduction_codes(self.company_id, customers),
            rates=read_rates(facts, around.documents),
        )
        book.learn_nearly_named(around.nearly)
        if self.policy.habit_count_from:
            book.learn_habits(find_habits(self.company_id, customers))
        return book

    def _find_payers(
        self, documents: Iterable[NamedDocument], facts: Sequence[ReceiptFact], told: Sequence[Remittance]
    ) -> PayerIndex:
        """Give the payers to look among: for little money those who can have a part in it, else everybody, once."""
        confirmations = self.policy.alias_confirmations
        if self._everybody is None and len(facts) <= _FEW:
            return find_payer_index(
                self.company_id,
                list(zip(facts, told, strict=True)),
                {document.customer_id for document in documents},
                alias_confirmations=confirmations,
            )
        if self._everybody is None:
            self._everybody = get_payer_index(self.company_id, alias_confirmations=confirmations)
        return self._everybody

    def _earlier(self, customers: Iterable[int], facts: Sequence[ReceiptFact]) -> list[EarlierReceipt]:
        """Give what came before that the chunk may repeat, and what it may take back."""
        arrived = [fact for fact in facts if fact.amount > 0]
        returned = [fact for fact in facts if fact.amount < 0 and is_money_back(fact, self.policy)]
        found: list[EarlierReceipt] = []
        if arrived:
            found += list_earlier_receipts(
                self.company_id,
                customers,
                since=min(fact.value_date for fact in arrived) - timedelta(days=self.policy.duplicate_days),
                amounts={fact.amount for fact in arrived},
            )
        if returned:
            largest = max(-fact.amount for fact in returned)
            smallest = min(-fact.amount for fact in returned) - self.policy.fee_tolerance_amount
            found += list_earlier_receipts(
                self.company_id,
                customers,
                since=min(fact.value_date for fact in returned) - timedelta(days=self.policy.return_days),
                amounts=(),
                between=(smallest, largest),
            )
        return list({receipt.id: receipt for receipt in found}.values())

    def _not_decided(self, money: Sequence[tuple[NewMoney, Remittance]]) -> list[tuple[NewMoney, Remittance]]:
        """Leave out what another run decided while we waited for the locks, and what this one names twice."""
        lines = [new.bank_line_id for new, _ in money if new.bank_line_id is not None]
        references = {new.reference for new, _ in money if new.bank_line_id is None}
        known: set[object] = set(list_decided_lines(lines))
        if references:
            known.update(list_recorded(self.company_id, references))
        fresh = []
        for new, told in money:
            key: object = new.bank_line_id or (new.source, new.reference)
            if key not in known:
                known.add(key)
                fresh.append((new, told))
        return fresh

    def _decide_each(self, money: Sequence[tuple[NewMoney, Remittance]], book: MatchBook) -> list[Decided]:
        receipt_ids, item_ids = next_ids("receipt", len(money)), next_ids("item", len(money))
        found = []
        for (new, told), receipt_id, item_id in zip(money, receipt_ids, item_ids, strict=True):
            plan = self._plan(new, book, told)
            touched = {part.item_id for part in plan.applied}
            touched |= {d.item_id for d in plan.differences if d.item_id is not None}
            proof = write_proof(new.fact, plan, book.items, self.policy, self.policy_version)
            items = {touched_id: book.items[touched_id] for touched_id in touched}
            is_applied = plan.state is ReceiptState.AUTO
            shown = NOTHING_SHOWN
            if is_applied and new.answer is None:
                shown = self._read_shown(new.fact, plan, items, book)
                proof["habits"] = write_shown(shown)
                if plan.customer_id is not None:
                    book.count_habits(plan.customer_id, shown)
            found.append(Decided(new, plan, items, receipt_id, item_id, proof, shown))
            if is_applied:
                for applied in list_applied(plan):
                    book.take(applied.item_id, applied.amount)
                if plan.advice_id is not None:
                    book.advices.use_up(plan.advice_id, new.fact.amount)
            if plan.customer_id is not None:
                book.remember(as_earlier(new.fact, receipt_id, plan.customer_id, is_applied=is_applied))
        return found

    def _read_shown(
        self, fact: ReceiptFact, plan: MatchPlan, items: Mapping[int, OpenItem], book: MatchBook
    ) -> Shown:
        """Read which habits a payment shows, before it takes what it pays out of the book."""
        payment = PaidAs(plan.rule, fact.value_date, plan.applied, plan.differences)
        owners = tuple(dict.fromkeys(item.customer_id for item in items.values()))
        return read_habits(payment, items, book.open_items_of(owners, fact.currency), self.policy)

    def _write(self, decided: Sequence[Decided], unidentified: int, outcome: MatchOutcome) -> None:
        plan, books = WritePlan(), Books(get_company(self.company_id), self.actor, self.run_id)
        chunk = DecidedChunk(decided, unidentified, self.policy_version_id, self.decided_at)
        add_decided(plan, books, chunk)
        write(plan)
        learn_habits(
            self.company_id,
            [
                (one.plan.customer_id, one.shown, one.new.fact.value_date)
                for one in decided
                if one.plan.customer_id is not None and one.shown is not NOTHING_SHOWN
            ],
        )
        for one in decided:
            outcome.count(one.plan.state, one.new.fact.currency, one.applied_amount)

    def _plan(self, new: NewMoney, book: MatchBook, told: Remittance) -> MatchPlan:
        if new.is_taken_over:
            return MatchPlan(ReceiptState.ON_ACCOUNT, "TAKEN_OVER", new.fact.customer_id)
        if new.answer is not None:
            return plan_answer(new.fact, new.answer, book.items)
        give_up = _give_up_after(self.policy.subset_seconds_at_most)
        return self._judge(new.fact, plan_match(new.fact, book, self.policy, give_up, told), book)

    def _judge(self, fact: ReceiptFact, plan: MatchPlan, book: MatchBook) -> MatchPlan:
        """Let the model in force say how likely a plan is right; without one nothing changes."""
        if self.model is None or not plan.applied:
            return plan
        features = list_features(write_proof(fact, plan, book.items, self.policy, self.policy_version))
        return judge_plan(plan, features, self.model, self.policy)


def _give_up_after(seconds: Decimal) -> Callable[[], bool]:
    """Bound an effort in time. Not a date anybody books by: the proof says when it was used up."""
    deadline = time.monotonic_ns() + int(seconds * 1_000_000_000)
    return lambda: time.monotonic_ns() > deadline
