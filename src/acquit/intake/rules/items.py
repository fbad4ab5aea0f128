"""Open items, row by row: signs by type, open within original, every number once.

The clever idea: what a file leaves unsaid follows from one stated rule each (a settled item is open for nothing, an
item without an open amount is open in full, a missing document date is the posting date), and everything that
contradicts itself is refused with the value that would mend it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from acquit.intake.rules.building import Builder, Frame, LeftOut, RowTrouble, require
from acquit.intake.rules.cells import Written, plain_amount, write_amount
from acquit.intake.rules.document_types import LOWERS_ACCOUNT, DocumentType
from acquit.intake.rules.kinds import Field
from acquit.intake.rules.rows import OpenItemRow, Row
from acquit.intake.rules.totals import ZERO

_WRITTEN = (
    Field.DOCUMENT,
    Field.DOCUMENT_TYPE,
    Field.CUSTOMER,
    Field.CUSTOMER_NAME,
    Field.CURRENCY,
    Field.GROSS_AMOUNT,
    Field.OPEN_AMOUNT,
    Field.DEBIT_AMOUNT,
    Field.CREDIT_AMOUNT,
    Field.SETTLED_DATE,
    Field.DOCUMENT_DATE,
    Field.DUE_DATE,
    Field.NET_AMOUNT,
    Field.TAX_AMOUNT,
    Field.DISPUTED_AMOUNT,
)
# Worked out once a chunk, in columns that open items do not have of their own: original and open amount, signed.
_SIGNED = (Field.AMOUNT, Field.BALANCE)
# In the order in which they end an `OpenItemRow`.
_FACTS = (
    Field.POSTING_DATE,
    Field.BASELINE_DATE,
    Field.COMPANY_CODE,
    Field.FISCAL_YEAR,
    Field.LINE_ITEM,
    Field.DESCRIPTION,
    Field.CUSTOMER_PO,
    Field.STRUCTURED_REFERENCE,
    Field.PAYMENT_TERMS,
    Field.NET_DAYS,
    Field.DISPUTED,
    Field.DISPUTE_REASON,
    Field.COUNTRY,
    Field.DAYS_PAST_DUE,
    Field.DUNNING_LEVEL,
    Field.LAST_REMINDER_DATE,
)
_FOR_SIGNS = (
    Field.DOCUMENT_TYPE,
    Field.DEBIT_CREDIT,
    Field.GROSS_AMOUNT,
    Field.OPEN_AMOUNT,
    Field.DEBIT_AMOUNT,
    Field.CREDIT_AMOUNT,
    Field.SETTLED_DATE,
)
_CELLS = slice(5, 9)
_SETTLED = slice(9, 12)
_BESIDE = slice(12, 15)
_CURRENCY, _GROSS, _SIGNED_GROSS, _SIGNED_OPEN = 4, 5, 15, 16
_FIRST_FACT = 17


class OpenItemBuilder(Builder):
    """Builds open items."""

    fields = (*_WRITTEN, *_SIGNED, *_FACTS)

    def prepare(self, frame: Frame) -> None:
        """Give every row its original and open amount with the ledger's sign, as far as they can be read."""
        by_type = self.mapping.signs_by_type
        pairs = [
            _signed(
                *cells,
                turn=side if type(side) is bool else True if by_type and kind in LOWERS_ACCOUNT else None,
            )
            for kind, side, *cells in frame.take(_FOR_SIGNS)
        ]
        frame.values[Field.AMOUNT] = [gross for gross, _ in pairs]
        frame.values[Field.BALANCE] = [rest for _, rest in pairs]

    def measure(self, values: tuple[Any, ...]) -> tuple[str, tuple[Decimal | None, ...]]:
        """Give open and original amount as written, signed."""
        at, cell = self._amount_cell(values[_CELLS])
        currency = self.currency_for_totals(values[_CURRENCY], cell, at)
        return currency, (values[_SIGNED_OPEN], values[_SIGNED_GROSS])

    def accepted(self, row: Row) -> tuple[Decimal | None, ...]:
        """Give open and original amount of an item."""
        assert isinstance(row, OpenItemRow)  # noqa: S101 - for the type checker: this builder builds no other
        return row.open_amount, row.gross_amount

    def _amount_cell(self, cells: tuple[Any, ...]) -> tuple[Field, Any]:
        """Give the cell that an item's amount comes from first, and its field."""
        for at, cell in zip(_AMOUNT_FIELDS, cells, strict=True):
            if cell is not None:
                return at, cell
        return (Field.GROSS_AMOUNT if self.mapping.column_of(Field.GROSS_AMOUNT) else Field.OPEN_AMOUNT), None

    def build(self, line: int, values: tuple[Any, ...]) -> OpenItemRow:
        """Build one item."""
        document, document_type, customer, name, named = values[:5]
        document_type = document_type or DocumentType.INVOICE
        if document_type is DocumentType.LEFT_OUT:
            raise LeftOut
        if not document and document_type is not DocumentType.PAYMENT:
            require(document, Field.DOCUMENT, "The document number")
        customer = customer or name
        require(customer, Field.CUSTOMER, "The customer")
        self.check_customer(customer, Field.CUSTOMER)
        at, cell = self._amount_cell(values[_CELLS])
        currency = self.currency_of(named, cell, at)
        gross, rest = self._amounts(line, values, currency, document_type, (at, cell))
        if gross < 0 and document_type not in LOWERS_ACCOUNT:
            document_type = DocumentType.CREDIT_NOTE
            self.note(
                line, at, f"{gross:f}", "NEGATIVE_INVOICE", "A negative invoice is taken as a credit note."
            )
        settled_date, document_date, due_date = values[_SETTLED]
        posting_date, baseline_date, *parts = values[_FIRST_FACT : _FIRST_FACT + 5]
        document_date = document_date or posting_date or baseline_date or due_date
        require(document_date, Field.DOCUMENT_DATE, "The document date")
        if document:
            is_plain = document_type is DocumentType.INVOICE and parts == _NO_PARTS
            key = document if is_plain else (document, document_type, *parts)
            self.check_repeated(key, line, hash(values), Field.DOCUMENT, document)
        net, tax, disputed = map(plain_amount, values[_BESIDE])
        written = values[_SIGNED_GROSS]
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
            net,
            tax,
            disputed,
            gross - written if gross != written else ZERO,
            *values[_FIRST_FACT:],
        )

    def _amounts(
        self,
        line: int,
        values: tuple[Any, ...],
        currency: str,
        document_type: DocumentType,
        source: tuple[Field, Any],
    ) -> tuple[Decimal, Decimal]:
        """Settle original and open amount: signs that agree, open not above the original, as fine as the currency."""
        gross, rest = values[_SIGNED_GROSS], values[_SIGNED_OPEN]
        at, cell = source
        if gross is None or rest is None:
            raise RowTrouble(at, "MISSING_VALUE", "The amount is missing.")
        whole = self.fit_currency(cell, gross, currency, at, line)
        part = whole if rest == gross else self._open_part(line, values, rest, currency)
        if not whole:
            raise RowTrouble(at, "ZERO_AMOUNT", "The amount is 0: there is nothing to collect.")
        if document_type in LOWERS_ACCOUNT and whole > 0:
            minus = write_amount(-whole, self.style_of(at))
            message = f"A {_words(document_type)} raises the account here. Meant {minus}?"
            raise RowTrouble(at, "WRONG_SIGN", message, minus)
        if part and (part > 0) != (whole > 0):
            message = f"Open {part:f} and original {whole:f} have different signs."
            raise RowTrouble(Field.OPEN_AMOUNT, "WRONG_SIGN", message, write_amount(-part, self.style_of(at)))
        if abs(part) > abs(whole):
            message = f"Open {abs(part):f} is more than the original {abs(whole):f}."
            proposal = write_amount(cell.amount if at is Field.GROSS_AMOUNT else whole, self.style_of(at))
            raise RowTrouble(Field.OPEN_AMOUNT, "OPEN_ABOVE_ORIGINAL", message, proposal)
        return whole, part

    def _open_part(self, line: int, values: tuple[Any, ...], rest: Decimal, currency: str) -> Decimal:
        cell = values[_GROSS + 1]
        if type(cell) is Written:
            return self.fit_currency(cell, rest, currency, Field.OPEN_AMOUNT, line)
        return rest


