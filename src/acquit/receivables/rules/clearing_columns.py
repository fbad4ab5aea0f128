"""Clearings by the hundred thousand as columns: what `rules.clearing` says of one, said of frames of them.

Only where document, company and group share one currency: there an edge's share of the book value is its amount, and
nothing is realised. Expressions find the clearings that the rule may refuse; the rule judges them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from acquit.receivables.rules.clearing import ClearingDraft, PairDraft
from acquit.receivables.rules.items import ItemKind, control_role

CLEARING_TYPES: Mapping[str, Any] = {
    "company_id": pl.Int64,
    "effective_date": pl.Date,
    "reason": pl.String,
    "decision_id": pl.Int64,
    "run_id": pl.Int64,
    "actor_id": pl.Int64,
    "text": pl.String,
}
PAIR_TYPES: Mapping[str, Any] = {
    "clearing": pl.UInt32,  # the row of its clearing, counted from 0; pairs of one clearing stand together, in order
    "credit_item_id": pl.Int64,
    "debit_item_id": pl.Int64,
    "amount": pl.Decimal,
}
#: What is asked of open items (sql/open_item_columns.sql).
FACT_TYPES: Mapping[str, Any] = {
    "item_id": pl.Int64,
    "company_id": pl.Int64,
    "customer_id": pl.Int64,
    "kind": pl.String,
    "currency": pl.String,
    "original_amount": pl.Decimal(38, 6),
    "open_amount": pl.Decimal(38, 6),
    "open_company_amount": pl.Decimal(38, 6),
    "due_date": pl.Date,
    "posting_date": pl.Date,
}
_ROLES = {kind.value: control_role(kind).value for kind in ItemKind}


@dataclass(frozen=True, slots=True)
class ClearingColumns:
    """Clearings and their pairs as frames: the columns of `CLEARING_TYPES` and `PAIR_TYPES`."""

    clearings: pl.DataFrame
    pairs: pl.DataFrame

    @property
    def item_ids(self) -> pl.Series:
        """Give every item once, ascending."""
        every = pl.concat([self.pairs["credit_item_id"], self.pairs["debit_item_id"].alias("credit_item_id")])
        return every.unique().sort()

    def drafts_at(self, rows: Sequence[int]) -> list[ClearingDraft]:
        """Give some of the clearings as drafts, in the order of `rows`, which ascend."""
        pairs: dict[int, list[PairDraft]] = {row: [] for row in rows}
        for pair in self.pairs.filter(pl.col("clearing").is_in(rows)).iter_rows(named=True):
            pairs[pair.pop("clearing")].append(PairDraft(**pair))
        return [
            ClearingDraft(**clearing, pairs=tuple(pairs[row]))
            for row, clearing in zip(rows, self.clearings[list(rows)].iter_rows(named=True), strict=True)
        ]


def clearing_columns_of(drafts: Sequence[ClearingDraft]) -> ClearingColumns:
    """Make columns of drafts."""
    places = [row for row, draft in enumerate(drafts) for _ in draft.pairs]
    pairs = [pair for draft in drafts for pair in draft.pairs]
    return ClearingColumns(
        pl.DataFrame(
            [
                pl.Series(name, [getattr(draft, name) for draft in drafts], kind)
                for name, kind in CLEARING_TYPES.items()
            ]
        ),
        pl.DataFrame(
            [
                pl.Series("clearing", places, pl.UInt32),
                *(
                    pl.Series(name, [pair[n] for pair in pairs], PAIR_TYPES[name])
                    for n, name in enumerate(PairDraft._fields)
                ),
            ]
        ),
    )


def join_facts(columns: ClearingColumns, facts: pl.DataFrame) -> pl.DataFrame:
    """Give the pairs with what is known of both their items, as credit_… and debit_…, and of their clearing."""
    pairs = columns.pairs.join(
        columns.clearings.select("company_id", "effective_date").with_row_index("clearing"),
        on="clearing",
        maintain_order="left",
    )
    for side in ("credit", "debit"):
        known = facts.rename({name: f"{side}_{name}" for name in facts.columns})
        pairs = pairs.join(known, on=f"{side}_item_id", how="left", maintain_order="left")
    return pairs


def date_clearings(columns: ClearingColumns, pairs: pl.DataFrame) -> tuple[ClearingColumns, pl.DataFrame]:
    """Date each clearing on its day, or on that of its latest item when that is later: none is before it is there."""
    latest = pairs.group_by("clearing").agg(
        pl.max_horizontal("effective_date", "credit_posting_date", "debit_posting_date").max().alias("latest")
    )
    clearings = (
        columns.clearings.with_row_index("clearing")
        .join(latest, on="clearing", how="left", maintain_order="left")
        .with_columns(effective_date=pl.coalesce("latest", "effective_date"))
        .drop("clearing", "latest")
    )
    dated = pairs.join(latest, on="clearing", maintain_order="left").with_columns(effective_date="latest")
    return ClearingColumns(clearings, columns.pairs), dated.drop("latest")


def find_clearing_suspects(columns: ClearingColumns, pairs: pl.DataFrame) -> list[int]:
    """Find the rows of clearings that the rule may refuse: an item not open, another's, or asked for too much."""
    asked = {
        side: pl.col("amount").sum().over(f"{side}_item_id") > pl.col(f"{side}_open_amount").abs()
        for side in ("credit", "debit")
    }
    wrong = (
        (pl.col("credit_company_id") != pl.col("company_id"))
        | (pl.col("debit_company_id") != pl.col("company_id"))
        | (pl.col("credit_customer_id") != pl.col("debit_customer_id"))
        | (pl.col("credit_currency") != pl.col("debit_currency"))
        | (pl.col("credit_original_amount") > 0)
        | (pl.col("debit_original_amount") < 0)
        | (pl.col("amount") <= 0)
        | asked["credit"]
        | asked["debit"]
    )
    found = set(pairs.filter(wrong.fill_null(value=True))["clearing"])
    empty = set(range(columns.clearings.height)) - set(columns.pairs["clearing"].unique())
    return sorted(found | empty)


