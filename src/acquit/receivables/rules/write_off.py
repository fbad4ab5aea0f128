"""Write-off of a receivable that will not be recovered, and cash that comes after all.

The one clever idea: value added tax is taken out of the gross first, where national law gives it back; only
what is left is a loss, and the loss uses up the allowance before it costs anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.core.money import ZERO
from acquit.core.terms import net_of_vat


class CannotWriteOff(Refusal):
    """The amounts give no write-off."""

    code = "CANNOT_WRITE_OFF"


@dataclass(frozen=True, slots=True)
class WriteOff:
    """The entry of a write-off: receivable (credit) = VAT + allowance + bad debt expense (debits)."""

    receivable: Decimal
    vat_recovered: Decimal
    allowance_used: Decimal
    bad_debt_expense: Decimal


def plan_write_off(
    gross: Decimal, vat_percent: Decimal, allowance_available: Decimal, currency: str, *, has_vat_relief: bool
) -> WriteOff:
    """Split a gross amount to write off into VAT relief, use of the allowance and expense.

    `has_vat_relief`: the national conditions for taking the VAT back are met (Directive 2006/112/EC art. 90);
    the VAT is then gross - round(gross / (1 + rate)). Refuses amounts of zero or less and a negative
    allowance.
    """
    if gross <= 0:
        raise CannotWriteOff(f"{gross} cannot be written off: give an amount above zero.", param="gross")
    if allowance_available < 0:
        raise CannotWriteOff(
            f"An allowance of {allowance_available} cannot be used.", param="allowance_available"
        )
    vat = gross - net_of_vat(gross, vat_percent, currency) if has_vat_relief else ZERO
    loss = gross - vat
    used = min(loss, allowance_available)
    return WriteOff(gross, vat, used, loss - used)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Cash received after a write-off: bank (debit) = output VAT + recovery income (credits)."""

    bank: Decimal
    output_vat: Decimal
    recovery_income: Decimal


def plan_recovery(
    received: Decimal, vat_percent: Decimal, currency: str, *, was_vat_relieved: bool
) -> Recovery:
    """Split cash after a write-off: its VAT is owed again where it was taken back, the rest is income."""
    if received <= 0:
        raise CannotWriteOff(f"{received} is no recovery: give an amount above zero.", param="received")
    net = net_of_vat(received, vat_percent, currency) if was_vat_relieved else received
    return Recovery(received, received - net, net)
