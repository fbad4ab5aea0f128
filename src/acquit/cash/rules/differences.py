"""What to do when a payment is not exactly what an item asks for.

The one clever idea: a shortage is used up in a fixed order (discount in time, bank charges, tolerance) and
whatever is left becomes a named deduction, so the parts always sum to the difference and nothing disappears.
Limits are policy and come as arguments.
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


@dataclass(frozen=True, slots=True)
class DifferencePlan:
    """A payment against one item, every cent placed.

    open amount = applied + discount + bank_charges + tolerance + deduction, and paid = applied + on_account.
    `applied` is the cash that clears the item. `tolerance` is negative when a little too much came and is
    kept: then `applied` is above the open amount by it. `deduction` stays open under its reason.
    """

    applied: Decimal
    discount: Decimal
    bank_charges: Decimal
    tolerance: Decimal
    deduction: Decimal
    deduction_reason: DeductionReason | None
    on_account: Decimal


def plan_differences(
    open_amount: Decimal,
    paid_amount: Decimal,
    value_date: date,
    currency: str,
    *,
    tolerance: Tolerance,
    offer: DiscountOffer | None = None,
    fee_tolerance: Decimal = ZERO,
) -> DifferencePlan:
    """Place the whole difference between an item's open amount and its payment.

    Short: first the discount when it is in time, then bank charges up to `fee_tolerance` (zero unless shared
    charges are agreed), then the tolerance; each only when it takes all that is left, except the discount.
    What is left is a deduction: an unearned discount when a late payer took no more than the discount, else
    unexplained. Over: within the tolerance it is kept, else all of it goes on account.
    """
    judged = plan_difference(open_amount, paid_amount, tolerance, currency)
    nothing = _nothing(currency)
    if judged.action is DifferenceAction.ON_ACCOUNT:
        return DifferencePlan(
            open_amount, nothing, nothing, nothing, nothing, None, paid_amount - open_amount
        )
    if judged.difference <= 0:
        return DifferencePlan(paid_amount, nothing, nothing, judged.difference, nothing, None, nothing)
    discount = charges = written_off = nothing
    reason: DeductionReason | None = DeductionReason.UNEXPLAINED
    rest = judged.difference
    if offer is not None:
        outcome = plan_discount(open_amount, paid_amount, value_date, offer, currency)
        discount, rest = outcome.discount_allowed, outcome.residual_deduction
        if not outcome.is_in_time and rest <= outcome.discount:
            reason = DeductionReason.UNEARNED_DISCOUNT
    if rest <= fee_tolerance:
        charges, rest = rest, nothing
    elif rest <= judged.limit:
        written_off, rest = rest, nothing
    return DifferencePlan(
        paid_amount, discount, charges, written_off, rest, reason if rest else None, nothing
    )


def _nothing(currency: str) -> Decimal:
    return round_amount(ZERO, currency)


def _check_item(invoice_amount: Decimal, paid_amount: Decimal) -> None:
    if invoice_amount <= 0 or paid_amount < 0:
        raise BadDifference(
            f"{paid_amount} paid on {invoice_amount}: an item is above zero and its payment not below.",
            param="paid",
        )
