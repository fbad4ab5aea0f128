"""`acquit erasure`: a customer's personal data erased: asked by one person, decided by another, the rest when due."""

from __future__ import annotations

from typing import Annotated

import typer

from acquit.cli.arguments import AsJson, actor_named, company_named, customer_numbered, read_day
from acquit.cli.contacts import By, Company, CustomerNumber
from acquit.cli.printing import print_json, print_rows

app = typer.Typer(help="Erase personal data of customers, as far as the law allows.", no_args_is_help=True)

Request = Annotated[int, typer.Argument(metavar="ID", help="The number of the request.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the log.")]
BusinessDate = Annotated[str, typer.Option("--date", help="The business date; today when not said.")]


@app.command()
def ask(
    company: Company, customer: CustomerNumber, reason: Reason, by: By = "", business_date: BusinessDate = ""
) -> None:
    """Ask for a customer's data to be erased; a second person decides."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.parties.operations import ask_for_erasure

    erasure_id = ask_for_erasure(
        actor=actor_named(by),
        customer_id=customer_numbered(company_named(company).id, customer),
        asked_date=read_day(business_date) if business_date else today(),
        reason=reason,
    )
    print(f"Request {erasure_id} waits for a second person: acquit erasure approve {erasure_id} --by ...")


@app.command()
def approve(
    request: Request,
    by: Annotated[str, typer.Option("--by", help="The user who approves; not the one who asked.")],
    business_date: BusinessDate = "",
) -> None:
    """Erase what has no purpose now; what the law retains is restricted until its end."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import approve_erasure

    plan = approve_erasure(
        actor=actor_named(by),
        erasure_id=request,
        on_date=read_day(business_date) if business_date else today(),
    )
    print(f"Erased: {', '.join(plan.erased_now)}.")
    if plan.retained_until is not None:
        print(f"Retained until {plan.retained_until} ({plan.source}): {', '.join(plan.retained)}.")


@app.command()
def refuse(
    request: Request,
    reason: Reason,
    by: Annotated[str, typer.Option("--by", help="The user who refuses; not the one who asked.")],
) -> None:
    """Refuse a request, with the reason that is told to who asked."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.parties.operations import refuse_erasure

    refuse_erasure(actor=actor_named(by), erasure_id=request, reason=reason)
    print(f"Request {request} is refused.")


@app.command("list")
def list_all(company: Company, as_json: AsJson = False) -> None:
    """List the requests, latest first."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.parties.queries import list_erasures

    rows = [
        (each.id, each.customer_id, each.asked_date, each.state, each.retained_until, each.reason)
        for each in list_erasures(company_named(company).id)
    ]
    heads = ("id", "customer", "asked", "state", "retained until", "reason")
    if as_json:
        texts = [
            [cell if cell is None or isinstance(cell, int) else str(cell) for cell in row] for row in rows
        ]
        keys = [head.replace(" ", "_") for head in heads]
        print_json({"erasures": [dict(zip(keys, row, strict=True)) for row in texts]})
    else:
        print_rows(heads, rows)


@app.command()
def due(company: Company, by: By = "", business_date: BusinessDate = "") -> None:
    """Erase what was retained for the law and is no longer."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import erase_retained_data

    count = erase_retained_data(
        actor=actor_named(by),
        company_id=company_named(company).id,
        business_date=read_day(business_date) if business_date else today(),
    )
    print(f"{count} customers are erased.")
