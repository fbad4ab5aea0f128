"""Dates and entries of SEPA direct debits.

The one clever idea: the periods of a scheme are dated data handed in, so the core scheme, the business scheme
and a rulebook change are rows, and this file only counts days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.core.calendar import add_days, add_months
from acquit.core.errors import Refusal


class BadDirectDebit(Refusal):
    """The amounts or periods of a direct debit are below zero."""

    code = "BAD_DIRECT_DEBIT"


@dataclass(frozen=True, slots=True)
class DirectDebitScheme:
    """The periods of a scheme; `refund_days` is None where the debtor has no refund without reason (B2B)."""

    pre_notification_days: int
    refund_days: int | None
    unauthorised_months: int | None
    mandate_lapse_months: int

    def __post_init__(self) -> None:
        periods = (
            self.pre_notification_days,
            self.refund_days,
            self.unauthorised_months,
            self.mandate_lapse_months,
        )
        if any(period is not None and period < 0 for period in periods):
            raise BadDirectDebit("The periods of a scheme are zero or more.")


@dataclass(frozen=True, slots=True)
class DirectDebitDates:
    """What a collection date brings with it; each is the last day that still counts."""

    notify_by: date
    refundable_until: date | None
    unauthorised_until: date | None
    mandate_valid_until: date


def direct_debit_dates(collection_date: date, scheme: DirectDebitScheme) -> DirectDebitDates:
    """Count from the collection date; until `refundable_until` the cash can be called back at will."""
    refund, unauthorised = scheme.refund_days, scheme.unauthorised_months
    return DirectDebitDates(
        notify_by=add_days(collection_date, -scheme.pre_notification_days),
        refundable_until=None if refund is None else add_days(collection_date, refund),
        unauthorised_until=None if unauthorised is None else add_months(collection_date, unauthorised),
        mandate_valid_until=add_months(collection_date, scheme.mandate_lapse_months),
    )


@dataclass(frozen=True, slots=True)
class DirectDebitReturn:
    """The entry of a return: receivable + bank fee (debits) = bank (credit); the item opens again."""

    receivable: Decimal
    bank_fee: Decimal
    bank: Decimal


def plan_direct_debit_return(collected: Decimal, return_fee: Decimal) -> DirectDebitReturn:
    """Plan the entry when a collected amount is called back; the item keeps its original due date."""
    if collected <= 0 or return_fee < 0:
        raise BadDirectDebit(
            f"{collected} collected with a fee of {return_fee} cannot be returned.", param="collected"
        )
    return DirectDebitReturn(collected, return_fee, collected + return_fee)
