"""Remittance advices as matching reads them, and what makes two of them the same.

An advice corrects another when the same payer gives it the same number for the same payment: the number of the advice,
or that of the payment (trace, cheque, end-to-end id) where the payer numbers only payments; the same payment when the
day or the total is the same, or one does not say. Without a payer or a number nothing is corrected: two advices that
merely look alike both stand.
"""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.core.money import EXACT
from acquit.core.names import normalise_name
from acquit.core.references import normalise_reference
from acquit.formats.remittance.advice import RemittanceAdvice


class StoredAdviceLine(NamedTuple):
    """A line of a stored advice, as `formats.remittance.advice.AdviceLine` says; `document_key` is normalised."""

    line_no: int
    document: str
    document_key: str
    paid_amount: Decimal | None
    gross_amount: Decimal | None
    discount_amount: Decimal | None
    deduction_amount: Decimal | None
    reason_code: str
    reason_text: str
    order_number: str
    document_date: date | None
    adjustment_kind: str
    other_numbers: tuple[str, ...]


class StoredAdvice(NamedTuple):
    """A stored advice, as `formats.remittance.advice.RemittanceAdvice` says, and what it compares by (`AdviceKeys`)."""

    id: int
    file_id: int | None
    supersedes_id: int | None
    format: str
    advice_number: str
    payer_name: str
    payer_number: str
    payer_iban: str
    payee: str
    payment_reference: str
    payment_date: date | None
    currency: str
    total_amount: Decimal | None
    sender: str
    subject: str
    other_numbers: tuple[str, ...]
    payer_key: str
    reference_key: str
    deposit_reference: str
    deposit_amount: Decimal | None
    lines: tuple[StoredAdviceLine, ...]


class AdviceKeys(NamedTuple):
    """How an advice compares: who sends it, under which number, for which payment; `fingerprint` is its content.

    `payer` is the payer's number with us, else the name, the account, the sender's address; empty when none is said.
    """

    payer: str
    number: str
    reference: str
    fingerprint: str


class CurrentAdvice(NamedTuple):
    """An advice that nothing supersedes yet, as far as a corrected one must be compared with it."""

    id: int
    payment_date: date | None
    total_amount: Decimal | None


def advice_keys(advice: RemittanceAdvice) -> AdviceKeys:
    """Give the keys of an advice. A number without a digit is no number; one number serves for advice and payment."""
    number = normalise_reference(advice.advice_number or advice.payment_reference)
    reference = normalise_reference(advice.payment_reference or advice.advice_number)
    if not any(map(str.isdigit, number)):
        number = ""
    return AdviceKeys(payer_key(advice), number, reference, _fingerprint(advice))


def payer_key(advice: RemittanceAdvice) -> str:
    """Give what a payer is known by among advices."""
    return (
        normalise_reference(advice.payer_number)
        or normalise_name(advice.payer_name)
        or normalise_reference(advice.payer_iban)
        or advice.sender.strip().casefold()
    )


def is_of_same_payment(former: CurrentAdvice, advice: RemittanceAdvice) -> bool:
    """Say whether an advice of the same payer and number is of the same payment, and so corrects the former."""
    if former.total_amount is None or advice.total_amount is None:
        return True
    if former.payment_date is None or advice.payment_date is None:
        return True
    return former.total_amount == advice.total_amount or former.payment_date == advice.payment_date


def _fingerprint(advice: RemittanceAdvice) -> str:
    """Hash what the payer says, however it came: the same list in a mail and in a folder is one advice."""
    told = [
        advice.advice_number,
        advice.payer_name,
        advice.payer_number,
        advice.payment_reference,
        str(advice.payment_date or ""),
        advice.currency,
        _amount(advice.total_amount),
    ]
    for line in advice.lines:
        told += (line.document, line.order_number, line.reason_code, line.reason_text, line.adjustment_kind)
        told += map(
            _amount, (line.paid_amount, line.gross_amount, line.discount_amount, line.deduction_amount)
        )
    return hashlib.sha256("\x1f".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else format(amount.normalize(EXACT), "f")
