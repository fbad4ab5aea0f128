"""Rows made wrong on purpose, as they come in every real export, so that intake has something to show.

Only documents that no bank line touches are spoiled: the rest of the sample stays true without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from acquit.intake.sample.documents import INVOICE
from acquit.intake.sample.tables import Cell, Row, open_item_columns
from acquit.intake.sample.values import CompanySample, Document, RefusedRow

_SHORT_MONTHS = {2, 4, 6, 9, 11}


@dataclass(frozen=True, slots=True)
class Spoil:
    """One cell to be written wrong, in the document's row or (`is_extra`) in a copy of it at the end.

    `column` is the name of the format guide; `value` stands there, `meant` should.
    """

    document: Document
    column: str
    value: Cell
    meant: str
    is_extra: bool = False


def spoil_rows(sample: CompanySample, file: str, rows: list[Row]) -> list[RefusedRow]:
    """Spoil some rows of an open-item list in place; give each with its line in the file (the header is line 1).

    In Germany a letter O in a customer number and a number that comes twice with another amount; in Austria a day that
    does not exist and a currency nobody has; in Britain more open than was ever invoiced.
    """
    company = sample.company
    free = _untouched(sample)
    lines = {str(row[0]): place for place, row in enumerate(rows)}
    columns = open_item_columns(company)
    place_of = {column.name: place for place, column in enumerate(columns)}
    refused = []
    for spoil in _SPOILERS[company.country](free):
        row = lines[spoil.document.number]
        if spoil.is_extra:
            rows.append(list(rows[row]))
            row = len(rows) - 1
        column = place_of[spoil.column]
        rows[row][column] = spoil.value
        refused.append(
            RefusedRow(
                company=company.key,
                file=file,
                line=row + 1,
                column=columns[column].header,
                value=str(spoil.value),
                meant=spoil.meant,
                document=spoil.document.number,
                is_extra=spoil.is_extra,
            )
        )
    return refused


def _untouched(sample: CompanySample) -> list[Document]:
    """List open invoices that no bank line, dispute or story knows, oldest first."""
    touched = {application.document for receipt in sample.receipts for application in receipt.applied}
    return [
        document
        for document in sample.documents
        if document.kind == INVOICE
        and document.open_before == document.gross
        and document.number not in touched
        and not document.is_scripted
        and not document.disputed_amount
    ]


def _spoil_germany(free: Sequence[Document]) -> list[Spoil]:
    document = next(one for one in reversed(free) if "0" in one.customer[1:])
    wrong = document.customer[0] + document.customer[1:].replace("0", "O", 1)
    twin, other = next(
        (one, two)
        for one, two in combinations(free, 2)
        if one.customer == two.customer
        and one.gross != two.gross
        and document.number not in {one.number, two.number}
    )
    return [
        Spoil(document, "customer", wrong, document.customer),
        Spoil(other, "document", twin.number, other.number, is_extra=True),
    ]


def _spoil_austria(free: Sequence[Document]) -> list[Spoil]:
    short = max(
        (one for one in free if one.due_date.month in _SHORT_MONTHS),
        key=lambda one: (one.due_date.day, one.number),
    )
    other = next(one for one in reversed(free) if one is not short)
    due = short.due_date
    return [
        Spoil(short, "due_date", f"31.{due:%m.%Y}", f"{due:%d.%m.%Y}"),
        Spoil(other, "currency", "EURO", other.currency),
    ]


def _spoil_britain(free: Sequence[Document]) -> list[Spoil]:
    document = free[-1]
    return [Spoil(document, "open_amount", document.gross + Decimal("1000.00"), str(document.gross))]


_SPOILERS = {"DE": _spoil_germany, "AT": _spoil_austria, "GB": _spoil_britain}
