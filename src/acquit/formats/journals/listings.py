"""The trial balance and the journal as plain tables: which columns, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from acquit.core.money import minor_units
from acquit.formats.journals.sheets import Cell, Column
from acquit.formats.journals.values import JournalAccount, JournalEntry, JournalHead

TRIAL_BALANCE_COLUMNS = (
    Column("company", 24),
    Column("account", 10),
    Column("name", 32),
    Column("class", 12),
    Column("role", 24),
    Column("currency", 9),
    Column("opening"),
    Column("debit"),
    Column("credit"),
    Column("closing"),
    Column("company_currency", 9),
    Column("opening_in_company_currency"),
    Column("debit_in_company_currency"),
    Column("credit_in_company_currency"),
    Column("closing_in_company_currency"),
    Column("group_currency", 9),
    Column("opening_in_group_currency"),
    Column("debit_in_group_currency"),
    Column("credit_in_group_currency"),
    Column("closing_in_group_currency"),
)
JOURNAL_COLUMNS = (
    Column("company", 24),
    Column("entry", 10),
    Column("line", 6),
    Column("posting_date", 12),
    Column("document_date", 12),
    Column("kind", 18),
    Column("document", 18),
    Column("text", 40),
    Column("reverses", 10),
    Column("account", 10),
    Column("account_name", 32),
    Column("customer", 14),
    Column("item", 18),
    Column("due_date", 12),
    Column("currency", 9),
    Column("amount"),
    Column("company_currency", 9),
    Column("company_amount"),
    Column("group_currency", 9),
    Column("group_amount"),
)


@dataclass(frozen=True, slots=True)
class AccountMovement:
    """What stood on an account in one document currency before an interval, and what was posted in it.

    Debits and credits are zero or more; the `company_` and `group_` ones are the same in these currencies.
    """

    account_id: int
    currency: str
    opening: Decimal
    debit: Decimal
    credit: Decimal
    company_opening: Decimal
    company_debit: Decimal
    company_credit: Decimal
    group_opening: Decimal
    group_debit: Decimal
    group_credit: Decimal

    @property
    def closing(self) -> Decimal:
        """Give what stands on it at the end, in document currency."""
        return self.opening + self.debit - self.credit

    @property
    def company_closing(self) -> Decimal:
        """Give what stands on it at the end, in company currency."""
        return self.company_opening + self.company_debit - self.company_credit

    @property
    def group_closing(self) -> Decimal:
        """Give what stands on it at the end, in group currency."""
        return self.group_opening + self.group_debit - self.group_credit


def trial_balance_rows(head: JournalHead, movements: Iterable[AccountMovement]) -> Iterator[tuple[Cell, ...]]:
    """Give the rows of a trial balance, one an account and document currency."""
    for m in movements:
        account = head.accounts[m.account_id]
        own, group = head.currencies_by_company[account.company_id]
        yield (
            *_account_cells(account),
            *_amount_cells(m.currency, m.opening, m.debit, m.credit, m.closing),
            *_amount_cells(own, m.company_opening, m.company_debit, m.company_credit, m.company_closing),
            *_amount_cells(group, m.group_opening, m.group_debit, m.group_credit, m.group_closing),
        )


def _amount_cells(currency: str, *amounts: Decimal) -> tuple[Cell, ...]:
    return (currency, *(_exact(amount, currency) for amount in amounts))


def _account_cells(account: JournalAccount) -> tuple[str, ...]:
    return (account.company, account.code, account.name, account.root.upper(), account.role)


def journal_rows(
    head: JournalHead, entries: Iterable[JournalEntry], customer_numbers: Mapping[int, str]
) -> Iterator[tuple[Cell, ...]]:
    """Give the rows of a journal, one a posting; debits are positive."""
    for entry in entries:
        for number, line in enumerate(entry.lines, 1):
            account = head.accounts[line.account_id]
            _, group = head.currencies_by_company[account.company_id]
            yield (
                account.company,
                entry.id,
                number,
                entry.posting_date,
                entry.document_date,
                entry.kind,
                entry.document_number,
                entry.text,
                entry.reverses_id,
                account.code,
                account.name,
                customer_numbers.get(line.customer_id, "") if line.customer_id is not None else "",
                line.item_number,
                line.due_date,
                *_amount_cells(entry.currency, line.amount),
                *_amount_cells(entry.company_currency, line.value),
                *_amount_cells(group, line.group_value),
            )


def _exact(amount: Decimal, currency: str) -> Decimal:
    """Give an amount with its currency's decimals, or with all it has when it is finer."""
    exponent = amount.normalize().as_tuple().exponent
    places = max(minor_units(currency), -exponent if isinstance(exponent, int) else 0)
    return amount.quantize(Decimal(1).scaleb(-places))
