"""The rows that intake hands on, one plain value per kind of file, and the rows it does not.

The clever idea: a refused row carries everything a person needs to mend it, and an accepted row needs nothing more to
be judged: signs are the ledger's (what raises the account is positive), amounts are as fine as their currency.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from acquit.intake.rules.buckets import AgeBucket
from acquit.intake.rules.document_types import DocumentType
from acquit.intake.rules.kinds import FileKind


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer's master data; what the file does not hold is None (or an empty tuple)."""

    line_number: int
    customer: str
    customer_name: str
    trading_names: tuple[str, ...] = ()
    country: str | None = None
    city: str | None = None
    language: str | None = None
    currency: str | None = None
    ibans: tuple[str, ...] = ()
    parent: str | None = None
    payer: str | None = None
    payment_terms: str | None = None
    net_days: int | None = None
    discount_percent: Decimal | None = None
    discount_days: int | None = None
    email: str | None = None
    phone: str | None = None
    street: str | None = None
    postal_code: str | None = None
    region: str | None = None
    vat_id: str | None = None
    credit_limit: Decimal | None = None
    direct_debit_mandate: str | None = None
    bank_charges: str | None = None
    auto_by_amount: bool | None = None
    contact_name: str | None = None


@dataclass(frozen=True, slots=True)
class OpenItemRow:
    """An invoice, credit note or payment with what is open of it.

    Amounts are signed: positive is owed to us. `document_date` falls back to the posting, baseline or due date.
    `open_amount` follows from the settled date where the file does not say it. `rounding_amount` is what rounding to
    the currency added to the written original amount. `due_date` None: terms decide.
    """

    line_number: int
    document: str
    document_type: DocumentType
    customer: str
    customer_name: str | None
    document_date: date
    due_date: date | None
    currency: str
    gross_amount: Decimal
    open_amount: Decimal
    settled_date: date | None = None
    net_amount: Decimal | None = None
    tax_amount: Decimal | None = None
    disputed_amount: Decimal | None = None
    rounding_amount: Decimal = Decimal(0)
    posting_date: date | None = None
    baseline_date: date | None = None
    company_code: str | None = None
    fiscal_year: str | None = None
    line_item: str | None = None
    description: str | None = None
    customer_po: str | None = None
    structured_reference: str | None = None
    payment_terms: str | None = None
    net_days: int | None = None
    disputed: bool | None = None
    dispute_reason: str | None = None
    country: str | None = None
    days_past_due: int | None = None
    dunning_level: str | None = None
    last_reminder_date: date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceLineRow:
    """A line of an invoice. `line_amount` is exact: quantity x price less discount, not rounded.

    `customer` None: the sale names none.
    """

    line_number: int
    document: str
    customer: str | None
    document_date: date | None
    currency: str
    line_amount: Decimal
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    discount_rate: Decimal | None = None
    product: str | None = None
    description: str | None = None
    customer_name: str | None = None
    country: str | None = None
    line_item: str | None = None


@dataclass(frozen=True, slots=True)
class AgedBalanceRow:
    """What one customer owes by age; the buckets sum to the balance."""

    line_number: int
    customer: str
    customer_name: str | None
    as_of_date: date | None
    currency: str
    balance: Decimal
    buckets: tuple[tuple[AgeBucket, Decimal], ...] = ()
    credit_limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Money received; negative is money given back."""

    line_number: int
    payment_reference: str | None
    payment_date: date
    amount: Decimal
    currency: str
    customer: str | None = None
    customer_name: str | None = None
    document: str | None = None
    order: str | None = None
    payment_method: str | None = None
    description: str | None = None
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    bank_reference: str | None = None


@dataclass(frozen=True, slots=True)
class BankLineRow:
    """A line of a bank statement kept as a table; positive is money in."""

    line_number: int
    booking_date: date
    value_date: date | None
    amount: Decimal
    currency: str
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    remittance_text: str | None = None
    bank_reference: str | None = None
    balance: Decimal | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class BankAccountRow:
    """An account of the company."""

    line_number: int
    key: str
    account: str
    currency: str
    format: str | None = None


@dataclass(frozen=True, slots=True)
class VirtualAccountRow:
    """An account number of the company's that was given to one customer."""

    line_number: int
    customer: str
    virtual_account: str


@dataclass(frozen=True, slots=True)
class FxRateRow:
    """Units of `quote_currency` for one `base_currency` on a day."""

    line_number: int
    rate_date: date
    base_currency: str
    quote_currency: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order; `amount` None: its lines say it."""

    line_number: int
    order: str
    customer: str
    customer_name: str | None
    order_date: date
    currency: str
    amount: Decimal | None = None
    prepayment_percent: Decimal | None = None
    required_date: date | None = None
    shipped_date: date | None = None
    status: str | None = None
    freight_amount: Decimal | None = None
    customer_po: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class DeductionCodeRow:
    """What a customer's deduction code means; `customer` None: it holds for all."""

    line_number: int
    code: str
    customer: str | None = None
    text: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RemittanceRow:
    """One document of a payer's advice, amounts as the payer wrote them."""

    line_number: int
    document: str
    currency: str
    paid_amount: Decimal | None
    gross_amount: Decimal | None = None
    discount_amount: Decimal | None = None
    deduction_amount: Decimal | None = None
    deduction_code: str | None = None
    document_date: date | None = None
    document_type: DocumentType | None = None
    description: str | None = None
    customer_po: str | None = None


Row = (
    CustomerRow
    | OpenItemRow
    | InvoiceLineRow
    | AgedBalanceRow
    | PaymentRow
    | BankLineRow
    | BankAccountRow
    | VirtualAccountRow
    | FxRateRow
    | OrderRow
    | DeductionCodeRow
    | RemittanceRow
)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken: where, which cell, why, and the likely value where one can be offered.

    `column` and `value` are empty when the whole row is at fault. `amount` is the row's amount where it can be read, in
    the currency it then has. `cells` are the row as it stands, for mending.
    """

    file: str
    line_number: int
    column: str
    value: str
    reason_code: str
    message: str
    proposal: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowNote:
    """Something noteworthy about a row that was taken (a value left out, an amount rounded)."""

    line_number: int
    column: str
    value: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ParsedChunk:
    """Some rows of a file, read: what was taken, what was refused, and what a person may want to know."""

    kind: FileKind
    rows: list[Row] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    notes: list[RowNote] = field(default_factory=list)
