"""Tampering by hand at the database, triggers asleep: `acquit audit verify` names the block, the table and the row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from acquit.controls.batch import get_last_hash, sealing
from acquit.controls.models import AuditSeal, AuditSealInterval
from acquit.controls.rules.seals import GENESIS_HASH, SealedInterval, block_hash
from tests import databases
from tests.cli.acquit import acquit
from tests.controls.sealed_books import ENTRY, MIDDLE, block_of, named, one, tell_and_seal


@pytest.fixture(scope="module")
def sealed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Commit the books once, and let Django be the superuser, so that each test tampers and rolls back."""
    with django_db_blocker.unblock():
        with psycopg.connect(**databases.settings_for("superuser")) as administrator:
            is_superuser = administrator.execute("SELECT current_setting('is_superuser')").fetchone()
        if is_superuser != ("on",):
            pytest.skip("the login of ACQUIT_TEST_DATABASE_URL is no superuser")
        before = databases.point_django_to("superuser", databases.worker_database())
        tell_and_seal()
    yield
    with django_db_blocker.unblock():
        databases.renew_worker_database()
        databases.point_django_to("app", before["NAME"])


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)


def tamper(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")  # an operation before left the application's
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount != 0, f"changed nothing: {statement}"
        cursor.execute("SET LOCAL session_replication_role = origin")


@dataclass(frozen=True)
class Tampering:
    """Statements over the row {id} of a table, and the row and kind that must be named."""

    table: str
    pick: str
    statements: tuple[str, ...]
    kind: str = "CHANGED"
    row: str = "{id}"


TAMPERINGS = {
    "an amount of a posting": Tampering(
        "posting",
        ENTRY,
        ("UPDATE posting SET amount = amount + 0.01 WHERE entry_id = {id} AND line_no = 2",),
        row="{id}/2",
    ),
    "the digits of an amount": Tampering(
        "posting",
        ENTRY,
        ("UPDATE posting SET amount = (amount || '0')::numeric WHERE entry_id = {id} AND line_no = 1",),
        row="{id}/1",
    ),
    "a document's customer": Tampering(
        "document", MIDDLE.format("document"), ("UPDATE document SET customer_id = 1 WHERE id = {id}",)
    ),
    "an item's day": Tampering(
        "item", MIDDLE.format("item"), ("UPDATE item SET due_date = due_date + 1 WHERE id = {id}",)
    ),
    "an edge's amount": Tampering(
        "clearing_edge",
        MIDDLE.format("clearing_edge"),
        ("UPDATE clearing_edge SET amount = amount + 1 WHERE id = {id}",),
    ),
    "the moment of a row": Tampering(
        "clearing",
        MIDDLE.format("clearing"),
        ("UPDATE clearing SET recorded_at = recorded_at - interval '1 microsecond' WHERE id = {id}",),
    ),
    "a decision's proof": Tampering(
        "decision",
        "SELECT min(id) FROM decision",
        ("UPDATE decision SET proof = proof || '{{\"x\": 1}}' WHERE id = {id}",),
    ),
    "a policy version's threshold": Tampering(
        "policy_version",
        "SELECT min(id) FROM policy_version",
        ('UPDATE policy_version SET body = body || \'{{"auto_threshold": "0.01"}}\' WHERE id = {id}',),
    ),
    "a policy version's approver": Tampering(
        "policy_version",
        "SELECT min(id) FROM policy_version",
        ("UPDATE policy_version SET approver_id = 3 WHERE id = {id}",),
    ),
    "a rate": Tampering(
        "fx_rate", "SELECT max(id) FROM fx_rate", ("UPDATE fx_rate SET rate = 1 WHERE id = {id}",)
    ),
    "a bank line's text": Tampering(
        "bank_line", "SELECT max(id) FROM bank_line", ("UPDATE bank_line SET text = 'x' WHERE id = {id}",)
    ),
    "an event's payload": Tampering(
        "event", MIDDLE.format("event"), ("UPDATE event SET payload = '{{\"a\": 1}}' WHERE id = {id}",)
    ),
    "an event's actor": Tampering(
        "event", MIDDLE.format("event"), ("UPDATE event SET actor_id = 1 WHERE id = {id}",)
    ),
    "an event's company": Tampering(
        "event", MIDDLE.format("event"), ("UPDATE event SET company_id = NULL WHERE id = {id}",)
    ),
    "two rows that exchange their contents": Tampering(
        "item",
        MIDDLE.format("item"),
        (
            (
                "UPDATE item i SET (original_amount, company_amount, customer_id) ="
                " (SELECT o.original_amount, o.company_amount, o.customer_id FROM item o"
                "   WHERE o.id = CASE i.id WHEN {id} THEN {id} + 1 ELSE {id} END)"
                " WHERE i.id IN ({id}, {id} + 1)"
            ),
        ),
    ),
    "two rows that exchange their ids": Tampering(
        "event",
        MIDDLE.format("event"),
        (
            "UPDATE event SET id = -1 WHERE id = {id}",
            "UPDATE event SET id = {id} WHERE id = {id} + 1",
            "UPDATE event SET id = {id} + 1 WHERE id = -1",
        ),
    ),
    "an event deleted": Tampering(
        "event", MIDDLE.format("event"), ("DELETE FROM event WHERE id = {id}",), "MISSING"
    ),
    "the last event deleted": Tampering(
        "event", "SELECT max(id) FROM event", ("DELETE FROM event WHERE id = {id}",), "MISSING"
    ),
    "a line of an entry deleted": Tampering(
        "posting", ENTRY, ("DELETE FROM posting WHERE entry_id = {id} AND line_no = 1",), "MISSING", "{id}/1"
    ),
    "the last line of a document deleted": Tampering(
        "document_line",
        "SELECT min(document_id) FROM document_line WHERE line_no = 2",
        ("DELETE FROM document_line WHERE document_id = {id} AND line_no = 2",),
        "MISSING",
        "{id}/2",
    ),
    "a line slipped into an entry": Tampering(
        "posting",
        ENTRY,
        (
            (
                "INSERT INTO posting (entry_id, line_no, account_id, company_id, posting_date, currency, amount,"
                " company_amount, group_amount) SELECT entry_id, 9, account_id, company_id, posting_date, currency,"
                " amount, company_amount, group_amount FROM posting WHERE entry_id = {id} AND line_no = 1"
            ),
        ),
        "ADDED",
        "{id}/9",
    ),
    "an event below the first": Tampering(
        "event",
        "SELECT -7",
        (
            (
                "INSERT INTO event (id, company_id, kind, object_kind, object_id, payload)"
                " VALUES (-7, 1, 'x', 'THING', 1, '{{}}')"
            ),
        ),
        "ADDED",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_named(sealed: None, name: str) -> None:
    act = TAMPERINGS[name]
    assert acquit("audit", "verify").code == 0
    row_id = one(act.pick)
    tamper(*(statement.format(id=row_id) for statement in act.statements))
    outcome = acquit("audit", "verify", "--json")
    assert outcome.code == 1
    assert named(outcome) == (act.kind, block_of(act.table, row_id), act.table, act.row.format(id=row_id))
    said = acquit("audit", "verify")
    assert said.code == 1
    row = act.row.format(id=row_id)
    assert said.out.startswith(f"Block {block_of(act.table, row_id)}, table {act.table}: row {row} ")
    assert said.out.endswith(f"[{act.kind}]\n")


@pytest.mark.django_db
def test_the_earliest_block_is_named_first(sealed: None) -> None:
    late, early = one("SELECT max(id) FROM event"), one("SELECT min(id) FROM item")
    tamper(
        f"UPDATE event SET kind = 'x' WHERE id = {late}",
        f"UPDATE item SET number = 'x' WHERE id = {early}",
    )
    assert block_of("item", early) < block_of("event", late)
    assert named(acquit("audit", "verify", "--json"))[1:] == (block_of("item", early), "item", str(early))


@pytest.mark.django_db
def test_a_missing_row_of_several_possible_ones_is_said_so(sealed: None) -> None:
    first = one(MIDDLE.format("event"))
    tamper(f"DELETE FROM event WHERE id IN ({first}, {first} + 1)")
    assert named(acquit("audit", "verify", "--json"))[3] == f"{first} to {first + 1}"


@pytest.mark.django_db
def test_the_very_first_row_may_have_had_any_id_before_the_second(sealed: None) -> None:
    first = one("SELECT min(id) FROM event")
    tamper(f"DELETE FROM event WHERE id = {first}")
    kind, _, table, row = named(acquit("audit", "verify", "--json"))
    assert (kind, table) == ("MISSING", "event")
    assert row == (f"1 to {first}" if first > 1 else "1")


# The chain itself -----------------------------------------------------------------------------------------------------


def first_block() -> tuple[AuditSeal, list[SealedInterval]]:
    seal = AuditSeal.objects.order_by("id")[0]
    rows = AuditSealInterval.objects.filter(seal_id=seal.id)
    return seal, [
        SealedInterval(r.table_name, r.columns, r.first_id, r.last_id, r.row_count, r.rows_hash) for r in rows
    ]


def forge_first_block() -> tuple[int, str]:
    """Change an event, and make its interval and its block anew with true hashes; gives the block and its new hash."""
    seal, intervals = first_block()
    event = next(each for each in intervals if each.table == "event")
    tamper(f"UPDATE event SET kind = 'forged' WHERE id = {event.last_id}")
    mark = "sha256(convert_to(json_build_array(" + event.columns + ")::text, 'UTF8'))"
    rows = f"FROM event WHERE id <= {event.last_id}"
    new_hash = one(f"SELECT encode(sha256(string_agg({mark}, ''::bytea ORDER BY id)), 'hex') {rows}")
    tamper(
        f"UPDATE audit_seal_interval SET rows_hash = '{new_hash}', marks ="
        f" (SELECT string_agg(substr({mark}, 1, 4), ''::bytea ORDER BY id) {rows})"
        f" WHERE seal_id = {seal.id} AND table_name = 'event'"
    )
    seal, intervals = first_block()
    forged = block_hash(GENESIS_HASH, sealing.moment_text(seal.recorded_at), intervals)
    tamper(f"UPDATE audit_seal SET block_hash = '{forged}' WHERE id = {seal.id}")
    return seal.id, forged


@pytest.mark.django_db
def test_a_block_made_anew_breaks_the_chain_after_it(sealed: None) -> None:
    second = AuditSeal.objects.order_by("id")[1].id
    forge_first_block()
    outcome = acquit("audit", "verify", "--json")
    assert (outcome.code, named(outcome)) == (1, ("CHAIN_BROKEN", second, "", ""))


def make_chain_anew(previous: str) -> None:
    for seal in AuditSeal.objects.order_by("id")[1:]:
        rows = AuditSealInterval.objects.filter(seal_id=seal.id)
        intervals = [
            SealedInterval(r.table_name, r.columns, r.first_id, r.last_id, r.row_count, r.rows_hash)
            for r in rows
        ]
        made = block_hash(previous, sealing.moment_text(seal.recorded_at), intervals)
        tamper(
            f"UPDATE audit_seal SET previous_hash = '{previous}', block_hash = '{made}' WHERE id = {seal.id}"
        )
        previous = made


@pytest.mark.django_db
def test_a_chain_made_anew_disagrees_with_a_hash_kept_elsewhere(sealed: None, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.txt"
    kept = get_last_hash()
    first_hash = AuditSeal.objects.order_by("id")[0].block_hash
    anchors.write_text(f"2026-04-01T00:00:00+00:00 {first_hash}\n2026-04-02T00:00:00+00:00 {kept}\n")
    assert acquit("audit", "verify", "--anchors", anchors).code == 0
    assert acquit("audit", "verify", "--anchor", kept.upper()).code == 0
    _, forged = forge_first_block()
    make_chain_anew(forged)
    assert acquit("audit", "verify").code == 0  # from inside there is nothing to see
    outcome = acquit("audit", "verify", "--anchor", kept, "--json")
    assert (outcome.code, named(outcome)) == (1, ("ANCHOR_UNKNOWN", None, "", ""))
    outcome = acquit("audit", "verify", "--anchors", anchors)
    assert (outcome.code, outcome.out.splitlines()[-1][-17:]) == (1, " [ANCHOR_UNKNOWN]")


@pytest.mark.django_db
def test_the_newest_blocks_cut_off_disagree_with_a_hash_kept_elsewhere(sealed: None) -> None:
    kept, before = get_last_hash(), AuditSeal.objects.order_by("-id")[1]
    last = AuditSeal.objects.order_by("-id")[0].id
    tamper(
        f"DELETE FROM audit_seal_interval WHERE seal_id = {last}", f"DELETE FROM audit_seal WHERE id = {last}"
    )
    assert acquit("audit", "verify").code == 0
    outcome = acquit("audit", "verify", "--anchor", before.block_hash, "--anchor", kept, "--json")
    assert (outcome.code, named(outcome)[0]) == (1, "ANCHOR_UNKNOWN")


CHAIN_TAMPERINGS = {
    "a seal's hash": ("UPDATE audit_seal SET block_hash = repeat('a', 64) WHERE id = {id}", 0),
    "a seal's moment": (
        "UPDATE audit_seal SET recorded_at = recorded_at + interval '1 s' WHERE id = {id}",
        0,
    ),
    "a seal deleted": ("DELETE FROM audit_seal WHERE id = {id}", 1),
    "an interval's end": ("UPDATE audit_seal_interval SET last_id = last_id + 1 WHERE seal_id = {id}", 0),
    "an interval deleted": (
        "DELETE FROM audit_seal_interval WHERE seal_id = {id} AND table_name = 'event'",
        0,
    ),
    "an interval's columns": (
        "UPDATE audit_seal_interval SET columns = 'id' WHERE seal_id = {id} AND table_name = 'item'",
        0,
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CHAIN_TAMPERINGS)
def test_tampering_with_the_seals_is_named(sealed: None, name: str) -> None:
    statement, later = CHAIN_TAMPERINGS[name]
    ids = list(AuditSeal.objects.order_by("id").values_list("id", flat=True))
    tamper(statement.format(id=ids[0]))
    outcome = acquit("audit", "verify", "--json")
    assert (outcome.code, named(outcome)[:2]) == (1, ("CHAIN_BROKEN", ids[later]))


@pytest.mark.django_db
def test_marks_are_held_to_the_rows_too(sealed: None) -> None:
    seal_id = AuditSeal.objects.order_by("id")[0].id
    tamper(
        f"UPDATE audit_seal_interval SET marks = set_byte(marks, 0, 255 - get_byte(marks, 0))"
        f" WHERE seal_id = {seal_id} AND table_name = 'item'"
    )
    assert named(acquit("audit", "verify", "--json"))[:3] == ("CHANGED", seal_id, "item")


@pytest.mark.django_db
def test_a_column_that_is_gone_is_named(sealed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE document RENAME COLUMN source TO origin")
    first = one("SELECT min(seal_id) FROM audit_seal_interval WHERE table_name = 'document'")
    assert named(acquit("audit", "verify", "--json")) == ("CHANGED", first, "document", "")


@pytest.mark.django_db
def test_a_column_that_comes_later_changes_nothing_that_was_sealed(sealed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE document ADD COLUMN later text NOT NULL DEFAULT 'x'")
    assert acquit("audit", "verify").code == 0
