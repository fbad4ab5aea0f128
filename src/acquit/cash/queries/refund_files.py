"""The order of refunds as the bank takes it: the same rows give the same bytes, however often it is asked for."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from acquit.cash.models import Refund, VerifiedAccount
from acquit.cash.queries.refunds import get_bank_account
from acquit.controls.queries import get_company
from acquit.core.errors import NotFound
from acquit.formats.pain import PaymentBlock, PaymentOrder, PaymentTransaction, write_payment_order
from acquit.parties.queries import list_customers_by_id
from acquit.receivables.queries import list_items


@dataclass(frozen=True, slots=True)
class RefundFile:
    """An order of refunds: its name at the bank, its bytes, and what is in it."""

    message_id: str
    version: str
    content: bytes
    refund_ids: tuple[int, ...]


def get_refund_file(*, company_id: int, message_id: str) -> RefundFile:
    """Give the file of an order again; refuses (`NotFound`)."""
    rows = list(Refund.objects.filter(company_id=company_id, message_id=message_id).order_by("id"))
    if not message_id or not rows:
        raise NotFound(f"There is no order {message_id!r}.", param="message")
    return build_refund_file(rows)


def build_refund_file(rows: Sequence[Refund]) -> RefundFile:
    """Build one order of refunds that share a message, an account and a moment; refuses (`CannotWritePayment`)."""
    first = rows[0]
    company = get_company(first.company_id)
    ours = get_bank_account(first.bank_account_id or 0)
    accounts = VerifiedAccount.objects.in_bulk([row.verified_account_id for row in rows])
    ids = {row.item_id for row in rows}
    credits_by_id = {item.id: item for item in list_items(item_ids=ids, limit=len(ids))}
    numbers = {
        customer.id: "" if customer.is_technical else customer.number
        for customer in list_customers_by_id(row.customer_id for row in rows).values()
    }
    block = PaymentBlock(
        block_id=f"{first.message_id}-1",
        execution_date=first.sent_date,
        name=company.name,
        account=ours.account,
        transactions=tuple(
            PaymentTransaction(
                end_to_end_id=row.end_to_end_id,
                amount=row.amount,
                currency=row.currency,
                name=accounts[row.verified_account_id].holder,
                account=accounts[row.verified_account_id].iban,
                bic=accounts[row.verified_account_id].bic,
                text=" ".join(
                    filter(None, ("Refund", credits_by_id[row.item_id].number, numbers[row.customer_id]))
                ),
            )
            for row in rows
        ),
    )
    order = PaymentOrder(first.version, first.message_id, "", company.name, (block,))
    out = io.BytesIO()
    if first.sent_at is None:
        raise NotFound("This order was not sent.", param="message")
    write_payment_order(order, out, first.sent_at)
    return RefundFile(first.message_id, first.version, out.getvalue(), tuple(row.id for row in rows))
