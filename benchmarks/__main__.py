"""`make bench`, or `make bench ONLY=name SCALE=0.1`: each benchmark in a process and a database of its own.

Writes benchmarks/results/latest.json: a list of name, size, seconds, ratio, target, met, peak_mb.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.results_table import SCALE, Result, print_table

RESULTS = Path(__file__).parent / "results" / "latest.json"
BENCHMARKS = (
    "posting",
    "posting_drafts",
    "clearing",
    "matching",
    "single",
    "retail",
    "ageing",
    "statement",
    "parsing",
)


def run_one(name: str) -> list[Result]:
    """Run one benchmark in a fresh process with a fresh home."""
    home = tempfile.mkdtemp(prefix="acquit-bench-")
    results_file = Path(home) / "results.json"
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"ACQUIT_HOME": f"{home}/home", "DJANGO_SETTINGS_MODULE": "acquit.config.settings"}
    try:
        subprocess.run(
            [sys.executable, "-m", "benchmarks.child", name, str(results_file)], env=environment, check=True
        )
        return [Result(**fields) for fields in json.loads(results_file.read_text())]
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main(only: str) -> int:
    """Run all, or those named with commas between; gives 0 when every target is met, 1 when one is missed."""
    wanted = [name for name in only.split(",") if name] or list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. Known: {', '.join(BENCHMARKS)}.")
        return 2
    results: list[Result] = []
    for name in wanted:
        print(f"{name} ...", flush=True)
        results += run_one(name)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print_table(results)
    if SCALE == 1:
        record(results)
    return 0 if all(result.met is not False for result in results) else 1


def record(results: list[Result]) -> None:
    """Write the results over those of the same name and size; what was not run now stays as it was measured."""
    RESULTS.parent.mkdir(exist_ok=True)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    fresh = [result.as_json() for result in results]
    replaced = {(row["name"], row["size"]) for row in fresh}
    kept = [row for row in known if (row["name"], row["size"]) not in replaced]
    RESULTS.write_text(json.dumps(kept + fresh, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
