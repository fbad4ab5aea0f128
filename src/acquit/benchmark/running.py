"""The run: the product started as a user starts it, in processes with a home of their own, and its answers scored."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

from acquit.benchmark.baselines import exact_reference_only, greedy_oldest_first
from acquit.benchmark.company_book import read_company
from acquit.benchmark.report import Timing, scores_to_json
from acquit.benchmark.scoring import score
from acquit.benchmark.truth import read_truth
from acquit.benchmark.world import LAST_DAY
from acquit.core.errors import Refusal

_COMMAND = (sys.executable, "-c", "from acquit.cli.main import run; run()")
_LEFT_OUT = 3
Progress = Callable[[str], None]


class ProductFailed(Refusal):
    """A command of the product ended with an error: nothing can be scored."""

    code = "PRODUCT_FAILED"


def run_product(
    folder: Path,
    home: Path,
    outcomes: Path,
    progress: Progress,
    *,
    currency: str = "EUR",
    as_of: date = LAST_DAY,
) -> list[Timing]:
    """Start the product on a folder and write its outcomes; refuses (ProductFailed) with what it said last.

    Files the product leaves out are its own loss: they cost score, not the run.
    """
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        },
        "ACQUIT_HOME": str(home),
        "PYTHONPATH": os.pathsep.join(part for part in sys.path if part),
    }
    home.mkdir(parents=True, exist_ok=True)
    start = (
        "start",
        folder,
        "--company",
        "Benchmark",
        "--currency",
        currency,
        "--as-of",
        as_of,
        "--yes",
        "--json",
    )
    steps = (
        ("acquit start", start, home / "start.json"),
        ("acquit cash outcomes", ("cash", "outcomes", "--json"), outcomes),
    )
    timings = []
    try:
        for step, arguments, answer in steps:
            progress(step)
            timings.append(_run(step, arguments, answer, environment))
    finally:
        subprocess.run((*_COMMAND, "db", "stop"), env=environment, check=False, capture_output=True)
    return timings


def _run(step: str, arguments: Sequence[object], answer: Path, environment: dict[str, str]) -> Timing:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    said = answer.with_suffix(".err")
    with answer.open("wb") as out, said.open("wb") as errors:
        code = subprocess.run(
            (*_COMMAND, *map(str, arguments)), env=environment, stdout=out, stderr=errors, check=False
        ).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code not in {0, _LEFT_OUT}:
        tail = " ".join((said.read_text(errors="replace") or answer.read_text(errors="replace")).split())[
            -600:
        ]
        raise ProductFailed(f"{step} ended with {code}: {tail}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Timing(step, Decimal(str(perf_counter() - began)), Decimal(str(used)))


def score_engines(
    truth_file: Path, outcomes: Iterable[Path], folder: Path | None, progress: Progress
) -> dict[str, dict[str, Any]]:
    """Score files of outcomes by their names, and beside them the two baselines where the company's folder is given."""
    truth = list(read_truth(truth_file))
    engines = {}
    for file in outcomes:
        progress(f"scoring {file.name}")
        engines[file.stem] = scores_to_json(score(truth, json.loads(file.read_text(encoding="utf-8"))))
    if folder is not None:
        progress("reading the folder for the baselines")
        book = read_company(folder)
        for name, engine in (
            ("exact reference", exact_reference_only),
            ("oldest first", greedy_oldest_first),
        ):
            progress(f"scoring the baseline: {name}")
            engines[name] = scores_to_json(score(truth, engine(book)))
            engines[name].pop("examples")
    return engines
