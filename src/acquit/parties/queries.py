"""Reads of the customer master."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from acquit.core.errors import NotFound
from acquit.infra.bulk import array_text, ask
from acquit.parties.models import (
    Contact,
    Customer,
    CustomerBankAccount,
    Erasure,
    PersonalDataAccess,
    PersonalValue,
)

_CUSTOMERS = """\
SELECT trading_names, id, company_id, number, name, country, city, language, currency, payment_terms, email, phone,
       bank_charges, credit_limit, is_auto_by_amount, is_insolvent, is_technical, parent_id, payer_id, collector_id
  FROM customer WHERE"""
_CUSTOMER = f"{_CUSTOMERS} id = %s"
_WITH_RELATIVES = f"""\
{_CUSTOMERS} company_id = %s
   AND (id = ANY(%s::bigint[]) OR parent_id = ANY(%s::bigint[]) OR payer_id = ANY(%s::bigint[]))
 ORDER BY id"""


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer account."""

    id: int
    company_id: int
    number: str
    name: str
    trading_names: tuple[str, ...]
    country: str
    city: str
    language: str
    currency: str
    payment_terms: str
    email: str
    phone: str
    bank_charges: str
    credit_limit: Decimal | None
    is_auto_by_amount: bool
    is_insolvent: bool
    is_technical: bool
    parent_id: int | None
    payer_id: int | None
    collector_id: int | None


@dataclass(frozen=True, slots=True)
class ContactView:
    """A person at a customer."""

    id: int
    customer_id: int
    company_id: int
    purpose: str
    name: str
    email: str
    phone: str
    language: str
    consent_date: date | None


@dataclass(frozen=True, slots=True)
class AccessView:
    """A reading of a customer's contacts or bank details."""

    customer_id: int
    actor_id: int | None
    door: str
    purpose: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ErasureView:
    """A request to erase a customer's data, and how far it is."""

    id: int
    customer_id: int
    company_id: int
    asked_by_id: int | None
    asked_date: date
    state: str
    retained_until: date | None
    reason: str


def get_customer(customer_id: int) -> CustomerView:
    """Give a customer; refuses (`NotFound`)."""
    found = ask(_CUSTOMER, customer_id)
    if not found:
        raise NotFound(f"There is no customer {customer_id}.", param="customer")
    return _view_of(found[0])


def list_customers(
    *,
    company_ids: Iterable[int] | None = None,
    search: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[CustomerView]:
    """List customers by name; `after` is the cursor (name, id) of the last one seen. Search: number, name or city.

    Customers whose data is only retained for the law (GDPR Art. 18) are in no list.
    """
    rows = Customer.objects.filter(is_technical=False, is_restricted=False).order_by("name", "id")
    if company_ids is not None:
        rows = rows.filter(company_id__in=list(company_ids))
    for word in search.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(number__istartswith=word)
            | Q(city__istartswith=word)
            | Q(trading_names__icontains=word)
        )
    if after is not None:
        name, customer_id = after
        rows = rows.filter(Q(name__gt=name) | Q(name=name, id__gt=customer_id))
    return [_view(row) for row in rows[:limit]]


def list_customers_by_id(customer_ids: Iterable[int]) -> dict[int, CustomerView]:
    """Give customers by their ids."""
    return {row.id: _view(row) for row in Customer.objects.filter(id__in=set(customer_ids))}


def list_customers_with_relatives(company_id: int, customer_ids: Iterable[int]) -> list[CustomerView]:
    """List customers of a company, and those who name one of them as parent or payer, by id."""
    ids = array_text(customer_ids)
    return [_view_of(row) for row in ask(_WITH_RELATIVES, company_id, ids, ids, ids)]


def list_found_customers(company_id: int, finding_keys: Iterable[str]) -> list[int]:
    """List the ids of customers that have one of these keys (`rules.finding`). Ask inside an operation.

    Outside, the company's wall stands before the index: every customer would be read.
    """
    found = ask(
        "SELECT id FROM customer WHERE company_id = %s AND finding_keys && %s::text[]",
        company_id,
        list(finding_keys),
    )
    return [row[0] for row in found]


def list_customer_ids(company_id: int) -> dict[str, int]:
    """Give every customer's id by number, the technical ones too."""
    return dict(Customer.objects.filter(company_id=company_id).values_list("number", "id"))


def list_customer_numbers(company_ids: Iterable[int]) -> dict[int, str]:
    """Give every customer's number by id, without the technical ones: those are nobody."""
    rows = Customer.objects.filter(company_id__in=list(company_ids), is_technical=False)
    return dict(rows.values_list("id", "number"))


