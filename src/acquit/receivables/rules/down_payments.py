"""Down payments: what the request asks for and what is left to pay on the final invoice.

The one clever idea: the final invoice shows the whole net and tax and takes off exactly the net and tax
already invoiced, never a recomputed share, so nothing is taxed twice and no cent is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.core.money import percent_of


class BadDownPayment(Refusal):
    """The share asked in advance is not between 0 and 100 percent."""

    code = "BAD_DOWN_PAYMENT"


@dataclass(frozen=True, slots=True)
class DownPayment:
    """A down payment and the final invoice it is taken from; `payable` = final gross - down payment gross."""

    down_payment_net: Decimal
    down_payment_vat: Decimal
    down_payment_gross: Decimal
    final_vat: Decimal
    final_gross: Decimal
    payable: Decimal


def plan_down_payment(
    net: Decimal, vat_percent: Decimal, down_payment_percent: Decimal, currency: str
) -> DownPayment:
    """Plan a down payment of a share of the net amount, each tax amount rounded on its own document."""
    if not 0 < down_payment_percent <= 100:
        raise BadDownPayment(
            f"A down payment of {down_payment_percent} percent does not exist.", param="down_payment_percent"
        )
    part_net = percent_of(net, down_payment_percent, currency)
    part_vat = percent_of(part_net, vat_percent, currency)
    final_vat = percent_of(net, vat_percent, currency)
    part_gross, final_gross = part_net + part_vat, net + final_vat
    return DownPayment(part_net, part_vat, part_gross, final_vat, final_gross, final_gross - part_gross)
