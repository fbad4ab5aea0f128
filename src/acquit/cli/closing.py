"""`acquit close`: close a period step by step, and `acquit period`: look at periods and reopen them by two people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from acquit.cli.arguments import AsJson, actor_named, company_named, read_day
from acquit.cli.printing import print_json, print_rows

if TYPE_CHECKING:
    from acquit.closing.queries import CloseReport
    from acquit.closing.rules.checklist import StepReport

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
    from acquit.controls.batch import seal_blocks

    reports = close_period(
        actor=actor_named(by),
        company_id=company_named(company).id,
        period=period,
        business_date=read_day(business_date) if business_date else today(),
        started_at=now(),
        progress=None if as_json else _show,
    )
    seal_blocks()
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


@app.command("show")
def show(company: Company, period: PeriodName, as_json: AsJson = False) -> None:
    """Show how a period was closed: every step with its evidence, and every change of its status."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.closing.queries import get_close_report
    from acquit.controls.queries import list_users

    report = get_close_report(company_named(company).id, period)
    names = {user.id: user.username for user in list_users()}
    if as_json:
        print_json(_report_as_json(report, names))
    else:
        print("\n".join(render_report(report, names)))


def render_report(report: CloseReport, names: Mapping[int, str]) -> Iterator[str]:
    """Give the report of a close as lines that a person reads from top to bottom."""
    yield f"Period {report.period}, {report.start_date} until before {report.end_date}: {report.status}"
    for step in report.life:
        by = " and ".join(_name(i, names) for i in (step.actor_id, step.approver_id) if i is not None)
        told = f"  {step.recorded_at:%Y-%m-%d %H:%M}  {step.from_status} -> {step.to_status}  {step.reason}"
        yield f"{told}{f'  by {by}' if by else ''}".rstrip()
    if not report.attempts:
        yield "Nobody has begun to close it."
    for number, attempt in enumerate(report.attempts, 1):
        run = attempt.run
        until = f"done {run.finished_at:%Y-%m-%d %H:%M}" if run.finished_at else "not done yet"
        yield ""
        yield f"Close {number}, begun {run.started_at:%Y-%m-%d %H:%M} by {_name(run.actor_id, names)}, {until}"
        for report_of_step in attempt.steps:
            yield f"{report_of_step.step:<22} {report_of_step.outcome:<14} {report_of_step.reason}".rstrip()
            yield from _evidence_lines(report_of_step.evidence, 1)
        if attempt.next_step is not None:
            yield f"{attempt.next_step:<22} next: run acquit close again"


def _evidence_lines(evidence: object, depth: int) -> Iterator[str]:
    """Give evidence line by line: a row of plain values is one line, everything else is told part by part."""
    indent = "  " * depth
    if isinstance(evidence, dict | Mapping):
        for name, value in evidence.items():
            label = str(name).replace("_", " ")
            if isinstance(value, dict | list) and value:
                yield f"{indent}{label}:"
                yield from _evidence_lines(value, depth + 1)
            else:
                yield f"{indent}{label}: {value if value not in ({}, [], None, '') else '-'}"
    elif isinstance(evidence, list):
        for row in evidence:
            if isinstance(row, list):
                yield indent + "  ".join(str(cell) for cell in row)
            elif isinstance(row, dict):
                plain = {k: v for k, v in row.items() if not isinstance(v, dict | list)}
                yield indent + ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in plain.items())
                yield from _evidence_lines({k: v for k, v in row.items() if k not in plain and v}, depth + 1)
            else:
                yield f"{indent}{row}"


def _name(user_id: int | None, names: Mapping[int, str]) -> str:
    return "the program" if user_id is None else names.get(user_id, f"user {user_id}")


def _report_as_json(report: CloseReport, names: Mapping[int, str]) -> dict[str, object]:
    return {
        "period": report.period,
        "from": str(report.start_date),
        "until": str(report.end_date),
        "status": report.status,
        "life": [
            {
                "from": step.from_status,
                "to": step.to_status,
                "reason": step.reason,
                "by": _name(step.actor_id, names),
                "approved_by": None if step.approver_id is None else _name(step.approver_id, names),
                "at": step.recorded_at.isoformat(),
            }
            for step in report.life
        ],
        "closes": [
            {
                "begun_at": attempt.run.started_at.isoformat(),
                "done_at": attempt.run.finished_at.isoformat() if attempt.run.finished_at else None,
                "by": _name(attempt.run.actor_id, names),
                "steps": [_as_json(step) for step in attempt.steps],
                "next": attempt.next_step.value if attempt.next_step else None,
            }
            for attempt in report.attempts
        ],
    }


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
    from acquit.ledger.rules.periods import PeriodStatus

    open_house()
    from acquit.ledger.operations import request_reopening
    from acquit.ledger.queries import find_period

    request_id = request_reopening(
        actor=actor_named(by),
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

    decide_reopening(actor=actor_named(by), reopening_id=request, is_approved=not is_rejected)
    print(f"Request {request} is {'rejected' if is_rejected else 'approved'}.")


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
