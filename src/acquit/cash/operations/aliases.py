"""Learning who pays under an account or name from what people confirm, and forgetting it when they take it back."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from acquit.cash.models import PayerAlias
from acquit.cash.queries import ReceiptView
from acquit.cash.rules.remittance_text import NAME_LENGTH_AT_MOST
from acquit.cash.rules.similarity import normalise_name
from acquit.core.references import normalise_reference
from acquit.infra.transaction import operation


def learn_payer(receipt: ReceiptView, customer_id: int) -> None:
    """Count a confirmation of who pays under a receipt's account and name; policy says how many are believed."""
    with operation():
        for kind, alias in _aliases(receipt):
            known, is_new = PayerAlias.objects.get_or_create(
                company_id=receipt.company_id, kind=kind, alias=alias, customer_id=customer_id
            )
            if not is_new:
                PayerAlias.objects.filter(id=known.id).update(confirmations=F("confirmations") + 1)


def forget_payer(receipt: ReceiptView, customer_id: int) -> None:
    """Take a confirmation back; what nobody confirms any more is forgotten."""
    with operation():
        for kind, alias in _aliases(receipt):
            known = PayerAlias.objects.filter(
                company_id=receipt.company_id, kind=kind, alias=alias, customer_id=customer_id
            )
            if not known.filter(confirmations__gt=1).update(confirmations=F("confirmations") - 1):
                known.delete()


def _aliases(receipt: ReceiptView) -> Iterator[tuple[str, str]]:
    name = normalise_name(receipt.counterparty) if receipt.counterparty else ""
    for kind, alias in (("IBAN", normalise_reference(receipt.iban)), ("NAME", name)):
        if 0 < len(alias) <= NAME_LENGTH_AT_MOST:
            yield kind, alias
