"""Clearing by the hundred thousand: facts read, decided and written as columns, never as objects.

What it writes is what `clearing` writes of the same clearings, which the tests hold it to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import record_event_columns
from acquit.infra.transaction import operation
from acquit.ledger.operations import LaterPostings, add_entry_columns
from acquit.parties.operations import lock_customers
from acquit.receivables.operations.clearing import CLEARING_COLUMNS, EDGE_COLUMNS, add_clearings
from acquit.receivables.queries import list_customers_of_items, list_open_item_facts
from acquit.receivables.queries.item_columns import get_open_item_columns
from acquit.receivables.rules.clearing_columns import (
    ClearingColumns,
    count_clearing_postings,
    date_clearings,
    find_clearing_suspects,
    find_exchanged,
    join_facts,
    list_posted_roles,
    plan_clearing_payloads,
    plan_clearing_postings,
)

if TYPE_CHECKING:
    from acquit.receivables.rules.clearing import ClearingDraft


def clear_item_columns(*, actor: Actor, columns: ClearingColumns) -> list[int]:
    """Clear items against each other, given as columns; gives the clearings' ids in order.

    Refuses as `clear_items` does, in the same words. Give chunks of some 20,000: a chunk is one transaction.
    """
    for company_id in columns.clearings["company_id"].unique().sort():
        actor.require(Duty.CASH, company_id)
    columns = ClearingColumns(
        columns.clearings.with_columns(pl.col("actor_id").fill_null(pl.lit(actor.user_id, pl.Int64))),
        columns.pairs,
    )
    item_ids = columns.item_ids
    with operation(work_memory_mb=128):
        lock_customers(list_customers_of_items(item_ids))
        pairs = join_facts(columns, get_open_item_columns(item_ids))
        _judge(columns, find_clearing_suspects(columns, pairs))
        columns, pairs = date_clearings(columns, pairs)
        plan = WritePlan()
        ids = add_clearing_columns(plan, columns, pairs)
        write(plan)
    return ids


def _judge(columns: ClearingColumns, rows: Sequence[int]) -> None:
    """Let the rule refuse what it refuses of these clearings, one after the other."""
    if not rows:
        return
    drafts = columns.drafts_at(rows)
    add_clearings(WritePlan(), drafts, list_open_item_facts(_items_of(drafts)))


def add_clearing_columns(plan: WritePlan, columns: ClearingColumns, pairs: pl.DataFrame) -> list[int]:
    """Add checked clearings to a plan as columns, and those in more than one currency as rows; gives their ids."""
    companies = [get_company(company_id) for company_id in columns.clearings["company_id"].unique()]
    single = [(each.id, each.currency) for each in companies if each.currency == each.group_currency]
    as_rows = find_exchanged(pairs, single)
    ids = dict.fromkeys(range(columns.clearings.height), 0)
    if as_rows:
        drafts = columns.drafts_at(as_rows)
        ids.update(
            zip(as_rows, add_clearings(plan, drafts, list_open_item_facts(_items_of(drafts))), strict=True)
        )
    rest = [row for row in ids if not ids[row]]
    if rest:
        places = pl.DataFrame({"clearing": rest}, {"clearing": pl.UInt32}).with_row_index("new")
        kept = (
            pairs.join(places, on="clearing", maintain_order="left").with_columns(clearing="new").drop("new")
        )
        ids.update(zip(rest, _add_columns(plan, columns.clearings[rest], kept), strict=True))
    return list(ids.values())


def _add_columns(plan: WritePlan, clearings: pl.DataFrame, pairs: pl.DataFrame) -> list[int]:
    ids = next_ids("clearing", clearings.height)
    clearings = clearings.with_columns(pl.Series("id", ids, pl.Int64), reverses_id=pl.lit(None, pl.Int64))
    plan.add_frame("clearing", CLEARING_COLUMNS, clearings)
    of_clearings = clearings.select(pl.col("id").alias("clearing_id")).with_row_index("clearing")
    edges = pairs.join(of_clearings, on="clearing", maintain_order="left").with_columns(
        customer_id="debit_customer_id",
        currency="debit_currency",
        credit_company_amount="amount",
        debit_company_amount="amount",
    )
    plan.add_frame("clearing_edge", EDGE_COLUMNS, edges)
    entries = clearings.select(
        "company_id",
        "run_id",
        "actor_id",
        "text",
        pl.col("effective_date").alias("posting_date"),
        pl.lit("CLEARING").alias("kind"),
        pairs.unique("clearing", keep="first", maintain_order=True)["debit_currency"].alias("currency"),
        pl.col("id").alias("clearing_id"),
    )
    add_entry_columns(
        plan,
        entries,
        LaterPostings(
            lambda: plan_clearing_postings(pairs), count_clearing_postings(pairs), list_posted_roles(pairs)
        ),
    )
    record_event_columns(
        plan,
        lambda: clearings.hstack(plan_clearing_payloads(pairs).drop("clearing")).select(
            "company_id",
            pl.lit("receivables.items.cleared").alias("kind"),
            pl.lit("CLEARING").alias("object_kind"),
            pl.col("id").alias("object_id"),
            "run_id",
            "actor_id",
            pl.struct("amount", "currency", "items", pl.col("decision_id").alias("decision")).alias(
                "payload"
            ),
        ),
        count=clearings.height,
    )
    return ids


def _items_of(drafts: Sequence[ClearingDraft]) -> set[int]:
    return {
        item_id
        for draft in drafts
        for pair in draft.pairs
        for item_id in (pair.credit_item_id, pair.debit_item_id)
    }
