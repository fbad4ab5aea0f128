"""Taking a clearing back on paper: the entry that reverses its entry, line by line."""

from __future__ import annotations

from datetime import date

from acquit.ledger.rules.entries import EntryDraft, reverse_postings


def plan_unclearing_entry(
    entry: EntryDraft, reverses_id: int, clearing_id: int, effective_date: date, actor_id: int | None
) -> EntryDraft:
    """Plan the entry that takes entry `reverses_id` of a clearing back on a day; amounts and accounts as they were."""
    return entry._replace(
        postings=reverse_postings(entry.postings),
        posting_date=effective_date,
        kind="UNCLEARING",
        clearing_id=clearing_id,
        reverses_id=reverses_id,
        actor_id=actor_id,
        run_id=None,
    )
