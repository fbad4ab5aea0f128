"""Payments, bank lines, advices, and what reads beside them (accounts, rates, deduction codes), row by row.

The clever idea is that there is none to add: each rule is a line, and what they share stands in `building`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from acquit.cash.rules.virtual_accounts import CannotBeVirtual, read_virtual_account
from acquit.intake.rules.building import Builder, RowTrouble, require
from acquit.intake.rules.cells import plain_amount
from acquit.intake.rules.kinds import Field
from acquit.intake.rules.own_accounts import OwnAccount
from acquit.intake.rules.rows import (
    BankAccountRow,
    BankLineRow,
    DeductionCodeRow,
    FxRateRow,
    PaymentRow,
    RemittanceRow,
    Row,
    VirtualAccountRow,
)
from acquit.intake.rules.totals import ZERO


class PaymentBuilder(Builder):
    """Builds payments; a payment of nothing is refused."""

    fields = (
        Field.PAYMENT_REFERENCE, Field.PAYMENT_DATE, Field.AMOUNT, Field.CURRENCY, Field.CUSTOMER, Field.CUSTOMER_NAME,
        Field.DOCUMENT, Field.ORDER, Field.PAYMENT_METHOD, Field.DESCRIPTION, Field.COUNTERPARTY_NAME,
        Field.COUNTERPARTY_IBAN, Field.BANK_REFERENCE,
    )  # fmt: skip

    def measure(self, values: tuple[Any, ...]) -> tuple[str, tuple[Decimal | None, ...]]:
        """Give the amount as written."""
        return self.currency_for_totals(values[3], values[2], Field.AMOUNT), (plain_amount(values[2]),)

    def accepted(self, row: Row) -> tuple[Decimal | None, ...]:
        """Give the amount."""
        assert isinstance(row, PaymentRow)  # noqa: S101 - for the type checker
        return (row.amount,)

    def build(self, line: int, values: tuple[Any, ...]) -> PaymentRow:
        """Build one payment."""
        reference, day, cell, named, customer, name, *others = values
        require(day, Field.PAYMENT_DATE, "The payment date")
        require(cell, Field.AMOUNT, "The amount")
        currency = self.currency_of(named, cell, Field.AMOUNT)
        amount = self.fit_currency(cell, cell.amount, currency, Field.AMOUNT, line)
        if not amount:
            raise RowTrouble(Field.AMOUNT, "ZERO_AMOUNT", "The payment is 0: nothing was received.")
        customer = customer or name
        if customer:
            self.check_customer(customer, Field.CUSTOMER)
        if reference:
            self.check_repeated((reference, hash(values)), line, 0, Field.PAYMENT_REFERENCE, reference)
        return PaymentRow(line, reference, day, amount, currency, customer, name, *others)


class BankLineBuilder(Builder):
    """Builds the lines of a statement kept as a table; positive is money in.

    What names no currency is in that of the account it was booked on.
    """

    fields = (
        Field.BOOKING_DATE, Field.VALUE_DATE, Field.AMOUNT, Field.CREDIT_AMOUNT, Field.DEBIT_AMOUNT, Field.DEBIT_CREDIT,
        Field.CURRENCY, Field.COUNTERPARTY_NAME, Field.COUNTERPARTY_IBAN, Field.REMITTANCE_TEXT, Field.BANK_REFERENCE,
        Field.BALANCE, Field.ACCOUNT,
    )  # fmt: skip

    def _account_of(self, written: object) -> OwnAccount | None:
        """Give the account of ours that a row names; the file's where it names none."""
        if isinstance(written, str) and written:
            return self.context.accounts.find(written)
        return self.context.account

    def _account_currency(self, written: object) -> str | None:
        """Give the currency of a row's account; what the file itself says of its currency goes before."""
        account = self._account_of(written)
        return account.currency or None if account and not self.mapping.currency else None

    def _signed(self, values: tuple[Any, ...]) -> Decimal | None:
        amount, credit, debit, side = (
            plain_amount(values[2]),
            plain_amount(values[3]),
            plain_amount(values[4]),
            values[5],
        )
        if amount is not None:
            if side is True or side is False:
                return abs(amount) if side else -abs(amount)
            return amount
        if credit is None and debit is None:
            return None
        return (credit or ZERO) - abs(debit or ZERO)

    def _cell(self, values: tuple[Any, ...]) -> tuple[Field, Any]:
        for place, at in ((2, Field.AMOUNT), (3, Field.CREDIT_AMOUNT), (4, Field.DEBIT_AMOUNT)):
            if values[place] is not None:
                return at, values[place]
        return Field.AMOUNT, None

    def measure(self, values: tuple[Any, ...]) -> tuple[str, tuple[Decimal | None, ...]]:
        """Give the amount as written, signed."""
        at, cell = self._cell(values)
        default = self._account_currency(values[12])
        return self.currency_for_totals(values[6], cell, at, default), (self._signed(values),)

    def accepted(self, row: Row) -> tuple[Decimal | None, ...]:
        """Give the amount."""
        assert isinstance(row, BankLineRow)  # noqa: S101 - for the type checker
        return (row.amount,)

    def build(self, line: int, values: tuple[Any, ...]) -> BankLineRow:
        """Build one line."""
        booked, valued, _, _, _, _, named, name, iban, text, reference, balance, account = values
        require(booked or valued, Field.BOOKING_DATE, "The booking date")
        at, cell = self._cell(values)
        signed = self._signed(values)
        if signed is None:
            raise RowTrouble(at, "MISSING_VALUE", "The amount is missing.")
        currency = self.currency_of(named, cell, at, self._account_currency(account))
        amount = self.fit_currency(cell, signed, currency, at, line)
        if not amount:
            raise RowTrouble(at, "ZERO_AMOUNT", "The amount is 0: nothing was booked.")
        own = self._account_of(account)
        return BankLineRow(
            line,
            booked or valued,
            valued,
            amount,
            currency,
            name,
            iban,
            text,
            reference,
            plain_amount(balance),
            own.number if own else account,
        )


