"""The ways the embedded database says no."""

from __future__ import annotations

from acquit.core.errors import Refusal


class CannotStartDatabase(Refusal):
    """The embedded PostgreSQL does not run, and could not be started."""

    code = "DATABASE_NOT_STARTED"


class CannotStopDatabase(Refusal):
    """The embedded PostgreSQL did not stop in time."""

    code = "DATABASE_NOT_STOPPED"


class CannotBackUp(Refusal):
    """No backup was written; an older file of the same name is as it was."""

    code = "BACKUP_NOT_WRITTEN"


class CannotRestore(Refusal):
    """Nothing was restored; the present data is as it was."""

    code = "BACKUP_NOT_RESTORED"
