"""Books sealed in several blocks, and what `acquit audit verify` says of them: for the tests that tamper."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from acquit.controls.batch import seal_blocks, sealing
from acquit.controls.operations import store_policy
from acquit.controls.rules.duties import Duty
from acquit.controls.rules.policy_defaults import DEFAULTS
from tests.builders import clerk
from tests.cli.acquit import Outcome
from tests.insight.story import Story, tell_story


def tell_and_seal() -> Story:
    """Make books in several blocks, with a policy of their own."""
    before = sealing.ROWS_A_BLOCK
    sealing.ROWS_A_BLOCK = 12
    try:
        story = tell_story()
        company_id = story.home.company_id
        store_policy(
            actor=clerk(company_id, Duty.POLICY, user_id=1),
            approver=clerk(company_id, Duty.POLICY, user_id=2),
            company_id=company_id,
            kind="MATCHING",
            body=dict(DEFAULTS["MATCHING"]),
            valid_from=date(2026, 1, 1),
        )
        seal_blocks()
    finally:
        sealing.ROWS_A_BLOCK = before
    return story


def one(query: str) -> Any:
    """Give the first value of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def block_of(table: str, key: int) -> int:
    """Give the block that seals a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seal_id FROM audit_seal_interval WHERE table_name = %s AND %s BETWEEN first_id AND last_id",
            [table, key],
        )
        return int(cursor.fetchone()[0])


def named(outcome: Outcome) -> tuple[str, int, str, str]:
    """Give what the command named: kind, block, table and row."""
    broken = outcome.json["broken"]
    return broken["kind"], broken["block"], broken["table"], broken["row"]


MIDDLE = "SELECT id FROM {} ORDER BY id OFFSET 5 LIMIT 1"
ENTRY = MIDDLE.format("journal_entry")
