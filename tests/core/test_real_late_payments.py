"""Due dates and lateness of 1,742 real invoices, recomputed from their dates without a difference."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal

from acquit.core.money import Money
from acquit.core.terms import due_date, parse_terms
from acquit.receivables.rules.ageing import days_past_due
from tests.shared_data import shared_data


def american_date(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a calendar date, not a moment


def test_every_date_follows_from_net_30() -> None:
    path = shared_data("ar_ibm_late_payments/accounts_receivable.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        invoices = list(csv.DictReader(file))
    net_30 = parse_terms("NET 30")
    total = Money(Decimal(0), "USD")

    for invoice in invoices:
        issued, settled = american_date(invoice["InvoiceDate"]), american_date(invoice["SettledDate"])
        due = due_date(net_30, issued)
        assert due == american_date(invoice["DueDate"]), invoice["invoiceNumber"]
        assert max(0, days_past_due(settled, due)) == int(invoice["DaysLate"]), invoice["invoiceNumber"]
        assert (settled - issued).days == int(invoice["DaysToSettle"]), invoice["invoiceNumber"]
        total += Money(Decimal(invoice["InvoiceAmount"]), "USD")

    assert len(invoices) == 1742
    assert total == Money(Decimal("104837.00"), "USD")
