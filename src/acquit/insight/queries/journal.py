"""The whole journal of companies, streamed: memory stays the same whether it holds a hundred entries or ten million."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, transaction

from acquit.controls.queries import list_companies
from acquit.core.money import minor_units
from acquit.formats.journals.values import JournalAccount, JournalEntry, JournalHead, JournalLine
from acquit.infra.schema import sql_text
from acquit.ledger.rules.accounts import ROLE_CLASSES, AccountRole

_FETCH_AT_ONCE = 5_000
Result = TypeVar("Result")


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything inside of one snapshot; inside a transaction it is that transaction's."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def read_journal(
    company_ids: Iterable[int],
    use: Callable[[JournalHead, Iterator[JournalEntry]], Result],
    *,
    from_date: date | None = None,
    until_date: date | None = None,
) -> Result:
    """Hand the journal of companies to `use`, entries in the order of their days; gives what `use` gives.

    Everything is of one snapshot. Entries come while `use` takes them, so nothing is kept. Both days are inside.
    """
    wanted = sorted(set(company_ids))
    with one_moment():
        head = get_journal_head(wanted)
        return use(head, stream_entries(wanted, from_date=from_date, until_date=until_date))


def get_journal_head(company_ids: Iterable[int]) -> JournalHead:
    """Give the accounts and currencies of companies, and the first day anything was posted."""
    parameters = {"company_ids": list(company_ids)}
    with connection.cursor() as cursor:
        cursor.execute(sql_text("insight", "journal_accounts.sql"), parameters)
        accounts = cursor.fetchall()
        cursor.execute(
            "SELECT DISTINCT currency FROM journal_entry WHERE company_id = ANY(%(company_ids)s)", parameters
        )
        currencies = {row[0] for row in cursor.fetchall()}
    return _head(accounts, currencies)


def stream_entries(
    company_ids: Iterable[int], *, from_date: date | None, until_date: date | None
) -> Iterator[JournalEntry]:
    """Give the entries of companies in the order of their days, read while they are taken. Both days are inside."""
    parameters: dict[str, Any] = {
        "company_ids": list(company_ids),
        "from_date": from_date,
        "until_date": until_date,
    }
    currencies = {
        company.id: company.currency for company in list_companies(company_ids=parameters["company_ids"])
    }
    # The whole is read, so the planner should not prefer an early first row.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cursor_tuple_fraction', '1', true)")
    for _, postings in groupby(stream_rows("journal.sql", parameters), key=itemgetter(0)):
        yield _entry(list(postings), currencies)


def stream_rows(file: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a statement of this room while they are taken."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql_text("insight", file), parameters)
        for part in iter(lambda: cursor.fetchmany(_FETCH_AT_ONCE), []):
            yield from part


def _head(accounts: list[tuple[Any, ...]], currencies: set[str]) -> JournalHead:
    currencies_by_company = {row[1]: (row[6], row[9]) for row in accounts}
    company_currencies = {own for own, _ in currencies_by_company.values()}
    first_dates = [row[7] for row in accounts if row[7] is not None]
    return JournalHead(
        accounts={
            account_id: JournalAccount(_root(role, account_class), company_id, company, code, name, role)
            for account_id, company_id, company, code, name, role, _, _, account_class, _ in accounts
        },
        company_currencies=tuple(sorted(company_currencies)),
        decimals={currency: minor_units(currency) for currency in {*currencies, *company_currencies}},
        first_date=min(first_dates, default=date(1970, 1, 1)),
        currencies_by_company=currencies_by_company,
    )


def _root(role: str, account_class: str) -> str:
    return (account_class or ROLE_CLASSES[AccountRole(role)].value).capitalize()


def _entry(rows: list[tuple[Any, ...]], company_currencies: Mapping[int, str]) -> JournalEntry:
    entry_id, company_id, posting_date, kind, text, number, reverses_id, currency, document_date, recorded = (
        rows[0][:10]
    )
    return JournalEntry(
        id=entry_id,
        posting_date=posting_date,
        kind=kind,
        text=text,
        document_number=number,
        reverses_id=reverses_id,
        currency=currency,
        company_currency=company_currencies[company_id],
        lines=tuple(JournalLine(*row[10:]) for row in rows),
        document_date=document_date,
        recorded_date=recorded,
    )
