"""What an item is, and which account of the books stands behind it.

`CONTROL_ROLES` is the one home of that: `open_item.is_owed`, every query and every check follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.ledger.rules.accounts import AccountRole


class ItemKind(StrEnum):
    """Kinds of items. Positive amounts are owed by the customer, negative ones to the customer.

    A down payment is two items, its net amount on 2110 and its tax on 2200: clearing both against the final invoice
    is the entry Dr 2110, Dr 2200 / Cr 1200. A request for one is no item (`NotedKind`). A refund uses up a credit on
    1200; cash that goes back from 2100 is a returned payment.
    """

    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"
    PAYMENT = "PAYMENT"
    PAYMENT_TRANSFER = "PAYMENT_TRANSFER"
    ADJUSTMENT = "ADJUSTMENT"
    RETURNED_PAYMENT = "RETURNED_PAYMENT"
    DEDUCTION = "DEDUCTION"
    RESIDUAL = "RESIDUAL"
    INSTALMENT = "INSTALMENT"
    INTEREST = "INTEREST"
    CHARGE = "CHARGE"
    WRITE_OFF = "WRITE_OFF"
    NETTING = "NETTING"
    RECOVERY = "RECOVERY"
    REFUND = "REFUND"
    DOWN_PAYMENT = "DOWN_PAYMENT"
    DOWN_PAYMENT_TAX = "DOWN_PAYMENT_TAX"


class NotedKind(StrEnum):
    """What is noted for a customer without being owed: no revenue, no tax, in no account and in no sum."""

    DOWN_PAYMENT_REQUEST = "DOWN_PAYMENT_REQUEST"


#: The control account of every kind that does not stand on 1200 Receivables.
CONTROL_ROLES: Mapping[str, AccountRole] = {
    ItemKind.PAYMENT: AccountRole.UNAPPLIED_CASH,
    ItemKind.PAYMENT_TRANSFER: AccountRole.UNAPPLIED_CASH,
    ItemKind.RETURNED_PAYMENT: AccountRole.UNAPPLIED_CASH,
    ItemKind.RECOVERY: AccountRole.UNAPPLIED_CASH,
    ItemKind.DOWN_PAYMENT: AccountRole.DOWN_PAYMENTS,
    ItemKind.DOWN_PAYMENT_TAX: AccountRole.OUTPUT_VAT,
}

#: Money that arrived and is not applied yet stands apart from what is owed.
UNAPPLIED_KINDS: frozenset[str] = frozenset(CONTROL_ROLES)

#: Accounts whose balance is the sum of open items; 2200 holds tax of documents beside that of down payments.
CONTROL_ACCOUNTS: tuple[AccountRole, ...] = (
    AccountRole.RECEIVABLES,
    AccountRole.UNAPPLIED_CASH,
    AccountRole.DOWN_PAYMENTS,
)


def control_role(kind: str) -> AccountRole:
    """Give the control account of an item: open items of the kind sum to its balance."""
    return CONTROL_ROLES.get(kind, AccountRole.RECEIVABLES)


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
