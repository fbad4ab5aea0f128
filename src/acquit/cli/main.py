"""`acquit`: all commands, and the one place where a refusal becomes a line.

Nothing heavy is imported until a command runs, so that `acquit --help` answers at once.
"""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from acquit.cli import (
    audit,
    bench,
    cash,
    checks,
    closing,
    companies,
    contacts,
    database,
    debits,
    demo,
    erasures,
    exports,
    intakes,
    ledger,
    mandates,
    policies,
    provisions,
    receivables,
    refunds,
    remittance,
    serving,
    serving_api,
    start,
    statements,
    tokens,
    users,
    virtual_accounts,
    write_offs,
)
from acquit.core.errors import Refusal

REFUSED = 1
STOPPED = 130


class _Door(TyperGroup):
    """The group of all commands: says refusals, lets everything that was not meant come through as it is."""

    _wants_json = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Remember whether an answer is read by a program, before any command looks at its arguments."""
        self._wants_json = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            _say(refusal, as_json=self._wants_json)
            raise typer.Exit(REFUSED) from None
        except KeyboardInterrupt:
            print("Stopped. What was posted stays; run the command again to finish.", file=sys.stderr)
            raise typer.Exit(STOPPED) from None


def _say(refusal: Refusal, *, as_json: bool) -> None:
    if not as_json:
        print(f"{refusal.message} [{refusal.code}]", file=sys.stderr)
        return
    said = {"code": refusal.code, "message": refusal.message, "param": refusal.param, **_details(refusal)}
    print(json.dumps({"error": said}, indent=2, ensure_ascii=False))


def _details(refusal: Refusal) -> dict[str, object]:
    return {"details": refusal.details} if refusal.details else {}


app = typer.Typer(
    cls=_Door,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from acquit import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def acquit(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Order to cash: from the files you have to a true picture of who owes what."""


app.command()(start.start)
app.command()(checks.check)
app.command()(demo.demo)
app.command()(serving.serve)
app.command("api")(serving_api.serve_api)
app.command()(closing.close)
app.add_typer(audit.app, name="audit")
app.add_typer(bench.app, name="bench")
app.add_typer(cash.app, name="cash")
app.add_typer(exports.app, name="export")
app.add_typer(database.app, name="db")
app.add_typer(companies.app, name="company")
app.add_typer(intakes.app, name="intake")
app.add_typer(statements.app, name="statement")
app.add_typer(remittance.app, name="remittance")
app.add_typer(receivables.app, name="receivables")
app.add_typer(contacts.app, name="contact")
app.add_typer(erasures.app, name="erasure")
app.add_typer(provisions.app, name="provision")
app.add_typer(write_offs.app, name="write-off")
app.add_typer(mandates.app, name="mandate")
app.add_typer(debits.app, name="debit")
app.add_typer(virtual_accounts.app, name="virtual-account")
app.add_typer(refunds.app, name="refund")
app.add_typer(policies.app, name="policy")
app.add_typer(users.app, name="user")
app.add_typer(tokens.app, name="token")
app.add_typer(closing.app, name="period")
app.add_typer(ledger.app, name="ledger")


def run() -> None:
    """Run the command line: the console script's entry."""
    app(prog_name="acquit")
