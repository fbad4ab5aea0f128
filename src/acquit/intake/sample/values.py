"""What the sample company is made of: plain values, and beside them the truth no file tells.

A generator that only wrote files could show that matching runs. This one also says which receipt pays which
documents with which differences, so a test can say whether matching was right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from acquit.core.terms import PaymentTerms
from acquit.intake.sample.calendar import SampleDays

ZERO = Decimal("0.00")


class Lateness(StrEnum):
    """How a customer keeps the due date."""

    PROMPT = "PROMPT"
    STEADY = "STEADY"
    SLOW = "SLOW"
    VERY_SLOW = "VERY_SLOW"
    DISTRESSED = "DISTRESSED"


class ReferenceHabit(StrEnum):
    """How a customer names the invoices it pays."""

    STRUCTURED = "STRUCTURED"
    NUMBER = "NUMBER"
    TRUNCATED = "TRUNCATED"
    MISTYPED = "MISTYPED"
    ORDER_NUMBER = "ORDER_NUMBER"
    NONE = "NONE"


class Scenario(StrEnum):
    """What happened on a bank line, as the one who wrote it knows."""

    PLAIN = "PLAIN"
    STRUCTURED = "STRUCTURED"
    SEVERAL = "SEVERAL"
    TRUNCATED = "TRUNCATED"
    MISTYPED = "MISTYPED"
    ORDER_NUMBER = "ORDER_NUMBER"
    NO_REFERENCE = "NO_REFERENCE"
    CREDIT_NETTED = "CREDIT_NETTED"
    DISCOUNT = "DISCOUNT"
    LATE_DISCOUNT = "LATE_DISCOUNT"
    TOLERANCE = "TOLERANCE"
    DEDUCTION = "DEDUCTION"
    PART_PAYMENT = "PART_PAYMENT"
    OVERPAYMENT = "OVERPAYMENT"
    BANK_FEE = "BANK_FEE"
    DUPLICATE = "DUPLICATE"
    ON_ACCOUNT = "ON_ACCOUNT"
    PREPAYMENT = "PREPAYMENT"
    UNIDENTIFIED = "UNIDENTIFIED"
    CANCELLED_INVOICE = "CANCELLED_INVOICE"
    FACTOR = "FACTOR"
    DIRECT_DEBIT = "DIRECT_DEBIT"
    RETURNED_DEBIT = "RETURNED_DEBIT"
    SUPPLIER = "SUPPLIER"
    BANK_CHARGE = "BANK_CHARGE"
    INTEREST = "INTEREST"
    TAX = "TAX"
    PAYROLL = "PAYROLL"
    SWEEP = "SWEEP"


NOT_CUSTOMER_MONEY = frozenset(
    {
        Scenario.SUPPLIER,
        Scenario.BANK_CHARGE,
        Scenario.INTEREST,
        Scenario.TAX,
        Scenario.PAYROLL,
        Scenario.SWEEP,
    }
)


@dataclass(frozen=True, slots=True)
class Company:
    """A legal entity, its bank account, and the traits its documents are made from."""

    key: str
    name: str
    country: str
    currency: str
    language: str
    vat_rate: Decimal
    vat_id: str
    iban: str
    bic: str
    bank_key: str
    statement_format: str
    customer_count: int
    first_customer: int
    invoices_per_day: int
    typical_net: Decimal
    invoice_series: str
    credit_series: str
    order_series: str
    first_number: int
    structured_share: float
    opening_balance: Decimal
    countries: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's card, and the habits that only its payments show."""

    number: str
    name: str
    trading_names: tuple[str, ...]
    country: str
    city: str
    language: str
    currency: str
    ibans: tuple[str, ...]
    vat_id: str
    email: str
    terms_text: str
    terms: PaymentTerms
    parent: str
    payer: str
    mandate: str
    bank_charges: str
    is_auto_by_amount: bool
    credit_limit: Decimal
    weight: float
    scale: float
    lateness: Lateness
    reference_habit: ReferenceHabit
    takes_discount: bool
    payment_weekday: int | None
    monthly_fee: Decimal | None
    has_structured_reference: bool


