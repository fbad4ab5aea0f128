"""Remittance advices as values: what every reader of an advice gives, whatever form the payer chose.

The one clever idea: each line's `paid_amount` is its effect on the payment, so the lines of a whole advice always sum
to its total: a credit note netted is negative, and so is a deduction that stands on a line of its own. What explains
the difference between invoice and payment (discount, deduction) stands beside it, positive when it was taken off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from acquit.formats.statements import ReadingWarning, quick_constructor
from acquit.formats.unreadable import UnreadableFile


class UnreadableAdvice(UnreadableFile):
    """The file cannot be read as a remittance advice; nothing of it was taken."""

    code = "UNREADABLE_ADVICE"


class AdjustmentKind(StrEnum):
    """What a line is that pays no document: NONE is an ordinary line, OTHER says no more than a code or a text."""

    NONE = ""
    DEDUCTION = "DEDUCTION"
    DISCOUNT = "DISCOUNT"
    FEE = "FEE"
    TAX = "TAX"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """What the payer says of one document, or of an adjustment.

    `document` is our number as the payer writes it; empty on a line that names none. `paid_amount` is what of the
    payment belongs to the line: positive for an invoice, negative for a credit note netted and for what is withheld
    on a line of its own. `gross_amount` is what the payer holds the document to be (of the same sign),
    `discount_amount` and `deduction_amount` what was taken off it: positive when less was paid. Amounts are None
    where the advice does not say. `reason_code` and `reason_text` are the payer's own words for a deduction,
    `order_number` the payer's order. `document_date` is the document's. `adjustment_kind` says what a line is that is
    no payment of a document; it may still name the `document` it is taken off. `other_numbers` are the others the
    payer gives (bill of lading, claim, contract). `place` is where it stands in the file (`line 12`).
    """

    document: str = ""
    paid_amount: Decimal | None = None
    gross_amount: Decimal | None = None
    discount_amount: Decimal | None = None
    deduction_amount: Decimal | None = None
    reason_code: str = ""
    reason_text: str = ""
    order_number: str = ""
    document_date: date | None = None
    adjustment_kind: AdjustmentKind = AdjustmentKind.NONE
    other_numbers: tuple[str, ...] = ()
    place: str = ""


if TYPE_CHECKING:
    new_advice_line = AdviceLine
else:
    new_advice_line = quick_constructor(AdviceLine)


@dataclass(frozen=True, slots=True)
class RemittanceAdvice:
    """One advice: one payment and what it is for.

    `format` is the form it came in (X12.820, LOCKBOX, REMADV, UBL, CSV, XLSX, EMAIL, PDF). `advice_number` is the
    payer's own number of it. `payer_name` pays; `payer_number` is our number of that customer as the payer writes it,
    `payer_iban` the account paid from (routing number and account where it is no IBAN). `payee` is us in the payer's
    words. `payment_reference` is what the bank line will carry: trace, cheque or end-to-end id. `payment_date` is
    the day of payment, `currency` empty where the advice does not say. `total_amount` is the whole payment as it is
    stated, or the sum of what the lines pay where none is; negative when money is taken back. `sender` is the e-mail
    address it came from, `subject` the e-mail's subject. `other_numbers` are further ones of the whole payment.
    `deposit_reference` names the deposit that the bank books in one sum, where the payment is one of several in it (a
    lockbox and its day), `deposit_amount` that sum.
    """

    format: str
    advice_number: str = ""
    payer_name: str = ""
    payer_number: str = ""
    payer_iban: str = ""
    payee: str = ""
    payment_reference: str = ""
    payment_date: date | None = None
    currency: str = ""
    total_amount: Decimal | None = None
    lines: Sequence[AdviceLine] = ()
    warnings: tuple[ReadingWarning, ...] = ()
    place: str = ""
    sender: str = ""
    subject: str = ""
    other_numbers: tuple[str, ...] = ()
    deposit_reference: str = ""
    deposit_amount: Decimal | None = None
