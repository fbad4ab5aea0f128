"""Scores as one JSON object and as one page a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from acquit.benchmark.scoring import Bin, Example, Scores, Tally, Verdict

_NONE = "-"


@dataclass(frozen=True, slots=True)
class Timing:
    """What a step took: seconds of the clock, and of the processor in all its processes."""

    step: str
    seconds: Decimal
    processor_seconds: Decimal


def scores_to_json(scores: Scores) -> dict[str, Any]:
    """Write all figures; shares are of 1 with six digits, None where nothing was counted."""
    decidable = scores.decidable
    return {
        "decidable": _tally(decidable),
        "undecidable": _tally(scores.undecidable),
        "ignored": _tally(scores.ignored),
        "auto_posted_share": _share(decidable.posted, decidable.lines),
        "precision": precision(scores),
        "first_proposal_share": _share(decidable.first_right, decidable.lines),
        "undecidable_posted": scores.undecidable.posted,
        "auto_posted_value_share": _share(decidable.posted_value(), decidable.value),
        "precision_by_value": _share(
            decidable.values.get(Verdict.RIGHT, Decimal(0)), decidable.posted_value()
        ),
        "document_recall": _share(scores.documents_right, scores.documents),
        "document_precision": _share(scores.documents_right, scores.documents_posted),
        "lines_of_nothing": scores.beyond,
        "kinds": {kind: _tally(tally) for kind, tally in sorted(scores.kinds.items())},
        "payers": {payer: _tally(tally) for payer, tally in sorted(scores.payers.items())},
        "differences": {
            kind: {"stated": one.stated, "right": one.right, "beyond": one.beyond}
            for kind, one in sorted(scores.differences.items())
        },
        "calibration": [_bin(bound, one) for bound, one in sorted(scores.bins.items())],
        "examples": [_example(one) for one in scores.examples],
    }


def precision(scores: Scores) -> str | None:
    """Give the share right of what was posted: customers' money that can be decided, and other money posted to them."""
    right = scores.decidable.counts[Verdict.RIGHT]
    return _share(right, scores.decidable.posted + scores.ignored.counts[Verdict.WRONG])


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "lines": tally.lines,
        "value": f"{tally.value:.2f}",
        **{verdict.value.lower(): tally.counts[verdict] for verdict in Verdict},
        "posted_share": _share(tally.posted, tally.lines),
        "precision": _share(tally.counts[Verdict.RIGHT], tally.posted),
        "first_share": _share(tally.first_right, tally.lines),
    }


def _share(part: Decimal | int, whole: Decimal | int) -> str | None:
    return f"{Decimal(part) / Decimal(whole):.6f}" if whole else None


def _bin(bound: Decimal, one: Bin) -> dict[str, Any]:
    return {
        "from": f"{bound:f}",
        "lines": one.lines,
        "mean_score": f"{one.scores / one.lines:.4f}",
        "observed": f"{Decimal(one.right) / one.lines:.4f}",
    }


def _example(one: Example) -> dict[str, Any]:
    return {"kind": one.kind, "verdict": one.verdict.value, "truth": one.truth, "outcome": one.outcome}


# For a person --------------------------------------------------------------------------------------------------------


def write_report(engines: Mapping[str, Mapping[str, Any]], timings: Sequence[Timing]) -> Iterator[str]:
    """Write the engines beside each other, then of the first one every kind, payer, difference and score bin."""
    names = list(engines)
    yield from _table(
        ("", *names), [(label, *(show(engines[name]) for name in names)) for label, show in _SUMMARY]
    )
    first = engines[names[0]]
    for title, rows in (("kind", first["kinds"]), ("payer", first["payers"])):
        yield ""
        heads = (title, "lines", "posted", "wrong", "precision", "first right", "missing")
        yield from _table(heads, [_row(name, one) for name, one in rows.items()])
    yield ""
    yield from _table(
        ("difference", "stated", "right", "beyond"),
        [(kind, one["stated"], one["right"], one["beyond"]) for kind, one in first["differences"].items()],
    )
    yield ""
    yield from _table(
        ("score from", "lines", "mean score", "observed"),
        [(one["from"], one["lines"], one["mean_score"], one["observed"]) for one in first["calibration"]],
    )
    if timings:
        yield ""
        rows = [(one.step, f"{one.seconds:.1f} s", f"{one.processor_seconds:.1f} s") for one in timings]
        yield from _table(("step", "time", "processor"), rows)


def _percent(share: str | None) -> str:
    return _NONE if share is None else f"{Decimal(share) * 100:.2f}%"


_SUMMARY = (
    ("decidable receipts", lambda one: one["decidable"]["lines"]),
    ("auto-posted", lambda one: _percent(one["auto_posted_share"])),
    ("precision of auto-posted", lambda one: _percent(one["precision"])),
    ("right answer first", lambda one: _percent(one["first_proposal_share"])),
    ("undecidable, posted / all", lambda one: f"{one['undecidable_posted']} / {one['undecidable']['lines']}"),
    ("auto-posted by value", lambda one: _percent(one["auto_posted_value_share"])),
    ("precision by value", lambda one: _percent(one["precision_by_value"])),
    ("documents posted rightly", lambda one: _percent(one["document_recall"])),
    ("precision by document", lambda one: _percent(one["document_precision"])),
    ("not customers', right / all", lambda one: f"{one['ignored']['right']} / {one['ignored']['lines']}"),
    (
        "lines without outcome",
        lambda one: sum(one[part]["missing"] for part in ("decidable", "undecidable", "ignored")),
    ),
    ("outcomes of no line", lambda one: one["lines_of_nothing"]),
)


def _row(name: str, one: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        name,
        one["lines"],
        _percent(one["posted_share"]),
        one["wrong"],
        _percent(one["precision"]),
        _percent(one["first_share"]),
        one["missing"],
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    lines = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
