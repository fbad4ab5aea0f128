"""Ageing: how long past due open items are, in buckets.

The one clever idea: a scheme is nothing but its upper edges; bucket codes, order and the place of an item all
follow from them, so any scheme a customer knows from another system is one tuple. An item due today is not
due. A credit ages by its own due date, counts in its bucket, and is also shown apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from acquit.core.errors import Refusal
from acquit.core.money import EXACT, ZERO

_CENT = Decimal("0.01")


class BadAgeingScheme(Refusal):
    """The edges of a scheme must be days above zero in rising order."""

    code = "BAD_AGEING_SCHEME"


@dataclass(frozen=True)
class AgeingScheme:
    """Buckets by days past due: not due (0 or less), one up to each edge, and one above the last.

    Edges 30, 60, 90 give NOT_DUE, DAYS_1_30, DAYS_31_60, DAYS_61_90, DAYS_91_PLUS.
    """

    edges: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.edges or self.edges[0] < 1 or list(self.edges) != sorted(set(self.edges)):
            raise BadAgeingScheme(
                f"{self.edges} are no rising days past due, such as 30, 60, 90.", param="edges"
            )

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The bucket codes in order, NOT_DUE first."""
        starts = (0, *self.edges)
        between = (f"DAYS_{low + 1}_{high}" for low, high in zip(starts, self.edges, strict=False))
        return ("NOT_DUE", *between, f"DAYS_{self.edges[-1] + 1}_PLUS")

    @cached_property
    def _upper_edges(self) -> tuple[int, ...]:
        return (0, *self.edges)

    def index_of(self, days_past_due: int) -> int:
        """Give the place of the bucket in `codes`."""
        return bisect_left(self._upper_edges, days_past_due)


STANDARD_AGEING = AgeingScheme((30, 60, 90))
AGEING_BUCKETS = STANDARD_AGEING.codes


def days_past_due(as_of: date, due_date: date) -> int:
    """Give as_of - due_date in days; zero or less is not past due."""
    return (as_of - due_date).days


def bucket_of(days_past_due: int, scheme: AgeingScheme = STANDARD_AGEING) -> str:
    """Give the code of the bucket."""
    return scheme.codes[scheme.index_of(days_past_due)]


@dataclass(frozen=True, slots=True)
class AgeingItem:
    """What ageing needs of an open item: its open amount (negative for a credit) and its own due date."""

    amount: Decimal
    due_date: date


@dataclass(frozen=True, slots=True)
class AgedAmounts:
    """Open amounts of one currency by bucket.

    `buckets` holds the net amount of every bucket in the scheme's order, `credits` the part of it that is
    credit (zero or negative). `past_due_percent` has two decimals and is None when the total is zero: there
    is no ratio.
    """

    buckets: dict[str, Decimal]
    credits: dict[str, Decimal]
    total: Decimal
    past_due_amount: Decimal
    past_due_percent: Decimal | None


def age_items(
    items: Iterable[AgeingItem], as_of: date, scheme: AgeingScheme = STANDARD_AGEING
) -> AgedAmounts:
    """Sum open items of one currency by bucket as of a date. The buckets always sum to the total."""
    net = [ZERO] * len(scheme.codes)
    credit = [ZERO] * len(scheme.codes)
    for item in items:
        index = scheme.index_of(days_past_due(as_of, item.due_date))
        net[index] += item.amount
        if item.amount < 0:
            credit[index] += item.amount
    past_due = sum(net[1:], ZERO)
    total = net[0] + past_due
    percent = (
        EXACT.divide(EXACT.multiply(past_due, Decimal(100)), total).quantize(_CENT, context=EXACT)
        if total
        else None
    )
    return AgedAmounts(
        dict(zip(scheme.codes, net, strict=True)),
        dict(zip(scheme.codes, credit, strict=True)),
        total,
        past_due,
        percent,
    )
