"""A payment order as a value: what pain.001 and pain.008 have in common, whoever pays whom.

A block holds our side (account, day, scheme), a transaction the other side; amounts are above zero in the document's
currency, never finer than its minor unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.formats.unreadable import UnreadableFile


class UnreadablePayment(UnreadableFile):
    """The payment message, or a place in it, cannot be read; nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class MandateAmendment:
    """What a mandate was before it changed; `is_other_account` says SMNDA: another account, maybe another bank."""

    mandate_id: str = ""
    creditor_id: str = ""
    creditor_name: str = ""
    account: str = ""
    is_other_account: bool = False


@dataclass(frozen=True, slots=True)
class MandateFacts:
    """The mandate a direct debit relies on."""

    mandate_id: str
    signed_date: date | None
    amendment: MandateAmendment | None = None


@dataclass(frozen=True, slots=True)
class PaymentTransaction:
    """One debit or transfer; name, account and bank are the other side's."""

    end_to_end_id: str
    amount: Decimal
    currency: str
    name: str
    account: str
    bic: str = ""
    text: str = ""
    structured_reference: str = ""
    instruction_id: str = ""
    mandate: MandateFacts | None = None


@dataclass(frozen=True, slots=True)
class PaymentBlock:
    """Transactions of one of our accounts on one day; scheme, sequence and creditor id are of direct debits only.

    `count` and `control_sum` are what a file that was read says of itself; None when it does not.
    """

    block_id: str
    execution_date: date | None
    name: str
    account: str
    transactions: tuple[PaymentTransaction, ...]
    bic: str = ""
    scheme: str = ""
    sequence: str = ""
    creditor_id: str = ""
    count: int | None = None
    control_sum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A whole message. `version` such as pain.008.001.08 says which kind it is; `warnings` what in it is odd."""

    version: str
    message_id: str
    created_at: str
    initiator: str
    blocks: tuple[PaymentBlock, ...]
    count: int | None = None
    control_sum: Decimal | None = None
    warnings: tuple[tuple[str, str], ...] = ()

    @property
    def transactions(self) -> tuple[PaymentTransaction, ...]:
        """Give the transactions of all blocks in order."""
        return tuple(transaction for block in self.blocks for transaction in block.transactions)
