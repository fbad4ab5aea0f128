"""`acquit virtual-account`: account numbers of ours given to one customer each, so that who pays there is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from acquit.cli.arguments import AsJson, actor_named, company_named, customer_numbered
from acquit.cli.printing import print_json, print_rows
from acquit.core.errors import NotFound

app = typer.Typer(help="Accounts given to one customer each.", no_args_is_help=True)

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
By = Annotated[str, typer.Option("--by", help="The user who does this; the program itself when not said.")]


@app.command()
def give(
    company: Company,
    account: Annotated[str, typer.Option("--account", help="The account, as payers write it.")],
    customer: Annotated[str, typer.Option("--customer", help="The customer's number.")],
    by: By = "",
) -> None:
    """Give an account to a customer, or to another one than before."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.cash.operations import store_virtual_accounts

    found = company_named(company)
    owner = customer_numbered(found.id, customer)
    changed = store_virtual_accounts(actor=actor_named(by), company_id=found.id, accounts={account: owner})
    print(f"{account} is customer {customer}'s{'' if changed else ' already'}.")


@app.command("import")
def import_file(
    *,
    company: Company,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A table (CSV, XLSX) with the columns customer, account.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and store nothing.")
    ] = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Store a list of accounts, all of it or, where a row cannot be taken, none."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.intake.operations import import_virtual_accounts, read_virtual_accounts

    found, actor = company_named(company), actor_named(by)
    try:
        with file.open("rb") as content:
            if dry_run:
                read = read_virtual_accounts(company_id=found.id, content=content, name=file.name)
            else:
                read = import_virtual_accounts(
                    actor=actor, company_id=found.id, content=content, name=file.name
                )
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}.", param="file") from error
    if as_json:
        print_json(
            {"stored": not dry_run, "new": sorted(read.new), "moved": sorted(read.moved), "known": read.known}
        )
        return
    said = f"{len(read.new)} new, {len(read.moved)} of another customer than before, {read.known} known"
    print(f"{said}; nothing was stored." if dry_run else f"{said}.")


@app.command("list")
def list_command(company: Company, as_json: AsJson = False) -> None:
    """List a company's accounts with their customers."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.cash.queries import list_virtual_accounts
    from acquit.parties.queries import list_customer_numbers

    found = company_named(company)
    numbers = list_customer_numbers([found.id])
    rows = [
        {"account": each.account, "customer": numbers.get(each.customer_id, "")}
        for each in list_virtual_accounts(found.id)
    ]
    if as_json:
        print_json(rows)
    else:
        print_rows(("account", "customer"), [tuple(row.values()) for row in rows])
