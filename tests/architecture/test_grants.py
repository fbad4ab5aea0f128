"""A table's class says how it may be written; the database grants exactly that, and no table escapes."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.apps import apps

from acquit.infra import rights
from acquit.infra.roles import APPLICATION_ROLE, WRITER_ROLE
from acquit.infra.tables import AppendOnly, Live, Mutable, TriggerKept
from tests.raw_books import our_models

pytestmark = pytest.mark.django_db

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
WRITER_MAY = {
    AppendOnly: {"SELECT", "INSERT"},
    Mutable: {"SELECT", "INSERT", "UPDATE"},
    Live: {"SELECT", "INSERT", "UPDATE", "DELETE"},
    TriggerKept: {"SELECT"},
}


def granted(connection: psycopg.Connection[Any], role: str, table: str) -> set[str]:
    rows = connection.execute(
        "SELECT privilege FROM unnest(%s::text[]) privilege WHERE has_table_privilege(%s, %s, privilege)",
        [list(PRIVILEGES), role, f'"{table}"'],
    )
    return {row[0] for row in rows}


def test_rights_follow_from_the_class(owner_connection: psycopg.Connection[Any]) -> None:
    for model in our_models():
        table = model._meta.db_table
        [kind] = [kind for kind in WRITER_MAY if issubclass(model, kind)]
        assert (table, granted(owner_connection, WRITER_ROLE, table)) == (table, WRITER_MAY[kind])
        assert (table, granted(owner_connection, APPLICATION_ROLE, table)) == (table, {"SELECT"})


def test_the_frameworks_own_tables_are_written_by_both(owner_connection: psycopg.Connection[Any]) -> None:
    ours = {model._meta.db_table for model in our_models()}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table not in ours:
            for role in (WRITER_ROLE, APPLICATION_ROLE):
                assert (table, granted(owner_connection, role, table)) == (
                    table,
                    {"SELECT", "INSERT", "UPDATE", "DELETE"},
                )


def test_every_table_of_ours_says_its_class() -> None:
    classless = [
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("acquit.") and model not in our_models()
    ]
    assert classless == ["app_user"]  # Django writes log-ins there


def test_every_table_has_a_model(owner_connection: psycopg.Connection[Any]) -> None:
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    found = {
        row[0]
        for row in owner_connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'procrastinate%'"
        )
    }
    assert found - known == {"django_migrations"}


def triggers_of(connection: psycopg.Connection[Any], table: str) -> set[str]:
    rows = connection.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'",
        [f'"{table}"'],
    )
    return {row[0] for row in rows}


def test_walls_fences_and_guards_stand(owner_connection: psycopg.Connection[Any]) -> None:
    for model in our_models():
        table = model._meta.db_table
        has_company = any(field.name == "company_id" for field in model._meta.fields)
        is_walled = has_company and table not in rights.UNWALLED_TABLES
        found = owner_connection.execute(
            "SELECT relrowsecurity, (SELECT count(*) FROM pg_policies WHERE tablename = c.relname)"
            " FROM pg_class c WHERE c.oid = %s::regclass",
            [f'"{table}"'],
        ).fetchone()
        assert (table, found) == (table, (is_walled, int(is_walled)))
        expected = set()
        if issubclass(model, AppendOnly):
            expected |= {f"{table}_stays", f"{table}_stays_whole"}
        if is_walled and not issubclass(model, TriggerKept) and table not in rights.UNFENCED_TABLES:
            expected.add(f"{table}_company_fence_insert")
            if not issubclass(model, AppendOnly):
                expected.add(f"{table}_company_fence_update")
        guards = {
            name for name in triggers_of(owner_connection, table) if "fence" in name or "_stays" in name
        }
        assert (table, guards) == (table, expected)


def test_functions_that_act_as_the_owner_cannot_be_led_elsewhere(
    owner_connection: psycopg.Connection[Any],
) -> None:
    """SECURITY DEFINER without a fixed search_path would run whatever a caller puts in the way."""
    rows = owner_connection.execute(
        "SELECT p.proname, p.proconfig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'public' AND p.prosecdef"
    ).fetchall()
    assert {row[0] for row in rows} == {
        "ledger_check_period",
        "ledger_check_step",
        "receivables_clear_items",
        "receivables_open_items",
    }
    assert {tuple(row[1]) for row in rows} == {("search_path=public, pg_temp",)}
