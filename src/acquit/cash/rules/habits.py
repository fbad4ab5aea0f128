"""How a customer pays, told from what was applied: each decision shows habits kept and habits broken.

Counts alone are kept, for and against, so that undo takes exactly its own away. A habit is believed where so many
payments and so large a share of them showed it as policy says. It ranks answers that fit equally well; it posts none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from acquit.cash.rules.differences import DeductionReason
from acquit.cash.rules.placing import discount_offer
from acquit.cash.rules.receipts import BY_AMOUNT, BY_NAME, Applied, Difference, DifferenceKind, OpenItem
from acquit.controls.rules.policies import MatchingPolicy

_LEAST_ITEMS = 2


class Habit(StrEnum):
    """How a customer pays, as far as payments show it."""

    NAMES_DOCUMENTS = "NAMES_DOCUMENTS"
    OLDEST_FIRST = "OLDEST_FIRST"
    PAYS_ALL_DUE = "PAYS_ALL_DUE"
    PAYS_STATEMENT = "PAYS_STATEMENT"
    TAKES_DISCOUNT = "TAKES_DISCOUNT"
    DEDUCTS_FEE = "DEDUCTS_FEE"
    PAYS_PART_ROUND = "PAYS_PART_ROUND"


class Shown(NamedTuple):
    """The habits a payment kept, and those it might have kept and did not."""

    kept: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


class KnownHabit(NamedTuple):
    """How often a customer kept a habit and how often not."""

    habit: str
    count_for: int
    count_against: int


class PaidAs(NamedTuple):
    """What is applied of a receipt, or would be: by which rule, when, on what."""

    rule: str
    value_date: date
    applied: Sequence[Applied]
    differences: Sequence[Difference]


NOTHING_SHOWN = Shown()


def read_habits(
    payment: PaidAs,
    items: Mapping[int, OpenItem],
    open_items: Iterable[OpenItem],
    policy: MatchingPolicy,
) -> Shown:
    """Read what a payment shows. `items` are those it touches, `open_items` all open of their customers before it."""
    said: list[tuple[str, bool]] = []
    if payment.rule in BY_NAME:
        said.append((Habit.NAMES_DOCUMENTS, True))
    elif payment.rule in BY_AMOUNT:
        said.append((Habit.NAMES_DOCUMENTS, False))
    cash = {part.item_id: part.amount for part in payment.applied}
    said += _read_choice(cash, payment.value_date, open_items)
    said += _read_differences(payment, cash, items, policy)
    return Shown(
        tuple([habit for habit, is_kept in said if is_kept]),
        tuple([habit for habit, is_kept in said if not is_kept]),
    )


def _read_choice(
    cash: Mapping[int, Decimal], value_date: date, open_items: Iterable[OpenItem]
) -> list[tuple[str, bool]]:
    """Read what was chosen among the invoices open by then; one pass, for every receipt of a run comes here."""
    owed = due = paid = paid_due = 0
    youngest_paid, oldest_left = date.min, date.max
    for item in open_items:
        if item.open_amount <= 0 or item.posting_date > value_date:
            continue
        due_date = item.due_date
        is_due = due_date <= value_date
        owed += 1
        due += is_due
        if item.id in cash:
            paid += 1
            paid_due += is_due
            youngest_paid = max(youngest_paid, due_date)
        elif due_date < oldest_left:
            oldest_left = due_date
    if not paid or owed < _LEAST_ITEMS:
        return []
    said: list[tuple[str, bool]] = [(Habit.PAYS_STATEMENT, paid == owed)]
    if paid < owed:
        said.append((Habit.OLDEST_FIRST, youngest_paid <= oldest_left))
    if due >= _LEAST_ITEMS:
        said.append((Habit.PAYS_ALL_DUE, paid_due == due and paid == due))
    return said


def _read_differences(
    payment: PaidAs, cash: Mapping[int, Decimal], items: Mapping[int, OpenItem], policy: MatchingPolicy
) -> list[tuple[str, bool]]:
    """Read what discounts, bank charges and part payments show."""
    said: list[tuple[str, bool]] = []
    paid = [items[item_id] for item_id in cash if item_id in items]
    kinds = {difference.kind for difference in payment.differences}
    reasons = {difference.reason for difference in payment.differences}
    if DifferenceKind.DISCOUNT in kinds or DeductionReason.UNEARNED_DISCOUNT.value in reasons:
        said.append((Habit.TAKES_DISCOUNT, True))
    elif any(_offers_discount(item, payment.value_date, policy) for item in paid):
        said.append((Habit.TAKES_DISCOUNT, False))
    if DifferenceKind.BANK_FEE in kinds:
        said.append((Habit.DEDUCTS_FEE, True))
    explained = {difference.item_id for difference in payment.differences}
    parts = [
        cash[item.id] for item in paid if 0 < cash[item.id] < item.open_amount and item.id not in explained
    ]
    if parts and policy.habit_round_amount:
        is_round = all(amount % policy.habit_round_amount == 0 for amount in parts)
        said.append((Habit.PAYS_PART_ROUND, is_round))
    return said


def _offers_discount(item: OpenItem, value_date: date, policy: MatchingPolicy) -> bool:
    offer = discount_offer(item, policy)
    return offer is not None and value_date <= offer.last_date


def add_shown(known: Mapping[str, KnownHabit], shown: Shown) -> dict[str, KnownHabit]:
    """Add what a payment showed to what is known of how its customer pays."""
    added = dict(known)
    for habits, kept in ((shown.kept, 1), (shown.broken, 0)):
        for habit in habits:
            before = added.get(habit, KnownHabit(habit, 0, 0))
            added[habit] = KnownHabit(habit, before.count_for + kept, before.count_against + 1 - kept)
    return added


def list_believed_habits(known: Iterable[KnownHabit], policy: MatchingPolicy) -> tuple[KnownHabit, ...]:
    """List the habits policy believes, by name: shown often enough, and kept in a large enough share of payments."""
    if not policy.habit_count_from:
        return ()
    return tuple(
        one
        for one in sorted(known)
        if one.count_for >= policy.habit_count_from
        and one.count_for >= policy.habit_share_from * (one.count_for + one.count_against)
    )


def count_agreement(shown: Shown, believed: Iterable[KnownHabit]) -> int:
    """Count the believed habits an answer would keep, less those it would break."""
    habits = {one.habit for one in believed}
    return len(habits.intersection(shown.kept)) - len(habits.intersection(shown.broken))


def write_shown(shown: Shown) -> dict[str, list[str]]:
    """Give what a payment showed as a proof stores it, for its undo to take away."""
    return {"kept": list(map(str, shown.kept)), "broken": list(map(str, shown.broken))}


def read_shown(proof: Mapping[str, Any]) -> Shown:
    """Read what the payment of a proof showed; nothing where it taught nothing."""
    told = proof.get("habits") or {}
    return Shown(tuple(told.get("kept", ())), tuple(told.get("broken", ())))
