"""How long a record is kept: the years come from the country's dated table, here they are only counted."""

from __future__ import annotations

from datetime import MAXYEAR, date

from acquit.core.calendar import DateOutOfRange
from acquit.core.errors import Refusal


class BadRetention(Refusal):
    """A retention period is a number of whole years, one or more."""

    code = "BAD_RETENTION"


def retention_end(created_date: date, years: int) -> date:
    """Give the last day a record must be kept, counted from the end of the calendar year it was made in.

    A voucher of 10 May 2026 kept 8 years stays until 31 December 2034 (AO s. 147 (4), UStG s. 14b). An open
    assessment or a legal hold lasts longer, whatever this says.
    """
    if years < 1:
        raise BadRetention(f"{years} years is no retention period.", param="years")
    if created_date.year + years > MAXYEAR:
        raise DateOutOfRange(f"{created_date} plus {years} years is no date.", param="years")
    return date(created_date.year + years, 12, 31)
