"""The decisions of a chunk by the thousand, as columns; those that are not plain as drafts in the same plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from pydantic_core import to_json

from acquit.cash.operations.decided import Decided, DecidedChunk, add_waiting, draft_decided
from acquit.cash.operations.posting import RECEIPT_COLUMNS, Books, Drafts
from acquit.cash.rules.receipt_columns import (
    PlainApplication,
    PlainPayment,
    make_payment_frame,
    plan_payment_entries,
    plan_payment_facts,
    plan_payment_items,
    plan_plain_clearings,
)
from acquit.cash.rules.receipts import ReceiptState
from acquit.controls.operations import add_decision_columns
from acquit.core.money import to_minor_units
from acquit.infra.bulk import WritePlan, next_ids
from acquit.infra.operations import record_event_columns
from acquit.ledger.operations import add_entry_columns
from acquit.receivables.operations import add_item_columns
from acquit.receivables.operations.clearing_columns import add_clearing_columns
from acquit.receivables.queries.item_columns import get_open_item_columns
from acquit.receivables.rules.clearing_columns import (
    ClearingColumns,
    date_clearings,
    find_clearing_suspects,
    find_exchanged,
    join_facts,
)


def add_decided_columns(plan: WritePlan, books: Books, chunk: DecidedChunk) -> None:
    """Add everything a chunk brings into being to a plan."""
    decision_ids = next_ids("decision", len(chunk.decided))
    decided = list(zip(chunk.decided, decision_ids, strict=True))
    company = books.company
    is_single = company.currency == company.group_currency
    plain = [
        (one, decision_id)
        for one, decision_id in decided
        if is_single and one.new.fact.currency == company.currency and one.is_plain
    ]
    plain = _add_plain(plan, books, chunk, plain)
    done = {decision_id for _, decision_id in plain}
    _add_drafts(plan, books, chunk, [each for each in decided if each[1] not in done])
    frame = _frame_of(decided, books)
    add_decision_columns(
        plan,
        frame.select(
            "company_id",
            "run_id",
            "proof",
            id="decision_id",
            subject_id="receipt_id",
            policy_version_id=pl.lit(chunk.policy_version_id, pl.Int64),
            kind=pl.lit("MATCH"),
            subject_kind=pl.lit("RECEIPT"),
            outcome="state",
        ),
    )
    plan.add_frame("receipt", RECEIPT_COLUMNS, frame.rename({"receipt_id": "id"}))
    add_waiting(plan, books, chunk)
    record_event_columns(plan, lambda: _events_of(frame), count=frame.height)


def _add_drafts(
    plan: WritePlan, books: Books, chunk: DecidedChunk, decided: Sequence[tuple[Decided, int]]
) -> None:
    books.read_facts([i for one, _ in decided if one.plan.state is ReceiptState.AUTO for i in one.items])
    drafts = Drafts(books)
    for one, decision_id in decided:
        draft_decided(drafts, one, chunk.owner_of(one), decision_id)
    drafts.add_to(plan)


def _add_plain(
    plan: WritePlan, books: Books, chunk: DecidedChunk, plain: Sequence[tuple[Decided, int]]
) -> list[tuple[Decided, int]]:
    """Add payments and what they pay as columns; gives those it took: clearings the rule may refuse are left out."""
    company_id, currency = books.company.id, books.company.currency
    common: dict[str, Any] = {"run_id": books.run_id, "actor_id": books.actor.user_id}
    payments = [_payment(one, chunk.owner_of(one)) for one, _ in plain]
    applied = [
        (place, PlainApplication(payment, decision_id, _units_of_items(one)))
        for place, ((one, decision_id), payment) in enumerate(zip(plain, payments, strict=True))
        if one.plan.state is ReceiptState.AUTO
    ]
    frame = make_payment_frame(payments, company_id, currency)
    columns = plan_plain_clearings(
        [each for _, each in applied], company_id=company_id, currency=currency, reason="MATCHED", **common
    )
    pairs = _join(columns, frame)
    suspects = {
        *find_clearing_suspects(columns, pairs),
        *find_exchanged(pairs, [(company_id, currency)]),
    }
    if suspects:
        gone = {applied[row][0] for row in suspects}
        return _add_plain(plan, books, chunk, [one for place, one in enumerate(plain) if place not in gone])
    if payments:
        add_item_columns(plan, plan_payment_items(frame))
        add_entry_columns(plan, *plan_payment_entries(frame, **common))
    if applied:
        add_clearing_columns(plan, *date_clearings(columns, pairs))
    return list(plain)


def _join(columns: ClearingColumns, payments: pl.DataFrame) -> pl.DataFrame:
    """Join what is known of the items that are open already, and of the payments that the plan brings."""
    known = get_open_item_columns(columns.pairs["debit_item_id"].unique())
    return join_facts(columns, pl.concat([known, plan_payment_facts(payments)]))


def _payment(one: Decided, owner: int) -> PlainPayment:
    arrival = one.arrival
    units = to_minor_units(arrival.amount, arrival.currency)
    return PlainPayment(
        one.item_id,
        owner,
        units,
        arrival.on_date,
        arrival.number,
        arrival.text,
        arrival.bank_line_id,
        arrival.contra,
    )


def _units_of_items(one: Decided) -> tuple[tuple[int, int], ...]:
    currency = one.new.fact.currency
    return tuple((part.item_id, to_minor_units(part.amount, currency)) for part in one.plan.applied)


def _frame_of(decided: Sequence[tuple[Decided, int]], books: Books) -> pl.DataFrame:
    """Give receipts and decisions as columns; amounts as the text they are stored in."""
    ones = [one for one, _ in decided]
    facts = [one.new.fact for one in ones]
    return pl.DataFrame(
        [
            pl.Series("receipt_id", [one.receipt_id for one in ones], pl.Int64),
            pl.Series("bank_line_id", [one.new.bank_line_id for one in ones], pl.Int64),
            pl.Series(
                "item_id",
                [None if one.plan.state is ReceiptState.IGNORED else one.item_id for one in ones],
                pl.Int64,
            ),
            pl.Series("customer_id", [one.plan.customer_id for one in ones], pl.Int64),
            pl.Series("decision_id", [decision_id for _, decision_id in decided], pl.Int64),
            pl.Series("value_date", [fact.value_date for fact in facts], pl.Date),
            pl.Series("state", [one.plan.state.value for one in ones], pl.String),
            pl.Series("rule", [one.plan.rule for one in ones], pl.String),
            pl.Series("currency", [fact.currency for fact in facts], pl.String),
            pl.Series("source", [one.new.source for one in ones], pl.String),
            pl.Series("reference", [one.new.reference for one in ones], pl.String),
            pl.Series("amount", [str(fact.amount) for fact in facts], pl.String),
            pl.Series("proof", [to_json(one.proof).decode() for one in ones], pl.String),
        ]
    ).with_columns(company_id=pl.lit(books.company.id, pl.Int64), run_id=pl.lit(books.run_id, pl.Int64))


def _events_of(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        "company_id",
        "run_id",
        kind=pl.lit("cash.receipt.decided"),
        object_kind=pl.lit("RECEIPT"),
        object_id="receipt_id",
        actor_id=pl.lit(None, pl.Int64),
        payload=pl.struct("state", "rule", "amount", "currency", customer="customer_id"),
    )
