"""Reads of the subledger."""

from acquit.receivables.queries.ageing import AgeingRow, get_ageing
from acquit.receivables.queries.ageing_pages import list_ageing
from acquit.receivables.queries.items import (
    EdgeView,
    ItemView,
    RecordSpan,
    get_record_span,
    list_clearing_ids_of_decision,
    list_customers_of_items,
    list_edges,
    list_items,
    list_open_item_facts,
    list_open_items,
    list_open_items_as_of,
)
from acquit.receivables.queries.provisions import (
    ProvisionLineView,
    ProvisionView,
    find_provision,
    get_provision,
    list_provision_lines,
    list_provisions,
)
from acquit.receivables.queries.statements import CannotState, get_statements_of_account
from acquit.receivables.queries.write_offs import WriteOffView, list_write_offs

__all__ = [
    "AgeingRow",
    "CannotState",
    "EdgeView",
    "ItemView",
    "ProvisionLineView",
    "ProvisionView",
    "RecordSpan",
    "WriteOffView",
    "find_provision",
    "get_ageing",
    "get_provision",
    "get_record_span",
    "get_statements_of_account",
    "list_ageing",
    "list_clearing_ids_of_decision",
    "list_customers_of_items",
    "list_edges",
    "list_items",
    "list_open_item_facts",
    "list_open_items",
    "list_open_items_as_of",
    "list_provision_lines",
    "list_provisions",
    "list_write_offs",
]
