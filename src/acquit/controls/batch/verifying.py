"""Checking the seals: every sealed row is hashed again by the server, and the chain is walked from its first block.

One statement a table compares all its intervals; only a table that differs is read row by row, to name the first row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection
from psycopg import sql

from acquit.controls.batch.sealed_tables import SealedTable, compose, fix_text_settings, list_sealed_tables
from acquit.controls.batch.sealing import moment_text
from acquit.controls.models import AuditSeal, AuditSealInterval
from acquit.controls.rules.seals import (
    GENESIS_HASH,
    LOWEST_ID,
    RowDifference,
    SealedInterval,
    block_hash,
    find_difference,
)
from acquit.infra.schema import sql_text
from acquit.infra.transaction import operation

_FETCH_AT_ONCE = 1_000


class BreakKind(StrEnum):
    """What does not hold: rows of a block, the chain of blocks, or the agreement with a hash kept elsewhere."""

    CHANGED = "CHANGED"
    MISSING = "MISSING"
    ADDED = "ADDED"
    CHAIN_BROKEN = "CHAIN_BROKEN"
    ANCHOR_UNKNOWN = "ANCHOR_UNKNOWN"


@dataclass(frozen=True, slots=True)
class Break:
    """The first place that does not hold: the block, and the table and row where a row is at fault.

    `row` is the row's key such as `17` or `17/2` (line 2 of 17); of a missing row that may be several `17 to 19`.
    """

    kind: BreakKind
    seal_id: int | None
    table: str = ""
    row: str = ""

    def sentence(self) -> str:
        """Say what was found and what to do."""
        where = f"Block {self.seal_id}" if self.seal_id is not None else "The chain"
        if self.kind is BreakKind.ANCHOR_UNKNOWN:
            after = f"after block {self.seal_id}" if self.seal_id is not None else "from its first block"
            return (
                f"The chain does not contain the hash that was kept elsewhere: it was made anew {after}."
                " Restore the last backup whose chain contains it, and compare the two."
            )
        if self.kind is BreakKind.CHAIN_BROKEN:
            return (
                f"{where} does not follow from the block before it: a seal was changed, deleted or made anew."
                " Restore the last backup that verifies, and compare table audit_seal_interval."
            )
        row = f"row {self.row} " if self.row else "a row "
        what = {
            BreakKind.CHANGED: "is not as it was sealed",
            BreakKind.MISSING: "is missing",
            BreakKind.ADDED: "was not there when the block was sealed",
        }[self.kind]
        return (
            f"{where}, table {self.table}: {row}{what}. Compare it with a backup from before the change; find who could"
            " write to the database past the application."
        )


@dataclass(frozen=True, slots=True)
class SealReport:
    """What checking the seals found. Keep `last_hash` elsewhere: it proves everything up to it."""

    blocks: int
    rows: int
    last_hash: str
    broken: Break | None = None


def verify_seals(*, anchors: Sequence[str] = ()) -> SealReport:
    """Check all seals and name the first block that does not hold.

    `anchors` are block hashes kept elsewhere, oldest first: each must be in the chain.
    """
    tables = {table.name: table for table in list_sealed_tables()}
    with operation():
        fix_text_settings()
        hashes, chain_break = _walk_chain()
        rows, unlike = _compare_rows(tables)
        if unlike and (chain_break is None or unlike[0][0] < (chain_break.seal_id or 0)):
            broken: Break | None = _name_row(*unlike[0], tables)
        else:
            broken = chain_break or _compare_anchors(hashes, anchors)
        last_hash = next(reversed(hashes), GENESIS_HASH)
    return SealReport(len(hashes), rows, last_hash, broken)


def _walk_chain() -> tuple[dict[str, int], Break | None]:
    """Give the chain's hashes in order with their blocks, up to the first that does not follow from the one before."""
    previous, ends = GENESIS_HASH, dict[str, int]()
    hashes: dict[str, int] = {}
    for seal, intervals in stream_blocks():
        made_again = block_hash(previous, moment_text(seal.recorded_at), intervals)
        is_joined = all(part.first_id == ends.get(part.table, LOWEST_ID - 1) + 1 for part in intervals)
        if seal.previous_hash != previous or seal.block_hash != made_again or not is_joined:
            return hashes, Break(BreakKind.CHAIN_BROKEN, seal.id)
        ends.update((part.table, part.last_id) for part in intervals)
        previous = seal.block_hash
        hashes[previous] = seal.id
    orphan = AuditSealInterval.objects.exclude(seal_id__in=AuditSeal.objects.values("id")).order_by("seal_id")
    for seal_id in orphan.values_list("seal_id", flat=True)[:1]:
        return hashes, Break(BreakKind.CHAIN_BROKEN, seal_id)
    return hashes, None


