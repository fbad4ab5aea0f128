"""Due-to and due-from: the entries of a receipt of one company that settles an item of another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.infra.bulk import WritePlan
from acquit.ledger.models import IntercompanyEntry

INTERCOMPANY_COLUMNS = (
    "entry_id",
    "partner_entry_id",
    "item_id",
    "actor_id",
    "company_id",
    "partner_company_id",
    "settled_date",
    "currency",
    "amount",
)


class IntercompanySide(NamedTuple):
    """A company's side: its entry, the item it brought into being, what it is owed (positive) or owes (negative)."""

    company_id: int
    entry_id: int
    item_id: int
    amount: Decimal


def add_intercompany_entries(
    plan: WritePlan,
    sides: tuple[IntercompanySide, IntercompanySide],
    *,
    settled_date: date,
    currency: str,
    actor_id: int | None,
) -> None:
    """Add both sides of what one company owes another to a plan: two rows whose amounts sum to zero."""
    first, second = sides
    if first.amount + second.amount != 0:
        raise ValueError(f"due-to {first.amount} and due-from {second.amount} do not meet")
    plan.add(
        IntercompanyEntry._meta.db_table,  # noqa: SLF001 - Django's documented model API
        INTERCOMPANY_COLUMNS,
        [
            (
                mine.entry_id,
                theirs.entry_id,
                mine.item_id,
                actor_id,
                mine.company_id,
                theirs.company_id,
                settled_date,
                currency,
                mine.amount,
            )
            for mine, theirs in ((first, second), (second, first))
        ],
    )
