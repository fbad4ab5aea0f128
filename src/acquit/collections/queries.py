"""The worklist: read from the open items of this moment, never from a copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from acquit.collections.rules.worklist import (
    NO_HABIT,
    CustomerFacts,
    PaymentHabit,
    WorklistRow,
    plan_worklist,
    sum_to_ask,
)
from acquit.controls.queries import get_worklist_policy
from acquit.disputes.queries import list_disputes
from acquit.infra.schema import sql_text
from acquit.parties.queries import list_customers_by_id
from acquit.receivables.queries import AgeingRow, get_ageing


@dataclass(frozen=True, slots=True)
class Worklist:
    """Today's list: to do, held back, and what is to be asked for by currency."""

    rows: list[WorklistRow]
    held_back: list[WorklistRow]
    to_ask_amounts: dict[str, Decimal]


def get_worklist(
    *,
    company_ids: Iterable[int],
    as_of: date,
    is_today: bool,
    collector_id: int | None = None,
    customer_ids: Iterable[int] | None = None,
) -> Worklist:
    """Rank the customers of companies who owe something overdue on a day; all of them when no ids are given."""
    ids = sorted(set(company_ids))
    ageing = get_ageing(as_of=as_of, company_ids=ids, customer_ids=customer_ids, is_today=is_today)
    overdue = [row for row in ageing if row.overdue > 0 and row.oldest_due_date is not None]
    facts = _facts(overdue, as_of)
    rows: list[WorklistRow] = []
    for company_id in ids:
        _, policy = get_worklist_policy(company_id=company_id, on_date=as_of)
        rows += plan_worklist((f for f in facts if f.company_id == company_id), policy)
    if collector_id is not None:
        mine = {
            c.id
            for c in list_customers_by_id(f.customer_id for f in facts).values()
            if c.collector_id == collector_id
        }
        rows = [row for row in rows if row.facts.customer_id in mine]
    if len(ids) > 1:
        rows.sort(key=lambda row: (-row.priority.score, -row.to_ask_amount, row.facts.customer_id))
    to_do = [row for row in rows if row.held_back is None]
    return Worklist(to_do, [row for row in rows if row.held_back is not None], sum_to_ask(to_do))


def get_payment_habits(customers: Sequence[tuple[int, int]], as_of: date) -> dict[int, PaymentHabit]:
    """Give how customers (id, days past due of the oldest item) paid in the year before a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql_text("collections", "payment_habits.sql"),
            {
                "as_of": as_of,
                "customer_ids": [customer for customer, _ in customers],
                "days_past_due": [days for _, days in customers],
            },
        )
        return {row[0]: PaymentHabit(*row[1:]) for row in cursor.fetchall()}


def _facts(overdue: Sequence[AgeingRow], as_of: date) -> list[CustomerFacts]:
    customers = list_customers_by_id(row.customer_id for row in overdue)
    late = {row.customer_id: (as_of - row.oldest_due_date).days for row in overdue if row.oldest_due_date}
    habits = get_payment_habits(list(late.items()), as_of)
    disputed = _disputed([row.customer_id for row in overdue])
    facts = []
    for row in overdue:
        customer = customers.get(row.customer_id)
        if customer is None or customer.is_technical or row.oldest_due_date is None:
            continue
        facts.append(
            CustomerFacts(
                company_id=row.company_id,
                customer_id=row.customer_id,
                number=customer.number,
                name=customer.name,
                city=customer.city,
                currency=row.currency,
                open_amount=row.open_amount,
                overdue_amount=row.overdue,
                buckets=(row.not_due, row.days_1_30, row.days_31_60, row.days_61_90, row.days_91_plus),
                oldest_due_date=row.oldest_due_date,
                days_past_due=(as_of - row.oldest_due_date).days,
                disputed_amount=disputed.get((row.customer_id, row.currency), Decimal(0)),
                cash_amount=-row.unapplied,
                is_insolvent=customer.is_insolvent,
                habit=habits.get(row.customer_id, NO_HABIT),
            )
        )
    return facts


def _disputed(customer_ids: Sequence[int]) -> dict[tuple[int, str], Decimal]:
    totals: dict[tuple[int, str], Decimal] = {}
    for case in list_disputes(customer_ids=customer_ids, is_open=True):
        key = (case.customer_id, case.currency)
        totals[key] = totals.get(key, Decimal(0)) + case.amount
    return totals
