"""`acquit export`: the books as files for other programs: journals, tables, DATEV booking batches, audit files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acquit.cli.arguments import company_named, read_day
from acquit.core.errors import NotFound, Refusal

if TYPE_CHECKING:
    from acquit.formats.journals.sheets import Cell, Column
    from acquit.formats.journals.values import JournalEntry, JournalHead

    Writer = Callable[[JournalHead, Iterable[JournalEntry]], Iterator[str]]


class CannotWriteFile(Refusal):
    """The file cannot be written there; an older one of the name is untouched."""

    code = "CANNOT_WRITE_FILE"


app = typer.Typer(help="Write the books for other programs.", no_args_is_help=True)

ExportFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="The file to write; an older one is replaced.")
]
Company = Annotated[str | None, typer.Option("--company", help="Only this company; all of them otherwise.")]
OneCompany = Annotated[str, typer.Option("--company", help="The company's name.")]
FromDay = Annotated[
    date | None, typer.Option("--from", parser=read_day, help="The first day; from the beginning otherwise.")
]
YearFromDay = Annotated[
    date | None, typer.Option("--from", parser=read_day, help="The first day; the fiscal year's otherwise.")
]
UntilDay = Annotated[date | None, typer.Option("--until", parser=read_day, help="The last day; today.")]


@app.command()
def beancount(
    file: ExportFile, company: Company = None, from_day: FromDay = None, until: UntilDay = None
) -> None:
    """Write the journal as beancount reads it; `bean-check FILE` accepts it."""
    from acquit.formats.journals.beancount import write_beancount

    _export_journal(write_beancount, file, company, from_day, until)


@app.command()
def hledger(
    file: ExportFile, company: Company = None, from_day: FromDay = None, until: UntilDay = None
) -> None:
    """Write the journal as hledger reads it; `hledger check -f FILE` accepts it."""
    from acquit.formats.journals.hledger import write_hledger

    _export_journal(write_hledger, file, company, from_day, until)


@app.command()
def journal(
    file: ExportFile, company: Company = None, from_day: FromDay = None, until: UntilDay = None
) -> None:
    """Write the journal as a table, one row a posting: CSV or XLSX, by the ending of FILE."""
    from acquit.cli.session import open_house
    from acquit.formats.journals.listings import JOURNAL_COLUMNS, journal_rows

    write_table = _table_writer(file)
    open_house()
    from acquit.insight.queries.journal import read_journal
    from acquit.parties.queries import list_customer_ids

    ids = _company_ids(company)
    numbers = {key: number for of in ids for number, key in list_customer_ids(of).items()}
    count = read_journal(
        ids,
        lambda head, entries: write_table(
            file, "Journal", JOURNAL_COLUMNS, journal_rows(head, entries, numbers)
        ),
        from_date=from_day,
        until_date=until,
    )
    print(f"{file}: {count:,} postings.")


@app.command("trial-balance")
def trial_balance(
    file: ExportFile, company: Company = None, from_day: FromDay = None, until: UntilDay = None
) -> None:
    """Write opening, debits, credits and closing of every account as a table: CSV or XLSX, by the ending of FILE."""
    from acquit.cli.session import open_house, today
    from acquit.formats.journals.listings import TRIAL_BALANCE_COLUMNS, trial_balance_rows

    write_table = _table_writer(file)
    open_house()
    from acquit.insight.queries.journal import get_journal_head, one_moment
    from acquit.insight.queries.trial_balance import list_account_movements

    ids = _company_ids(company)
    with one_moment():
        head = get_journal_head(ids)
        movements = list_account_movements(ids, from_date=from_day, until_date=until or today())
    rows = trial_balance_rows(head, movements)
    count = write_table(file, "Trial balance", TRIAL_BALANCE_COLUMNS, rows)
    print(f"{file}: {count:,} balances.")


@app.command()
def datev(
    file: ExportFile,
    company: OneCompany,
    consultant: Annotated[int, typer.Option("--consultant", help="The adviser's number (Beraternummer).")],
    client: Annotated[int, typer.Option("--client", help="The client's number (Mandantennummer).")],
    from_day: YearFromDay = None,
    until: UntilDay = None,
    account_length: Annotated[
        int | None, typer.Option("--account-length", help="Digits of G/L accounts; the longest code's.")
    ] = None,
) -> None:
    """Write a DATEV booking batch (Buchungsstapel) of days in one fiscal year."""
    from acquit.cli.session import now, open_house, today

    open_house()
    from acquit.formats.journals.datev import (
        ENCODING,
        DatevBatch,
        DatevCustomer,
        plan_debtor_accounts,
        write_datev,
    )
    from acquit.insight.queries.journal import read_journal
    from acquit.ledger.queries import list_accounts
    from acquit.parties.queries import list_all_customers

    found = company_named(company)
    last = until or today()
    year_start = _fiscal_year_start(found.id, last)
    codes = [account.code for account in list_accounts(found.id)]
    length = account_length or max(4, *(len(code) for code in codes))
    customers = list_all_customers(found.id)
    debtors = plan_debtor_accounts({view.id: view.number for view in customers}, length)
    batch = DatevBatch(
        consultant=consultant,
        client=client,
        fiscal_year_start=year_start,
        first_date=from_day or year_start,
        last_date=last,
        account_length=length,
        currency=found.currency,
        created_at=now(),
    )
    named = {view.id: DatevCustomer(debtors[view.id], view.number, view.name) for view in customers}
    pieces = read_journal(
        [found.id],
        lambda head, entries: _write_text(file, write_datev(batch, head, entries, named), ENCODING),
        from_date=batch.first_date,
        until_date=batch.last_date,
    )
    print(f"{file}: {pieces - 2:,} bookings.")


@app.command()
def saft(file: ExportFile, company: OneCompany, from_day: YearFromDay = None, until: UntilDay = None) -> None:
    """Write an audit file in the form of the OECD's SAF-T 2.00: accounts, customers, entries, invoices, payments."""
    from acquit import __version__
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.formats.journals.saft import write_saft
    from acquit.formats.journals.saft_values import AuditFile
    from acquit.insight.queries.audit_file import read_audit_file

    found = company_named(company)
    last = until or today()

    def write(audit: AuditFile) -> int:
        with _unfinished(file) as path, path.open("wb") as out:
            return write_saft(audit, out)

    count = read_audit_file(
        company_id=found.id,
        from_date=from_day or _fiscal_year_start(found.id, last),
        until_date=last,
        created_date=today(),
        software_version=__version__,
        use=write,
    )
    print(f"{file}: {count:,} entries.")


