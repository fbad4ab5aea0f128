"""`acquit company`: which legal entities there are."""

from __future__ import annotations

import typer

from acquit.cli.arguments import AsJson
from acquit.cli.printing import print_json, print_rows

app = typer.Typer(help="Look at the companies whose books are kept here.", no_args_is_help=True)


@app.callback()
def company() -> None:
    """Look at the companies whose books are kept here."""


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the companies with the currency of their books."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.controls.queries import list_companies

    found = list_companies()
    if as_json:
        print_json(
            {
                "companies": [
                    {
                        "name": one.name,
                        "currency": one.currency,
                        "group_currency": one.group_currency,
                        "country": one.country,
                    }
                    for one in found
                ]
            }
        )
    elif found:
        rows = ((one.name, one.currency, one.group_currency, one.country) for one in found)
        print_rows(("company", "currency", "group", "country"), rows)
    else:
        print("No company yet. Make one from your files: acquit start FILE... --company NAME --currency CUR")
