"""Handing out proofs: of a sealed interval every row's hash, and the text of those rows that the reader may see.

So rows of one company are proved by blocks that cover all of them, and nothing of another company is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import sql

from acquit.controls.batch.sealed_tables import compose, fix_text_settings, list_sealed_tables
from acquit.controls.batch.sealing import moment_text
from acquit.controls.batch.verifying import stream_blocks
from acquit.controls.models import AuditSealInterval
from acquit.controls.rules.seals import LOWEST_ID
from acquit.infra.schema import sql_text

_FETCH_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class RowProof:
    """A row of a block: the hash of its text, and the text where it may be shown."""

    seal_id: int
    row_hash: str
    text: str | None


def get_sealed_end(table: str) -> int:
    """Give the last key of a table that is sealed; below every key when none is."""
    ends = AuditSealInterval.objects.filter(table_name=table).order_by("-last_id")
    return ends.values_list("last_id", flat=True).first() or LOWEST_ID


def stream_proofs(table: str, keys: str, parameters: Mapping[str, Any]) -> Iterator[RowProof]:
    """Give all rows of the blocks that seal certain rows of a table, in their order; call inside a transaction.

    `keys` is a statement that gives the keys of the rows to show, from `first_id` to `last_id`.
    """
    described = next(each for each in list_sealed_tables() if each.name == table)
    fix_text_settings()
    whole = {**parameters, "first_id": LOWEST_ID, "last_id": get_sealed_end(table), "table_name": table}
    with connection.cursor() as cursor:
        statement = sql.SQL(sql_text("controls", "covering_blocks.sql")).format(keys=sql.SQL(keys))
        cursor.execute(statement.as_string(), whole)
        covering = cursor.fetchall()
    for seal_id, first_id, last_id, columns in covering:
        statement = compose(
            "row_proofs.sql",
            described,
            first_id=sql.Literal(first_id),
            last_id=sql.Literal(last_id),
            columns=columns,
            keys=keys,
        )
        with connection.chunked_cursor() as cursor:
            cursor.execute(statement.as_string(), {**parameters, "first_id": first_id, "last_id": last_id})
            while rows := cursor.fetchmany(_FETCH_AT_ONCE):
                yield from (RowProof(seal_id, row_hash, text) for row_hash, text in rows)


def stream_chain(first_seal_id: int) -> Iterator[dict[str, object]]:
    """Give the blocks of the chain from one on, each with all that its hash is made of."""
    for seal, intervals in stream_blocks(first_seal_id):
        yield {
            "block": seal.id,
            "previous_hash": seal.previous_hash,
            "block_hash": seal.block_hash,
            "sealed_at": moment_text(seal.recorded_at),
            "intervals": [part.as_sealed() for part in sorted(intervals, key=lambda each: each.table)],
        }
