"""Frames of columns, written for COPY and read from text: exact, no value that becomes an object on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

#: What COPY's text format reads as its own signs, each with what stands for it; the backslash first.
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
_SIGNS = [sign for sign, _ in _ESCAPES]
_NULL = "\\N"


def copy_text(frame: pl.DataFrame) -> bytes:
    """Write a frame as COPY ... FROM STDIN reads it, a line a row. Refuses (TypeError) floats: they are not exact."""
    for name, kind in frame.schema.items():
        if kind.is_float():
            raise TypeError(f"column {name} is {kind}: amounts are decimals")
    escaped = [_escape(name) for name in _columns_to_escape(frame)]
    text = (frame.with_columns(escaped) if escaped else frame).write_csv(
        include_header=False, separator="\t", quote_style="never", null_value=_NULL
    )
    return text.encode()


def frame_of_lines(lines: str | None, types: Mapping[str, Any]) -> pl.DataFrame:
    """Read what `string_agg` put together, a row a line with commas between, as a frame of these columns."""
    if not lines:
        return pl.DataFrame(schema=types)
    return pl.read_csv(
        lines.encode(), has_header=False, new_columns=list(types), schema_overrides=list(types.values())
    )


def _columns_to_escape(frame: pl.DataFrame) -> list[str]:
    names = [name for name, kind in frame.schema.items() if kind == pl.String]
    if not names or not frame.height:
        return []
    found = frame.select(pl.col(name).str.contains_any(_SIGNS).any() for name in names).row(0)
    return [name for name, has_signs in zip(names, found, strict=True) if has_signs]


def _escape(name: str) -> pl.Expr:
    column = pl.col(name)
    for sign, written in _ESCAPES:
        column = column.str.replace_all(sign, written, literal=True)
    return column
