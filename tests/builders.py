"""Books in a few lines: a company, its customers, invoices and payments, made through the real operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from acquit.billing.operations import IssuedDocument, issue_documents
from acquit.billing.rules.documents import DocumentDraft
from acquit.controls.operations import open_company
from acquit.controls.queries import CompanyView
from acquit.controls.rules.duties import Actor, Duty
from acquit.formats.statements import Statement, StatementKind, StatementLine
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.operations import add_entries, open_books, open_periods
from acquit.ledger.queries import get_currencies
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import EntryDraft, Line, convert_lines
from acquit.parties.operations import CustomerDraft, lock_customers, store_customers
from acquit.receivables.operations import add_items, clear_items, unclear_items
from acquit.receivables.rules.clearing import ClearingDraft, PairDraft
from acquit.receivables.rules.items import ItemDraft, ItemKind

SYSTEM = Actor(None, "system", is_system=True)
FIRST_DAY = date(2026, 1, 1)
LAST_DAY = date(2026, 12, 31)
INVOICE_DAY = date(2026, 3, 2)
PAYMENT_DAY = date(2026, 4, 1)
DECIDED_AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)

_names = count(1)


def clerk(company_id: int, *duties: Duty, user_id: int = 7) -> Actor:
    """Make a person with these duties and no others."""
    return Actor(user_id, f"Clerk {user_id}", {company_id: frozenset(duties)})


@dataclass(frozen=True)
class Books:
    """A company with chart and open months of 2026."""

    company: CompanyView

    @property
    def company_id(self) -> int:
        """Give the company's id."""
        return self.company.id

    def customer(self, number: str = "1001", **said: Any) -> int:
        """Store a customer; gives its id."""
        return self.customers(number, **said)[0]

    def customers(self, *numbers: str, **said: Any) -> list[int]:
        """Store customers in one batch; gives their ids."""
        drafts = [CustomerDraft(**{"number": n, "name": f"Customer {n}", **said}) for n in numbers]
        ids = store_customers(actor=SYSTEM, company_id=self.company_id, drafts=drafts)
        return [ids[number] for number in numbers]

    def draft(self, customer_id: int, gross: str | Decimal = "119.00", **said: Any) -> DocumentDraft:
        """Draft an invoice, or a credit note when the amount is below zero; all of it net unless `tax` is said."""
        tax = Decimal(str(said.pop("tax", "0")))
        document_date = said.pop("document_date", INVOICE_DAY)
        assert isinstance(document_date, date)
        draft = DocumentDraft(
            company_id=self.company_id,
            customer_id=customer_id,
            kind="INVOICE" if Decimal(gross) > 0 else "CREDIT_NOTE",
            currency=self.company.currency,
            document_date=document_date,
            due_date=document_date + timedelta(days=30),
            net=Decimal(gross) - tax,
            tax=tax,
        )
        return draft._replace(**said)

    def invoice(self, customer_id: int, gross: str | Decimal = "119.00", **said: Any) -> IssuedDocument:
        """Issue one invoice or credit note (see `draft`)."""
        return self.issue([self.draft(customer_id, gross, **said)])[0]

    def issue(self, drafts: Sequence[DocumentDraft]) -> list[IssuedDocument]:
        """Issue documents as the program itself."""
        return issue_documents(actor=SYSTEM, drafts=drafts)

    def payment(
        self,
        customer_id: int,
        amount: str | Decimal,
        *,
        currency: str | None = None,
        paid_date: date = PAYMENT_DAY,
        reference: str = "",
    ) -> int:
        """Post money that arrived and is not applied: Dr 1010 / Cr 2100; gives the item's id."""
        of = currency or self.company.currency
        with operation():
            lock_customers([customer_id])
            plan = WritePlan()
            [item_id] = next_ids("item", 1)
            rates = get_currencies(
                document=of,
                company=self.company.currency,
                group=self.company.group_currency,
                on_date=paid_date,
            )
            lines = (
                Line(AccountRole.UNAPPLIED_CASH, -Decimal(amount), item_id),
                Line(AccountRole.BANK_CLEARING, Decimal(amount)),
            )
            postings = convert_lines(lines, rates)
            add_items(
                plan,
                [
                    ItemDraft(
                        id=item_id,
                        company_id=self.company_id,
                        customer_id=customer_id,
                        kind=ItemKind.PAYMENT,
                        number=reference or f"ZE-{item_id}",
                        currency=of,
                        original_amount=-Decimal(amount),
                        company_amount=postings[0].company_amount,
                        baseline_date=paid_date,
                        due_date=paid_date,
                        posting_date=paid_date,
                    )
                ],
            )
            add_entries(plan, [EntryDraft(self.company_id, paid_date, "PAYMENT", of, postings)])
            record_events(plan, [EventDraft(self.company_id, "cash.payment.received", "ITEM", item_id)])
            write(plan)
        return item_id

    def clearing(self, *pairs: tuple[int, int, str | Decimal], day: date = PAYMENT_DAY) -> ClearingDraft:
        """Draft a clearing of (credit item, debit item, amount)."""
        drafts = tuple(PairDraft(credit, debit, Decimal(amount)) for credit, debit, amount in pairs)
        return ClearingDraft(self.company_id, day, drafts)

    def clear(self, credit: int, debit: int, amount: str | Decimal, *, day: date = PAYMENT_DAY) -> int:
        """Clear an amount of a credit item against a debit item; gives the clearing's id."""
        return clear_items(actor=SYSTEM, drafts=[self.clearing((credit, debit, amount), day=day)])[0]

    def bank_lines(
        self, *lines: StatementLine, opening: str = "0.00", account: str = "DE02100500000054540402"
    ) -> None:
        """Import a bank statement of these lines and decide about each of them."""
        from acquit.cash.operations import import_statements, match_bank_lines

        total = sum((line.amount for line in lines), Decimal(opening))
        statement = Statement(
            format="camt.053",
            kind=StatementKind.STATEMENT,
            account=account,
            currency=self.company.currency,
            statement_id=f"S-{next(_names)}",
            sequence="1",
            legal_number="",
            opening=Decimal(opening),
            closing=total,
            opening_date=PAYMENT_DAY,
            closing_date=PAYMENT_DAY,
            lines=lines,
            balanced=True,
        )
        import_statements(actor=SYSTEM, company_id=self.company_id, statements=[statement])
        match_bank_lines(
            actor=SYSTEM, company_id=self.company_id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT
        )

    def unclear(self, clearing_id: int, *, day: date = PAYMENT_DAY) -> int:
        """Take a clearing back; gives the reversing clearing's id."""
        return unclear_items(actor=SYSTEM, clearing_ids=[clearing_id], effective_date=day, reason="TEST")[0]


def bank_line(amount: str, text: str = "", **said: Any) -> StatementLine:
    """Make a booked line of a statement in EUR; its text is what the payer wrote."""
    facts = {
        "booking_date": PAYMENT_DAY,
        "value_date": PAYMENT_DAY,
        "amount": Decimal(amount),
        "currency": "EUR",
        "bank_reference": f"BR-{next(_names)}",
        "text": text,
    }
    return StatementLine(**{**facts, **said})


def make_books(name: str = "", *, currency: str = "EUR", group_currency: str | None = None) -> Books:
    """Open a company with the standard chart and the months of 2026; this connection sees it from now on."""
    company = open_company(
        name=name or f"Company {next(_names)}", currency=currency, group_currency=group_currency
    )
    open_books(company_id=company.id)
    open_periods(company_id=company.id, first_date=FIRST_DAY, last_date=LAST_DAY)
    return Books(company)
