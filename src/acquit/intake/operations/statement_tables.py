"""Bank statements kept as tables: rows become statements, so that one path imports them all.

Such a table seldom says its currency and often not even its account: our own accounts that are known say it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from acquit.cash.queries import list_bank_accounts
from acquit.formats.statements import Statement, StatementKind, StatementLine
from acquit.formats.tables import Table
from acquit.intake.rules.building import ReadContext
from acquit.intake.rules.own_accounts import OwnAccount, OwnAccounts
from acquit.intake.rules.rows import BankLineRow

_UNNAMED = "UNNAMED"


def add_accounts(context: ReadContext, company_id: int, table: Table) -> ReadContext:
    """Give a reading of a statement's table our own accounts, and the one that the table as a whole is of."""
    known = OwnAccounts(
        [
            OwnAccount(stored.account, stored.currency, stored.name)
            for stored in list_bank_accounts([company_id])
            if stored.account != _UNNAMED
        ]
    )
    account = known.find_of_file(context.file, [row.cells for row in table.preamble])
    return replace(context, accounts=known, account=account)


def first_days_of(rows: Sequence[BankLineRow]) -> dict[str, date]:
    """Give the first day money was booked on, by currency."""
    days: dict[str, date] = {}
    for row in rows:
        days[row.currency] = min(row.booking_date, days.get(row.currency, row.booking_date))
    return days


def statements_of_rows(rows: Sequence[BankLineRow], file_name: str) -> Iterator[Statement]:
    """Give one statement for each account and currency; a table tells no balances, so none can be checked.

    A table that names no account is one account for all files of its kind: the line's content is its identity.
    """
    by_account: dict[tuple[str, str], list[BankLineRow]] = {}
    for row in rows:
        by_account.setdefault((row.account or _UNNAMED, row.currency), []).append(row)
    for (account, currency), lines in by_account.items():
        days = [line.booking_date for line in lines]
        yield Statement(
            format="TABLE",
            kind=StatementKind.STATEMENT,
            account=account,
            currency=currency,
            statement_id=file_name,
            sequence="",
            legal_number="",
            opening=None,
            closing=None,
            opening_date=min(days),
            closing_date=max(days),
            lines=tuple(_line(row, index) for index, row in enumerate(lines)),
        )


def _line(row: BankLineRow, index: int) -> StatementLine:
    return StatementLine(
        booking_date=row.booking_date,
        value_date=row.value_date or row.booking_date,
        amount=row.amount,
        currency=row.currency,
        bank_reference=row.bank_reference or "",
        counterparty=row.counterparty_name or "",
        iban=row.counterparty_iban or "",
        text=row.remittance_text or "",
        entry_index=index,
        source_line=row.line_number,
    )