def stream_blocks(first_id: int = 1) -> Iterator[tuple[AuditSeal, list[SealedInterval]]]:
    """Give the blocks from one on in order with their intervals; of a long chain a few at a time."""
    seals = AuditSeal.objects.order_by("id")
    last_id = first_id - 1
    while part := list(seals.filter(id__gt=last_id)[:_FETCH_AT_ONCE]):
        last_id = part[-1].id
        of_seal: dict[int, list[SealedInterval]] = {seal.id: [] for seal in part}
        rows = AuditSealInterval.objects.filter(seal_id__gte=part[0].id, seal_id__lte=last_id)
        for row in rows.defer("marks"):
            interval = SealedInterval(
                row.table_name, row.columns, row.first_id, row.last_id, row.row_count, row.rows_hash
            )
            of_seal.setdefault(row.seal_id, []).append(interval)
        yield from ((seal, of_seal[seal.id]) for seal in part)


def _compare_rows(tables: dict[str, SealedTable]) -> tuple[int, list[tuple[int, str, str]]]:
    """Give how many sealed rows there are now, and the first differing (block, table, columns), earliest first."""
    rows, unlike = 0, []
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT table_name, columns FROM audit_seal_interval ORDER BY 1, 2")
        shapes = cursor.fetchall()
        for name, columns in shapes:
            table = tables.get(name)
            if table is None or not _has_columns(name, columns):
                first = AuditSealInterval.objects.filter(table_name=name, columns=columns)
                unlike.append((first.order_by("seal_id").values_list("seal_id", flat=True)[0], name, columns))
                continue
            inner = compose(
                "sealed_rows.sql",
                table,
                first_id=sql.Identifier("p", "first_id"),
                last_id=sql.Identifier("p", "last_id"),
                columns=columns,
            )
            statement = sql.SQL(sql_text("controls", "unlike_sealed.sql")).format(rows=inner)
            cursor.execute(statement.as_string(), {"table_name": name, "sealed_columns": columns})
            count, seal_id = cursor.fetchone()
            rows += int(count)
            if seal_id is not None:
                unlike.append((seal_id, name, columns))
    return rows, sorted(unlike)


def _has_columns(table: str, columns: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(%s))"
            " AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        found = cursor.fetchone()[0]
    return set(columns.split(",")) <= set(found or ())


def _name_row(seal_id: int, name: str, columns: str, tables: dict[str, SealedTable]) -> Break:
    sealed = AuditSealInterval.objects.get(seal_id=seal_id, table_name=name)
    table = tables.get(name)
    difference = None
    if table is not None and _has_columns(name, columns):
        first_id, last_id = sealed.first_id, sealed.last_id
        statement = compose(
            "row_marks.sql",
            table,
            first_id=sql.Literal(first_id),
            last_id=sql.Literal(last_id),
            columns=columns,
        )
        with connection.cursor() as cursor:
            cursor.execute(statement.as_string())
            rows = [(tuple(key), bytes(mark)) for mark, *key in cursor.fetchall()]
        difference = find_difference(
            bytes(sealed.marks),
            rows,
            first_id=first_id,
            last_id=last_id,
            is_numbered=table.ordering[-1] == "line_no",
        )
    if difference is None:
        return Break(BreakKind.CHANGED, seal_id, name)
    return Break(BreakKind(difference.fault.value), seal_id, name, _row_text(difference))


def _row_text(difference: RowDifference) -> str:
    key, latest = ("/".join(map(str, each)) for each in (difference.key, difference.latest_key))
    return key if key == latest else f"{key} to {latest}"


def _compare_anchors(hashes: dict[str, int], anchors: Sequence[str]) -> Break | None:
    agreed = None
    for anchor in anchors:
        if anchor not in hashes:
            return Break(BreakKind.ANCHOR_UNKNOWN, agreed)
        agreed = hashes[anchor]
    return None
