"""Writes of intake: receive files, settle questions, post them."""

from acquit.intake.operations.mending import mend_rows
from acquit.intake.operations.poster import Posted
from acquit.intake.operations.posting import post_intake
from acquit.intake.operations.receiving import (
    GivenFile,
    accept_proposals,
    add_file,
    answer_questions,
    receive_files,
    refuse_rows_of_unknown_types,
    save_mappings,
    settle_statement,
)
from acquit.intake.operations.suggesting import suggest_currency
from acquit.intake.operations.virtual_account_files import (
    AccountsRead,
    CannotTakeAccounts,
    import_virtual_accounts,
    read_virtual_accounts,
)

__all__ = [
    "AccountsRead",
    "CannotTakeAccounts",
    "GivenFile",
    "Posted",
    "accept_proposals",
    "add_file",
    "answer_questions",
    "import_virtual_accounts",
    "mend_rows",
    "post_intake",
    "read_virtual_accounts",
    "receive_files",
    "refuse_rows_of_unknown_types",
    "save_mappings",
    "settle_statement",
    "suggest_currency",
]
