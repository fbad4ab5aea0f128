"""Expected credit loss of trade receivables: the simplified approach of IFRS 9 with a provision matrix.

The one clever idea: a bucket's loss rate is the chance to roll through all later buckets, so rates are built
from the last bucket backwards and never fall as debts grow older (as long as every roll rate is at most 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.core.money import EXACT, ZERO, percent_of

_RATE = Decimal("0.0001")


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


def closing_allowance(
    opening: Decimal, charge: Decimal, used: Decimal, released: Decimal, fx: Decimal = ZERO
) -> Decimal:
    """Give the closing allowance: opening + charge - used - released + exchange difference."""
    return opening + charge - used - released + fx
