"""`acquit serve`: the web and the API at a local address, and the work that goes on while they are open."""

from __future__ import annotations

import gc
import gettext
import os
import sys
import threading
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.core.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
DEFAULT_PORT = 8765
THREADS = 8

Host = Annotated[str, typer.Option("--host", help="The address to listen at; this machine only if not said.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")]


class CannotServe(Refusal):
    """The address cannot be listened at, or a part of the pages is missing; nothing was started."""

    code = "CANNOT_SERVE"


def serve(host: Host = "127.0.0.1", port: Port = DEFAULT_PORT) -> None:
    """Serve the web and the API until Ctrl-C."""
    from acquit.cli.session import open_house

    allow_host(host)
    open_house()
    server = make_server(host, port)
    say_users()
    run_server(server)


def make_server(host: str, port: int) -> Any:
    """Make a server that listens already; refuses (`CannotServe`) a taken port and missing catalogues."""
    import waitress
    from django.core.servers.basehttp import get_internal_wsgi_application

    _check_catalogues()
    application = get_internal_wsgi_application()
    try:
        return waitress.create_server(application, host=host, port=port, threads=THREADS, ident="Acquit")
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotServe(
            f"{host} port {port} cannot be listened at: {reason}. Choose another: acquit serve --port {port + 1}",
            param="port",
        ) from error


def run_server(server: Any) -> None:
    """Serve until Ctrl-C, with the work beside it; what runs is finished first."""
    gc.freeze()  # what stands at the start is never garbage: the collector need not look through it at each round
    print(f"Acquit is at {address_of(server)}   (Ctrl-C ends it)", flush=True)
    stop = threading.Event()
    worker = threading.Thread(target=background(), args=(stop,), name="background", daemon=True)
    worker.start()
    try:
        server.run()  # waitress ends at Ctrl-C by itself, after the answers under way
    finally:
        stop.set()
        worker.join(timeout=30)
        server.close()
    print("Acquit has ended.", file=sys.stderr)


def address_of(server: Any) -> str:
    """Give the address to type into a browser."""
    host = str(server.effective_host)
    shown = "localhost" if host in {"0.0.0.0", "::", "127.0.0.1", "::1"} else host  # noqa: S104 - only shown
    return f"http://{shown}:{server.effective_port}/"


def allow_host(host: str) -> None:
    """Let requests name the host that was asked for; Django refuses any other, ACQUIT_HOSTS adds more."""
    if host not in LOCAL_HOSTS and "ACQUIT_HOSTS" not in os.environ:
        os.environ["ACQUIT_HOSTS"] = ",".join(("localhost", "127.0.0.1", "[::1]", host))


def _check_catalogues() -> None:
    from django.conf import settings

    for language, name in settings.LANGUAGES:
        if not any(gettext.find("django", str(folder), [language]) for folder in settings.LOCALE_PATHS):
            raise CannotServe(f"The texts in {name} are not compiled. Run: make setup")


def background() -> Callable[[threading.Event], None]:
    """Give the work beside the server; which room does it, the settings say."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    found: Callable[[threading.Event], None] = import_string(settings.ACQUIT_BACKGROUND)
    return found


def say_users() -> None:
    """Say how to make a user where there is none."""
    from acquit.controls.queries import list_users

    if not any(user.is_active for user in list_users()):
        print("Nobody may log in yet. Add a user: acquit user add USER --role OWNER")
