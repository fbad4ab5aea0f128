"""Recurring entries: posted on the last day of each period and taken back on the first of the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from acquit.core.errors import Refusal


class CannotChangeRecurring(Refusal):
    """The recurring entry cannot take this step; it stays as it is."""

    code = "RECURRING_STEP_REFUSED"


class RecurringState(StrEnum):
    """The life of a recurring entry."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    ENDED = "ENDED"


TRANSITIONS: Mapping[RecurringState, frozenset[RecurringState]] = {
    RecurringState.PROPOSED: frozenset({RecurringState.APPROVED, RecurringState.ENDED}),
    RecurringState.APPROVED: frozenset({RecurringState.ENDED}),
    RecurringState.ENDED: frozenset(),
}


def check_recurring_step(current: str, target: RecurringState, name: str) -> None:
    """Refuse (`CannotChangeRecurring`) a step that does not follow."""
    state = RecurringState(current)
    if target not in TRANSITIONS[state]:
        raise CannotChangeRecurring(f"{name} is {state} and cannot become {target}.", param="recurring")


def is_due_in(valid_from: date, valid_until: date | None, last_date: date) -> bool:
    """Tell whether a recurring entry falls on a period that ends with this day; its interval is half-open."""
    return valid_from <= last_date and (valid_until is None or last_date < valid_until)
