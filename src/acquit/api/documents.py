"""Documents: invoices and credit notes, issued here or taken over from another system."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from ninja.params.functions import Query
from pydantic import Field

from acquit.api.errors import answers
from acquit.api.login import Request
from acquit.api.pages import CursorKind, Page, PageFilters, cut_page
from acquit.api.replay import REPLAYED, IdempotencyKey, answer_once
from acquit.api.values import (
    Amount,
    AmountText,
    Body,
    CompanyId,
    Currency,
    CurrencyText,
    Day,
    DayOut,
    Id,
    Line,
    MomentOut,
    Name,
    Number,
    NumberText,
    Resource,
    amount_text,
    exact_amount,
    number_text,
)
from acquit.billing.operations import issue_documents
from acquit.billing.queries import (
    DocumentLineView,
    DocumentView,
    get_document_detail,
    list_documents,
)
from acquit.billing.rules.documents import DocumentDraft, LineDraft
from acquit.parties.queries import get_customer

router = Router(tags=["documents"])

_CURSORS = CursorKind("documents", (int,))
_NONE = Decimal(0)


class LineBody(Body):
    """A line; the lines' nets sum to the document's."""

    product: Line = Field("", examples=["P-100"])
    description: Line = Field("", examples=["Bearing 6204"])
    quantity: Number = Field(examples=["2"])
    price: Number = Field(description="Of one, net.", examples=["50.00"])
    net: Amount = Field(examples=["100.00"])
    tax_code: Line = Field("", examples=["S"])
    tax_rate: Number = Field(_NONE, description="In percent.", examples=["19"])
    tax: Amount = Field(_NONE, examples=["19.00"])


class DocumentBody(Body):
    """A document to issue. A credit note's amounts are below zero."""

    customer_id: Id
    kind: Literal["INVOICE", "CREDIT_NOTE"] = Field(examples=["INVOICE"])
    currency: Currency
    document_date: Day
    due_date: Day
    net: Amount = Field(examples=["100.00"])
    tax: Amount = Field(examples=["19.00"])
    number: Name | None = Field(None, description="Not given: the next of the company's series.")
    posting_date: Day | None = Field(
        None, description="Not given: the document's date. Its period must be open."
    )
    tax_point_date: Day | None = Field(None, description="Not given: the document's date.")
    baseline_date: Day | None = Field(
        None, description="Terms of payment count from it; else the document's date."
    )
    payment_terms: Line = Field("", examples=["30 days net"])
    customer_po: Line = Field("", description="The customer's order number.")
    structured_reference: Line = Field("", description="What the payer quotes, such as RF18 5390 0754 7034.")
    lines: Annotated[list[LineBody], Field(max_length=1000)] = []
    is_taken_over: bool = Field(
        default=False,
        description="Its revenue stands in another system's books; the counter-account is 9000.",
    )


class DocumentLine(Resource):
    """A line of a document."""

    line_no: int
    product: str
    description: str
    quantity: NumberText
    price: NumberText
    net: AmountText
    tax_code: str
    tax_rate: NumberText
    tax: AmountText


class Document(Resource):
    """A document as it was issued. It never changes."""

    id: int
    company_id: int
    customer_id: int
    kind: str = Field(examples=["INVOICE"])
    number: str = Field(examples=["RE-2026-000123"])
    currency: CurrencyText
    net: AmountText
    tax: AmountText
    gross: AmountText
    document_date: DayOut
    tax_point_date: DayOut
    posting_date: DayOut
    due_date: DayOut
    payment_terms: str
    customer_po: str
    structured_reference: str
    source: str = Field(description="Where it came from, such as a file's name; empty: issued here.")
    actor_id: int | None
    recorded_at: MomentOut


class DocumentDetail(Document):
    """A document with its lines and the items it made."""

    lines: list[DocumentLine]
    item_ids: list[int]


class DocumentPage(Page[Document]):
    """Documents, latest first."""


class DocumentFilters(PageFilters):
    """Which documents."""

    company_id: CompanyId | None = Field(None, description="Only this company's.")
    customer_id: Id | None = Field(None, description="Only this customer's.")
    number: Name | None = Field(None, description="Exactly this number.")


