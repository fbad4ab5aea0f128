"""Facts for the pure rules of matching, in a line each: items, receipts, payers, books and policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from acquit.cash.rules.cascade import plan_match
from acquit.cash.rules.match_book import MatchBook
from acquit.cash.rules.payer_index import PayerIndex
from acquit.cash.rules.receipts import (
    EarlierReceipt,
    MatchPlan,
    NamedDocument,
    OpenItem,
    Payer,
    ReceiptFact,
)
from acquit.controls.rules.policies import MatchingPolicy
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.controls.rules.policy_reading import read_policy
from acquit.core.references import normalise_reference

D = Decimal
DAY = date(2026, 4, 1)
INVOICED = date(2026, 3, 2)
IBAN = "DE89370400440532013000"


def policy(**changes: Any) -> MatchingPolicy:
    """Give the shipped policy with some values changed."""
    read = read_policy("MATCHING", {**DEFAULTS["MATCHING"], **changes})
    assert isinstance(read, MatchingPolicy)
    return read


POLICY = policy()


def item(item_id: int, amount: str | Decimal, **said: Any) -> OpenItem:
    """Make an open item: an invoice, or a credit note when its amount is below zero."""
    open_amount = D(amount)
    invoiced = said.pop("invoiced", INVOICED)
    number = said.pop("number", f"RE-2026-{item_id:05d}")
    facts: dict[str, Any] = {
        "id": item_id,
        "customer_id": 1,
        "kind": "INVOICE" if open_amount > 0 else "CREDIT_NOTE",
        "number": number,
        "number_key": normalise_reference(number),
        "structured_reference": "",
        "currency": "EUR",
        "open_amount": open_amount,
        "original_amount": open_amount,
        "net_amount": open_amount,
        "gross_amount": open_amount,
        "due_date": invoiced + timedelta(days=30),
        "baseline_date": invoiced,
        "posting_date": invoiced,
        "payment_terms": "",
    }
    return OpenItem(**{**facts, **said})


def payer(customer_id: int = 1, name: str = "", **said: Any) -> Payer:
    """Make a customer as a payer."""
    facts: dict[str, Any] = {
        "id": customer_id,
        "number": str(10_000 + customer_id),
        "name": name or f"Customer {customer_id} GmbH",
        "names": (),
        "is_auto_by_amount": False,
        "has_shared_charges": False,
        "parent_id": None,
        "payer_id": None,
    }
    return Payer(**{**facts, **said})


def receipt(amount: str | Decimal, text: str = "", **said: Any) -> ReceiptFact:
    """Make money of the first customer's account that came on DAY."""
    facts: dict[str, Any] = {
        "key": 1,
        "company_id": 1,
        "currency": "EUR",
        "amount": D(amount),
        "value_date": DAY,
        "text": text,
        "iban": IBAN,
    }
    return ReceiptFact(**{**facts, **said})


def document_of(open_item: OpenItem) -> NamedDocument:
    """Give the document of an item."""
    return NamedDocument(
        open_item.customer_id,
        open_item.id,
        open_item.number,
        open_item.number_key,
        open_item.structured_reference,
        open_item.currency,
        open_item.original_amount,
    )


def index(
    payers: Iterable[Payer] = (), ibans: Iterable[tuple[str, int]] = ((IBAN, 1),), **said: Any
) -> PayerIndex:
    """Make an index of payers; the first customer pays from IBAN."""
    return PayerIndex(payers=list(payers) or [payer()], ibans=ibans, **said)


def book(
    *items: OpenItem,
    payers: PayerIndex | None = None,
    cleared: Sequence[OpenItem] = (),
    earlier: Iterable[EarlierReceipt] = (),
) -> MatchBook:
    """Make the books of these open items; `cleared` are known documents that are not open."""
    return MatchBook(
        payers=payers or index(),
        documents=[document_of(each) for each in (*items, *cleared)],
        items=items,
        earlier=earlier,
    )


def match(fact: ReceiptFact, books: MatchBook, by: MatchingPolicy = POLICY) -> MatchPlan:
    """Plan a receipt with all the time it wants."""
    return plan_match(fact, books, by, lambda: False)


def applied(plan: MatchPlan) -> dict[int, str]:
    """Give the cash on each item, as text."""
    return {part.item_id: str(part.amount) for part in plan.applied}


def differences(plan: MatchPlan) -> list[tuple[str, int | None, str, str]]:
    """Give the differences, as text."""
    return [(d.kind.value, d.item_id, str(d.amount), d.reason) for d in plan.differences]
