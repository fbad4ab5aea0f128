"""Reads of cash."""

from acquit.cash.queries.advices import list_advices
from acquit.cash.queries.explanations import Explanation, get_explanation
from acquit.cash.queries.mandates import MandateView, get_mandate, list_mandates, mandate_fact
from acquit.cash.queries.outcomes import list_outcomes
from acquit.cash.queries.receipts import (
    PendingLine,
    ReceiptView,
    StatementView,
    count_receipts,
    count_waiting,
    find_payer_index,
    find_receipt,
    get_payer_index,
    get_receipt,
    get_relatives,
    list_earlier_receipts,
    list_named_documents,
    list_open_items_of,
    list_pending_lines,
    list_receipts,
    list_statements,
)

__all__ = [
    "Explanation",
    "MandateView",
    "PendingLine",
    "ReceiptView",
    "StatementView",
    "count_receipts",
    "count_waiting",
    "find_payer_index",
    "find_receipt",
    "get_explanation",
    "get_mandate",
    "get_payer_index",
    "get_receipt",
    "get_relatives",
    "list_advices",
    "list_earlier_receipts",
    "list_mandates",
    "list_named_documents",
    "list_open_items_of",
    "list_outcomes",
    "list_pending_lines",
    "list_receipts",
    "list_statements",
    "mandate_fact",
]
