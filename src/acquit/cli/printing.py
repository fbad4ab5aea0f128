"""Plain tables on a terminal: what every listing command prints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence


def print_rows(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their heads, columns as wide as what stands in them."""
    lines = [
        [str(head) for head in heads],
        *([("" if cell is None else str(cell)) for cell in row] for row in rows),
    ]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def print_json(answer: object) -> None:
    """Print one JSON object, and nothing else."""
    print(json.dumps(answer, indent=2, ensure_ascii=False))
