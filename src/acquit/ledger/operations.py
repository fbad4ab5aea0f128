"""Writes of the books: charts, periods, entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db import connection

from acquit.core.calendar import add_months
from acquit.core.errors import Refusal
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.models import FxRate, LedgerAccount, Period
from acquit.ledger.queries import list_account_ids
from acquit.ledger.rules.accounts import STANDARD_CHART, ChartLine
from acquit.ledger.rules.entries import EntryDraft

ENTRY_COLUMNS = (
    "id",
    "document_id",
    "clearing_id",
    "bank_line_id",
    "reverses_id",
    "run_id",
    "actor_id",
    "company_id",
    "posting_date",
    "kind",
    "currency",
    "text",
)
POSTING_COLUMNS = (
    "entry_id",
    "item_id",
    "account_id",
    "company_id",
    "posting_date",
    "line_no",
    "currency",
    "amount",
    "company_amount",
    "group_amount",
)


class NoAccount(Refusal):
    """The company's chart has no account for a role an entry names; nothing was written."""

    code = "NO_ACCOUNT"


def open_books(*, company_id: int, chart: Sequence[ChartLine] = STANDARD_CHART) -> None:
    """Give a company its chart of accounts; accounts it has already stay as they are."""
    with operation():
        LedgerAccount.objects.bulk_create(
            [
                LedgerAccount(company_id=company_id, code=line.code, name=line.name, role=line.role)
                for line in chart
            ],
            ignore_conflicts=True,
        )


def open_periods(*, company_id: int, first_date: date, last_date: date) -> None:
    """Open the calendar months from the first date's to the last date's that no period covers yet."""
    with operation():
        if not _missing_months(company_id, first_date, last_date):
            return
        with connection.cursor() as cursor:  # the lock of `ledger_check_overlap`, taken before any row
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acquit.period'), %s)", [company_id])
        missing = _missing_months(company_id, first_date, last_date)
        Period.objects.bulk_create(
            [Period(company_id=company_id, start_date=a, end_date=b, status="OPEN") for a, b in missing]
        )
        plan = WritePlan()
        record_events(
            plan,
            [
                EventDraft(
                    company_id,
                    "ledger.period.opened",
                    "COMPANY",
                    company_id,
                    {"from": str(a), "until": str(b)},
                )
                for a, b in missing
            ],
        )
        write(plan)


def _missing_months(company_id: int, first_date: date, last_date: date) -> list[tuple[date, date]]:
    known = list(Period.objects.filter(company_id=company_id).values_list("start_date", "end_date"))
    missing = []
    month = first_date.replace(day=1)
    while month <= last_date:
        following = add_months(month, 1)
        if not any(start < following and end > month for start, end in known):
            missing.append((month, following))
        month = following
    return missing


def add_entries(plan: WritePlan, entries: Sequence[EntryDraft]) -> list[int]:
    """Add entries and their postings to a plan; gives the entries' ids in order."""
    ids = next_ids("journal_entry", len(entries))
    accounts = _accounts_of(entries)
    plan.add(
        "journal_entry",
        ENTRY_COLUMNS,
        (
            (
                entry_id,
                entry.document_id,
                entry.clearing_id,
                entry.bank_line_id,
                entry.reverses_id,
                entry.run_id,
                entry.actor_id,
                entry.company_id,
                entry.posting_date,
                entry.kind,
                entry.currency,
                entry.text,
            )
            for entry_id, entry in zip(ids, entries, strict=True)
        ),
        count=len(entries),
    )
    plan.add(
        "posting",
        POSTING_COLUMNS,
        (
            (
                entry_id,
                posting.item_id,
                accounts[entry.company_id][posting.role],
                entry.company_id,
                entry.posting_date,
                line_no,
                entry.currency,
                posting.amount,
                posting.company_amount,
                posting.group_amount,
            )
            for entry_id, entry in zip(ids, entries, strict=True)
            for line_no, posting in enumerate(entry.postings, 1)
        ),
        count=sum(len(entry.postings) for entry in entries),
    )
    return ids


def _accounts_of(entries: Sequence[EntryDraft]) -> dict[int, dict[str, int]]:
    accounts = {company: list_account_ids(company) for company in {entry.company_id for entry in entries}}
    for company_id, role in {(e.company_id, p.role) for e in entries for p in e.postings}:
        if role not in accounts[company_id]:
            raise NoAccount(
                f"The chart of company {company_id} has no account for {role}. Open its books first.",
                details={"company_id": company_id, "role": role.value},
            )
    return accounts


def record_rates(
    *, rates: Iterable[tuple[date, str, str, Decimal]], source: str, rate_type: str = "SPOT"
) -> int:
    """Record rates (date, base, currency, units of currency for one base); known ones stay. Gives how many came."""
    drafts = [
        FxRate(rate_date=day, rate_type=rate_type, base=base, currency=currency, rate=rate, source=source)
        for day, base, currency, rate in rates
    ]
    with operation():
        before = FxRate.objects.count()
        FxRate.objects.bulk_create(drafts, ignore_conflicts=True, batch_size=5000)
        return FxRate.objects.count() - before
