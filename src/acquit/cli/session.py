"""What every command does first: wake the database, bring it to the code's shape, open all companies to the local user.

Whoever may run a command on this machine holds the database's files; so the command line acts as the program itself,
and every act stands in the log without a person's name.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from acquit.core.errors import Refusal

if TYPE_CHECKING:
    from acquit.controls.rules.duties import Actor

_MIGRATION_PATIENCE_SECONDS = 600


class CannotReachDatabase(Refusal):
    """The database server does not answer, or does not let us in."""

    code = "DATABASE_UNREACHABLE"


def open_house() -> None:
    """Start the embedded server if it is ours, migrate what is pending, and set the scope to all companies.

    Refuses (`CannotReachDatabase`) a server that does not answer.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acquit.config.settings")
    import django

    from acquit.infra import databases

    databases.connection_settings()
    django.setup()
    from django.db import connection
    from django.db.utils import OperationalError

    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = " ".join(str(error).split())
        raise CannotReachDatabase(
            f"The database cannot be reached: {reason}. Check that its server runs.",
            param=None if databases.is_embedded() else databases.URL_VARIABLE,
        ) from error
    _migrate_if_needed()
    open_all_companies()


def open_all_companies() -> None:
    """Set the scope of this connection to all companies there are now."""
    from acquit.controls.queries import list_companies
    from acquit.infra.transaction import set_companies

    set_companies(company.id for company in list_companies())


def _migrate_if_needed() -> None:
    """Migrate under a lock, so that two first commands at once do not make the same tables twice."""
    from acquit.infra import places
    from acquit.infra.embedded.locks import locked
    from acquit.infra.migrate import migrate

    if not _has_pending():
        return
    with locked(places.home() / "migration.lock", patience_seconds=_MIGRATION_PATIENCE_SECONDS):
        if _has_pending():
            migrate()


def _has_pending() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import ProgrammingError

    try:
        executor = MigrationExecutor(connection)
    except ProgrammingError:
        return True  # an empty database does not even let us look
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def command_line() -> Actor:
    """Give the actor of the command line: the program itself."""
    from acquit.controls.rules.duties import Actor

    return Actor(None, "command line", is_system=True)


def now() -> datetime:
    """Read the clock: this is a door."""
    return datetime.now(UTC)


def today() -> date:
    """Give today's date in the zone the web shows its dates in."""
    from django.utils import timezone

    return timezone.localdate()
