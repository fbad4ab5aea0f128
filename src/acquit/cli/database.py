"""`acquit db`: look after the embedded PostgreSQL, and carry everything Acquit keeps to another machine."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from acquit.infra.embedded import Cluster

app = typer.Typer(help="Look after the embedded database.", no_args_is_help=True)

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def start() -> None:
    """Start the embedded database, making it first when there is none."""
    from acquit.infra import embedded

    _refuse_foreign_server()
    is_new = embedded.start(_cluster())
    print("The database is started." if is_new else "The database was running already.")


@app.command()
def stop() -> None:
    """Stop the embedded database; open sessions end."""
    from acquit.infra import embedded

    _refuse_foreign_server()
    print("The database is stopped." if embedded.stop(_cluster()) else "The database was not running.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether the embedded database runs, and where it keeps its files; exit 3 when it does not run."""
    from acquit.infra import embedded

    _refuse_foreign_server()
    found = embedded.get_status(_cluster())
    facts: dict[str, object] = {
        "running": found.running,
        "process": found.process_id,
        "host": found.host,
        "port": found.port,
        "database": embedded.DATABASE,
        "folder": str(found.data_folder),
        "log": str(found.log_file),
    }
    if as_json:
        print(json.dumps(facts, indent=2))
    else:
        print("The database is running." if found.running else "The database is not running.")
        for name, value in facts.items():
            if name != "running" and value is not None:
                print(f"  {name:<9} {value}")
    if not found.running:
        raise typer.Exit(3)


@app.command()
def backup(file: BackupFile) -> None:
    """Write the database and the uploaded files into one FILE."""
    from acquit.infra.embedded.backup import write_backup

    written = write_backup(file)
    print(f"{file}: {_size(file.stat().st_size)}, with {len(written.uploads)} uploaded files.")


@app.command()
def restore(
    file: BackupFile,
    yes: Annotated[bool, typer.Option("--yes", help="Replace the present data without asking.")] = False,
) -> None:
    """Replace the present database and uploads by those of FILE, on this or another machine."""
    import django

    from acquit.infra.embedded.backup import read_backup
    from acquit.infra.embedded.refusals import CannotRestore
    from acquit.infra.embedded.restore import has_tables, restore_backup

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acquit.config.settings")
    django.setup()
    found = read_backup(file)
    print(f"{file}: made {found.made_at:%Y-%m-%d %H:%M} UTC by Acquit {found.acquit_version}.")
    if not yes and has_tables() and not typer.confirm("The present data will be replaced. Go on?"):
        raise CannotRestore("Nothing was restored; the present data is as it was.")
    restore_backup(file)
    print("Restored.")


def _cluster() -> Cluster:
    from acquit.infra import embedded, places

    return embedded.Cluster(places.home())


def _refuse_foreign_server() -> None:
    from acquit.infra import databases
    from acquit.infra.embedded.refusals import CannotStartDatabase

    if not databases.is_embedded():
        raise CannotStartDatabase(
            "DATABASE_URL names a server that Acquit does not look after. Unset it to use the embedded database.",
            param=databases.URL_VARIABLE,
        )


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
