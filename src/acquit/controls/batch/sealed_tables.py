"""Which tables are sealed and in what text: derived from the classes of their models, like their rights.

A new append-only table is sealed because it says so in its first line. The text of a row names its columns, so a column
that comes later changes nothing that was sealed before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from acquit.controls.rules.seals import MARK_BYTES
from acquit.infra.schema import sql_text
from acquit.infra.tables import AppendOnly

#: Append-only tables that are not sealed, each with the reason.
LEFT_OUT: Mapping[str, str] = {
    "audit_seal": "it is the chain itself",
    "audit_seal_interval": "its rows are what the chain's hashes are made of",
    "idempotency_key": "answers kept for who asks twice: what was done stands in the other tables",
}

#: Lines come in one statement with the row they belong to, so they are settled with it: table -> table of the parent.
PARENTS: Mapping[str, str] = {
    "document_line": "document",
    "posting": "journal_entry",
    "revaluation_item": "revaluation",
}


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table under seal: the column whose intervals are sealed, the order of its rows, the columns in the text."""

    name: str
    key: str
    ordering: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def id_table(self) -> str:
        """The table whose ids say how far its rows are settled."""
        return PARENTS.get(self.name, self.name)

    @property
    def sealed_columns(self) -> str:
        """The columns as one text, as it is sealed."""
        return ",".join(self.columns)


def list_sealed_tables() -> list[SealedTable]:
    """List the tables under seal by name."""
    found = []
    for model in apps.get_models():
        table = model._meta.db_table  # noqa: SLF001 - Django's documented model API
        if issubclass(model, AppendOnly) and table not in LEFT_OUT:
            found.append(_describe(table, model))
    return sorted(found, key=lambda table: table.name)


def _describe(table: str, model: type[models.Model]) -> SealedTable:
    ordering = tuple(str(field.column) for field in model._meta.pk_fields)  # noqa: SLF001
    columns = tuple(
        str(field.column)
        for field in model._meta.concrete_fields  # noqa: SLF001
        if not isinstance(field, models.CompositePrimaryKey | models.GeneratedField)
    )
    return SealedTable(table, ordering[0], ordering, columns)


def compose(
    file: str,
    table: SealedTable,
    *,
    first_id: sql.Composable,
    last_id: sql.Composable,
    columns: str = "",
    most: int = 0,
    keys: str = "",
) -> sql.Composed:
    """Give the statement of a file over a table's rows, in the text of these columns where it has one."""
    return sql.SQL(sql_text("controls", file)).format(
        table=sql.Identifier(table.name),
        key=sql.Identifier(table.key),
        ordering=sql.SQL(", ").join(map(sql.Identifier, table.ordering)),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns.split(","))),
        most=sql.Literal(most),
        keys=sql.SQL(keys),
        mark_bytes=sql.Literal(MARK_BYTES),
        first_id=first_id,
        last_id=last_id,
    )


def fix_text_settings() -> None:
    """Write moments as ISO 8601 in UTC for the rest of the transaction: all that the text of a row turns on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true)"
        )
