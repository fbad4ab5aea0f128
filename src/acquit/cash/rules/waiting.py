"""What waits: in which class money stands, how old it is, how much it weighs in the queue, when it is escalated.

The order is money and age together: 30 days more count as twice the money. So a receipt's place among the others never
changes while they wait, and the database keeps it in an index (`sql/receipt_weight.sql` is the same formula as a
logarithm).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.cash.rules.receipts import ReceiptState
from acquit.controls.rules.policies import RefundPolicy, UnappliedPolicy
from acquit.core.money import EXACT, ZERO

#: So many days more weigh as much as twice the money. It is how the order is defined, and decides about nothing.
DOUBLING_DAYS = 30
#: Points of one doubling.
POINTS = 10
_EPOCH = date(2000, 1, 1)


class WaitingClass(StrEnum):
    """Why money is not applied (handbook section 6, unapplied classes)."""

    PROPOSED = "PROPOSED"
    UNAPPLIED = "UNAPPLIED"
    UNIDENTIFIED = "UNIDENTIFIED"
    RETURNED = "RETURNED"
    ON_ACCOUNT = "ON_ACCOUNT"
    PREPAYMENT = "PREPAYMENT"


#: What a receipt kept on account is kept for.
PREPAYMENT = "PREPAYMENT"


def find_class(state: str, purpose: str) -> WaitingClass | None:
    """Give the class of a receipt; None: nothing of it stands unapplied by itself."""
    if state == ReceiptState.ON_ACCOUNT:
        return WaitingClass.PREPAYMENT if purpose == PREPAYMENT else WaitingClass.ON_ACCOUNT
    return WaitingClass(state) if state in WaitingClass.__members__ else None


class WaitingScore(NamedTuple):
    """Why a receipt stands where it does: points for the money and for the age. Ten more are twice the money."""

    money: Decimal
    age: Decimal

    @property
    def total(self) -> Decimal:
        """Give both together: what the queue is sorted by."""
        return self.money + self.age


def read_score(weight: Decimal, value_date: date, on_date: date) -> WaitingScore:
    """Read the points of a day out of the weight the database keeps (log2 of the money, less the date in 30 days)."""
    per_step = Decimal(DOUBLING_DAYS)
    age = EXACT.divide(Decimal((on_date - value_date).days), per_step) * POINTS
    money = (weight + EXACT.divide(Decimal((value_date - _EPOCH).days), per_step)) * POINTS
    return WaitingScore(_tenth(money), _tenth(age))


def _tenth(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.1"), ROUND_HALF_UP)


def is_escalated(value_date: date, on_date: date, policy: UnappliedPolicy) -> bool:
    """Tell whether money has stood unapplied for longer than policy allows without a second pair of eyes."""
    return (on_date - value_date).days > policy.escalate_days


def is_to_return(waiting_class: str, value_date: date, on_date: date, policy: RefundPolicy) -> bool:
    """Tell whether money nobody is known for should go back to its sender."""
    is_nobodys = waiting_class == WaitingClass.UNIDENTIFIED
    return is_nobodys and (on_date - value_date).days > policy.return_to_sender_days


def list_bucket_ends(policy: UnappliedPolicy) -> list[int]:
    """List the last day of each bucket but the open one."""
    return [int(end) for end in policy.bucket_days]


def spread(ends: Sequence[int], aged: Sequence[tuple[int, Decimal]]) -> list[Decimal]:
    """Sum amounts by the bucket of their age in days; the last bucket has no end."""
    sums = [ZERO] * (len(ends) + 1)
    for days, amount in aged:
        place = next((place for place, end in enumerate(ends) if days <= end), len(ends))
        sums[place] += amount
    return sums
