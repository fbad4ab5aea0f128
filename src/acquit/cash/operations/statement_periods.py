"""The periods that the statements of a file book in: opened once for all days they hold, not once a statement."""

from __future__ import annotations

from datetime import date

from acquit.core.calendar import month_end
from acquit.formats.statements import Statement
from acquit.ledger.operations import open_booked_periods, open_periods
from acquit.ledger.queries import get_booking_window, list_open_spans
from acquit.ledger.rules.periods import BookingWindow, is_covered


class StatementPeriods:
    """Opens what the statements of one company and file need, and remembers what is open.

    What somebody closes meanwhile refuses the booking, as it would have refused the opening.
    """

    def __init__(self, company_id: int, business_date: date | None) -> None:
        self._company_id = company_id
        self._business_date = business_date
        self._window: BookingWindow | None = None
        self._open: list[tuple[date, date]] = []

    def open_for(self, statement: Statement) -> None:
        """Open the periods of a statement's days, to the end of the last one's month.

        Refuses (`CannotOpenPeriod`) days that the business date's window does not hold.
        """
        days = [line.booking_date for line in statement.lines if line.booking_date is not None]
        days += [day for day in (statement.opening_date, statement.closing_date) if day is not None]
        if not days:
            return
        first, last = min(days), month_end(max(days))
        if self._business_date is not None:
            if self._window is None:
                self._window = get_booking_window(self._company_id, self._business_date)
            self._window.check(sorted(set(days)))
        if is_covered(first, last, self._open):
            return
        if self._business_date is not None:
            open_booked_periods(company_id=self._company_id, days=days, business_date=self._business_date)
        open_periods(company_id=self._company_id, first_date=first, last_date=last)
        self._open = list_open_spans(self._company_id)
