"""`acquit debit`: collect what is due, by two people, as a file for the bank, and take what comes back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.arguments import AsJson, actor_named, company_named, read_day
from acquit.cli.output import check_new, write_file
from acquit.cli.printing import print_json, print_rows
from acquit.core.errors import NotFound

if TYPE_CHECKING:
    from acquit.cash.operations import ReturnOutcome, RunOutcome

app = typer.Typer(help="Direct debits.", no_args_is_help=True)

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
RunId = Annotated[int, typer.Option("--run", help="The run's number.")]
By = Annotated[str, typer.Option("--by", help="The user who does this; the program itself when not said.")]
OnDay = Annotated[date | None, typer.Option("--date", parser=read_day, help="The day; today.")]


@app.command()
def propose(
    *,
    company: Company,
    account: Annotated[str, typer.Option("--account", help="Our account that is credited.")],
    collection_day: Annotated[
        date, typer.Option("--collect", parser=read_day, help="The day of the collection.")
    ],
    version: Annotated[
        str, typer.Option("--version", help="pain.008.001.08, or pain.008.001.02 for banks that ask for it.")
    ] = "pain.008.001.08",
    on_day: OnDay = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Propose to collect everything due by a day under active mandates."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import propose_debit_run

    found = company_named(company)
    outcome = propose_debit_run(
        actor=actor_named(by),
        company_id=found.id,
        bank_account_id=our_account(found.id, account),
        collection_date=collection_day,
        business_date=on_day or today(),
        version=version,
    )
    _say(outcome, as_json=as_json)


@app.command()
def approve(
    run: RunId,
    by: Annotated[str, typer.Option("--by", help="Not who proposed it.")],
    on_day: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """Approve a run as the second person; the debtors are told."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import approve_debit_run

    outcome = approve_debit_run(actor=actor_named(by), run_id=run, business_date=on_day or today())
    _say(outcome, as_json=as_json)


@app.command()
def write(
    run: RunId,
    out: Annotated[Path, typer.Option("--out", help="The file to write; it must not exist.")],
    by: By = "",
    on_day: OnDay = None,
) -> None:
    """Write an approved run as pain.008; a run written before gives the same file again."""
    from acquit.cli.session import now, open_house, today

    open_house()
    from acquit.cash.operations import write_debit_run

    check_new(out)
    file = write_debit_run(
        actor=actor_named(by), run_id=run, business_date=on_day or today(), written_at=now()
    )
    write_file(out, file.content)
    print(f"{out}: {file.message_id} as {file.version}. Hand it to the bank.")


