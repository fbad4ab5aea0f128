"""Money in another currency than its invoice: changed at the rate of the day, and given back whole by undo."""

from __future__ import annotations

from decimal import Decimal

import pytest

from acquit.cash.operations import confirm_receipt, undo_receipt
from acquit.controls.models import Decision
from acquit.ledger.operations import import_rates
from acquit.ledger.rules.rates import RateRow
from tests.builders import DECIDED_AT, INVOICE_DAY, PAYMENT_DAY, SYSTEM, Books, bank_line, make_books
from tests.cash.standing import assert_sound, balances, how_it_stands, in_balance, only_receipt, open_amounts

pytestmark = pytest.mark.django_db
D = Decimal
IBAN = "DE89370400440532013000"


def make_dollar_books(owed: str) -> tuple[Books, int, str]:
    """Make books in EUR with one invoice in USD, at 1.0800 when it was written and 1.0850 when it is paid."""
    books = make_books()
    rows = [
        RateRow(INVOICE_DAY, "EUR", "USD", D("1.0800")),
        RateRow(PAYMENT_DAY, "EUR", "USD", D("1.0850")),
    ]
    import_rates(actor=SYSTEM, company_id=books.company_id, rows=rows, source=f"S{books.company_id}")
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, owed, currency="USD")
    return books, invoice.item_id, invoice.number


def test_euros_for_dollars_are_changed_at_the_rate_of_the_day_and_the_little_that_misses_is_exchange() -> (
    None
):
    books, _, number = make_dollar_books("10100.00")

    books.bank_lines(bank_line("9300.00", number, iban=IBAN))

    receipt = only_receipt(books)
    assert receipt.state == "AUTO"
    proof = Decision.objects.get(id=receipt.decision_id).proof
    assert proof["exchange"] == ["USD", "10090.50"]
    assert [effect["cash"] for effect in proof["applied"]] == ["10090.50"]
    assert [(each["kind"], each["amount"]) for each in proof["differences"]] == [("FX", "9.50")]
    assert open_amounts(books) == {}
    assert in_balance(books, "BANK") == "9300.00"
    assert sum((company for _, company in balances(books).values()), D(0)) == 0
    assert_sound()


def test_undo_gives_back_both_currencies_whole() -> None:
    books, item_id, number = make_dollar_books("10100.00")
    before = how_it_stands(books)["open"][item_id]
    books.bank_lines(bank_line("9300.00", number, iban=IBAN))
    receipt = only_receipt(books)

    undo_receipt(
        actor=SYSTEM, receipt_id=receipt.id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT, reason="TEST"
    )

    assert how_it_stands(books)["open"][item_id] == before
    assert sorted(open_amounts(books).values()) == ["-9300.00", "10100.00"]
    assert_sound()


def test_what_strays_further_than_policy_allows_waits_and_is_confirmed_in_part() -> None:
    books, _, number = make_dollar_books("20000.00")
    books.bank_lines(bank_line("9300.00", number, iban=IBAN))
    receipt = only_receipt(books)
    assert receipt.state == "PROPOSED"

    confirm_receipt(actor=SYSTEM, receipt_id=receipt.id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT)

    assert open_amounts(books) == {number: "9909.50"}
    assert_sound()