class RemittanceBuilder(Builder):
    """Builds the lines of an advice; amounts stay as the payer signs them."""

    fields = (
        Field.DOCUMENT, Field.CURRENCY, Field.PAID_AMOUNT, Field.GROSS_AMOUNT, Field.DISCOUNT_AMOUNT,
        Field.DEDUCTION_AMOUNT, Field.DEDUCTION_CODE, Field.DOCUMENT_DATE, Field.DOCUMENT_TYPE, Field.DESCRIPTION,
        Field.CUSTOMER_PO,
    )  # fmt: skip

    def measure(self, values: tuple[Any, ...]) -> tuple[str, tuple[Decimal | None, ...]]:
        """Give the paid amount as written."""
        return self.currency_for_totals(values[1], values[2], Field.PAID_AMOUNT), (plain_amount(values[2]),)

    def accepted(self, row: Row) -> tuple[Decimal | None, ...]:
        """Give the paid amount."""
        assert isinstance(row, RemittanceRow)  # noqa: S101 - for the type checker
        return (row.paid_amount,)

    def build(self, line: int, values: tuple[Any, ...]) -> RemittanceRow:
        """Build one line of an advice."""
        document, named, paid, gross, discount, deduction, code, day, document_type, text, po = values
        require(document, Field.DOCUMENT, "The document number")
        at = Field.PAID_AMOUNT if paid else Field.GROSS_AMOUNT
        currency = self.currency_of(named, paid or gross, at)
        amounts = [
            self.fit_currency(cell, cell.amount, currency, name, line) if cell else None
            for name, cell in (
                (Field.PAID_AMOUNT, paid),
                (Field.GROSS_AMOUNT, gross),
                (Field.DISCOUNT_AMOUNT, discount),
                (Field.DEDUCTION_AMOUNT, deduction),
            )
        ]
        if all(amount is None for amount in amounts):
            raise RowTrouble(at, "MISSING_VALUE", "The amount is missing.")
        paid, gross, discount, deduction = amounts
        return RemittanceRow(
            line, document, currency, paid, gross, discount, deduction, code, day, document_type, text, po
        )


class BankAccountBuilder(Builder):
    """Builds the company's own accounts."""

    fields = (Field.KEY, Field.ACCOUNT, Field.CURRENCY, Field.FORMAT)

    def build(self, line: int, values: tuple[Any, ...]) -> BankAccountRow:
        """Build one account."""
        key, account, currency, form = values
        require(key, Field.KEY, "The key")
        require(account, Field.ACCOUNT, "The account")
        account = "".join(account.split())
        self.check_repeated(account, line, hash(values), Field.ACCOUNT, f"Account {account}")
        return BankAccountRow(line, key, account, currency or self.default_currency, form)


class VirtualAccountBuilder(Builder):
    """Builds the accounts given to one customer each; the check digits of an IBAN must fit."""

    fields = (Field.CUSTOMER, Field.VIRTUAL_ACCOUNT)

    def build(self, line: int, values: tuple[Any, ...]) -> VirtualAccountRow:
        """Build one account."""
        customer, written = values
        require(customer, Field.CUSTOMER, "The customer")
        require(written, Field.VIRTUAL_ACCOUNT, "The account")
        self.check_customer(customer, Field.CUSTOMER)
        try:
            account = read_virtual_account(written)
        except CannotBeVirtual as refusal:
            raise RowTrouble(Field.VIRTUAL_ACCOUNT, "BAD_IBAN", refusal.message) from None
        self.check_repeated(
            account, line, hash((customer, account)), Field.VIRTUAL_ACCOUNT, f"Account {account}"
        )
        return VirtualAccountRow(line, customer, account)


class FxRateBuilder(Builder):
    """Builds exchange rates; a rate is above zero, and one a day and pair."""

    fields = (Field.RATE_DATE, Field.BASE_CURRENCY, Field.QUOTE_CURRENCY, Field.RATE)

    def build(self, line: int, values: tuple[Any, ...]) -> FxRateRow:
        """Build one rate."""
        day, base, quote, rate = values
        require(day, Field.RATE_DATE, "The date")
        require(quote, Field.QUOTE_CURRENCY, "The currency")
        require(rate, Field.RATE, "The rate")
        base = base or self.default_currency
        if rate <= 0:
            raise RowTrouble(Field.RATE, "NOT_A_RATE", f"{rate} is no exchange rate.")
        if base == quote and rate != 1:
            raise RowTrouble(Field.RATE, "NOT_A_RATE", f"1 {base} is 1 {base}, not {rate}.", "1")
        self.check_repeated((day, base, quote), line, hash(values), Field.RATE, f"{base}/{quote} of {day}")
        return FxRateRow(line, day, base, quote, rate)


class DeductionCodeBuilder(Builder):
    """Builds deduction codes, one meaning a customer and code."""

    fields = (Field.CODE, Field.CUSTOMER, Field.TEXT, Field.REASON)

    def build(self, line: int, values: tuple[Any, ...]) -> DeductionCodeRow:
        """Build one code."""
        code, customer, text, reason = values
        require(code, Field.CODE, "The code")
        if customer:
            self.check_customer(customer, Field.CUSTOMER)
        self.check_repeated((customer, code), line, hash(values), Field.CODE, f"Code {code}")
        return DeductionCodeRow(line, code, customer, text, reason)
