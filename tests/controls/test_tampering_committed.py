"""What a superuser did and committed, on a connection of its own, is found out by the command a day later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from acquit.controls.batch import get_last_hash
from tests.cli.acquit import acquit
from tests.controls.sealed_books import ENTRY, MIDDLE, block_of, named, tell_and_seal

COMMITTED = {
    "a changed amount": (
        "UPDATE posting SET company_amount = company_amount * 10 WHERE entry_id = {id} AND line_no = 1",
        ENTRY,
        ("CHANGED", "posting", "{id}/1"),
    ),
    "a deleted event": (
        "DELETE FROM event WHERE id = {id}",
        MIDDLE.format("event"),
        ("MISSING", "event", "{id}"),
    ),
    "a swapped pair": (
        (
            "UPDATE clearing_edge e SET (debit_item_id, amount) ="
            " (SELECT o.debit_item_id, o.amount FROM clearing_edge o"
            "   WHERE o.id = CASE e.id WHEN {id} THEN {id} + 1 ELSE {id} END)"
            " WHERE e.id IN ({id}, {id} + 1)"
        ),
        "SELECT min(id) FROM clearing_edge",
        ("CHANGED", "clearing_edge", "{id}"),
    ),
    "an edited policy version": (
        'UPDATE policy_version SET body = body || \'{{"auto_threshold": "0.10"}}\' WHERE id = {id}',
        "SELECT min(id) FROM policy_version",
        ("CHANGED", "policy_version", "{id}"),
    ),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", COMMITTED)
def test_a_superuser_is_found_out(superuser_connection: psycopg.Connection[Any], name: str) -> None:
    statement, pick, (kind, table, row) = COMMITTED[name]
    tell_and_seal()
    found = superuser_connection.execute(pick).fetchone()
    assert found is not None
    superuser_connection.execute("SET session_replication_role = replica")
    assert superuser_connection.execute(statement.format(id=found[0])).rowcount > 0
    superuser_connection.commit()
    outcome = acquit("audit", "verify", "--json")
    assert outcome.code == 1
    assert named(outcome) == (kind, block_of(table, found[0]), table, row.format(id=found[0]))


@pytest.mark.django_db(transaction=True)
def test_sealing_by_command_keeps_the_newest_hash_in_a_file(tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.txt"
    tell_and_seal()
    first = acquit("audit", "seal", "--anchors", anchors, "--json")
    assert (first.code, first.json["rows"], first.json["last_hash"]) == (0, 0, get_last_hash())
    acquit("audit", "seal", "--anchors", anchors)
    assert [line.split()[1] for line in anchors.read_text().splitlines()] == [get_last_hash()]
    anchors.write_text("nonsense\n")
    refused = acquit("audit", "verify", "--anchors", anchors)
    assert (refused.code, refused.err.split()[-1]) == (1, "[UNREADABLE_ANCHORS]")
