"""Bank reconciliation: the bank account in the ledger beside the statement's closing balance, every difference dated.

The idea: nothing is left over by construction. The last closing balance is the first opening, plus all lines, plus what
the balances of consecutive statements leave out; the ledger is its opening, plus what was posted for lines, plus
entries that name none. So the difference of both is a sum of listed pieces, each with a day and a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.core.money import ZERO


class DifferenceReason(StrEnum):
    """Why ledger and statement differ."""

    OPENING_NOT_TAKEN = "OPENING_NOT_TAKEN"
    LINE_NOT_BOOKED = "LINE_NOT_BOOKED"
    LINE_BOOKED_OTHERWISE = "LINE_BOOKED_OTHERWISE"
    LINE_OF_LATER_STATEMENT = "LINE_OF_LATER_STATEMENT"
    ENTRY_WITHOUT_LINE = "ENTRY_WITHOUT_LINE"
    STATEMENT_MISSING = "STATEMENT_MISSING"
    STATEMENT_NOT_BALANCED = "STATEMENT_NOT_BALANCED"
    STATEMENT_WITHOUT_BALANCE = "STATEMENT_WITHOUT_BALANCE"


class AccountFact(NamedTuple):
    """A bank account and what the ledger holds of it: by its opening, and by its lines."""

    id: int
    company_id: int
    account: str
    currency: str
    name: str
    opening_amount: Decimal
    lines_amount: Decimal


class StatementFact(NamedTuple):
    """A statement: its balances, and the lines it was the first to bring (`lines_amount`; repeated ones count once)."""

    account_id: int
    id: int
    number: str
    opening_date: date | None
    day: date
    opening_amount: Decimal | None
    closing_amount: Decimal | None
    is_balanced: bool | None
    lines_amount: Decimal
    lines: int


class LineFact(NamedTuple):
    """A bank line whose amount in the statements up to the day is not what is posted of it till then."""

    account_id: int
    id: int
    receipt_id: int | None
    booking_date: date
    reference: str
    counterparty: str
    told_amount: Decimal
    posted_amount: Decimal


class EntryFact(NamedTuple):
    """An entry on the ledger's bank account that names no bank line."""

    company_id: int
    id: int
    posting_date: date
    kind: str
    text: str
    currency: str
    amount: Decimal


class ReconciledDifference(NamedTuple):
    """A piece of the difference: statement less ledger, on a day, for a reason; ids lead to what it is about."""

    reason: DifferenceReason
    on_date: date
    amount: Decimal
    reference: str
    text: str = ""
    line_id: int | None = None
    receipt_id: int | None = None
    entry_id: int | None = None
    statement_id: int | None = None


class Reconciliation(NamedTuple):
    """A bank account on a day. `statement_amount` None: no statement with a balance is known till then."""

    account: AccountFact
    as_of: date
    ledger_amount: Decimal
    statement_amount: Decimal | None
    statement_date: date | None
    statement_number: str
    differences: tuple[ReconciledDifference, ...]

    @property
    def difference_amount(self) -> Decimal | None:
        """Give statement less ledger."""
        return None if self.statement_amount is None else self.statement_amount - self.ledger_amount

    @property
    def unexplained_amount(self) -> Decimal:
        """Give what the listed differences leave over: zero, or this page is wrong."""
        listed = sum((each.amount for each in self.differences), ZERO)
        return ZERO if self.difference_amount is None else self.difference_amount - listed


def reconcile_account(
    account: AccountFact,
    as_of: date,
    statements: Sequence[StatementFact],
    lines: Iterable[LineFact],
    entries: Sequence[EntryFact],
) -> Reconciliation:
    """Reconcile an account; `entries` are those without a line that can only be this account's."""
    ordered = order_statements(statements)
    with_balance = [each for each in ordered if each.closing_amount is not None]
    ledger = account.opening_amount + account.lines_amount + sum((each.amount for each in entries), ZERO)
    last = with_balance[-1] if with_balance else None
    found = list(_compare_lines(lines)) + list(_compare_entries(entries))
    if last is not None:
        found += _compare_balances(account, ordered)
    return Reconciliation(
        account,
        as_of,
        ledger,
        last.closing_amount if last else None,
        last.day if last else None,
        last.number if last else "",
        tuple(sorted(found, key=lambda each: (each.on_date, each.reason, each.reference, each.line_id or 0))),
    )