@dataclass(frozen=True, slots=True)
class Order:
    """A customer's order. `amount` is gross; `documents` are the invoices that bill it."""

    number: str
    customer: str
    order_date: date
    currency: str
    amount: Decimal
    prepayment_percent: int


@dataclass(slots=True)
class Document:
    """An invoice or credit note; a credit note's amounts are negative.

    `open_before` is what was open before the first statement (the whole for later documents), `cleared_date` the day
    it went to zero before then. `paid_date` is the customer's plan and never leaves the generator; a scripted document
    has its own story and follows no plan.
    """

    number: str
    kind: str
    customer: str
    document_date: date
    due_date: date
    discount_date: date | None
    currency: str
    net: Decimal
    vat: Decimal
    vat_rate: Decimal
    customer_po: str = ""
    structured_reference: str = ""
    order: str = ""
    paid_date: date | None = None
    pays_with_discount: bool = False
    open_before: Decimal = ZERO
    cleared_date: date | None = None
    disputed_amount: Decimal = ZERO
    dispute_reason: str = ""
    is_scripted: bool = False

    @property
    def gross(self) -> Decimal:
        """Net and VAT together, exactly."""
        return self.net + self.vat


@dataclass(frozen=True, slots=True)
class Application:
    """Cash set against a document; negative for a credit note netted and for what a return takes back."""

    document: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between cash and document: positive paid short, negative paid over."""

    kind: str
    document: str
    amount: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Remitter:
    """Who sent the money, as the bank prints it; an empty `iban` when the bank withholds it."""

    name: str
    iban: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One booked bank line and its truth.

    `amount` is signed. Where something is applied, amount = sum of applied - differences without a document -
    overpayments (which are negative differences). `is_placeable` is false where no careful person could place the
    money from the files alone.
    """

    scenario: Scenario
    booking_date: date
    amount: Decimal
    remitter: Remitter
    text: str
    customer: str = ""
    applied: tuple[Application, ...] = ()
    differences: tuple[Difference, ...] = ()
    structured_reference: str = ""
    end_to_end_id: str = ""
    mandate: str = ""
    return_code: str = ""
    charges: Decimal = ZERO
    batch: str = ""
    reference: ReferenceHabit = ReferenceHabit.NONE
    is_placeable: bool = True
    account: str = ""
    bank_reference: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row made wrong on purpose: `is_extra` when the document also has a right row, else the document is missing."""

    company: str
    file: str
    line: int
    column: str
    value: str
    meant: str
    document: str
    is_extra: bool


@dataclass(frozen=True, slots=True)
class StatementPart:
    """One statement: its days (ends included), balances and lines; `is_daily` once the month is not finished."""

    sequence: int
    start: date
    end: date
    opening: Decimal
    closing: Decimal
    lines: tuple[Receipt, ...]
    is_daily: bool


@dataclass(slots=True)
class CompanySample:
    """Everything of one company: what the files say, and in `receipts` what is true."""

    company: Company
    days: SampleDays
    customers: list[Customer]
    orders: list[Order]
    documents: list[Document]
    receipts: list[Receipt]
    statements: list[StatementPart]
    euro_rates: dict[date, Decimal]

    def open_after(self) -> dict[str, Decimal]:
        """Give what is truly open of each document after the last statement, in document currency.

        A deduction counts as taken out of its document: it lives on as a case.
        """
        left = {document.number: document.open_before for document in self.documents}
        for receipt in self.receipts:
            for application in receipt.applied:
                left[application.document] -= application.amount
            for difference in receipt.differences:
                if difference.document and difference.kind != "OVERPAYMENT":
                    left[difference.document] -= difference.amount
        return left


@dataclass(frozen=True, slots=True)
class Sample:
    """The whole sample as of a day; `companies` carry what is true, the files only what a user would have."""

    seed: int
    as_of: date
    companies: tuple[CompanySample, ...]
