"""Taking in bank statements: every booked line once, whatever files repeat it.

A line's identity (account, bank reference, index within the entry; content where there is none) decides, under a lock
on the bank account. Intraday reports and notifications announce lines that a statement will book: they add none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb

from acquit.cash.models import BankAccount, BankLine, BankStatement
from acquit.cash.operations.openings import take_opening
from acquit.cash.rules.remittance_text import NAME_LENGTH_AT_MOST, clean_text
from acquit.cash.rules.statement_checks import CannotImportStatement, check_statement, line_date
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.calendar import month_end
from acquit.core.references import is_iban, normalise_reference
from acquit.formats.statements import Statement, line_identities
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.operations import open_booked_periods, open_periods

LINE_COLUMNS = (
    "id",
    "bank_account_id",
    "statement_id",
    "company_id",
    "line_no",
    "booking_date",
    "value_date",
    "currency",
    "identity",
    "bank_reference",
    "end_to_end_id",
    "structured_reference",
    "counterparty",
    "iban",
    "text",
    "return_code",
    "amount",
    "is_reversal",
    "transaction_code",
    "bank_code",
)


_ACCOUNT_LENGTH_AT_MOST = 100


@dataclass(slots=True)
class StatementOutcome:
    """What became of the statements of a file."""

    statements: int = 0
    lines_read: int = 0
    lines_new: int = 0
    lines_known: int = 0
    announced: int = 0
    unbalanced: list[str] = field(default_factory=list)


def import_statements(
    *,
    actor: Actor,
    company_id: int,
    statements: Iterable[Statement],
    file_id: int | None = None,
    is_confirmed: bool = False,
    business_date: date | None = None,
) -> StatementOutcome:
    """Import statements, each in its own transaction; importing one twice adds nothing.

    Refuses (`CannotImportStatement`) one whose lines do not lead from opening to closing, unless `is_confirmed`;
    then it is imported and flagged.
    """
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.CASH, company_id)
    outcome = StatementOutcome()
    for statement in statements:
        outcome.statements += 1
        outcome.lines_read += len(statement.lines)
        if not statement.is_booked:
            outcome.announced += len(statement.lines)
            continue
        if statement.balanced is False:
            _check_confirmed(statement, is_confirmed=is_confirmed)
            outcome.unbalanced.append(statement.statement_id or statement.sequence or statement.account)
        new = _import_one(actor, company_id, statement, file_id, business_date)
        outcome.lines_new += new
        outcome.lines_known += len(statement.lines) - new
    return outcome


def _check_confirmed(statement: Statement, *, is_confirmed: bool) -> None:
    if not is_confirmed:
        raise CannotImportStatement(
            f"Statement {statement.statement_id or statement.sequence} of {statement.account}:"
            f" opening {statement.opening} and its lines miss the closing {statement.closing}"
            f" by {statement.difference}."
            " Ask the bank for a complete one, or confirm it as it is.",
            param="statement",
            details={"account": statement.account, "difference": str(statement.difference)},
        )


def _import_one(
    actor: Actor, company_id: int, statement: Statement, file_id: int | None, business_date: date | None
) -> int:
    currency = statement.currency or get_company(company_id).currency
    check_statement(statement, currency)
    identities = line_identities(statement)
    with operation():
        account = _lock_account(company_id, statement, currency)
        known = set(
            BankLine.objects.filter(bank_account_id=account.id, identity__in=identities).values_list(
                "identity", flat=True
            )
        )
        fingerprint = _fingerprint(statement, identities)
        if BankStatement.objects.filter(bank_account_id=account.id, fingerprint=fingerprint).exists():
            return 0
        _open_periods_of(company_id, statement, business_date)
        plan = WritePlan()
        statement_id = next_ids("bank_statement", 1)[0]
        _add_statement(plan, company_id, account, statement_id, statement, file_id, fingerprint)
        new = _add_lines(plan, company_id, account, statement_id, statement, identities, known)
        take_opening(plan, actor, account, statement, statement_id)
        payload = {
            "account": account.account,
            "statement": clean_text(statement.statement_id, NAME_LENGTH_AT_MOST),
            "lines": new,
            "balanced": statement.balanced,
        }
        record_events(
            plan,
            [
                EventDraft(
                    company_id,
                    "cash.statement.imported",
                    "STATEMENT",
                    statement_id,
                    payload,
                    actor_id=actor.user_id,
                )
            ],
        )
        write(plan)
    return new


def _lock_account(company_id: int, statement: Statement, currency: str) -> BankAccount:
    """Give the bank account of a statement, locked: two imports of one file meet here."""
    account = normalise_reference(statement.account)[:_ACCOUNT_LENGTH_AT_MOST] or "UNNAMED"
    written = _as_written(statement.account)
    BankAccount.objects.bulk_create(
        [BankAccount(company_id=company_id, account=account, currency=currency, written=written)],
        ignore_conflicts=True,
    )
    return BankAccount.objects.select_for_update(no_key=True).get(
        company_id=company_id, account=account, currency=currency
    )


def _as_written(account: str) -> str:
    """Give an account number as people write it; an IBAN says itself, without blanks."""
    return "" if is_iban(account) else clean_text(account, _ACCOUNT_LENGTH_AT_MOST)


def _fingerprint(statement: Statement, identities: Sequence[str]) -> str:
    told = (
        statement.statement_id,
        statement.sequence,
        str(statement.opening),
        str(statement.closing),
        *identities,
    )
    return hashlib.sha256("\x1f".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def _open_periods_of(company_id: int, statement: Statement, business_date: date | None) -> None:
    days = [day for line in statement.lines for day in (line.booking_date,) if day is not None]
    days += [day for day in (statement.opening_date, statement.closing_date) if day is not None]
    if days and business_date is not None:
        open_booked_periods(company_id=company_id, days=days, business_date=business_date)
    if days:
        open_periods(company_id=company_id, first_date=min(days), last_date=month_end(max(days)))


def _add_statement(
    plan: WritePlan,
    company_id: int,
    account: BankAccount,
    statement_id: int,
    statement: Statement,
    file_id: int | None,
    fingerprint: str,
) -> None:
    columns: dict[str, Any] = {
        "id": statement_id,
        "bank_account_id": account.id,
        "file_id": file_id,
        "company_id": company_id,
        "opening_date": statement.opening_date,
        "closing_date": statement.closing_date,
        "is_balanced": statement.balanced,
        "statement_id": clean_text(statement.statement_id, NAME_LENGTH_AT_MOST),
        "sequence": clean_text(statement.sequence, NAME_LENGTH_AT_MOST),
        "currency": account.currency,
        "format": statement.format,
        "fingerprint": fingerprint,
        "warnings": Jsonb(
            [[w.code, clean_text(w.message), clean_text(w.place), w.count] for w in statement.warnings]
        ),
        "opening_amount": statement.holder_opening,
        "closing_amount": statement.holder_closing,
    }
    plan.add("bank_statement", tuple(columns), [tuple(columns.values())])


def _add_lines(
    plan: WritePlan,
    company_id: int,
    account: BankAccount,
    statement_id: int,
    statement: Statement,
    identities: Sequence[str],
    known: set[str],
) -> int:
    fresh = [
        (number, line, identity)
        for number, (line, identity) in enumerate(zip(statement.lines, identities, strict=True), 1)
        if identity not in known
    ]
    ids = next_ids("bank_line", len(fresh))
    rows = []
    for line_id, (number, line, identity) in zip(ids, fresh, strict=True):
        booking_date = line_date(statement, line, number)
        rows.append(
            (
                line_id,
                account.id,
                statement_id,
                company_id,
                number,
                booking_date,
                line.value_date or booking_date,
                account.currency,
                identity,
                clean_text(line.bank_reference, NAME_LENGTH_AT_MOST),
                clean_text(line.end_to_end_id, NAME_LENGTH_AT_MOST),
                clean_text(line.structured_reference, NAME_LENGTH_AT_MOST),
                clean_text(line.counterparty or line.ultimate_counterparty, NAME_LENGTH_AT_MOST),
                normalise_reference(line.iban or line.counterparty_account)[:NAME_LENGTH_AT_MOST],
                clean_text(line.text or line.raw),
                clean_text(line.return_code, NAME_LENGTH_AT_MOST),
                line.amount,
                line.is_reversal,
                clean_text(line.transaction_code, NAME_LENGTH_AT_MOST),
                clean_text(line.bank_code, NAME_LENGTH_AT_MOST),
            )
        )
    plan.add("bank_line", LINE_COLUMNS, rows)
    return len(rows)


def store_bank_accounts(*, actor: Actor, company_id: int, accounts: Iterable[tuple[str, str, str]]) -> None:
    """Store our own accounts (account, currency, name): what moves between them is nobody's payment."""
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.CASH, company_id)
    with operation():
        BankAccount.objects.bulk_create(
            [
                BankAccount(
                    company_id=company_id,
                    account=normalise_reference(account),
                    currency=currency,
                    name=name,
                    written=_as_written(account),
                )
                for account, currency, name in accounts
            ],
            ignore_conflicts=True,
        )
