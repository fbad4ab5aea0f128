"""Reads of how customers pay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from acquit.cash.models import PayerHabit
from acquit.cash.rules.habits import KnownHabit, list_believed_habits
from acquit.controls.rules.policies import MatchingPolicy
from acquit.infra.bulk import ask

_BELIEVABLE = """\
SELECT customer_id, habit, count_for, count_against
  FROM payer_habit
 WHERE company_id = %s AND customer_id = ANY(%s::bigint[]) AND count_for >= %s
 ORDER BY customer_id, habit"""


def find_believed_habits(
    company_id: int, customer_ids: Iterable[int], policy: MatchingPolicy
) -> dict[int, tuple[KnownHabit, ...]]:
    """Give the habits of customers that policy believes."""
    if not policy.habit_count_from:
        return {}
    known: defaultdict[int, list[KnownHabit]] = defaultdict(list)
    for customer_id, *habit in ask(_BELIEVABLE, company_id, list(customer_ids), policy.habit_count_from):
        known[customer_id].append(KnownHabit(*habit))
    believed = ((customer_id, list_believed_habits(habits, policy)) for customer_id, habits in known.items())
    return {customer_id: habits for customer_id, habits in believed if habits}


def list_habits(customer_id: int) -> list[KnownHabit]:
    """List all that payments showed of how a customer pays, the most often kept first; believed or not."""
    rows = PayerHabit.objects.filter(customer_id=customer_id).order_by("-count_for", "habit")
    return [KnownHabit(row.habit, row.count_for, row.count_against) for row in rows]
