"""Taking in bank statements: every booked line once, whatever files repeat it.

A line's identity (account, bank reference, index within the entry; content where there is none) decides, under a lock
on the bank account. Intraday reports and notifications announce lines that a statement will book: they add none, but
tell the details of what it books as a sum (`announcing`). A statement sent again in place of an earlier one of its
number adds what is new, and says what it holds no more: whether that money ever came is for a person to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from acquit.cash.models import BankAccount, BankLine, BankStatement
from acquit.cash.operations.announcing import add_announcement, list_telling
from acquit.cash.operations.line_intake import find_corrected, list_sums, list_vanished, take_lines
from acquit.cash.operations.openings import take_opening
from acquit.cash.operations.statement_periods import StatementPeriods
from acquit.cash.rules.remittance_text import NAME_LENGTH_AT_MOST, clean_text
from acquit.cash.rules.statement_checks import CannotImportStatement, check_statement
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.core.references import is_iban, normalise_reference
from acquit.formats.statements import Statement, line_identities
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.parties.operations import ensure_unidentified, lock_customers

_ACCOUNT_LENGTH_AT_MOST = 100


@dataclass(slots=True)
class StatementOutcome:
    """What became of the statements of a file.

    `details` are lines that took the place of a booked sum; `left` says of which sums they could not, since they were
    decided about before, `vanished` which lines of an earlier statement its correction holds no more.
    """

    statements: int = 0
    lines_read: int = 0
    lines_new: int = 0
    lines_known: int = 0
    announced: int = 0
    details: int = 0
    unbalanced: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)


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
    outcome, periods = StatementOutcome(), StatementPeriods(company_id, business_date)
    for statement in statements:
        outcome.statements += 1
        outcome.lines_read += len(statement.lines)
        if not statement.is_booked:
            outcome.announced += len(statement.lines)
            _announce_one(actor, company_id, statement, outcome)
            continue
        if statement.balanced is False:
            _check_confirmed(statement, is_confirmed=is_confirmed)
            outcome.unbalanced.append(statement.statement_id or statement.sequence or statement.account)
        _import_one(actor, company_id, statement, file_id, periods, outcome)
    booked_lines = outcome.lines_read - outcome.announced
    outcome.lines_known = booked_lines - outcome.lines_new
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
    actor: Actor,
    company_id: int,
    statement: Statement,
    file_id: int | None,
    periods: StatementPeriods,
    outcome: StatementOutcome,
) -> None:
    currency = _currency_of(company_id, statement)
    check_statement(statement, currency)
    identities = line_identities(statement)
    sums = list_sums(statement)
    is_sum_known = _is_any_known(company_id, statement, currency, [one.identity for one in sums])
    with operation():
        if is_sum_known:  # its details come now: nobody may decide about it meanwhile
            lock_customers([ensure_unidentified(company_id)])
        account = _lock_account(company_id, statement, currency)
        fingerprint = _fingerprint(statement, identities)
        if BankStatement.objects.filter(bank_account_id=account.id, fingerprint=fingerprint).exists():
            return
        periods.open_for(statement)
        plan = WritePlan()
        statement_id = next_ids("bank_statement", 1)[0]
        taken = take_lines(plan, actor, account, statement, statement_id, identities, sums)
        corrected = find_corrected(account, statement)
        vanished = [] if corrected is None else list_vanished(corrected, identities, sums, taken)
        _add_statement(
            plan, account, statement, _Stored(statement_id, file_id, fingerprint, corrected, vanished)
        )
        take_opening(plan, actor, account, statement, statement_id)
        payload = {
            "account": account.account,
            "statement": clean_text(statement.statement_id, NAME_LENGTH_AT_MOST),
            "lines": taken.new,
            "details": taken.details,
            "vanished": len(vanished),
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
    outcome.lines_new += taken.new
    outcome.details += taken.details
    outcome.left += taken.left
    outcome.vanished += vanished


def _announce_one(actor: Actor, company_id: int, statement: Statement, outcome: StatementOutcome) -> None:
    """Keep the details that a report tells, and place them where a sum was booked before.

    A report that contradicts itself is left and said, never refused: it books nothing.
    """
    if not statement.account or not list_telling(statement):
        return
    currency = _currency_of(company_id, statement)
    try:
        check_statement(statement, currency)
    except Refusal as refusal:
        outcome.left.append(refusal.message)
        return
    with operation():
        lock_customers([ensure_unidentified(company_id)])
        account = _lock_account(company_id, statement, currency)
        plan = WritePlan()
        placed = add_announcement(plan, actor, account, statement)
        write(plan)
    outcome.details += placed.details
    outcome.left += placed.left


def _is_any_known(company_id: int, statement: Statement, currency: str, identities: Sequence[str]) -> bool:
    if not identities:
        return False
    accounts = BankAccount.objects.filter(
        company_id=company_id, account=_account_key(statement), currency=currency
    )
    return BankLine.objects.filter(
        bank_account_id__in=accounts.values("id"), identity__in=identities
    ).exists()


def _currency_of(company_id: int, statement: Statement) -> str:
    """Give a statement's currency: its own, else the one its account is kept in, else the company's."""
    if statement.currency:
        return statement.currency
    kept = BankAccount.objects.filter(company_id=company_id, account=_account_key(statement))
    currencies = set(kept.values_list("currency", flat=True)[:2])
    return currencies.pop() if len(currencies) == 1 else get_company(company_id).currency


def _account_key(statement: Statement) -> str:
    behind = statement.account.rpartition("/")[2]  # MT940 may write a BIC before the IBAN
    account = behind if is_iban(behind) else statement.account
    return normalise_reference(account)[:_ACCOUNT_LENGTH_AT_MOST] or "UNNAMED"


def _lock_account(company_id: int, statement: Statement, currency: str) -> BankAccount:
    """Give the bank account of a statement, locked: two imports of one file meet here."""
    account = _account_key(statement)
    named = BankAccount.objects.select_for_update(no_key=True).filter(
        company_id=company_id, account=account, currency=currency
    )
    known = named.first()
    if known is not None:
        return known
    written = _as_written(statement.account)
    BankAccount.objects.bulk_create(
        [BankAccount(company_id=company_id, account=account, currency=currency, written=written)],
        ignore_conflicts=True,
    )
    return named.get()


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


class _Stored(NamedTuple):
    """What is stored of a statement besides what it says itself."""

    id: int
    file_id: int | None
    fingerprint: str
    corrected: BankStatement | None
    vanished: Sequence[str]


def _add_statement(plan: WritePlan, account: BankAccount, statement: Statement, stored: _Stored) -> None:
    warnings = [[w.code, clean_text(w.message), clean_text(w.place), w.count] for w in statement.warnings]
    if stored.vanished:
        message = f"Lines of the statement this one corrects are in it no more: {stored.vanished[0]}."
        warnings.append(["LINES_VANISHED", clean_text(message), "", len(stored.vanished)])
    columns: dict[str, Any] = {
        "id": stored.id,
        "bank_account_id": account.id,
        "file_id": stored.file_id,
        "corrects_id": None if stored.corrected is None else stored.corrected.id,
        "company_id": account.company_id,
        "opening_date": statement.opening_date,
        "closing_date": statement.closing_date,
        "is_balanced": statement.balanced,
        "statement_id": clean_text(statement.statement_id, NAME_LENGTH_AT_MOST),
        "sequence": clean_text(statement.sequence, NAME_LENGTH_AT_MOST),
        "currency": account.currency,
        "format": statement.format,
        "fingerprint": stored.fingerprint,
        "page": clean_text(statement.page, NAME_LENGTH_AT_MOST),
        "warnings": Jsonb(warnings),
        "opening_amount": statement.holder_opening,
        "closing_amount": statement.holder_closing,
    }
    plan.add("bank_statement", tuple(columns), [tuple(columns.values())])


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
