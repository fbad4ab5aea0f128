"""`acquit ledger`: a company's chart, the trial balance on a day, rates of exchange from a file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer

from acquit.cli.arguments import AsJson, company_named, read_day
from acquit.cli.printing import print_json, print_rows

app = typer.Typer(no_args_is_help=True, help="Accounts, balances and rates.")

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
File = Annotated[Path, typer.Argument(help="The file to read.", exists=True, dir_okay=False, readable=True)]


@app.command("balance")
def balance(
    company: Company,
    day: Annotated[str, typer.Option("--date", help="The day; today when not said.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print what stands on every account at the end of a day, in document, company and group currency."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.ledger.queries import get_trial_balance

    rows = get_trial_balance(company_id=company_named(company).id, as_of=read_day(day) if day else today())
    heads = ("code", "name", "currency", "amount", "company", "group")
    cells = [
        (r.code, r.name, r.currency, *(format(v, "f") for v in (r.amount, r.company_amount, r.group_amount)))
        for r in rows
    ]
    if as_json:
        print_json([dict(zip(heads, row, strict=True)) for row in cells])
    else:
        print_rows(heads, cells)


@app.command("chart")
def chart(company: Company, file: File, as_json: AsJson = False) -> None:
    """Import a chart of accounts: a CSV file with the columns code, name, role, class (one of the last two)."""
    from acquit.cli.session import command_line, open_house
    from acquit.ledger.rules.charts import CannotImportChart, read_chart_line

    open_house()
    from acquit.ledger.operations import import_chart

    with file.open(encoding="utf-8-sig", newline="") as content:
        reader = csv.DictReader(content)
        missing = {"code", "name"} - set(reader.fieldnames or ())
        if missing:
            raise CannotImportChart(f"{file.name} has no column {', '.join(sorted(missing))}.", param="file")
        try:
            lines = [
                read_chart_line(
                    row["code"] or "", row["name"] or "", row.get("role") or "", row.get("class") or ""
                )
                for row in reader
            ]
        except (csv.Error, UnicodeDecodeError) as error:
            raise CannotImportChart(f"{file.name} cannot be read as CSV: {error}.", param="file") from None
    planned = import_chart(actor=command_line(), company_id=company_named(company).id, lines=lines)
    told = {
        "new": len(planned.new),
        "changed": len(planned.changed),
        "unmapped_roles": [role.value for role in planned.unmapped_roles],
    }
    if as_json:
        print_json(told)
        return
    print(f"{told['new']} accounts are new, {told['changed']} changed.")
    if planned.unmapped_roles:
        print(f"No account plays: {', '.join(planned.unmapped_roles)}.")


@app.command("rates")
def rates(
    company: Company,
    file: File,
    source: Annotated[str, typer.Option("--source", help="Who published them.")] = "ECB",
    as_json: AsJson = False,
) -> None:
    """Import rates of exchange as the ECB publishes them (eurofxref, CSV or XML); conflicts are refused by row."""
    from acquit.cli.session import command_line, open_house

    open_house()
    from acquit.formats.rates import open_rates
    from acquit.ledger.operations import import_rates
    from acquit.ledger.rules.rates import RateRow

    with file.open("rb") as content:
        published = open_rates(content, file.name)
        planned = import_rates(
            actor=command_line(),
            company_id=company_named(company).id,
            rows=(RateRow(*rate) for rate in published.rates),
            source=source,
        )
    refused = [(row.place, row.reason) for row in planned.refused]
    refused += [(problem.place, f"{problem.reason}: {problem.value}") for problem in published.problems]
    if as_json:
        said = [{"place": place, "reason": reason} for place, reason in refused]
        print_json({"new": len(planned.new), "known": planned.known, "refused": said})
        return
    print(f"{len(planned.new)} rates are new, {planned.known} known, {len(refused)} refused.")
    for place, reason in refused[:20]:
        print(f"  {file.name}, {place}: {reason}")