def order_statements(statements: Iterable[StatementFact]) -> list[StatementFact]:
    """Order statements as they follow each other: by day, and within a day by the balance one hands to the next."""
    waiting = sorted(statements, key=lambda each: (each.day, each.opening_date or each.day, each.id))
    ordered: list[StatementFact] = []
    while waiting:
        day = [each for each in waiting if each.day == waiting[0].day]
        closing = next(
            (each.closing_amount for each in ordered[::-1] if each.closing_amount is not None), None
        )
        following = _find_following(day, closing)
        ordered.append(following)
        waiting.remove(following)
    return ordered


def _find_following(day: Sequence[StatementFact], closing: Decimal | None) -> StatementFact:
    """Find which of a day's statements follows: the one that opens as the last closed, else one none leads to."""
    for each in day:
        if closing is not None and each.opening_amount == closing:
            return each
    led_to = {each.closing_amount for each in day if each.closing_amount != each.opening_amount}
    return next((each for each in day if each.opening_amount not in led_to), day[0])


def _compare_balances(
    account: AccountFact, ordered: Sequence[StatementFact]
) -> Iterable[ReconciledDifference]:
    """Follow the balances from statement to statement: what they leave out, and the opening the ledger began with."""
    running: Decimal | None = None
    carried = ZERO
    before: StatementFact | None = None
    for each in ordered:
        carried += each.lines_amount
        if each.closing_amount is None:
            continue
        if running is None:
            running = each.opening_amount
            if running is None:
                running = each.closing_amount - each.lines_amount
            yield from _difference(
                DifferenceReason.OPENING_NOT_TAKEN, each, running - account.opening_amount, account.account
            )
        yield from _difference(
            _find_reason(each, before), each, each.closing_amount - running - carried, each.number
        )
        running, carried, before = each.closing_amount, ZERO, each
    if ordered and carried:
        yield from _difference(
            DifferenceReason.STATEMENT_WITHOUT_BALANCE, ordered[-1], -carried, ordered[-1].number
        )


def _find_reason(statement: StatementFact, before: StatementFact | None) -> DifferenceReason:
    if statement.is_balanced is False:
        return DifferenceReason.STATEMENT_NOT_BALANCED
    if before is None or statement.opening_amount is None:
        return DifferenceReason.STATEMENT_WITHOUT_BALANCE
    return DifferenceReason.STATEMENT_MISSING


def _difference(
    reason: DifferenceReason, statement: StatementFact, amount: Decimal, reference: str
) -> Iterable[ReconciledDifference]:
    if amount:
        on_date = statement.opening_date or statement.day
        yield ReconciledDifference(reason, on_date, amount, reference, statement_id=statement.id)


def _compare_lines(lines: Iterable[LineFact]) -> Iterable[ReconciledDifference]:
    for line in lines:
        if not line.posted_amount:
            reason = DifferenceReason.LINE_NOT_BOOKED
        elif not line.told_amount:
            reason = DifferenceReason.LINE_OF_LATER_STATEMENT
        else:
            reason = DifferenceReason.LINE_BOOKED_OTHERWISE
        yield ReconciledDifference(
            reason,
            line.booking_date,
            line.told_amount - line.posted_amount,
            line.reference,
            line.counterparty,
            line_id=line.id,
            receipt_id=line.receipt_id,
        )


def _compare_entries(entries: Iterable[EntryFact]) -> Iterable[ReconciledDifference]:
    for entry in entries:
        yield ReconciledDifference(
            DifferenceReason.ENTRY_WITHOUT_LINE,
            entry.posting_date,
            -entry.amount,
            f"J-{entry.id}",
            entry.text or entry.kind,
            entry_id=entry.id,
        )
