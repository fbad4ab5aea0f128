"""Reads of cash."""

from acquit.cash.queries.advices import (
    list_advices,
)
from acquit.cash.queries.aliases import (
    AliasView,
    get_alias,
    list_aliases,
    list_aliases_of,
    list_known_aliases,
    view_alias,
)
from acquit.cash.queries.explanations import (
    Explanation,
    get_explanation,
)
from acquit.cash.queries.mandates import (
    MandateView,
    get_mandate,
    list_mandates,
    mandate_fact,
)
from acquit.cash.queries.outcomes import (
    list_outcomes,
)
from acquit.cash.queries.queue import (
    AgedMoney,
    AgedReceipt,
    BankAccountView,
    QuestionView,
    QueueFilter,
    QueueSum,
    list_aged_money,
    list_aged_receipts,
    list_bank_accounts,
    list_questions,
    list_queue,
    list_queue_sums,
)
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
from acquit.cash.queries.reconciliation import (
    BankReconciliations,
    reconcile_bank_accounts,
)

__all__ = [
    "AgedMoney",
    "AgedReceipt",
    "AliasView",
    "BankAccountView",
    "BankReconciliations",
    "Explanation",
    "MandateView",
    "PendingLine",
    "QuestionView",
    "QueueFilter",
    "QueueSum",
    "ReceiptView",
    "StatementView",
    "count_receipts",
    "count_waiting",
    "find_payer_index",
    "find_receipt",
    "get_alias",
    "get_explanation",
    "get_mandate",
    "get_payer_index",
    "get_receipt",
    "get_relatives",
    "list_advices",
    "list_aged_money",
    "list_aged_receipts",
    "list_aliases",
    "list_aliases_of",
    "list_bank_accounts",
    "list_earlier_receipts",
    "list_known_aliases",
    "list_mandates",
    "list_named_documents",
    "list_open_items_of",
    "list_outcomes",
    "list_pending_lines",
    "list_questions",
    "list_queue",
    "list_queue_sums",
    "list_receipts",
    "list_statements",
    "mandate_fact",
    "reconcile_bank_accounts",
    "view_alias",
]
