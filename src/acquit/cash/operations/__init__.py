"""Writes of cash: statements in, receipts decided, applied, kept and taken back."""

from acquit.cash.operations.advices import (
    AdviceOutcome,
    import_advice_files,
    import_advices,
)
from acquit.cash.operations.aliases import (
    forget_alias,
    review_aliases,
)
from acquit.cash.operations.clerking import (
    apply_receipt,
    confirm_receipt,
    keep_on_account,
)
from acquit.cash.operations.debit_following import ReturnOutcome
from acquit.cash.operations.debit_returns import (
    process_debit_returns,
    record_status_report,
    settle_debit_work,
)
from acquit.cash.operations.debit_runs import (
    RunOutcome,
    approve_debit_run,
    cancel_debit_run,
    propose_debit_run,
    write_debit_run,
)
from acquit.cash.operations.decided import NewMoney
from acquit.cash.operations.deciding import MatchOutcome
from acquit.cash.operations.erasing import (
    approve_erasure,
    erase_retained_data,
)
from acquit.cash.operations.intercompany import (
    CannotSettleAcross,
    settle_across_companies,
    undo_settlement,
)
from acquit.cash.operations.learning import (
    LearningNotInstalled,
    StoredModel,
    TooFewDecisions,
    store_match_model,
    train_match_model,
)
from acquit.cash.operations.mandates import (
    MandateDraft,
    MandatesTaken,
    activate_mandate,
    amend_account,
    cancel_mandate,
    end_mandate,
    lapse_mandates,
    store_mandates,
    suspend_mandate,
    take_over_mandates,
)
from acquit.cash.operations.matching import (
    match_bank_lines,
    record_payments,
)
from acquit.cash.operations.queueing import (
    ask_customer,
    assign_receipts,
    escalate_unapplied,
    stop_waiting,
)
from acquit.cash.operations.receipt_moves import (
    CannotMove,
    ReceiptOutcome,
)
from acquit.cash.operations.refunds import (
    RefundOutcome,
    approve_refund,
    confirm_refund,
    fail_refund,
    reject_refund,
    request_refund,
    send_refunds,
)
from acquit.cash.operations.rematching import rematch_waiting
from acquit.cash.operations.returning import (
    reopen_returned,
)
from acquit.cash.operations.statements import (
    StatementOutcome,
    import_statements,
    store_bank_accounts,
)
from acquit.cash.operations.undoing import (
    undo_receipt,
)
from acquit.cash.operations.verifying import CannotVerify, confirm_account, propose_account, revoke_account
from acquit.cash.operations.virtual_accounts import (
    store_virtual_accounts,
)
from acquit.cash.rules.debit_runs import CannotCollect
from acquit.cash.rules.refunds import CannotMoveRefund, CannotRefund
from acquit.cash.rules.statement_checks import (
    CannotImportStatement,
)

__all__ = [
    "AdviceOutcome",
    "CannotCollect",
    "CannotImportStatement",
    "CannotMove",
    "CannotMoveRefund",
    "CannotRefund",
    "CannotSettleAcross",
    "CannotVerify",
    "LearningNotInstalled",
    "MandateDraft",
    "MandatesTaken",
    "MatchOutcome",
    "NewMoney",
    "ReceiptOutcome",
    "RefundOutcome",
    "ReturnOutcome",
    "RunOutcome",
    "StatementOutcome",
    "StoredModel",
    "TooFewDecisions",
    "activate_mandate",
    "amend_account",
    "apply_receipt",
    "approve_debit_run",
    "approve_erasure",
    "approve_refund",
    "ask_customer",
    "assign_receipts",
    "cancel_debit_run",
    "cancel_mandate",
    "confirm_account",
    "confirm_receipt",
    "confirm_refund",
    "end_mandate",
    "erase_retained_data",
    "escalate_unapplied",
    "fail_refund",
    "forget_alias",
    "import_advice_files",
    "import_advices",
    "import_statements",
    "keep_on_account",
    "lapse_mandates",
    "match_bank_lines",
    "process_debit_returns",
    "propose_account",
    "propose_debit_run",
    "record_payments",
    "record_status_report",
    "reject_refund",
    "rematch_waiting",
    "reopen_returned",
    "request_refund",
    "review_aliases",
    "revoke_account",
    "send_refunds",
    "settle_across_companies",
    "settle_debit_work",
    "stop_waiting",
    "store_bank_accounts",
    "store_mandates",
    "store_match_model",
    "store_virtual_accounts",
    "suspend_mandate",
    "take_over_mandates",
    "train_match_model",
    "undo_receipt",
    "undo_settlement",
    "write_debit_run",
]
