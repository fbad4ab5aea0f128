"""Reads of documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.billing.models import Document
from acquit.core.errors import NotFound
from acquit.infra.bulk import ask
from acquit.infra.schema import sql_text

_DOCUMENT = """\
SELECT id, company_id, customer_id, kind, number, currency, document_date, tax_point_date, posting_date, due_date,
       payment_terms, customer_po, structured_reference, source, net, tax, gross, actor_id, recorded_at
  FROM document WHERE id = %s"""
_DETAIL = """\
SELECT d.id, d.company_id, d.customer_id, d.kind, d.number, d.currency, d.document_date, d.tax_point_date,
       d.posting_date, d.due_date, d.payment_terms, d.customer_po, d.structured_reference, d.source, d.net, d.tax,
       d.gross, d.actor_id, d.recorded_at, ARRAY(SELECT i.id FROM item i WHERE i.document_id = d.id ORDER BY i.id),
       l.line_no, l.product, l.description, l.quantity, l.price, l.net, l.tax_code, l.tax_rate, l.tax
  FROM document d
  LEFT JOIN document_line l ON l.document_id = d.id
 WHERE d.id = %s ORDER BY l.line_no"""
_KNOWN = "SELECT number, gross FROM document WHERE company_id = %s AND number = ANY(%s::text[])"
_LINES = """\
SELECT line_no, product, description, quantity, price, net, tax_code, tax_rate, tax
  FROM document_line WHERE document_id = %s ORDER BY line_no"""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as it was issued; a credit note's amounts are negative."""

    id: int
    company_id: int
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
    structured_reference: str
    source: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    actor_id: int | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentLineView:
    """A line of a document."""

    line_no: int
    product: str
    description: str
    quantity: Decimal
    price: Decimal
    net: Decimal
    tax_code: str
    tax_rate: Decimal
    tax: Decimal


def list_series_numbers(*, company_id: int, start_date: date, end_date: date) -> dict[str, list[int]]:
    """Give the numbers of each series from the first to the last one of documents dated in an interval of days."""
    parameters: dict[str, Any] = {"company_id": company_id, "start_date": start_date, "end_date": end_date}
    found: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql_text("billing", "series_numbers.sql"), parameters)
        for series, number in cursor.fetchall():
            found.setdefault(series, []).append(number)
    return found


def get_document(document_id: int) -> DocumentView:
    """Give a document; refuses (`NotFound`)."""
    found = ask(_DOCUMENT, document_id)
    if not found:
        raise NotFound(f"There is no document {document_id}.", param="document_id")
    return DocumentView(*found[0])


def list_documents(
    *,
    company_ids: Iterable[int] | None = None,
    customer_ids: Iterable[int] | None = None,
    document_ids: Iterable[int] | None = None,
    number: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[DocumentView]:
    """List documents, latest first; `before_id` is the cursor."""
    rows = Document.objects.order_by("-id")
    for name, values in (("company_id", company_ids), ("customer_id", customer_ids), ("id", document_ids)):
        if values is not None:
            rows = rows.filter(**{f"{name}__in": list(values)})
    if number is not None:
        rows = rows.filter(number=number)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [_document(row) for row in rows[:limit]]


def list_document_lines(document_id: int) -> list[DocumentLineView]:
    """List the lines of a document in order; one taken over from another system may have none."""
    return [DocumentLineView(*row) for row in ask(_LINES, document_id)]


def get_document_detail(document_id: int) -> tuple[DocumentView, list[DocumentLineView], list[int]]:
    """Give a document with its lines in order and the ids of the items it made; refuses (`NotFound`)."""
    found = ask(_DETAIL, document_id)
    if not found:
        raise NotFound(f"There is no document {document_id}.", param="document_id")
    [*document, item_ids] = found[0][:20]
    lines = [DocumentLineView(*row[20:]) for row in found if row[20] is not None]
    return DocumentView(*document), lines, item_ids


def _document(row: Document) -> DocumentView:
    return DocumentView(
        id=row.id,
        company_id=row.company_id,
        customer_id=row.customer_id,
        kind=row.kind,
        number=row.number,
        currency=row.currency,
        document_date=row.document_date,
        tax_point_date=row.tax_point_date,
        posting_date=row.posting_date,
        due_date=row.due_date,
        payment_terms=row.payment_terms,
        customer_po=row.customer_po,
        structured_reference=row.structured_reference,
        source=row.source,
        net=row.net,
        tax=row.tax,
        gross=row.gross,
        actor_id=row.actor_id,
        recorded_at=row.recorded_at,
    )


def list_known_documents(company_id: int, numbers: Sequence[str]) -> dict[str, Decimal]:
    """Give the gross amounts of those numbers that are in the books."""
    return dict(ask(_KNOWN, company_id, list(numbers)))
