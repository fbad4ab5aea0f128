"""Reads of how customers pay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from acquit.cash.models import PayerHabit
from acquit.cash.rules.habits import KnownHabit
from acquit.infra.bulk import ask

_KNOWN = """\
SELECT customer_id, habit, count_for, count_against FROM payer_habit
 WHERE company_id = %s AND customer_id = ANY(%s::bigint[])"""


def find_habits(company_id: int, customer_ids: Iterable[int]) -> dict[int, list[KnownHabit]]:
    """Give all that payments showed of how customers pay, believed or not."""
    known: defaultdict[int, list[KnownHabit]] = defaultdict(list)
    for customer_id, *habit in ask(_KNOWN, company_id, list(customer_ids)):
        known[customer_id].append(KnownHabit(*habit))
    return known


def list_habits(customer_id: int) -> list[KnownHabit]:
    """List all that payments showed of how a customer pays, the most often kept first; believed or not."""
    rows = PayerHabit.objects.filter(customer_id=customer_id).order_by("-count_for", "habit")
    return [KnownHabit(row.habit, row.count_for, row.count_against) for row in rows]
