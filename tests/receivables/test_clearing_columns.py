"""Clearings as columns: the same rows as clearings one by one, refused by the same rule in the same words."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.core.errors import Refusal
from acquit.insight.queries.checks import run_checks
from acquit.ledger.operations import record_rates
from acquit.receivables.models import Clearing, ClearingEdge
from acquit.receivables.operations import clear_item_columns, clear_items, clearing
from acquit.receivables.rules.clearing import CannotClear, ClearingDraft, PairDraft
from acquit.receivables.rules.clearing_columns import clearing_columns_of
from tests.builders import PAYMENT_DAY, SYSTEM, Books, clerk, make_books

D = Decimal
TABLES = ("clearing", "clearing_edge", "open_item", "journal_entry", "posting", "event")

#: A pair as drawn: its customer, which of their payments and invoices, and how much of what both can bear, in percent.
drawn_pairs = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 2), st.integers(1, 100))


def make_twin(currency: str) -> tuple[Books, list[tuple[list[int], list[int]]]]:
    """Make a company whose two customers have three payments and three invoices each; gives their items."""
    books = make_books()
    owned = []
    for customer in books.customers("1", "2"):
        payments = [
            books.payment(customer, amount, currency=currency) for amount in ("100.00", "55.55", "0.07")
        ]
        invoices = [
            books.invoice(customer, amount, currency=currency).item_id for amount in ("80.00", "33.33")
        ]
        invoices[2:] = [
            books.invoice(customer, "70.10", currency=currency, document_date=date(2026, 5, 4)).item_id
        ]
        owned.append((payments, invoices))
    return books, owned


def make_drafts(
    books: Books, owned: list[tuple[list[int], list[int]]], drawn: list[list[tuple[int, int, int, int]]]
) -> list[ClearingDraft]:
    """Make clearings of the drawn pairs, each of a part of what is left of both its items."""
    left = {
        item: amount
        for items in owned
        for item, amount in zip(items[0], ("100.00", "55.55", "0.07"), strict=True)
    }
    left |= {
        item: amount
        for items in owned
        for item, amount in zip(items[1], ("80.00", "33.33", "70.10"), strict=True)
    }
    open_amounts = {item: D(amount) for item, amount in left.items()}
    drafts = []
    for pairs in drawn:
        made = []
        for customer, credit, debit, percent in pairs:
            ids = owned[customer][0][credit], owned[customer][1][debit]
            most = min(open_amounts[item] for item in ids)
            amount = (most * percent / 100).quantize(D("0.01"))
            if amount:
                made.append(PairDraft(*ids, amount))
                for item in ids:
                    open_amounts[item] -= amount
        if made:
            drafts.append(
                ClearingDraft(
                    books.company_id, PAYMENT_DAY, tuple(made), reason="TEST", decision_id=5, text="t"
                )
            )
    return drafts


def written(books: Books, owned: list[tuple[list[int], list[int]]]) -> dict[str, list[Any]]:
    """Give what stands in the tables, with places in place of ids, so that two companies compare."""
    items = [item for pair in owned for side in pair for item in side]
    with connection.cursor() as cursor:
        found: dict[str, list[dict[str, Any]]] = {}
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} WHERE company_id = %s", [books.company_id])
            columns = [column.name for column in cursor.description]
            found[table] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute("SELECT id, role FROM ledger_account WHERE company_id = %s", [books.company_id])
        roles = dict(cursor.fetchall())
        cursor.execute("SELECT id, number FROM customer WHERE company_id = %s", [books.company_id])
        customers = dict(cursor.fetchall())
    clearings = {
        row["id"]: place for place, row in enumerate(sorted(found["clearing"], key=lambda row: row["id"]))
    }
    found["journal_entry"] = [row for row in found["journal_entry"] if row["clearing_id"] is not None]
    entries = {row["id"]: clearings[row["clearing_id"]] for row in found["journal_entry"]}
    found["posting"] = [row for row in found["posting"] if row["entry_id"] in entries]
    found["event"] = [row for row in found["event"] if row["object_kind"] == "CLEARING"]
    for row in found["event"]:
        payload = json.loads(row["payload"])
        row["payload"] = {**payload, "items": [items.index(item) for item in payload["items"]]}
    names: dict[str, Any] = {
        "clearing_id": clearings,
        "object_id": clearings,
        "entry_id": entries,
        "account_id": roles,
        "customer_id": customers,
        **{
            name: {item: n for n, item in enumerate(items)}
            for name in ("item_id", "credit_item_id", "debit_item_id")
        },
    }
    return {
        table: sorted(
            (
                {
                    name: _plain(names[name].get(value) if name in names else value)
                    for name, value in row.items()
                    if name not in {"id", "company_id", "recorded_at"}
                }
                for row in rows
            ),
            key=str,
        )
        for table, rows in found.items()
    }


def _plain(value: Any) -> Any:
    return value.normalize() if isinstance(value, D) else value


@pytest.mark.django_db
@pytest.mark.parametrize("currency", ["EUR", "USD"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(st.lists(drawn_pairs, min_size=1, max_size=4), min_size=1, max_size=5))
def test_columns_clear_what_rows_clear(currency: str, drawn: list[list[tuple[int, int, int, int]]]) -> None:
    record_rates(rates=[(date(2026, 1, 1), "EUR", "USD", D("1.0850"))], source="TEST")
    by_row, owned_by_row = make_twin(currency)
    by_column, owned_by_column = make_twin(currency)
    ids = clear_items(actor=SYSTEM, drafts=make_drafts(by_row, owned_by_row, drawn))
    with mock.patch.object(clearing, "_COLUMNS_FROM", 1):
        in_columns = clear_items(actor=SYSTEM, drafts=make_drafts(by_column, owned_by_column, drawn))
    assert len(ids) == len(in_columns) == len(set(in_columns))
    assert written(by_column, owned_by_column) == written(by_row, owned_by_row)


@pytest.mark.django_db
def test_clearings_in_several_currencies_keep_their_order() -> None:
    record_rates(rates=[(date(2026, 1, 1), "EUR", "USD", D("1.0850"))], source="TEST")
    books = make_books()
    [customer] = books.customers("1")
    drafts = [
        ClearingDraft(
            books.company_id,
            PAYMENT_DAY,
            (
                PairDraft(
                    books.payment(customer, "10.00", currency=currency),
                    books.invoice(customer, "10.00", currency=currency).item_id,
                    D("10.00"),
                ),
            ),
        )
        for currency in ("EUR", "USD", "EUR")
    ]
    ids = clear_item_columns(actor=SYSTEM, columns=clearing_columns_of(drafts))
    edges = dict(ClearingEdge.objects.values_list("clearing_id", "currency"))
    assert [edges[clearing_id] for clearing_id in ids] == ["EUR", "USD", "EUR"]
    assert {result.name for result in run_checks() if result.violations} == set()


@pytest.mark.django_db
def test_what_the_rule_refuses_is_refused_in_its_words_and_nothing_is_written() -> None:
    books = make_books()
    first, second = books.customers("1", "2")
    payment, other = books.payment(first, "100.00"), books.payment(second, "100.00")
    invoice = books.invoice(first, "80.00").item_id
    foreign = books.invoice(second, "80.00").item_id
    elsewhere = make_books()
    [stranger] = elsewhere.customers("1")
    theirs = elsewhere.payment(stranger, "9.00")
    wrong: list[tuple[list[tuple[tuple[int, int, str], ...]], str]] = [
        ([((payment, invoice, "80.01"),)], "80.01 cannot be cleared"),
        (
            [((payment, invoice, "50.00"),), ((payment, invoice, "50.00"),)],
            "is open with 30.00 EUR; 50.00 cannot",
        ),
        ([((payment, foreign, "1.00"),)], "belong to two customers"),
        ([((invoice, payment, "1.00"),)], "must be a credit"),
        ([((payment, invoice, "0.00"),)], "above zero"),
        ([((payment, 999_999, "1.00"),)], "Item 999999 is not open"),
        ([((theirs, invoice, "1.00"),)], f"Item {theirs} is not open"),
        ([((other, foreign, "1.00"),), ()], "name at least one pair"),
    ]
    for pairs_of_drafts, says in wrong:
        drafts = [
            ClearingDraft(
                books.company_id, PAYMENT_DAY, tuple(PairDraft(c, d, D(amount)) for c, d, amount in pairs)
            )
            for pairs in pairs_of_drafts
        ]
        for clear in (
            lambda drafts=drafts: clear_items(actor=SYSTEM, drafts=drafts),
            lambda drafts=drafts: clear_item_columns(actor=SYSTEM, columns=clearing_columns_of(drafts)),
        ):
            with pytest.raises(CannotClear, match=says):
                clear()
    good = [ClearingDraft(books.company_id, PAYMENT_DAY, (PairDraft(payment, invoice, D("80.00")),))]
    with pytest.raises(NotAllowed):
        clear_item_columns(actor=clerk(books.company_id, Duty.BILL), columns=clearing_columns_of(good))
    assert (Clearing.objects.count(), ClearingEdge.objects.count()) == (0, 0)
    assert (
        len(clear_item_columns(actor=clerk(books.company_id, Duty.CASH), columns=clearing_columns_of(good)))
        == 1
    )


@pytest.mark.django_db
def test_an_item_that_two_clearings_of_a_batch_share_is_taken_from_twice() -> None:
    books = make_books()
    [customer] = books.customers("1")
    payment, invoice = books.payment(customer, "100.00"), books.invoice(customer, "80.00").item_id
    halves = [
        ClearingDraft(books.company_id, PAYMENT_DAY, (PairDraft(payment, invoice, D("40.00")),))
        for _ in range(2)
    ]
    clear_item_columns(actor=SYSTEM, columns=clearing_columns_of(halves))
    with pytest.raises(Refusal, match="is not open"):
        clear_items(actor=SYSTEM, drafts=halves)
