"""Customers, orders, invoice lines and aged balances, row by row.

The clever idea is that there is none to add: each rule is a line, and what they share stands in `building`.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import repeat
from typing import Any

from acquit.intake.rules.building import Builder, Frame, RowTrouble, require
from acquit.intake.rules.cells import Written, plain_amount, write_amount
from acquit.intake.rules.kinds import Field
from acquit.intake.rules.rows import AgedBalanceRow, CustomerRow, InvoiceLineRow, OrderRow, Row
from acquit.intake.rules.totals import ZERO

_CUSTOMER_FACTS = (
    Field.TRADING_NAMES,
    Field.COUNTRY,
    Field.CITY,
    Field.LANGUAGE,
    Field.CURRENCY,
    Field.IBANS,
    Field.PARENT,
    Field.PAYER,
    Field.PAYMENT_TERMS,
    Field.NET_DAYS,
    Field.DISCOUNT_PERCENT,
    Field.DISCOUNT_DAYS,
    Field.EMAIL,
    Field.PHONE,
    Field.STREET,
    Field.POSTAL_CODE,
    Field.REGION,
    Field.VAT_ID,
    Field.DIRECT_DEBIT_MANDATE,
    Field.BANK_CHARGES,
    Field.AUTO_BY_AMOUNT,
)
_HUNDRED = Decimal(100)
_ONE = Decimal(1)


class CustomerBuilder(Builder):
    """Builds customers; a name may be given in two parts. A number that comes twice is refused."""

    fields = (
        Field.CUSTOMER,
        Field.CUSTOMER_NAME,
        Field.FIRST_NAME,
        Field.LAST_NAME,
        Field.CONTACT_NAME,
        Field.CREDIT_LIMIT,
        *_CUSTOMER_FACTS,
    )

    def build(self, line: int, values: tuple[Any, ...]) -> CustomerRow:
        """Build one customer."""
        customer, name, first, last, contact, limit, *facts = values
        require(customer, Field.CUSTOMER, "The customer number")
        person = " ".join(part for part in (first, last) if part)
        name = name or person
        require(name, Field.CUSTOMER_NAME, "The name")
        self.check_repeated(customer, line, hash(values), Field.CUSTOMER, f"Customer {customer}")
        known = {
            fact.lower(): value
            for fact, value in zip(_CUSTOMER_FACTS, facts, strict=True)
            if value is not None
        }
        return CustomerRow(
            line,
            customer,
            name,
            credit_limit=plain_amount(limit),
            contact_name=contact or person or None,
            **known,
        )


class OrderBuilder(Builder):
    """Builds orders; an order number stands once."""

    fields = (
        Field.ORDER, Field.CUSTOMER, Field.CUSTOMER_NAME, Field.ORDER_DATE, Field.CURRENCY, Field.AMOUNT,
        Field.FREIGHT_AMOUNT, Field.PREPAYMENT_PERCENT, Field.REQUIRED_DATE, Field.SHIPPED_DATE, Field.STATUS,
        Field.CUSTOMER_PO, Field.DESCRIPTION,
    )  # fmt: skip

    def measure(self, values: tuple[Any, ...]) -> tuple[str, tuple[Decimal | None, ...]]:
        """Give the amount as written."""
        return self.currency_for_totals(values[4], values[5], Field.AMOUNT), (plain_amount(values[5]),)

    def accepted(self, row: Row) -> tuple[Decimal | None, ...]:
        """Give the amount."""
        assert isinstance(row, OrderRow)  # noqa: S101 - for the type checker
        return (row.amount,)

    def build(self, line: int, values: tuple[Any, ...]) -> OrderRow:
        """Build one order."""
        order, customer, name, day, named, cell, freight, percent, required, shipped, status, po, text = (
            values
        )
        require(order, Field.ORDER, "The order number")
        customer = customer or name
        require(customer, Field.CUSTOMER, "The customer")
        require(day, Field.ORDER_DATE, "The order date")
        self.check_customer(customer, Field.CUSTOMER)
        currency = self.currency_of(named, cell, Field.AMOUNT)
        amount = self.fit_currency(cell, cell.amount, currency, Field.AMOUNT, line) if cell else None
        self.check_repeated(order, line, hash(values), Field.ORDER, f"Order {order}")
        return OrderRow(
            line, order, customer, name, day, currency, amount, percent, required, shipped, status,
            plain_amount(freight), po, text,
        )  # fmt: skip


def _line_amount(quantity: Any, price: Any, discount: Any, scale: Decimal) -> Written | None:
    if type(quantity) is not Decimal or type(price) is not Decimal:
        return None
    amount = quantity * price
    if discount and type(discount) is Decimal:
        amount *= _ONE - discount / scale
    return Written(amount, 0)


class InvoiceLineBuilder(Builder):
    """Builds invoice lines; amounts stay exact, rounding is the document's (see `grouping`)."""

    fields = (
        Field.DOCUMENT, Field.ORDER, Field.CUSTOMER, Field.CUSTOMER_NAME, Field.DOCUMENT_DATE, Field.CURRENCY,
        Field.QUANTITY, Field.UNIT_PRICE, Field.DISCOUNT_RATE, Field.LINE_AMOUNT, Field.PRODUCT, Field.DESCRIPTION,
        Field.COUNTRY, Field.LINE_ITEM,
    )  # fmt: skip

    def prepare(self, frame: Frame) -> None:
        """Work out every line's exact amount: the file's own, or quantity x price less discount."""
        column = self.mapping.column_of(Field.DISCOUNT_RATE)
        scale = _HUNDRED if column and column.is_percent else _ONE
        frame.values[Field.LINE_AMOUNT] = [
            line_amount or _line_amount(quantity, price, discount, scale)
            for quantity, price, discount, line_amount in frame.take(self.fields[6:10])
        ]

    def build_all(self, frame: Frame) -> list[Row] | None:
        """Build a chunk of plain lines (no discount, no currency, every line with its number and value) at once."""
        unusual = (Field.CURRENCY, Field.DISCOUNT_RATE, Field.CUSTOMER_NAME)
        documents = frame.column(Field.DOCUMENT if Field.DOCUMENT in frame.values else Field.ORDER)
        amounts = frame.column(Field.LINE_AMOUNT)
        is_plain = not any(name in frame.values for name in unusual) and self.context.known_customers is None
        if not is_plain or self.mapping.column_of(Field.LINE_AMOUNT) or not all(documents) or None in amounts:
            return None
        currency = self.currency_of(None, None, Field.LINE_AMOUNT)
        self.units_of(currency, Field.CURRENCY)
        return list(
            map(
                InvoiceLineRow,
                frame.line_numbers,
                documents,
                frame.column(Field.CUSTOMER),
                frame.column(Field.DOCUMENT_DATE),
                repeat(currency),
                [written.amount for written in amounts],
                frame.column(Field.QUANTITY),
                frame.column(Field.UNIT_PRICE),
                repeat(None),
                frame.column(Field.PRODUCT),
                frame.column(Field.DESCRIPTION),
                repeat(None),
                frame.column(Field.COUNTRY),
                frame.column(Field.LINE_ITEM),
            )
        )

    def measure_all(self, frame: Frame) -> list[tuple[str, tuple[Decimal | None, ...]]]:
        """Give every line's amount; without currencies in the file all count under one."""
        if Field.CURRENCY in frame.values or self.mapping.column_of(Field.LINE_AMOUNT):
            return super().measure_all(frame)
        currency = self.currency_for_totals(None, None, Field.LINE_AMOUNT)
        return [(currency, (plain_amount(cell),)) for cell in frame.column(Field.LINE_AMOUNT)]

    def measure(self, values: tuple[Any, ...]) -> tuple[str, tuple[Decimal | None, ...]]:
        """Give the line amount as written."""
        return self.currency_for_totals(values[5], values[9], Field.LINE_AMOUNT), (plain_amount(values[9]),)

    def accepted(self, row: Row) -> tuple[Decimal | None, ...]:
        """Give the exact line amount."""
        assert isinstance(row, InvoiceLineRow)  # noqa: S101 - for the type checker
        return (row.line_amount,)

    def build(self, line: int, values: tuple[Any, ...]) -> InvoiceLineRow:
        """Build one line."""
        (document, order, customer, name, document_date, named, quantity, price, discount, line_amount,
         product, description, country, line_item) = values  # fmt: skip
        document = document or order
        require(document, Field.DOCUMENT, "The document number")
        if line_amount is None:
            missing, words = (
                (Field.QUANTITY, "The quantity") if quantity is None else (Field.UNIT_PRICE, "The price")
            )
            raise RowTrouble(missing, "MISSING_VALUE", f"{words} is missing.")
        if isinstance(discount, Decimal) and not ZERO <= discount <= _HUNDRED:
            raise RowTrouble(Field.DISCOUNT_RATE, "NOT_A_RATE", f"{discount} is no discount.")
        customer = customer or name
        if customer:
            self.check_customer(customer, Field.CUSTOMER)
        currency = self.currency_of(named, line_amount, Field.LINE_AMOUNT)
        self.units_of(currency, Field.CURRENCY)
        return InvoiceLineRow(
            line, document, customer, document_date, currency, line_amount.amount, quantity, price, discount, product,
            description, name, country, line_item,
        )  # fmt: skip


