"""`acquit close`: close a period step by step, and `acquit period`: look at periods and reopen them by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from acquit.cli.arguments import AsJson, company_named, read_day, user_named
from acquit.cli.printing import print_json, print_rows

if TYPE_CHECKING:
    from acquit.closing.rules.checklist import StepReport
    from acquit.controls.rules.duties import Actor

app = typer.Typer(no_args_is_help=True, help="Periods of the books.")

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
PeriodName = Annotated[str, typer.Option("--period", help="Year and number, such as 2026-03.")]
By = Annotated[str, typer.Option("--by", help="The user who does this; the program itself when not said.")]


def close(
    company: Company,
    period: PeriodName,
    business_date: Annotated[
        str, typer.Option("--date", help="The business date; today when not said.")
    ] = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Close a period: every step of the checklist with its evidence. Run it again to go on after a refusal."""
    from acquit.cli.session import now, open_house, today

    open_house()
    from acquit.closing.batch import close_period

    reports = close_period(
        actor=_actor(by),
        company_id=company_named(company).id,
        period=period,
        business_date=read_day(business_date) if business_date else today(),
        started_at=now(),
        progress=None if as_json else _show,
    )
    if as_json:
        print_json({"period": period, "steps": [_as_json(report) for report in reports]})
    else:
        print(f"Period {period} is closed.")


@app.command("list")
def list_periods_command(company: Company, as_json: AsJson = False) -> None:
    """List the periods of a company, latest first."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.ledger.operations import period_name
    from acquit.ledger.queries import list_periods

    rows = [
        (period_name(row), row.start_date, row.end_date, row.status)
        for row in list_periods(company_named(company).id)
    ]
    if as_json:
        print_json([{"period": n, "from": str(a), "until": str(b), "status": s} for n, a, b, s in rows])
    else:
        print_rows(("period", "from", "until", "status"), rows)


@app.command("reopen")
def reopen(
    company: Company,
    period: PeriodName,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the log.")],
    by: Annotated[str, typer.Option("--by", help="The user who asks.")],
    is_soft: Annotated[bool, typer.Option("--soft", help="Only for those who close the books.")] = False,
) -> None:
    """Ask for a period to be reopened; a second person approves with `acquit period approve`."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.ledger.operations import request_reopening
    from acquit.ledger.queries import find_period
    from acquit.ledger.rules.periods import PeriodStatus

    request_id = request_reopening(
        actor=_actor(by),
        period_id=find_period(company_named(company).id, period).id,
        to_status=PeriodStatus.SOFT_CLOSED if is_soft else PeriodStatus.OPEN,
        reason=reason,
    )
    print(
        f"Request {request_id} waits for a second person: acquit period approve --request {request_id} --by ..."
    )


@app.command("approve")
def approve(
    request: Annotated[int, typer.Option("--request", help="The number of the request.")],
    by: Annotated[str, typer.Option("--by", help="The user who approves; not the one who asked.")],
    is_rejected: Annotated[bool, typer.Option("--reject", help="Reject it instead.")] = False,
) -> None:
    """Approve or reject a request to reopen a period."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.ledger.operations import decide_reopening

    decide_reopening(actor=_actor(by), reopening_id=request, is_approved=not is_rejected)
    print(f"Request {request} is {'rejected' if is_rejected else 'approved'}.")


def _actor(username: str) -> Actor:
    from acquit.cli.session import command_line, today
    from acquit.controls.queries import get_actor

    return get_actor(user_named(username).id, today()) if username else command_line()


def _show(report: StepReport) -> None:
    told = "" if report.is_new else " (before)"
    print(f"{report.step:<22} {report.outcome:<14}{told} {report.reason}".rstrip())
    for name, value in report.evidence.items():
        if isinstance(value, str | int) and name != "sha256":
            print(f"{'':22} {name.replace('_', ' ')}: {value}")


def _as_json(report: StepReport) -> dict[str, object]:
    return {
        "step": report.step.value,
        "outcome": report.outcome.value,
        "reason": report.reason,
        "is_new": report.is_new,
        "evidence": dict(report.evidence),
    }
