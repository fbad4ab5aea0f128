"""The lines of one statement: what is new of them, what was known, and what became of those that are sums.

A line is known by its identity, or as a detail that was announced before. An entry told with details is known, too,
when it was booked as a sum before; and a sum when its details were.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from acquit.cash.models import BankAccount, BankLine, BankStatement, Receipt
from acquit.cash.operations.announcing import entry_of, find_details, say_left, sum_of_row
from acquit.cash.operations.bank_lines import (
    LINE_COLUMNS,
    Detail,
    Sum,
    add_splits,
    entry_reference_of,
    line_facts_of,
)
from acquit.cash.rules.announcements import is_bare, list_entries
from acquit.cash.rules.receipts import ReceiptState
from acquit.cash.rules.remittance_text import NAME_LENGTH_AT_MOST, clean_text
from acquit.cash.rules.statement_checks import KnownLine, is_used_again, line_date
from acquit.controls.rules.duties import Actor
from acquit.formats.statements import Statement, StatementLine, exact_sum, line_identities
from acquit.infra.bulk import WritePlan, next_ids
from acquit.infra.schema import sql_text


class SumOfDetails(NamedTuple):
    """An entry told with its details: the identity it has where it is told without, and where its details stand."""

    identity: str
    span: range


@dataclass(slots=True)
class Taken:
    """How many lines of a statement are new, how many details took the place of sums, and which sums stayed.

    `booked_apart` names the entries that come as sums now and whose details were booked before.
    """

    new: int = 0
    details: int = 0
    left: list[str] = field(default_factory=list)
    booked_apart: set[str] = field(default_factory=set)


def list_sums(statement: Statement) -> list[SumOfDetails]:
    """List the entries with several details that the bank names, with the identity their sums would have."""
    lines = statement.lines
    spans = [span for span in list_entries(lines) if len(span) > 1 and lines[span.start].entry_reference]
    sums = [
        replace(
            lines[span.start],
            amount=exact_sum(lines[at].amount for at in span),
            bank_reference=lines[span.start].entry_reference,
        )
        for span in spans
    ]
    identities = line_identities(statement, sums)
    return [SumOfDetails(identity, span) for identity, span in zip(identities, spans, strict=True)]


def take_lines(
    plan: WritePlan,
    actor: Actor,
    account: BankAccount,
    statement: Statement,
    statement_id: int,
    identities: Sequence[str],
    sums: Sequence[SumOfDetails],
) -> Taken:
    """Add the lines of a statement that are not known, and put announced details in the place of sums.

    The bank account is locked, and the unidentified customer when one of `sums` is known.
    """
    taken = Taken()
    identities, known = _tell_known(account, statement, identities)
    known |= _settle_known_sums(plan, actor, account, statement, identities, sums, known, taken)
    known |= _list_sums_of_known_details(account, statement, identities, known, taken)
    fresh = [at for at, identity in enumerate(identities) if identity not in known]
    ids = dict(zip(fresh, next_ids("bank_line", len(fresh)), strict=True))
    rows = (_row(account, statement, statement_id, ids[at], at, identities[at]) for at in fresh)
    plan.add("bank_line", LINE_COLUMNS, rows, count=len(fresh))
    taken.new += len(fresh)
    _place_announced(plan, actor, account, statement, statement_id, ids, taken)
    return taken


def _row(
    account: BankAccount, statement: Statement, statement_id: int, line_id: int, at: int, identity: str
) -> tuple[Any, ...]:
    line = statement.lines[at]
    booking_date = line_date(statement, line, at + 1)
    return (
        line_id,
        account.id,
        statement_id,
        None,
        account.company_id,
        at + 1,
        booking_date,
        line.value_date or booking_date,
        account.currency,
        identity,
        entry_reference_of(line),
        *line_facts_of(line, account.account),
    )


def _tell_known(
    account: BankAccount, statement: Statement, identities: Sequence[str]
) -> tuple[list[str], set[str]]:
    """Give the lines' identities and which are known, as lines or as details of a sum.

    A bank may use a reference again. Two statements that both balance, close on different days and book it on
    different days hold two lines: the later one is told by its day as well.
    """
    told = list(identities)
    known = _find_known(account, told)
    if statement.balanced and known:
        for at, (identity, line) in enumerate(zip(identities, statement.lines, strict=True)):
            found = known.get(identity)
            if found is not None and is_used_again(found, line, statement):
                told[at] = f"{identity}@{line.booking_date}"
        again = [new for new, old in zip(told, identities, strict=True) if new != old]
        known |= _find_known(account, again)
    return told, set(known)


def _find_known(account: BankAccount, identities: Sequence[str]) -> dict[str, KnownLine]:
    if not identities:
        return {}
    parameters: dict[str, Any] = {"bank_account_id": account.id, "identities": list(identities)}
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "known_lines.sql"), parameters)
        return {row[0]: KnownLine(*row[1:]) for row in cursor.fetchall()}


def _settle_known_sums(
    plan: WritePlan,
    actor: Actor,
    account: BankAccount,
    statement: Statement,
    identities: Sequence[str],
    sums: Sequence[SumOfDetails],
    known: set[str],
    taken: Taken,
) -> set[str]:
    """Put the details told now in the place of sums booked before; give the identities that need no line."""
    open_sums = {
        one.identity: one.span for one in sums if not any(identities[at] in known for at in one.span)
    }
    rows = list(BankLine.objects.filter(bank_account_id=account.id, identity__in=list(open_sums)))
    states = dict(
        Receipt.objects.filter(bank_line_id__in=[row.id for row in rows]).values_list("bank_line_id", "state")
    )
    settled: set[str] = set()
    splits = []
    for row in rows:
        span = open_sums[row.identity]
        settled.update(identities[at] for at in span)
        if row.id in states:
            if states[row.id] != ReceiptState.SPLIT:
                taken.left.append(say_left(row, len(span)))
            continue
        details = [
            Detail(
                identities[at],
                entry_reference_of(statement.lines[at]),
                line_facts_of(statement.lines[at], account.account),
            )
            for at in span
        ]
        splits.append((sum_of_row(row), details))
        taken.details += len(details)
    add_splits(plan, actor, splits)
    return settled


def _list_sums_of_known_details(
    account: BankAccount, statement: Statement, identities: Sequence[str], known: set[str], taken: Taken
) -> set[str]:
    """List the identities of new sums whose details are booked: told with them before, without them now."""
    lines = statement.lines
    sums = {
        at: clean_text(lines[at].entry_reference or lines[at].bank_reference, NAME_LENGTH_AT_MOST)
        for at in _list_bare(lines)
        if identities[at] not in known
    }
    wanted = {reference for reference in sums.values() if reference}
    if not wanted:
        return set()
    booked: dict[str, Decimal] = defaultdict(Decimal)
    rows = BankLine.objects.filter(
        bank_account_id=account.id, entry_reference__in=wanted, batch_line_id__isnull=True
    )
    for reference, amount in rows.values_list("entry_reference", "amount"):
        booked[reference] += amount
    apart = {at: reference for at, reference in sums.items() if booked.get(reference) == lines[at].amount}
    taken.booked_apart.update(apart.values())
    return {identities[at] for at in apart}


def _list_bare(lines: Sequence[StatementLine]) -> list[int]:
    return [span.start for span in list_entries(lines) if len(span) == 1 and is_bare(lines[span.start])]


def _place_announced(
    plan: WritePlan,
    actor: Actor,
    account: BankAccount,
    statement: Statement,
    statement_id: int,
    ids: dict[int, int],
    taken: Taken,
) -> None:
    """Put details that were announced before in the place of the sums this statement books."""
    bare = [at for at in _list_bare(statement.lines) if at in ids]
    entries = [entry_of(at, [statement.lines[at]]) for at in bare]
    splits = []
    for at, details in find_details(account, entries).items():
        line = statement.lines[at]
        booking_date = line_date(statement, line, at + 1)
        booked = Sum(
            ids[at],
            account.id,
            statement_id,
            account.company_id,
            at + 1,
            booking_date,
            line.value_date or booking_date,
            account.currency,
            line.amount,
        )
        splits.append((booked, details))
        taken.details += len(details)
    add_splits(plan, actor, splits)


def find_corrected(account: BankAccount, statement: Statement) -> BankStatement | None:
    """Find the latest statement that this one is sent in place of: the same number, page and days."""
    if not (statement.statement_id or statement.sequence) or statement.opening is None:
        return None
    return (
        BankStatement.objects.filter(
            bank_account_id=account.id,
            statement_id=clean_text(statement.statement_id, NAME_LENGTH_AT_MOST),
            sequence=clean_text(statement.sequence, NAME_LENGTH_AT_MOST),
            page=clean_text(statement.page, NAME_LENGTH_AT_MOST),
            opening_date=statement.opening_date,
            closing_date=statement.closing_date,
        )
        .order_by("-id")
        .first()
    )


def list_vanished(
    corrected: BankStatement, identities: Iterable[str], sums: Iterable[SumOfDetails], taken: Taken
) -> list[str]:
    """Say which lines the corrected statement brought that its correction holds no more, as sum or as details."""
    rows = BankLine.objects.filter(statement_id=corrected.id, batch_line_id__isnull=True)
    kept = {*identities, *(one.identity for one in sums)}
    return [
        f"{row.amount} {row.currency} of {row.booking_date} ({row.bank_reference or row.text[:40]})"
        for row in rows.order_by("line_no")
        if row.identity not in kept
        and not (row.entry_reference and row.entry_reference in taken.booked_apart)
    ]
