"""Reads of the books."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.ledger.models import FxRate, JournalEntry, LedgerAccount, Period, Posting
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Currencies, EntryDraft, PostingDraft


class CannotConvert(Refusal):
    """No rate of exchange is known for the day; nothing was converted."""

    code = "NO_RATE"


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


def list_account_ids(company_id: int) -> dict[str, int]:
    """Give the account of each standard role of a company."""
    return dict(LedgerAccount.objects.filter(company_id=company_id).values_list("role", "id"))


def get_currencies(*, document: str, company: str, group: str, on_date: date) -> Currencies:
    """Give the rates of a day, or the latest known before it; refuses (`CannotConvert`) when there is none."""
    if document == company == group:
        return Currencies(document, company, group)
    return Currencies(
        document, company, group, get_rate(document, company, on_date), get_rate(document, group, on_date)
    )


def get_rate(source: str, target: str, on_date: date) -> Decimal:
    """Give units of `target` for one `source`: of the day or the latest before it, direct, inverse or by a common base.

    Refuses (`CannotConvert`) when no such rate is known.
    """
    if source == target:
        return Decimal(1)
    direct = _latest(source, target, on_date)
    if direct is not None:
        return direct
    inverse = _latest(target, source, on_date)
    if inverse is not None:
        return Decimal(1) / inverse
    bases = (
        FxRate.objects.filter(currency__in=(source, target), rate_date__lte=on_date)
        .values_list("base", flat=True)
        .distinct()
        .order_by("base")
    )
    for base in bases:
        to_source, to_target = _latest(base, source, on_date), _latest(base, target, on_date)
        if to_source is not None and to_target is not None:
            return to_target / to_source
    raise CannotConvert(
        f"No rate from {source} to {target} is known for {on_date} or before."
        " Add it in a file with date, base, currency, rate.",
        details={"source": source, "target": target, "date": on_date.isoformat()},
    )


def list_periods(company_id: int) -> list[Period]:
    """List a company's periods, latest first."""
    return list(Period.objects.filter(company_id=company_id).order_by("-start_date"))


def list_entries(
    *,
    company_ids: Iterable[int] | None = None,
    before_id: int | None = None,
    limit: int = 50,
    document_ids: Iterable[int] | None = None,
    item_ids: Iterable[int] | None = None,
    entry_ids: Iterable[int] | None = None,
) -> list[EntryView]:
    """List entries with their postings, latest first; `before_id` is the cursor."""
    entries = JournalEntry.objects.order_by("-id")
    if company_ids is not None:
        entries = entries.filter(company_id__in=list(company_ids))
    if before_id is not None:
        entries = entries.filter(id__lt=before_id)
    if document_ids is not None:
        entries = entries.filter(document_id__in=list(document_ids))
    if entry_ids is not None:
        entries = entries.filter(id__in=list(entry_ids))
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


def list_entries_of_items(item_ids: Iterable[int], *, kinds: Iterable[str]) -> list[tuple[int, EntryDraft]]:
    """Give the entries of some kinds that post on items, as drafts with their ids, each once."""
    entry_ids = Posting.objects.filter(item_id__in=list(item_ids)).values("entry_id")
    rows = list(JournalEntry.objects.filter(id__in=entry_ids, kind__in=list(kinds)).order_by("id"))
    return [(row.id, draft) for row, draft in zip(rows, _drafts(rows), strict=True)]


def _drafts(rows: Sequence[JournalEntry]) -> list[EntryDraft]:
    found = list(
        Posting.objects.filter(entry_id__in=[row.id for row in rows]).order_by("entry_id", "line_no")
    )
    roles = dict(LedgerAccount.objects.filter(id__in={p.account_id for p in found}).values_list("id", "role"))
    postings: dict[int, list[PostingDraft]] = {}
    for p in found:
        line = PostingDraft(
            AccountRole(roles[p.account_id]), p.amount, p.company_amount, p.group_amount, p.item_id
        )
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


def _latest(base: str, currency: str, on_date: date) -> Decimal | None:
    return (
        FxRate.objects.filter(base=base, currency=currency, rate_date__lte=on_date)
        .order_by("-rate_date")
        .values_list("rate", flat=True)
        .first()
    )


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
                account_role=account.role,
                item_id=row.item_id,
                currency=row.currency,
                amount=row.amount,
                company_amount=row.company_amount,
            )
        )
    return found
