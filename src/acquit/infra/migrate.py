"""Bringing a database to the code's shape: migrations as the tables' owner, then the rights of every table."""

from __future__ import annotations

import psycopg
from django.core.management import call_command
from django.db import connection

from acquit.infra import databases
from acquit.infra.rights import apply_rights
from acquit.infra.roles import ensure_roles


def migrate(database: str | None = None) -> None:
    """Migrate the database Acquit works on, as its owner; the application's connection is back afterwards.

    `database` names another one of the same server: a restored one, before it takes the present one's place.
    """
    if not databases.is_embedded():
        with psycopg.connect(**databases.connection_settings("owner")) as owner:
            ensure_roles(owner)
    as_application = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(databases.django_settings("owner"))
    connection.settings_dict.update({"NAME": database} if database else {})
    try:
        call_command("migrate", verbosity=0, interactive=False)
        apply_rights()
    finally:
        connection.close()
        connection.settings_dict.update(as_application)
