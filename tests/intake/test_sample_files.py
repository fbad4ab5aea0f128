"""The sample's files are what a user has: readable, balanced, the same bytes every time, with a few wrong rows."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from acquit.formats.bank_files import read_statements
from acquit.formats.statements import Statement
from acquit.formats.tables import open_table
from acquit.intake.sample import WrittenSample, write_sample
from acquit.intake.sample.values import CompanySample
from tests.pace import takes_at_most

AS_OF = date(2026, 11, 19)
SEED = 7
GERMANY, AUSTRIA, BRITAIN = range(3)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> WrittenSample:
    return write_sample(tmp_path_factory.mktemp("sample"), SEED, AS_OF)


def read_rows(path: Path) -> list[list[str]]:
    """The rows of a table as the product reads it, header first."""
    table = open_table(path.read_bytes(), path.name)
    return [list(table.header), *(row for chunk in table.rows() for _, row in chunk)]


def open_items_of(written: WrittenSample, place: int) -> Path:
    names = ("open_items.csv", "OP-Liste.csv", "Open items.xlsx")
    return written.folders[place].path / names[place]


def statements_of(written: WrittenSample, place: int) -> list[Statement]:
    """All statements of a company in the order of their files, resent copies apart."""
    folder = written.folders[place].path / "statements"
    paths = sorted(folder.iterdir(), key=lambda path: (len(path.stem), path.stem))
    return [
        statement
        for path in paths
        if not path.stem.endswith("_resent")
        for statement in read_statements(io.BytesIO(path.read_bytes()), path.name)
    ]


def test_same_seed_and_day_give_the_same_bytes_within_seconds(written: WrittenSample, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    samples: list[WrittenSample] = []
    assert takes_at_most(6, lambda: samples.append(write_sample(tmp_path, SEED, AS_OF)))
    again = samples[-1]
    fingerprints = [
        {
            path.relative_to(sample.folders[0].path.parent): hashlib.sha256(path.read_bytes()).hexdigest()
            for folder in sample.folders
            for path in folder.files
        }
        for sample in (written, again)
    ]
    assert fingerprints[0] == fingerprints[1]
    on_disk = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert on_disk == {path for folder in again.folders for path in folder.files} | {tmp_path / "notes.txt"}


def test_open_items_are_every_document_of_the_company(written: WrittenSample) -> None:
    for place, company in enumerate(written.sample.companies):
        rows = read_rows(open_items_of(written, place))
        extra = sum(row.is_extra for row in written.refused_rows if row.company == company.company.key)
        assert len(rows) - 1 == len(company.documents) + extra
        assert {row[0] for row in rows[1:]} == {document.number for document in company.documents}


def test_germany_writes_the_format_guides_names(written: WrittenSample) -> None:
    header, first = read_rows(open_items_of(written, GERMANY))[:2]
    document = written.sample.companies[GERMANY].documents[0]
    assert header[:10] == [
        "document", "type", "customer", "document_date", "due_date", "currency", "gross_amount", "open_amount",
        "customer_po", "structured_reference",
    ]  # fmt: skip
    assert first[:8] == [
        document.number, "invoice", document.customer, "2025-05-19", str(document.due_date), "EUR",
        str(document.gross), "0.00",
    ]  # fmt: skip


def test_austria_writes_a_german_export(written: WrittenSample) -> None:
    content = open_items_of(written, AUSTRIA).read_bytes()
    text = content.decode("cp1252")
    assert "Fällig am;Währung" in text.splitlines()[0]
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    company = written.sample.companies[AUSTRIA]
    largest = max(company.documents, key=lambda document: document.gross)
    (row,) = [line.split(";") for line in text.splitlines() if line.startswith(f"{largest.number};")]
    assert row[6].count(".") >= 1
    assert Decimal(row[6].replace(".", "").replace(",", ".")) == largest.gross
    assert row[3] == f"{largest.document_date:%d.%m.%Y}"


def test_britain_writes_a_workbook_with_typed_cells(written: WrittenSample) -> None:
    path = open_items_of(written, BRITAIN)
    table = open_table(path.read_bytes(), path.name)
    assert (table.form, table.sheet, table.typed_numbers) == ("XLSX", "Open items", True)
    rows = read_rows(path)
    gross, issued = rows[0].index("Gross Amount"), rows[0].index("Document Date")
    spoiled = {row.document for row in written.refused_rows}
    by_number = {row[0]: row for row in rows[1:]}
    for document in written.sample.companies[BRITAIN].documents:
        if document.number not in spoiled:
            assert Decimal(by_number[document.number][gross]) == document.gross
            assert by_number[document.number][issued] == str(document.document_date)


def test_customers_and_orders_carry_what_the_guide_asks(written: WrittenSample) -> None:
    for folder, company in zip(written.folders, written.sample.companies, strict=True):
        with (folder.path / "customers.csv").open(encoding="utf-8", newline="") as file:
            customers = list(csv.DictReader(file))
        assert [row["customer"] for row in customers] == [customer.number for customer in company.customers]
        for row, customer in zip(customers, company.customers, strict=True):
            assert row["name"] == customer.name
            assert tuple(filter(None, row["ibans"].split("|"))) == customer.ibans
            assert (row["parent"], row["payer"]) == (customer.parent, customer.payer)
            assert row["payment_terms"] == customer.terms_text
            assert (row["discount_percent"] == "") == (row["discount_days"] == "")
            assert (row["net_days"] == "") == customer.terms_text.startswith("EOM")
        with (folder.path / "orders.csv").open(encoding="utf-8", newline="") as file:
            orders = list(csv.DictReader(file))
        assert sum(Decimal(row["amount"]) for row in orders) == sum(order.amount for order in company.orders)
        (account,) = read_rows(folder.path / "bank_accounts.csv")[1:]
        assert account == [
            company.company.bank_key, company.company.iban, company.company.currency, company.company.statement_format,
        ]  # fmt: skip


def test_refused_rows_stand_where_they_say_and_touch_no_truth(written: WrittenSample) -> None:
    assert len(written.refused_rows) == 5
    for refused in written.refused_rows:
        place = [folder.key for folder in written.folders].index(refused.company)
        rows = read_rows(open_items_of(written, place))
        row = rows[refused.line - 1]
        value = row[rows[0].index(refused.column)]
        assert value == refused.value
        assert refused.is_extra or row[0] == refused.document
        company = written.sample.companies[place]
        assert refused.document not in {a.document for receipt in company.receipts for a in receipt.applied}
    assert [row.value for row in written.refused_rows[2:4]] == ["31.11.2026", "EURO"]
    assert written.refused_rows[0].value.startswith("1O")


def test_statements_read_back_balanced_and_in_sequence(written: WrittenSample) -> None:
    for place, company in enumerate(written.sample.companies):
        statements = statements_of(written, place)
        assert len(statements) == len(company.statements)
        for statement in statements:
            assert statement.balanced is True
            assert statement.account == company.company.iban
            assert statement.currency == company.company.currency
            assert statement.format == company.company.statement_format
            assert statement.warnings == ()
        for before, after in pairwise(statements):
            assert before.closing == after.opening
            assert int(after.sequence) == int(before.sequence) + 1


def test_lines_read_back_as_they_were_booked(written: WrittenSample) -> None:
    for place, company in enumerate(written.sample.companies):
        lines = [line for statement in statements_of(written, place) for line in statement.lines]
        assert [line.bank_reference for line in lines] == [
            receipt.bank_reference for receipt in company.receipts
        ]
        assert [line.amount for line in lines] == [receipt.amount for receipt in company.receipts]
        for line, receipt in zip(lines, company.receipts, strict=True):
            assert line.booking_date == line.value_date == receipt.booking_date
            assert line.structured_reference == receipt.structured_reference
            assert line.end_to_end_id == receipt.end_to_end_id
            assert line.return_code == receipt.return_code


def test_texts_and_payers_read_back_in_camt(written: WrittenSample) -> None:
    for place in (GERMANY, AUSTRIA):
        lines = [line for statement in statements_of(written, place) for line in statement.lines]
        for line, receipt in zip(lines, written.sample.companies[place].receipts, strict=True):
            assert line.text == receipt.text
            assert (line.counterparty, line.iban) == (receipt.remitter.name, receipt.remitter.iban)
            assert line.mandate_id == receipt.mandate


def test_one_statement_was_sent_again_and_is_the_same(written: WrittenSample) -> None:
    folder = written.folders[GERMANY].path / "statements"
    (resent,) = [path for path in written.folders[GERMANY].files if path.stem.endswith("_resent")]
    first = folder / resent.name.replace("_resent", "")
    assert resent.read_bytes() != first.read_bytes()
    (again,) = read_statements(io.BytesIO(resent.read_bytes()), resent.name)
    (before,) = read_statements(io.BytesIO(first.read_bytes()), first.name)
    assert (again.lines, again.opening, again.closing) == (before.lines, before.opening, before.closing)
    assert (again.statement_id, again.sequence) == (before.statement_id, before.sequence)


def documents_total(company: CompanySample) -> Decimal:
    return sum((document.open_before for document in company.documents), Decimal(0))


def test_open_amounts_in_the_files_sum_to_the_truth_beside_the_refused_rows(written: WrittenSample) -> None:
    place = AUSTRIA
    rows = read_rows(open_items_of(written, place))
    column = rows[0].index("Offener Betrag")
    total = sum(Decimal(row[column].replace(".", "").replace(",", ".")) for row in rows[1:])
    assert total == documents_total(written.sample.companies[place])


def test_pound_rates_cover_every_banking_day_of_the_statements(written: WrittenSample) -> None:
    rows = read_rows(written.folders[BRITAIN].path / "fx_rates.csv")
    assert rows[0] == ["date", "base", "currency", "rate"]
    assert {tuple(row[1:3]) for row in rows[1:]} == {("GBP", "EUR")}
    assert {row[0] for row in rows[1:]} >= {
        str(receipt.booking_date) for receipt in written.sample.companies[BRITAIN].receipts
    }
    assert rows[-1][3] == "1.1358"
    assert all(Decimal("1.11") <= Decimal(row[3]) <= Decimal("1.17") for row in rows[1:])
    assert not (written.folders[GERMANY].path / "fx_rates.csv").exists()
