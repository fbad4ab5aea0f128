"""A company's own chart, and what stands on its accounts on a day and by period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.controls.operations import open_company
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.infra.models import Event
from acquit.ledger.models import LedgerAccount
from acquit.ledger.operations import import_chart, open_books, record_rates
from acquit.ledger.queries import (
    get_trial_balance,
    list_accounts,
    list_period_balances,
    list_unmapped_roles,
)
from acquit.ledger.rules.accounts import STANDARD_CHART, AccountRole
from acquit.ledger.rules.charts import CannotImportChart, read_chart_line
from tests.builders import SYSTEM, Books, clerk, make_books

pytestmark = pytest.mark.django_db

D = Decimal
OWN = [
    read_chart_line("1400", "Forderungen", "receivables"),
    read_chart_line("1800", "Bank", "BANK"),
    read_chart_line("6500", "Fahrzeugkosten", "", "EXPENSES"),
]


def accounts() -> list[tuple[str, str, str | None, str]]:
    return list(LedgerAccount.objects.order_by("code").values_list("code", "name", "role", "account_class"))


def test_an_own_chart_is_stored_and_the_roles_without_account_are_named() -> None:
    company = open_company(name="Own", currency="EUR")
    planned = import_chart(actor=SYSTEM, company_id=company.id, lines=OWN)
    assert accounts() == [
        ("1400", "Forderungen", "RECEIVABLES", "ASSETS"),
        ("1800", "Bank", "BANK", "ASSETS"),
        ("6500", "Fahrzeugkosten", None, "EXPENSES"),
    ]
    assert set(planned.unmapped_roles) == set(AccountRole) - {AccountRole.RECEIVABLES, AccountRole.BANK}
    assert list_unmapped_roles(company.id) == list(planned.unmapped_roles)
    again = import_chart(actor=SYSTEM, company_id=company.id, lines=OWN)
    assert (again.new, again.changed) == ((), ())
    open_books(company_id=company.id)
    assert list_unmapped_roles(company.id) == []
    assert [a.role for a in list_accounts(company.id) if a.code == "6500"] == [""]


def test_a_chart_over_the_standard_one_takes_the_roles_over() -> None:
    books = make_books()
    planned = import_chart(actor=SYSTEM, company_id=books.company_id, lines=OWN)
    assert planned.unmapped_roles == ()
    rows = {code: (role, stands) for code, _, role, stands in accounts()}
    assert rows["1400"] == ("RECEIVABLES", "ASSETS")
    assert rows["1200"] == (None, "ASSETS")
    assert len(rows) == len(STANDARD_CHART) + 3
    event = Event.objects.get(kind="ledger.chart.imported")
    assert [line["code"] for line in event.payload["new"]] == ["1400", "1800", "6500"]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([("1400", "A", "RECEIVABLES"), ("1401", "B", "RECEIVABLES")], "RECEIVABLES has two accounts"),
        ([("1400", "A", "BANK"), ("1400", "B", "REVENUE")], "account 1400 stands there twice"),
        ([("1400", "A", "RECEIVABLES")], "RECEIVABLES has two accounts: 1200, which is posted on, and 1400"),
        ([("1200", "A", "BANK")], "account 1200 is posted on as RECEIVABLES and keeps that role"),
    ],
)
def test_a_chart_that_contradicts_itself_or_the_books_is_refused_whole(
    lines: list[tuple[str, str, str]], fault: str
) -> None:
    books = make_books()
    books.invoice(books.customer())
    before = (accounts(), Event.objects.count())
    with pytest.raises(CannotImportChart) as refusal:
        import_chart(
            actor=SYSTEM, company_id=books.company_id, lines=[read_chart_line(*line) for line in lines]
        )
    assert fault in refusal.value.details["faults"]
    assert (accounts(), Event.objects.count()) == before


@pytest.mark.parametrize(
    "cells",
    [
        ("", "A", "BANK", ""),
        ("#12", "A", "BANK", ""),
        ("12", " ", "BANK", ""),
        ("12", "A", "BONK", ""),
        ("12", "A", "", ""),
        ("12", "A", "", "STUFF"),
        ("1\x002", "A", "BANK", ""),
        ("1" * 41, "A", "BANK", ""),
    ],
)
def test_a_line_that_cannot_be_is_refused(cells: tuple[str, str, str, str]) -> None:
    with pytest.raises(CannotImportChart):
        read_chart_line(*cells)


def test_only_who_closes_imports_a_chart() -> None:
    books = make_books()
    with pytest.raises(NotAllowed):
        import_chart(actor=clerk(books.company_id, Duty.BILL), company_id=books.company_id, lines=OWN)
    assert len(accounts()) == len(STANDARD_CHART)


def rows_of(books: Books, as_of: date) -> list[tuple[str, str, Decimal, Decimal, Decimal]]:
    return [
        (r.code, r.currency, r.amount, r.company_amount, r.group_amount)
        for r in get_trial_balance(company_id=books.company_id, as_of=as_of)
    ]


def test_the_trial_balance_of_a_day_in_three_currencies_and_by_period() -> None:
    record_rates(
        rates=[(date(2026, 1, 1), "EUR", "USD", D("1.25")), (date(2026, 1, 1), "EUR", "GBP", D("0.80"))],
        source="ECB",
    )
    books = make_books(group_currency="GBP")
    customer = books.customer()
    books.invoice(customer, "125.00", currency="USD", document_date=date(2026, 3, 31))
    books.invoice(customer, "119.00", tax="19.00", document_date=date(2026, 4, 1))
    assert rows_of(books, date(2026, 3, 30)) == []
    assert rows_of(books, date(2026, 3, 31)) == [
        ("1200", "USD", D("125.00"), D("100.00"), D("80.00")),
        ("4000", "USD", D("-125.00"), D("-100.00"), D("-80.00")),
    ]
    assert rows_of(books, date(2026, 4, 1)) == [
        ("1200", "EUR", D("119.00"), D("119.00"), D("95.20")),
        ("1200", "USD", D("125.00"), D("100.00"), D("80.00")),
        ("2200", "EUR", D("-19.00"), D("-19.00"), D("-15.20")),
        ("4000", "EUR", D("-100.00"), D("-100.00"), D("-80.00")),
        ("4000", "USD", D("-125.00"), D("-100.00"), D("-80.00")),
    ]
    by_period = list_period_balances(
        company_id=books.company_id, first_date=date(2026, 3, 15), last_date=date(2026, 4, 2)
    )
    assert [(r.code, r.currency, r.amount) for r in by_period] == [
        ("1200", "USD", D("125.00")),
        ("4000", "USD", D("-125.00")),
        ("1200", "EUR", D("119.00")),
        ("2200", "EUR", D("-19.00")),
        ("4000", "EUR", D("-100.00")),
    ]
    assert len({r.period_id for r in by_period}) == 2
