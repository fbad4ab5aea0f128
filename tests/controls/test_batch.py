"""Sealing the event log: what is sealed, when it may be sealed, and every way of tampering shows."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction

from acquit.controls import batch
from acquit.controls.batch import BrokenSeal, SealFault, SealOutcome, seal_events, verify_seals
from acquit.controls.models import AuditSeal
from acquit.controls.rules.seals import GENESIS_HASH
from acquit.infra.bulk import WritePlan, write
from acquit.infra.models import Event
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation, set_companies
from tests import databases

pytestmark = pytest.mark.django_db


COMPANY = 1


@pytest.fixture(autouse=True)
def scope(db: None) -> None:
    set_companies([COMPANY])


def record(*kinds: str) -> None:
    with operation():
        plan = WritePlan()
        record_events(plan, [EventDraft(COMPANY, kind, "THING", n) for n, kind in enumerate(kinds)])
        write(plan)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "EVENTS_A_BLOCK", 3)


def test_blocks_chain_from_the_genesis_and_are_sealed_once(small_blocks: None) -> None:
    record(*"abcdefg")
    assert seal_events() == SealOutcome(blocks=3, events=7)
    seals = list(AuditSeal.objects.order_by("id"))
    assert [seal.event_count for seal in seals] == [3, 3, 1]
    assert [seal.previous_hash for seal in seals] == [GENESIS_HASH, seals[0].block_hash, seals[1].block_hash]
    assert seal_events() == SealOutcome(blocks=0, events=0)
    record("h")
    assert seal_events() == SealOutcome(blocks=1, events=1)
    report = verify_seals()
    assert (report.blocks, report.events, report.broken) == (4, 8, None)
    assert report.last_hash == AuditSeal.objects.order_by("-id")[0].block_hash


def test_nothing_to_seal_and_nothing_sealed_are_both_in_order() -> None:
    assert seal_events() == SealOutcome(blocks=0, events=0)
    report = verify_seals()
    assert (report.blocks, report.events, report.last_hash, report.broken) == (0, 0, GENESIS_HASH, None)


def test_the_hash_can_be_recomputed_with_nothing_of_ours() -> None:
    payload = {"grün": "ß", "n": 12, "deep": [{"amount": "1.50"}], "rate": 1.50, "none": None}
    with operation():
        plan = WritePlan()
        record_events(
            plan, [EventDraft(COMPANY, "some.thing.happened", "THING", 5, payload, run_id=2, actor_id=3)]
        )
        write(plan)
    seal_events()
    [row] = Event.objects.all()
    # Written out by hand: keys sorted, no spaces, UTF-8, the fraction as the text it is stored as.
    text = (
        '{"actor_id":3,"company_id":1,"id":{ID},"kind":"some.thing.happened","object_id":5,"object_kind":"THING",'
        '"payload":{"deep":[{"amount":"1.50"}],"grün":"ß","n":12,"none":null,"rate":"1.5"},'
        '"recorded_at":"{AT}+00:00","run_id":2}'
    )
    text = text.replace("{ID}", str(row.id)).replace("{AT}", row.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%f"))
    expected = hashlib.sha256(b"0" * 64 + text.encode()).hexdigest()
    assert json.loads(text)["payload"]["n"] == 12
    assert AuditSeal.objects.get().block_hash == expected


# Tampering ------------------------------------------------------------------------------------------------------------

Tamper = Callable[[Any, list[int]], object]


def by_id(statement: str, which: int) -> Tamper:
    return lambda cursor, ids: cursor.execute(statement, [ids[which]])


def swap(cursor: Any, ids: list[int]) -> None:
    cursor.execute("UPDATE event SET id = -1 WHERE id = %s", [ids[3]])
    cursor.execute("UPDATE event SET id = %s WHERE id = %s", [ids[3], ids[4]])
    cursor.execute("UPDATE event SET id = %s WHERE id = -1", [ids[4]])


def insert_in_a_gap(cursor: Any, ids: list[int]) -> None:
    cursor.execute(
        "INSERT INTO event (id, company_id, kind, object_kind, object_id, payload)"
        " VALUES (%s, 1, 'x', 'THING', 1, '{}')",
        [ids[3] - 1],
    )


def move_into_the_next_block(cursor: Any, ids: list[int]) -> None:
    cursor.execute("UPDATE event SET id = %s WHERE id = %s", [ids[6] - 1, ids[5]])


TAMPERINGS: dict[str, tuple[Tamper, int, SealFault]] = {
    "a payload": (
        by_id("UPDATE event SET payload = '{\"a\": 1}' WHERE id = %s", 0),
        0,
        SealFault.EVENTS_CHANGED,
    ),
    "a kind": (by_id("UPDATE event SET kind = 'z' WHERE id = %s", 4), 1, SealFault.EVENTS_CHANGED),
    "an object": (by_id("UPDATE event SET object_id = 99 WHERE id = %s", 4), 1, SealFault.EVENTS_CHANGED),
    "an object's kind": (
        by_id("UPDATE event SET object_kind = '' WHERE id = %s", 4),
        1,
        SealFault.EVENTS_CHANGED,
    ),
    "an actor": (by_id("UPDATE event SET actor_id = 1 WHERE id = %s", 4), 1, SealFault.EVENTS_CHANGED),
    "a run": (by_id("UPDATE event SET run_id = 1 WHERE id = %s", 4), 1, SealFault.EVENTS_CHANGED),
    "a company": (by_id("UPDATE event SET company_id = 2 WHERE id = %s", 4), 1, SealFault.EVENTS_CHANGED),
    "a moment": (
        by_id("UPDATE event SET recorded_at = recorded_at + interval '1 microsecond' WHERE id = %s", 7),
        2,
        SealFault.EVENTS_CHANGED,
    ),
    "two events swapped": (swap, 1, SealFault.EVENTS_CHANGED),
    "an event deleted": (by_id("DELETE FROM event WHERE id = %s", 5), 1, SealFault.EVENTS_MISSING),
    "the first event deleted": (by_id("DELETE FROM event WHERE id = %s", 0), 0, SealFault.EVENTS_MISSING),
    "the last event deleted": (by_id("DELETE FROM event WHERE id = %s", 7), 2, SealFault.EVENTS_MISSING),
    "an event slipped into a gap": (insert_in_a_gap, 1, SealFault.EVENTS_ADDED),
    "an event moved": (move_into_the_next_block, 1, SealFault.EVENTS_MISSING),
    "a seal's hash": (
        lambda c, _: c.execute("UPDATE audit_seal SET block_hash = repeat('a', 64) WHERE event_count = 2"),
        2,
        SealFault.EVENTS_CHANGED,
    ),
    "the first seal deleted": (
        lambda c, _: c.execute("DELETE FROM audit_seal WHERE previous_hash = repeat('0', 64)"),
        1,
        SealFault.CHAIN_BROKEN,
    ),
    "a seal re-made for changed events": (
        lambda c, ids: (
            c.execute("UPDATE event SET kind = 'forged' WHERE id = %s", [ids[1]]),
            c.execute(
                "UPDATE audit_seal SET block_hash = repeat('b', 64) WHERE previous_hash = repeat('0', 64)"
            ),
        ),
        0,
        SealFault.EVENTS_CHANGED,
    ),
    "a seal's interval": (
        lambda c, ids: c.execute(
            "UPDATE audit_seal SET first_event_id = %s WHERE last_event_id = %s", [ids[0], ids[5]]
        ),
        1,
        SealFault.CHAIN_BROKEN,
    ),
}


@pytest.fixture
def sealed(small_blocks: None, superuser_connection: psycopg.Connection[Any]) -> list[int]:
    """Seal eight events in blocks of three, with a dead id before the fourth and before the seventh."""
    record(*"abc")
    burn_an_id()
    record(*"def")
    burn_an_id()
    record(*"gh")
    seal_events()
    superuser_connection.execute("SET session_replication_role = replica")
    return list(Event.objects.order_by("id").values_list("id", flat=True))


def burn_an_id() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('event', 'id'))")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_shows_at_the_first_block_it_touches(
    sealed: list[int], superuser_connection: psycopg.Connection[Any], name: str
) -> None:
    tamper, block, fault = TAMPERINGS[name]
    seals = list(AuditSeal.objects.order_by("id"))
    assert verify_seals().broken is None
    tamper(superuser_connection, sealed)
    superuser_connection.commit()
    broken = verify_seals().broken
    assert broken is not None
    assert (broken.seal_id, broken.fault) == (seals[block].id, fault)
    assert verify_seals().broken == broken


@pytest.mark.django_db(transaction=True)
def test_a_block_rewritten_with_a_true_hash_breaks_the_chain_after_it(
    sealed: list[int], superuser_connection: psycopg.Connection[Any]
) -> None:
    first, second = AuditSeal.objects.order_by("id")[:2]
    superuser_connection.execute("UPDATE event SET kind = 'forged' WHERE id = %s", [sealed[1]])
    superuser_connection.commit()
    with operation():
        forged = batch._hash_events(GENESIS_HASH, list(batch._stream_events(first.last_event_id)))
    superuser_connection.execute("UPDATE audit_seal SET block_hash = %s WHERE id = %s", [forged, first.id])
    superuser_connection.commit()
    assert verify_seals().broken == BrokenSeal(
        second.id, second.first_event_id, second.last_event_id, SealFault.CHAIN_BROKEN
    )


# When an id is settled ------------------------------------------------------------------------------------------------


@contextmanager
def writer_session() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(**databases.settings_for("app")) as session:
        session.execute("SET LOCAL ROLE acquit_writer")
        yield session


INSERT = (
    "INSERT INTO event (company_id, kind, object_kind, object_id, payload) VALUES (1, %s, 'THING', 1, '{}')"
)


@pytest.mark.django_db(transaction=True)
def test_an_event_committed_late_is_sealed_in_its_place() -> None:
    record("before")
    done: list[SealOutcome] = []

    def seal() -> None:
        done.append(seal_events(wait_seconds=30))
        connections.close_all()

    with writer_session() as slow:
        slow.execute(INSERT, ["slow"])  # takes an id below the next one's, and commits after it
        record("after")
        sealer = threading.Thread(target=seal)
        sealer.start()
        time.sleep(0.3)
        assert done == []
        assert AuditSeal.objects.count() == 0
        slow.commit()
        sealer.join(timeout=30)
    assert done == [SealOutcome(blocks=1, events=3)]
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == ["before", "slow", "after"]
    assert verify_seals().broken is None


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_does_not_end_puts_sealing_off_and_readers_never_do() -> None:
    record("before")
    with writer_session() as stuck:
        stuck.execute(INSERT, ["stuck"])
        assert seal_events(wait_seconds=0.1) == SealOutcome(0, 0, is_settled=False)
        assert AuditSeal.objects.count() == 0
        stuck.rollback()
        stuck.execute("SELECT count(*) FROM event")  # an open transaction that only reads, like a backup
        assert seal_events(wait_seconds=0.1) == SealOutcome(blocks=1, events=1)
    record("later")
    assert seal_events() == SealOutcome(blocks=1, events=1)
    assert verify_seals().broken is None


@pytest.mark.django_db(transaction=True)
def test_writers_who_come_later_are_not_waited_for() -> None:
    record("before")
    with writer_session() as first, writer_session() as second:
        first.execute(INSERT, ["first"])
        outcome: list[SealOutcome] = []

        def seal() -> None:
            outcome.append(seal_events(wait_seconds=30))
            connections.close_all()

        sealer = threading.Thread(target=seal)
        sealer.start()
        time.sleep(0.2)
        second.execute(INSERT, ["second"])
        first.commit()
        sealer.join(timeout=30)
        assert outcome == [SealOutcome(blocks=1, events=2)]
        second.commit()
    assert seal_events() == SealOutcome(blocks=1, events=1)
    assert verify_seals().broken is None


@pytest.mark.django_db(transaction=True)
def test_many_sealers_and_writers_at_once_seal_every_event_once(small_blocks: None) -> None:
    outcomes: list[SealOutcome] = []
    failures: list[BaseException] = []

    def guarded(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connections.close_all()

    def write_some() -> None:
        for _ in range(15):
            record("x", "y")

    def seal_some() -> None:
        outcomes.extend(seal_events() for _ in range(8))

    threads = [threading.Thread(target=guarded, args=[act]) for act in [write_some] * 3 + [seal_some] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []
    outcomes.append(seal_events())
    assert sum(outcome.events for outcome in outcomes) == 90
    assert sum(AuditSeal.objects.values_list("event_count", flat=True)) == 90
    report = verify_seals()
    assert (report.events, report.broken) == (90, None)


def write_and_fail() -> None:
    with transaction.atomic(), operation():
        plan = WritePlan()
        record_events(plan, [EventDraft(COMPANY, "gone", "THING", 1)])
        write(plan)
        raise RuntimeError


def test_a_failed_operation_leaves_a_gap_and_no_broken_seal() -> None:
    record("a")
    with pytest.raises(RuntimeError):
        write_and_fail()
    record("b")
    assert seal_events() == SealOutcome(blocks=1, events=2)
    first, second = Event.objects.order_by("id")
    assert second.id == first.id + 2
    assert verify_seals().broken is None
