"""Writes of the subledger."""

from acquit.receivables.operations.clearing import (
    CLEARING_COLUMNS,
    EDGE_COLUMNS,
    ITEM_COLUMNS,
    CannotUnclear,
    add_clearings,
    add_items,
    clear_items,
    unclear_items,
)

__all__ = [
    "CLEARING_COLUMNS",
    "EDGE_COLUMNS",
    "ITEM_COLUMNS",
    "CannotUnclear",
    "add_clearings",
    "add_items",
    "clear_items",
    "unclear_items",
]
