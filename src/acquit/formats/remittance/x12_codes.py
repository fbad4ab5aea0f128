"""Codes of the X12 820 that say what a number is or why less was paid."""

from __future__ import annotations

from acquit.formats.remittance.advice import AdjustmentKind

#: RMR01 (element 128): credit notes, ours or the buyer's; a buyer's debit memo is a deduction; a purchase order is no
#: document of ours.
CREDIT_NOTES = frozenset({"CL", "CM", "C3", "CN"})
DEBIT_MEMOS = frozenset({"DB", "DM"})
ORDERS = frozenset({"PO", "CO", "OQ", "OP"})

#: REF01 of the whole payment: what is our number of the customer, and what is the number of the cheque.
CUSTOMER_NUMBERS = frozenset({"AJ", "IT", "11", "14"})
CHEQUE_NUMBERS = frozenset({"CK"})

#: ADX02 and RMR07 (element 426), as the standard names them.
REASONS = {
    "01": "Pricing error",
    "02": "Allowance or charge error",
    "03": "Extension error",
    "04": "Item not accepted, damaged",
    "05": "Item not accepted, quality",
    "06": "Quantity contested",
    "07": "Incorrect product",
    "08": "Substitute product",
    "09": "Terms of sale error",
    "10": "Pallet or container charge error",
    "11": "Returns, damage",
    "12": "Returns, quality",
    "16": "Non-invoice related allowance or charge",
    "17": "Required data missing",
    "18": "Not company bill",
    "19": "Duplicate billing",
    "20": "Balance due declined",
    "80": "Overpayment",
    "81": "Credit as agreed",
    "86": "Duplicate payment",
}

_KINDS = {"L1": AdjustmentKind.DISCOUNT, "59": AdjustmentKind.DISCOUNT}


def adjustment_kind(code: str) -> AdjustmentKind:
    """Say what an adjustment is by its reason code; most are deductions."""
    return _KINDS.get(code, AdjustmentKind.DEDUCTION)
