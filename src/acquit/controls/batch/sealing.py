"""Sealing what has settled, in blocks, each in a transaction of its own.

The clever idea is how an id is known to be settled without any writer waiting: read the last id taken, note which
transactions hold the lock that taking an id leaves on its sequence, and wait until they have ended. Whoever comes
later gets a higher id, so up to the noted one every row is committed or will never be. No transaction number is stored,
so the seals hold after a restore on another machine.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from psycopg import sql

from acquit.controls.batch.sealed_tables import SealedTable, compose, fix_text_settings, list_sealed_tables
from acquit.controls.models import AuditSeal, AuditSealInterval
from acquit.controls.rules.seals import GENESIS_HASH, LOWEST_ID, SealedInterval, block_hash
from acquit.infra.schema import sql_text
from acquit.infra.transaction import operation

#: How many rows of a table a block covers, the last one's lines too: a few megabytes of text, a fraction of a second.
ROWS_A_BLOCK = 10_000
_LOOK_AGAIN_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class SealOutcome:
    """What a sealing did; `rows` counts events and all others. Not settled: a writer did not end, so next time."""

    blocks: int
    rows: int
    is_settled: bool = True


def seal_blocks(*, wait_seconds: float = 10.0) -> SealOutcome:
    """Seal all settled rows of append-only tables not sealed yet, up to 10,000 rows a table in a block.

    Waits up to `wait_seconds` for the transactions that had taken ids when it was called; when one of them does not
    end, nothing is sealed now. Two sealers at once share the work: no row is sealed twice.
    """
    tables = list_sealed_tables()
    settled = _settle(tables, wait_seconds)
    if settled is None:
        return SealOutcome(0, 0, is_settled=False)
    blocks = rows = 0
    while (count := _seal_next_block(tables, settled)) is not None:
        blocks += 1
        rows += count
    return SealOutcome(blocks, rows)


def get_last_hash() -> str:
    """Give the newest hash of the chain: kept elsewhere, it proves everything sealed so far."""
    last = AuditSeal.objects.order_by("-id").first()
    return last.block_hash if last else GENESIS_HASH


def _settle(tables: Sequence[SealedTable], wait_seconds: float) -> dict[str, int] | None:
    """Give the settled id of each table; None when somebody who took an id did not end in time."""
    with connection.cursor() as cursor:
        names = sorted({table.id_table for table in tables})
        cursor.execute(sql_text("controls", "taken_ids.sql"), {"tables": names})
        found = cursor.fetchall()
    settled = {name: last_id for name, _, last_id in found}
    sequences = [sequence for _, sequence, _ in found]
    deadline = time.monotonic() + wait_seconds
    awaited = _id_takers(sequences)
    while awaited:
        if time.monotonic() >= deadline:
            return None
        time.sleep(_LOOK_AGAIN_SECONDS)
        awaited &= _id_takers(sequences)
    return settled


def _id_takers(sequences: Sequence[int]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql_text("controls", "id_takers.sql"), {"sequences": list(sequences)})
        return {row[0] for row in cursor.fetchall()}


def _seal_next_block(tables: Sequence[SealedTable], settled: Mapping[str, int]) -> int | None:
    """Seal the next block; gives how many rows it holds, None when there is nothing left."""
    with operation():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acquit.audit_seal'))")
        fix_text_settings()
        ends = _read_ends()
        found = []
        for table in tables:
            first_id = ends.get(table.name, LOWEST_ID - 1) + 1
            last_id = _interval_end(table, first_id, settled[table.id_table])
            if last_id is not None:
                found.append(_read_interval(table, first_id, last_id))
        return _store_block(found) if found else None


def _interval_end(table: SealedTable, first_id: int, settled_id: int) -> int | None:
    if settled_id < first_id:
        return None
    statement = compose(
        "interval_end.sql",
        table,
        first_id=sql.Literal(first_id),
        last_id=sql.Literal(settled_id),
        most=ROWS_A_BLOCK,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string())
        end: int | None = cursor.fetchone()[0]
    return end


def _read_ends() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, max(last_id) FROM audit_seal_interval GROUP BY table_name")
        return dict(cursor.fetchall())


def _read_interval(table: SealedTable, first_id: int, last_id: int) -> tuple[SealedInterval, bytes]:
    columns = table.sealed_columns
    statement = compose(
        "sealed_rows.sql",
        table,
        first_id=sql.Literal(first_id),
        last_id=sql.Literal(last_id),
        columns=columns,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string())
        row_count, rows_hash, marks = cursor.fetchone()
    return SealedInterval(table.name, columns, first_id, last_id, row_count, rows_hash), bytes(marks)


def _store_block(found: Sequence[tuple[SealedInterval, bytes]]) -> int:
    previous = get_last_hash()
    intervals = [interval for interval, _ in found]
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        sealed_at = cursor.fetchone()[0]
    seal = AuditSeal.objects.create(
        previous_hash=previous, block_hash=block_hash(previous, moment_text(sealed_at), intervals)
    )
    AuditSealInterval.objects.bulk_create(
        AuditSealInterval(
            seal_id=seal.id,
            first_id=interval.first_id,
            last_id=interval.last_id,
            row_count=interval.row_count,
            table_name=interval.table,
            columns=interval.columns,
            rows_hash=interval.rows_hash,
            marks=marks,
        )
        for interval, marks in found
    )
    return sum(interval.row_count for interval in intervals)


def moment_text(moment: datetime) -> str:
    """Write a moment as it goes into a block's hash: UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
