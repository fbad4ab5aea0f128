"""A row of customers as the customer master takes it."""

from __future__ import annotations

from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.core.terms import parse_terms
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
        bank_charges=(row.bank_charges or "").upper(),
        mandate_reference=row.direct_debit_mandate or "",
        tax_number=row.vat_id or "",
        credit_limit=row.credit_limit,
        is_auto_by_amount=row.auto_by_amount,
        ibans=row.ibans,
        parent_number=row.parent or "",
        payer_number=row.payer or "",
    )


def _terms_text(row: CustomerRow) -> str:
    """Give a customer's terms as one text: as written, or put together from days and percent.

    A text that tells of no discount, beside a column that does, gives way to what the columns say; so does one that
    nobody can read.
    """
    written = row.payment_terms or ""
    if row.net_days is None:
        return written
    has_discount = bool(row.discount_percent) and row.discount_days is not None
    if written:
        try:
            terms = parse_terms(written)
        except Refusal:
            return _composed(row, has_discount=has_discount)
        if terms.discount_rate or not has_discount:
            return written
    return _composed(row, has_discount=has_discount)


def _composed(row: CustomerRow, *, has_discount: bool) -> str:
    if has_discount:
        return f"{Decimal(row.discount_percent or 0).normalize():f}/{row.discount_days} NET{row.net_days}"
    return f"NET {row.net_days}"
