"""`acquit check` finds what is wrong: each kind of damage is seen by exactly the checks that look there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from typer import Typer
from typer.testing import CliRunner

from acquit.cli.checks import check
from acquit.controls.batch.sealed_tables import list_sealed_tables
from acquit.insight.queries.checks import SEALS_CHECK, list_check_names, run_checks
from acquit.ledger.rules.accounts import AccountRole
from acquit.receivables.rules.items import ItemKind, control_role
from tests import databases
from tests.insight.damages import DAMAGES, OPEN_INVOICE, REVENUE_LINE
from tests.insight.story import Story, tell_story

pytestmark = pytest.mark.django_db

#: Lines put into an entry that is sealed; a new row past the last one sealed is not sealed yet.
SLIPPED_IN = re.compile(r"INSERT INTO posting .* SELECT \(SELECT min\(id\)")


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any) -> Iterator[Story]:
    """Commit the story once, and let Django be the superuser, so that each test damages it and rolls back."""
    with django_db_blocker.unblock():
        with psycopg.connect(**databases.settings_for("superuser")) as administrator:
            is_superuser = administrator.execute("SELECT current_setting('is_superuser')").fetchone()
        if is_superuser != ("on",):
            pytest.skip("the login of ACQUIT_TEST_DATABASE_URL is no superuser")
        before = databases.point_django_to("superuser", databases.worker_database())
        told = tell_story()
    yield told
    with django_db_blocker.unblock():
        databases.renew_worker_database()
        databases.point_django_to("app", before["NAME"])


def fired() -> dict[str, int]:
    return {result.name: result.violations for result in run_checks() if result.violations}


def damage(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount != 0, f"damaged nothing: {statement}"
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_sound_books_of_every_kind_give_zero(story: Story) -> None:
    assert fired() == {}


def test_empty_books_give_zero() -> None:
    assert fired() == {}


def touches_sealed_rows(statements: list[str]) -> bool:
    """Tell whether rows of a table under seal are changed, deleted or slipped in among those sealed."""
    sealed = {table.name for table in list_sealed_tables()}
    changed = {found for text in statements for found in re.findall(r"^(?:UPDATE|DELETE FROM) (\w+)", text)}
    slipped_in = any(SLIPPED_IN.match(text) for text in statements)
    return slipped_in or bool(changed & sealed)


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_by_exactly_the_checks_that_see_it(story: Story, name: str) -> None:
    statements, expected = DAMAGES[name]
    damage(statements)
    assert set(fired()) == expected | ({SEALS_CHECK} if touches_sealed_rows(statements) else set())


def test_every_check_fires_for_some_damage() -> None:
    seen = set[str]().union(*(checks for _, checks in DAMAGES.values()))
    assert seen == {*list_check_names()} - {SEALS_CHECK}
    assert any(touches_sealed_rows(statements) for statements, _ in DAMAGES.values())


def test_violations_are_counted_and_a_few_shown(story: Story) -> None:
    damage(["UPDATE open_item SET due_date = due_date + 1"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM open_item")
        count = cursor.fetchone()[0]
    assert count > 5
    [result] = list(run_checks(["open_item_facts"]))
    assert result.violations == count
    assert len(result.sample) == 5
    assert set(result.sample[0]) == {"company_id", "item_id", "number"}
    json.dumps(result.sample)


def test_checks_see_companies_the_session_does_not(story: Story) -> None:
    damage([f"UPDATE posting SET amount = amount + 1 WHERE (entry_id, line_no) = {REVENUE_LINE}"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('acquit.companies', '', true)")
        cursor.execute("SET LOCAL ROLE acquit_app")
        cursor.execute("SELECT count(*) FROM posting")
        assert cursor.fetchone()[0] == 0
    assert fired() == {"entry_balances": 1, SEALS_CHECK: 1}


def test_the_live_set_knows_what_is_owed_as_the_rules_do(story: Story) -> None:
    for kind in ItemKind:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "INSERT INTO open_item (item_id, customer_id, company_id, due_date, posting_date, kind, currency,"
                " original_amount, open_amount, open_company_amount)"
                " VALUES (-1, 1, 1, '2026-01-01', '2026-01-01', %s, 'EUR', 1, 1, 1) RETURNING is_owed",
                [kind.value],
            )
            assert cursor.fetchone()[0] == (control_role(kind) is AccountRole.RECEIVABLES)
            cursor.execute("DELETE FROM open_item WHERE item_id = -1")


# The command ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(story: Story, monkeypatch: pytest.MonkeyPatch) -> Typer:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    app = Typer()
    app.command()(check)
    return app


def test_the_command_says_zero_and_exits_0(command: Typer) -> None:
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 0
    assert f"All {len(list_check_names())} checks are zero." in result.output
    as_json = CliRunner().invoke(command, ["--json"])
    assert as_json.exit_code == 0
    told = json.loads(as_json.output)
    assert told["is_consistent"] is True
    assert [one["name"] for one in told["checks"]] == list_check_names()
    assert {one["violations"] for one in told["checks"]} == {0}


def test_the_command_shows_what_is_broken_and_exits_1(command: Typer) -> None:
    damage([f"DELETE FROM open_item WHERE item_id = {OPEN_INVOICE}"])
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 1
    assert f"3 of {len(list_check_names())} checks found something." in result.output
    assert "expected_amount" in result.output
    as_json = CliRunner().invoke(command, ["--json"])
    assert as_json.exit_code == 1
    told = json.loads(as_json.output)
    assert told["is_consistent"] is False
    [broken] = [one for one in told["checks"] if one["name"] == "open_amounts"]
    assert broken["violations"] == 1
    assert broken["sample"][0]["open_amount"] is None