def _fiscal_year_start(company_id: int, day: date) -> date:
    from acquit.ledger.queries import get_fiscal_calendar
    from acquit.ledger.rules.calendars import fiscal_year_of, year_start

    calendar = get_fiscal_calendar(company_id, day)
    return year_start(calendar, fiscal_year_of(calendar, day))


def _export_journal(
    writer: Writer, file: Path, company: str | None, from_day: date | None, until: date | None
) -> None:
    from acquit.cli.session import open_house

    open_house()
    from acquit.insight.queries.journal import read_journal

    pieces = read_journal(
        _company_ids(company),
        lambda head, entries: _write_text(file, writer(head, entries), "utf-8"),
        from_date=from_day,
        until_date=until,
    )
    print(f"{file}: {pieces - 1:,} entries.")  # the head is a piece too


def _company_ids(company: str | None) -> list[int]:
    from acquit.controls.queries import find_company, list_companies

    if company is None:
        return [known.id for known in list_companies()]
    found = find_company(company)
    if found is None:
        names = ", ".join(known.name for known in list_companies()) or "none yet"
        raise NotFound(f"There is no company {company!r}. Known: {names}.", param="company")
    return [found.id]


def _table_writer(file: Path) -> Callable[[Path, str, tuple[Column, ...], Iterable[tuple[Cell, ...]]], int]:
    """Give the writer of a table by the file's ending; refuses (`CannotWriteFile`) others."""
    from acquit.formats.journals.sheets import write_csv, write_xlsx

    def as_csv(file: Path, _title: str, columns: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]]) -> int:
        with _unfinished(file) as path, path.open("w", encoding="utf-8", newline="") as out:
            return write_csv(out, columns, rows)

    def as_xlsx(file: Path, title: str, columns: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]]) -> int:
        with _unfinished(file) as path, path.open("wb") as out:
            return write_xlsx(out, title, columns, rows)

    writers = {".csv": as_csv, ".xlsx": as_xlsx}
    if file.suffix.lower() not in writers:
        raise CannotWriteFile(
            f"{file} is neither .csv nor .xlsx: its ending says what to write.", param="file"
        )
    return writers[file.suffix.lower()]


def _write_text(file: Path, pieces: Iterable[str], encoding: str) -> int:
    """Write pieces of text as a file; gives their number."""
    count = 0
    with _unfinished(file) as path, path.open("w", encoding=encoding, newline="") as out:
        for piece in pieces:
            out.write(piece)
            count += 1
    return count


@contextmanager
def _unfinished(file: Path) -> Iterator[Path]:
    """Give a place to write the file, whole or not at all; refuses (`CannotWriteFile`) what the disk refuses."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.unfinished")
    try:
        yield unfinished
        unfinished.replace(file)
    except OSError as error:
        raise CannotWriteFile(f"{file} cannot be written: {error.strerror}.", param="file") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
