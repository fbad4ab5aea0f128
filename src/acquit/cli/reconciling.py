"""`acquit cash reconcile`: ledger beside bank statement, every difference listed and dated."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import write_amount
from acquit.cli.arguments import AsJson, companies_named, read_day
from acquit.cli.printing import print_json, print_rows
from acquit.core.errors import NotFound

if TYPE_CHECKING:
    from acquit.cash.queries import BankReconciliations
    from acquit.cash.rules.reconciliation import EntryFact, Reconciliation


def reconcile(
    account: Annotated[
        list[str] | None, typer.Option("--account", help="The account as its statements name it; all.")
    ] = None,
    as_of: Annotated[
        date | None, typer.Option("--as-of", parser=read_day, metavar="DATE", help="The day; today.")
    ] = None,
    company: Annotated[
        list[str] | None, typer.Option("--company", help="The company's name, as often as you like; all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Reconcile bank accounts: ledger and statement as of a day, and what makes the difference."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.queries import list_bank_accounts, reconcile_bank_accounts
    from acquit.core.references import normalise_reference

    companies = {one.id: one.name for one in companies_named(company or [])}
    wanted = {normalise_reference(each) for each in account or []}
    known = list_bank_accounts(companies)
    for name in wanted - {each.account for each in known}:
        accounts = ", ".join(sorted({each.account for each in known})) or "none yet"
        raise NotFound(f"There is no bank account {name}. Known: {accounts}.", param="account")
    ids = [each.id for each in known if not wanted or each.account in wanted]
    found = reconcile_bank_accounts(company_ids=companies, as_of=as_of or today(), bank_account_ids=ids)
    if as_json:
        print_json(_as_json(found, companies))
    else:
        _show(found, companies)


def escalate(
    company: Annotated[
        list[str] | None, typer.Option("--company", help="The company's name, as often as you like; all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put money that has stood unapplied for longer than policy allows before whoever answers for cash; for cron."""
    from acquit.cli.session import command_line, now, open_house, today

    open_house()
    from acquit.cash.operations import escalate_unapplied

    counts = {
        one.name: escalate_unapplied(
            actor=command_line(), company_id=one.id, business_date=today(), opened_at=now()
        )
        for one in companies_named(company or [])
    }
    if as_json:
        print_json({"escalated": counts})
    else:
        print_rows(("company", "escalated"), counts.items())


def _as_json(found: BankReconciliations, companies: dict[int, str]) -> dict[str, Any]:
    return {
        "as_of": found.as_of.isoformat(),
        "accounts": [_account(each, companies) for each in found.accounts],
        "unassigned": [_entry(each, companies) for each in found.unassigned],
        "in_transit": [_entry(each, companies) for each in found.in_transit],
    }


def _account(one: Reconciliation, companies: dict[int, str]) -> dict[str, Any]:
    currency = one.account.currency
    difference = one.difference_amount
    statement = one.statement_amount
    return {
        "company": companies[one.account.company_id],
        "account": one.account.account,
        "currency": currency,
        "ledger": write_amount(one.ledger_amount, currency),
        "statement": None if statement is None else write_amount(statement, currency),
        "statement_date": one.statement_date.isoformat() if one.statement_date else None,
        "statement_number": one.statement_number,
        "difference": None if difference is None else write_amount(difference, currency),
        "unexplained": write_amount(one.unexplained_amount, currency),
        "differences": [
            {
                "reason": each.reason.value,
                "date": each.on_date.isoformat(),
                "amount": write_amount(each.amount, currency),
                "reference": each.reference,
                "text": each.text,
                "bank_line": each.line_id,
                "receipt": each.receipt_id,
                "entry": each.entry_id,
            }
            for each in one.differences
        ],
    }


def _entry(one: EntryFact, companies: dict[int, str]) -> dict[str, Any]:
    return {
        "company": companies[one.company_id],
        "entry": one.id,
        "date": one.posting_date.isoformat(),
        "kind": one.kind,
        "amount": write_amount(one.amount, one.currency),
        "currency": one.currency,
        "text": one.text,
    }


def _show(found: BankReconciliations, companies: dict[int, str]) -> None:
    if not found.accounts:
        print("No bank account yet. A statement brings its own: acquit cash ingest FILE")
    for one in found.accounts:
        told = _account(one, companies)
        print(f"{told['account']} {told['currency']}, {told['company']}, as of {found.as_of}")
        if told["statement"] is None:
            print(f"  ledger {told['ledger']}, no statement with a balance till then")
        else:
            print(
                f"  statement {told['statement_number']} of {told['statement_date']}: {told['statement']},"
                f" ledger {told['ledger']}, difference {told['difference']}"
            )
        if told["differences"]:
            rows = [
                (each["date"], each["amount"], each["reason"], each["reference"], each["text"])
                for each in told["differences"]
            ]
            print_rows(("  date", "amount", "reason", "reference", ""), [("  " + r[0], *r[1:]) for r in rows])
    for title, entries in (
        ("On 1000 Bank without a line, of no one account", found.unassigned),
        ("On 1010 Bank clearing, on no statement yet", found.in_transit),
    ):
        if entries:
            print(f"{title}:")
            print_rows(
                ("date", "amount", "", "kind", "entry"),
                [
                    (e.posting_date, write_amount(e.amount, e.currency), e.currency, e.kind, f"J-{e.id}")
                    for e in entries
                ],
            )
