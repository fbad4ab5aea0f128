"""What notifications and intraday reports tell ahead of a statement, or after it: the details of booked sums.

They book nothing. The details of a notified entry are kept; a statement that books the entry as a sum without them
takes them in the sum's place, whichever comes first. What a sum was already decided about is left, and said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from acquit.cash.models import AnnouncedLine, BankAccount, BankLine, Receipt
from acquit.cash.operations.bank_lines import (
    FACT_COLUMNS,
    Detail,
    Sum,
    add_splits,
    detail_identity,
    line_facts_of,
)
from acquit.cash.rules.announcements import Entry, is_bare, list_entries, pair_entries
from acquit.cash.rules.receipts import ReceiptState
from acquit.cash.rules.remittance_text import NAME_LENGTH_AT_MOST, clean_text
from acquit.controls.rules.duties import Actor
from acquit.formats.statements import Statement, StatementKind, StatementLine, exact_sum, line_identities
from acquit.infra.bulk import WritePlan, next_ids

ANNOUNCED_COLUMNS = (
    "id",
    "entry_id",
    "bank_account_id",
    "company_id",
    "booking_date",
    "value_date",
    "currency",
    "identity",
    "entry_reference",
    "entry_amount",
    *FACT_COLUMNS,
)
_NOTHING_SAID = {"counterparty": "", "iban": "", "structured_reference": "", "end_to_end_id": ""}


@dataclass(frozen=True, slots=True)
class Announced:
    """An entry that was announced with its details."""

    entry: Entry
    details: Sequence[Detail]


@dataclass(slots=True)
class Placed:
    """How many details were put in the place of sums, and the sums that stayed because they were decided about."""

    details: int = 0
    left: list[str] = field(default_factory=list)


def add_announcement(plan: WritePlan, actor: Actor, account: BankAccount, statement: Statement) -> Placed:
    """Keep the details a report announces, and put them in the place of sums that were booked before.

    The bank account and the unidentified customer are locked: no sum is decided about meanwhile.
    """
    fresh = _list_fresh(account, statement)
    _add_announced(plan, account, fresh)
    if not fresh:
        return Placed()
    return _place_afterwards(plan, actor, account, fresh)


def find_details(account: BankAccount, booked: Sequence[Entry]) -> dict[int, Sequence[Detail]]:
    """Find the announced details of entries that are being booked as sums, by the entries' keys."""
    if not booked:
        return {}
    rows = AnnouncedLine.objects.filter(
        bank_account_id=account.id, entry_amount__in={entry.amount for entry in booked}
    ).order_by("id")
    announced = {one.entry.key: one for one in _unplaced(account, _by_entry(rows))}
    pairs = pair_entries(booked, [one.entry for one in announced.values()])
    return {key: announced[other].details for key, other in pairs.items()}


def _list_fresh(account: BankAccount, statement: Statement) -> list[tuple[Announced, list[StatementLine]]]:
    """List the entries of a report whose details can stand for a sum, but for those known already."""
    lines = (*statement.lines, *statement.pending_lines)
    identities = line_identities(statement, lines)
    wanted = list_telling(statement)
    known = set(
        AnnouncedLine.objects.filter(
            bank_account_id=account.id, identity__in=[identities[at] for span in wanted for at in span]
        ).values_list("identity", flat=True)
    )
    wanted = [span for span in wanted if not any(identities[at] in known for at in span)]
    ids = iter(next_ids("announced_line", sum(map(len, wanted))))
    fresh = []
    for span in wanted:
        parts = [lines[at] for at in span]
        key = next(ids)
        for _ in parts[1:]:
            next(ids)
        details = [
            Detail(identities[at], _entry_reference(lines[at]), line_facts_of(lines[at], account.account))
            for at in span
        ]
        fresh.append((Announced(entry_of(key, parts), details), parts))
    return fresh


def list_telling(statement: Statement) -> list[range]:
    """List where the entries stand whose details can take the place of a sum: several, or one that says who paid.

    Only CAMT tells entries and details of the same account that a statement books.
    """
    if not statement.format.upper().startswith("CAMT"):
        return []
    lines = (*statement.lines, *statement.pending_lines)
    is_notification = statement.kind is StatementKind.NOTIFICATION
    return [
        span
        for span in list_entries(lines)
        if len(span) > 1 or (is_notification and not is_bare(lines[span.start]))
    ]


