"""Reads of the subledger."""

from acquit.receivables.queries.ageing import AgeingRow, get_ageing
from acquit.receivables.queries.ageing_pages import list_ageing
from acquit.receivables.queries.items import (
    EdgeView,
    ItemView,
    list_clearing_ids_of_decision,
    list_edges,
    list_items,
    list_open_item_facts,
    list_open_items,
    list_open_items_as_of,
)
from acquit.receivables.queries.statements import CannotState, get_statements_of_account

__all__ = [
    "AgeingRow",
    "CannotState",
    "EdgeView",
    "ItemView",
    "get_ageing",
    "get_statements_of_account",
    "list_ageing",
    "list_clearing_ids_of_decision",
    "list_edges",
    "list_items",
    "list_open_item_facts",
    "list_open_items",
    "list_open_items_as_of",
]
