"""What a cash discount is worth: in money, in net and VAT, in a part payment, and a year.

The one clever idea: the whole discount is rounded once and its VAT part is what is left, so the parts always
sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.core.money import EXACT, percent_of, round_amount
from acquit.core.terms.dates import BadTerms

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class CashDiscount:
    """A cash discount and its parts: discount = discount_net + discount_vat = gross - pay."""

    discount: Decimal
    pay: Decimal
    discount_net: Decimal
    discount_vat: Decimal


def cash_discount(gross: Decimal, percent: Decimal, vat_percent: Decimal, currency: str) -> CashDiscount:
    """Give the discount in money and its net and VAT parts.

    discount = round(gross x percent); net = round(discount / (1 + VAT)); the VAT part is the rest.
    """
    discount = percent_of(gross, percent, currency)
    net = net_of_vat(discount, vat_percent, currency)
    return CashDiscount(discount, gross - discount, net, discount - net)


def net_of_vat(gross: Decimal, vat_percent: Decimal, currency: str) -> Decimal:
    """Give the net part of a gross amount: round(gross / (1 + VAT))."""
    if not vat_percent.is_finite() or vat_percent < 0:
        raise Refusal(
            f"{vat_percent} is no VAT rate: give percent, zero or more.",
            param="vat_percent",
            code="BAD_VAT_RATE",
        )
    return round_amount(
        EXACT.divide(EXACT.multiply(gross, _HUNDRED), EXACT.add(_HUNDRED, vat_percent)), currency
    )


@dataclass(frozen=True, slots=True)
class AnnualisedDiscount:
    """What a cash discount costs the seller a year, in percent with two decimals."""

    simple_percent: Decimal
    effective_percent: Decimal


def annualised_discount(
    percent: Decimal, discount_days: int, net_days: int, year_days: int = 365
) -> AnnualisedDiscount:
    """Give the yearly cost of a discount, simple and compounded.

    simple = p/(100-p) x year/(net - discount days); effective = (1 + p/(100-p))^(year/(net - discount days))
    - 1.
    """
    if net_days <= discount_days:
        raise BadTerms("The net days must be more than the discount days.", param="net_days")
    if not 0 <= percent < _HUNDRED:
        raise BadTerms(f"A discount of {percent} percent does not exist.", param="percent")
    gain = EXACT.divide(percent, EXACT.subtract(_HUNDRED, percent))
    periods = EXACT.divide(Decimal(year_days), Decimal(net_days - discount_days))
    simple = EXACT.multiply(EXACT.multiply(gain, periods), _HUNDRED)
    effective = EXACT.multiply(EXACT.subtract(EXACT.power(EXACT.add(1, gain), periods), 1), _HUNDRED)
    return AnnualisedDiscount(simple.quantize(_CENT, context=EXACT), effective.quantize(_CENT, context=EXACT))


@dataclass(frozen=True, slots=True)
class PartialDiscount:
    """What a part payment with discount clears: cleared = paid + discount."""

    cleared: Decimal
    discount: Decimal


def discount_for_partial_payment(paid: Decimal, percent: Decimal, currency: str) -> PartialDiscount:
    """Give what a part payment in the discount window clears: paid / (1 - p), and the difference."""
    if not 0 <= percent < _HUNDRED:
        raise BadTerms(f"A discount of {percent} percent does not exist.", param="percent")
    cleared = round_amount(
        EXACT.divide(EXACT.multiply(paid, _HUNDRED), EXACT.subtract(_HUNDRED, percent)), currency
    )
    return PartialDiscount(cleared, cleared - paid)
