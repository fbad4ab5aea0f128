"""A claim is given up, cash comes after all; nobody decides alone above their limit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.controls.models import Company
from acquit.controls.rules.duties import Actor, Duty, NotAllowed
from acquit.infra.transaction import operation
from acquit.ledger.models import JournalEntry
from acquit.ledger.operations import record_rates
from acquit.receivables.models import WriteOff
from acquit.receivables.operations import (
    CannotApproveWriteOff,
    LossFacts,
    approve_write_off,
    record_recovery,
    refuse_write_off,
    request_write_off,
    reverse_write_off,
)
from acquit.receivables.operations.provisions import (
    approve_provision,
    assess_customer,
    post_provision,
    propose_provision,
)
from acquit.receivables.queries import list_open_items
from acquit.receivables.rules.write_off import CannotWriteOff
from tests.builders import SYSTEM, Books, clerk, make_books
from tests.scenarios.books_of_account import assert_books_are_sound, last_entry

pytestmark = pytest.mark.django_db
D = Decimal
DAY = date(2026, 6, 30)
LOST = LossFacts(D(19), date(2026, 3, 2), is_uncollectible=True)


@pytest.fixture
def books() -> Books:
    """Give a German company."""
    found = make_books()
    with operation():
        Company.objects.filter(id=found.company_id).update(country="DE")
    return found


def actor(books: Books, user_id: int, *duties: Duty) -> Actor:
    return clerk(books.company_id, *(duties or (Duty.WRITE_OFF,)), user_id=user_id)


def provide(books: Books, customer: int, percent: str) -> None:
    """Bring an allowance of a percentage of the customer's debt into the books."""
    assess_customer(
        actor=SYSTEM,
        company_id=books.company_id,
        customer_id=customer,
        valid_from=DAY,
        reason="insolvent",
        loss_rate=D(percent),
    )
    run = propose_provision(
        actor=actor(books, 1, Duty.CLOSE), company_id=books.company_id, as_of=date(2026, 6, 30)
    )
    approve_provision(actor=actor(books, 2, Duty.CLOSE), run_id=run.id)
    post_provision(actor=actor(books, 2, Duty.CLOSE), run_id=run.id)


def test_allowance_first_then_expense_and_the_tax_comes_back(books: Books) -> None:
    customer = books.customer()
    invoice = books.invoice(customer, "1190.00", tax="190.00")
    provide(books, customer, "25.21008403361344537815126050")  # 300.00 of 1,190.00
    assert last_entry(books, "PROVISION") == {"6100": D("300.00"), "1210": D("-300.00")}

    asked = request_write_off(
        actor=actor(books, 3), item_id=invoice.item_id, facts=LOST, reason="insolvency", on_date=DAY
    )
    assert (asked.state, asked.approvals_needed, asked.relief_rule) == ("REQUESTED", 1, "DE-17-2")
    assert [item.open_amount for item in list_open_items()] == [D("1190.00")]
    with pytest.raises(CannotApproveWriteOff):
        approve_write_off(actor=actor(books, 3), write_off_id=asked.id, on_date=DAY)
    done = approve_write_off(actor=actor(books, 4), write_off_id=asked.id, on_date=DAY)

    assert last_entry(books, "WRITE_OFF") == {
        "1210": D("300.00"),
        "6100": D("700.00"),
        "2200": D("190.00"),
        "1200": D("-1190.00"),
    }
    assert (done.state, done.vat_recovered, done.allowance_used, done.expense) == (
        "POSTED", D("190.00"), D("300.00"), D("700.00"),
    )  # fmt: skip
    assert list_open_items() == []
    assert_books_are_sound()

    payment = books.payment(customer, "595.00", paid_date=date(2026, 7, 15))
    with pytest.raises(CannotWriteOff):
        record_recovery(
            actor=SYSTEM,
            write_off_id=done.id,
            payment_item_id=payment,
            amount=D("595.01"),
            on_date=date(2026, 7, 15),
        )
    record_recovery(
        actor=SYSTEM,
        write_off_id=done.id,
        payment_item_id=payment,
        amount=D("595.00"),
        on_date=date(2026, 7, 15),
    )
    assert last_entry(books, "RECOVERY") == {"2100": D("595.00"), "2200": D("-95.00"), "6100": D("-500.00")}
    assert list_open_items() == []
    with pytest.raises(CannotWriteOff, match="stays"):
        reverse_write_off(actor=actor(books, 3), write_off_id=done.id, reason="x", on_date=DAY)
    assert_books_are_sound()


def test_a_reversal_gives_the_claim_its_amount_and_day_back(books: Books) -> None:
    invoice = books.invoice(books.customer(), "100.00", tax="15.97")
    done = request_write_off(
        actor=actor(books, 3), item_id=invoice.item_id, facts=LOST, reason="small", on_date=DAY
    )
    assert (done.state, done.approvals_needed) == ("POSTED", 0)
    reverse_write_off(
        actor=actor(books, 3), write_off_id=done.id, reason="they pay", on_date=date(2026, 7, 1)
    )
    [item] = list_open_items()
    assert (item.id, item.open_amount, item.due_date) == (invoice.item_id, D("100.00"), date(2026, 4, 1))
    assert WriteOff.objects.get().state == "REVERSED"
    assert_books_are_sound()


