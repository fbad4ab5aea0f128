"""The remittance advice that belongs to a receipt, to be shown beside it."""

from __future__ import annotations

from datetime import timedelta

from acquit.cash.queries import ReceiptView, list_advices
from acquit.cash.rules.advices import StoredAdvice
from acquit.core.references import normalise_reference

#: An advice comes around its payment; older ones of the same amount are of another.
_DAYS_BEFORE = 60


def find_advice(receipt: ReceiptView) -> StoredAdvice | None:
    """Find the advice a receipt's references name, else the one of its very amount; None: none, or several."""
    if receipt.amount <= 0:
        return None
    keys = {
        key for key in map(normalise_reference, (receipt.bank_reference, receipt.structured_reference)) if key
    }
    since = receipt.value_date - timedelta(days=_DAYS_BEFORE)
    if keys:
        named = list_advices(receipt.company_id, reference_keys=keys, since=since)
        if named:
            return named[-1]
    paid = list_advices(receipt.company_id, amounts=[(receipt.amount, receipt.currency)], since=since)
    return paid[0] if len(paid) == 1 else None
