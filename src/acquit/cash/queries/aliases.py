"""Reads of what was learned about who pays for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from acquit.cash.models import PayerAlias
from acquit.cash.queries.receipts import ReceiptView
from acquit.cash.rules.remittance_text import NAME_LENGTH_AT_MOST
from acquit.core.errors import NotFound
from acquit.core.names import normalise_name
from acquit.core.references import normalise_reference


@dataclass(frozen=True, slots=True)
class AliasView:
    """A name (normalised) or account that pays for a customer, how often that was confirmed, by whom last."""

    id: int
    company_id: int
    customer_id: int
    kind: str
    alias: str
    confirmations: int
    confirmed_by_id: int | None
    confirmed_at: datetime | None
    reviewed_by_id: int | None
    reviewed_at: datetime | None


def list_aliases_of(receipt: ReceiptView) -> Iterator[tuple[str, str]]:
    """List (kind, alias) of what a receipt says of its payer: account and name."""
    name = normalise_name(receipt.counterparty) if receipt.counterparty else ""
    for kind, alias in (("IBAN", normalise_reference(receipt.iban)), ("NAME", name)):
        if 0 < len(alias) <= NAME_LENGTH_AT_MOST:
            yield kind, alias


def list_known_aliases(receipt: ReceiptView) -> list[AliasView]:
    """List what was learned from other receipts of this payer, whoever it was said to pay for."""
    said = list(list_aliases_of(receipt))
    rows = PayerAlias.objects.filter(
        company_id=receipt.company_id, alias__in=[alias for _, alias in said]
    ).order_by("-confirmations", "id")
    return [view_alias(row) for row in rows if (row.kind, row.alias) in said]


def list_aliases(
    *,
    company_ids: Iterable[int],
    is_reviewed: bool | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[AliasView]:
    """List what was learned, latest first; `before_id` is the cursor."""
    rows = PayerAlias.objects.filter(company_id__in=list(company_ids)).order_by("-id")
    if is_reviewed is not None:
        rows = rows.filter(reviewed_at__isnull=not is_reviewed)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [view_alias(row) for row in rows[:limit]]


def get_alias(alias_id: int) -> AliasView:
    """Give what was learned; refuses (`NotFound`) what is forgotten."""
    row = PayerAlias.objects.filter(id=alias_id).first()
    if row is None:
        raise NotFound("This was forgotten already.", param="alias")
    return view_alias(row)


def view_alias(row: PayerAlias) -> AliasView:
    """Give a stored alias as a value."""
    return AliasView(
        id=row.id,
        company_id=row.company_id,
        customer_id=row.customer_id,
        kind=row.kind,
        alias=row.alias,
        confirmations=row.confirmations,
        confirmed_by_id=row.confirmed_by_id,
        confirmed_at=row.confirmed_at,
        reviewed_by_id=row.reviewed_by_id,
        reviewed_at=row.reviewed_at,
    )
