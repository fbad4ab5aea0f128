"""What a chunk of new money needs of the books beside documents and items: advices, orders, codes and rates.

Each is read once a chunk, by keys, and only where the company has any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.cash.queries import (
    find_documents,
    has_advices,
    list_advices,
    list_named_documents,
    list_recent_numbers,
)
from acquit.cash.rules.advices import StoredAdvice
from acquit.cash.rules.number_series import list_series, list_variants
from acquit.cash.rules.receipts import NamedDocument, OrderFact, ReceiptFact
from acquit.cash.rules.remittance_text import Remittance, list_keys
from acquit.core.references import normalise_reference
from acquit.disputes.queries import list_deduction_codes
from acquit.ledger.queries import find_rates
from acquit.orders.queries import has_orders, list_orders

_REFERENCE_LENGTH = 5
#: Codes are few: of more customers than these, all of the company's are read rather than so many asked for.
_CUSTOMERS_ASKED = 200


class Named(NamedTuple):
    """The documents and advices a chunk may name."""

    documents: list[NamedDocument]
    advices: list[StoredAdvice]


def read_named(company_id: int, facts: Sequence[ReceiptFact], told: Sequence[Remittance]) -> Named:
    """Read the documents that receipts name, and the advices that may speak of them with their documents."""
    documents = list_named_documents(company_id, told)
    if not has_advices(company_id):
        return Named(documents, [])
    keys = {
        key
        for one in told
        for key in (*(token.key for token in one.tokens), *one.other_keys, *one.references)
    }
    advices = list_advices(
        company_id,
        amounts={(fact.amount, fact.currency) for fact in facts if fact.amount > 0},
        reference_keys=[key for key in keys if len(key) >= _REFERENCE_LENGTH],
    )
    lines = [line for advice in advices for line in advice.lines]
    advised = {line.document_key for line in lines if line.document_key}
    advised |= {
        key for line in lines for number in line.other_numbers if (key := normalise_reference(number))
    }
    known = {document.number_key for document in documents}
    return Named([*documents, *find_documents(company_id, advised - known)], advices)


def read_nearly_named(company_id: int, told: Iterable[Remittance]) -> dict[str, list[NamedDocument]]:
    """Read, by candidate, the documents that texts may mean without the letters or zeros their numbers begin with."""
    series = list_series(list_recent_numbers(company_id))
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for key in {token.key for one in told for token in one.tokens}:
        for variant in list_variants(key, series):
            meant[variant].add(key)
    found: defaultdict[str, list[NamedDocument]] = defaultdict(list)
    for document in find_documents(company_id, meant):
        for key in meant[document.number_key]:
            found[key].append(document)
    return found


def read_orders(company_id: int, told: Iterable[Remittance]) -> list[OrderFact]:
    """Read the orders that receipts name."""
    if not has_orders(company_id):
        return []
    keys = {key for key in list_keys(told) if len(key) >= _REFERENCE_LENGTH}
    return [
        OrderFact(order.customer_id, order.number, order.currency, order.amount, order.prepayment_percent)
        for order in list_orders(company_id, number_keys=keys)
    ]


def read_deduction_codes(company_id: int, customer_ids: Iterable[int]) -> dict[tuple[int | None, str], str]:
    """Read what these customers' codes for deductions mean, and those that hold for all; of many customers, all."""
    customers = set(customer_ids)
    asked = customers if len(customers) <= _CUSTOMERS_ASKED else None
    return {
        (code.customer_id, normalise_reference(code.code)): code.reason
        for code in list_deduction_codes(company_id, customer_ids=asked)
    }


def read_rates(
    facts: Iterable[ReceiptFact], documents: Iterable[NamedDocument]
) -> dict[tuple[str, str, date], Decimal]:
    """Read the rates from receipts' currencies to those of documents named, of the days the money came."""
    currencies = {document.currency for document in documents}
    return find_rates(
        (fact.currency, currency, fact.value_date)
        for fact in facts
        for currency in currencies
        if currency != fact.currency
    )
