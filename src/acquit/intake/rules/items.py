"""Open items, row by row: signs by type, open within original, every number once.

The clever idea: what a file leaves unsaid follows from one stated rule each (a settled item is open for nothing, an
item without an open amount is open in full, a missing document date is the posting date), and everything that
contradicts itself is refused with the value that would mend it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from acquit.intake.rules.building import Builder, LeftOut, RowTrouble, require
from acquit.intake.rules.cells import Written, write_amount
from acquit.intake.rules.document_types import LOWERS_ACCOUNT, DocumentType
from acquit.intake.rules.kinds import Field
from acquit.intake.rules.rows import OpenItemRow, Row
from acquit.intake.rules.totals import ZERO

_FACTS = (
    Field.POSTING_DATE,
    Field.BASELINE_DATE,
    Field.DESCRIPTION,
    Field.CUSTOMER_PO,
    Field.STRUCTURED_REFERENCE,
    Field.PAYMENT_TERMS,
    Field.NET_DAYS,
    Field.DISPUTED,
    Field.DISPUTE_REASON,
    Field.COUNTRY,
    Field.COMPANY_CODE,
    Field.FISCAL_YEAR,
    Field.LINE_ITEM,
    Field.DAYS_PAST_DUE,
    Field.DUNNING_LEVEL,
    Field.LAST_REMINDER_DATE,
)
_AMOUNTS_BESIDE = (Field.NET_AMOUNT, Field.TAX_AMOUNT, Field.DISPUTED_AMOUNT)
_FIELDS = (
    Field.DOCUMENT,
    Field.DOCUMENT_TYPE,
    Field.CUSTOMER,
    Field.CUSTOMER_NAME,
    Field.CURRENCY,
    Field.GROSS_AMOUNT,
    Field.OPEN_AMOUNT,
    Field.DEBIT_AMOUNT,
    Field.CREDIT_AMOUNT,
    Field.DEBIT_CREDIT,
    Field.SETTLED_DATE,
    Field.DOCUMENT_DATE,
    Field.DUE_DATE,
    *_AMOUNTS_BESIDE,
    *_FACTS,
)
_TYPE, _CURRENCY, _GROSS, _OPEN, _DEBIT, _CREDIT, _SIDE, _SETTLED = 1, 4, 5, 6, 7, 8, 9, 10
_FIRST_AMOUNT_BESIDE, _FIRST_FACT = 13, 16
_FACT_NAMES = tuple(fact.lower() for fact in _FACTS)


class OpenItemBuilder(Builder):
    """Builds open items."""

    fields = _FIELDS

    def measure(self, values: tuple[Any, ...]) -> tuple[str, tuple[Decimal | None, ...]]:
        """Give open and original amount as written, signed."""
        gross, rest = self._signed(values)
        at, written = self._amount_cell(values)
        return self.currency_for_totals(values[_CURRENCY], written, at), (rest, gross)

    def accepted(self, row: Row) -> tuple[Decimal | None, ...]:
        """Give open and original amount of an item."""
        assert isinstance(row, OpenItemRow)  # noqa: S101 - for the type checker: this builder builds no other
        return row.open_amount, row.gross_amount

    def _amount_cell(self, values: tuple[Any, ...]) -> tuple[Field, object]:
        for place, at in (
            (_GROSS, Field.GROSS_AMOUNT),
            (_OPEN, Field.OPEN_AMOUNT),
            (_DEBIT, Field.DEBIT_AMOUNT),
        ):
            if values[place] is not None:
                return at, values[place]
        if values[_CREDIT] is not None:
            return Field.CREDIT_AMOUNT, values[_CREDIT]
        return (Field.GROSS_AMOUNT if self.mapping.column_of(Field.GROSS_AMOUNT) else Field.OPEN_AMOUNT), None

    def _signed(self, values: tuple[Any, ...]) -> tuple[Decimal | None, Decimal | None]:
        """Give original and open amount with the ledger's sign, as far as they can be read."""
        turn = self._turns(values)
        gross = _of(values[_GROSS], turn=turn)
        rest = _of(values[_OPEN], turn=turn)
        if gross is None and (values[_DEBIT] is not None or values[_CREDIT] is not None):
            debit, credit = _of(values[_DEBIT]) or ZERO, _of(values[_CREDIT]) or ZERO
            gross = debit - credit
        if rest is None and values[_OPEN] is None:
            rest = ZERO if values[_SETTLED] is not None else gross
        if gross is None and values[_GROSS] is None:
            gross = rest
        return gross, rest

    def _turns(self, values: tuple[Any, ...]) -> bool | None:
        """Say whether the amounts' size gets a minus (True), a plus (False), or stays as written (None)."""
        if values[_SIDE] is True or values[_SIDE] is False:
            return bool(values[_SIDE])
        if self.mapping.signs_by_type and values[_TYPE] in LOWERS_ACCOUNT:
            return True
        return None

    def build(self, line: int, values: tuple[Any, ...]) -> OpenItemRow:
        """Build one item."""
        document, document_type, customer, name, named = values[:5]
        document_type = document_type or DocumentType.INVOICE
        if document_type is DocumentType.LEFT_OUT:
            raise LeftOut
        if document_type is not DocumentType.PAYMENT:
            require(document, Field.DOCUMENT, "The document number")
        customer = customer or name
        require(customer, Field.CUSTOMER, "The customer")
        self.check_customer(customer, Field.CUSTOMER)
        at, cell = self._amount_cell(values)
        currency = self.currency_of(named, cell, at)
        gross, rest = self._amounts(line, values, currency, document_type)
        if gross < 0 and document_type in {DocumentType.INVOICE, DocumentType.DEBIT_NOTE}:
            document_type = DocumentType.CREDIT_NOTE
            self.note(
                line, at, f"{gross:f}", "NEGATIVE_INVOICE", "A negative invoice is taken as a credit note."
            )
        settled_date, document_date, due_date = values[_SETTLED : _SETTLED + 3]
        facts = dict(zip(_FACT_NAMES, values[_FIRST_FACT:], strict=True))
        document_date = document_date or facts["posting_date"] or facts["baseline_date"] or due_date
        require(document_date, Field.DOCUMENT_DATE, "The document date")
        if document:
            parts = (facts["company_code"], facts["fiscal_year"], facts["line_item"])
            is_plain = document_type is DocumentType.INVOICE and parts == (None, None, None)
            key = document if is_plain else (document, document_type, *parts)
            self.check_repeated(key, line, hash(values), Field.DOCUMENT, f"{document}")
        written, _ = self._signed(values)
        net, tax, disputed = (
            cell.amount if type(cell) is Written else None
            for cell in values[_FIRST_AMOUNT_BESIDE:_FIRST_FACT]
        )
        return OpenItemRow(
            line,
            document or "",
            document_type,
            customer,
            name,
            document_date,
            due_date,
            currency,
            gross,
            rest,
            settled_date,
            net_amount=net,
            tax_amount=tax,
            disputed_amount=disputed,
            rounding_amount=gross - written if written is not None and written != gross else ZERO,
            **facts,
        )

    def _amounts(
        self, line: int, values: tuple[Any, ...], currency: str, document_type: DocumentType
    ) -> tuple[Decimal, Decimal]:
        """Settle original and open amount: signs that agree, open not above the original, as fine as the currency."""
        gross, rest = self._signed(values)
        at, cell = self._amount_cell(values)
        if gross is None or rest is None:
            raise RowTrouble(at, "MISSING_VALUE", "The amount is missing.")
        written = cell if type(cell) is Written else Written(gross, 0)
        whole = self.fit_currency(written, gross, currency, at, line)
        part = whole
        if rest != gross:
            part = self._open_part(line, values, rest, currency)
        if not whole:
            raise RowTrouble(at, "ZERO_AMOUNT", "The amount is 0: there is nothing to collect.")
        style = self.style_of(at)
        if document_type in LOWERS_ACCOUNT and whole > 0:
            minus = write_amount(-whole, style)
            raise RowTrouble(
                at, "WRONG_SIGN", f"A {_words(document_type)} raises the account here. Meant {minus}?", minus
            )
        if part and (part > 0) != (whole > 0):
            message = f"Open {part:f} and original {whole:f} have different signs."
            raise RowTrouble(Field.OPEN_AMOUNT, "WRONG_SIGN", message, write_amount(-part, style))
        if abs(part) > abs(whole):
            message = f"Open {abs(part):f} is more than the original {abs(whole):f}."
            proposal = write_amount(
                values[_GROSS].amount if type(values[_GROSS]) is Written else whole, style
            )
            raise RowTrouble(Field.OPEN_AMOUNT, "OPEN_ABOVE_ORIGINAL", message, proposal)
        return whole, part

    def _open_part(self, line: int, values: tuple[Any, ...], rest: Decimal, currency: str) -> Decimal:
        cell = values[_OPEN]
        if type(cell) is Written:
            return self.fit_currency(cell, rest, currency, Field.OPEN_AMOUNT, line)
        return rest


def _of(cell: Any, *, turn: bool | None = None) -> Decimal | None:
    """Give the amount of a cell, its size with a minus or plus when `turn` says so."""
    if type(cell) is not Written:
        return None
    amount = cell.amount
    if turn is None:
        return amount
    return -abs(amount) if turn else abs(amount)


def _words(document_type: DocumentType) -> str:
    return document_type.value.replace("_", " ").lower()
