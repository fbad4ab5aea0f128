"""Reads of the journal: entries as people read them, and as drafts that a rule can reverse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.ledger.models import JournalEntry, LedgerAccount, Posting
from acquit.ledger.rules.accounts import account_key
from acquit.ledger.rules.entries import EntryDraft, PostingDraft


@dataclass(frozen=True, slots=True)
class PostingView:
    """A posting as a person reads it."""

    entry_id: int
    line_no: int
    account_code: str
    account_name: str
    account_role: str
    item_id: int | None
    currency: str
    amount: Decimal
    company_amount: Decimal


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with its postings as a person reads it."""

    id: int
    company_id: int
    posting_date: date
    kind: str
    currency: str
    text: str
    document_id: int | None
    clearing_id: int | None
    bank_line_id: int | None
    reverses_id: int | None
    actor_id: int | None
    postings: tuple[PostingView, ...]


def list_entries(
    *,
    company_ids: Iterable[int] | None = None,
    before_id: int | None = None,
    limit: int = 50,
    document_ids: Iterable[int] | None = None,
    item_ids: Iterable[int] | None = None,
    entry_ids: Iterable[int] | None = None,
    clearing_ids: Iterable[int] | None = None,
    bank_line_ids: Iterable[int] | None = None,
) -> list[EntryView]:
    """List entries with their postings, latest first; `before_id` is the cursor."""
    entries = JournalEntry.objects.order_by("-id")
    if company_ids is not None:
        entries = entries.filter(company_id__in=list(company_ids))
    if before_id is not None:
        entries = entries.filter(id__lt=before_id)
    for name, ids in (
        ("document_id", document_ids),
        ("id", entry_ids),
        ("clearing_id", clearing_ids),
        ("bank_line_id", bank_line_ids),
    ):
        if ids is not None:
            entries = entries.filter(**{f"{name}__in": list(ids)})
    if item_ids is not None:
        entries = entries.filter(id__in=Posting.objects.filter(item_id__in=list(item_ids)).values("entry_id"))
    rows = list(entries[:limit])
    postings = _postings_by_entry([row.id for row in rows])
    return [
        EntryView(
            id=row.id,
            company_id=row.company_id,
            posting_date=row.posting_date,
            kind=row.kind,
            currency=row.currency,
            text=row.text,
            document_id=row.document_id,
            clearing_id=row.clearing_id,
            bank_line_id=row.bank_line_id,
            reverses_id=row.reverses_id,
            actor_id=row.actor_id,
            postings=tuple(postings.get(row.id, ())),
        )
        for row in rows
    ]


def list_entry_drafts_by_clearing(clearing_ids: Iterable[int]) -> dict[int, list[tuple[int, EntryDraft]]]:
    """Give the entries of clearings as drafts with their ids, so that a rule can reverse them."""
    rows = list(JournalEntry.objects.filter(clearing_id__in=list(clearing_ids)).order_by("id"))
    drafts: dict[int, list[tuple[int, EntryDraft]]] = {clearing_id: [] for clearing_id in clearing_ids}
    for row, draft in zip(rows, _drafts(rows), strict=True):
        if row.clearing_id is not None:
            drafts[row.clearing_id].append((row.id, draft))
    return drafts


def list_entry_drafts(entry_ids: Iterable[int]) -> dict[int, EntryDraft]:
    """Give entries as drafts by id."""
    rows = list(JournalEntry.objects.filter(id__in=list(entry_ids)).order_by("id"))
    return {row.id: draft for row, draft in zip(rows, _drafts(rows), strict=True)}


def list_entries_of_items(
    item_ids: Iterable[int], *, company_id: int, days: Iterable[date], kinds: Iterable[str]
) -> list[tuple[int, EntryDraft]]:
    """Give the entries of some kinds and days that post on items, as drafts with their ids, each once.

    Postings are not indexed by their item, which would cost every posting: the days the items were posted on lead here.
    """
    found = JournalEntry.objects.filter(
        company_id=company_id, posting_date__in=set(days), kind__in=set(kinds)
    )
    entry_ids = list(found.values_list("id", flat=True))
    touching = Posting.objects.filter(entry_id__in=entry_ids, item_id__in=list(item_ids))
    rows = list(
        JournalEntry.objects.filter(id__in=set(touching.values_list("entry_id", flat=True))).order_by("id")
    )
    return [(row.id, draft) for row, draft in zip(rows, _drafts(rows), strict=True)]


def _drafts(rows: Sequence[JournalEntry]) -> list[EntryDraft]:
    found = list(
        Posting.objects.filter(entry_id__in=[row.id for row in rows]).order_by("entry_id", "line_no")
    )
    keys = {
        account_id: account_key(role, code)
        for account_id, role, code in LedgerAccount.objects.filter(
            id__in={p.account_id for p in found}
        ).values_list("id", "role", "code")
    }
    postings: dict[int, list[PostingDraft]] = {}
    for p in found:
        line = PostingDraft(keys[p.account_id], p.amount, p.company_amount, p.group_amount, p.item_id)
        postings.setdefault(p.entry_id, []).append(line)
    return [
        EntryDraft(
            company_id=row.company_id,
            posting_date=row.posting_date,
            kind=row.kind,
            currency=row.currency,
            postings=tuple(postings[row.id]),
            document_id=row.document_id,
            clearing_id=row.clearing_id,
            text=row.text,
        )
        for row in rows
    ]


def _postings_by_entry(entry_ids: list[int]) -> dict[int, list[PostingView]]:
    rows = list(Posting.objects.filter(entry_id__in=entry_ids).order_by("entry_id", "line_no"))
    accounts = LedgerAccount.objects.in_bulk({row.account_id for row in rows})
    found: dict[int, list[PostingView]] = {}
    for row in rows:
        account = accounts[row.account_id]
        found.setdefault(row.entry_id, []).append(
            PostingView(
                entry_id=row.entry_id,
                line_no=row.line_no,
                account_code=account.code,
                account_name=account.name,
                account_role=account.role or "",
                item_id=row.item_id,
                currency=row.currency,
                amount=row.amount,
                company_amount=row.company_amount,
            )
        )
    return found
