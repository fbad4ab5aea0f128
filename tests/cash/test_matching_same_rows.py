"""Decisions written as columns and as drafts are the same rows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from acquit.cash.models import Receipt
from acquit.cash.operations import decided
from acquit.cash.queries import count_receipts
from acquit.formats.statements import StatementLine
from acquit.ledger.operations import record_rates
from tests.builders import INVOICE_DAY, PAYMENT_DAY, Books, bank_line, make_books
from tests.cash.standing import assert_sound
from tests.cash.written import what_was_written

pytestmark = pytest.mark.django_db


def pay_in_every_way(books: Books) -> None:
    """Fill books with receipts of every kind, decided in one chunk."""
    lines: list[StatementLine] = []

    def arrived(amount: str | Decimal, text: str = "", **said: object) -> None:
        lines.append(bank_line(str(amount), text, bank_reference=f"B-{len(lines)}", **said))

    for place in range(6):
        number, iban = f"20{place}", f"DE8937040044053201300{place}"
        customer = books.customer(
            number, ibans=(iban,), is_auto_by_amount=place == 1, bank_charges="SHA" if place == 2 else ""
        )
        amounts = [Decimal(10_000 + 700 * place + n * 31).scaleb(-2) for n in range(8)]
        issued = [
            books.invoice(customer, amount, number=f"RE-{place}-00{n}7", payment_terms="2% 10, NET 30")
            for n, amount in enumerate(amounts)
        ]
        named = [document.number for document in issued]
        arrived(amounts[0], f"Rechnung {named[0]}", iban=iban)
        arrived(amounts[1] + amounts[2], f"{named[1]} und {named[2]}", iban=iban, counterparty="Kunde\tA\\B")
        arrived(amounts[3] - 10, f"{named[3]} abzgl. Bruch 10,00", iban=iban)
        arrived(amounts[4] - Decimal("0.02"), named[4], iban=iban)
        arrived(amounts[5], "Zahlung", iban=iban)
        arrived(
            (amounts[6] * Decimal("0.98")).quantize(Decimal("0.01")), f"{named[6]} abzgl. Skonto", iban=iban
        )
        arrived(amounts[0], f"Rechnung {named[0]}", iban=iban)
        arrived(amounts[7] + 5, named[7], iban=iban)
    credit = books.invoice(customer, "-20.00", number="GS-0001")
    last = books.invoice(customer, "220.00", number="RE-9-0001")
    arrived("200.00", f"{last.number} minus {credit.number}", iban=iban)
    child = books.customer("300", parent_number="205")
    arrived("119.00", books.invoice(child, number="RE-8-0001").number, iban=iban)
    later = books.invoice(child, "77.00", number="RE-8-0002", document_date=PAYMENT_DAY + timedelta(days=9))
    arrived("77.00", later.number, iban=iban)
    arrived("31.00", "Danke", counterparty="Niemand")
    arrived("-12.00", "Miete")
    arrived("0.00", "nichts")
    arrived("-100.00", "Rueckgabe", return_code="AC04", iban="DE89370400440532013000")
    books.bank_lines(*lines)


def test_as_columns_and_as_drafts_the_same_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for columns_from in (0, 1_000_000):
        monkeypatch.setattr(decided, "COLUMNS_FROM", columns_from)
        books = make_books()
        pay_in_every_way(books)
        found.append((what_was_written(books.company_id), count_receipts([books.company_id])))
    for name, rows in found[0][0].items():
        assert rows == found[1][0][name], name
    assert found[0] == found[1]
    states = {state for state, _ in found[0][1]}
    assert states >= {"AUTO", "PROPOSED", "UNIDENTIFIED", "IGNORED"}
    assert_sound()


def test_books_in_two_currencies_go_as_drafts(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for columns_from in (0, 1_000_000):
        monkeypatch.setattr(decided, "COLUMNS_FROM", columns_from)
        books = make_books(group_currency="USD")
        record_rates(
            rates=[
                (INVOICE_DAY, "EUR", "USD", Decimal("1.10")),
                (PAYMENT_DAY, "EUR", "USD", Decimal("1.20")),
            ],
            source="test",
        )
        pay_in_every_way(books)
        found.append(what_was_written(books.company_id))
    assert found[0] == found[1]
    assert_sound()


def test_an_item_taken_twice_in_a_chunk_is_applied_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decided, "COLUMNS_FROM", 0)
    books = make_books()
    invoice = books.invoice(books.customer(), "119.00")
    books.bank_lines(*(bank_line("119.00", invoice.number) for _ in range(3)))
    applied = [row.state for row in Receipt.objects.filter(company_id=books.company_id).order_by("id")]
    assert applied[0] == "AUTO"
    assert "AUTO" not in applied[1:]
    assert_sound()
