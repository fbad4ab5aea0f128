"""Tables in files, read as streams of text rows with their lines, and the numbers and dates in them.

CSV of any dialect and XLSX. Pure: the input is an open binary file; what a column means is decided in `intake`.
"""

from __future__ import annotations

from acquit.formats.tables.amounts import (
    AmountReading,
    AmountStyle,
    infer_amount_style,
    parse_amount,
    read_amount,
    without_float_noise,
)
from acquit.formats.tables.dates import DateReading, DateStyle, infer_date_style, parse_date, propose_date
from acquit.formats.tables.errors import CannotReadAmount, CannotReadDate, CannotReadTable, TableTrouble
from acquit.formats.tables.opening import open_table
from acquit.formats.tables.table import RowFault, SideRow, Table, TableChunk, TableLimits, TableWarning

__all__ = [
    "AmountReading",
    "AmountStyle",
    "CannotReadAmount",
    "CannotReadDate",
    "CannotReadTable",
    "DateReading",
    "DateStyle",
    "RowFault",
    "SideRow",
    "Table",
    "TableChunk",
    "TableLimits",
    "TableTrouble",
    "TableWarning",
    "infer_amount_style",
    "infer_date_style",
    "open_table",
    "parse_amount",
    "parse_date",
    "propose_date",
    "read_amount",
    "without_float_noise",
]
