"""Writes the sample as the files a user has: a folder a company, tables and bank statements, some rows wrong.

Same seed and day give the same bytes: workbooks and statements carry the sample's own dates, never the clock's.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import xlsxwriter

from acquit.formats.camt_writer import write_camt053
from acquit.formats.mt940_writer import write_mt940
from acquit.intake.sample.generator import build_sample
from acquit.intake.sample.refused_rows import spoil_rows
from acquit.intake.sample.statement_values import to_statement
from acquit.intake.sample.tables import (
    Cell,
    Row,
    bank_account_rows,
    customer_rows,
    open_item_rows,
    order_rows,
    rate_rows,
    write_german,
    write_plain,
)
from acquit.intake.sample.values import Company, CompanySample, RefusedRow, Sample, StatementPart

_STATEMENT_HOUR = time(6, 30, tzinfo=UTC)
_RESENT_HOUR = time(11, 5, tzinfo=UTC)
_WIDTHS = (14, 12, 13, 14, 12, 9, 13, 13, 16, 20, 12, 12, 13, 15, 38)


@dataclass(frozen=True, slots=True)
class CompanyFolder:
    """Where a company's files lie, with what `acquit start` needs to know."""

    key: str
    name: str
    currency: str
    path: Path
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class WrittenSample:
    """What was written, and the truth behind it."""

    sample: Sample
    folders: tuple[CompanyFolder, ...]
    refused_rows: tuple[RefusedRow, ...]


def write_sample(folder: Path, seed: int, as_of: date) -> WrittenSample:
    """Write the sample company below `folder` (made when missing) as of a day; `as_of` is the business date.

    Files of an earlier sample of the same names are overwritten; nothing else is touched.
    """
    sample = build_sample(seed, as_of)
    folders, refused = [], []
    for company_sample in sample.companies:
        company = company_sample.company
        path = folder / company.key
        (path / "statements").mkdir(parents=True, exist_ok=True)
        items, spoiled = _write_open_items(company_sample, path)
        written = [
            _write_csv(path / "customers.csv", customer_rows(company_sample.customers)),
            items,
            _write_csv(path / "orders.csv", order_rows(company_sample.orders)),
            _write_csv(path / "bank_accounts.csv", bank_account_rows(company)),
            *_write_statements(company_sample, path / "statements"),
        ]
        if company_sample.euro_rates:
            rates = rate_rows(company.currency, company_sample.euro_rates)
            written.append(_write_csv(path / "fx_rates.csv", rates))
        refused += spoiled
        folders.append(CompanyFolder(company.key, company.name, company.currency, path, tuple(written)))
    return WrittenSample(sample, tuple(folders), tuple(refused))


def _write_open_items(sample: CompanySample, path: Path) -> tuple[Path, list[RefusedRow]]:
    """Write the documents in the company's own manner, some rows spoiled."""
    company = sample.company
    name = {"DE": "open_items.csv", "AT": "OP-Liste.csv", "GB": "Open items.xlsx"}[company.country]
    rows = open_item_rows(company, sample.documents)
    refused = spoil_rows(sample, f"{company.key}/{name}", rows)
    file = path / name
    if company.country == "DE":
        return _write_csv(file, rows), refused
    if company.country == "AT":
        return _write_csv(file, rows, delimiter=";", encoding="cp1252", write_cell=write_german), refused
    return _write_workbook(file, rows, sample), refused


def _write_csv(
    file: Path,
    rows: Sequence[Row],
    delimiter: str = ",",
    encoding: str = "utf-8",
    write_cell: Callable[[Cell], str] = write_plain,
) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n" if delimiter == ";" else "\n")
    writer.writerows([write_cell(cell) for cell in row] for row in rows)
    file.write_bytes(text.getvalue().encode(encoding))
    return file


def _write_workbook(file: Path, rows: Sequence[Row], sample: CompanySample) -> Path:
    """Write a workbook with real dates and numbers; customer numbers stay text, as account numbers should."""
    book = xlsxwriter.Workbook(str(file), {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    book.set_properties(
        {"author": sample.company.name, "created": datetime.combine(sample.days.as_of, _STATEMENT_HOUR)}
    )
    sheet = book.add_worksheet("Open items")
    head, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, rows[0], head)
    for line, row in enumerate(rows[1:], start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, Decimal):
                sheet.write_number(line, column, cell, money)
            elif isinstance(cell, date):
                sheet.write_datetime(line, column, cell)
            elif cell:
                sheet.write_string(line, column, cell)
    book.close()
    return file


def _write_statements(sample: CompanySample, path: Path) -> list[Path]:
    """Write finished months as one file each, the running month as a file a day; Germany resends one day's."""
    company = sample.company
    written = []
    for stamp, group in groupby(sample.statements, key=_file_stamp):
        parts = list(group)
        last = parts[-1].end
        written.append(_write_statement(company, path, stamp, parts, _morning_after(last, _STATEMENT_HOUR)))
    if company.country == "DE":
        daily = [part for part in sample.statements if part.is_daily]
        again = daily[len(daily) // 2]
        created = _morning_after(again.end, _RESENT_HOUR)
        written.append(_write_statement(company, path, f"{again.end:%Y-%m-%d}_resent", [again], created))
    return written


def _file_stamp(part: StatementPart) -> str:
    return f"{part.end:%Y-%m-%d}" if part.is_daily else f"{part.end:%Y-%m}"


def _morning_after(day: date, hour: time) -> datetime:
    return datetime.combine(day + timedelta(days=1), hour)


def _write_statement(
    company: Company, path: Path, stamp: str, parts: Sequence[StatementPart], created_at: datetime
) -> Path:
    statements = [to_statement(company, part) for part in parts]
    if company.statement_format == "MT940":
        file = path / f"mt940_{stamp}.sta"
        with file.open("wb") as out:
            write_mt940(statements, out)
        return file
    file = path / f"camt053_{stamp}.xml"
    with file.open("wb") as out:
        write_camt053(statements, out, created_at)
    return file
