"""Revaluation of open foreign items at a period end, and the reversal on the day after.

Handed the items by a room above; what it posts is one entry per account and currency. A second run for the same day
changes nothing when the items and rates are the same, and otherwise posts what has changed: the entries of a day always
sum to the revaluation that stands, whose items explain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import connection

from acquit.controls.queries import CompanyView, get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.calendar import add_days
from acquit.core.money import ZERO
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.operations.entries import add_entries
from acquit.ledger.operations.soft_close import closing_entries
from acquit.ledger.queries import RevaluationView, get_rate, list_rates, list_revaluations
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import reverse_postings
from acquit.ledger.rules.revaluation import (
    ForeignItem,
    RevaluationPlan,
    monetary_items,
    plan_revaluation_entry,
    plan_revaluations,
)

Standing = Mapping[tuple[AccountRole, str], RevaluationView]

REVALUATION_COLUMNS = (
    "id",
    "entry_id",
    "reversal_entry_id",
    "replaces_id",
    "run_id",
    "actor_id",
    "company_id",
    "as_of_date",
    "item_count",
    "role",
    "currency",
    "closing_rate",
    "open_amount",
    "booked_amount",
    "closing_amount",
    "unrealised_amount",
)
REVALUATION_ITEM_COLUMNS = (
    "revaluation_id",
    "item_id",
    "company_id",
    "open_amount",
    "booked_amount",
    "closing_amount",
    "unrealised_amount",
)


def revalue_items(
    *,
    actor: Actor,
    company_id: int,
    as_of: date,
    items: Iterable[ForeignItem],
    rate_type: str = "SPOT",
    run_id: int | None = None,
) -> list[RevaluationView]:
    """Revalue a company's open foreign items at the rates of a day; gives the revaluations that stand.

    Each entry is dated on the day and taken back on the next, so both days' periods must take entries. Items of
    accounts that are not monetary are left out. Refuses whole (`CannotConvert`, `NoAccount`, `PeriodNotOpen`).
    """
    actor.require(Duty.CLOSE, company_id)
    company = get_company(company_id)
    with operation(work_memory_mb=128), closing_entries(actor, [company_id]):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acquit.revaluation'), %s)", [company_id])
        plans = _plan(items, company, as_of, rate_type)
        rows = list_revaluations(company_id=company_id, as_of_date=as_of)
        standing = {(row.role, row.currency): row for row in rows}
        changed = [plan for plan in plans if not _is_same(standing.get((plan.role, plan.currency)), plan)]
        named = {(plan.role, plan.currency) for plan in plans}
        # What was revalued then and is gone now (a correction dated back) is worth nothing: valued at zero items.
        gone = [
            RevaluationPlan(row.role, row.currency, row.closing_rate)
            for key, row in standing.items()
            if key not in named and row.item_count
        ]
        changed += gone
        if changed:
            _write(actor, company, as_of, changed, standing, run_id)
    return list_revaluations(company_id=company_id, as_of_date=as_of)


def _plan(
    items: Iterable[ForeignItem], company: CompanyView, as_of: date, rate_type: str
) -> list[RevaluationPlan]:
    monetary = [item for item in monetary_items(items) if item.currency != company.currency]
    currencies = sorted({item.currency for item in monetary})
    rates = list_rates(((company.currency, currency, as_of) for currency in currencies), rate_type=rate_type)
    closing = {currency: rates[company.currency, currency, as_of] for currency in currencies}
    return plan_revaluations(monetary, closing, company.currency)


def _is_same(standing: RevaluationView | None, plan: RevaluationPlan) -> bool:
    return standing is not None and (
        standing.item_count,
        standing.open_amount,
        standing.booked_amount,
        standing.closing_amount,
    ) == (len(plan.items), plan.open_amount, plan.booked_amount, plan.closing_amount)


def _write(
    actor: Actor,
    company: CompanyView,
    as_of: date,
    plans: Sequence[RevaluationPlan],
    standing: Standing,
    run_id: int | None,
) -> None:
    group_rate = get_rate(company.currency, company.group_currency, as_of)
    plan = WritePlan()
    posted = [(item, left) for item in plans if (left := item.unrealised - _posted_before(item, standing))]
    entries = [
        plan_revaluation_entry(
            item,
            left,
            company_id=company.id,
            as_of=as_of,
            group_currency=company.group_currency,
            group_rate=group_rate,
            actor_id=actor.user_id,
            run_id=run_id,
        )
        for item, left in posted
    ]
    entry_ids = add_entries(plan, entries)
    reversals = [
        entry._replace(
            posting_date=add_days(as_of, 1),
            kind="REVALUATION_REVERSAL",
            reverses_id=entry_id,
            postings=reverse_postings(entry.postings),
        )
        for entry_id, entry in zip(entry_ids, entries, strict=True)
    ]
    reversal_ids = add_entries(plan, reversals)
    keys = [(item.role, item.currency) for item, _ in posted]
    pairs = dict(zip(keys, zip(entry_ids, reversal_ids, strict=True), strict=True))
    ids = next_ids("revaluation", len(plans))
    _add_rows(plan, actor, company.id, as_of, list(zip(ids, plans, strict=True)), pairs, standing, run_id)
    record_events(
        plan,
        [
            EventDraft(
                company.id,
                "ledger.items.revalued",
                "REVALUATION",
                revaluation_id,
                {
                    "as_of": str(as_of),
                    "account": item.role.value,
                    "currency": item.currency,
                    "items": len(item.items),
                    "unrealised": str(item.unrealised),
                },
                run_id=run_id,
                actor_id=actor.user_id,
            )
            for revaluation_id, item in zip(ids, plans, strict=True)
        ],
    )
    write(plan)


def _posted_before(plan: RevaluationPlan, standing: Standing) -> Decimal:
    before = standing.get((plan.role, plan.currency))
    return before.unrealised_amount if before is not None else ZERO


def _add_rows(
    plan: WritePlan,
    actor: Actor,
    company_id: int,
    as_of: date,
    numbered: Sequence[tuple[int, RevaluationPlan]],
    entries: Mapping[tuple[AccountRole, str], tuple[int, int]],
    standing: Standing,
    run_id: int | None,
) -> None:
    rows = []
    for revaluation_id, item in numbered:
        entry_id, reversal_id = entries.get((item.role, item.currency), (None, None))
        old = standing.get((item.role, item.currency))
        rows.append(
            (
                revaluation_id,
                entry_id,
                reversal_id,
                old.id if old is not None else None,
                run_id,
                actor.user_id,
                company_id,
                as_of,
                len(item.items),
                item.role.value,
                item.currency,
                item.closing_rate,
                item.open_amount,
                item.booked_amount,
                item.closing_amount,
                item.unrealised,
            )
        )
    plan.add("revaluation", REVALUATION_COLUMNS, rows)
    plan.add(
        "revaluation_item",
        REVALUATION_ITEM_COLUMNS,
        (
            (
                revaluation_id,
                i.item_id,
                company_id,
                i.open_amount,
                i.booked_amount,
                i.closing_amount,
                i.unrealised_amount,
            )
            for revaluation_id, item in numbered
            for i in item.items
        ),
        count=sum(len(item.items) for _, item in numbered),
    )
