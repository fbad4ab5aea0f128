"""Entries on their way to the journal, and their exact reversal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound, Refusal
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.models import JournalEntry, Posting
from acquit.ledger.operations.soft_close import closing_entries
from acquit.ledger.queries import list_account_ids, list_entry_drafts
from acquit.ledger.rules.accounts import CONTROL_ROLES
from acquit.ledger.rules.entries import EntryDraft, reverse_entry

if TYPE_CHECKING:
    import polars as pl

ENTRY_COLUMNS = (
    "id",
    "document_id",
    "clearing_id",
    "bank_line_id",
    "reverses_id",
    "run_id",
    "actor_id",
    "company_id",
    "posting_date",
    "kind",
    "currency",
    "text",
)
POSTING_COLUMNS = (
    "entry_id",
    "item_id",
    "account_id",
    "company_id",
    "posting_date",
    "line_no",
    "currency",
    "amount",
    "company_amount",
    "group_amount",
)


class NoAccount(Refusal):
    """The company's chart has no account for a role an entry names; nothing was written."""

    code = "NO_ACCOUNT"


class CannotReverse(Refusal):
    """The entry was reversed already, is a reversal, or belongs to items; nothing was written."""

    code = "CANNOT_REVERSE"


def add_entries(plan: WritePlan, entries: Sequence[EntryDraft]) -> list[int]:
    """Add entries and their postings to a plan; gives the entries' ids in order."""
    ids = next_ids("journal_entry", len(entries))
    accounts = _accounts_of(
        {(entry.company_id, posting.role) for entry in entries for posting in entry.postings}
    )
    plan.add(
        "journal_entry",
        ENTRY_COLUMNS,
        (
            (
                entry_id,
                entry.document_id,
                entry.clearing_id,
                entry.bank_line_id,
                entry.reverses_id,
                entry.run_id,
                entry.actor_id,
                entry.company_id,
                entry.posting_date,
                entry.kind,
                entry.currency,
                entry.text,
            )
            for entry_id, entry in zip(ids, entries, strict=True)
        ),
        count=len(entries),
    )
    plan.add(
        "posting",
        POSTING_COLUMNS,
        (
            (
                entry_id,
                posting.item_id,
                accounts[entry.company_id][posting.role],
                entry.company_id,
                entry.posting_date,
                line_no,
                entry.currency,
                posting.amount,
                posting.company_amount,
                posting.group_amount,
            )
            for entry_id, entry in zip(ids, entries, strict=True)
            for line_no, posting in enumerate(entry.postings, 1)
        ),
        count=sum(len(entry.postings) for entry in entries),
    )
    return ids


@dataclass(frozen=True, slots=True)
class LaterPostings:
    """Postings made while the server writes what comes before: how many, and the roles they use by company."""

    make: Callable[[], pl.DataFrame]
    count: int
    used: Collection[tuple[int, str]]


def add_entry_columns(plan: WritePlan, entries: pl.DataFrame, postings: pl.DataFrame | LaterPostings) -> None:
    """Add entries and their postings to a plan as frames.

    `entries`: the columns an entry has, those it lacks left out. `postings`: entry (the row of its entry, ascending),
    role, item_id and the three amounts, which sum to zero by entry: what `add_entries` is given as drafts.
    """
    import polars as pl

    ids = pl.Series("id", next_ids("journal_entry", entries.height), pl.Int64)
    missing = [
        pl.lit(None, pl.Int64).alias(name) for name in ENTRY_COLUMNS[1:7] if name not in entries.columns
    ]
    if "text" not in entries.columns:
        missing.append(pl.lit("").alias("text"))
    entries = entries.with_columns(ids, *missing)
    plan.add_frame("journal_entry", ENTRY_COLUMNS, entries)
    of_entries = entries.select("company_id", "posting_date", "currency", entry_id="id").with_row_index(
        "entry"
    )
    if isinstance(postings, LaterPostings):
        make, count, used = postings.make, postings.count, postings.used
    else:
        known = postings
        make, count = lambda: known, known.height
        used = known.join(of_entries, on="entry").select("company_id", "role").unique().rows()
    accounts = _account_columns(used)

    def make_rows() -> pl.DataFrame:
        lines = make().join(of_entries, on="entry", maintain_order="left")
        numbered = lines.with_columns(line_no=pl.int_range(1, pl.len() + 1).over("entry"))
        return numbered.join(accounts, on=["company_id", "role"], maintain_order="left")

    plan.add_later_frame("posting", POSTING_COLUMNS, make_rows, count=count)


