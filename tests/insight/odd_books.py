"""Books that are hard to export: five currencies, credit notes, a discount, exchange differences, odd texts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from acquit.billing.rules.documents import LineDraft
from acquit.cash.models import Receipt
from acquit.cash.operations import undo_receipt
from acquit.controls.queries import get_company
from acquit.ledger.operations import import_chart, post_manual_entry, propose_entry, record_rates
from acquit.ledger.rules.charts import read_chart_line
from acquit.ledger.rules.manual_entries import ManualLine
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, make_books

D = Decimal
ODD_TEXT = '=cmd|"/C calc"!A0; "Zitat"\r\nzweite Zeile\tŽluťoučký kůň 東京 €\x07'
FORMULAS = ("=1+1", "+49 30 1234", "-5 Rabatt", "@SUM(A1)", '"; DROP', "Größe\nzwei", "Ω 東京")


def make_odd_books() -> Books:
    """Make the books; every amount is such that a lost cent shows."""
    for day, usd, jpy, kwd, gbp in (
        (date(2026, 3, 1), "1.0800", "161.37", "0.3321", "0.8543"),
        (date(2026, 4, 1), "1.1000", "158.11", "0.3389", "0.8611"),
    ):
        rates = [(day, "EUR", code, D(rate)) for code, rate in
                 (("USD", usd), ("JPY", jpy), ("KWD", kwd), ("GBP", gbp))]  # fmt: skip
        record_rates(rates=rates, source="TEST")
    books = make_books("Müller & Söhne; GmbH", group_currency="JPY")
    plain, odd, dollars = books.customers("10001", "=A1", "K-3")
    far = books.customer("99999999", name='Weird "Name"\n=2+2', city="Köln")
    lines = tuple(
        LineDraft(text, text, D(1), D("17.01"), D("17.01"), "S19", D(19), D("3.23")) for text in FORMULAS
    )
    first, note, dollar, yen, dinar, pound, discounted, shorted = books.issue(
        [
            books.draft(odd, "141.68", tax="22.61", lines=lines, customer_po="=PO"),
            books.draft(odd, "-11.90", tax="-1.90"),
            books.draft(dollars, "10000.01", tax="1596.64", currency="USD"),
            books.draft(dollars, "77777", currency="JPY"),
            books.draft(far, "123.457", tax="19.711", currency="KWD"),
            books.draft(far, "250.33", tax="39.97", currency="GBP"),
            books.draft(plain, "1190.00", tax="190.00", payment_terms="2/30 NET60",
                        document_date=date(2026, 3, 10)),
            books.draft(plain, "998.77", number="=ALT 7/ä", is_taken_over=True),
        ]
    )  # fmt: skip
    books.clear(note.item_id, first.item_id, "11.90")
    for item, customer, amount, currency in (
        (dollar, dollars, "6000.01", "USD"),
        (yen, dollars, "55555", "JPY"),
        (dinar, far, "123.457", "KWD"),
        (pound, far, "250.33", "GBP"),
    ):
        paid = books.payment(customer, amount, currency=currency)
        books.clear(paid, item.item_id, amount)
    rest = books.payment(dollars, "4000.00", currency="USD")
    mistaken = books.clear(rest, dollar.item_id, "3333.33")
    books.unclear(mistaken)
    books.clear(rest, dollar.item_id, "4000.00")
    books.bank_lines(
        bank_line("1166.20", f"Rechnung {discounted.number}", counterparty="Customer 10001"),
        bank_line("998.00", f"Rechnung {shorted.number}", counterparty="Customer 10001"),
        bank_line("-9.90", "Kontofuehrung ENTGELT"),
    )
    for receipt in Receipt.objects.filter(company_id=books.company_id, amount=D("998.00")):
        undo_receipt(
            actor=SYSTEM,
            receipt_id=receipt.id,
            business_date=PAYMENT_DAY,
            decided_at=DECIDED_AT,
            reason="TEST",
        )
    import_chart(
        actor=SYSTEM,
        company_id=books.company_id,
        lines=[
            read_chart_line("6500", '=Car; "Wagen"', "", "EXPENSES"),
            read_chart_line("3000", "Accrued", "", "LIABILITIES"),
        ],
    )
    by_hand = [ManualLine("6500", D("100.01")), ManualLine("6120", D("0.02")), ManualLine("3000", D("-60.01")),
               ManualLine("1220", D("-40.02"))]  # fmt: skip
    entry = propose_entry(
        actor=SYSTEM,
        company_id=books.company_id,
        posting_date=PAYMENT_DAY,
        currency="EUR",
        lines=by_hand,
        text=ODD_TEXT,
    )
    post_manual_entry(actor=SYSTEM, manual_entry_id=entry)
    return Books(get_company(books.company_id))
