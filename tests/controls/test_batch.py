"""Sealing the log and the books: what is sealed, when it may be sealed, and that sealers and writers do not meet."""

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
from django.apps import apps
from django.db import connection, connections, transaction

from acquit.controls.batch import SealOutcome, get_last_hash, seal_blocks, sealing, verify_seals
from acquit.controls.batch.sealed_tables import LEFT_OUT, PARENTS, list_sealed_tables
from acquit.controls.models import AuditSeal, AuditSealInterval
from acquit.controls.rules.seals import GENESIS_HASH, LOWEST_ID
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.models import Event
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.tables import AppendOnly
from acquit.infra.transaction import operation, set_companies
from tests import databases
from tests.insight.story import tell_story

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
    monkeypatch.setattr(sealing, "ROWS_A_BLOCK", 3)


def test_every_append_only_table_is_sealed_or_left_out_by_name() -> None:
    append_only = {model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnly)}
    sealed = {table.name: table for table in list_sealed_tables()}
    assert set(sealed) | set(LEFT_OUT) == append_only
    assert set(sealed) & set(LEFT_OUT) == set()
    assert {name for name, table in sealed.items() if table.key != "id"} == set(PARENTS)
    assert set(PARENTS.values()) <= set(sealed)
    assert sealed["clearing_edge"].columns[:3] == ("recorded_at", "id", "clearing_id")
    assert "debit_is_owed" not in sealed["clearing_edge"].columns  # it follows from another column
    assert sealed["posting"].ordering == ("entry_id", "line_no")


def test_blocks_chain_from_the_genesis_and_rows_are_sealed_once(small_blocks: None) -> None:
    record(*"abcdefg")
    assert seal_blocks() == SealOutcome(blocks=3, rows=7)
    seals = list(AuditSeal.objects.order_by("id"))
    intervals = list(AuditSealInterval.objects.order_by("seal_id"))
    assert [interval.row_count for interval in intervals] == [3, 3, 1]
    assert intervals[0].first_id == LOWEST_ID
    assert [interval.first_id for interval in intervals[1:]] == [
        interval.last_id + 1 for interval in intervals[:-1]
    ]
    assert [seal.previous_hash for seal in seals] == [GENESIS_HASH, seals[0].block_hash, seals[1].block_hash]
    assert seal_blocks() == SealOutcome(blocks=0, rows=0)
    record("h")
    assert seal_blocks() == SealOutcome(blocks=1, rows=1)
    report = verify_seals()
    assert (report.blocks, report.rows, report.broken) == (4, 8, None)
    assert report.last_hash == get_last_hash() == AuditSeal.objects.order_by("-id")[0].block_hash


def test_nothing_to_seal_and_nothing_sealed_are_both_in_order() -> None:
    assert seal_blocks() == SealOutcome(blocks=0, rows=0)
    report = verify_seals()
    assert (report.blocks, report.rows, report.last_hash, report.broken) == (0, 0, GENESIS_HASH, None)


def test_all_rows_of_real_books_are_sealed_once(small_blocks: None) -> None:
    tell_story()  # it seals at its end
    with operation(), connection.cursor() as cursor:
        for table in list_sealed_tables():
            cursor.execute(f'SELECT count(*) FROM "{table.name}"')
            sealed = AuditSealInterval.objects.filter(table_name=table.name).values_list(
                "row_count", flat=True
            )
            assert (table.name, sum(sealed)) == (table.name, cursor.fetchone()[0])
    report = verify_seals()
    assert report.broken is None
    assert report.rows == sum(AuditSealInterval.objects.values_list("row_count", flat=True)) > 150


def test_the_hash_can_be_recomputed_with_nothing_of_ours() -> None:
    payload = {"grün": "ß", "n": 12, "deep": [{"amount": "1.50"}], "rate": 1.50, "none": None}
    with operation():
        plan = WritePlan()
        record_events(
            plan, [EventDraft(COMPANY, "some.thing.happened", "THING", 5, payload, run_id=2, actor_id=3)]
        )
        write(plan)
    seal_blocks()
    [row] = Event.objects.all()
    [seal], [interval] = AuditSeal.objects.all(), AuditSealInterval.objects.all()
    # Written out by hand: a JSON array as PostgreSQL writes it, moments in UTC and without trailing zeros.
    at = row.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    body = '{"n": 12, "deep": [{"amount": "1.50"}], "none": null, "rate": 1.5, "grün": "ß"}'
    text = f'["{at}+00:00", {row.id}, 5, 2, 3, 1, "some.thing.happened", "THING", {body}]'
    leaf = hashlib.sha256(text.encode()).digest()
    assert bytes(interval.marks) == leaf[:4]
    assert interval.rows_hash == hashlib.sha256(leaf).hexdigest()
    block = {
        "intervals": [
            {
                "columns": "recorded_at,id,object_id,run_id,actor_id,company_id,kind,object_kind,payload",
                "first_id": -(2**63),
                "hash": interval.rows_hash,
                "last_id": row.id,
                "rows": 1,
                "table": "event",
            }
        ],
        "sealed_at": seal.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
    }
    written = json.dumps(block, sort_keys=True, separators=(",", ":")).encode()
    assert seal.block_hash == hashlib.sha256(b"0" * 64 + written).hexdigest()


