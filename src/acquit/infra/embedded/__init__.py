"""The embedded PostgreSQL: started when it is needed, shared by everybody who needs it, surviving every kill.

A real PostgreSQL from a wheel, its data in `ACQUIT_HOME/database`. Its one clever idea: the socket lies
inside the data folder itself, so one folder with rights 0700 guards both, liveness of the socket *is*
liveness of this very data folder, and the server binds a relative path that is never too long. Who connects
is proven by the kernel (peer): there is no password to leak. Racing starters meet at a lock file beside the
folder; whoever loses shares the winner's server.
"""

from __future__ import annotations

from acquit.infra.embedded.cluster import DATABASE, SUPERUSER, Cluster
from acquit.infra.embedded.connection import client_settings, connection_settings, superuser_settings
from acquit.infra.embedded.refusals import (
    CannotBackUp,
    CannotRestore,
    CannotStartDatabase,
    CannotStopDatabase,
)
from acquit.infra.embedded.starter import ServerStatus, get_status, start, stop

__all__ = [
    "DATABASE",
    "SUPERUSER",
    "CannotBackUp",
    "CannotRestore",
    "CannotStartDatabase",
    "CannotStopDatabase",
    "Cluster",
    "ServerStatus",
    "client_settings",
    "connection_settings",
    "get_status",
    "start",
    "stop",
    "superuser_settings",
]
