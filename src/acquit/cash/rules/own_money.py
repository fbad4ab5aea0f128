"""Telling money that is no customer's: our own accounts, the bank's interest and charges, the tax office.

A line set aside is seen by nobody, so words count only where no customer can be meant: the bank's own mark, an account
of ours, or a line without any account on its other side. A customer who writes INTEREST stays a customer.
"""

from __future__ import annotations

from acquit.cash.rules.payer_index import PayerEvidence, PayerIndex
from acquit.cash.rules.receipts import ReceiptFact
from acquit.cash.rules.wording import fold, has_word
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.references import normalise_reference


def is_own_money(
    receipt: ReceiptFact, payer: PayerEvidence, payers: PayerIndex, policy: MatchingPolicy
) -> bool:
    """Tell whether a line that names no document of ours is no customer's money."""
    if receipt.iban and normalise_reference(receipt.iban) in payers.own_accounts:
        return True
    if payer.customer_ids:
        return False
    if payers.is_own_name(receipt.counterparty):
        return True
    if any(
        code and code.startswith(policy.own_money_codes)
        for code in (receipt.transaction_code, receipt.bank_code)
    ):
        return True
    if receipt.counterparty and has_word(fold(receipt.counterparty), policy.own_money_names):
        return True
    return not receipt.iban and has_word(fold(receipt.text), policy.own_money_words)
