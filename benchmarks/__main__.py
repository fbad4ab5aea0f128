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
BENCHMARKS = ("posting", "posting_drafts", "clearing", "single", "retail", "ageing", "statement")


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


def main(only: str | None) -> int:
    """Run all or one; gives 0 when every target is met, 1 when one is missed."""
    names = [name for name in BENCHMARKS if only in (None, "", name)]
    if not names:
        print(f"There is no benchmark {only!r}. Known: {', '.join(BENCHMARKS)}.")
        return 2
    results: list[Result] = []
    for name in names:
        print(f"{name} ...", flush=True)
        results += run_one(name)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print_table(results)
    if SCALE != 1:
        return 0
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps([result.as_json() for result in results], indent=1) + "\n")
    return 0 if all(result.met is not False for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else None))
