"""Customers: search and read the accounts."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from ninja.params.functions import Query
from pydantic import Field

from acquit.api.errors import answers
from acquit.api.login import Request
from acquit.api.pages import CursorKind, Page, PageFilters, cut_page
from acquit.api.values import AmountText, CompanyId, Id, Resource, Words, amount_text
from acquit.controls.queries import list_companies
from acquit.parties.operations import record_access
from acquit.parties.queries import CustomerView, get_customer, list_customer_ibans, list_customers

router = Router(tags=["customers"])

_CURSORS = CursorKind("customers", (str, int))


class Customer(Resource):
    """A customer account: what one company agreed with one party. Empty text: not known."""

    id: int = Field(examples=[4711])
    company_id: int
    number: str = Field(examples=["10023"])
    name: str = Field(examples=["Bergmann Maschinenbau AG"])
    trading_names: list[str]
    country: str
    city: str
    language: str
    currency: str = Field(description="Preferred currency, or empty: the company's.")
    payment_terms: str = Field(examples=["30 days net, 2 % within 10 days"])
    email: str
    phone: str
    credit_limit: AmountText | None = Field(description="In the company's currency; null: none set.")
    is_insolvent: bool
    is_technical: bool = Field(description="True for the account that holds money of unknown payers.")
    parent_id: int | None
    payer_id: int | None = Field(description="Who pays for this customer, when another does.")
    collector_id: int | None = Field(description="The user who looks after this customer.")


class CustomerDetail(Customer):
    """A customer with the accounts it pays from."""

    ibans: list[str] = Field(examples=[["DE89370400440532013000"]])


class CustomerPage(Page[Customer]):
    """Customers by name."""


class CustomerFilters(PageFilters):
    """Which customers."""

    company_id: CompanyId | None = Field(None, description="Only this company's.")
    search: Words = Field(
        "",
        description="Words that all occur: in the name or a trading name, or at the start of number or city.",
        examples=["berg"],
    )


@router.get(
    "",
    response=answers({200: CustomerPage}, 404, 422),
    operation_id="list_customers",
    summary="List customers",
)
def list_all(request: Request, filters: Annotated[CustomerFilters, Query()]) -> dict[str, object]:
    """List customers by name, those that match every word of `search`."""
    company_ids = request.auth.companies(filters.company_id)
    rows = list_customers(
        company_ids=company_ids,
        search=filters.search,
        after=_CURSORS.read(filters.cursor),
        limit=filters.limit + 1,
    )
    _record(request, [row.id for row in rows[: filters.limit]])
    currencies = {company.id: company.currency for company in list_companies(company_ids)}
    return cut_page(
        rows,
        limit=filters.limit,
        cursors=_CURSORS,
        position=lambda row: (row.name, row.id),
        show=lambda row: _customer(row, currencies[row.company_id]),
    )


@router.get(
    "/{int:customer_id}",
    response=answers({200: CustomerDetail}, 404, 422),
    operation_id="get_customer",
    summary="Get a customer",
)
def get_one(request: Request, customer_id: Id) -> CustomerDetail:
    """Get a customer, with the accounts it pays from."""
    row = get_customer(customer_id)
    [company] = list_companies(request.auth.companies(row.company_id))
    _record(request, [row.id])
    known = _customer(row, company.currency)
    return CustomerDetail(**known.model_dump(), ibans=list_customer_ibans(row.id))


def _record(request: Request, customer_ids: list[int]) -> None:
    record_access(actor=request.auth.actor, customer_ids=customer_ids, door="API", purpose="CUSTOMERS")


def _customer(row: CustomerView, currency: str) -> Customer:
    return Customer(
        id=row.id,
        company_id=row.company_id,
        number=row.number,
        name=row.name,
        trading_names=list(row.trading_names),
        country=row.country,
        city=row.city,
        language=row.language,
        currency=row.currency,
        payment_terms=row.payment_terms,
        email=row.email,
        phone=row.phone,
        credit_limit=None if row.credit_limit is None else amount_text(row.credit_limit, currency),
        is_insolvent=row.is_insolvent,
        is_technical=row.is_technical,
        parent_id=row.parent_id,
        payer_id=row.payer_id,
        collector_id=row.collector_id,
    )
