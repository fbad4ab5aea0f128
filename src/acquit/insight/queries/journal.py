"""The whole journal of companies, streamed: memory stays the same whether it holds a hundred entries or ten million."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, transaction

from acquit.core.money import minor_units
from acquit.formats.journals.values import JournalAccount, JournalEntry, JournalHead, JournalLine
from acquit.infra.schema import sql_text
from acquit.ledger.rules.accounts import ROLE_CLASSES, AccountRole

_FETCH_AT_ONCE = 5_000
Result = TypeVar("Result")


def read_journal(
    company_ids: Iterable[int], use: Callable[[JournalHead, Iterator[JournalEntry]], Result]
) -> Result:
    """Hand the journal of companies to `use`, entries in the order of their days; gives what `use` gives.

    Everything is of one snapshot. Entries come while `use` takes them, so nothing is kept.
    """
    parameters = {"company_ids": sorted(set(company_ids))}
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # The whole is read, so the planner should not prefer an early first row.
        cursor.execute("SELECT set_config('cursor_tuple_fraction', '1', true)")
        cursor.execute(sql_text("insight", "journal_accounts.sql"), parameters)
        accounts = cursor.fetchall()
        cursor.execute(
            "SELECT DISTINCT currency FROM journal_entry WHERE company_id = ANY(%(company_ids)s)", parameters
        )
        currencies = {row[0] for row in cursor.fetchall()}
        head, company_currencies = _head(accounts, currencies)
        return use(head, _stream(parameters, company_currencies))


def _head(accounts: list[tuple[Any, ...]], currencies: set[str]) -> tuple[JournalHead, Mapping[int, str]]:
    company_currencies = {row[1]: row[6] for row in accounts}
    first_dates = [row[7] for row in accounts if row[7] is not None]
    named = {*currencies, *company_currencies.values()}
    head = JournalHead(
        accounts={
            account_id: JournalAccount(_root(role, account_class), company_id, company, code, name)
            for account_id, company_id, company, code, name, role, _, _, account_class in accounts
        },
        company_currencies=tuple(sorted(set(company_currencies.values()))),
        decimals={currency: minor_units(currency) for currency in named},
        first_date=min(first_dates, default=date(1970, 1, 1)),
    )
    return head, company_currencies


def _root(role: str, account_class: str) -> str:
    return (account_class or ROLE_CLASSES[AccountRole(role)].value).capitalize()


def _stream(parameters: Mapping[str, Any], company_currencies: Mapping[int, str]) -> Iterator[JournalEntry]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql_text("insight", "journal.sql"), parameters)
        rows = (row for part in iter(lambda: cursor.fetchmany(_FETCH_AT_ONCE), []) for row in part)
        for _, postings in groupby(rows, key=itemgetter(0)):
            yield _entry(list(postings), company_currencies)


def _entry(rows: list[tuple[Any, ...]], company_currencies: Mapping[int, str]) -> JournalEntry:
    entry_id, company_id, posting_date, kind, text, number, reverses_id, currency = rows[0][:8]
    return JournalEntry(
        id=entry_id,
        posting_date=posting_date,
        kind=kind,
        text=text,
        document_number=number,
        reverses_id=reverses_id,
        currency=currency,
        company_currency=company_currencies[company_id],
        lines=tuple(JournalLine(*row[8:]) for row in rows),
    )
