"""Short payments as residuals and deductions, instalments and their acceleration, down payments end to end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.ledger.models import JournalEntry
from acquit.receivables.operations import (
    CannotCarry,
    CannotTakeDownPayment,
    CarriedPart,
    accelerate_instalments,
    carry_deduction,
    leave_residual,
    receive_down_payment,
    request_down_payment,
    settle_down_payment,
    split_into_instalments,
)
from acquit.receivables.queries import get_ageing, get_statements_of_account, list_items, list_open_items
from tests.builders import PAYMENT_DAY, SYSTEM, make_books
from tests.scenarios.books_of_account import assert_books_are_sound, last_entry

pytestmark = pytest.mark.django_db
D = Decimal
DUE = date(2026, 4, 1)


def test_partial_leaves_the_item_residual_puts_another_in_its_place() -> None:
    books = make_books()
    customer = books.customer()
    partial = books.invoice(customer, "1000.00")
    books.clear(books.payment(customer, "900.00"), partial.item_id, "900.00")
    [left] = list_open_items()
    assert (left.id, left.open_amount, left.due_date) == (partial.item_id, D("100.00"), DUE)
    books.clear(books.payment(customer, "100.00"), partial.item_id, "100.00")

    residual = books.invoice(customer, "1000.00")
    new_id = leave_residual(
        actor=SYSTEM,
        payment_item_id=books.payment(customer, "900.00"),
        item_id=residual.item_id,
        on_date=PAYMENT_DAY,
    )
    [left] = list_open_items()
    assert (left.id, left.kind, left.open_amount, left.due_date) == (new_id, "RESIDUAL", D("100.00"), DUE)
    assert left.number == residual.number
    [statement] = get_statements_of_account(
        company_id=books.company_id,
        customer_id=customer,
        from_date=date(2026, 1, 1),
        until_date=date(2026, 12, 31),
    )
    assert [line.amount for line in statement.lines] == [
        D("1000.00"), D("1000.00"), D("-900.00"), D("-100.00"), D("-900.00"),
    ]  # fmt: skip
    assert statement.closing_balance == D("100.00")
    assert_books_are_sound()


def test_a_deduction_keeps_the_invoices_day_and_says_why() -> None:
    books = make_books()
    customer = books.customer()
    invoice = books.invoice(customer, "1000.00")
    books.clear(books.payment(customer, "992.00"), invoice.item_id, "992.00")
    carry_deduction(
        actor=SYSTEM, item_id=invoice.item_id, amount=D("8.00"), reason="DAMAGE", on_date=PAYMENT_DAY
    )
    [item] = list_open_items()
    assert (item.kind, item.open_amount, item.due_date) == ("DEDUCTION", D("8.00"), DUE)
    assert_books_are_sound()


def test_instalments_sum_to_the_invoice_and_fall_due_at_once_when_two_are_missed() -> None:
    books = make_books()
    customer = books.customer()
    invoice = books.invoice(customer, "1500.00")
    months = [date(2026, month, 15) for month in range(4, 10)]
    for wrong in (
        [CarriedPart(D("250.00"), day) for day in months[:5]],
        [CarriedPart(D("300.00"), day) for day in months],
        [CarriedPart(D("250.00"), None)] * 6,
        [],
    ):
        with pytest.raises(CannotCarry):
            split_into_instalments(actor=SYSTEM, item_id=invoice.item_id, parts=wrong, on_date=PAYMENT_DAY)
    assert [item.id for item in list_open_items()] == [invoice.item_id]
    ids = split_into_instalments(
        actor=SYSTEM,
        item_id=invoice.item_id,
        parts=[CarriedPart(D("250.00"), day) for day in months],
        on_date=PAYMENT_DAY,
    )
    assert [(i.due_date, i.open_amount) for i in list_open_items()] == [(d, D("250.00")) for d in months]
    for item_id in ids[:2]:
        books.clear(books.payment(customer, "250.00"), item_id, "250.00")
    today = date(2026, 7, 10)
    assert accelerate_instalments(actor=SYSTEM, item_id=invoice.item_id, on_date=today) is None
    found = accelerate_instalments(actor=SYSTEM, item_id=invoice.item_id, on_date=date(2026, 7, 20))
    assert found is not None
    assert found[1] == D("1000.00")
    assert [(i.due_date, i.open_amount) for i in list_open_items()] == [
        (months[2], D("250.00")),
        (months[3], D("250.00")),
        (date(2026, 7, 20), D("500.00")),
    ]
    assert_books_are_sound()


def test_a_foreign_item_carries_its_book_value_on() -> None:
    from acquit.ledger.operations import record_rates

    books = make_books()
    record_rates(rates=[(date(2026, 3, 1), "EUR", "USD", D("1.0800"))], source="TEST")
    record_rates(rates=[(date(2026, 4, 1), "EUR", "USD", D("1.1000"))], source="TEST")
    invoice = books.invoice(books.customer(), "10000.00", currency="USD")
    parts = [CarriedPart(D("3333.33"), date(2026, 5, 1)), CarriedPart(D("6666.67"), date(2026, 6, 1))]
    split_into_instalments(actor=SYSTEM, item_id=invoice.item_id, parts=parts, on_date=PAYMENT_DAY)
    assert_books_are_sound()
    assert set(last_entry(books, "CLEARING")) == {"1200"}  # no exchange difference


def test_a_down_payment_end_to_end() -> None:
    books = make_books()
    customer = books.customer()
    request = request_down_payment(
        actor=SYSTEM,
        company_id=books.company_id,
        customer_id=customer,
        number="AZ-1",
        currency="EUR",
        net=D("300.00"),
        tax_rate=D(19),
        due_date=date(2026, 3, 15),
        on_date=date(2026, 3, 1),
    )
    assert JournalEntry.objects.count() == 0
    assert list_items() == []
    assert get_ageing(as_of=PAYMENT_DAY, company_ids=[books.company_id], is_today=True) == []

    payment = books.payment(customer, "357.00")
    received = receive_down_payment(
        actor=SYSTEM, request_id=request, payment_item_id=payment, on_date=PAYMENT_DAY
    )
    assert last_entry(books, "DOWN_PAYMENT") == {
        "2100": D("357.00"),
        "2110": D("-300.00"),
        "2200": D("-57.00"),
    }
    [row] = get_ageing(as_of=PAYMENT_DAY, company_ids=[books.company_id], is_today=True)
    assert (row.open_amount, row.unapplied) == (0, D("-357.00"))
    assert_books_are_sound()

    final = books.invoice(customer, "1190.00", tax="190.00", document_date=date(2026, 4, 20))
    day = date(2026, 4, 20)
    clearing = settle_down_payment(
        actor=SYSTEM, down_payment_id=received, invoice_item_id=final.item_id, on_date=day
    )
    assert last_entry(books, "CLEARING") == {"2110": D("300.00"), "2200": D("57.00"), "1200": D("-357.00")}
    [item] = list_open_items()
    assert (item.id, item.open_amount) == (final.item_id, D("833.00"))
    assert_books_are_sound()

    books.unclear(clearing, day=day)
    assert sorted(i.open_amount for i in list_open_items()) == [D("-300.00"), D("-57.00"), D("1190.00")]
    assert_books_are_sound()


def test_a_down_payment_is_taken_once_and_whole() -> None:
    books = make_books()
    customer, other = books.customers("1", "2")
    request = request_down_payment(
        actor=SYSTEM,
        company_id=books.company_id,
        customer_id=customer,
        number="AZ-1",
        currency="EUR",
        net=D("100.00"),
        tax_rate=D(0),
        due_date=DUE,
        on_date=DUE,
    )
    for wrong in (books.payment(customer, "99.99"), books.payment(other, "100.00")):
        entries = JournalEntry.objects.count()
        with pytest.raises(CannotTakeDownPayment):
            receive_down_payment(actor=SYSTEM, request_id=request, payment_item_id=wrong, on_date=PAYMENT_DAY)
        assert JournalEntry.objects.count() == entries
    right = books.payment(customer, "150.00")
    receive_down_payment(actor=SYSTEM, request_id=request, payment_item_id=right, on_date=PAYMENT_DAY)
    with pytest.raises(CannotTakeDownPayment, match="already"):
        receive_down_payment(actor=SYSTEM, request_id=request, payment_item_id=right, on_date=PAYMENT_DAY)
    assert_books_are_sound()
