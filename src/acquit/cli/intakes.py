"""`acquit intake`: what was handed over, and what came of it."""

from __future__ import annotations

from typing import Annotated

import typer

from acquit.cli.arguments import AsJson
from acquit.cli.printing import print_json, print_rows

app = typer.Typer(help="Look at what was handed over, and what came of it.", no_args_is_help=True)


@app.callback()
def intake() -> None:
    """Look at what was handed over, and what came of it."""


@app.command("list")
def list_all(
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many, latest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the latest hand-overs of files."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.controls.queries import list_companies
    from acquit.intake.queries import list_files, list_intakes

    companies = {one.id: one.name for one in list_companies()}
    found = [(one, list_files(one.id)) for one in list_intakes(limit=limit)]
    if as_json:
        answer = [
            {
                "id": one.id,
                "company": companies[one.company_id],
                "business_date": one.business_date.isoformat(),
                "received_at": one.recorded_at.isoformat(),
                "state": one.state,
                "files": [
                    {
                        "name": file.name,
                        "kind": file.kind,
                        "state": file.state,
                        "rows_read": file.rows_read,
                        "rows_refused": file.rows_refused,
                    }
                    for file in files
                ],
            }
            for one, files in found
        ]
        print_json({"intakes": answer})
    elif found:
        rows = (
            (
                one.id,
                companies[one.company_id],
                f"{one.recorded_at:%Y-%m-%d %H:%M}",
                one.state.lower(),
                len(files),
                sum(file.rows_read for file in files),
                sum(file.rows_refused for file in files),
            )
            for one, files in found
        )
        print_rows(("id", "company", "received (UTC)", "state", "files", "rows", "refused"), rows)
    else:
        print("Nothing was handed over yet. Begin with: acquit start FILE... --company NAME --currency CUR")
