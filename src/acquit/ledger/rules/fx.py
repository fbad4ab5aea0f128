"""Foreign exchange: what a foreign item is worth in the company's currency, and what was won or lost on it.

The one clever idea: book value is cleared in proportion to the foreign amount paid and the last payment takes
all that is left, so the book value of an item reaches exactly zero with its open amount. A rate is the
foreign amount for 1 unit of base currency (1.0800 USD for 1 EUR). Results are from the receivable's side:
negative is a loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.core.money import EXACT, round_amount


class BadRate(Refusal):
    """An exchange rate must be a number above zero."""

    code = "BAD_RATE"


class CannotSettleMore(Refusal):
    """A settlement is nothing, exceeds the open amount or has the other sign."""

    code = "CANNOT_SETTLE_MORE"


def base_amount(amount: Decimal, rate: Decimal, base_currency: str) -> Decimal:
    """Give a foreign amount in base currency: round(amount / rate)."""
    if not rate.is_finite() or rate <= 0:
        raise BadRate(
            f"{rate} is no exchange rate: give the foreign amount for 1 {base_currency}.", param="rate"
        )
    return round_amount(EXACT.divide(amount, rate), base_currency)


@dataclass(frozen=True, slots=True)
class Revaluation:
    """An open item at the closing rate: `unrealised` = closing - booked, reversed on the next day."""

    closing: Decimal
    unrealised: Decimal


def plan_revaluation(
    open_amount: Decimal, booked: Decimal, closing_rate: Decimal, base_currency: str
) -> Revaluation:
    """Value an open monetary item at the closing rate (IAS 21); down payments received are not monetary."""
    closing = base_amount(open_amount, closing_rate, base_currency)
    return Revaluation(closing, closing - booked)


@dataclass(frozen=True, slots=True)
class FxSettlement:
    """A payment of a foreign item in base currency.

    `cleared` is the book value that leaves the item, `settled` what the payment is worth, `realised` =
    settled - cleared, `remaining_book` what stays booked on the open rest.
    """

    cleared: Decimal
    settled: Decimal
    realised: Decimal
    remaining_book: Decimal


def plan_settlement(
    open_amount: Decimal, booked: Decimal, paid: Decimal, payment_rate: Decimal, base_currency: str
) -> FxSettlement:
    """Clear book value in proportion: round(booked x paid / open), which is all of it when paid in full.

    Refuses a payment of nothing, above the open amount or of the other sign: the rest belongs on account, not
    in a rate result.
    """
    if not paid or paid.copy_abs() > open_amount.copy_abs() or (paid < 0) != (open_amount < 0):
        raise CannotSettleMore(f"{paid} cannot settle an item of which {open_amount} is open.", param="paid")
    cleared = round_amount(EXACT.divide(EXACT.multiply(booked, paid), open_amount), base_currency)
    settled = base_amount(paid, payment_rate, base_currency)
    return FxSettlement(cleared, settled, settled - cleared, booked - cleared)