def _sum_of(cells: Any) -> Decimal:
    return sum((cell.amount for _, cell in cells if type(cell) is Written), ZERO)


class AgedBalanceBuilder(Builder):
    """Builds balances by age; buckets must add up to the balance."""

    fields = (
        Field.CUSTOMER,
        Field.CUSTOMER_NAME,
        Field.AS_OF_DATE,
        Field.CURRENCY,
        Field.BALANCE,
        Field.CREDIT_LIMIT,
        Field.BUCKET,
    )

    def measure(self, values: tuple[Any, ...]) -> tuple[str, tuple[Decimal | None, ...]]:
        """Give the balance as written, or the sum of the buckets."""
        amount = plain_amount(values[4])
        if amount is None and values[6]:
            amount = _sum_of(values[6])
        return self.currency_for_totals(values[3], values[4], Field.BALANCE), (amount,)

    def accepted(self, row: Row) -> tuple[Decimal | None, ...]:
        """Give the balance."""
        assert isinstance(row, AgedBalanceRow)  # noqa: S101 - for the type checker
        return (row.balance,)

    def build(self, line: int, values: tuple[Any, ...]) -> AgedBalanceRow:
        """Build one customer's balances."""
        customer, name, as_of_date, named, balance, limit, cells = values
        customer = customer or name
        require(customer, Field.CUSTOMER, "The customer")
        self.check_customer(customer, Field.CUSTOMER)
        currency = self.currency_of(named, balance, Field.BALANCE)
        buckets = tuple(
            (bucket, self.fit_currency(cell, cell.amount, currency, Field.BUCKET, line) if cell else ZERO)
            for bucket, cell in cells or ()
        )
        total = sum((amount for _, amount in buckets), ZERO)
        whole = (
            self.fit_currency(balance, balance.amount, currency, Field.BALANCE, line) if balance else total
        )
        if balance is None and not buckets:
            raise RowTrouble(Field.BALANCE, "MISSING_VALUE", "The balance is missing.")
        if buckets and total != whole:
            message = f"The buckets add up to {total:f}, the balance is {whole:f}."
            raise RowTrouble(
                Field.BALANCE,
                "BUCKETS_DO_NOT_ADD_UP",
                message,
                write_amount(total, self.style_of(Field.BALANCE)),
            )
        self.check_repeated((customer, currency), line, hash(values), Field.CUSTOMER, f"Customer {customer}")
        return AgedBalanceRow(line, customer, name, as_of_date, currency, whole, buckets, plain_amount(limit))
