"""`acquit bench`: measure what the product does against a company whose truth is known."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.benchmark.shares import Level
from acquit.cli.arguments import AsJson

if TYPE_CHECKING:
    from acquit.benchmark.generating import Size
    from acquit.benchmark.report import Timing

app = typer.Typer(no_args_is_help=True, help="Measure the product against known truth.")
match_app = typer.Typer(
    no_args_is_help=True, help="Cash application: generate a company and its truth, score an engine."
)
app.add_typer(match_app, name="match")

Customers = Annotated[int, typer.Option("--customers", min=1, help="How many customers.")]
Items = Annotated[int, typer.Option("--items", min=1, max=6_000_000, help="How many documents.")]
Receipts = Annotated[int, typer.Option("--receipts", min=1, help="About how many bank lines.")]
OfLevel = Annotated[
    Level, typer.Option("--level", help="How much of the money comes without what makes it easy.")
]
Seed = Annotated[int, typer.Option("--seed", help="Two runs of one seed give the same files.")]


@match_app.command("generate")
def generate(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the company's files go; made when new.")
    ],
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth", help="Where the truth goes, never inside FOLDER; FOLDER-truth/truth.jsonl if not said."
        ),
    ] = None,
    customers: Customers = 50_000,
    items: Items = 1_000_000,
    receipts: Receipts = 400_000,
    level: OfLevel = Level.MIXED,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Write a company's files for a year, and elsewhere what is true of every bank line."""
    from acquit.benchmark.generating import Size, generate
    from acquit.cli.printing import print_json, print_rows

    truth_file = truth or folder.with_name(f"{folder.name}-truth") / "truth.jsonl"
    made = generate(folder, truth_file, Size(customers, items, receipts), level, seed, _say)
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "truth": str(truth_file),
                "lines": made.lines,
                "undecidable": made.undecidable,
                "files": made.files,
                "kinds": dict(made.kinds.most_common()),
            }
        )
        return
    print(f"{made.lines} bank lines ({made.undecidable} undecidable) in {made.files} files: {folder}")
    print(f"Truth: {truth_file}")
    print_rows(
        ("kind", "lines", "share"),
        [(kind, count, f"{100 * count / made.lines:.2f}%") for kind, count in made.kinds.most_common()],
    )


@match_app.command("score")
def score(
    truth: Annotated[
        Path, typer.Option("--truth", exists=True, dir_okay=False, help="The truth of the company.")
    ],
    outcomes: Annotated[
        list[Path],
        typer.Option(
            "--outcomes", exists=True, dir_okay=False, help="An engine's outcomes; as many as you like."
        ),
    ],
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", exists=True, file_okay=False, help="The company's files: score the baselines too."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score the outcomes of any engine against the truth."""
    from acquit.benchmark.running import score_engines

    _show(score_engines(truth, outcomes, folder, _say), (), as_json=as_json)


@match_app.command("classicmodels")
def classicmodels(
    data: Annotated[
        Path, typer.Option("--data", exists=True, file_okay=False, help="The folder orders_classicmodels.")
    ],
    as_json: AsJson = False,
) -> None:
    """Run the product on the real payments of orders_classicmodels: each that equals one order is to find it."""
    from datetime import date
    from tempfile import TemporaryDirectory

    from acquit.benchmark.classicmodels import write_classicmodels
    from acquit.benchmark.running import run_product, score_engines

    with TemporaryDirectory(prefix="acquit-bench-") as name:
        place = Path(name)
        folder, truth, outcomes = place / "company", place / "truth.jsonl", place / "acquit.json"
        count = write_classicmodels(data, folder, truth)
        _say(f"{count} payments equal one order of their customer")
        timings = run_product(folder, place / "home", outcomes, _say, currency="USD", as_of=date(2005, 6, 30))
        _show(score_engines(truth, [outcomes], folder, _say), timings, as_json=as_json)


@match_app.callback(invoke_without_command=True)
def match(
    context: typer.Context,
    customers: Customers = 50_000,
    items: Items = 1_000_000,
    receipts: Receipts = 400_000,
    level: OfLevel = Level.MIXED,
    seed: Seed = 1,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", help="Keep files, truth, home and outcomes in this folder; else nothing stays."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Generate a company, run the product on it as a user would, and score it beside two baselines."""
    if context.invoked_subcommand is not None:
        return
    from tempfile import TemporaryDirectory

    from acquit.benchmark.generating import Size

    size = Size(customers, items, receipts)
    if keep is not None:
        _match_in(keep, size, level, seed, as_json=as_json)
        return
    with TemporaryDirectory(prefix="acquit-bench-") as place:
        _match_in(Path(place), size, level, seed, as_json=as_json)


def _match_in(place: Path, size: Size, level: Level, seed: int, *, as_json: bool) -> None:
    from acquit.benchmark.generating import generate
    from acquit.benchmark.running import run_product, score_engines

    folder, truth, outcomes = place / "company", place / "truth" / "truth.jsonl", place / "acquit.json"
    generate(folder, truth, size, level, seed, _say)
    timings = run_product(folder, place / "home", outcomes, _say)
    _show(score_engines(truth, [outcomes], folder, _say), timings, as_json=as_json)


def _show(engines: dict[str, dict[str, Any]], timings: Sequence[Timing], *, as_json: bool) -> None:
    from acquit.benchmark.report import write_report
    from acquit.cli.printing import print_json

    if as_json:
        times = {
            one.step: {"seconds": f"{one.seconds:.3f}", "processor_seconds": f"{one.processor_seconds:.3f}"}
            for one in timings
        }
        print_json({"engines": engines, "timings": times})
        return
    for line in write_report(engines, timings):
        print(line)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
