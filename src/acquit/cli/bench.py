"""`acquit bench`: measure what the product does against a company whose truth is known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from acquit.benchmark.shares import Level
from acquit.cli.arguments import AsJson

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


def _say(text: str) -> None:
    print(text, file=sys.stderr)
