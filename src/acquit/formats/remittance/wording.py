"""Words by which payers say what a row or a sentence of an advice is: a credit note, a deduction, a fee, a total."""

from __future__ import annotations

import re

from acquit.formats.remittance.advice import AdjustmentKind
from acquit.formats.remittance.heads import plain_words

_CREDIT = re.compile(
    r"\b(?:gutschrift\w*|gs|credit note|credit memo|creditnote|credit|cn|cm|avoir|note de credit|abono"
    r"|nota de credito|nota de abono|nota credito|nota di credito|nc|creditnota|kg|rg gutschrift|korekt\w*"
    r"|nota kredytowa|dobropis\w*|kreditnot\w*|kreditfaktur\w*|hyvitys\w*|creditfactuur)\b"
)
_DEDUCTION = re.compile(
    r"\b(?:abzug\w*|abzuge|abzgl|abzuglich|abgezogen|gekurzt|less|minus|moins|menos|meno|kurzung\w*|einbehalt\w*|belastung\w*|minderung\w*|deduct\w*"
    r"|debit (?:memo|note)"
    r"|charge ?back\w*|claim\w*|retenue\w*|retencion\w*|deduccion\w*|trattenut\w*|detrazion\w*|addebit\w*|cargo"
    r"|inhouding\w*|aftrek|deducao|retencao|short ?pa\w*|reklamation\w*|bonus|ruckvergutung\w*|wkz|penalty"
    r"|vertragsstrafe\w*|werbekosten\w*|rebate|potracen\w*|odliczen\w*|srazk\w*|avdrag\w*|fradrag\w*"
    r"|vahennys\w*|levonas\w*|abbuon\w*)\b"
)
_DISCOUNT = re.compile(
    r"\b(?:skonto\w*|skontoabzug|cash discount|discount\w*|escompte|descuento\w*|pronto pago|sconto|desconto"
    r"|korting\w*|betalingskorting|rabat\w*|sleva|upust|kassarabatt|kassaalennus|alennus)\b"
)
_FEE = re.compile(
    r"\b(?:gebuhr\w*|\w*gebuhren|spesen|bankspesen|fee|fees|bank charges?|wire charges?|frais|comision\w*"
    r"|commission\w*|spese|commissioni|kosten|bankkosten|comissao|despesas|oplat[ay]|prowizj\w*|poplat\w*"
    r"|avgift\w*|gebyr\w*)\b"
)
_TAX = re.compile(
    r"\b(?:withholding|wht|quellensteuer|steuerabzug|bauabzugsteuer|retenue a la source|irpf|ritenuta\w*"
    r"|bronbelasting)\b"
)


def is_credit_word(text: str) -> bool:
    """Say whether the words name a credit note."""
    return bool(_CREDIT.search(plain_words(text[:200])))


def is_deduction_word(text: str) -> bool:
    """Say whether the words name something the payer takes off."""
    return bool(_DEDUCTION.search(plain_words(text[:200])))


def is_discount_word(text: str) -> bool:
    """Say whether the words name a discount for early payment."""
    return bool(_DISCOUNT.search(plain_words(text[:200])))


def is_fee_word(text: str) -> bool:
    """Say whether the words name a fee that the payer bears no part of."""
    return bool(_FEE.search(plain_words(text[:200])))


def adjustment_kind_of(text: str) -> AdjustmentKind:
    """Say what kind of adjustment the words name; a deduction where they name no other."""
    words = plain_words(text[:200])
    for pattern, kind in (
        (_DISCOUNT, AdjustmentKind.DISCOUNT),
        (_TAX, AdjustmentKind.TAX),
        (_FEE, AdjustmentKind.FEE),
    ):
        if pattern.search(words):
            return kind
    return AdjustmentKind.DEDUCTION
