"""`acquit provision`: the expected loss of a day, proposed by one person, approved by another, posted, reversed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from acquit.cli.arguments import AsJson, actor_named, company_named, read_day
from acquit.cli.printing import print_json, print_rows

if TYPE_CHECKING:
    from acquit.receivables.queries import ProvisionLineView, ProvisionView

app = typer.Typer(help="The expected loss of what customers owe.", no_args_is_help=True)

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
Run = Annotated[int, typer.Option("--run", help="The run's number.")]
By = Annotated[str, typer.Option("--by", help="The user who does this; the program itself when not said.")]
OnDay = Annotated[date | None, typer.Option("--date", parser=read_day, help="The day; today.")]


@app.command()
def propose(company: Company, on_day: OnDay = None, by: By = "", as_json: AsJson = False) -> None:
    """Compute the expected loss at the end of a day; nothing is booked yet."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.receivables.operations import propose_provision

    run = propose_provision(
        actor=actor_named(by), company_id=company_named(company).id, as_of=on_day or today()
    )
    _show(run.id, as_json=as_json)


@app.command()
def show(run: Run, as_json: AsJson = False) -> None:
    """Show a run: its rows, the rates they come from, its movement table."""
    from acquit.cli.session import open_house

    open_house()
    _show(run, as_json=as_json)


@app.command("list")
def list_runs(company: Company, as_json: AsJson = False) -> None:
    """List a company's runs, latest first."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.receivables.queries import list_provisions

    views = list_provisions(company_named(company).id)
    if as_json:
        print_json([_head(view) for view in views])
    else:
        rows = [(v.id, v.as_of, v.state, v.charge, v.released, v.closing, v.currency) for v in views]
        print_rows(("run", "as of", "state", "charge", "released", "allowance", ""), rows)


@app.command()
def approve(run: Run, by: Annotated[str, typer.Option("--by", help="Not who proposed it.")]) -> None:
    """Say yes to a proposed run."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.receivables.operations import approve_provision

    approve_provision(actor=actor_named(by), run_id=run)
    print(f"Provision run {run} is approved. Book it: acquit provision post --run {run}")


@app.command()
def post(run: Run, by: By = "") -> None:
    """Book an approved run on its day."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.receivables.operations import post_provision

    entry = post_provision(actor=actor_named(by), run_id=run)
    print(f"Provision run {run} is posted" + (f" as J-{entry}." if entry else "; nothing changed."))


@app.command()
def reverse(run: Run, on_day: OnDay = None, by: By = "") -> None:
    """Take a posted run back by the opposite entry."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.receivables.operations import reverse_provision

    reverse_provision(actor=actor_named(by), run_id=run, on_date=on_day or today())
    print(f"Provision run {run} is reversed.")


def _show(run_id: int, *, as_json: bool) -> None:
    from acquit.parties.queries import list_customers_by_id
    from acquit.receivables.queries import get_provision, list_provision_lines

    view, lines = get_provision(run_id), list_provision_lines(run_id)
    if as_json:
        print_json({**_head(view), "basis": dict(view.basis), "lines": [_line(line) for line in lines]})
        return
    customers = list_customers_by_id(line.customer_id for line in lines if line.customer_id is not None)
    print(f"Provision run {view.id} of {view.as_of}: {view.state}, in {view.currency}")
    heads = ("segment", "customer", "bucket", "gross", "tax", "insured", "rate %", "loss")
    print_rows(
        heads,
        [
            (
                line.segment,
                customers[line.customer_id].number if line.customer_id is not None else "",
                line.bucket,
                *(line.gross, line.tax, line.insured, line.loss_rate, line.loss),
            )
            for line in lines
        ],
    )
    for segment, rates in view.basis.get("segments", {}).items():
        print(f"{segment}: rates {', '.join(rates['loss_rates'])} from {rates['source']}")
        for roll in rates["roll_rates"]:
            print(f"  {roll['rolled']} of {roll['open']} rolled on: {roll['rate']}")
    for name, amount in view.movement.items():
        print(f"{name:<9} {amount}")


def _head(view: ProvisionView) -> dict[str, object]:
    return {
        "run": view.id,
        "as_of": str(view.as_of),
        "state": view.state,
        "currency": view.currency,
        "movement": view.movement,
        "entry": view.entry_id,
    }


def _line(line: ProvisionLineView) -> dict[str, object]:
    return {
        "segment": line.segment,
        "customer": line.customer_id,
        "bucket": line.bucket,
        "gross": str(line.gross),
        "tax": str(line.tax),
        "insured": str(line.insured),
        "loss_rate": str(line.loss_rate),
        "loss": str(line.loss),
    }
