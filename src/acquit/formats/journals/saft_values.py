"""What an audit file (SAF-T) tells of a company, as values: heads, customers, documents and payments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.core.errors import Refusal
from acquit.formats.journals.values import JournalEntry, JournalHead


class CannotWriteAuditFile(Refusal):
    """The entries do not lead from the opening to the closing balances; no file was written."""

    code = "CANNOT_WRITE_AUDIT_FILE"


class AuditCompany(NamedTuple):
    """Whose file it is."""

    id: int
    name: str
    country: str
    currency: str


class AuditAccount(NamedTuple):
    """What stood on an account before the first day and after the last one, in company currency."""

    account_id: int
    opening: Decimal
    closing: Decimal


class AuditCustomer(NamedTuple):
    """A customer, and what stood on its control accounts before the first day and after the last one."""

    id: int
    number: str
    name: str
    city: str
    country: str
    currency: str
    opening: Decimal
    closing: Decimal


class AuditTaxCode(NamedTuple):
    """A tax code with its rate in percent, as lines of documents name it; the code may be empty."""

    code: str
    rate: Decimal

    @property
    def name(self) -> str:
        """Give the code, or one made of the rate where documents name none."""
        return self.code or f"VAT-{self.rate.normalize():f}"


class AuditLine(NamedTuple):
    """A line of a document: signed amounts in document currency, credit notes negative."""

    number: int
    product: str
    description: str
    quantity: Decimal
    price: Decimal
    net: Decimal
    tax_code: str
    tax_rate: Decimal
    tax: Decimal


class AuditDocument(NamedTuple):
    """An invoice or credit note: signed amounts, credit notes negative; `company_gross` is its value in the books."""

    id: int
    customer_id: int
    kind: str
    number: str
    currency: str
    document_date: date
    tax_point_date: date
    posting_date: date
    due_date: date
    payment_terms: str
    customer_po: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    company_gross: Decimal
    lines: tuple[AuditLine, ...]


class AuditPayment(NamedTuple):
    """Money that came in (positive) or went back (negative), in its currency and in the company's."""

    id: int
    number: str
    posting_date: date
    customer_id: int
    kind: str
    currency: str
    amount: Decimal
    company_amount: Decimal


@dataclass(frozen=True, slots=True)
class AuditFile:
    """Everything of one company between two days (both inside), of one moment.

    Entries, documents and payments are read as often as asked for: the file says their totals before the first.
    """

    company: AuditCompany
    first_date: date
    last_date: date
    created_date: date
    software_version: str
    head: JournalHead
    accounts: tuple[AuditAccount, ...]
    customers: Mapping[int, AuditCustomer]
    tax_codes: tuple[AuditTaxCode, ...]
    period_of: Callable[[date], tuple[int, int]]
    read_entries: Callable[[], Iterator[JournalEntry]]
    read_documents: Callable[[], Iterator[AuditDocument]]
    read_payments: Callable[[], Iterator[AuditPayment]]
