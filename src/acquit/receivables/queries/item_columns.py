"""Reads of items as columns, for clearings by the hundred thousand: one text from the server, no value an object."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from acquit.infra.bulk import array_text, ask
from acquit.infra.frames import frame_of_lines
from acquit.infra.schema import sql_text
from acquit.receivables.rules.clearing_columns import FACT_TYPES

_OWNERS = """\
SELECT string_agg(concat_ws(',', id, customer_id), E'\\n') FROM item WHERE id = ANY(%s::text::bigint[])"""


def get_open_item_columns(item_ids: Iterable[int]) -> pl.DataFrame:
    """Give what is known of open items: the columns of `FACT_TYPES`; the caller holds the customers' locks."""
    [[lines]] = ask(sql_text("receivables", "open_item_columns.sql"), array_text(item_ids))
    return frame_of_lines(lines, FACT_TYPES)


def get_owner_columns(item_ids: Iterable[int]) -> pl.DataFrame:
    """Give whose items are: item_id, customer_id; items that do not exist are left out."""
    [[lines]] = ask(_OWNERS, array_text(item_ids))
    return frame_of_lines(lines, {"item_id": pl.Int64, "customer_id": pl.Int64})
