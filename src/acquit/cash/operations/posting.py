"""Writing what matching planned: payment items, receipts, decisions, applications, all in one plan.

The caller holds the customers' locks; everything of a chunk is written with one statement a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from acquit.cash.rules.application import Application, NewItem, Payment, plan_application
from acquit.cash.rules.receipts import (
    WAITING_STATES,
    Applied,
    Difference,
    Exchange,
    OpenItem,
    ReceiptState,
)
from acquit.controls.queries import CompanyView
from acquit.controls.rules.duties import Actor
from acquit.core.money import EXACT, ZERO
from acquit.disputes.operations import DisputeDraft, add_disputes
from acquit.infra.bulk import WritePlan, next_ids
from acquit.ledger.operations import add_entries
from acquit.ledger.queries import get_currencies
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Currencies, EntryDraft, Line, PostingDraft, convert_lines
from acquit.receivables.operations import add_clearings, add_items
from acquit.receivables.queries import list_open_item_facts
from acquit.receivables.rules.clearing import ClearingDraft, OpenItemFact, PairDraft
from acquit.receivables.rules.items import ItemDraft, ItemKind
from acquit.work.operations import WorkDraft

RECEIPT_COLUMNS = (
    "id",
    "bank_line_id",
    "item_id",
    "customer_id",
    "decision_id",
    "company_id",
    "value_date",
    "state",
    "currency",
    "source",
    "reference",
    "amount",
)
#: Ids of items are taken in blocks: most applications need a few, and a question each would cost more than gaps.
_IDS_AT_ONCE = 64


@dataclass(slots=True)
class Books:
    """The company, its rates and the facts of items a plan touches, those it brings into being too."""

    company: CompanyView
    actor: Actor
    run_id: int | None = None
    facts: dict[int, OpenItemFact] = field(default_factory=dict)
    _rates: dict[tuple[str, date], Currencies] = field(default_factory=dict)
    _ids: list[int] = field(default_factory=list)

    def rates(self, currency: str, on_date: date) -> Currencies:
        """Give the rates of a day, read once."""
        key = (currency, on_date)
        found = self._rates.get(key)
        if found is None:
            found = self._rates[key] = get_currencies(
                document=currency,
                company=self.company.currency,
                group=self.company.group_currency,
                on_date=on_date,
            )
        return found

    def read_facts(self, item_ids: Sequence[int]) -> None:
        """Read the facts of items that are open already; call after the locks."""
        self.facts.update(list_open_item_facts(item_ids))

    def valued_as(self, item_id: int, on_date: date) -> Currencies:
        """Give the rates at which an open item stands in the books: what is left of it in both currencies."""
        fact = self.facts[item_id]
        rates = self.rates(fact.currency, on_date)
        if rates.is_single or fact.currency == self.company.currency:
            return rates
        booked = EXACT.divide(fact.open_company_amount, fact.open_amount)
        return replace(rates, company_rate=booked)

    def not_before(self, item_ids: Iterable[int], on_date: date) -> date:
        """Give the day on which items can clear: the latest of them at the earliest, for money may come before."""
        known = (self.facts[item_id] for item_id in item_ids if item_id in self.facts)
        return max([on_date, *(fact.posting_date for fact in known)])

    def take_ids(self) -> Iterator[int]:
        """Give ids of new items one by one, as many as are asked for."""
        while True:
            if not self._ids:
                self._ids = next_ids("item", _IDS_AT_ONCE)[::-1]
            yield self._ids.pop()


class Arrival(NamedTuple):
    """Money on a day, signed: on a bank account of ours, or said to have come."""

    amount: Decimal
    currency: str
    on_date: date
    number: str
    text: str
    bank_line_id: int | None = None
    contra: AccountRole = AccountRole.BANK


@dataclass(slots=True)
class Drafts:
    """Rows gathered over a chunk, added to the plan once."""

    books: Books
    items: list[ItemDraft] = field(default_factory=list)
    entries: list[EntryDraft] = field(default_factory=list)
    clearings: list[ClearingDraft] = field(default_factory=list)
    disputes: list[DisputeDraft] = field(default_factory=list)

    def add_to(self, plan: WritePlan) -> None:
        """Add everything gathered to a plan, clearings last: they name the items before them."""
        add_items(plan, self.items)
        add_entries(plan, self.entries)
        add_clearings(plan, self.clearings, self.books.facts)
        if self.disputes:
            add_disputes(plan, self.books.actor, self.books.company.id, self.disputes)

    def draft_payment(self, arrival: Arrival, item_id: int, customer_id: int) -> Payment:
        """Draft the payment item of money that arrived (Dr 1000 / Cr 2100), or of money that went back."""
        amount = arrival.amount
        lines = (Line(arrival.contra, amount), Line(AccountRole.UNAPPLIED_CASH, -amount, item_id))
        postings = convert_lines(lines, self.books.rates(arrival.currency, arrival.on_date))
        self.draft_item(
            ItemDraft(
                id=item_id,
                company_id=self.books.company.id,
                customer_id=customer_id,
                kind=ItemKind.PAYMENT if amount > 0 else ItemKind.RETURNED_PAYMENT,
                number=arrival.number,
                currency=arrival.currency,
                original_amount=-amount,
                company_amount=postings[1].company_amount,
                baseline_date=arrival.on_date,
                due_date=arrival.on_date,
                posting_date=arrival.on_date,
            )
        )
        self._draft_entry("RECEIPT" if amount > 0 else "RETURN", arrival, postings)
        return Payment(item_id, customer_id, arrival.number, arrival.currency, amount)

    def draft_other_money(self, arrival: Arrival) -> None:
        """Draft the entry of a line that is no customer's money: Dr or Cr 1000 against 1010 Bank clearing.

        A line over 0.00 moves nothing: it has no entry.
        """
        if arrival.amount == 0:
            return
        lines = (Line(AccountRole.BANK, arrival.amount), Line(AccountRole.BANK_CLEARING, -arrival.amount))
        postings = convert_lines(lines, self.books.rates(arrival.currency, arrival.on_date))
        self._draft_entry("OTHER_MONEY", arrival, postings)

    def draft_application(
        self,
        payment: Payment,
        applied: Sequence[Applied],
        differences: Sequence[Difference],
        items: Mapping[int, OpenItem],
        *,
        decision_id: int,
        on_date: date,
        reason: str,
        keep_for: int | None = None,
    ) -> Application:
        """Draft an application: new items with their entries, clearings, cases; refuses (`CannotApply`).

        What is not applied stays where it is, or goes over to the customer `keep_for`.
        """
        on_date = self.books.not_before([payment.item_id, *(part.item_id for part in applied)], on_date)
        application = plan_application(
            payment, applied, differences, items, self.books.take_ids(), on_date, keep_for=keep_for
        )
        self.draft_planned(application, payment, decision_id=decision_id, on_date=on_date, reason=reason)
        for deduction in application.deductions:
            item = items[deduction.item_id or 0]
            self.disputes.append(
                DisputeDraft(
                    item.id,
                    item.customer_id,
                    item.currency,
                    deduction.amount,
                    deduction.reason or "UNEXPLAINED",
                    on_date,
                    kind="DEDUCTION",
                    decision_id=decision_id,
                )
            )
        return application

    def draft_exchange(
        self, payment: Payment, exchange: Exchange, *, decision_id: int, on_date: date, reason: str
    ) -> Payment:
        """Draft the change of a payment into another currency; gives the payment it becomes.

        Dr 2100 / Cr exchange differences in its own currency at its book value, Dr exchange differences / Cr 2100 in
        the other at the same: so the change makes no profit, what the items are cleared with does.
        """
        ids = self.books.take_ids()
        given_id, taken_id = next(ids), next(ids)
        on_date = self.books.not_before([payment.item_id], on_date)
        given = (
            Line(AccountRole.UNAPPLIED_CASH, payment.open_amount, given_id),
            Line(AccountRole.FX_REALISED, -payment.open_amount),
        )
        postings = convert_lines(given, self.books.valued_as(payment.item_id, on_date))
        taken = (
            Line(AccountRole.FX_REALISED, exchange.amount),
            Line(AccountRole.UNAPPLIED_CASH, -exchange.amount, taken_id),
        )
        value = postings[0]
        rates = replace(
            self.books.rates(exchange.currency, on_date),
            company_rate=EXACT.divide(value.company_amount, exchange.amount),
            group_rate=EXACT.divide(value.group_amount, exchange.amount),
        )
        changed = convert_lines(taken, rates)
        for item_id, amount, currency, entry in (
            (given_id, payment.open_amount, payment.currency, postings),
            (taken_id, -exchange.amount, exchange.currency, changed),
        ):
            own = next(posting for posting in entry if posting.item_id == item_id)
            self._draft_entry(
                "TRANSFER", Arrival(ZERO, currency, on_date, payment.number, payment.number), entry
            )
            self.draft_item(
                ItemDraft(
                    id=item_id,
                    company_id=self.books.company.id,
                    customer_id=payment.customer_id,
                    kind=ItemKind.PAYMENT_TRANSFER,
                    number=payment.number,
                    currency=currency,
                    original_amount=amount,
                    company_amount=own.company_amount,
                    baseline_date=on_date,
                    due_date=on_date,
                    posting_date=on_date,
                )
            )
        pair = PairDraft(payment.item_id, given_id, payment.open_amount)
        self._draft_clearing((pair,), payment, decision_id=decision_id, on_date=on_date, reason=reason)
        return Payment(taken_id, payment.customer_id, payment.number, exchange.currency, exchange.amount)

    def draft_planned(
        self, application: Application, payment: Payment, *, decision_id: int, on_date: date, reason: str
    ) -> None:
        """Draft the new items and clearings of an application."""
        book_values: dict[int, Decimal] = {}
        for new in application.new_items:
            self._draft_new_item(new, payment.currency, on_date, book_values)
        for clearing in application.clearings:
            self._draft_clearing(
                clearing.pairs, payment, decision_id=decision_id, on_date=on_date, reason=reason
            )

    def _draft_clearing(
        self,
        pairs: tuple[PairDraft, ...],
        payment: Payment,
        *,
        decision_id: int,
        on_date: date,
        reason: str,
    ) -> None:
        self.clearings.append(
            ClearingDraft(
                self.books.company.id,
                on_date,
                pairs,
                reason=reason,
                decision_id=decision_id,
                run_id=self.books.run_id,
                actor_id=self.books.actor.user_id,
                text=payment.number,
            )
        )

    def draft_item(self, draft: ItemDraft) -> None:
        """Draft an item, and let the clearings of the same plan know it."""
        self.items.append(draft)
        self.books.facts[draft.id] = OpenItemFact(
            id=draft.id,
            company_id=draft.company_id,
            customer_id=draft.customer_id,
            kind=draft.kind,
            number=draft.number,
            currency=draft.currency,
            original_amount=draft.original_amount,
            open_amount=draft.original_amount,
            open_company_amount=draft.company_amount,
            due_date=draft.due_date,
            posting_date=draft.posting_date,
        )

    def _draft_new_item(
        self, new: NewItem, currency: str, on_date: date, book_values: dict[int, Decimal]
    ) -> None:
        """Draft an adjustment or one side of a transfer; a transfer's one entry gives both sides their book value."""
        if new.lines:
            is_valued = new.valued_as is not None
            rates = (
                self.books.valued_as(new.valued_as or 0, on_date)
                if is_valued
                else self.books.rates(currency, on_date)
            )
            postings = convert_lines(new.lines, rates)
            book_values.update({p.item_id: p.company_amount for p in postings if p.item_id is not None})
            self._draft_entry(
                new.entry_kind, Arrival(ZERO, currency, on_date, new.number, new.number), postings
            )
        self.draft_item(
            ItemDraft(
                id=new.id,
                company_id=self.books.company.id,
                customer_id=new.customer_id,
                kind=new.kind,
                number=new.number,
                currency=currency,
                original_amount=new.amount,
                company_amount=book_values[new.id],
                baseline_date=on_date,
                due_date=new.due_date,
                posting_date=on_date,
            )
        )

    def _draft_entry(self, kind: str, arrival: Arrival, postings: tuple[PostingDraft, ...]) -> None:
        self.entries.append(
            EntryDraft(
                self.books.company.id,
                arrival.on_date,
                kind,
                arrival.currency,
                postings,
                bank_line_id=arrival.bank_line_id,
                run_id=self.books.run_id,
                actor_id=self.books.actor.user_id,
                text=arrival.text,
            )
        )


def waiting_receipt(
    receipt_id: int,
    company_id: int,
    customer_id: int | None,
    state: str,
    amount: Decimal,
    currency: str,
    opened_at: datetime,
) -> WorkDraft:
    """Give the work of a receipt that waits in the cash queue."""
    return WorkDraft(
        company_id=company_id,
        queue="CASH",
        object_kind="RECEIPT",
        object_id=receipt_id,
        reason=state,
        currency=currency,
        amount=abs(amount),
        opened_at=opened_at,
        customer_id=customer_id,
    )


def is_waiting(state: ReceiptState) -> bool:
    """Tell whether a receipt in this state waits for a person."""
    return state in WAITING_STATES
