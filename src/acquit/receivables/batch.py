"""Clearing any number of items: cut into chunks, and by customer into lanes that workers take side by side.

A lane has customers of its own, so no worker waits for another's locks, and what is cleared is the same whatever the
cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import polars as pl

from acquit.controls.rules.duties import Actor
from acquit.infra.workers import work_side_by_side
from acquit.receivables.operations import clear_item_columns
from acquit.receivables.queries.item_columns import get_owner_columns
from acquit.receivables.rules.clearing_columns import ClearingColumns

#: So many clearings are one transaction.
CHUNK = 20_000
WORKERS = 2


def clear_all_items(
    *, actor: Actor, columns: ClearingColumns, workers: int = WORKERS, chunk: int = CHUNK
) -> list[int]:
    """Clear items against each other; gives the clearings' ids in order. Refuses as `clear_items` does.

    A chunk is one transaction: what was cleared before a refusal stays cleared. Clearings of one customer are made in
    the order they are given.
    """
    lanes = _cut(columns, workers)
    cleared = work_side_by_side([partial(_clear_lane, actor, lane, chunk) for lane in lanes])
    return pl.concat(cleared).sort("row")["id"].to_list() if cleared else []


def _cut(columns: ClearingColumns, workers: int) -> list[ClearingColumns]:
    """Cut clearings into lanes by customer; each clearing keeps its `row`."""
    owners = get_owner_columns(columns.pairs["credit_item_id"].unique())
    first = columns.pairs.unique("clearing", keep="first").select("clearing", "credit_item_id")
    # An item that does not exist goes to the first lane, where the rule refuses it.
    lane_of = first.join(owners, left_on="credit_item_id", right_on="item_id", how="left").select(
        "clearing", lane=pl.col("customer_id").fill_null(0) % workers
    )
    clearings = (
        columns.clearings.with_row_index("row")
        .join(lane_of, left_on="row", right_on="clearing", how="left", maintain_order="left")
        .with_columns(pl.col("lane").fill_null(0))
    )
    return [
        ClearingColumns(lane.drop("lane"), columns.pairs)
        for _, lane in sorted(clearings.partition_by("lane", as_dict=True).items())
    ]


def _clear_lane(actor: Actor, lane: ClearingColumns, chunk: int) -> pl.DataFrame:
    """Clear a lane chunk by chunk; gives the id of each row."""
    done = []
    for rows, part in _chunks(lane, chunk):
        ids = clear_item_columns(actor=actor, columns=part)
        done.append(pl.DataFrame({"row": rows, "id": ids}, {"row": pl.UInt32, "id": pl.Int64}))
    return pl.concat(done)


def _chunks(lane: ClearingColumns, chunk: int) -> Iterator[tuple[pl.Series, ClearingColumns]]:
    for part in lane.clearings.iter_slices(chunk):
        places = part.select("row").with_row_index("clearing")
        pairs = (
            lane.pairs.rename({"clearing": "row"})
            .join(places, on="row", maintain_order="left")
            .select("clearing", "credit_item_id", "debit_item_id", "amount")
        )
        yield part["row"], ClearingColumns(part.drop("row"), pairs)
