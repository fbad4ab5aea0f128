"""What a difference between an item and its payment may be: tolerance, discount, bank charges, another currency.

Each is judged by itself here, with limits that are policy and come as arguments; `placing` asks them in order, so that
the parts always sum to the difference and nothing disappears.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from acquit.core.calendar import add_days
from acquit.core.errors import Refusal
from acquit.core.money import EXACT, ZERO, percent_of, round_amount


class BadDifference(Refusal):
    """The amounts compared cannot be an item and its payment, or a limit is below zero."""

    code = "BAD_DIFFERENCE"


class DifferenceAction(StrEnum):
    """What happens to a difference."""

    NONE = "NONE"
    WRITE_OFF_TOLERANCE = "WRITE_OFF_TOLERANCE"
    RESIDUAL_DEDUCTION = "RESIDUAL_DEDUCTION"
    ON_ACCOUNT = "ON_ACCOUNT"


class DeductionReason(StrEnum):
    """Why a rest stays open as a deduction, as far as the payment itself tells."""

    UNEARNED_DISCOUNT = "UNEARNED_DISCOUNT"
    UNEXPLAINED = "UNEXPLAINED"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The largest difference written off: an amount and a percentage of the item; the smaller holds."""

    absolute_amount: Decimal
    percent: Decimal

    def __post_init__(self) -> None:
        if self.absolute_amount < 0 or self.percent < 0:
            raise BadDifference("A tolerance is zero or more.", param="tolerance")

    def limit(self, invoice_amount: Decimal, currency: str) -> Decimal:
        """Give min(absolute amount, round(item x percent)), for credits as for invoices."""
        return min(self.absolute_amount, percent_of(invoice_amount.copy_abs(), self.percent, currency))


@dataclass(frozen=True, slots=True)
class Difference:
    """item - paid (negative when too much came), the limit that held, and what to do."""

    difference: Decimal
    limit: Decimal
    action: DifferenceAction


def plan_difference(
    invoice_amount: Decimal, paid_amount: Decimal, tolerance: Tolerance, currency: str
) -> Difference:
    """Judge a difference by tolerance alone: within it write off, else deduct a lack and keep a surplus."""
    _check_item(invoice_amount, paid_amount)
    difference = invoice_amount - paid_amount
    limit = tolerance.limit(invoice_amount, currency)
    if not difference:
        action = DifferenceAction.NONE
    elif difference.copy_abs() <= limit:
        action = DifferenceAction.WRITE_OFF_TOLERANCE
    else:
        action = DifferenceAction.RESIDUAL_DEDUCTION if difference > 0 else DifferenceAction.ON_ACCOUNT
    return Difference(difference, limit, action)


@dataclass(frozen=True, slots=True)
class DiscountOffer:
    """The cash discount an item carries: percent, days from the baseline date and days of grace by policy."""

    baseline_date: date
    discount_days: int
    grace_days: int
    percent: Decimal

    @property
    def last_date(self) -> date:
        """The last value date that earns the discount."""
        return add_days(self.baseline_date, self.discount_days + self.grace_days)


@dataclass(frozen=True, slots=True)
class DiscountOutcome:
    """What became of a discount: allowed + residual deduction = shortage; on overpayment both are zero."""

    last_discount_date: date
    discount: Decimal
    is_in_time: bool
    discount_allowed: Decimal
    residual_deduction: Decimal


def plan_discount(
    gross_amount: Decimal, paid_amount: Decimal, value_date: date, offer: DiscountOffer, currency: str
) -> DiscountOutcome:
    """Allow what is short up to the discount when the value date is in time; the rest is a deduction."""
    _check_item(gross_amount, paid_amount)
    discount = percent_of(gross_amount, offer.percent, currency)
    in_time = value_date <= offer.last_date
    shortage = max(gross_amount - paid_amount, _nothing(currency))
    allowed = min(shortage, discount) if in_time else _nothing(currency)
    return DiscountOutcome(offer.last_date, discount, in_time, allowed, shortage - allowed)


@dataclass(frozen=True, slots=True)
class BankCharges:
    """The entry of a payment from which banks kept a fee: bank + charges (debits) = receivable (credit)."""

    bank: Decimal
    bank_charges: Decimal
    receivable: Decimal


def plan_bank_charges(
    invoice_amount: Decimal, received_amount: Decimal, fee_tolerance: Decimal
) -> BankCharges | None:
    """Clear the item in full when what is missing is above zero and within the fee tolerance; else None."""
    _check_item(invoice_amount, received_amount)
    missing = invoice_amount - received_amount
    if not 0 < missing <= fee_tolerance:
        return None
    return BankCharges(received_amount, missing, invoice_amount)


@dataclass(frozen=True, slots=True)
class ConvertedPayment:
    """A payment in another currency at the agreed rate: its value and item - value."""

    value: Decimal
    difference: Decimal


def convert_payment(
    invoice_amount: Decimal, received_amount: Decimal, rate: Decimal, invoice_currency: str
) -> ConvertedPayment:
    """Convert at `rate` (units of the item's currency for 1 of the payment's), rounded once."""
    if not rate.is_finite() or rate <= 0:
        raise BadDifference(f"{rate} is no exchange rate.", param="rate")
    value = round_amount(EXACT.multiply(received_amount, rate), invoice_currency)
    return ConvertedPayment(value, invoice_amount - value)


def _nothing(currency: str) -> Decimal:
    return round_amount(ZERO, currency)


def _check_item(invoice_amount: Decimal, paid_amount: Decimal) -> None:
    if invoice_amount <= 0 or paid_amount < 0:
        raise BadDifference(
            f"{paid_amount} paid on {invoice_amount}: an item is above zero and its payment not below.",
            param="paid",
        )