@app.command()
def cancel(
    run: RunId,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Collect nothing of a run that was not written."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.cash.operations import cancel_debit_run

    _say(cancel_debit_run(actor=actor_named(by), run_id=run, reason=reason), as_json=as_json)


@app.command()
def returns(company: Company, by: By = "", on_day: OnDay = None, as_json: AsJson = False) -> None:
    """Settle the returned debits that wait, also where only the amount speaks for it.

    Those that name what they take back are settled when their statement is matched.
    """
    from acquit.cli.session import now, open_house, today

    open_house()
    from acquit.cash.operations import process_debit_returns

    outcomes = process_debit_returns(
        actor=actor_named(by),
        company_id=company_named(company).id,
        business_date=on_day or today(),
        decided_at=now(),
    )
    _say_returns(outcomes, as_json=as_json)


@app.command()
def report(
    company: Company,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A bank's report about an order: pain.002.")],
    by: By = "",
    on_day: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """Take what a bank says of an order of ours, debits or refunds, before it carries it out."""
    from acquit.cli.session import now, open_house, today
    from acquit.formats.pain import read_status_report

    try:
        with file.open("rb") as content:
            read = read_status_report(content, file.name)
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}.", param="file") from error
    open_house()
    from acquit.cash.operations import record_status_report

    outcomes = record_status_report(
        actor=actor_named(by),
        company_id=company_named(company).id,
        report=read,
        business_date=on_day or today(),
        decided_at=now(),
    )
    _say_returns(outcomes, as_json=as_json)


@app.command()
def done(
    company: Company,
    debit: Annotated[str, typer.Option("--debit", help="The end-to-end id of the debit that came back.")],
    note: Annotated[str, typer.Option("--note", help="What was done about it.")],
    by: By = "",
) -> None:
    """Say that nothing is left to do about a debit that came back."""
    from acquit.cli.session import now, open_house

    open_house()
    from acquit.cash.operations import settle_debit_work

    settle_debit_work(
        actor=actor_named(by),
        company_id=company_named(company).id,
        end_to_end_id=debit,
        note=note,
        closed_at=now(),
    )
    print(f"{debit} waits for nobody any more.")


@app.command()
def show(run: RunId, as_json: AsJson = False) -> None:
    """Show a run with each of its collections."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.cash.queries import get_debit_run

    view = get_debit_run(run)
    rows = [
        {
            "item": one.number,
            "state": one.state,
            "sequence": one.sequence,
            "amount": format(one.amount, "f"),
            "currency": one.currency,
            "end_to_end_id": one.end_to_end_id,
            "notified": _day(one.notified_date),
            "refundable_until": _day(one.refundable_until),
            "return_code": one.return_code,
            "action": one.action,
            "fee": format(one.fee, "f"),
            "charged": format(one.charged, "f"),
            "retry_date": _day(one.retry_date),
        }
        for one in view.collections
    ]
    if as_json:
        print_json(
            {
                "run": view.id,
                "state": view.state,
                "message": view.message_id,
                "collection_date": _day(view.collection_date),
                "submit_by": _day(view.submit_by),
                "collections": rows,
            }
        )
        return
    print(f"Run {view.id} ({view.message_id}) is {view.state}: collected on {view.collection_date}.")
    print_rows(tuple(rows[0]), [tuple(row.values()) for row in rows])


@app.command("list")
def list_command(company: Company, as_json: AsJson = False) -> None:
    """List a company's runs, latest first."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.cash.queries import list_debit_runs

    rows = [
        {
            "run": view.id,
            "state": view.state,
            "collection_date": _day(view.collection_date),
            "submit_by": _day(view.submit_by),
            "collections": len(view.collections),
            "message": view.message_id,
        }
        for view in list_debit_runs(company_named(company).id)
    ]
    if as_json:
        print_json(rows)
    else:
        print_rows(tuple(rows[0]) if rows else ("run",), [tuple(row.values()) for row in rows])


@app.command()
def revocable(company: Company, on_day: OnDay = None, as_json: AsJson = False) -> None:
    """Show collected cash that debtors can still call back without a reason."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.queries import list_revocable_cash
    from acquit.parties.queries import get_customer

    rows = [
        {
            "customer": get_customer(one.customer_id).number,
            "amount": format(one.amount, "f"),
            "currency": one.currency,
            "until": _day(one.refundable_until),
        }
        for one in list_revocable_cash(company_named(company).id, as_of=on_day or today())
    ]
    if as_json:
        print_json(rows)
    else:
        print_rows(("customer", "amount", "currency", "until"), [tuple(row.values()) for row in rows])


def our_account(company_id: int, account: str) -> int:
    """Give the id of an account of ours in EUR; refuses (`NotFound`)."""
    from acquit.cash.queries import list_bank_accounts
    from acquit.core.references import normalise_reference

    wanted = normalise_reference(account)
    for known in list_bank_accounts([company_id]):
        if normalise_reference(known.account) == wanted and known.currency == "EUR":
            return known.id
    raise NotFound(f"There is no account {account} of ours in EUR.", param="account")


def _say(outcome: RunOutcome, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "run": outcome.run_id,
                "state": outcome.state,
                "message": outcome.message_id,
                "submit_by": _day(outcome.submit_by),
                "count": outcome.count,
                "amount": format(outcome.amount, "f"),
                "left_out": [{"item": one.number, "reason": one.reason} for one in outcome.left_out],
            }
        )
        return
    print(
        f"Run {outcome.run_id} is {outcome.state}: {outcome.count} collections, {outcome.amount:f} EUR;"
        f" hand it in by {outcome.submit_by}."
    )
    if outcome.left_out:
        print_rows(("left out", "why"), [(one.number, one.reason) for one in outcome.left_out])


def _say_returns(outcomes: list[ReturnOutcome], *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {
            "end_to_end_id": one.end_to_end_id,
            "code": one.code,
            "kind": one.kind,
            "amount": format(one.amount, "f"),
            "fee": format(one.fee, "f"),
            "charged": format(one.charged, "f"),
            "action": one.action,
            "retry_date": _day(one.retry_date),
        }
        for one in outcomes
    ]
    if as_json:
        print_json(rows)
    elif rows:
        print_rows(tuple(rows[0]), [tuple(row.values()) for row in rows])
    else:
        print("Nothing came back.")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
