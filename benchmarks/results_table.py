"""What a benchmark says, and the table it is printed in."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any

#: `make bench SCALE=0.1` measures a tenth of every size, to see a change quickly; its figures are not recorded.
SCALE = float(os.environ.get("ACQUIT_BENCH_SCALE") or 1)


def scaled(size: int, step: int = 1) -> int:
    """Give a size at this run's scale, in whole steps."""
    return max(step, int(size * SCALE) // step * step)


@dataclass(frozen=True)
class Result:
    """A measured figure. `ratio` is against the bare machine in the same run; `at_most` says which way is good."""

    name: str
    size: str
    seconds: float
    ratio: float | None = None
    target: float | None = None
    at_most: bool = False
    peak_mb: int | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Tell whether the target is met; None where there is none."""
        if self.target is None or self.ratio is None:
            return None
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target

    def with_peak(self, peak_mb: int) -> Result:
        """Give the same with the process's peak memory, unless it is known."""
        return self if self.peak_mb is not None else replace(self, peak_mb=peak_mb)

    def as_json(self) -> dict[str, Any]:
        """Give what latest.json holds."""
        return {
            "name": self.name,
            "size": self.size,
            "seconds": round(self.seconds, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "target": self.target,
            "met": self.met,
            "peak_mb": self.peak_mb,
            "note": self.note,
        }


def print_table(results: list[Result]) -> None:
    """Print the results."""
    print(f"{'name':<44}{'size':>24}{'seconds':>10}{'ratio':>8}{'target':>9}{'met':>6}{'peak MB':>9}  note")
    for r in results:
        target = "" if r.target is None else f"{'<=' if r.at_most else '>='}{r.target:g}"
        ratio = "" if r.ratio is None else f"{r.ratio:.2f}"
        met = {True: "yes", False: "NO", None: ""}[r.met]
        print(
            f"{r.name:<44}{r.size:>24}{r.seconds:>10.2f}{ratio:>8}{target:>9}{met:>6}{r.peak_mb or 0:>9}  {r.note}"
        )
