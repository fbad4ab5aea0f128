"""Reads of refunds: what waits for a second person, what is on its way, and whose money nobody claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from acquit.cash.models import BankAccount, BankLine, Receipt, Refund, VerifiedAccount
from acquit.cash.queries.queue import BankAccountView
from acquit.cash.queries.receipts import ReceiptView, get_receipt
from acquit.cash.rules.receipts import ReceiptState
from acquit.controls.queries import get_refund_policy
from acquit.core.errors import NotFound
from acquit.infra.schema import sql_text
from acquit.parties.queries import list_customer_ibans

_SHOWN_ENDS = 4


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund as a person looks at it; of the account only its ends are shown."""

    id: int
    company_id: int
    customer_id: int
    item_id: int
    state: str
    amount: Decimal
    currency: str
    end_to_end_id: str
    message_id: str
    account_id: int
    account: str
    holder: str
    reason: str
    failure: str
    requested_by_id: int | None
    approved_by_id: int | None
    requested_date: date
    sent_date: date | None


@dataclass(frozen=True, slots=True)
class VerifiedAccountView:
    """An account money may go back to once a second person confirmed it; only its ends are shown."""

    id: int
    customer_id: int
    account: str
    holder: str
    evidence: str
    proposed_by_id: int | None
    confirmed_by_id: int | None
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class UnclaimedReceipt:
    """Money of nobody known that waited longer than the policy allows: propose to send it back."""

    receipt_id: int
    item_id: int
    amount: Decimal
    currency: str
    value_date: date
    days: int
    counterparty: str
    has_account: bool


def get_bank_account(bank_account_id: int) -> BankAccountView:
    """Give an account of ours; refuses (`NotFound`)."""
    row = BankAccount.objects.filter(id=bank_account_id).first()
    if row is None:
        raise NotFound(f"There is no bank account {bank_account_id}.", param="account")
    return BankAccountView(row.id, row.company_id, row.account, row.currency, row.name)


def list_refunds(
    *, company_ids: Iterable[int], states: Iterable[str] | None = None, item_ids: Iterable[int] | None = None
) -> list[RefundView]:
    """List refunds, the oldest first."""
    rows = Refund.objects.filter(company_id__in=list(company_ids)).order_by("id")
    if states is not None:
        rows = rows.filter(state__in=list(states))
    if item_ids is not None:
        rows = rows.filter(item_id__in=list(item_ids))
    found = list(rows)
    accounts = VerifiedAccount.objects.in_bulk({row.verified_account_id for row in found})
    return [
        RefundView(
            id=row.id,
            company_id=row.company_id,
            customer_id=row.customer_id,
            item_id=row.item_id,
            state=row.state,
            amount=row.amount,
            currency=row.currency,
            end_to_end_id=row.end_to_end_id,
            message_id=row.message_id,
            account_id=row.verified_account_id,
            account=shown_account(accounts[row.verified_account_id].iban),
            holder=accounts[row.verified_account_id].holder,
            reason=row.reason,
            failure=row.failure,
            requested_by_id=row.requested_by_id,
            approved_by_id=row.approved_by_id,
            requested_date=row.requested_date,
            sent_date=row.sent_date,
        )
        for row in found
    ]


def list_verified_accounts(customer_id: int) -> list[VerifiedAccountView]:
    """List the accounts proposed and confirmed for a customer."""
    return [
        VerifiedAccountView(
            id=row.id,
            customer_id=row.customer_id,
            account=shown_account(row.iban),
            holder=row.holder,
            evidence=row.evidence,
            proposed_by_id=row.proposed_by_id,
            confirmed_by_id=row.confirmed_by_id,
            is_revoked=row.revoked_date is not None,
        )
        for row in VerifiedAccount.objects.filter(customer_id=customer_id).order_by("id")
    ]


def shown_account(iban: str) -> str:
    """Give the two ends of an account: enough to tell it, not enough to pay there."""
    return iban if len(iban) <= 2 * _SHOWN_ENDS else f"{iban[:_SHOWN_ENDS]}…{iban[-_SHOWN_ENDS:]}"


def find_receipt_of_money(item_id: int, customer_id: int) -> ReceiptView | None:
    """Find the receipt whose money stands on an item: its own, or the transfer that a decision about it made."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql_text("cash", "receipt_of_money.sql"), {"item_id": item_id, "customer_id": customer_id}
        )
        row = cursor.fetchone()
    return get_receipt(row[0]) if row else None


def list_payer_ibans(item_id: int, customer_id: int) -> set[str]:
    """List the accounts a credit may go back to: the one its money came from; of a credit note, all of its payer."""
    receipt = find_receipt_of_money(item_id, customer_id)
    if receipt is not None and receipt.iban:
        return {receipt.iban}
    lines = Receipt.objects.filter(customer_id=customer_id, bank_line_id__isnull=False, amount__gt=0)
    paid_from = BankLine.objects.filter(id__in=lines.values_list("bank_line_id", flat=True)).exclude(iban="")
    return {*paid_from.values_list("iban", flat=True), *list_customer_ibans(customer_id)}


def list_unclaimed(company_id: int, *, as_of: date) -> list[UnclaimedReceipt]:
    """List unidentified money that waited for more than the policy's days, the oldest first: to be sent back."""
    _, policy = get_refund_policy(company_id=company_id, on_date=as_of)
    until = as_of - timedelta(days=policy.return_to_sender_days)
    rows = Receipt.objects.filter(
        company_id=company_id,
        state=ReceiptState.UNIDENTIFIED,
        amount__gt=0,
        value_date__lt=until,
        item_id__isnull=False,
    )
    lines = BankLine.objects.in_bulk([row.bank_line_id for row in rows if row.bank_line_id is not None])
    return [
        UnclaimedReceipt(
            receipt_id=row.id,
            item_id=row.item_id or 0,
            amount=row.amount,
            currency=row.currency,
            value_date=row.value_date,
            days=(as_of - row.value_date).days,
            counterparty=lines[row.bank_line_id].counterparty if row.bank_line_id in lines else "",
            has_account=row.bank_line_id in lines and bool(lines[row.bank_line_id].iban),
        )
        for row in rows.order_by("value_date", "id")
    ]
