"""Reads of what a close works with: entries by hand, revaluations, what companies owe each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from acquit.core.errors import NotFound
from acquit.ledger.models import IntercompanyEntry, ManualEntry, Revaluation, RevaluationItem
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.manual_entries import ManualLine
from acquit.ledger.rules.revaluation import RevaluedItem


@dataclass(frozen=True, slots=True)
class ManualEntryView:
    """An entry by hand and where it stands."""

    id: int
    company_id: int
    posting_date: date
    state: str
    currency: str
    text: str
    company_amount: Decimal
    lines: tuple[ManualLine, ...]
    proposed_by_id: int | None
    decided_by_id: int | None
    entry_id: int | None


@dataclass(frozen=True, slots=True)
class RevaluationView:
    """A revaluation of one account and currency; the entries are None when the difference was zero."""

    id: int
    as_of_date: date
    role: AccountRole
    currency: str
    item_count: int
    closing_rate: Decimal
    open_amount: Decimal
    booked_amount: Decimal
    closing_amount: Decimal
    unrealised_amount: Decimal
    entry_id: int | None
    reversal_entry_id: int | None
    replaces_id: int | None


def get_manual_entry(manual_entry_id: int) -> ManualEntryView:
    """Give an entry by hand; refuses (`NotFound`)."""
    row = ManualEntry.objects.filter(id=manual_entry_id).first()
    if row is None:
        raise NotFound(f"There is no entry by hand M-{manual_entry_id}.", param="entry")
    return _manual(row)


def list_manual_entries(
    *, company_id: int, state: str | None = None, before_id: int | None = None, limit: int = 50
) -> list[ManualEntryView]:
    """List entries by hand, latest first; `before_id` is the cursor."""
    rows = ManualEntry.objects.filter(company_id=company_id).order_by("-id")
    if state is not None:
        rows = rows.filter(state=state)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [_manual(row) for row in rows[:limit]]


def list_revaluations(*, company_id: int, as_of_date: date, is_current: bool = True) -> list[RevaluationView]:
    """List the revaluations of a day by account and currency; without those a later run replaced if `is_current`."""
    rows = Revaluation.objects.filter(company_id=company_id, as_of_date=as_of_date).order_by(
        "role", "currency", "id"
    )
    if is_current:
        replaced = Revaluation.objects.filter(company_id=company_id, replaces_id__isnull=False)
        rows = rows.exclude(id__in=replaced.values("replaces_id"))
    return [
        RevaluationView(
            row.id,
            row.as_of_date,
            AccountRole(row.role),
            row.currency,
            row.item_count,
            row.closing_rate,
            row.open_amount,
            row.booked_amount,
            row.closing_amount,
            row.unrealised_amount,
            row.entry_id,
            row.reversal_entry_id,
            row.replaces_id,
        )
        for row in rows
    ]


def list_revaluation_items(revaluation_id: int) -> Iterator[RevaluedItem]:
    """Give the items behind a revaluation in the order of their ids, streamed: there may be a million."""
    rows = RevaluationItem.objects.filter(revaluation_id=revaluation_id).order_by("item_id")
    for row in rows.iterator(chunk_size=5000):
        yield RevaluedItem(
            row.item_id, row.open_amount, row.booked_amount, row.closing_amount, row.unrealised_amount
        )


def list_intercompany_balances(company_id: int) -> list[tuple[int, str, Decimal]]:
    """Give what a company is owed by (positive) or owes to (negative) each other one, by partner and currency."""
    rows = (
        IntercompanyEntry.objects.filter(company_id=company_id)
        .values_list("partner_company_id", "currency")
        .annotate(total=Sum("amount"))
        .order_by("partner_company_id", "currency")
    )
    return [(partner, currency, total) for partner, currency, total in rows if total]


@dataclass(frozen=True, slots=True)
class IntercompanySideView:
    """A company's side of a settlement: its entry and the item it brought into being, and the partner's entry."""

    entry_id: int
    partner_entry_id: int
    item_id: int
    company_id: int
    partner_company_id: int
    settled_date: date
    currency: str
    amount: Decimal


def list_intercompany_sides(item_ids: Iterable[int]) -> list[IntercompanySideView]:
    """List both sides of the settlements that brought these items into being."""
    entries = IntercompanyEntry.objects.filter(item_id__in=list(item_ids))
    pairs = {pair for row in entries for pair in (row.entry_id, row.partner_entry_id)}
    return [
        IntercompanySideView(
            row.entry_id,
            row.partner_entry_id,
            row.item_id,
            row.company_id,
            row.partner_company_id,
            row.settled_date,
            row.currency,
            row.amount,
        )
        for row in IntercompanyEntry.objects.filter(entry_id__in=pairs).order_by("id")
    ]


def _manual(row: ManualEntry) -> ManualEntryView:
    return ManualEntryView(
        id=row.id,
        company_id=row.company_id,
        posting_date=row.posting_date,
        state=row.state,
        currency=row.currency,
        text=row.text,
        company_amount=row.company_amount,
        lines=tuple(ManualLine(line["account"], Decimal(line["amount"])) for line in row.lines),
        proposed_by_id=row.proposed_by_id,
        decided_by_id=row.decided_by_id,
        entry_id=row.entry_id,
    )
