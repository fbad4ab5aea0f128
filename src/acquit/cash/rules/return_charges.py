"""What of a returned direct debit's cost the customer bears.

The master does not know who is a consumer, but the scheme does: a B2B mandate is no consumer's. So the cost of our own
work is charged under one alone, and everybody else bears at most what the bank took (docs/law.md).
"""

from __future__ import annotations

from decimal import Decimal

from acquit.cash.rules.mandates import Scheme
from acquit.controls.rules.policies import DirectDebitPolicy
from acquit.core.money import ZERO


def plan_return_charge(code: str, scheme: str, bank_fee: Decimal, policy: DirectDebitPolicy) -> Decimal:
    """Give what is charged on of a return with this code, in the currency of the bank's fee; zero: nothing."""
    if code.upper() not in policy.charged_return_codes:
        return ZERO
    own_fee = policy.own_return_fee_amount if scheme == Scheme.B2B else ZERO
    return bank_fee + own_fee
