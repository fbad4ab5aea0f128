"""Down payments, and settling what another company is owed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from acquit.cash.operations import (
    settle_across_companies,
)
from acquit.receivables.operations import (
    receive_down_payment,
    request_down_payment,
    settle_down_payment,
)
from tests.builders import SYSTEM
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
from tests.stress.values import ZERO, rounded


class AdvancesActs(Acts):
    """Down payments, and settling what another company is owed."""

    @rule(who=WHO, currency=CURRENCY, units=UNITS, day=DAY, rate=st.sampled_from(["0", "19", "7.7"]))
    def ask_down_payment(self, who: int, currency: str, units: int, day: date, rate: str) -> None:
        """Note a request for a down payment: nothing is posted."""
        net = money(units, currency)
        tax = rounded(Fraction(net) * Fraction(rate) / 100, currency)
        done = self.driver.attempt(
            lambda: request_down_payment(
                actor=SYSTEM,
                company_id=self.company(who),
                customer_id=self.customer(who),
                number=self.name("DP"),
                currency=currency,
                net=net,
                tax_rate=Decimal(rate),
                due_date=day,
                on_date=day,
            ),
            is_possible=True,
        )
        assert done is not None
        self.requests.append((done, self.customer(who), currency, net, tax))
        self.done()

    @precondition(lambda m: m.requests and m.cash())
    @rule(pick=PICK, cash=PICK, day=DAY)
    def take_down_payment(self, pick: int, cash: int, day: date) -> None:
        """Take money as the down payment that was asked for."""
        request = self.pick(self.requests, pick)
        if request is None:
            return
        request_id, customer, currency, net, tax = request
        fitting = [i for i in self.cash() if (i.customer, i.currency) == (customer, currency)]
        paid = self.pick(fitting or self.cash(), cash)
        if paid is None:
            return
        on = max(day, paid.posting_date)
        is_possible = bool(fitting) and -paid.amount >= net + tax and self.takes(paid.company, on)
        is_possible = is_possible and all(request_id != known for known, _ in self.down_payments)
        done = self.driver.attempt(
            lambda: receive_down_payment(
                actor=SYSTEM, request_id=request_id, payment_item_id=paid.id or 0, on_date=day
            ),
            is_possible=is_possible,
        )
        if done is None:
            return
        books, company = self.books, paid.company
        rate = Fraction(paid.book) / Fraction(paid.amount)
        debit = books.add(company, customer, "PAYMENT_TRANSFER", currency, net + tax, on, on)
        parts = [books.add(company, customer, "DOWN_PAYMENT", currency, -net, on, on)]
        lines = [("UNAPPLIED_CASH", net + tax, debit), ("DOWN_PAYMENTS", -net, parts[0])]
        if tax:
            parts.append(books.add(company, customer, "DOWN_PAYMENT_TAX", currency, -tax, on, on))
            lines.append(("OUTPUT_VAT", -tax, parts[1]))
        books.post(company, on, currency, lines, rate)
        books.clear(company, on, [(paid, debit, net + tax)], "DOWN_PAYMENT")
        self.requests.remove(request)
        self.down_payments.append((done, parts))
        self.done()

    @precondition(lambda m: m.down_payments and m.owed())
    @rule(pick=PICK, debit=PICK, day=DAY)
    def settle_down_payment(self, pick: int, debit: int, day: date) -> None:
        """Take a down payment off its final invoice."""
        found = self.pick(self.down_payments, pick)
        if found is None:
            return
        down_payment_id, parts = found
        invoice = self.pick(self.open(sign=1, like=parts[0]), debit)
        if invoice is None:
            return
        on = max([day, invoice.posting_date, *(part.posting_date for part in parts)])
        total = -sum((part.amount for part in parts), ZERO)
        is_possible = (
            all(part.amount for part in parts) and total <= invoice.amount and self.takes(invoice.company, on)
        )
        done = self.driver.attempt(
            lambda: settle_down_payment(
                actor=SYSTEM, down_payment_id=down_payment_id, invoice_item_id=invoice.id or 0, on_date=day
            ),
            is_possible=is_possible,
        )
        if done is not None:
            pairs = [(part, invoice, -part.amount) for part in parts]
            self.books.clear(invoice.company, on, pairs, "APPLICATION")
            self.done()

    @precondition(lambda m: m.cash() and m.owed())
    @rule(cash=PICK, debit=PICK, share=st.integers(1, 7), day=DAY)
    def settle_across(self, cash: int, debit: int, share: int, day: date) -> None:
        """Settle another company's item with a payment of this one."""
        paid = self.pick([i for i in self.cash() if i.kind == "PAYMENT"], cash)
        if paid is None:
            return
        others = [i for i in self.open(sign=1) if i.company != paid.company and i.currency == paid.currency]
        item = self.pick(others or self.owed(), debit)
        if item is None:
            return
        amount = part_of(min(item.amount, -paid.amount), paid.currency, share)
        on = max(day, paid.posting_date, item.posting_date)
        is_possible = (
            bool(others)
            and amount <= min(item.amount, -paid.amount)
            and self.takes(paid.company, on)
            and self.takes(item.company, on)
        )
        done = self.driver.attempt(
            lambda: settle_across_companies(
                actor=SYSTEM,
                payment_item_id=paid.id or 0,
                debit_item_id=item.id or 0,
                amount=amount,
                settled_date=day,
            ),
            is_possible=is_possible,
        )
        if done is None:
            return
        pairs = []
        for side, signed, role in (
            (paid, amount, "DUE_TO_AFFILIATES"),
            (item, -amount, "DUE_FROM_AFFILIATES"),
        ):
            transfer = self.books.add(
                side.company, side.customer, "PAYMENT_TRANSFER", side.currency, signed, on, on
            )
            lines = [("UNAPPLIED_CASH", signed, transfer), (role, -signed, None)]
            self.books.post(side.company, on, side.currency, lines)
            pairs.append((paid, transfer, amount) if side is paid else (transfer, item, amount))
            partner = item.company if side is paid else paid.company
            self.books.affiliates[side.company, partner, side.currency] -= signed
        for pair in pairs:
            self.books.clear(pair[0].company, on, [pair], "INTERCOMPANY")
        self.done()
