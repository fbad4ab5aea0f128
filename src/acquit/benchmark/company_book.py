"""A company's folder as the baselines read it: the tables, and every booked line once, in the order of its day."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from acquit.core.references import normalise_reference
from acquit.formats.bank_files import read_statements
from acquit.formats.statements import StatementLine


@dataclass(slots=True)
class BookItem:
    """A document of the folder while a baseline pays it; `open_amount` is negative for a credit note."""

    number: str
    customer: str
    issued: date
    due: date
    currency: str
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class BookLine:
    """A booked line and the account it stands on."""

    account: str
    line: StatementLine


@dataclass(slots=True)
class CompanyBook:
    """All that a baseline may know."""

    items: dict[str, BookItem]
    references: dict[str, BookItem]
    payers: dict[str, str]
    lines: list[BookLine]


def read_company(folder: Path) -> CompanyBook:
    """Read a folder as the generator names its files. A resent line counts once; the last text of it is taken."""
    items, references = dict[str, BookItem](), dict[str, BookItem]()
    for row in _rows(folder / "open_items.csv"):
        item = BookItem(
            row["document"],
            row["customer"],
            date.fromisoformat(row["document_date"]),
            date.fromisoformat(row["due_date"]),
            row["currency"],
            Decimal(row["open_amount"]),
        )
        items[normalise_reference(item.number)] = item
        if row.get("structured_reference"):
            references[normalise_reference(row["structured_reference"])] = item
    lines: dict[tuple[str, str], BookLine] = {}
    for file in sorted((folder / "statements").iterdir()):
        with file.open("rb") as content:
            for statement in read_statements(content, file.name):
                if statement.is_booked:
                    for line in statement.lines:
                        lines[statement.account, line.bank_reference] = BookLine(statement.account, line)
    ordered = sorted(
        lines.values(), key=lambda one: (one.line.booking_date or date.min, one.line.bank_reference)
    )
    return CompanyBook(items, references, _payers(folder), ordered)


def _payers(folder: Path) -> dict[str, str]:
    """Give the customer of each account number and of each name that one customer only has."""
    owners: dict[str, set[str]] = {}
    for row in _rows(folder / "customers.csv"):
        known = [iban for iban in row.get("ibans", "").split("|") if iban]
        known += [name.upper() for name in (row["name"], *row.get("trading_names", "").split("|")) if name]
        for one in known:
            owners.setdefault(one, set()).add(row["customer"])
    return {name: next(iter(found)) for name, found in owners.items() if len(found) == 1}


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
