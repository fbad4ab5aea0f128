"""Posting sales kept line by line: lines become documents, documents are issued in chunks.

A document's amount is rounded once; its lines take the cents of that rounding between them (cumulative rounding), so
they add up to it. Sales that name no customer go to one collective account, as cash sales do. Documents that come to
nothing are counted, not posted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from acquit.billing.operations import issue_documents
from acquit.billing.queries import list_known_documents
from acquit.billing.rules.documents import DocumentDraft, LineDraft
from acquit.controls.rules.duties import Actor
from acquit.core.money import ZERO, round_amount
from acquit.formats.tables import open_table
from acquit.intake.operations.receiving import open_stored
from acquit.intake.operations.taking_over import due_date_of
from acquit.intake.queries import FileView
from acquit.intake.rules.building import ReadContext
from acquit.intake.rules.grouping import GroupedDocument, LineClass, group_documents
from acquit.intake.rules.kinds import FileKind
from acquit.intake.rules.mapping import mapping_from_json
from acquit.intake.rules.reading import RowReader, read_rows
from acquit.intake.rules.rows import InvoiceLineRow, OpenItemRow, OrderRow, RefusedRow
from acquit.ledger.operations import open_periods
from acquit.ledger.rules.periods import BookingWindow, CannotOpenPeriod
from acquit.parties.queries import list_payment_terms

#: The collective account of sales that name no customer.
ONE_TIME_CUSTOMER = "ONE-TIME"
_CHUNK = 5_000
_POSTED = frozenset(
    {
        LineClass.INVOICE,
        LineClass.CREDIT_NOTE,
        LineClass.INVOICE_WITHOUT_CUSTOMER,
        LineClass.CREDIT_NOTE_WITHOUT_CUSTOMER,
    }
)


class SoldLine(NamedTuple):
    """What is kept of a line until its document is posted."""

    product: str
    description: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(slots=True)
class Sales:
    """What came of a file of sales."""

    new: int = 0
    known: int = 0
    nothing_to_post: int = 0
    refused: list[RefusedRow] = field(default_factory=list)


class SalesPoster:
    """Posts one file of invoice lines."""

    def __init__(
        self,
        *,
        actor: Actor,
        company_id: int,
        file_name: str,
        run_id: int,
        ensure_customers: Callable[[Iterator[tuple[str, str | None, str | None]]], None],
        customer_ids: Mapping[str, int],
        window: BookingWindow,
    ) -> None:
        self._actor = actor
        self._company_id = company_id
        self._file_name = file_name
        self._run_id = run_id
        self._ensure_customers = ensure_customers
        self._customer_ids = customer_ids
        self._window = window
        self._terms: Mapping[int, str] = {}
        self._lines: dict[str, list[SoldLine]] = {}
        self.sales = Sales()

    def post(
        self, reader: RowReader, headers: Sequence[OrderRow | OpenItemRow] | None, tell: Callable[[int], None]
    ) -> Sales:
        """Read, group and post; documents that are in the books already are left alone."""
        grouped = group_documents(self._read(reader, tell), headers=headers)
        documents = [document for document in grouped.documents if self._is_posted(document)]
        named = (
            (d.customer or ONE_TIME_CUSTOMER, _name(d), d.country if d.customer else None) for d in documents
        )
        self._ensure_customers(named)
        self._terms = list_payment_terms(self._company_id)
        for start in range(0, len(documents), _CHUNK):
            self._post_chunk(documents[start : start + _CHUNK])
        return self.sales

    def _read(self, reader: RowReader, tell: Callable[[int], None]) -> Iterator[InvoiceLineRow]:
        for chunk in reader:
            self.sales.refused += chunk.refused
            for row in chunk.rows:
                if isinstance(row, InvoiceLineRow):
                    kept = SoldLine(
                        row.product or "",
                        row.description or "",
                        row.quantity if row.quantity is not None else Decimal(1),
                        row.unit_price if row.unit_price is not None else row.line_amount,
                        row.line_amount,
                    )
                    self._lines.setdefault(row.document, []).append(kept)
                    yield row
            tell(reader.totals.rows_read)

    def _is_posted(self, document: GroupedDocument) -> bool:
        if document.line_class is LineClass.NOTHING_TO_POST:
            self.sales.nothing_to_post += 1
        if document.line_class is LineClass.REFUSED:
            self._refuse(document, "DOCUMENT_CONTRADICTS_ITSELF", document.reason)
        elif document.document_date is None and document.line_class in _POSTED:
            self._refuse(
                document, "NO_DATE", "The document has no date. Add the file of orders it belongs to."
            )
        day = document.document_date
        if day is not None and document.line_class in _POSTED and not self._window.holds(day):
            self._refuse(document, CannotOpenPeriod.code, self._window.describe(day))
            return False
        return document.line_class in _POSTED and day is not None

    def _refuse(self, document: GroupedDocument, code: str, reason: str) -> None:
        self.sales.refused.append(
            RefusedRow(
                file=self._file_name,
                line_number=document.first_line,
                column="",
                value=document.document,
                reason_code=code,
                message=f"{document.document}: {reason}",
                amount=document.gross_amount,
                currency=document.currency,
            )
        )

    def _post_chunk(self, documents: Sequence[GroupedDocument]) -> None:
        known = list_known_documents(self._company_id, [document.document for document in documents])
        fresh = []
        for document in documents:
            if document.document not in known:
                fresh.append(document)
            elif known[document.document] == document.gross_amount:
                self.sales.known += 1
            else:
                reason = f"in the books over {known[document.document]}, here over {document.gross_amount}."
                self._refuse(document, "NUMBER_TAKEN", reason)
        if not fresh:
            return
        drafts = [self._draft(document) for document in fresh]
        days = [draft.document_date for draft in drafts]
        open_periods(company_id=self._company_id, first_date=min(days), last_date=max(days))
        issue_documents(actor=self._actor, drafts=drafts, run_id=self._run_id)
        self.sales.new += len(drafts)
        for document in fresh:
            del self._lines[document.document]

    def _draft(self, document: GroupedDocument) -> DocumentDraft:
        assert document.document_date is not None  # noqa: S101 - `_is_posted` let none pass
        customer_id = self._customer_ids[document.customer or ONE_TIME_CUSTOMER]
        terms = self._terms.get(customer_id, "")
        return DocumentDraft(
            company_id=self._company_id,
            customer_id=customer_id,
            kind="INVOICE" if document.gross_amount > 0 else "CREDIT_NOTE",
            currency=document.currency,
            document_date=document.document_date,
            due_date=due_date_of(None, terms, None, document.document_date),
            net=document.gross_amount,
            tax=ZERO,
            number=document.document,
            payment_terms=terms,
            lines=tuple(_line_drafts(self._lines[document.document], document)),
            source=self._file_name,
        )


def _name(document: GroupedDocument) -> str | None:
    return document.customer_name if document.customer else "One-time customers"


def _line_drafts(lines: Iterable[SoldLine], document: GroupedDocument) -> Iterator[LineDraft]:
    """Round lines cumulatively, so that they add up to the document; freight is a line of its own."""
    exact = rounded = ZERO
    freight = [SoldLine("", "Freight", Decimal(1), document.freight_amount, document.freight_amount)]
    for line in [*lines, *(freight if document.freight_amount else [])]:
        exact += line.amount
        net = round_amount(exact, document.currency) - rounded
        rounded += net
        yield LineDraft(line.product, line.description, line.quantity, line.price, net)


def read_headers(
    file: FileView, beside: Sequence[FileView], context: Callable[[FileView], ReadContext]
) -> list[OrderRow | OpenItemRow] | None:
    """Read the orders beside a file of lines, for the customers and dates its lines do not name; None without any."""
    orders = [
        other for other in beside if other.kind == FileKind.ORDERS and other.intake_id == file.intake_id
    ]
    if not orders:
        return None
    headers: list[OrderRow | OpenItemRow] = []
    for other in orders:
        with open_stored(other) as content:
            reader = read_rows(
                open_table(content, other.name), mapping_from_json(other.mapping), context(other)
            )
            headers += [row for chunk in reader for row in chunk.rows if isinstance(row, OrderRow)]
    return headers
