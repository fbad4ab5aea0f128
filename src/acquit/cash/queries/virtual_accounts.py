"""Reads of the account numbers of ours that were given to one customer each."""

from __future__ import annotations

from dataclasses import dataclass

from acquit.cash.models import VirtualAccount


@dataclass(frozen=True, slots=True)
class VirtualAccountView:
    """An account and whose it is."""

    account: str
    customer_id: int


def list_virtual_accounts(company_id: int) -> list[VirtualAccountView]:
    """List a company's virtual accounts by number."""
    rows = VirtualAccount.objects.filter(company_id=company_id).order_by("account")
    return [VirtualAccountView(row.account, row.customer_id) for row in rows]
