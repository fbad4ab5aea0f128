"""`acquit check`: is everything in the database consistent? Exit 0 only when every check counts zero.

What the banks' statements leave open (a gap between two of them) is listed below the checks and does not count: the
books are right as far as they were told.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acquit.cash.queries import StatementFinding
    from acquit.insight.queries.checks import CheckResult

_NOTICES_SHOWN = 20
_NOTICES = {
    "NOT_BALANCED": "closes on {0}, opening and lines lead to {1}",
    "BALANCE_GAP": "opens with {0}, the one before closed on {1}: one may be missing",
    "OVERLAP": "begins on {0}, the one before ends on {1}: lines in both are booked once",
    "NUMBER_GAP": "has number {0}, {1} should follow: one may be missing",
    "LINES_VANISHED": "holds {0} lines no more that the statement it corrects had",
}

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def check(as_json: AsJson = False) -> None:
    """Check every invariant over the whole database; exit 1 when one is broken."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.insight.queries.checks import list_notices, run_checks

    results = list(run_checks()) if as_json else list(_show(run_checks()))
    notices = list_notices()
    if as_json:
        print(json.dumps(_as_json(results, notices), indent=2, ensure_ascii=False))
    else:
        _show_notices(notices)
    if any(result.violations for result in results):
        raise typer.Exit(1)


def _show(results: Iterable[CheckResult]) -> Iterator[CheckResult]:
    """Print each result as it comes: a long check should not look like a hanging one."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    checks = broken = 0
    for result in results:
        checks += 1
        broken += bool(result.violations)
        line = Text(f"{result.violations:>10}  ", style="red" if result.violations else "green")
        console.print(
            line.append(result.name, style="bold").append(f"  {result.title}", style="not bold default"),
            soft_wrap=True,
        )
        for row in result.sample:
            facts = ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)
            console.print(Text(f"{'':12}{facts}", style="yellow"), soft_wrap=True)
        if result.violations > len(result.sample):
            console.print(Text(f"{'':12}and {result.violations - len(result.sample)} more", style="yellow"))
        yield result
    verdict = f"{broken} of {checks} checks found something." if broken else f"All {checks} checks are zero."
    console.print(Text(verdict, style="bold"))


def _show_notices(notices: Sequence[StatementFinding]) -> None:
    """Print what the statements leave open, the first few of it."""
    for one in notices[:_NOTICES_SHOWN]:
        name = one.statement_id or one.sequence or str(one.closing_date or "")
        print(
            f"{one.account} {one.currency}, statement {name}: {_NOTICES[one.kind].format(one.stated, one.expected)}"
        )
    if len(notices) > _NOTICES_SHOWN:
        print(f"and {len(notices) - _NOTICES_SHOWN} more that bank statements leave open (--json lists all)")


def _as_json(results: Iterable[CheckResult], notices: Iterable[StatementFinding]) -> dict[str, object]:
    found = list(results)
    return {
        "is_consistent": not any(result.violations for result in found),
        "checks": [
            {
                "name": result.name,
                "title": result.title,
                "violations": result.violations,
                "sample": list(result.sample),
            }
            for result in found
        ],
        "notices": [
            {
                "kind": one.kind,
                "company": one.company_id,
                "account": one.account,
                "currency": one.currency,
                "statement": one.statement_id,
                "sequence": one.sequence,
                "opening_date": None if one.opening_date is None else one.opening_date.isoformat(),
                "closing_date": None if one.closing_date is None else one.closing_date.isoformat(),
                "stated": one.stated,
                "expected": one.expected,
            }
            for one in notices
        ],
    }
