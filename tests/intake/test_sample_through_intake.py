"""Intake understands every table of the sample without a question and refuses exactly the rows made wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from acquit.formats.tables import open_table
from acquit.intake.rules.building import ReadContext
from acquit.intake.rules.inference import infer_mapping
from acquit.intake.rules.kinds import FileKind
from acquit.intake.rules.profile import profile_table
from acquit.intake.rules.reading import read_rows
from acquit.intake.sample import WrittenSample, write_sample

KINDS = {
    "customers.csv": FileKind.CUSTOMERS,
    "open_items.csv": FileKind.OPEN_ITEMS,
    "OP-Liste.csv": FileKind.OPEN_ITEMS,
    "Open items.xlsx": FileKind.OPEN_ITEMS,
    "orders.csv": FileKind.ORDERS,
    "bank_accounts.csv": FileKind.BANK_ACCOUNTS,
    "fx_rates.csv": FileKind.FX_RATES,
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> WrittenSample:
    return write_sample(tmp_path_factory.mktemp("sample"), 1, date(2026, 11, 19))


def tables_of(written: WrittenSample, place: int) -> list[Path]:
    return [path for path in written.folders[place].files if path.parent.name != "statements"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_column_is_understood_and_nothing_is_asked(written: WrittenSample, place: int) -> None:
    for path in tables_of(written, place):
        mapping = infer_mapping(profile_table(open_table(path.read_bytes(), path.name)))
        assert mapping.kind is KINDS[path.name]
        assert mapping.is_ready
        assert mapping.questions == ()
        assert all(column.field is not None for column in mapping.columns), path.name


@pytest.mark.parametrize("place", [0, 1, 2])
def test_exactly_the_rows_made_wrong_are_refused(written: WrittenSample, place: int) -> None:
    folder, company = written.folders[place], written.sample.companies[place]
    known = frozenset(customer.number for customer in company.customers)
    refused, taken = [], {}
    for path in tables_of(written, place):
        table = open_table(path.read_bytes(), path.name)
        context = ReadContext(file=path.name, currency=folder.currency, known_customers=known)
        chunks = list(read_rows(table, infer_mapping(profile_table(table)), context))
        refused += [row for chunk in chunks for row in chunk.refused]
        assert not [note for chunk in chunks for note in chunk.notes]
        taken[KINDS[path.name]] = sum(len(chunk.rows) for chunk in chunks)
    wrong = [row for row in written.refused_rows if row.company == folder.key]
    assert [(row.line_number, row.column, row.value) for row in refused] == [
        (row.line, row.column, row.value) for row in wrong
    ]
    assert taken[FileKind.CUSTOMERS] == len(company.customers)
    assert taken[FileKind.ORDERS] == len(company.orders)
    missing = sum(not row.is_extra for row in wrong)
    assert taken[FileKind.OPEN_ITEMS] == len(company.documents) - missing
