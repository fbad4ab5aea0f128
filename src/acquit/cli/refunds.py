"""`acquit refund`: pay a credit back, asked by one person and approved by another, to an account two people know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from acquit.cli.arguments import AsJson, actor_named, company_named, customer_numbered, read_day
from acquit.cli.debits import our_account
from acquit.cli.output import check_new, write_file
from acquit.cli.printing import print_json, print_rows
from acquit.core.errors import NotFound

app = typer.Typer(help="Credits that are paid back.", no_args_is_help=True)

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
RefundId = Annotated[int, typer.Option("--refund", help="The refund's number.")]
AccountId = Annotated[int, typer.Option("--account", help="The number of the customer's verified account.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]
By = Annotated[str, typer.Option("--by", help="The user who does this; the program itself when not said.")]
OnDay = Annotated[date | None, typer.Option("--date", parser=read_day, help="The day; today.")]


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is no amount: write 1234.50") from None


@app.command("add-account")
def add_account(
    *,
    company: Company,
    customer: Annotated[str, typer.Option("--customer", help="The customer's number.")],
    iban: Annotated[str, typer.Option("--iban", help="The account.")],
    holder: Annotated[str, typer.Option("--holder", help="Whose account it is.")],
    evidence: Annotated[str, typer.Option("--evidence", help="What shows it: a call back, a bank's letter.")],
    by: By = "",
    on_day: OnDay = None,
) -> None:
    """Propose an account money may go back to; a second person confirms it."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import propose_account

    found = company_named(company)
    account = propose_account(
        actor=actor_named(by),
        customer_id=customer_numbered(found.id, customer),
        iban=iban,
        holder=holder,
        evidence=evidence,
        on_date=on_day or today(),
    )
    print(
        f"Account {account} waits for a second person: acquit refund confirm-account --account {account} --by ..."
    )


@app.command("confirm-account")
def confirm(
    account: AccountId,
    by: Annotated[str, typer.Option("--by", help="Not who proposed it.")],
    on_day: OnDay = None,
) -> None:
    """Confirm an account as the second person."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import confirm_account

    confirm_account(actor=actor_named(by), account_id=account, on_date=on_day or today())
    print(f"Account {account} is confirmed.")


@app.command("revoke-account")
def revoke(account: AccountId, by: By = "", on_day: OnDay = None) -> None:
    """Let no more money go to an account."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import revoke_account

    revoke_account(actor=actor_named(by), account_id=account, on_date=on_day or today())
    print(f"Account {account} is revoked.")


@app.command()
def request(
    *,
    company: Company,
    item: Annotated[str, typer.Option("--item", help="The number of the credit.")],
    account: AccountId,
    reason: Reason,
    amount: Annotated[
        Decimal | None, typer.Option("--amount", parser=_amount, help="All that is open when not said.")
    ] = None,
    by: By = "",
    on_day: OnDay = None,
) -> None:
    """Ask to pay a credit back."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import request_refund
    from acquit.receivables.queries import list_items

    found = company_named(company)
    items = [each for each in list_items(company_ids=[found.id], number=item) if each.open_amount < 0]
    if not items:
        raise NotFound(f"{company} has no open credit {item}.", param="item")
    made = request_refund(
        actor=actor_named(by),
        item_id=items[0].id,
        account_id=account,
        reason=reason,
        amount=amount,
        on_date=on_day or today(),
    )
    print(
        f"Refund {made.refund_id} waits for a second person: acquit refund approve --refund {made.refund_id} --by ..."
    )


@app.command()
def approve(
    refund: RefundId, by: Annotated[str, typer.Option("--by", help="Not who asked.")], on_day: OnDay = None
) -> None:
    """Approve a refund as the second person."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import approve_refund

    approve_refund(actor=actor_named(by), refund_id=refund, on_date=on_day or today())
    print(f"Refund {refund} is approved.")


@app.command()
def reject(refund: RefundId, reason: Reason, by: By = "", on_day: OnDay = None) -> None:
    """Say no to a refund that was not sent; the credit stays open."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import reject_refund

    reject_refund(actor=actor_named(by), refund_id=refund, reason=reason, on_date=on_day or today())
    print(f"Refund {refund} is rejected; the credit stays open.")


@app.command()
def send(
    *,
    company: Company,
    account: Annotated[str, typer.Option("--from", help="Our account that pays.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write; it must not exist.")],
    version: Annotated[
        str, typer.Option("--version", help="pain.001.001.09, or pain.001.001.03 for banks that ask for it.")
    ] = "pain.001.001.09",
    by: By = "",
    on_day: OnDay = None,
) -> None:
    """Order all approved refunds in one file for the bank, and book them."""
    from acquit.cli.session import now, open_house, today

    open_house()
    from acquit.cash.operations import send_refunds

    check_new(out)
    found = company_named(company)
    file = send_refunds(
        actor=actor_named(by),
        company_id=found.id,
        bank_account_id=our_account(found.id, account),
        on_date=on_day or today(),
        sent_at=now(),
        version=version,
    )
    write_file(out, file.content)
    print(f"{out}: {len(file.refund_ids)} refunds, {file.message_id} as {file.version}. Hand it to the bank.")


@app.command("file")
def file_again(
    company: Company,
    message: Annotated[str, typer.Option("--message", help="The order's name at the bank.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write; it must not exist.")],
) -> None:
    """Write the file of an order again, as it was."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.cash.queries import get_refund_file

    file = get_refund_file(company_id=company_named(company).id, message_id=message)
    write_file(out, file.content)
    print(f"{out}: {file.message_id} as {file.version}.")


@app.command()
def fail(refund: RefundId, reason: Reason, by: By = "", on_day: OnDay = None) -> None:
    """Take a sent refund back that the bank did not carry out: the credit is open again."""
    from acquit.cli.session import now, open_house, today

    open_house()
    from acquit.cash.operations import fail_refund

    fail_refund(
        actor=actor_named(by),
        refund_id=refund,
        reason=reason,
        on_date=on_day or today(),
        decided_at=now(),
    )
    print(f"Refund {refund} failed; the credit is open again.")


@app.command("list")
def list_command(company: Company, as_json: AsJson = False) -> None:
    """List a company's refunds, the oldest first."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.cash.queries import list_refunds

    rows = [
        {
            "refund": view.id,
            "state": view.state,
            "amount": format(view.amount, "f"),
            "currency": view.currency,
            "account": view.account,
            "holder": view.holder,
            "message": view.message_id,
            "reason": view.reason,
            "failure": view.failure,
        }
        for view in list_refunds(company_ids=[company_named(company).id])
    ]
    if as_json:
        print_json(rows)
    else:
        print_rows(tuple(rows[0]) if rows else ("refund",), [tuple(row.values()) for row in rows])


@app.command()
def due(company: Company, on_day: OnDay = None, as_json: AsJson = False) -> None:
    """Propose which money of nobody known goes back to its sender."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.queries import list_unclaimed

    rows = [
        {
            "receipt": one.receipt_id,
            "amount": format(one.amount, "f"),
            "currency": one.currency,
            "value_date": one.value_date.isoformat(),
            "days": one.days,
            "sender": one.counterparty,
            "has_account": one.has_account,
        }
        for one in list_unclaimed(company_named(company).id, as_of=on_day or today())
    ]
    if as_json:
        print_json(rows)
    else:
        print_rows(tuple(rows[0]) if rows else ("receipt",), [tuple(row.values()) for row in rows])
