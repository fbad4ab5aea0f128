"""What an audit file tells of a company between two days: all of one moment, the long parts streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection

from acquit.controls.queries import get_company
from acquit.core.money import ZERO
from acquit.formats.journals.saft_values import (
    AuditAccount,
    AuditCompany,
    AuditCustomer,
    AuditDocument,
    AuditFile,
    AuditLine,
    AuditPayment,
    AuditTaxCode,
)
from acquit.infra.schema import sql_text
from acquit.insight.queries.journal import get_journal_head, one_moment, stream_entries, stream_rows
from acquit.insight.queries.trial_balance import list_account_movements
from acquit.ledger.queries import get_fiscal_calendar
from acquit.ledger.rules.calendars import FiscalCalendar, fiscal_year_of, plan_year
from acquit.parties.queries import list_all_customers
from acquit.receivables.rules.items import CONTROL_ACCOUNTS, ItemKind

Result = TypeVar("Result")

_PAYMENT_KINDS = (ItemKind.PAYMENT, ItemKind.RETURNED_PAYMENT)
_DOCUMENT_FACTS = 15


def read_audit_file(
    *,
    company_id: int,
    from_date: date,
    until_date: date,
    created_date: date,
    software_version: str,
    use: Callable[[AuditFile], Result],
) -> Result:
    """Hand what a company's books say between two days (both inside) to `use`; gives what `use` gives."""
    company = get_company(company_id)
    interval: dict[str, Any] = {
        "company_id": company_id,
        "from_date": from_date,
        "until_date": until_date,
    }
    calendar = get_fiscal_calendar(company_id, until_date)
    with one_moment():
        return use(
            AuditFile(
                company=AuditCompany(company.id, company.name, company.country, company.currency),
                first_date=from_date,
                last_date=until_date,
                created_date=created_date,
                software_version=software_version,
                head=get_journal_head([company_id]),
                accounts=_accounts(company_id, from_date, until_date),
                customers=_customers(company_id, interval),
                tax_codes=_tax_codes(interval),
                period_of=lru_cache(maxsize=None)(lambda day: _period_of(calendar, day)),
                read_entries=lambda: stream_entries([company_id], from_date=from_date, until_date=until_date),
                read_documents=lambda: _documents(interval),
                read_payments=lambda: _payments(interval),
            )
        )


def _accounts(company_id: int, from_date: date, until_date: date) -> tuple[AuditAccount, ...]:
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for row in list_account_movements([company_id], from_date=from_date, until_date=until_date):
        opening, closing = sums.get(row.account_id, (ZERO, ZERO))
        sums[row.account_id] = (opening + row.company_opening, closing + row.company_closing)
    return tuple(AuditAccount(account_id, *of) for account_id, of in sums.items())


def _customers(company_id: int, interval: dict[str, Any]) -> dict[int, AuditCustomer]:
    with connection.cursor() as cursor:
        cursor.execute(
            sql_text("insight", "customer_movements.sql"),
            {**interval, "roles": [role.value for role in CONTROL_ACCOUNTS]},
        )
        moved = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    return {
        view.id: AuditCustomer(
            view.id,
            view.number,
            view.name,
            view.city,
            view.country,
            view.currency,
            *moved.get(view.id, (ZERO, ZERO)),
        )
        for view in list_all_customers(company_id)
        if view.id in moved or not view.is_technical
    }


def _tax_codes(interval: dict[str, Any]) -> tuple[AuditTaxCode, ...]:
    return tuple(AuditTaxCode(*row) for row in stream_rows("audit_tax_codes.sql", interval))


def _documents(interval: dict[str, Any]) -> Iterator[AuditDocument]:
    for _, group in groupby(stream_rows("audit_documents.sql", interval), key=itemgetter(0)):
        rows = list(group)
        lines = tuple(AuditLine(*row[_DOCUMENT_FACTS:]) for row in rows if row[_DOCUMENT_FACTS] is not None)
        yield AuditDocument._make((*rows[0][:_DOCUMENT_FACTS], lines))


def _payments(interval: dict[str, Any]) -> Iterator[AuditPayment]:
    kinds = [kind.value for kind in _PAYMENT_KINDS]
    for row in stream_rows("audit_payments.sql", {**interval, "kinds": kinds}):
        yield AuditPayment(*row)


def _period_of(calendar: FiscalCalendar, day: date) -> tuple[int, int]:
    year = fiscal_year_of(calendar, day)
    number = next(p.number for p in plan_year(calendar, year) if p.start_date <= day < p.end_date)
    return number, year