def list_customer_ids_after(company_id: int, after_id: int, *, limit: int) -> list[int]:
    """List the ids of a company's customers above one, ascending, the technical ones too."""
    rows = Customer.objects.filter(company_id=company_id, id__gt=after_id).order_by("id")
    return list(rows.values_list("id", flat=True)[:limit])


def list_payment_terms(company_id: int) -> dict[int, str]:
    """Give the payment terms of the customers who have any, by the customer's id."""
    rows = Customer.objects.filter(company_id=company_id).exclude(payment_terms="")
    return dict(rows.values_list("id", "payment_terms"))


def list_all_customers(company_id: int) -> list[CustomerView]:
    """List all customers of a company, the technical ones too: what matching knows of payers."""
    return [_view(row) for row in Customer.objects.filter(company_id=company_id).order_by("id")]


def list_ibans(company_id: int) -> list[tuple[str, int]]:
    """List (IBAN, customer) of a company. Two customers may share an account."""
    return list(
        CustomerBankAccount.objects.filter(company_id=company_id)
        .values_list("iban", "customer_id")
        .order_by("iban", "customer_id")
    )


def list_payers_of_ibans(company_id: int, ibans: Iterable[str]) -> list[tuple[str, int]]:
    """List (IBAN, customer) of a company for these IBANs, given as `normalise_reference` makes them."""
    return ask(
        "SELECT iban, customer_id FROM customer_bank_account"
        " WHERE company_id = %s AND upper(regexp_replace(iban, '[^A-Za-z0-9]', '', 'g')) = ANY(%s::text[])"
        " ORDER BY iban, customer_id",
        company_id,
        list(ibans),
    )


def list_customer_ibans(customer_id: int) -> list[str]:
    """List the accounts a customer pays from."""
    return list(
        CustomerBankAccount.objects.filter(customer_id=customer_id)
        .values_list("iban", flat=True)
        .order_by("iban")
    )


def list_contacts(customer_id: int) -> list[ContactView]:
    """List the contacts of a customer by purpose. Say so with `operations.record_access` where a person reads them."""
    return [
        ContactView(
            row.id,
            row.customer_id,
            row.company_id,
            row.purpose,
            row.name,
            row.email,
            row.phone,
            row.language,
            row.consent_date,
        )
        for row in Contact.objects.filter(customer_id=customer_id).order_by("purpose", "name", "id")
    ]


def list_accesses(customer_id: int, *, limit: int = 1000) -> list[AccessView]:
    """List who read a customer's contacts or bank details, latest first."""
    rows = PersonalDataAccess.objects.filter(customer_id=customer_id).order_by("-id")[:limit]
    return [AccessView(r.customer_id, r.actor_id, r.door, r.purpose, r.recorded_at) for r in rows]


def get_erasure(erasure_id: int) -> ErasureView:
    """Give a request to erase; refuses (`NotFound`)."""
    row = Erasure.objects.filter(id=erasure_id).first()
    if row is None:
        raise NotFound(f"There is no erasure {erasure_id}.", param="erasure")
    return _erasure(row)


def list_erasures(company_id: int) -> list[ErasureView]:
    """List the requests to erase, latest first."""
    return [_erasure(row) for row in Erasure.objects.filter(company_id=company_id).order_by("-id")]


def get_personal_values(value_ids: Iterable[int]) -> dict[int, str]:
    """Give the personal values that events refer to, as far as they were not erased."""
    return dict(PersonalValue.objects.filter(id__in=set(value_ids)).values_list("id", "value"))


def _erasure(row: Erasure) -> ErasureView:
    return ErasureView(
        row.id,
        row.customer_id,
        row.company_id,
        row.asked_by_id,
        row.asked_date,
        row.state,
        row.retained_until,
        row.reason,
    )


def _view_of(row: tuple[Any, ...]) -> CustomerView:
    """Make a customer of a row of `_CUSTOMERS`."""
    trading_names, customer_id, company_id, number, name, *rest = row
    return CustomerView(customer_id, company_id, number, name, tuple(trading_names), *rest)


def _view(row: Customer) -> CustomerView:
    return CustomerView(
        id=row.id,
        company_id=row.company_id,
        number=row.number,
        name=row.name,
        trading_names=tuple(row.trading_names),
        country=row.country,
        city=row.city,
        language=row.language,
        currency=row.currency,
        payment_terms=row.payment_terms,
        email=row.email,
        phone=row.phone,
        bank_charges=row.bank_charges,
        credit_limit=row.credit_limit,
        is_auto_by_amount=row.is_auto_by_amount,
        is_insolvent=row.is_insolvent,
        is_technical=row.is_technical,
        parent_id=row.parent_id,
        payer_id=row.payer_id,
        collector_id=row.collector_id,
    )
