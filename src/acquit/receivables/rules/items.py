"""What an item is, and which account of the books stands behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.ledger.rules.accounts import AccountRole


class ItemKind(StrEnum):
    """Kinds of items. Positive amounts are owed by the customer, negative ones to the customer."""

    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"
    PAYMENT = "PAYMENT"
    PAYMENT_TRANSFER = "PAYMENT_TRANSFER"
    ADJUSTMENT = "ADJUSTMENT"
    RETURNED_PAYMENT = "RETURNED_PAYMENT"


#: Money that arrived and is not applied yet stands apart from what is owed.
UNAPPLIED_KINDS: frozenset[str] = frozenset(
    {ItemKind.PAYMENT, ItemKind.PAYMENT_TRANSFER, ItemKind.RETURNED_PAYMENT}
)


def control_role(kind: str) -> AccountRole:
    """Give the control account of an item: open items of the kind sum to its balance."""
    return AccountRole.UNAPPLIED_CASH if kind in UNAPPLIED_KINDS else AccountRole.RECEIVABLES


class ItemDraft(NamedTuple):
    """An item on its way into the subledger; its id was taken before, so that entries can name it."""

    id: int
    company_id: int
    customer_id: int
    kind: str
    number: str
    currency: str
    original_amount: Decimal
    company_amount: Decimal
    baseline_date: date
    due_date: date
    posting_date: date
    document_id: int | None = None
