"""`acquit check`: is everything in the database consistent? Exit 0 only when every check counts zero."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acquit.insight.queries.checks import CheckResult

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def check(as_json: AsJson = False) -> None:
    """Check every invariant over the whole database; exit 1 when one is broken."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.insight.queries.checks import run_checks

    results = list(run_checks()) if as_json else list(_show(run_checks()))
    if as_json:
        print(json.dumps(_as_json(results), indent=2, ensure_ascii=False))
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


def _as_json(results: Iterable[CheckResult]) -> dict[str, object]:
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
    }
