"""What a provision run provides for: exposures by segment and bucket, customers assessed alone, and rates from history.

A segment's rates are its own roll rates over past month ends where that history says enough, and the policy's list
where it does not. What is provided for is the gross amount less tax that national law gives back and less the part an
insurance integral to the contract covers (handbook section 5).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.core.calendar import add_days, add_months, month_end
from acquit.core.money import ZERO, percent_of
from acquit.receivables.rules.ageing import AGEING_BUCKETS
from acquit.receivables.rules.expected_credit_loss import (
    MatrixRow,
    RollRate,
    historical_loss_rates,
    provision_matrix,
    roll_rates,
)

HOME, ABROAD, INDIVIDUAL = "HOME", "ABROAD", "INDIVIDUAL"
SEGMENTS = (HOME, ABROAD)


class Exposure(NamedTuple):
    """What one customer owes in one bucket, in company currency, and the tax in it."""

    customer_id: int
    bucket: int
    amount: Decimal
    tax: Decimal = ZERO


class Assessment(NamedTuple):
    """What is known of one customer: a rate of its own in percent, and the part an integral insurance covers."""

    loss_rate: Decimal | None
    insured_percent: Decimal


class ProvisionRow(NamedTuple):
    """One row of the matrix, or one customer assessed alone; the loss is the rate of gross less tax less insured."""

    segment: str
    customer_id: int | None
    bucket: int
    gross: Decimal
    tax: Decimal
    insured: Decimal
    loss_rate: Decimal
    loss: Decimal


@dataclass(frozen=True, slots=True)
class SegmentRates:
    """A segment's loss rates in percent by bucket; the roll rates they come from, none when the policy's list holds."""

    loss_rates: tuple[Decimal, ...]
    roll_rates: tuple[RollRate, ...] = ()


def segment_of(country: str, company_country: str) -> str:
    """Give the segment of a customer by their country; where either has none, nobody is abroad."""
    return HOME if not country or company_country in {"", country} else ABROAD


def history_dates(as_of: date, months: int) -> tuple[date, ...]:
    """Give the last month ends up to a day whose ageing is looked at: one more than the months between them."""
    last = month_end(as_of)
    if last > as_of:
        last = add_days(as_of.replace(day=1), -1)
    first = last.replace(day=1)
    return tuple(month_end(add_months(first, -back)) for back in range(months, -1, -1))


def sum_buckets(
    history: Sequence[Sequence[Exposure]],
    segment: str,
    segments: Mapping[int, str],
    alone: Collection[int],
) -> list[list[Decimal]]:
    """Give a segment's amounts by bucket at each month end, without the customers who are assessed alone."""
    sums = [[ZERO] * len(AGEING_BUCKETS) for _ in history]
    for row, exposures in zip(sums, history, strict=True):
        for e in exposures:
            if segments[e.customer_id] == segment and e.customer_id not in alone:
                row[e.bucket] += e.amount
    return sums


def told_rates(rates: SegmentRates) -> dict[str, object]:
    """Say rates as they are kept with a run: amounts and rates as text, so that they are exact."""
    return {
        "source": "ROLL_RATES" if rates.roll_rates else "POLICY",
        "loss_rates": [str(rate) for rate in rates.loss_rates],
        "roll_rates": [
            {"open": str(roll.open_amount), "rolled": str(roll.rolled_amount), "rate": str(roll.rate)}
            for roll in rates.roll_rates
        ],
    }


def plan_segment_rates(
    history: Sequence[Sequence[Decimal]],
    listed: tuple[Decimal, ...],
    loss_given_default: Decimal,
    forward_looking_factor: Decimal,
) -> SegmentRates:
    """Give a segment's rates: from the amounts by bucket at past month ends, or the list where they say too little.

    `loss_given_default` is a share; the last bucket is presumed lost with it (default at 90 days past due).
    """
    rolls = roll_rates(history)
    rates = historical_loss_rates(rolls, loss_given_default, forward_looking_factor)
    return SegmentRates(listed) if rates is None else SegmentRates(rates, rolls)


def plan_provision(
    exposures: Sequence[Exposure],
    segments: Mapping[int, str],
    assessments: Mapping[int, Assessment],
    rates: Mapping[str, SegmentRates],
    currency: str,
) -> tuple[ProvisionRow, ...]:
    """Give the rows of a provision in order: segments by bucket, customers assessed alone by bucket."""
    sums: dict[tuple[str, int, int], tuple[Decimal, Decimal, Decimal, Decimal]] = {}
    for e in exposures:
        known = assessments.get(e.customer_id)
        insured = percent_of(e.amount - e.tax, known.insured_percent, currency) if known else ZERO
        if known is not None and known.loss_rate is not None:
            key, rate = (INDIVIDUAL, e.customer_id, e.bucket), known.loss_rate
        else:
            segment = segments[e.customer_id]
            key, rate = (segment, 0, e.bucket), rates[segment].loss_rates[e.bucket]
        gross, tax, covered, _ = sums.get(key, (ZERO, ZERO, ZERO, rate))
        sums[key] = (gross + e.amount, tax + e.tax, covered + insured, rate)
    ordered = sorted(sums.items())
    matrix = [MatrixRow(gross - tax - covered, rate) for _, (gross, tax, covered, rate) in ordered]
    losses = provision_matrix(matrix, currency).by_row
    return tuple(
        ProvisionRow(segment, customer_id or None, bucket, gross, tax, covered, rate, loss)
        for ((segment, customer_id, bucket), (gross, tax, covered, rate)), loss in zip(
            ordered, losses, strict=True
        )
    )
