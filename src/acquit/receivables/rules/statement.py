"""The statement of account: what was owed, what happened, what is owed, and how old it is.

Clearing sets credits off against debits of one customer and one currency, so it never moves the balance: a balance is a
sum of items, and yesterday's is today's less what was posted since. What carries an open amount on under its own
number (a residual, instalments, a plan) adds up to nothing that day and is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.core.money import ZERO


class Movement(NamedTuple):
    """An item as a statement needs it."""

    item_id: int
    kind: str
    number: str
    currency: str
    posting_date: date
    due_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One thing that happened, and the balance after it. `due_date` is None for what is not owed by a day."""

    posting_date: date
    kind: str
    number: str
    due_date: date | None
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """A customer's account in one currency from a day to a day, both included; positive is owed by the customer."""

    currency: str
    from_date: date
    until_date: date
    opening_balance: Decimal
    lines: tuple[StatementLine, ...]
    closing_balance: Decimal
    buckets: dict[str, Decimal]
    unapplied: Decimal


def plan_lines(opening: Decimal, movements: Iterable[Movement]) -> tuple[StatementLine, ...]:
    """Give running lines in the order of days; movements of one day and number that cancel out fall away."""
    groups: dict[tuple[date, str], list[Movement]] = {}
    for movement in sorted(movements, key=lambda m: (m.posting_date, m.item_id)):
        groups.setdefault((movement.posting_date, movement.number), []).append(movement)
    lines = []
    balance = opening
    for group in groups.values():
        if len(group) > 1 and sum((m.amount for m in group), ZERO) == 0:
            continue
        for m in group:
            balance += m.amount
            due = m.due_date if m.amount > 0 else None
            lines.append(StatementLine(m.posting_date, m.kind, m.number, due, m.amount, balance))
    return tuple(lines)
