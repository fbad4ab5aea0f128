"""Runs one benchmark in a process and a home of its own: `python -m benchmarks.child NAME FILE`."""

from __future__ import annotations

import importlib
import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from acquit.cli.session import open_house
from acquit.infra import embedded, places


def run(name: str, results_file: Path) -> None:
    """Measure, stop the server, write the results with this process's peak memory."""
    open_house()
    try:
        results = importlib.import_module(f"benchmarks.{name}").measure()
    finally:
        embedded.stop(embedded.Cluster(places.home()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    results_file.write_text(json.dumps([asdict(result.with_peak(peak)) for result in results]))


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]))
