"""The reconciliation of bank accounts as of a day, read in four set-based queries whatever there is of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from acquit.cash.rules.reconciliation import (
    AccountFact,
    EntryFact,
    LineFact,
    Reconciliation,
    StatementFact,
    reconcile_account,
)
from acquit.infra.schema import sql_text
from acquit.ledger.rules.accounts import AccountRole


@dataclass(frozen=True, slots=True)
class BankReconciliations:
    """All bank accounts asked for on a day.

    `unassigned`: entries on 1000 Bank that name no line and may be any of several accounts of their currency.
    `in_transit`: entries on 1010 Bank clearing, which no statement shows yet.
    """

    as_of: date
    accounts: tuple[Reconciliation, ...]
    unassigned: tuple[EntryFact, ...]
    in_transit: tuple[EntryFact, ...]


def reconcile_bank_accounts(
    *, company_ids: Iterable[int], as_of: date, bank_account_ids: Iterable[int] | None = None
) -> BankReconciliations:
    """Reconcile bank accounts with their statements as of a day: all of the companies, or only these."""
    companies = list(company_ids)
    at = {"company_ids": companies, "as_of": as_of}
    every = [AccountFact(*row) for row in _ask("reconcile_accounts.sql", at)]
    wanted = {each.id for each in every} if bank_account_ids is None else set(bank_account_ids)
    accounts = [each for each in every if each.id in wanted]
    of = {"bank_account_ids": [each.id for each in accounts], "as_of": as_of}
    statements: dict[int, list[StatementFact]] = defaultdict(list)
    for statement in (StatementFact(*row) for row in _ask("reconcile_statements.sql", of)):
        statements[statement.account_id].append(statement)
    lines: dict[int, list[LineFact]] = defaultdict(list)
    for line in (LineFact(*row) for row in _ask("reconcile_lines.sql", of)):
        lines[line.account_id].append(line)
    entries: dict[int | None, list[EntryFact]] = defaultdict(list)
    for entry in _list_entries(companies, as_of, AccountRole.BANK):
        entries[_find_only(every, entry)].append(entry)
    return BankReconciliations(
        as_of,
        tuple(
            reconcile_account(each, as_of, statements[each.id], lines[each.id], entries[each.id])
            for each in accounts
        ),
        tuple(entries[None]),
        tuple(_list_entries(companies, as_of, AccountRole.BANK_CLEARING)),
    )


def _list_entries(company_ids: list[int], as_of: date, role: AccountRole) -> list[EntryFact]:
    parameters = {"company_ids": company_ids, "as_of": as_of, "role": role.value}
    return [EntryFact(*row) for row in _ask("reconcile_entries.sql", parameters)]


def _find_only(accounts: Iterable[AccountFact], entry: EntryFact) -> int | None:
    """Find whose an entry without a line is: the one account of its company and currency; None of several."""
    found = [
        each.id
        for each in accounts
        if each.company_id == entry.company_id and each.currency == entry.currency
    ]
    return found[0] if len(found) == 1 else None


def _ask(file: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", file), parameters)
        return list(cursor.fetchall())
