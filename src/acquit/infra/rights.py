"""Gives every table the rights, the immutability and the company wall that its class promises.

Runs after each migration, as the tables' owner. Reading the classes rather than a list of names is the point: a new
append-only table is protected because it says so in its first line.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from acquit.infra.roles import APPLICATION_ROLE, WRITER_ROLE
from acquit.infra.tables import AppendOnly, Live, Mutable, TriggerKept

#: Every table with a company checks its writers against the session's companies, one check a statement, but these:
#: their rows are written by the thousand and only ever together with a row of a table that checks.
UNFENCED_TABLES = (
    "customer_bank_account",
    "personal_value",
    "document_line",
    "clearing_edge",
    "posting",
    "event",
    "refused_row",
    "run_chunk",
)

#: Read before the scope is known: the wall is built from it.
UNWALLED_TABLES = ("role_grant",)

#: Rows without a company hold for every company.
SHARED_TABLES = ("policy_version",)


def apply_rights() -> None:
    """Grant, protect and fence all tables; idempotent."""
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}, {WRITER_ROLE}")
        for model in apps.get_models(include_auto_created=True):
            _apply_to_table(cursor, model)
        _grant_sequences(cursor)


def _apply_to_table(cursor: CursorWrapper, model: type[models.Model]) -> None:
    table = model._meta.db_table  # noqa: SLF001 - Django's documented model API
    both = f"{APPLICATION_ROLE}, {WRITER_ROLE}"
    cursor.execute(f'REVOKE ALL ON "{table}" FROM {both}')
    if issubclass(model, AppendOnly):
        cursor.execute(f'GRANT SELECT ON "{table}" TO {APPLICATION_ROLE}')
        cursor.execute(f'GRANT SELECT, INSERT ON "{table}" TO {WRITER_ROLE}')
        _refuse_changes(cursor, table)
    elif issubclass(model, Mutable):
        cursor.execute(f'GRANT SELECT ON "{table}" TO {APPLICATION_ROLE}')
        cursor.execute(f'GRANT SELECT, INSERT, UPDATE ON "{table}" TO {WRITER_ROLE}')
    elif issubclass(model, Live):
        cursor.execute(f'GRANT SELECT ON "{table}" TO {APPLICATION_ROLE}')
        cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {WRITER_ROLE}')
    elif issubclass(model, TriggerKept):
        cursor.execute(f'GRANT SELECT ON "{table}" TO {both}')
    else:  # Django's own tables: sessions, log-in attempts, message of the framework
        cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {both}')
        return
    has_company = any(field.name == "company_id" for field in model._meta.fields)  # noqa: SLF001
    if not has_company or table in UNWALLED_TABLES:
        return
    _raise_wall(cursor, table)
    if not issubclass(model, TriggerKept) and table not in UNFENCED_TABLES:
        _fence(cursor, table, "INSERT")
        if not issubclass(model, AppendOnly):
            _fence(cursor, table, "UPDATE")


def _refuse_changes(cursor: CursorWrapper, table: str) -> None:
    cursor.execute(
        f'CREATE OR REPLACE TRIGGER "{table}_stays" BEFORE UPDATE OR DELETE ON "{table}"'
        " FOR EACH ROW EXECUTE FUNCTION acquit_refuse_change()"
    )
    cursor.execute(
        f'CREATE OR REPLACE TRIGGER "{table}_stays_whole" BEFORE TRUNCATE ON "{table}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION acquit_refuse_change()"
    )


def _raise_wall(cursor: CursorWrapper, table: str) -> None:
    # The inner SELECT makes PostgreSQL read the setting once a query, not once a row (8.5x).
    cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    cursor.execute(f'DROP POLICY IF EXISTS "{table}_company" ON "{table}"')
    shared = " OR company_id IS NULL" if table in SHARED_TABLES else ""
    cursor.execute(
        f'CREATE POLICY "{table}_company" ON "{table}" FOR SELECT TO {APPLICATION_ROLE} USING ('
        "company_id = ANY ((SELECT string_to_array(current_setting('acquit.companies', true), ','))::int[])"
        f"{shared})"
    )


def _fence(cursor: CursorWrapper, table: str, event: str) -> None:
    cursor.execute(
        f'CREATE OR REPLACE TRIGGER "{table}_company_fence_{event.lower()}" AFTER {event} ON "{table}"'
        " REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION acquit_check_company()"
    )


def _grant_sequences(cursor: CursorWrapper) -> None:
    both = f"{APPLICATION_ROLE}, {WRITER_ROLE}"
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {both}")
    cursor.execute(f"GRANT SELECT ON django_migrations TO {both}")
