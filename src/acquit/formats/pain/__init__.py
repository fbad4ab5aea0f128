"""SEPA payment messages: direct debits (pain.008) and transfers (pain.001) written and read, status reports read."""

from acquit.formats.pain.characters import sepa_text
from acquit.formats.pain.messages import (
    MandateAmendment,
    MandateFacts,
    PaymentBlock,
    PaymentOrder,
    PaymentTransaction,
    UnreadablePayment,
)
from acquit.formats.pain.reader import read_payment_order
from acquit.formats.pain.reports import BlockStatus, StatusReason, StatusReport, TransactionStatus
from acquit.formats.pain.status_reader import read_status_report
from acquit.formats.pain.writer import DEBIT_VERSIONS, CannotWritePayment, write_payment_order

__all__ = [
    "DEBIT_VERSIONS",
    "BlockStatus",
    "CannotWritePayment",
    "MandateAmendment",
    "MandateFacts",
    "PaymentBlock",
    "PaymentOrder",
    "PaymentTransaction",
    "StatusReason",
    "StatusReport",
    "TransactionStatus",
    "UnreadablePayment",
    "read_payment_order",
    "read_status_report",
    "sepa_text",
    "write_payment_order",
]