def test_the_text_of_rows_does_not_turn_on_settings(small_blocks: None) -> None:
    tell_story()
    with connection.cursor() as cursor:
        for setting in (
            "TimeZone = 'Asia/Kathmandu'",
            "DateStyle = 'German, DMY'",
            "extra_float_digits = -10",
            "IntervalStyle = 'iso_8601'",
            "bytea_output = 'escape'",
            "lc_numeric = 'C'",
        ):
            cursor.execute(f"SET LOCAL {setting}")
    assert verify_seals().broken is None


# When a row is settled ------------------------------------------------------------------------------------------------


@contextmanager
def writer_session() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(**databases.settings_for("app")) as session:
        session.execute("SET LOCAL ROLE acquit_writer")
        yield session


INSERT = (
    "INSERT INTO event (company_id, kind, object_kind, object_id, payload) VALUES (1, %s, 'THING', 1, '{}')"
)


@contextmanager
def sealing_meanwhile() -> Iterator[list[SealOutcome]]:
    """Seal in a thread, which has ended when the block is left."""
    done: list[SealOutcome] = []

    def seal() -> None:
        done.append(seal_blocks(wait_seconds=30))
        connections.close_all()

    sealer = threading.Thread(target=seal)
    sealer.start()
    time.sleep(0.3)
    yield done
    sealer.join(timeout=30)


@pytest.mark.django_db(transaction=True)
def test_an_event_committed_late_is_sealed_in_its_place() -> None:
    record("before")
    with writer_session() as slow:
        slow.execute(INSERT, ["slow"])  # takes an id below the next one's, and commits after it
        record("after")
        with sealing_meanwhile() as done:
            assert done == []
            assert AuditSeal.objects.count() == 0
            slow.commit()
    assert done == [SealOutcome(blocks=1, rows=3)]
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == ["before", "slow", "after"]
    assert verify_seals().broken is None


@pytest.mark.django_db(transaction=True)
def test_an_id_taken_long_before_its_row_is_written_is_waited_for() -> None:
    record("before")
    with writer_session() as slow:
        [decision_id] = (
            slow.execute("SELECT nextval(pg_get_serial_sequence('decision', 'id'))").fetchone() or []
        )
        with sealing_meanwhile() as done:
            assert done == []  # no lock on the table yet, only on its sequence
            slow.execute("SELECT set_config('acquit.companies', '1', true)")
            slow.execute(
                "INSERT INTO decision (id, subject_id, company_id, kind, subject_kind, outcome, proof)"
                " VALUES (%s, 1, 1, 'X', 'X', 'X', '{}')",
                [decision_id],
            )
            slow.commit()
    assert done == [SealOutcome(blocks=1, rows=2)]
    assert verify_seals().broken is None


@pytest.mark.django_db(transaction=True)
def test_ids_are_not_taken_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        next_ids("item", 1)


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_does_not_end_puts_sealing_off_and_readers_never_do() -> None:
    record("before")
    with writer_session() as stuck:
        stuck.execute(INSERT, ["stuck"])
        assert seal_blocks(wait_seconds=0.1) == SealOutcome(0, 0, is_settled=False)
        assert AuditSeal.objects.count() == 0
        stuck.rollback()
        stuck.execute("SELECT count(*) FROM event")  # an open transaction that only reads, like a backup
        assert seal_blocks(wait_seconds=0.1) == SealOutcome(blocks=1, rows=1)
    record("later")
    assert seal_blocks() == SealOutcome(blocks=1, rows=1)
    assert verify_seals().broken is None


@pytest.mark.django_db(transaction=True)
def test_writers_who_come_later_are_not_waited_for() -> None:
    record("before")
    with writer_session() as first, writer_session() as second:
        first.execute(INSERT, ["first"])
        with sealing_meanwhile() as done:
            second.execute(INSERT, ["second"])
            first.commit()
        assert done == [SealOutcome(blocks=1, rows=2)]
        second.commit()
    assert seal_blocks() == SealOutcome(blocks=1, rows=1)
    assert verify_seals().broken is None


@pytest.mark.django_db(transaction=True)
def test_many_sealers_and_writers_at_once_seal_every_row_once(small_blocks: None) -> None:
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
        set_companies([COMPANY])
        for _ in range(15):
            record("x", "y")

    def seal_some() -> None:
        outcomes.extend(seal_blocks() for _ in range(8))

    threads = [threading.Thread(target=guarded, args=[act]) for act in [write_some] * 3 + [seal_some] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []
    outcomes.append(seal_blocks())
    assert sum(outcome.rows for outcome in outcomes) == 90
    report = verify_seals()
    assert (report.rows, report.broken) == (90, None)


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
    assert seal_blocks() == SealOutcome(blocks=1, rows=1)
    assert seal_blocks() == SealOutcome(blocks=0, rows=0)  # an id nobody used makes no block
    record("b")
    assert seal_blocks() == SealOutcome(blocks=1, rows=1)
    first, second = Event.objects.order_by("id")
    assert second.id == first.id + 2
    assert verify_seals().broken is None
