"""Documents on their way into the tables as frames of columns: for the hundred thousand.

What it writes is what `rows` writes of the same documents, which the tests hold it to.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from acquit.billing.operations.rows import DOCUMENT_COLUMNS, LINE_COLUMNS
from acquit.billing.rules.columns import DocumentColumns, plan_posting_columns
from acquit.controls.rules.duties import Actor
from acquit.core.references import normalise_reference
from acquit.infra.bulk import WritePlan
from acquit.infra.operations import record_event_columns
from acquit.ledger.operations import add_entry_columns
from acquit.receivables.operations import add_item_columns

#: What the event of a document is called, for one taken over from another system and for one issued here.
_EVENT_KINDS = ("billing.document.taken_over", "billing.document.issued")


def add_document_columns(
    plan: WritePlan, actor: Actor, columns: DocumentColumns, issued: pl.DataFrame, run_id: int | None
) -> None:
    """Add documents whose three currencies are one to a plan: with lines, items, entries and events.

    `issued` gives each its document_id, item_id and number, and the series it was numbered in, row by row.
    """
    documents = _settled(columns.documents, issued).with_columns(
        run_id=pl.lit(run_id, pl.Int64), actor_id=pl.lit(actor.user_id, pl.Int64)
    )
    plan.add_frame("document", DOCUMENT_COLUMNS, documents.with_columns(id="document_id"))
    if columns.line_count:
        plan.add_later_frame(
            "document_line",
            LINE_COLUMNS,
            lambda: _numbered(documents, columns.lines),
            count=columns.line_count,
        )
    add_item_columns(
        plan, documents.with_columns(id="item_id", original_amount="gross", company_amount="gross")
    )
    add_entry_columns(plan, documents, plan_posting_columns(documents))
    record_event_columns(
        plan,
        lambda: documents.select(
            "company_id",
            pl.when("is_taken_over")
            .then(pl.lit(_EVENT_KINDS[0]))
            .otherwise(pl.lit(_EVENT_KINDS[1]))
            .alias("kind"),
            pl.lit("DOCUMENT").alias("object_kind"),
            pl.col("document_id").alias("object_id"),
            "run_id",
            "actor_id",
            pl.struct("number", pl.col("gross").cast(pl.String), "currency").alias("payload"),
        ),
        count=documents.height,
    )


def _settled(documents: pl.DataFrame, issued: pl.DataFrame) -> pl.DataFrame:
    """Give documents with their ids and numbers, the days they leave open, their gross and their references' keys."""
    day = pl.col("document_date")
    return (
        documents.drop("number")
        .hstack(issued)
        .with_columns(
            _keys(documents["structured_reference"]),
            _keys(issued["number"]).alias("number_key"),
            *(pl.col(name).fill_null(day) for name in ("posting_date", "tax_point_date", "baseline_date")),
            gross=pl.col("net") + pl.col("tax"),
        )
    )


def _keys(references: pl.Series) -> pl.Series:
    """Bring references to what they are compared by; most columns of them are empty."""
    keys: Sequence[str] = [normalise_reference(text) if text else "" for text in references]
    return pl.Series(references.name, keys, pl.String)


def _numbered(documents: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Give lines with the id and company of their document, counted from 1 in each."""
    of_documents = documents.select("document_id", "company_id").with_row_index("document")
    return lines.join(of_documents, on="document", maintain_order="left").with_columns(
        line_no=pl.int_range(1, pl.len() + 1).over("document")
    )