def find_exchanged(pairs: pl.DataFrame, single_currencies: Sequence[tuple[int, str]]) -> list[int]:
    """Find the rows of clearings whose items have a book value of their own: another currency than the books'.

    `single_currencies`: the companies whose own and group currency are one, with it.
    """
    known = [
        {"company_id": company_id, "debit_currency": currency} for company_id, currency in single_currencies
    ]
    is_single = pl.struct("company_id", "debit_currency").is_in(known) if known else pl.lit(value=False)
    is_plain = (pl.col("credit_open_amount") == pl.col("credit_open_company_amount")) & (
        pl.col("debit_open_amount") == pl.col("debit_open_company_amount")
    )
    return sorted(set(pairs.filter(~(is_single & is_plain))["clearing"]))


def plan_clearing_postings(pairs: pl.DataFrame) -> pl.DataFrame:
    """Plan the postings of clearings: each item's share off its control account, as `plan_clearing_entry` does.

    Gives entry (the row of the clearing), role, item_id and the three amounts, in the order the items are named in.
    """
    rows = pairs.with_row_index("place")
    sides = [
        rows.select(
            pl.col("clearing").alias("entry"),
            (pl.col("place") * 2 + n).alias("place"),
            pl.col(f"{side}_item_id").alias("item_id"),
            pl.col(f"{side}_kind").alias("kind"),
            (pl.col("amount") if side == "credit" else -pl.col("amount")).alias("amount"),
        )
        for n, side in enumerate(("credit", "debit"))
    ]
    by_item = (
        pl.concat(sides)
        .group_by("entry", "item_id", "kind")
        .agg(pl.col("amount").sum(), pl.col("place").min())
    )
    return by_item.sort("entry", "place").select(
        "entry",
        pl.col("kind").replace_strict(_ROLES).alias("role"),
        "item_id",
        "amount",
        pl.col("amount").alias("company_amount"),
        pl.col("amount").alias("group_amount"),
    )


def count_clearing_postings(pairs: pl.DataFrame) -> int:
    """Count the postings `plan_clearing_postings` will give: each item once a clearing."""
    sides = ("credit_item_id", "debit_item_id")
    return sum(pairs.select(pl.struct("clearing", side).n_unique()).item() for side in sides)


def list_posted_roles(pairs: pl.DataFrame) -> list[tuple[int, str]]:
    """List the companies and the roles of their accounts that these clearings post to."""
    kinds = [pairs.select("company_id", kind=f"{side}_kind").unique() for side in ("credit", "debit")]
    used = pl.concat(kinds).with_columns(pl.col("kind").replace_strict(_ROLES))
    return used.unique().rows()


def plan_clearing_payloads(pairs: pl.DataFrame) -> pl.DataFrame:
    """Give what the events of clearings tell: clearing, amount, currency, and the items in ascending order."""
    items = pl.concat_list("credit_item_id", "debit_item_id").alias("items")
    return (
        pairs.select("clearing", "amount", pl.col("debit_currency").alias("currency"), items)
        .group_by("clearing", maintain_order=True)
        .agg(
            pl.col("amount").sum().cast(pl.String),
            pl.col("currency").first(),
            pl.col("items").explode().unique().sort(),
        )
    )
