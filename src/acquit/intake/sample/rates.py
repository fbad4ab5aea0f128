"""Exchange rates for seeing the British company in euro: made up, calm, and 1.1358 on the last day, as drawn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from acquit.intake.sample.calendar import SampleDays

_LAST_RATE = Decimal("1.1358")
_STEP = Decimal("0.0001")
_LARGEST_STEP = 18
_LOWEST, _HIGHEST = Decimal("1.1100"), Decimal("1.1700")


def draw_pound_rates(days: SampleDays, rng: Random) -> dict[date, Decimal]:
    """Draw euro per pound for each banking day of the statements, oldest first."""
    rate = _LAST_RATE
    rates = {}
    for day in reversed(days.business_days(days.statement_start, days.last_day)):
        rates[day] = rate
        rate = min(_HIGHEST, max(_LOWEST, rate + _STEP * rng.randrange(-_LARGEST_STEP, _LARGEST_STEP + 1)))
    return dict(reversed(rates.items()))