def entry_of(key: int, lines: Sequence[StatementLine]) -> Entry:
    """Give what tells an entry of these lines."""
    first = lines[0]
    return Entry(
        key,
        exact_sum(line.amount for line in lines),
        first.booking_date,
        _entry_reference(first),
        clean_text(first.customer_reference, NAME_LENGTH_AT_MOST),
    )


def _entry_reference(line: StatementLine) -> str:
    return clean_text(line.entry_reference or line.bank_reference, NAME_LENGTH_AT_MOST)


def _add_announced(
    plan: WritePlan, account: BankAccount, fresh: Iterable[tuple[Announced, list[StatementLine]]]
) -> None:
    rows = []
    for one, lines in fresh:
        for offset, (detail, line) in enumerate(zip(one.details, lines, strict=True)):
            rows.append(
                (
                    one.entry.key + offset,
                    one.entry.key,
                    account.id,
                    account.company_id,
                    line.booking_date,
                    line.value_date,
                    account.currency,
                    detail.identity,
                    one.entry.reference,
                    one.entry.amount,
                    *detail.facts,
                )
            )
    plan.add("announced_line", ANNOUNCED_COLUMNS, rows)


def _place_afterwards(
    plan: WritePlan, actor: Actor, account: BankAccount, fresh: Sequence[tuple[Announced, Any]]
) -> Placed:
    announced = {one.entry.key: one for one in _unplaced(account, (one for one, _ in fresh))}
    rows = {
        row.id: row
        for row in BankLine.objects.filter(
            bank_account_id=account.id,
            batch_line_id__isnull=True,
            amount__in={one.entry.amount for one in announced.values()},
            **_NOTHING_SAID,
        )
    }
    states = dict(Receipt.objects.filter(bank_line_id__in=list(rows)).values_list("bank_line_id", "state"))
    booked = [_entry_of_row(row) for row in rows.values() if states.get(row.id) != ReceiptState.SPLIT]
    placed = Placed()
    splits = []
    for line_id, key in pair_entries(booked, [one.entry for one in announced.values()]).items():
        row, details = rows[line_id], announced[key].details
        if line_id in states:
            placed.left.append(say_left(row, len(details)))
            continue
        splits.append((sum_of_row(row), details))
        placed.details += len(details)
    add_splits(plan, actor, splits)
    return placed


def say_left(row: BankLine, details: int) -> str:
    """Say that a sum stays one line although its details are known now."""
    return (
        f"{row.amount} {row.currency} of {row.booking_date} ({row.bank_reference or 'no reference'})"
        f" was decided about before its {details} details came."
    )


def sum_of_row(row: BankLine) -> Sum:
    """Give a stored line as a sum."""
    return Sum(
        row.id,
        row.bank_account_id,
        row.statement_id,
        row.company_id,
        row.line_no,
        row.booking_date,
        row.value_date,
        row.currency,
        row.amount,
    )


def _entry_of_row(row: BankLine) -> Entry:
    return Entry(row.id, row.amount, row.booking_date, row.bank_reference, row.customer_reference)


def _by_entry(rows: Iterable[AnnouncedLine]) -> Iterator[Announced]:
    groups: dict[int, list[AnnouncedLine]] = defaultdict(list)
    for row in rows:
        groups[row.entry_id].append(row)
    for key, parts in groups.items():
        first = parts[0]
        yield Announced(
            Entry(
                key,
                first.entry_amount,
                first.booking_date,
                first.entry_reference,
                first.customer_reference,
            ),
            [
                Detail(row.identity, row.entry_reference, tuple(getattr(row, name) for name in FACT_COLUMNS))
                for row in parts
            ],
        )


def _unplaced(account: BankAccount, announced: Iterable[Announced]) -> list[Announced]:
    """Leave out the announced entries whose details stand in the books already, as announced or as booked."""
    found = list(announced)
    booked = [detail.identity for one in found for detail in one.details]
    lines = BankLine.objects.filter(bank_account_id=account.id)
    known = set(lines.filter(identity__in=booked).exclude(**_NOTHING_SAID).values_list("identity", flat=True))
    placed = lines.filter(identity__in=[detail_identity(identity) for identity in booked])
    placed_identities = set(placed.values_list("identity", flat=True))
    return [
        one
        for one in found
        if not any(
            detail.identity in known or detail_identity(detail.identity) in placed_identities
            for detail in one.details
        )
    ]
