"""Documents, and money that comes in or goes back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from acquit.billing.operations import issue_documents
from acquit.cash.models import Receipt as StoredReceipt
from acquit.cash.operations import (
    NewMoney,
    import_statements,
    match_bank_lines,
    record_payments,
)
from acquit.cash.queries import find_receipt, get_receipt
from acquit.cash.rules.receipts import ReceiptFact
from acquit.formats.statements import Statement, StatementKind
from tests.builders import SYSTEM, bank_line
from tests.stress.acts import (
    CURRENCY,
    DAY,
    PICK,
    UNITS,
    WHO,
    Acts,
    money,
    part_of,
)
from tests.stress.driver import DAYS, NOON, Receipt
from tests.stress.values import ZERO, Item


class MoneyActs(Acts):
    """Documents, and money that comes in or goes back."""

    @rule(
        who=WHO,
        currency=CURRENCY,
        units=UNITS,
        day=DAY,
        days=st.sampled_from([0, 30, 75]),
        tax=st.integers(0, 2),
    )
    def issue(self, who: int, currency: str, units: int, day: date, days: int, tax: int) -> None:
        """Issue an invoice."""
        self._issue(
            who,
            currency,
            money(units, currency),
            part_of(money(units, currency), currency, tax),
            day,
            days,
            tax,
        )

    @rule(who=WHO, currency=CURRENCY, units=UNITS, day=DAY, tax=st.integers(0, 2))
    def credit(self, who: int, currency: str, units: int, day: date, tax: int) -> None:
        """Issue a credit note."""
        self._issue(
            who,
            currency,
            -money(units, currency),
            -part_of(money(units, currency), currency, tax),
            day,
            0,
            tax,
        )

    def _issue(
        self, who: int, currency: str, net: Decimal, tax: Decimal, day: date, days: int, is_taxed: int
    ) -> None:
        company, customer = self.company(who), self.customer(who)
        tax = tax if is_taxed else ZERO
        draft = self.driver.real[who // 2].draft(
            customer, net + tax, tax=tax, currency=currency, document_date=day
        )
        draft = draft._replace(due_date=day + timedelta(days=days))
        issued = self.driver.attempt(
            lambda: issue_documents(actor=SYSTEM, drafts=[draft]), is_possible=self.takes(company, day)
        )
        if issued is not None:
            item = self.books.issue(company, customer, currency, net, tax, day, days)
            item.id, item.number = issued[0].item_id, issued[0].number
            self.done()

    @rule(who=WHO, currency=CURRENCY, units=UNITS, day=DAY, pick=PICK, is_exact=st.booleans())
    def pay(self, who: int, currency: str, units: int, day: date, pick: int, is_exact: bool) -> None:
        """Record a payment, one that names an invoice and pays it exactly or another."""
        company, customer = self.company(who), self.customer(who)
        invoices = [i for i in self.owed() if (i.customer, i.currency) == (customer, currency) and i.number]
        invoice = self.pick(invoices, pick) if is_exact else None
        amount = invoice.amount if invoice else money(units, currency)
        reference = self.name("P")
        text = f"Rechnung {invoice.number}" if invoice else ""
        fact = ReceiptFact(0, company, currency, amount, day, text=text, customer_id=customer)
        new = NewMoney(fact, day, reference, source="stress", reference=reference)
        note(f"{amount} {currency} for {text or 'nothing named'}")
        is_possible = self.takes(company, day)
        if is_possible and not self.takes(company, *(d for d in DAYS if d > day)):
            is_possible = None  # what it pays may lie in a closed period
        outcome = self.driver.attempt(
            lambda: record_payments(
                actor=SYSTEM, company_id=company, payments=[new], business_date=day, decided_at=NOON
            ),
            is_possible=is_possible,
        )
        if outcome is not None:
            item = self.books.receive(company, customer, currency, amount, day, "BANK_CLEARING")
            view = find_receipt(company_id=company, source="stress", reference=reference)
            assert view is not None
            self._received(view.id, company, item, day)

    @rule(who=WHO, units=UNITS, day=DAY, pick=PICK, is_named=st.booleans(), currency=CURRENCY)
    def bank(self, who: int, units: int, day: date, pick: int, is_named: bool, currency: str) -> None:
        """Import a statement of one line, of an account of its own, and decide about it."""
        company = self.company(who)
        if not self.takes(company, *(d for d in DAYS if d >= day)):
            return
        invoices = [i for i in self.owed() if (i.company, i.currency) == (company, currency) and i.number]
        invoice = self.pick(invoices, pick) if is_named else None
        amount = (
            part_of(invoice.amount, currency, 6 if pick % 2 else 4) if invoice else money(units, currency)
        )
        self._bank_line(company, currency, amount, day, f"Rechnung {invoice.number}" if invoice else "")

    @precondition(lambda m: m.driver.receipts)
    @rule(pick=PICK, day=DAY)
    def give_back(self, pick: int, day: date) -> None:
        """Import a statement with money that the bank took back."""
        receipt = self.pick([r for r in self.driver.receipts if r.money.original < 0], pick)
        if receipt is None or not self.takes(receipt.company, *(d for d in DAYS if d >= day)):
            return
        currency = receipt.money.currency
        amount = get_receipt(receipt.id).amount
        self._bank_line(
            receipt.company, currency, -amount, day, "RETURN", return_code="AC04", is_reversal=True
        )

    def _bank_line(
        self, company: int, currency: str, amount: Decimal, day: date, text: str, **said: object
    ) -> None:
        line = bank_line(
            str(amount), text, currency=currency, booking_date=day, value_date=day,
            bank_reference=self.name("B"), **said,
        )  # fmt: skip
        statement = Statement(
            format="camt.053", kind=StatementKind.STATEMENT, account=self.name("ACCOUNT"),
            currency=currency, statement_id=self.name("S"), sequence=str(self.names), legal_number="",
            opening=ZERO, closing=amount, opening_date=day, closing_date=day, lines=(line,),
            balanced=True,
        )  # fmt: skip

        def take_in() -> object:
            import_statements(actor=SYSTEM, company_id=company, statements=[statement])
            return match_bank_lines(actor=SYSTEM, company_id=company, business_date=day, decided_at=NOON)

        self.driver.attempt(take_in, is_possible=True)
        view = get_receipt(StoredReceipt.objects.order_by("-id").values_list("id", flat=True)[0])
        note(f"{amount} {currency} {text!r} became {view.state}")
        if view.state == "IGNORED":
            raise AssertionError(f"{amount} {currency} {text!r} was taken for no customer's money")
        owner = view.customer_id if view.customer_id is not None else self.driver.unidentified[company]
        item = self.books.receive(company, owner, currency, amount, day, "BANK")
        self._received(view.id, company, item, day)

    def _received(self, receipt_id: int, company: int, item: Item, day: date) -> None:
        receipt = Receipt(receipt_id, company, item)
        receipt.customer = get_receipt(receipt_id).customer_id
        self.driver.follow_decision(receipt, day)
        self.driver.receipts.append(receipt)
        self.done()
