"""What a payment pays first: costs, then interest, then the debt itself (BGB s. 367 (1))."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from acquit.core.errors import Refusal


class BadPaymentOrder(Refusal):
    """Payment, costs, interest and principal are amounts of zero or more."""

    code = "BAD_PAYMENT_ORDER"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """How a payment is spread; the four amounts sum to the payment."""

    costs: Decimal
    interest: Decimal
    principal: Decimal
    left: Decimal


def spread_payment(payment: Decimal, costs: Decimal, interest: Decimal, principal: Decimal) -> PaymentOrder:
    """Spread a payment over costs, interest and principal in this order; what is over is left.

    Holds when the debtor named no other order that the creditor accepted.
    """
    if min(payment, costs, interest, principal) < 0:
        raise BadPaymentOrder("Payment, costs, interest and principal are zero or more.")
    paid_costs = min(payment, costs)
    paid_interest = min(payment - paid_costs, interest)
    paid_principal = min(payment - paid_costs - paid_interest, principal)
    return PaymentOrder(
        paid_costs, paid_interest, paid_principal, payment - paid_costs - paid_interest - paid_principal
    )
