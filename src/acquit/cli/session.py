"""What every command does first: wake the database, bring it to the code's shape, open all companies to the local user.

Whoever may run a command on this machine holds the database's files; so the command line acts as the program itself,
and every act stands in the log without a person's name.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from acquit.core.errors import Refusal


def open_house() -> None:
    """Start the embedded server if it is ours, migrate what is pending, and set the scope to all companies."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acquit.config.settings")
    import django

    from acquit.infra import databases

    databases.connection_settings()
    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from acquit.controls.queries import list_companies
    from acquit.infra.migrate import migrate
    from acquit.infra.transaction import set_companies

    if _has_pending(MigrationExecutor, connection):
        migrate()
    set_companies(company.id for company in list_companies())


def _has_pending(executor_class: type, connection: object) -> bool:
    from django.db.utils import ProgrammingError

    try:
        executor = executor_class(connection)
    except ProgrammingError:
        return True  # an empty database does not even let us look
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def now() -> datetime:
    """Read the clock: this is a door."""
    return datetime.now(UTC)


def explain(refusal: Refusal) -> str:
    """Say a refusal in one line."""
    return f"{refusal.message} [{refusal.code}]"
