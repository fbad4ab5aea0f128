"""Rates of exchange on paper: which rows are new, known or in conflict, and how rates follow from others.

The one clever idea: a published rate is a fact about a source and a day, so it is never overwritten. An import saying
otherwise is refused by row; a correction is a new row that names the one it replaces, and what was posted at the old
rate can still be explained by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.core.errors import Refusal
from acquit.core.money import EXACT, minor_units
from acquit.ledger.rules.fx import BadRate

_ONE = Decimal(1)
_MOST_DIGITS = 20


class CannotCorrectRate(Refusal):
    """There is no such rate, it was replaced already, or the correction says the same; nothing was stored."""

    code = "RATE_NOT_CORRECTED"


class RateRow(NamedTuple):
    """A rate as a source publishes it: units of `currency` for one `base`, with the place in its file."""

    rate_date: date
    base: str
    currency: str
    rate: Decimal
    place: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRate:
    """A row that was not stored, and why."""

    place: str
    reason: str
    code: str


@dataclass(frozen=True, slots=True)
class RatesPlan:
    """What an import of one source stores, knows already, and refuses."""

    new: tuple[RateRow, ...]
    known: int
    refused: tuple[RefusedRate, ...]


def check_rate(row: RateRow) -> None:
    """Refuse currencies not in ISO 4217, one twice, and (`BadRate`) a rate that is no number above zero."""
    minor_units(row.base)
    minor_units(row.currency)
    if row.base == row.currency:
        raise BadRate(f"{row.base} has no rate to itself.", param="currency")
    digits = row.rate.as_tuple()
    if not row.rate.is_finite() or row.rate <= 0:
        raise BadRate(f"{row.rate} is no exchange rate: it must be above zero.", param="rate")
    if len(digits.digits) > _MOST_DIGITS or abs(row.rate.adjusted()) > _MOST_DIGITS:
        raise BadRate("The rate has more digits than any rate has.", param="rate")


def plan_rates(
    rows: Iterable[RateRow], stored: Mapping[tuple[date, str, str], Decimal], source: str
) -> RatesPlan:
    """Sort rows of one source by what is stored of it; of two that differ the first stands."""
    seen = dict(stored)
    new: list[RateRow] = []
    refused: list[RefusedRate] = []
    known = 0
    for row in rows:
        try:
            check_rate(row)
        except Refusal as refusal:
            refused.append(RefusedRate(row.place, refusal.message, refusal.code))
            continue
        key = (row.rate_date, row.base, row.currency)
        before = seen.get(key)
        if before is None:
            seen[key] = row.rate
            new.append(row)
        elif before == row.rate:
            known += 1
        else:
            refused.append(
                RefusedRate(
                    row.place,
                    f"{row.base}/{row.currency} of {row.rate_date} is {before} in {source}, here {row.rate}."
                    " Correct the rate if the source did.",
                    "RATE_CONFLICT",
                )
            )
    return RatesPlan(tuple(new), known, tuple(refused))


#: The latest known rates on a day by base and currency.
KnownRates = Mapping[tuple[str, str], Decimal]


def find_rate(source: str, target: str, known: KnownRates) -> Decimal | None:
    """Give units of `target` for one `source`: direct, inverse, or by the first common base, if there is one."""
    if source == target:
        return _ONE
    if (source, target) in known:
        return known[source, target]
    if (target, source) in known:
        return EXACT.divide(_ONE, known[target, source])
    for base in sorted({base for base, _ in known}):
        to_source, to_target = known.get((base, source)), known.get((base, target))
        if to_source is not None and to_target is not None:
            return EXACT.divide(to_target, to_source)
    return None
