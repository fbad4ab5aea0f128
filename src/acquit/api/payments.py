"""Payments: money received, from a bank statement, a file or a program, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router
from ninja.params.functions import Query
from pydantic import Field

from acquit.api import clock
from acquit.api.errors import answers
from acquit.api.login import Request
from acquit.api.pages import CursorKind, Page, PageFilters, cut_page
from acquit.api.replay import REPLAYED, IdempotencyKey, answer_once
from acquit.api.values import (
    LARGEST_ID,
    AmountText,
    Body,
    CompanyId,
    Currency,
    CurrencyText,
    Day,
    DayOut,
    Id,
    Line,
    Name,
    PositiveAmount,
    Resource,
    Text,
    amount_text,
    exact_amount,
)
from acquit.cash.operations import NewMoney, record_payments
from acquit.cash.queries import ReceiptView, find_receipt, get_receipt, list_receipts
from acquit.cash.rules.receipts import ReceiptFact
from acquit.core.errors import NotFound, Refusal
from acquit.parties.queries import get_customer

router = Router(tags=["payments"])

_CURSORS = CursorKind("payments", (int,))
#: Where payments of this door come from: their references are their own, apart from a file's.
SOURCE = "API"

State = Literal[
    "AUTO", "CONFIRMED", "PROPOSED", "UNAPPLIED", "UNIDENTIFIED", "ON_ACCOUNT", "IGNORED", "RETURNED", "SPLIT"
]


class PaymentExists(Refusal):
    """A payment of this reference was recorded before; nothing was changed."""

    code = "ALREADY_EXISTS"


class Payment(Resource):
    """Money received. `item_id` is the credit item it stands on until it is applied."""

    id: int
    company_id: int
    customer_id: int | None = Field(description="Whose money it is; null: nobody knows yet.")
    state: State = Field(
        description=(
            "AUTO: applied by the rules. CONFIRMED: applied by a person. PROPOSED: waits for a person to confirm."
            " UNAPPLIED, UNIDENTIFIED, RETURNED: wait for a person. ON_ACCOUNT: kept. IGNORED: no customer's money."
            " SPLIT: a sum whose details stand in its place."
        )
    )
    amount: AmountText
    currency: CurrencyText
    value_date: DayOut
    booking_date: DayOut | None
    item_id: int | None
    decision_id: int | None = Field(description="The proof: GET /decisions/{id}.")
    bank_line_id: int | None = Field(description="The line of a bank statement it came with.")
    counterparty: str = Field(description="As the bank wrote it, like the next three; empty without a line.")
    iban: str
    text: str
    structured_reference: str
    reference: str


class PaymentPage(Page[Payment]):
    """Payments, latest first."""


class PaymentFilters(PageFilters):
    """Which payments."""

    company_id: CompanyId | None = Field(None, description="Only this company's.")
    customer_id: Id | None = Field(None, description="Only this customer's.")
    state: State | None = Field(None, description="Only in this state.")


class PaymentBody(Body):
    """Money received outside a bank statement."""

    company_id: CompanyId
    amount: PositiveAmount
    currency: Currency
    value_date: Day
    booking_date: Day | None = Field(
        None, description="Posted on this day; not given: today. Its period must be open."
    )
    reference: Name = Field(description="Names the payment: once a company.", examples=["TX-20260331-0042"])
    customer_id: Id | None = Field(None, description="Whose money it is, when that is known.")
    counterparty: Line = Field("", description="Who paid, as the bank writes it.", examples=["Bergmann AG"])
    iban: Line = Field("", examples=["DE89370400440532013000"])
    text: Text = Field("", examples=["RE-2026-000123 abzgl. Skonto"])
    structured_reference: Line = Field("", examples=["RF18539007547034"])
    end_to_end_id: Line = ""


@router.get(
    "", response=answers({200: PaymentPage}, 404, 422), operation_id="list_payments", summary="List payments"
)
def list_all(request: Request, filters: Annotated[PaymentFilters, Query()]) -> dict[str, object]:
    """List payments, latest first."""
    before = _CURSORS.read(filters.cursor)
    rows = list_receipts(
        company_ids=request.auth.companies(filters.company_id),
        customer_ids=None if filters.customer_id is None else [filters.customer_id],
        states=None if filters.state is None else [filters.state],
        before_id=before[0] if before else LARGEST_ID,
        limit=filters.limit + 1,
    )
    return cut_page(
        rows, limit=filters.limit, cursors=_CURSORS, position=lambda row: (row.id,), show=_payment
    )


@router.get(
    "/{int:payment_id}",
    response=answers({200: Payment}, 404, 422),
    operation_id="get_payment",
    summary="Get a payment",
)
def get_one(request: Request, payment_id: Id) -> Payment:
    """Get a payment and what became of it."""
    del request
    return _payment(get_receipt(payment_id))


@router.post(
    "",
    response=answers({201: Payment}, 403, 404, 409, 413, 415, 422),
    operation_id="record_payment",
    summary="Record a payment",
    openapi_extra={"responses": {201: REPLAYED}},
)
def record(request: Request, key: IdempotencyKey, body: PaymentBody) -> HttpResponse:
    """Record money received and decide about it at once: applied, proposed, or left for a person."""
    [company_id] = request.auth.companies(body.company_id)
    _check_customer(body)
    now = clock.read_now()
    money = _money(body, booking_date=body.booking_date or request.auth.today)

    def act() -> tuple[int, Payment]:
        outcome = record_payments(
            actor=request.auth.actor,
            company_id=company_id,
            payments=[money],
            business_date=request.auth.today,
            decided_at=now,
        )
        recorded = find_receipt(company_id=company_id, source=SOURCE, reference=body.reference)
        if recorded is None:
            raise LookupError(f"payment {body.reference!r} was recorded and is not there")
        if not outcome.states:
            raise PaymentExists(
                f"Payment {body.reference} was recorded before as payment {recorded.id}.",
                param="reference",
                details={"payment_id": recorded.id},
            )
        return 201, _payment(recorded)

    return answer_once(request, company_id=company_id, key=key, body=body, act=act)


def _check_customer(body: PaymentBody) -> None:
    if body.customer_id is not None and get_customer(body.customer_id).company_id != body.company_id:
        raise NotFound(
            f"There is no customer {body.customer_id} in company {body.company_id}.", param="customer_id"
        )


def _money(body: PaymentBody, *, booking_date: date) -> NewMoney:
    return NewMoney(
        fact=ReceiptFact(
            key=0,
            company_id=body.company_id,
            currency=body.currency,
            amount=exact_amount(body.amount, body.currency, "amount"),
            value_date=body.value_date,
            structured_reference=body.structured_reference,
            end_to_end_id=body.end_to_end_id,
            text=body.text,
            counterparty=body.counterparty,
            iban=body.iban.replace(" ", ""),
            customer_id=body.customer_id,
        ),
        booking_date=booking_date,
        number=body.reference,
        source=SOURCE,
        reference=body.reference,
    )


def _payment(row: ReceiptView) -> Payment:
    return Payment.model_validate(
        {
            **{name: getattr(row, name) for name in Payment.model_fields},
            "amount": amount_text(row.amount, row.currency),
        }
    )
