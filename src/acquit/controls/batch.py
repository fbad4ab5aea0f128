"""Sealing the event log and checking the seals.

The clever idea is how an id is known to be settled without any writer waiting: read the last id taken, note which
transactions hold a write lock on the log at that moment, and wait until they have ended. Whoever comes later gets a
higher id, so up to the noted one every event is committed or will never be. No transaction number is stored, so the
seals hold after a restore on another machine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection

from acquit.controls.models import AuditSeal
from acquit.controls.rules.seals import GENESIS_HASH, seal_hash
from acquit.infra.schema import sql_text
from acquit.infra.transaction import operation

EVENTS_A_BLOCK = 10_000
_LOOK_AGAIN_SECONDS = 0.02
_FETCH_AT_ONCE = 2_000
_DECODER = json.JSONDecoder(parse_float=str)


class SealFault(StrEnum):
    """How a block of the log and its seal disagree."""

    EVENTS_CHANGED = "EVENTS_CHANGED"
    EVENTS_MISSING = "EVENTS_MISSING"
    EVENTS_ADDED = "EVENTS_ADDED"
    CHAIN_BROKEN = "CHAIN_BROKEN"


@dataclass(frozen=True, slots=True)
class SealOutcome:
    """What a sealing did. `is_settled` is False when a writer did not end in time: the rest is sealed next time."""

    blocks: int
    events: int
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """The first block that does not hold, with its interval of event ids (both ends inside)."""

    seal_id: int
    first_event_id: int
    last_event_id: int
    fault: SealFault


@dataclass(frozen=True, slots=True)
class SealReport:
    """What checking the seals found. Keep `last_hash` elsewhere: it proves the whole log up to it."""

    blocks: int
    events: int
    last_hash: str
    broken: BrokenSeal | None = None


class _Event(NamedTuple):
    id: int
    company_id: int | None
    kind: str
    object_kind: str
    object_id: int
    run_id: int | None
    actor_id: int | None
    payload: str
    recorded_at: datetime

    def as_sealed(self) -> dict[str, Any]:
        """Give the event as it goes into the hash; fractions of the payload stay the text they were stored as."""
        return {
            **self._asdict(),
            "payload": _DECODER.decode(self.payload),
            "recorded_at": self.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        }


def seal_events(*, wait_seconds: float = 10.0) -> SealOutcome:
    """Seal all settled events not sealed yet, in blocks of up to 10,000, each in its own transaction.

    Waits up to `wait_seconds` for the transactions that were writing events when it was called; when one of them does
    not end, nothing is sealed now. Two sealers at once share the work: no block is sealed twice.
    """
    last_id = _last_event_id()
    if not _await_writers(wait_seconds):
        return SealOutcome(0, 0, is_settled=False)
    blocks = events = 0
    while count := _seal_next_block(last_id):
        blocks += 1
        events += count
    return SealOutcome(blocks, events)


def verify_seals() -> SealReport:
    """Recompute every seal and name the first block that does not hold: changed, missing, added or swapped events."""
    previous, after_id, events, blocks = GENESIS_HASH, 0, 0, 0
    with operation():
        seals = list(AuditSeal.objects.order_by("id"))
        until = seals[-1].last_event_id if seals else 0
        found = _stream_events(until)
        waiting = next(found, None)
        for seal in seals:
            block_hash, count = previous, 0
            while waiting is not None and waiting.id <= seal.last_event_id:
                block_hash = seal_hash(block_hash, waiting.as_sealed())
                count += 1
                waiting = next(found, None)
            fault = _find_fault(seal, previous, after_id, block_hash, count)
            if fault is not None:
                broken = BrokenSeal(seal.id, seal.first_event_id, seal.last_event_id, fault)
                return SealReport(blocks, events, previous, broken)
            previous, after_id = seal.block_hash, seal.last_event_id
            blocks += 1
            events += count
    return SealReport(blocks, events, previous)


def _find_fault(
    seal: AuditSeal, previous: str, after_id: int, block_hash: str, count: int
) -> SealFault | None:
    if seal.previous_hash != previous or seal.first_event_id <= after_id:
        return SealFault.CHAIN_BROKEN
    if count != seal.event_count:
        return SealFault.EVENTS_MISSING if count < seal.event_count else SealFault.EVENTS_ADDED
    return None if block_hash == seal.block_hash else SealFault.EVENTS_CHANGED


def _last_event_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('event', 'id')")
        sequence = cursor.fetchone()[0]
        # The name comes from PostgreSQL, quoted where it has to be.
        cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _await_writers(wait_seconds: float) -> bool:
    """Wait until everybody who is writing events now has ended; gives False when that took too long."""
    deadline = time.monotonic() + wait_seconds
    awaited = _event_writers()
    while awaited:
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK_AGAIN_SECONDS)
        awaited &= _event_writers()
    return True


def _event_writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql_text("controls", "event_writers.sql"))
        return {row[0] for row in cursor.fetchall()}


def _seal_next_block(until_id: int) -> int:
    """Seal the next block up to an id; gives how many events it holds, zero when there is none left."""
    with operation():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acquit.audit_seal'))")
        last = AuditSeal.objects.order_by("-id").first()
        after_id = last.last_event_id if last else 0
        with connection.cursor() as cursor:
            cursor.execute(
                sql_text("controls", "events_to_seal.sql"),
                {"after_id": after_id, "until_id": until_id, "most": EVENTS_A_BLOCK},
            )
            events = [_Event(*row) for row in cursor.fetchall()]
        if not events:
            return 0
        previous = last.block_hash if last else GENESIS_HASH
        AuditSeal.objects.create(
            first_event_id=events[0].id,
            last_event_id=events[-1].id,
            event_count=len(events),
            previous_hash=previous,
            block_hash=_hash_events(previous, events),
        )
    return len(events)


def _hash_events(previous: str, events: Iterable[_Event]) -> str:
    for event in events:
        previous = seal_hash(previous, event.as_sealed())
    return previous


def _stream_events(until_id: int) -> Iterator[_Event]:
    """Give the events up to an id in order, a few at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            sql_text("controls", "events_to_seal.sql"), {"after_id": 0, "until_id": until_id, "most": None}
        )
        while rows := cursor.fetchmany(_FETCH_AT_ONCE):
            for row in rows:
                yield _Event(*row)
