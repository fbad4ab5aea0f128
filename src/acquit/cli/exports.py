"""`acquit export`: the journal as a file for another accounting program."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acquit.core.errors import NotFound, Refusal

if TYPE_CHECKING:
    from acquit.formats.journals.values import JournalEntry, JournalHead

    Writer = Callable[[JournalHead, Iterable[JournalEntry]], Iterator[str]]


class CannotWriteFile(Refusal):
    """The file cannot be written there; an older one of the name is untouched."""

    code = "CANNOT_WRITE_FILE"


app = typer.Typer(help="Write the journal for another accounting program.", no_args_is_help=True)

JournalFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="The file to write; an older one is replaced.")
]
Company = Annotated[str | None, typer.Option("--company", help="Only this company; all of them otherwise.")]


@app.command()
def beancount(file: JournalFile, company: Company = None) -> None:
    """Write the journal as beancount reads it; `bean-check FILE` accepts it."""
    from acquit.formats.journals.beancount import write_beancount

    _export(write_beancount, file, company)


@app.command()
def hledger(file: JournalFile, company: Company = None) -> None:
    """Write the journal as hledger reads it; `hledger check -f FILE` accepts it."""
    from acquit.formats.journals.hledger import write_hledger

    _export(write_hledger, file, company)


def _export(writer: Writer, file: Path, company: str | None) -> None:
    from acquit.cli.session import open_house

    open_house()
    from acquit.insight.queries.journal import read_journal

    entries = read_journal(_company_ids(company), lambda head, entries: _write(file, writer, head, entries))
    print(f"{file}: {entries:,} entries.")


def _company_ids(company: str | None) -> list[int]:
    from acquit.controls.queries import find_company, list_companies

    if company is None:
        return [known.id for known in list_companies()]
    found = find_company(company)
    if found is None:
        names = ", ".join(known.name for known in list_companies()) or "none yet"
        raise NotFound(f"There is no company {company!r}. Known: {names}.", param="company")
    return [found.id]


def _write(file: Path, writer: Writer, head: JournalHead, entries: Iterator[JournalEntry]) -> int:
    """Write the file whole or not at all; gives the number of entries."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.unfinished")
    count = -1  # the head is a piece too
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as out:
            for piece in writer(head, entries):
                out.write(piece)
                count += 1
        unfinished.replace(file)
    except OSError as error:
        raise CannotWriteFile(f"{file} cannot be written: {error.strerror}.", param="file") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return count
