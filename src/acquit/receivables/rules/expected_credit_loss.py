"""Expected credit loss of trade receivables: the simplified approach of IFRS 9 with a provision matrix.

The one clever idea: a bucket's loss rate is the chance to roll through all later buckets, so rates are built
from the last bucket backwards and never fall as debts grow older (as long as every roll rate is at most 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from acquit.core.errors import Refusal
from acquit.core.money import EXACT, ZERO, percent_of

_RATE = Decimal("0.0001")
_SHARE = Decimal("0.000001")


class BadLossRate(Refusal):
    """A loss rate or one of its factors is outside what it can be."""

    code = "BAD_LOSS_RATE"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """The gross amount of one ageing bucket and segment, and its loss rate in percent."""

    gross: Decimal
    loss_rate: Decimal


@dataclass(frozen=True, slots=True)
class LossAllowance:
    """The allowance of each row, in order, and their sum."""

    by_row: tuple[Decimal, ...]
    total: Decimal


def provision_matrix(rows: Sequence[MatrixRow], currency: str) -> LossAllowance:
    """Give the lifetime loss: the sum of gross x rate, each row rounded (IFRS 9 B5.5.35, example 12)."""
    by_row: list[Decimal] = []
    for row in rows:
        if not 0 <= row.loss_rate <= 100:
            raise BadLossRate(f"A loss rate of {row.loss_rate} percent does not exist.", param="loss_rate")
        by_row.append(percent_of(row.gross, row.loss_rate, currency))
    return LossAllowance(tuple(by_row), sum(by_row, ZERO))


def loss_rates(
    roll_rates: Sequence[Decimal], loss_given_default: Decimal, forward_looking_factor: Decimal
) -> tuple[Decimal, ...]:
    """Give each bucket's loss rate in percent, four decimals.

    Rate of bucket i = product of the roll rates from i to the last x loss given default x forward-looking
    factor. Roll rates and loss given default are shares between 0 and 1; the result is capped at 100 percent.
    """
    for share in (*roll_rates, loss_given_default):
        if not 0 <= share <= 1:
            raise BadLossRate(f"{share} is no share between 0 and 1.", param="roll_rates")
    if not forward_looking_factor > 0:
        raise BadLossRate(
            f"{forward_looking_factor} is no factor above zero.", param="forward_looking_factor"
        )
    reach = EXACT.multiply(EXACT.multiply(loss_given_default, forward_looking_factor), Decimal(100))
    rates: list[Decimal] = []
    for roll_rate in reversed(roll_rates):
        reach = EXACT.multiply(reach, roll_rate)
        rates.append(min(reach, Decimal(100)).quantize(_RATE, context=EXACT))
    return tuple(reversed(rates))


class RollRate(NamedTuple):
    """How much of a bucket was in the next one a month later; `rate` None when the bucket was always empty."""

    open_amount: Decimal
    rolled_amount: Decimal
    rate: Decimal | None


def roll_rates(history: Sequence[Sequence[Decimal]]) -> tuple[RollRate, ...]:
    """Give the roll rate of each bucket but the last from amounts by bucket at month ends, oldest first (net flow).

    Rate of bucket i = sum of bucket i+1 at each month end / sum of bucket i at the month end before, at most 1, six
    decimals. A bucket that was never filled has no rate: a zero denominator is no zero (handbook section 0).
    """
    found = []
    for bucket in range(len(history[0]) - 1 if history else 0):
        open_amount = sum((before[bucket] for before in history[:-1]), ZERO)
        rolled = sum((after[bucket + 1] for after in history[1:]), ZERO)
        rate = None
        if open_amount > 0:
            rate = min(EXACT.divide(rolled, open_amount), Decimal(1)).quantize(_SHARE, context=EXACT)
        found.append(RollRate(open_amount, rolled, rate))
    return tuple(found)


def historical_loss_rates(
    rolls: Sequence[RollRate], loss_given_default: Decimal, forward_looking_factor: Decimal
) -> tuple[Decimal, ...] | None:
    """Give each bucket's loss rate from roll rates, the last bucket being in default; None when one is not known."""
    known = [roll.rate for roll in rolls if roll.rate is not None]
    if not rolls or len(known) < len(rolls):
        return None
    return loss_rates([*known, Decimal(1)], loss_given_default, forward_looking_factor)


def closing_allowance(
    opening: Decimal, charge: Decimal, used: Decimal, released: Decimal, fx: Decimal = ZERO
) -> Decimal:
    """Give the closing allowance: opening + charge - used - released + exchange difference."""
    return opening + charge - used - released + fx
