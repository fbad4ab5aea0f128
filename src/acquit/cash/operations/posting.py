"""Writing what matching planned: payment items, receipts, decisions, applications, all in one plan.

The caller holds the customers' locks; everything of a chunk is written with one statement a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from acquit.cash.rules.application import Application, Payment, count_new_ids, plan_application
from acquit.cash.rules.receipts import Applied, Difference, OpenItem, ReceiptState
from acquit.controls.queries import CompanyView
from acquit.controls.rules.duties import Actor
from acquit.infra.bulk import WritePlan, next_ids
from acquit.ledger.operations import add_entries
from acquit.ledger.queries import get_currencies
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Currencies, EntryDraft, Line, convert_lines
from acquit.receivables.operations import add_clearings, add_items
from acquit.receivables.queries import list_open_item_facts
from acquit.receivables.rules.clearing import ClearingDraft, OpenItemFact
from acquit.receivables.rules.items import ItemDraft, ItemKind

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
DISPUTE_COLUMNS = (
    "item_id",
    "customer_id",
    "decision_id",
    "company_id",
    "opened_date",
    "kind",
    "state",
    "reason",
    "text",
    "currency",
    "amount",
)
WORK_ITEM_COLUMNS = (
    "object_id",
    "customer_id",
    "opened_at",
    "company_id",
    "queue",
    "object_kind",
    "reason",
    "currency",
    "amount",
)


@dataclass(slots=True)
class Books:
    """The company, its rates and the facts of items a plan touches, those it brings into being too."""

    company: CompanyView
    actor: Actor
    run_id: int | None
    facts: dict[int, OpenItemFact] = field(default_factory=dict)
    _rates: dict[tuple[str, date], Currencies] = field(default_factory=dict)

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


@dataclass(slots=True)
class Drafts:
    """Rows gathered over a chunk, added to the plan once."""

    items: list[ItemDraft] = field(default_factory=list)
    entries: list[EntryDraft] = field(default_factory=list)
    clearings: list[ClearingDraft] = field(default_factory=list)
    disputes: list[tuple[Any, ...]] = field(default_factory=list)

    def add_to(self, plan: WritePlan, books: Books) -> None:
        """Add everything gathered to a plan, clearings last: they name the items before them."""
        add_items(plan, self.items)
        add_entries(plan, self.entries)
        add_clearings(plan, self.clearings, books.facts)
        plan.add("dispute", DISPUTE_COLUMNS, self.disputes)


def draft_payment_item(
    drafts: Drafts,
    books: Books,
    *,
    item_id: int,
    customer_id: int,
    number: str,
    currency: str,
    amount: Decimal,
    on_date: date,
    bank_line_id: int | None,
    text: str,
) -> Payment:
    """Draft the payment item of money that arrived: Dr 1000 / Cr 2100. `amount` above zero is money in."""
    lines = (Line(AccountRole.BANK, amount), Line(AccountRole.UNAPPLIED_CASH, -amount, item_id))
    postings = convert_lines(lines, books.rates(currency, on_date))
    kind = ItemKind.PAYMENT if amount > 0 else ItemKind.RETURNED_PAYMENT
    _draft_item(
        drafts,
        books,
        item_id,
        customer_id,
        kind,
        number,
        currency,
        -amount,
        postings[1].company_amount,
        on_date,
    )
    drafts.entries.append(
        EntryDraft(
            books.company.id,
            on_date,
            "RECEIPT" if amount > 0 else "RETURN",
            currency,
            postings,
            bank_line_id=bank_line_id,
            run_id=books.run_id,
            actor_id=books.actor.user_id,
            text=text,
        )
    )
    return Payment(item_id, customer_id, number, currency, amount)


def draft_other_money(
    drafts: Drafts,
    books: Books,
    *,
    amount: Decimal,
    currency: str,
    on_date: date,
    bank_line_id: int,
    text: str,
) -> None:
    """Draft the entry of a line that is no customer's money: Dr or Cr 1000 against 1010 Bank clearing."""
    lines = (Line(AccountRole.BANK, amount), Line(AccountRole.BANK_CLEARING, -amount))
    drafts.entries.append(
        EntryDraft(
            books.company.id,
            on_date,
            "OTHER_MONEY",
            currency,
            convert_lines(lines, books.rates(currency, on_date)),
            bank_line_id=bank_line_id,
            run_id=books.run_id,
            actor_id=books.actor.user_id,
            text=text,
        )
    )


