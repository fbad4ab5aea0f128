"""Writes of the books: charts, periods, entries, rates, revaluations."""

from acquit.ledger.operations.accruals import (
    approve_recurring_entry,
    end_recurring_entry,
    propose_recurring_entry,
)
from acquit.ledger.operations.charts import import_chart, open_books
from acquit.ledger.operations.entries import (
    ENTRY_COLUMNS,
    POSTING_COLUMNS,
    CannotReverse,
    LaterPostings,
    NoAccount,
    add_entries,
    add_entry_columns,
    reverse_entries,
)
from acquit.ledger.operations.intercompany import IntercompanySide, add_intercompany_entries
from acquit.ledger.operations.manual_entries import decide_manual_entry, post_manual_entry, propose_entry
from acquit.ledger.operations.periods import (
    decide_reopening,
    generate_periods,
    move_period,
    open_booked_periods,
    open_following_period,
    open_periods,
    period_name,
    request_reopening,
    store_fiscal_calendar,
)
from acquit.ledger.operations.rates import carry_back_rates, correct_rate, import_rates, record_rates
from acquit.ledger.operations.revaluation import revalue_items
from acquit.ledger.operations.soft_close import closing_entries

__all__ = [
    "ENTRY_COLUMNS",
    "POSTING_COLUMNS",
    "CannotReverse",
    "IntercompanySide",
    "LaterPostings",
    "NoAccount",
    "add_entries",
    "add_entry_columns",
    "add_intercompany_entries",
    "approve_recurring_entry",
    "carry_back_rates",
    "closing_entries",
    "correct_rate",
    "decide_manual_entry",
    "decide_reopening",
    "end_recurring_entry",
    "generate_periods",
    "import_chart",
    "import_rates",
    "move_period",
    "open_booked_periods",
    "open_books",
    "open_following_period",
    "open_periods",
    "period_name",
    "post_manual_entry",
    "propose_entry",
    "propose_recurring_entry",
    "record_rates",
    "request_reopening",
    "revalue_items",
    "reverse_entries",
    "store_fiscal_calendar",
]
