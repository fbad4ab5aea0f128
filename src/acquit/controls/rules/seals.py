"""Seals of the log and the books: each hash covers the one before it, so a change anywhere shows everywhere after it.

The one clever idea: what is hashed is text anyone can write again. A row is a JSON array of its columns, a block is
canonical JSON (keys sorted, no spaces, UTF-8) of what it seals, and a dozen lines of any language check the chain.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

GENESIS_HASH = "0" * 64
#: A table's first interval reaches down to here, so that no row slips in below it.
LOWEST_ID = -(2**63)
#: How much of a row's hash is kept to find a changed row again: the proof is the hash over all of them.
MARK_BYTES = 4

_Key = tuple[int, ...]

_HASH = re.compile(r"[0-9a-f]{64}")
_PLAIN = frozenset({str, int, bool, type(None)})
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class RowFault(StrEnum):
    """How the rows of a sealed interval differ from those that were sealed."""

    CHANGED = "CHANGED"
    MISSING = "MISSING"
    ADDED = "ADDED"


@dataclass(frozen=True, slots=True)
class SealedInterval:
    """Rows of a table with keys from `first_id` to `last_id`, both inside, and the hash over their hashes in order."""

    table: str
    columns: str
    first_id: int
    last_id: int
    row_count: int
    rows_hash: str

    def as_sealed(self) -> dict[str, object]:
        """Give the interval as it goes into the block's hash."""
        return {
            "columns": self.columns,
            "first_id": self.first_id,
            "hash": self.rows_hash,
            "last_id": self.last_id,
            "rows": self.row_count,
            "table": self.table,
        }


@dataclass(frozen=True, slots=True)
class RowDifference:
    """The first row that differs: its key, or for a missing one the first and last key it may have had."""

    fault: RowFault
    key: tuple[int, ...]
    latest_key: tuple[int, ...]


def canonical_json(value: object) -> bytes:
    """Write a value as canonical JSON in UTF-8.

    Raises TypeError for floats, whose text differs between languages, and for what JSON does not know:
    amounts and dates go in as text.
    """
    _refuse_floats(value)
    return _ENCODER.encode(value).encode()


def seal_hash(previous_hash: str, sealed: Mapping[str, object]) -> str:
    """Give sha256(previous hash + canonical JSON of what is sealed) in hex; the first follows GENESIS_HASH."""
    if not _HASH.fullmatch(previous_hash):
        raise ValueError(f"{previous_hash!r} is no sha256 in lower-case hex")
    return hashlib.sha256(previous_hash.encode() + canonical_json(dict(sealed))).hexdigest()


def block_hash(previous_hash: str, sealed_at: str, intervals: Iterable[SealedInterval]) -> str:
    """Give the hash of a block: the one before it, the moment of sealing, and its intervals by table."""
    parts = sorted(intervals, key=lambda interval: interval.table)
    return seal_hash(
        previous_hash, {"intervals": [part.as_sealed() for part in parts], "sealed_at": sealed_at}
    )


def find_difference(
    marks: bytes,
    rows: Sequence[tuple[tuple[int, ...], bytes]],
    *,
    first_id: int,
    last_id: int,
    is_numbered: bool = False,
) -> RowDifference | None:
    """Find the first row (key, mark) that is not as it was sealed; None when every mark agrees.

    `is_numbered`: rows are lines, numbered from 1 in each thing, so that a gap among them is told exactly.
    A row whose mark comes later among the sealed ones stands where others are missing; a sealed mark that comes later
    among the rows has others before it that were added; anything else was changed.
    """
    sealed = [marks[at : at + MARK_BYTES] for at in range(0, len(marks), MARK_BYTES)]
    found = [mark for _, mark in rows]
    for place in range(max(len(sealed), len(found))):
        if place < len(sealed) and place < len(found) and sealed[place] == found[place]:
            continue
        if place >= len(sealed):
            return _at(RowFault.ADDED, rows[place][0])
        if place >= len(found) or found[place] in sealed[place + 1 :]:
            before = rows[place - 1][0] if place else None
            after = rows[place][0] if place < len(rows) else None
            missing = _missing_line if is_numbered else _missing_row
            return missing(before, after, first_id, last_id)
        is_added = sealed[place] in found[place + 1 :]
        return _at(RowFault.ADDED if is_added else RowFault.CHANGED, rows[place][0])
    return None


def _at(fault: RowFault, key: tuple[int, ...]) -> RowDifference:
    return RowDifference(fault, key, key)


def _missing_row(before: _Key | None, after: _Key | None, first_id: int, last_id: int) -> RowDifference:
    """Say which keys fit between two neighbours: all after the one and before the other."""
    earliest = before[0] + 1 if before is not None else max(first_id, 1)
    latest = after[0] - 1 if after is not None else last_id
    return RowDifference(RowFault.MISSING, (min(earliest, latest),), (latest,))


def _missing_line(before: _Key | None, after: _Key | None, first_id: int, last_id: int) -> RowDifference:
    if after is not None and after[1] > 1:
        is_same = before is not None and before[0] == after[0]
        return _at(RowFault.MISSING, (after[0], before[1] + 1 if is_same and before is not None else 1))
    between = _missing_row(before, after, first_id, last_id)
    if before is None:
        return between
    line = (before[0], before[1] + 1)
    is_of_before = between.latest_key[0] <= before[0]
    return RowDifference(RowFault.MISSING, line, line if is_of_before else between.latest_key)


def _refuse_floats(value: object) -> None:
    # What is plainly fine is told by its exact type, without a further call.
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float: write amounts as text before they are sealed")
    if isinstance(value, dict | Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is no text")
            if type(inner) not in _PLAIN:
                _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if type(inner) not in _PLAIN:
                _refuse_floats(inner)