@router.get(
    "",
    response=answers({200: DocumentPage}, 404, 422),
    operation_id="list_documents",
    summary="List documents",
)
def list_all(request: Request, filters: Annotated[DocumentFilters, Query()]) -> dict[str, object]:
    """List documents, latest first."""
    before = _CURSORS.read(filters.cursor)
    rows = list_documents(
        company_ids=request.auth.companies(filters.company_id),
        customer_ids=None if filters.customer_id is None else [filters.customer_id],
        number=filters.number,
        before_id=before and before[0],
        limit=filters.limit + 1,
    )
    return cut_page(
        rows, limit=filters.limit, cursors=_CURSORS, position=lambda row: (row.id,), show=_document
    )


@router.get(
    "/{int:document_id}",
    response=answers({200: DocumentDetail}, 404, 422),
    operation_id="get_document",
    summary="Get a document",
)
def get_one(request: Request, document_id: Id) -> DocumentDetail:
    """Get a document, with its lines and the items it made."""
    del request
    return _detail(document_id)


@router.post(
    "",
    response=answers({201: DocumentDetail}, 403, 404, 409, 413, 415, 422),
    operation_id="issue_document",
    summary="Issue a document",
    openapi_extra={"responses": {201: REPLAYED}},
)
def issue(request: Request, key: IdempotencyKey, body: DocumentBody) -> HttpResponse:
    """Issue an invoice or credit note: the document, its item and its entry, or nothing of it."""
    customer = get_customer(body.customer_id)
    draft = _draft(body, customer.company_id)

    def act() -> tuple[int, DocumentDetail]:
        [issued] = issue_documents(actor=request.auth.actor, drafts=[draft])
        return 201, _detail(issued.document_id)

    return answer_once(request, company_id=customer.company_id, key=key, body=body, act=act)


def _draft(body: DocumentBody, company_id: int) -> DocumentDraft:
    def exact(amount: Decimal, param: str) -> Decimal:
        return exact_amount(amount, body.currency, param)

    return DocumentDraft(
        company_id=company_id,
        customer_id=body.customer_id,
        kind=body.kind,
        currency=body.currency,
        document_date=body.document_date,
        due_date=body.due_date,
        net=exact(body.net, "net"),
        tax=exact(body.tax, "tax"),
        number=body.number or "",
        posting_date=body.posting_date,
        tax_point_date=body.tax_point_date,
        baseline_date=body.baseline_date,
        payment_terms=body.payment_terms,
        customer_po=body.customer_po,
        structured_reference=body.structured_reference,
        is_taken_over=body.is_taken_over,
        lines=tuple(
            LineDraft(
                product=line.product,
                description=line.description,
                quantity=line.quantity,
                price=line.price,
                net=exact(line.net, f"lines.{n}.net"),
                tax_code=line.tax_code,
                tax_rate=line.tax_rate,
                tax=exact(line.tax, f"lines.{n}.tax"),
            )
            for n, line in enumerate(body.lines)
        ),
    )


def _detail(document_id: int) -> DocumentDetail:
    row, lines, item_ids = get_document_detail(document_id)
    return DocumentDetail(
        **_shown(row), lines=[_line(line, row.currency) for line in lines], item_ids=item_ids
    )


def _document(row: DocumentView) -> Document:
    return Document(**_shown(row))


def _shown(row: DocumentView) -> dict[str, Any]:
    return dict(  # noqa: C408 - the names of fields, as the class has them
        id=row.id,
        company_id=row.company_id,
        customer_id=row.customer_id,
        kind=row.kind,
        number=row.number,
        currency=row.currency,
        net=amount_text(row.net, row.currency),
        tax=amount_text(row.tax, row.currency),
        gross=amount_text(row.gross, row.currency),
        document_date=row.document_date,
        tax_point_date=row.tax_point_date,
        posting_date=row.posting_date,
        due_date=row.due_date,
        payment_terms=row.payment_terms,
        customer_po=row.customer_po,
        structured_reference=row.structured_reference,
        source=row.source,
        actor_id=row.actor_id,
        recorded_at=row.recorded_at,
    )


def _line(row: DocumentLineView, currency: str) -> DocumentLine:
    return DocumentLine(
        line_no=row.line_no,
        product=row.product,
        description=row.description,
        quantity=number_text(row.quantity),
        price=number_text(row.price),
        net=amount_text(row.net, currency),
        tax_code=row.tax_code,
        tax_rate=number_text(row.tax_rate),
        tax=amount_text(row.tax, currency),
    )
