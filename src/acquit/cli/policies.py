"""`acquit policy`: the thresholds and rates a company decides by; one person makes a version, another says yes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from acquit.cli.arguments import actor_named, company_named, read_day
from acquit.cli.printing import print_json
from acquit.core.errors import Refusal

app = typer.Typer(help="What a company decides by.", no_args_is_help=True)

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
Kind = Annotated[
    str, typer.Option("--kind", help="MATCHING, WORKLIST, LEDGER, WRITE_OFF, PROVISION or UNAPPLIED.")
]


class CannotReadFile(Refusal):
    """The file is not there or holds no JSON object; nothing was stored."""

    code = "CANNOT_READ_FILE"


@app.command()
def show(
    company: Company,
    kind: Kind,
    on_day: Annotated[date | None, typer.Option("--date", parser=read_day, help="The day; today.")] = None,
) -> None:
    """Show the policy in force on a day; version 0 is what Acquit ships."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.controls.queries import get_policy

    found = get_policy(kind.upper(), company_id=company_named(company).id, on_date=on_day or today())
    body = json.loads(json.dumps(asdict(found.policy), default=_as_text))
    print_json({"kind": kind.upper(), "version": found.version, "body": body})


@app.command()
def store(
    company: Company,
    kind: Kind,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The policy as a JSON object.")],
    valid_from: Annotated[date, typer.Option("--from", parser=read_day, help="The first day it holds.")],
    by: Annotated[str, typer.Option("--by", help="The user who made it.")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="The user who approved it; another one.")],
) -> None:
    """Store the next version of a policy."""
    from acquit.cli.session import open_house

    try:
        body = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CannotReadFile(f"{file} cannot be read as JSON: {error}.", param="file") from error
    if not isinstance(body, dict):
        raise CannotReadFile(f"{file} holds no JSON object.", param="file")
    open_house()
    from acquit.controls.operations import store_policy

    version = store_policy(
        actor=actor_named(by),
        approver=actor_named(approved_by),
        company_id=company_named(company).id,
        kind=kind.upper(),
        body=body,
        valid_from=valid_from,
    )
    print(f"Policy version {version} holds from {valid_from} on.")


def _as_text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{value!r} is no part of a policy")
