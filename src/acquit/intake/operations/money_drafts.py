"""Rows that are money, as cash application takes it: payments received, and those another system had not applied."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.cash.operations import NewMoney
from acquit.cash.rules.receipts import ReceiptFact
from acquit.intake.rules.rows import OpenItemRow, PaymentRow


def money_taken_over(row: OpenItemRow, company_id: int, customer_ids: Mapping[str, int]) -> NewMoney:
    """Give a payment that stood open in another system's items: it was in the bank before."""
    return NewMoney(
        fact=ReceiptFact(
            key=0,
            company_id=company_id,
            currency=row.currency,
            amount=-row.open_amount,
            value_date=row.document_date,
            text=row.description or "",
            customer_id=customer_ids[row.customer],
        ),
        booking_date=row.posting_date or row.document_date,
        number=row.document,
        source="TAKEN_OVER",
        reference=row.document,
        is_taken_over=True,
    )


def money_received(
    row: PaymentRow, company_id: int, customer_ids: Mapping[str, int], seen: dict[str, int]
) -> NewMoney:
    """Give a payment of a file; `seen` counts those that say the same, which are payments of their own."""
    told = (
        row.payment_reference or row.bank_reference or "",
        row.customer or "",
        row.payment_date,
        row.amount,
    )
    reference = "|".join(map(str, told))
    occurrence = seen[reference] = seen.get(reference, 0) + 1
    return NewMoney(
        fact=ReceiptFact(
            key=0,
            company_id=company_id,
            currency=row.currency,
            amount=row.amount,
            value_date=row.payment_date,
            text=" ".join(filter(None, (row.document, row.order, row.description))),
            counterparty=row.counterparty_name or row.customer_name or "",
            iban=row.counterparty_iban or "",
            customer_id=customer_ids[row.customer] if row.customer else None,
        ),
        booking_date=row.payment_date,
        number=row.payment_reference or row.bank_reference or f"Z-{row.payment_date}-{row.amount}",
        source="PAYMENTS",
        reference=reference if occurrence == 1 else f"{reference}|{occurrence}",
    )
