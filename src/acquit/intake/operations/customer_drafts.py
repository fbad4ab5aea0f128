"""A row of customers as the customer master takes it."""

from __future__ import annotations

from decimal import Decimal

from acquit.intake.rules.rows import CustomerRow
from acquit.parties.operations import CustomerDraft


def customer_draft(row: CustomerRow) -> CustomerDraft:
    """Give what the customer master is told of a row."""
    return CustomerDraft(
        number=row.customer,
        name=row.customer_name,
        trading_names=row.trading_names,
        country=row.country or "",
        city=row.city or "",
        language=row.language or "",
        currency=row.currency or "",
        payment_terms=_terms_text(row),
        email=row.email or "",
        phone=row.phone or "",
        bank_charges=row.bank_charges or "",
        mandate_reference=row.direct_debit_mandate or "",
        tax_number=row.vat_id or "",
        credit_limit=row.credit_limit,
        is_auto_by_amount=row.auto_by_amount,
        ibans=row.ibans,
        parent_number=row.parent or "",
        payer_number=row.payer or "",
    )


def _terms_text(row: CustomerRow) -> str:
    """Give a customer's terms as one text: as written, or put together from days and percent."""
    if row.payment_terms or row.net_days is None:
        return row.payment_terms or ""
    if row.discount_percent and row.discount_days is not None:
        return f"{Decimal(row.discount_percent).normalize():f}/{row.discount_days} NET{row.net_days}"
    return f"NET {row.net_days}"