def test_a_reversal_dated_before_its_write_off_is_taken_on_the_same_day(books: Books) -> None:
    invoice = books.invoice(books.customer(), "100.00")
    done = request_write_off(
        actor=actor(books, 3), item_id=invoice.item_id, facts=LOST, reason="small", on_date=DAY
    )
    reverse_write_off(
        actor=actor(books, 3), write_off_id=done.id, reason="they pay", on_date=date(2026, 5, 1)
    )
    days = set(JournalEntry.objects.exclude(kind="INVOICE").values_list("posting_date", flat=True))
    assert days == {DAY}
    assert_books_are_sound()


def test_what_a_later_day_has_used_of_the_allowance_is_not_used_again(books: Books) -> None:
    customer = books.customer()
    items = [books.invoice(customer, "100.00").item_id for _ in range(2)]
    provide(books, customer, "50")  # 100.00
    used = [
        request_write_off(
            actor=actor(books, 3), item_id=item, facts=LossFacts(D(0), DAY), reason="old", on_date=day
        ).allowance_used
        for item, day in zip(items, (date(2026, 9, 1), date(2026, 8, 1)), strict=True)
    ]
    assert used == [D("100.00"), D("0.00")]
    assert_books_are_sound()


def test_a_claim_too_small_to_have_a_book_value_is_given_up_too(books: Books) -> None:
    record_rates(rates=[(date(2026, 1, 1), "EUR", "KWD", D("0.3337"))], source="ECB")
    tiny = books.invoice(books.customer("3"), "0.001", currency="KWD")
    done = request_write_off(
        actor=actor(books, 3), item_id=tiny.item_id, facts=LossFacts(D(0), DAY), reason="old", on_date=DAY
    )
    assert (done.state, done.allowance_used, done.expense) == ("POSTED", 0, D("0.001"))
    assert_books_are_sound()


def test_without_the_countrys_conditions_the_tax_is_lost(books: Books) -> None:
    invoice = books.invoice(books.customer(), "100.00", tax="15.97")
    facts = LossFacts(D(19), date(2026, 3, 2))
    request_write_off(actor=SYSTEM, item_id=invoice.item_id, facts=facts, reason="old", on_date=DAY)
    assert last_entry(books, "WRITE_OFF") == {"6100": D("100.00"), "1200": D("-100.00")}


def test_above_the_second_limit_three_persons_decide(books: Books) -> None:
    invoice = books.invoice(books.customer(), "10000.01")
    asked = request_write_off(
        actor=actor(books, 3), item_id=invoice.item_id, facts=LOST, reason="gone", on_date=DAY
    )
    assert approve_write_off(actor=actor(books, 4), write_off_id=asked.id, on_date=DAY).state == "REQUESTED"
    with pytest.raises(CannotApproveWriteOff):
        approve_write_off(actor=actor(books, 4), write_off_id=asked.id, on_date=DAY)
    assert approve_write_off(actor=actor(books, 5), write_off_id=asked.id, on_date=DAY).state == "POSTED"


def test_what_is_refused_changes_nothing(books: Books) -> None:
    customer = books.customer()
    invoice = books.invoice(customer, "1190.00", tax="190.00")
    payment = books.payment(customer, "10.00")
    before = JournalEntry.objects.count()
    with pytest.raises(NotAllowed):
        request_write_off(
            actor=actor(books, 3, Duty.CASH), item_id=invoice.item_id, facts=LOST, reason="x", on_date=DAY
        )
    with pytest.raises(CannotWriteOff):
        request_write_off(actor=SYSTEM, item_id=payment, facts=LOST, reason="x", on_date=DAY)
    with pytest.raises(CannotWriteOff):
        request_write_off(actor=SYSTEM, item_id=invoice.item_id, facts=LOST, reason=" ", on_date=DAY)
    asked = request_write_off(
        actor=actor(books, 3), item_id=invoice.item_id, facts=LOST, reason="x", on_date=DAY
    )
    with pytest.raises(CannotWriteOff):
        request_write_off(actor=SYSTEM, item_id=invoice.item_id, facts=LOST, reason="x", on_date=DAY)
    books.clear(payment, invoice.item_id, "10.00")
    entries = JournalEntry.objects.count()
    with pytest.raises(CannotWriteOff, match=r"1180\.00"):
        approve_write_off(actor=actor(books, 4), write_off_id=asked.id, on_date=DAY)
    refuse_write_off(actor=actor(books, 4), write_off_id=asked.id, reason="pays", on_date=DAY)
    assert JournalEntry.objects.count() == entries == before + 1
    assert WriteOff.objects.get().state == "REFUSED"
    assert_books_are_sound()
