"""Receipts by the thousand as columns: what `operations.posting` drafts of one, said of frames of them.

Only plain ones: in the one currency of the books, and where the money is applied, to nothing but what their own
customer owes, cent for cent. All others go as drafts; tests hold both ways to the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl

from acquit.cash.rules.receipts import MatchPlan, OpenItem, ReceiptState
from acquit.core.money import minor_units
from acquit.ledger.rules.accounts import AccountRole
from acquit.receivables.rules.clearing_columns import CLEARING_TYPES, FACT_TYPES, PAIR_TYPES, ClearingColumns
from acquit.receivables.rules.items import ItemKind


class PlainPayment(NamedTuple):
    """Money that came or went back: the item it becomes, whose it is, minor units (signed), and its entry's facts."""

    item_id: int
    customer_id: int
    units: int
    on_date: date
    number: str
    text: str
    bank_line_id: int | None
    contra: str


class PlainApplication(NamedTuple):
    """A payment applied to items of its own customer: minor units of each."""

    payment: PlainPayment
    decision_id: int
    units_of_items: tuple[tuple[int, int], ...]


PAYMENT_TYPES: Mapping[str, Any] = {
    "item_id": pl.Int64,
    "customer_id": pl.Int64,
    "units": pl.Int64,
    "on_date": pl.Date,
    "number": pl.String,
    "text": pl.String,
    "bank_line_id": pl.Int64,
    "contra": pl.String,
}


def is_plain_application(plan: MatchPlan, items: Mapping[int, OpenItem]) -> bool:
    """Tell whether an application clears items of its own customer and does nothing else."""
    return (
        plan.state is ReceiptState.AUTO
        and bool(plan.applied)
        and not plan.differences
        and plan.exchange is None
        and all(
            part.amount > 0 and items[part.item_id].customer_id == plan.customer_id for part in plan.applied
        )
        and len({part.item_id for part in plan.applied}) == len(plan.applied)
    )


def make_payment_frame(payments: Sequence[PlainPayment], company_id: int, currency: str) -> pl.DataFrame:
    """Make a frame of payments, with company, currency and the amount in decimals."""
    columns = zip(*payments, strict=True) if payments else ((),) * len(PAYMENT_TYPES)
    series = [
        pl.Series(name, values, kind)
        for (name, kind), values in zip(PAYMENT_TYPES.items(), columns, strict=True)
    ]
    return pl.DataFrame(series).with_columns(
        company_id=pl.lit(company_id, pl.Int64),
        currency=pl.lit(currency),
        amount=_decimals(pl.col("units"), currency),
    )


def plan_payment_items(payments: pl.DataFrame) -> pl.DataFrame:
    """Plan the items of payments: a credit of what came, a debit of what went back; book value and amount are one."""
    day = pl.col("on_date")
    return payments.select(
        id="item_id",
        document_id=pl.lit(None, pl.Int64),
        customer_id="customer_id",
        company_id="company_id",
        baseline_date=day,
        due_date=day,
        posting_date=day,
        kind=pl.when(pl.col("units") > 0)
        .then(pl.lit(ItemKind.PAYMENT.value))
        .otherwise(pl.lit(ItemKind.RETURNED_PAYMENT.value)),
        currency="currency",
        number="number",
        original_amount=-pl.col("amount"),
        company_amount=-pl.col("amount"),
    )


def plan_payment_entries(
    payments: pl.DataFrame, *, run_id: int | None, actor_id: int | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plan the entries of payments (Dr 1000 / Cr 2100, or the reverse of what went back) and their postings."""
    entries = payments.select(
        company_id="company_id",
        posting_date="on_date",
        kind=pl.when(pl.col("units") > 0).then(pl.lit("RECEIPT")).otherwise(pl.lit("RETURN")),
        currency="currency",
        bank_line_id="bank_line_id",
        run_id=pl.lit(run_id, pl.Int64),
        actor_id=pl.lit(actor_id, pl.Int64),
        text="text",
    )
    rows = payments.with_row_index("entry")
    money = rows.select(
        "entry", role="contra", item_id=pl.lit(None, pl.Int64), amount=pl.col("amount"), line=pl.lit(0)
    )
    owed = rows.select(
        "entry",
        role=pl.lit(AccountRole.UNAPPLIED_CASH.value),
        item_id="item_id",
        amount=-pl.col("amount"),
        line=pl.lit(1),
    )
    postings = pl.concat([money, owed]).sort("entry", "line").drop("line")
    return entries, postings.with_columns(company_amount="amount", group_amount="amount")


def plan_payment_facts(payments: pl.DataFrame) -> pl.DataFrame:
    """Give the payments as open items, for the clearings of the same plan."""
    return plan_payment_items(payments).select(
        item_id="id",
        company_id="company_id",
        customer_id="customer_id",
        kind="kind",
        currency="currency",
        original_amount=pl.col("original_amount").cast(FACT_TYPES["original_amount"]),
        open_amount=pl.col("original_amount").cast(FACT_TYPES["open_amount"]),
        open_company_amount=pl.col("original_amount").cast(FACT_TYPES["open_company_amount"]),
        due_date="due_date",
        posting_date="posting_date",
    )


def plan_plain_clearings(
    applications: Sequence[PlainApplication],
    *,
    company_id: int,
    currency: str,
    reason: str,
    run_id: int | None,
    actor_id: int | None,
) -> ClearingColumns:
    """Plan the clearings of payments with the items they pay, one a payment."""
    pairs = [
        (place, one.payment.item_id, item_id, units)
        for place, one in enumerate(applications)
        for item_id, units in one.units_of_items
    ]
    places, paying, paid, amounts = zip(*pairs, strict=True) if pairs else ((), (), (), ())
    clearings = pl.DataFrame(
        {
            "company_id": [company_id] * len(applications),
            "effective_date": [one.payment.on_date for one in applications],
            "reason": [reason] * len(applications),
            "decision_id": [one.decision_id for one in applications],
            "run_id": [run_id] * len(applications),
            "actor_id": [actor_id] * len(applications),
            "text": [one.payment.number for one in applications],
        },
        CLEARING_TYPES,
    )
    frame = pl.DataFrame(
        [
            pl.Series("clearing", places, PAIR_TYPES["clearing"]),
            pl.Series("credit_item_id", paying, PAIR_TYPES["credit_item_id"]),
            pl.Series("debit_item_id", paid, PAIR_TYPES["debit_item_id"]),
            pl.Series("units", amounts, pl.Int64),
        ]
    )
    return ClearingColumns(
        clearings,
        frame.select(
            "clearing", "credit_item_id", "debit_item_id", amount=_decimals(pl.col("units"), currency)
        ),
    )


def _decimals(units: pl.Expr, currency: str) -> pl.Expr:
    kind = pl.Decimal(38, minor_units(currency))
    return (units.cast(kind) / Decimal(10) ** minor_units(currency)).cast(kind)
