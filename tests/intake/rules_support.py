"""Short ways to put a text through the rules of intake."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import Any

from acquit.formats.tables import open_table
from acquit.intake.rules import (
    Field,
    KnownNumbers,
    Mapping,
    ParsedChunk,
    ReadContext,
    RefusedRow,
    Row,
    RowNote,
    RowReader,
    TableProfile,
    apply_answers,
    infer_mapping,
    profile_table,
    read_rows,
    take_proposals,
)


def profiled(text: str, name: str = "list.csv") -> TableProfile:
    return profile_table(open_table(text.encode(), name))


def mapped(text: str, name: str = "list.csv", **known: Any) -> Mapping:
    return infer_mapping(profiled(text, name), known=KnownNumbers(**known))


def fields_of(mapping: Mapping) -> dict[str, Field | None]:
    return {column.header: column.field for column in mapping.columns}


class Taken:
    """All that came out of a file."""

    def __init__(self, reader: RowReader) -> None:
        self.rows: list[Any] = []
        self.refused: list[RefusedRow] = []
        self.notes: list[RowNote] = []
        for chunk in reader:
            self.add(chunk)
        self.totals = reader.totals

    def add(self, chunk: ParsedChunk) -> None:
        rows: list[Row] = chunk.rows
        self.rows += rows
        self.refused += chunk.refused
        self.notes += chunk.notes

    @property
    def reasons(self) -> list[tuple[int, str, str, str, str | None]]:
        return [
            (one.line_number, one.column, one.value, one.reason_code, one.proposal) for one in self.refused
        ]


def taken(
    text: str | bytes,
    name: str = "list.csv",
    *,
    answers: Dict[str, str] | None = None,
    chunk_size: int = 1_000,
    **context: Any,
) -> Taken:
    """Read a text with the program's own proposals and the given answers."""
    table = open_table(text.encode() if isinstance(text, str) else text, name)
    profile = profile_table(table)
    mapping = infer_mapping(profile)
    mapping = apply_answers(mapping, take_proposals(mapping) | dict(answers or {}), profile)
    reader = read_rows(
        table, mapping, ReadContext(name, **{"currency": "EUR", **context}), chunk_size=chunk_size
    )
    return Taken(reader)
