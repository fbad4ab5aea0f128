"""What open items and edges promise, broken on purpose: as the application, the writer and the tables' owner."""

from __future__ import annotations

from functools import partial
from typing import Any

import psycopg
import pytest

from tests.raw_books import (
    APPLICATION,
    FIRST_CUSTOMER,
    FOREIGN_CUSTOMER,
    OTHERS,
    OURS,
    OWNER,
    SECOND_CUSTOMER,
    WRITER,
    insert_edge,
    insert_item,
    one,
    open_raw_books,
    refused,
)

pytestmark = pytest.mark.django_db

NO_RIGHT, NOT_OPEN_SO = "42501", "AQ006"
INVOICE, SECOND_INVOICE, CREDIT, FOREIGN_CREDIT, DOLLAR_CREDIT, CLOSED_INVOICE = range(101, 107)


@pytest.fixture
def books(superuser_connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Give raw books in a transaction that is rolled back."""
    open_raw_books(superuser_connection)
    return superuser_connection


@pytest.fixture
def items(books: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Give books with an invoice of 100, one of 100 of another customer, credits of 150, and a closed invoice."""
    insert_item(books, INVOICE, 100)
    insert_item(books, SECOND_INVOICE, 100, customer_id=SECOND_CUSTOMER)
    insert_item(books, CREDIT, -150)
    insert_item(books, FOREIGN_CREDIT, -150, customer_id=SECOND_CUSTOMER)
    insert_item(books, DOLLAR_CREDIT, -150, currency="USD")
    insert_item(books, CLOSED_INVOICE, 20)
    insert_edge(books, CREDIT, CLOSED_INVOICE, 20)
    return books


def edge(**changed: Any) -> str:
    """Give an insert of an edge that would be taken, with what is changed of it."""
    values = {
        "credit": CREDIT,
        "debit": INVOICE,
        "customer": FIRST_CUSTOMER,
        "company": OURS,
        "currency": "EUR",
        "amount": 100,
        **changed,
    }
    return (
        "INSERT INTO clearing_edge (clearing_id, credit_item_id, debit_item_id, customer_id, company_id,"
        " effective_date, credit_due_date, credit_posting_date, debit_due_date, debit_posting_date, credit_kind,"
        " debit_kind, currency, amount, credit_company_amount, debit_company_amount) VALUES"
        " (1, {credit}, {debit}, {customer}, {company}, '2026-01-15', '2026-01-15', '2026-01-15', '2026-01-15',"
        " '2026-01-15', 'PAYMENT', 'INVOICE', '{currency}', {amount}, {amount}, {amount})"
    ).format(**values)


WRONG_EDGES: dict[str, tuple[dict[str, Any], str]] = {
    "over-clears the debit": ({"amount": 101}, "23514 open_item_between_zero_and_original"),
    "over-clears the credit": ({"credit": DOLLAR_CREDIT, "currency": "USD"}, NOT_OPEN_SO),
    "clears a closed item": ({"debit": CLOSED_INVOICE, "amount": 5}, NOT_OPEN_SO),
    "unclears more than was cleared": (
        {"debit": CLOSED_INVOICE, "amount": -21},
        "23514 open_item_between_zero_and_original",
    ),
    "unclears what nothing cleared": ({"amount": -1}, "23514 open_item_between_zero_and_original"),
    "debit of another customer": ({"debit": SECOND_INVOICE}, NOT_OPEN_SO),
    "credit of another customer": ({"credit": FOREIGN_CREDIT}, NOT_OPEN_SO),
    "both of another customer": ({"debit": SECOND_INVOICE, "credit": FOREIGN_CREDIT}, NOT_OPEN_SO),
    "named for a foreign customer": ({"customer": FOREIGN_CUSTOMER}, NOT_OPEN_SO),
    "another company": ({"company": OTHERS}, NOT_OPEN_SO),
    "another currency than the items": ({"currency": "USD"}, NOT_OPEN_SO),
    "credit in another currency": ({"credit": DOLLAR_CREDIT}, NOT_OPEN_SO),
    "sides swapped": ({"credit": INVOICE, "debit": CREDIT}, NOT_OPEN_SO),
    "an item with itself": ({"credit": INVOICE}, NOT_OPEN_SO),
    "no such item": ({"debit": 999}, NOT_OPEN_SO),
    "zero": ({"amount": 0}, "23514 clearing_edge_not_zero"),
}


@pytest.mark.parametrize("name", WRONG_EDGES)
def test_an_edge_that_the_items_do_not_allow(items: psycopg.Connection[Any], name: str) -> None:
    changed, code = WRONG_EDGES[name]
    before = items.execute("SELECT * FROM open_item ORDER BY item_id").fetchall()
    for role, expected in ((APPLICATION, NO_RIGHT), (WRITER, code), (OWNER, code)):
        assert refused(items, role, edge(**changed)) == expected
    assert items.execute("SELECT * FROM open_item ORDER BY item_id").fetchall() == before
    assert one(items, "SELECT count(*) FROM clearing_edge") == 1


def test_edges_of_one_statement_are_netted_before_they_are_judged(items: psycopg.Connection[Any]) -> None:
    first = edge(amount=60)
    second = edge(amount=50)
    assert refused(items, WRITER, f"{first}, {second.split('VALUES ')[1]}") == (
        "23514 open_item_between_zero_and_original"
    )
    assert refused(items, WRITER, first, second) == "23514 open_item_between_zero_and_original"
    taken = edge(amount=40)
    with items.transaction():
        items.execute("SET LOCAL ROLE acquit_writer")
        items.execute(f"{first}, {taken.split('VALUES ')[1]}")
    assert items.execute("SELECT open_amount FROM open_item WHERE item_id = %s", [INVOICE]).fetchone() is None
    assert one(items, f"SELECT open_amount FROM open_item WHERE item_id = {CREDIT}") == -30


def test_an_item_opens_by_itself_and_never_over_zero(books: psycopg.Connection[Any]) -> None:
    with books.transaction():
        books.execute("SET LOCAL ROLE acquit_writer")
        insert_item(books, 7, -3)
    assert books.execute("SELECT item_id, open_amount, original_amount FROM open_item").fetchall() == [
        (7, -3, -3)
    ]
    for role in (WRITER, OWNER):
        nothing = partial(insert_item, item_id=8, amount=0)
        assert refused(books, role, nothing) == "23514 item_not_zero"