_AMOUNT_FIELDS = (Field.GROSS_AMOUNT, Field.OPEN_AMOUNT, Field.DEBIT_AMOUNT, Field.CREDIT_AMOUNT)
_NO_PARTS = [None, None, None]


def _signed(
    gross_cell: Any, open_cell: Any, debit: Any, credit: Any, settled: Any, *, turn: bool | None
) -> tuple[Decimal | None, Decimal | None]:
    """Give original and open amount; `turn` True writes a minus, False a plus, None leaves the sign as written.

    An original amount is debit less credit where those are given; a settled item is open for nothing; an item without
    an open amount is open in full, and one without an original amount was what is open.
    """
    gross, rest = plain_amount(gross_cell), plain_amount(open_cell)
    if turn is not None:
        gross = None if gross is None else -abs(gross) if turn else abs(gross)
        rest = None if rest is None else -abs(rest) if turn else abs(rest)
    if gross is None and gross_cell is None and (debit is not None or credit is not None):
        gross = (plain_amount(debit) or ZERO) - (plain_amount(credit) or ZERO)
    if rest is None and open_cell is None:
        rest = ZERO if settled is not None else gross
    if gross is None and gross_cell is None:
        gross = rest
    return gross, rest


def _words(document_type: DocumentType) -> str:
    return document_type.value.replace("_", " ").lower()
