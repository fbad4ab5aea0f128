"""The sample's tables as rows of text or typed cells, each in the manner of its company.

Germany writes the names of the format guide with ISO dates; Austria a German export with decimal commas; Britain a
workbook with English headers and real dates and numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.core.terms import TermsKind
from acquit.intake.sample.documents import CREDIT_NOTE, INVOICE
from acquit.intake.sample.values import Company, Customer, Document, Order

Cell = str | Decimal | date | None
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the open-item list: its name in the format guide, its header in this file, the cell of a document."""

    name: str
    header: str
    cell: Callable[[Document], Cell]


# The format guide's name (which is the German company's header), the Austrian and the British header; a British list
# has no structured references, so the column is left out.
_OPEN_ITEM_COLUMNS: tuple[tuple[str, str, str, Callable[[Document], Cell]], ...] = (
    ("document", "Belegnummer", "Document No.", lambda document: document.number),
    ("type", "Belegart", "Document Type", lambda document: document.kind),
    ("customer", "Debitor", "Customer No.", lambda document: document.customer),
    ("document_date", "Belegdatum", "Document Date", lambda document: document.document_date),
    ("due_date", "Fällig am", "Due Date", lambda document: document.due_date),
    ("currency", "Währung", "Currency", lambda document: document.currency),
    ("gross_amount", "Bruttobetrag", "Gross Amount", lambda document: document.gross),
    ("open_amount", "Offener Betrag", "Open Amount", lambda document: document.open_before),
    ("customer_po", "Bestellnummer Kunde", "Customer PO", lambda document: document.customer_po),
    ("structured_reference", "Zahlungsreferenz", "", lambda document: document.structured_reference),
    ("net_amount", "Nettobetrag", "Net Amount", lambda document: document.net),
    ("vat_amount", "USt-Betrag", "VAT Amount", lambda document: document.vat),
    ("cleared_date", "Ausgeglichen am", "Cleared Date", lambda document: document.cleared_date),
    (
        "disputed_amount",
        "Strittiger Betrag",
        "Disputed Amount",
        lambda document: document.disputed_amount or None,
    ),
    ("dispute_reason", "Klärungsgrund", "Dispute Reason", lambda document: document.dispute_reason),
)
_KIND_WORDS = {
    "DE": {INVOICE: "invoice", CREDIT_NOTE: "credit_note"},
    "AT": {INVOICE: "Rechnung", CREDIT_NOTE: "Gutschrift"},
    "GB": {INVOICE: "Invoice", CREDIT_NOTE: "Credit note"},
}
_CUSTOMER_HEADER = (
    "customer", "name", "trading_names", "country", "city", "language", "currency", "ibans", "parent", "payer",
    "payment_terms", "net_days", "discount_percent", "discount_days", "email", "direct_debit_mandate", "bank_charges",
    "auto_by_amount", "vat_id", "credit_limit",
)  # fmt: skip
_ORDER_HEADER = ("order", "customer", "order_date", "currency", "amount", "prepayment_percent")
_RATE_HEADER = ("date", "base", "currency", "rate")
_ACCOUNT_HEADER = ("key", "account", "currency", "format")


def open_item_columns(company: Company) -> tuple[Column, ...]:
    """Give the columns of a company's open-item list, with the headers of its language."""
    place = ("DE", "AT", "GB").index(company.country)
    columns = (
        Column(name, (name, austrian, british)[place], cell)
        for name, austrian, british, cell in _OPEN_ITEM_COLUMNS
    )
    return tuple(column for column in columns if column.header)


def open_item_rows(company: Company, documents: Sequence[Document]) -> list[Row]:
    """Give the open-item list, header first, one row a document."""
    columns = open_item_columns(company)
    words = _KIND_WORDS[company.country]
    rows: list[Row] = [[column.header for column in columns]]
    for document in documents:
        row = [column.cell(document) for column in columns]
        row[1] = words[document.kind]
        rows.append(row)
    return rows


def customer_rows(customers: Sequence[Customer]) -> list[Row]:
    """Give the customer list, header first. Several IBANs or names of one customer stand in one cell, `|` between."""
    rows: list[Row] = [list(_CUSTOMER_HEADER)]
    for customer in customers:
        terms = customer.terms
        is_net = terms.kind is TermsKind.NET
        rows.append(
            [
                customer.number,
                customer.name,
                "|".join(customer.trading_names),
                customer.country,
                customer.city,
                customer.language,
                customer.currency,
                "|".join(customer.ibans),
                customer.parent,
                customer.payer,
                customer.terms_text,
                str(terms.days) if is_net else "",
                str(terms.discount_rate) if terms.discount_rate else "",
                str(terms.discount_days) if terms.discount_rate else "",
                customer.email,
                customer.mandate,
                customer.bank_charges,
                "yes" if customer.is_auto_by_amount else "no",
                customer.vat_id,
                customer.credit_limit,
            ]
        )
    return rows


def order_rows(orders: Sequence[Order]) -> list[Row]:
    """Give the orders, header first; amounts are gross."""
    rows: list[Row] = [list(_ORDER_HEADER)]
    rows += [
        [
            order.number,
            order.customer,
            order.order_date,
            order.currency,
            order.amount,
            str(order.prepayment_percent),
        ]
        for order in orders
    ]
    return rows


def bank_account_rows(company: Company) -> list[Row]:
    """Give the company's bank account, header first."""
    return [
        list(_ACCOUNT_HEADER),
        [company.bank_key, company.iban, company.currency, company.statement_format],
    ]


def rate_rows(currency: str, euro_rates: Mapping[date, Decimal]) -> list[Row]:
    """Give the exchange rates, header first: euro per one of the company's currency."""
    rows: list[Row] = [list(_RATE_HEADER)]
    rows += [[day, currency, "EUR", rate] for day, rate in euro_rates.items()]
    return rows


def write_plain(cell: Cell) -> str:
    """Write a cell for programs: 2026-11-19, 1234.56, nothing for what is unknown."""
    return "" if cell is None else str(cell)


def write_german(cell: Cell) -> str:
    """Write a cell as a German export does: 19.11.2026, 1.234,56."""
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}".translate(str.maketrans(",.", ".,"))
    return cell or ""
