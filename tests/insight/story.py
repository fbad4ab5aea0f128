"""Books with something of everything, for tests that look at the whole database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.billing.rules.documents import LineDraft
from acquit.cash.models import Receipt
from acquit.cash.operations import undo_receipt
from acquit.controls.batch import seal_blocks
from acquit.controls.operations import create_user, grant_role
from acquit.controls.rules.duties import Role
from acquit.ledger.operations import record_rates
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, make_books


class Story(NamedTuple):
    """Two companies; ids of what tests name."""

    home: Books
    abroad: Books
    invoice_item: int
    closed_item: int
    payment_item: int
    clearing: int
    reversal: int


def tell_story() -> Story:
    """Make the books: lines, credit notes, part payments, dollars at two rates, an unclearing, a bank, an undo."""
    home, abroad = make_books("Heimat GmbH"), make_books("Abroad Inc.", currency="USD", group_currency="EUR")
    record_rates(
        rates=[
            (date(2026, 3, 1), "EUR", "USD", Decimal("1.0800")),
            (date(2026, 4, 1), "EUR", "USD", Decimal("1.1000")),
        ],
        source="TEST",
    )
    first, second, parent = home.customers("1001", "1002", "1003")
    home.customer("1001", email="old@example.org")
    home.customer("1001", email="new@example.org")
    lines = (
        LineDraft("A", "Anvil", Decimal(2), Decimal("25.00"), Decimal("50.00")),
        LineDraft("B", "Bolt", Decimal(10), Decimal("5.00"), Decimal("50.00")),
    )
    invoice, small, dollars, credit, _, paid, shorted, kept = home.issue(
        [
            home.draft(first, "119.00", tax="19.00", lines=lines),
            home.draft(first, "40.00"),
            home.draft(second, "10000.00", currency="USD"),
            home.draft(first, "-11.90", tax="-1.90"),
            home.draft(parent, "77.00", number="ALT-7", is_taken_over=True),
            home.draft(parent, "250.00", tax="39.92"),
            home.draft(parent, "1000.00"),
            home.draft(parent, "64.00"),
        ]
    )
    payment = home.payment(first, "100.00")
    home.clear(payment, small.item_id, "40.00")
    home.clear(credit.item_id, invoice.item_id, "11.90")
    mistaken = home.clear(payment, invoice.item_id, "25.00")
    reversal = home.unclear(mistaken)
    clearing = home.clear(payment, invoice.item_id, "30.00")
    received = home.payment(second, "6000.00", currency="USD")
    home.clear(received, dollars.item_id, "6000.00")
    rest = home.payment(second, "4000.00", currency="USD")
    home.clear(rest, dollars.item_id, "4000.00")
    home.bank_lines(
        bank_line("250.00", f"Rechnung {paid.number}", counterparty="Customer 1003"),
        bank_line("998.00", f"Rechnung {shorted.number}", counterparty="Customer 1003"),
        bank_line("64.00", f"Rechnung {kept.number}", counterparty="Customer 1003"),
        bank_line("12.34", "who knows"),
        bank_line("-9.90", "Kontofuehrung ENTGELT"),
        bank_line("0.00", "for your information"),
        opening="500.00",
    )
    for amount in ("250.00", "998.00"):
        undo_receipt(
            actor=SYSTEM,
            receipt_id=Receipt.objects.get(company_id=home.company_id, amount=Decimal(amount)).id,
            business_date=PAYMENT_DAY,
            decided_at=DECIDED_AT,
            reason="TEST",
        )
    far = abroad.customer("9")
    foreign = abroad.invoice(far, "500.00", tax="41.25")
    abroad.clear(abroad.payment(far, "500.00"), foreign.item_id, "500.00")
    abroad.invoice(far, "-20.00")
    user = create_user(username="clara", password="correct horse battery", full_name="Clara Kasse")
    for last_day in (None, date(2026, 12, 31)):  # granted without an end, then ended
        grant_role(
            actor=SYSTEM,
            user_id=user.id,
            company_id=home.company_id,
            role=Role.CASH_CLERK,
            valid_from=date(2026, 1, 1),
            valid_until=last_day,
        )
    seal_blocks()
    return Story(home, abroad, invoice.item_id, small.item_id, payment, clearing, reversal)
