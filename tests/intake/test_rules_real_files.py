"""The real sets: each recognised, or the question asked; their known sums to the last digit."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from acquit.formats.tables import DateStyle, open_table
from acquit.intake.rules import (
    DocumentType,
    Field,
    FileKind,
    InvoiceLineRow,
    LineClass,
    Mapping,
    ReadContext,
    TableProfile,
    apply_answers,
    group_documents,
    infer_mapping,
    profile_table,
    read_rows,
    take_proposals,
)
from tests.intake.rules_support import Taken, fields_of
from tests.shared_data import shared_data


def _mapped(path: Path) -> tuple[Mapping, TableProfile]:
    with path.open("rb") as content:
        profile = profile_table(open_table(content, path.name))
    return infer_mapping(profile), profile


def _taken(path: Path, currency: str = "USD") -> Taken:
    mapping, profile = _mapped(path)
    mapping = apply_answers(mapping, take_proposals(mapping), profile)
    with path.open("rb") as content:
        out = Taken(read_rows(open_table(content, path.name), mapping, ReadContext(path.name, currency)))
    assert out.totals.difference == 0
    assert out.totals.rows_unaccounted == 0
    return out


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ar_canada_receivables_aging/aging_taxes_other_receivables.csv", FileKind.UNKNOWN),
        ("ar_d365_demo_aging/agedbalances.csv", FileKind.AGED_BALANCES),
        ("ar_d365_demo_aging/customers.csv", FileKind.CUSTOMERS),
        ("ar_d365_demo_aging/transactions.csv", FileKind.OPEN_ITEMS),
        ("ar_highradius_b2b/open_invoices.csv", FileKind.OPEN_ITEMS),
        ("ar_ibm_late_payments/accounts_receivable.csv", FileKind.OPEN_ITEMS),
        ("orders_chinook/customers.csv", FileKind.CUSTOMERS),
        ("orders_chinook/invoices.csv", FileKind.OPEN_ITEMS),
        ("orders_chinook/invoice_lines.csv", FileKind.INVOICE_LINES),
        ("orders_classicmodels/customers.csv", FileKind.CUSTOMERS),
        ("orders_classicmodels/orders.csv", FileKind.ORDERS),
        ("orders_classicmodels/orderdetails.csv", FileKind.INVOICE_LINES),
        ("orders_classicmodels/payments.csv", FileKind.PAYMENTS),
        ("orders_classicmodels/common/employees.csv", FileKind.UNKNOWN),
        ("orders_classicmodels/common/offices.csv", FileKind.UNKNOWN),
        ("orders_classicmodels/common/products.csv", FileKind.UNKNOWN),
        ("orders_northwind/customers.csv", FileKind.CUSTOMERS),
        ("orders_northwind/orders.csv", FileKind.ORDERS),
        ("orders_northwind/order_details.csv", FileKind.INVOICE_LINES),
        ("orders_northwind/common/suppliers.csv", FileKind.UNKNOWN),
        ("orders_northwind/common/employees.csv", FileKind.UNKNOWN),
        ("orders_adventureworks_amounts/sales_order_header_amounts.csv.gz", FileKind.UNKNOWN),
        ("o2c_sap_vbfa_document_flow/vbfa.csv.gz", FileKind.UNKNOWN),
        ("credit_polish_bankruptcy/1year.csv.gz", FileKind.UNKNOWN),
    ],
)
def test_every_real_table_is_what_it_is(name: str, kind: FileKind) -> None:
    mapping, _ = _mapped(shared_data(name))
    assert mapping.kind is kind
    if kind is FileKind.UNKNOWN:
        assert [question.key for question in mapping.questions] == ["FILE_KIND"]
    else:
        assert mapping.confidence >= 0.8


def test_late_payments_month_first() -> None:
    path = shared_data("ar_ibm_late_payments/accounts_receivable.csv")
    mapping, _ = _mapped(path)
    assert mapping.questions == ()
    found = fields_of(mapping)
    assert found == {
        "countryCode": Field.COUNTRY,
        "customerID": Field.CUSTOMER,
        "PaperlessDate": None,
        "invoiceNumber": Field.DOCUMENT,
        "InvoiceDate": Field.DOCUMENT_DATE,
        "DueDate": Field.DUE_DATE,
        "InvoiceAmount": Field.GROSS_AMOUNT,
        "Disputed": Field.DISPUTED,
        "SettledDate": Field.SETTLED_DATE,
        "PaperlessBill": None,
        "DaysToSettle": None,
        "DaysLate": Field.DAYS_PAST_DUE,
    }
    styles = {column.date_style for column in mapping.columns if column.date_style}
    assert styles == {DateStyle.MDY}
    out = _taken(path)
    with path.open() as content:
        lines = list(csv.DictReader(content))
    assert len(out.rows) == len(lines)
    assert out.refused == []
    assert sum(row.gross_amount for row in out.rows) == sum(Decimal(line["InvoiceAmount"]) for line in lines)
    assert sum(row.gross_amount for row in out.rows) == Decimal("104837.00")
    assert all(row.open_amount == 0 and row.settled_date for row in out.rows)
    assert all(row.document == line["invoiceNumber"] for row, line in zip(out.rows, lines, strict=True))
    for row, line in zip(out.rows, lines, strict=True):
        assert (row.settled_date - row.document_date).days == int(line["DaysToSettle"])
        assert max(0, (row.settled_date - row.due_date).days) == int(line["DaysLate"]) == row.days_past_due
        assert row.disputed is (line["Disputed"] == "Yes")


def test_demo_ageing_agrees_with_its_transactions() -> None:
    transactions = _taken(shared_data("ar_d365_demo_aging/transactions.csv"))
    balances = _taken(shared_data("ar_d365_demo_aging/agedbalances.csv"))
    assert transactions.refused == []
    assert balances.refused == []
    assert {row.document_type for row in transactions.rows} == {DocumentType.INVOICE, DocumentType.DEBIT_NOTE}
    assert {row.currency for row in transactions.rows} == {"USD"}
    for balance in balances.rows:
        aged: dict[str, Decimal] = defaultdict(Decimal)
        for row in transactions.rows:
            if row.customer == balance.customer:
                late = (balance.as_of_date - row.due_date).days
                (bucket,) = [
                    bucket
                    for bucket, _ in balance.buckets
                    if (bucket.from_days is None or late >= bucket.from_days)
                    and (bucket.until_days is None or late < bucket.until_days)
                ]
                aged[bucket.label] += row.open_amount
        assert {bucket.label: amount for bucket, amount in balance.buckets if amount} == {
            label: amount for label, amount in aged.items() if amount
        }


def test_open_invoices_with_gaps_and_binary_noise() -> None:
    path = shared_data("ar_highradius_b2b/open_invoices.csv")
    mapping, _ = _mapped(path)
    assert mapping.questions == ()
    assert mapping.currency == "USD"
    assert mapping.column_of(Field.DOCUMENT).is_float_id  # type: ignore[union-attr]
    out = _taken(path, "EUR")
    assert out.refused == []
    first = out.rows[0]
    assert (first.document, first.customer, first.currency, first.company_code) == (
        "2960623488",
        "0140105686",
        "USD",
        "CA02",
    )
    assert str(first.gross_amount) == "2309.79"
    assert (str(first.due_date), str(first.document_date), first.payment_terms) == (
        "2020-04-10",
        "2020-03-30",
        "CA10",
    )
    total = out.totals.total_of("USD", Field.GROSS_AMOUNT)
    assert total.rows == len(out.rows)
    with path.open() as content:
        exact = sum(Decimal(line["converted_usd"]) for line in csv.DictReader(content))
    assert abs(total.in_file - exact) < Decimal("0.0000001")  # the noise taken off, and nothing else
    assert total.accepted == total.in_file + total.rounding
    assert out.totals.rounded == sum(note.code == "ROUNDED" for note in out.notes) > 0


def test_closed_invoices_ask_for_the_date_they_do_not_have() -> None:
    mapping, _ = _mapped(shared_data("ar_highradius_b2b/closed_invoices_days_late.csv"))
    assert mapping.kind is FileKind.OPEN_ITEMS
    assert "FIELD_COLUMN:DOCUMENT_DATE" in [question.key for question in mapping.open_questions]


def test_payments_without_date_or_customer_ask_for_the_date() -> None:
    mapping, _ = _mapped(shared_data("orders_olist_payments/olist_order_payments.csv.gz"))
    assert mapping.kind is FileKind.PAYMENTS
    assert [question.key for question in mapping.open_questions] == ["FIELD_COLUMN:PAYMENT_DATE"]


def test_orders_with_their_lines_become_invoices_that_prove_the_balances() -> None:
    folder = shared_data("orders_classicmodels")
    orders = _taken(folder / "orders.csv")
    lines = _taken(folder / "orderdetails.csv")
    payments = _taken(folder / "payments.csv")
    grouped = group_documents(lines.rows, headers=orders.rows)
    assert grouped.difference == 0
    assert grouped.documents_without_header == []
    assert grouped.headers_without_lines == []
    assert set(grouped.classes) == {LineClass.INVOICE}
    ordered: dict[str, Decimal] = defaultdict(Decimal)
    for document in grouped.documents:
        assert document.customer is not None
        assert document.document_date is not None
        ordered[document.customer] += document.gross_amount
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for payment in payments.rows:
        paid[payment.customer] += payment.amount
    with (folder / "derived_customer_balances.csv").open() as content:
        for line in csv.DictReader(content):
            number = line["customerNumber"]
            assert ordered[number] == Decimal(line["ordered_total"])
            assert paid[number] == Decimal(line["paid_total"])
            assert ordered[number] - paid[number] == Decimal(line["balance"])


def test_invoices_equal_the_sum_of_their_lines() -> None:
    invoices = _taken(shared_data("orders_chinook/invoices.csv"))
    lines = _taken(shared_data("orders_chinook/invoice_lines.csv"))
    grouped = group_documents(lines.rows, headers=invoices.rows)
    by_number = {document.document: document for document in grouped.documents}
    assert all(by_number[row.document].gross_amount == row.gross_amount for row in invoices.rows)
    assert all(by_number[row.document].customer == row.customer for row in invoices.rows)


def test_line_discounts_and_freight() -> None:
    folder = shared_data("orders_northwind")
    orders, lines = _taken(folder / "orders.csv"), _taken(folder / "order_details.csv")
    grouped = group_documents(lines.rows, headers=orders.rows)
    with (folder / "order_details.csv").open() as content:
        exact = sum(
            Decimal(line["UnitPrice"]) * int(line["Quantity"]) * (1 - Decimal(line["Discount"]))
            for line in csv.DictReader(content)
        )
    assert grouped.exact == exact
    assert grouped.difference == 0
    assert grouped.freight == sum(row.freight_amount for row in orders.rows if row.freight_amount)


@pytest.fixture(scope="module")
def retail() -> tuple[list[InvoiceLineRow], Taken]:
    out = _taken(shared_data("orders_uci_online_retail/online_retail.csv.gz"), "GBP")
    return out.rows, out


def test_every_line_of_the_retail_file_is_read(retail: tuple[list[InvoiceLineRow], Taken]) -> None:
    rows, out = retail
    assert len(rows) == 341_602
    assert out.refused == []
    total = out.totals.total_of("GBP", Field.LINE_AMOUNT)
    assert (total.in_file, total.accepted, total.difference) == (
        Decimal("6155733.432"),
        Decimal("6155733.432"),
        0,
    )
    assert out.totals.note_counts["REPEATED_LINE"] == 2661
    assert rows[0].customer == "17850"
    assert rows[0].document_date is not None
    assert rows[0].document_date.isoformat() == "2010-12-01"


def test_the_retail_file_becomes_documents_and_every_line_is_accounted_for(
    retail: tuple[list[InvoiceLineRow], Taken],
) -> None:
    grouped = group_documents(iter(retail[0]))
    assert grouped.lines == 341_602
    assert sum(total.lines for total in grouped.classes.values()) == 341_602
    assert sum(total.documents for total in grouped.classes.values()) == len(grouped.documents) == 17_435
    assert grouped.exact == Decimal("6155733.432")
    assert grouped.difference == 0
    assert grouped.rounding == Decimal("-0.002")  # two documents end in a tenth of a penny
    assert sum(document.gross_amount for document in grouped.documents) == Decimal("6155733.43")
    classes = {name: (total.documents, total.lines) for name, total in grouped.classes.items()}
    assert classes[LineClass.NOTHING_TO_POST][0] == 1_466
    assert LineClass.REFUSED not in classes
    without = [document for document in grouped.documents if document.customer is None]
    assert len(without) == 2_715
    credited = [
        document for document in grouped.documents if document.document_type is DocumentType.CREDIT_NOTE
    ]
    assert {document.document[0] for document in credited} == {"C", "A"}
    assert [document.document for document in credited if document.document[0] == "A"] == [
        "A563186",
        "A563187",
    ]
    assert not [one for one in grouped.documents if one.document[0] == "C" and one.gross_amount >= 0]