def draft_application(
    drafts: Drafts,
    books: Books,
    payment: Payment,
    applied: Sequence[Applied],
    differences: Sequence[Difference],
    items: Mapping[int, OpenItem],
    *,
    decision_id: int,
    on_date: date,
    reason: str,
) -> Application:
    """Draft an application: new items with their entries, clearings, cases; refuses (`CannotApply`)."""
    on_date = max(
        [
            on_date,
            *(books.facts[part.item_id].posting_date for part in applied if part.item_id in books.facts),
        ]
    )
    customers = len({items[part.item_id].customer_id for part in applied if part.item_id in items})
    needed = count_new_ids(differences, customers)
    ids: Iterator[int] = iter(next_ids("item", needed)) if differences or customers > 1 else _ids_on_demand()
    application = plan_application(payment, applied, differences, items, ids, on_date)
    for new in application.new_items:
        postings = convert_lines(new.lines, books.rates(payment.currency, on_date)) if new.lines else ()
        own = next((p.company_amount for p in postings if p.item_id == new.id), None)
        if own is None:
            own = _transferred_amount(drafts, new.id)
        _draft_item(
            drafts,
            books,
            new.id,
            new.customer_id,
            new.kind,
            new.number,
            payment.currency,
            new.amount,
            own,
            on_date,
            new.due_date,
        )
        if postings:
            drafts.entries.append(
                EntryDraft(
                    books.company.id,
                    on_date,
                    new.entry_kind,
                    payment.currency,
                    postings,
                    run_id=books.run_id,
                    actor_id=books.actor.user_id,
                    text=new.number,
                )
            )
    for clearing in application.clearings:
        drafts.clearings.append(
            ClearingDraft(
                books.company.id,
                on_date,
                clearing.pairs,
                reason=reason,
                decision_id=decision_id,
                run_id=books.run_id,
                actor_id=books.actor.user_id,
                text=payment.number,
            )
        )
    for deduction in application.deductions:
        item = items[deduction.item_id or 0]
        drafts.disputes.append(
            (
                item.id,
                item.customer_id,
                decision_id,
                books.company.id,
                on_date,
                "DEDUCTION",
                "OPEN",
                deduction.reason or "UNEXPLAINED",
                "",
                payment.currency,
                deduction.amount,
            )
        )
    return application


def _transferred_amount(drafts: Drafts, item_id: int) -> Decimal:
    """Give the book value a transfer's entry gave the item on its other side."""
    for entry in reversed(drafts.entries):
        for posting in entry.postings:
            if posting.item_id == item_id:
                return posting.company_amount
    raise LookupError(f"no entry names item {item_id}")


def _ids_on_demand() -> Iterator[int]:
    while True:
        yield next_ids("item", 1)[0]


def _draft_item(
    drafts: Drafts,
    books: Books,
    item_id: int,
    customer_id: int,
    kind: ItemKind,
    number: str,
    currency: str,
    amount: Decimal,
    company_amount: Decimal,
    on_date: date,
    due_date: date | None = None,
) -> None:
    draft = ItemDraft(
        id=item_id,
        company_id=books.company.id,
        customer_id=customer_id,
        kind=kind,
        number=number,
        currency=currency,
        original_amount=amount,
        company_amount=company_amount,
        baseline_date=on_date,
        due_date=due_date or on_date,
        posting_date=on_date,
    )
    drafts.items.append(draft)
    books.facts[item_id] = OpenItemFact(
        id=item_id,
        company_id=books.company.id,
        customer_id=customer_id,
        kind=kind,
        number=number,
        currency=currency,
        original_amount=amount,
        open_amount=amount,
        open_company_amount=company_amount,
        due_date=draft.due_date,
        posting_date=on_date,
    )


def work_item_row(
    *,
    company_id: int,
    receipt_id: int,
    customer_id: int | None,
    state: str,
    currency: str,
    amount: Decimal,
    opened_at: datetime,
) -> tuple[Any, ...]:
    """Give the row of a receipt that waits in the cash queue."""
    return (receipt_id, customer_id, opened_at, company_id, "CASH", "RECEIPT", state, currency, abs(amount))


def is_waiting(state: ReceiptState) -> bool:
    """Tell whether a receipt in this state waits for a person."""
    return state in {
        ReceiptState.PROPOSED,
        ReceiptState.UNAPPLIED,
        ReceiptState.UNIDENTIFIED,
        ReceiptState.RETURNED,
    }
