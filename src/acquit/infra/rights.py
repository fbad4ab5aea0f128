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

#: Tables whose writers are checked against the session's companies, one check a statement. The others are only
#: ever written together with one of these.
FENCED_TABLES = (
    "document",
    "journal_entry",
    "item",
    "clearing",
    "bank_line",
    "receipt",
    "decision",
    "dispute",
    "customer",
    "work_item",
    "intake",
)

#: Read before the scope is known: the wall is built from it.
UNWALLED_TABLES = ("role_grant",)


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
    if has_company and table not in UNWALLED_TABLES:
        _raise_wall(cursor, table)
    if table in FENCED_TABLES:
        _fence(cursor, table)


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
    cursor.execute(
        f'CREATE POLICY "{table}_company" ON "{table}" FOR SELECT TO {APPLICATION_ROLE} USING ('
        "company_id = ANY ((SELECT string_to_array(current_setting('acquit.companies', true), ','))::int[]))"
    )


def _fence(cursor: CursorWrapper, table: str) -> None:
    cursor.execute(
        f'CREATE OR REPLACE TRIGGER "{table}_company_fence" AFTER INSERT ON "{table}"'
        " REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION acquit_check_company()"
    )


def _grant_sequences(cursor: CursorWrapper) -> None:
    both = f"{APPLICATION_ROLE}, {WRITER_ROLE}"
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {both}")
    cursor.execute(f"GRANT SELECT ON django_migrations TO {both}")