def _account_columns(used: Collection[tuple[int, str]]) -> pl.DataFrame:
    import polars as pl

    accounts = _accounts_of(used)
    found = [(company_id, role, accounts[company_id][role]) for company_id, role in used]
    schema = {"company_id": pl.Int64, "role": pl.String, "account_id": pl.Int64}
    return pl.DataFrame(found, schema=schema, orient="row")


def _accounts_of(used: Collection[tuple[int, str]]) -> dict[int, dict[str, int]]:
    accounts = {company_id: list_account_ids(company_id) for company_id in {company for company, _ in used}}
    for company_id, role in used:
        if role not in accounts[company_id]:
            raise NoAccount(
                f"The chart of company {company_id} has no account for {role}. Open its books first.",
                details={"company_id": company_id, "role": role},
            )
    return accounts


def reverse_entries(
    *,
    actor: Actor,
    company_id: int,
    entry_ids: Iterable[int],
    posting_date: date,
    reason: str,
    repost: Sequence[EntryDraft] = (),
) -> list[int]:
    """Reverse entries to the cent, each once, and post others in their place; gives the new entries' ids, in order.

    Refuses (`NotFound`, `CannotReverse`) entries that do not exist, are reversals, were reversed already, or post on
    open items: those are taken back where they arose (clearing, receipt, credit note). Dated on `posting_date`, or on
    the entry's own day when that is later.
    """
    actor.require(Duty.CLOSE, company_id)
    wanted = sorted(set(entry_ids))
    if not reason.strip():
        raise CannotReverse("Say why the entry is reversed.", param="reason")
    with operation(), closing_entries(actor, [company_id]):
        rows = _lock_reversible(company_id, wanted)
        drafts = list_entry_drafts(wanted)
        plan = WritePlan()
        reversals = [
            reverse_entry(
                entry_id,
                drafts[entry_id],
                posting_date=max(posting_date, rows[entry_id].posting_date),
                actor_id=actor.user_id,
            )
            for entry_id in wanted
        ]
        others = [_checked_repost(draft, company_id, actor) for draft in repost]
        ids = add_entries(plan, [*reversals, *others])
        record_events(
            plan,
            [
                EventDraft(
                    company_id,
                    "ledger.entry.reversed",
                    "ENTRY",
                    entry_id,
                    {"reason": reason, "reversal": reversal_id, "reposted": ids[len(wanted) :]},
                    actor_id=actor.user_id,
                )
                for entry_id, reversal_id in zip(wanted, ids, strict=False)
            ],
        )
        write(plan)
    return ids


def _lock_reversible(company_id: int, wanted: Sequence[int]) -> dict[int, JournalEntry]:
    """Give the entries, held against a second reversal: reversals of one company wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acquit.reversal'), %s)", [company_id])
    rows = {row.id: row for row in JournalEntry.objects.filter(id__in=wanted, company_id=company_id)}
    for entry_id in wanted:
        if entry_id not in rows:
            raise NotFound(f"There is no entry J-{entry_id}.", param="entry")
        if rows[entry_id].reverses_id is not None:
            raise CannotReverse(f"J-{entry_id} is itself a reversal.", param="entry")
    for reversed_id in JournalEntry.objects.filter(reverses_id__in=wanted).values_list(
        "reverses_id", flat=True
    ):
        raise CannotReverse(f"J-{reversed_id} was reversed already.", param="entry")
    for entry_id in Posting.objects.filter(entry_id__in=wanted, item_id__isnull=False).values_list(
        "entry_id", flat=True
    ):
        raise CannotReverse(
            f"J-{entry_id} belongs to open items. Take back the clearing, receipt or document it came from.",
            param="entry",
        )
    return rows


def _checked_repost(draft: EntryDraft, company_id: int, actor: Actor) -> EntryDraft:
    if draft.company_id != company_id or any(line.role in CONTROL_ROLES for line in draft.postings):
        raise CannotReverse(
            "What is posted instead must be of the same company and off the control accounts."
        )
    return draft._replace(actor_id=actor.user_id)
