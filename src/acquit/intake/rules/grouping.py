"""From invoice lines to documents: one sum, one rounding, one class for every line.

Rules, in order. A document's exact amount is the sum of quantity x price less discount over its lines, plus the freight
of its header; it is rounded once, half away from zero, to its currency. The sign of the rounded sum decides: above zero
an invoice, below zero a credit note (numbers such as C536379 only confirm it), zero nothing to post. A document whose
lines name several customers or currencies is refused. A document without customer is kept apart: whoever posts it
decides on the account of unnamed customers.

The clever idea: fractions are never rounded line by line, and what rounding moved is kept per document, so that
6,155,733.432 in a file and the posted cents agree to the last digit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum

from acquit.core.money import round_amount
from acquit.intake.rules.document_types import DocumentType
from acquit.intake.rules.rows import InvoiceLineRow, OpenItemRow, OrderRow
from acquit.intake.rules.totals import EXACT, ZERO


class LineClass(StrEnum):
    """Where the lines of a document went; every line is in exactly one class."""

    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"
    INVOICE_WITHOUT_CUSTOMER = "INVOICE_WITHOUT_CUSTOMER"
    CREDIT_NOTE_WITHOUT_CUSTOMER = "CREDIT_NOTE_WITHOUT_CUSTOMER"
    NOTHING_TO_POST = "NOTHING_TO_POST"
    REFUSED = "REFUSED"
    LEFT_OUT = "LEFT_OUT"


@dataclass(frozen=True, slots=True)
class GroupedDocument:
    """A document made of its lines. `exact_amount` is before rounding and includes `freight_amount`.

    `gross_amount` = exact + rounding. `zero_lines` are lines of no value (free goods, adjustments).
    """

    document: str
    line_class: LineClass
    document_type: DocumentType | None
    customer: str | None
    customer_name: str | None
    document_date: date | None
    currency: str
    exact_amount: Decimal
    gross_amount: Decimal
    rounding_amount: Decimal
    freight_amount: Decimal
    lines: int
    zero_lines: int
    first_line: int
    country: str | None
    status: str | None
    reason: str


@dataclass(slots=True)
class ClassTotal:
    """What one class holds."""

    documents: int = 0
    lines: int = 0
    exact: Decimal = ZERO
    gross: Decimal = ZERO


@dataclass(slots=True)
class GroupedDocuments:
    """All documents in order of their first line, and the totals that account for every line."""

    documents: list[GroupedDocument] = field(default_factory=list)
    classes: dict[LineClass, ClassTotal] = field(default_factory=dict)
    lines: int = 0
    exact: Decimal = ZERO
    freight: Decimal = ZERO
    headers_without_lines: list[str] = field(default_factory=list)
    documents_without_header: list[str] = field(default_factory=list)

    @property
    def difference(self) -> Decimal:
        """The sum of the lines and freights, less what the classes hold; 0 always."""
        with localcontext(EXACT):
            return self.exact + self.freight - sum((total.exact for total in self.classes.values()), ZERO)

    @property
    def rounding(self) -> Decimal:
        """What rounding added to all documents together."""
        with localcontext(EXACT):
            return sum((total.gross - total.exact for total in self.classes.values()), ZERO)


@dataclass(slots=True)
class _Sum:
    """A document while its lines come in."""

    first: InvoiceLineRow
    amount: Decimal = ZERO
    lines: int = 0
    zero_lines: int = 0
    customer: str | None = None
    trouble: str = ""


def group_documents(
    rows: Iterable[InvoiceLineRow],
    *,
    headers: Iterable[OrderRow | OpenItemRow] | None = None,
    left_out_statuses: Collection[str] = (),
) -> GroupedDocuments:
    """Make documents of invoice lines, which may stand in any order.

    `headers` are the orders or invoices that lines without customer and date belong to (by number); what a header says
    counts where the lines are silent. Documents whose header has one of `left_out_statuses` are left out. Lines without
    a header are kept and named when headers are given.
    """
    sums: dict[str, _Sum] = {}
    with localcontext(EXACT):
        for row in rows:
            found = sums.get(row.document)
            if found is None:
                found = sums[row.document] = _Sum(row)
            _add(found, row)
        return _close(sums, headers, left_out_statuses)


def _add(found: _Sum, row: InvoiceLineRow) -> None:
    found.lines += 1
    found.amount += row.line_amount
    if not row.line_amount:
        found.zero_lines += 1
    if row.customer is not None and row.customer != found.customer:
        if found.customer is not None:
            found.trouble = f"Its lines name the customers {found.customer} and {row.customer}."
        else:
            found.customer = row.customer
    if row.currency != found.first.currency:
        found.trouble = f"Its lines are in {found.first.currency} and {row.currency}."


def _close(
    sums: dict[str, _Sum],
    headers: Iterable[OrderRow | OpenItemRow] | None,
    left_out_statuses: Collection[str],
) -> GroupedDocuments:
    by_number = {_number_of(header): header for header in headers or ()}
    grouped = GroupedDocuments()
    for number, found in sums.items():
        header = by_number.get(number)
        if headers is not None and header is None:
            grouped.documents_without_header.append(number)
        document = _document(number, found, header, left_out_statuses)
        grouped.documents.append(document)
        total = grouped.classes.setdefault(document.line_class, ClassTotal())
        total.documents += 1
        total.lines += found.lines
        total.exact += document.exact_amount
        total.gross += document.gross_amount
        grouped.lines += found.lines
        grouped.exact += found.amount
        grouped.freight += document.freight_amount
    grouped.headers_without_lines = [number for number in by_number if number not in sums]
    return grouped


def _number_of(header: OrderRow | OpenItemRow) -> str:
    return header.order if isinstance(header, OrderRow) else header.document


def _document(
    number: str, found: _Sum, header: OrderRow | OpenItemRow | None, left_out_statuses: Collection[str]
) -> GroupedDocument:
    first = found.first
    order = header if isinstance(header, OrderRow) else None
    dated = first.document_date or (order.order_date if order else header.document_date if header else None)  # type: ignore[union-attr]
    freight = (order.freight_amount if order else None) or ZERO
    exact = found.amount + freight
    gross = round_amount(exact, first.currency)
    customer = found.customer or (header.customer if header else None)
    status = order.status if order else None
    line_class, reason = _class_of(found, gross, customer)
    if status is not None and status in left_out_statuses:
        line_class, reason = LineClass.LEFT_OUT, f"Its status is {status}."
    return GroupedDocument(
        document=number,
        line_class=line_class,
        document_type=DocumentType.INVOICE if gross > 0 else DocumentType.CREDIT_NOTE if gross < 0 else None,
        customer=customer,
        customer_name=first.customer_name or (header.customer_name if header else None),
        document_date=dated,
        currency=first.currency,
        exact_amount=exact,
        gross_amount=gross,
        rounding_amount=gross - exact,
        freight_amount=freight,
        lines=found.lines,
        zero_lines=found.zero_lines,
        first_line=first.line_number,
        country=first.country,
        status=status,
        reason=reason,
    )


def _class_of(found: _Sum, gross: Decimal, customer: str | None) -> tuple[LineClass, str]:
    if found.trouble:
        return LineClass.REFUSED, found.trouble
    if not gross:
        return LineClass.NOTHING_TO_POST, "Its lines add up to 0."
    if customer is None:
        reason = "Its lines name no customer."
        return (
            LineClass.INVOICE_WITHOUT_CUSTOMER if gross > 0 else LineClass.CREDIT_NOTE_WITHOUT_CUSTOMER
        ), reason
    return (LineClass.INVOICE if gross > 0 else LineClass.CREDIT_NOTE), ""
