"""The balance a bank account had before the first line we know, in whatever order its statements come in.

The opening of the earliest statement is the one entry that takes the balance over. When an earlier statement comes
later, its opening replaces the one before: that is reversed on its own day, so the account is right on every day.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from acquit.cash.models import BankAccount, BankStatement
from acquit.cash.rules.statement_checks import list_days
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor
from acquit.formats.statements import Statement
from acquit.infra.bulk import WritePlan
from acquit.ledger.operations import add_entries
from acquit.ledger.queries import get_currencies, list_entry_drafts
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import EntryDraft, Line, convert_lines, reverse_entry


def take_opening(
    plan: WritePlan, actor: Actor, account: BankAccount, statement: Statement, statement_id: int
) -> None:
    """Take over the opening balance of a statement that is the earliest known of its account, which is locked."""
    days = list_days(statement)
    if not days or statement.holder_opening is None:
        return
    first = min(days)
    if account.opening_statement_id is not None and not _precedes(statement, first, account):
        return
    entries = []
    if account.opening_entry_id is not None:
        entries.append(_reversal(actor, account.opening_entry_id))
    if statement.holder_opening:
        entries.append(_opening(actor, account, statement.holder_opening, first))
    ids = add_entries(plan, entries)
    account.opening_date = first
    account.opening_statement_id = statement_id
    account.opening_entry_id = ids[-1] if statement.holder_opening else None
    account.save(update_fields=["opening_date", "opening_statement_id", "opening_entry_id"])


def _precedes(statement: Statement, first: date, account: BankAccount) -> bool:
    """Tell whether a statement comes before the one whose opening is taken.

    By their own days where those lie apart; where they touch or overlap, by the balance one hands to the other, and
    last by the day each closes on. A bank may book a line, and even date an opening, before the statement it follows.
    """
    known = BankStatement.objects.get(id=account.opening_statement_id or 0)
    opens, closes = _days_of(statement.opening_date, statement.closing_date, first)
    known_opens, known_closes = _days_of(
        known.opening_date, known.closing_date, account.opening_date or first
    )
    if closes < known_opens or known_closes < opens:
        return closes < known_opens
    leads_to_it: bool = statement.holder_closing == known.opening_amount
    follows_it: bool = known.closing_amount == statement.holder_opening
    if leads_to_it != follows_it:
        return leads_to_it
    return (closes, opens) < (known_closes, known_opens)


def _days_of(opening_date: date | None, closing_date: date | None, first: date) -> tuple[date, date]:
    """Give the days a statement opens and closes on, one for the other where it names one, else its first line's."""
    return opening_date or closing_date or first, closing_date or opening_date or first


def _opening(actor: Actor, account: BankAccount, amount: Decimal, first: date) -> EntryDraft:
    company = get_company(account.company_id)
    currencies = get_currencies(
        document=account.currency, company=company.currency, group=company.group_currency, on_date=first
    )
    lines = (Line(AccountRole.BANK, amount), Line(AccountRole.TAKEOVER, -amount))
    return EntryDraft(
        company.id,
        first,
        "BANK_OPENING",
        account.currency,
        convert_lines(lines, currencies),
        actor_id=actor.user_id,
        text=account.account,
    )


def _reversal(actor: Actor, entry_id: int) -> EntryDraft:
    entry = list_entry_drafts([entry_id])[entry_id]
    return reverse_entry(entry_id, entry, posting_date=entry.posting_date, actor_id=actor.user_id)
