"""The periods of a file's statements are opened for every day it holds, and asked for once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from acquit.cash.models import BankStatement
from acquit.formats.statements import Statement
from acquit.ledger.models import Period
from acquit.ledger.operations import generate_periods
from acquit.ledger.rules.periods import CannotOpenPeriod, PeriodStatus, is_covered
from tests.builders import SYSTEM, bank_line, make_books
from tests.cash.test_operations_statements import statement, take


def test_spans_cover_days_only_without_a_gap() -> None:
    march, april = (date(2026, 3, 1), date(2026, 4, 1)), (date(2026, 4, 1), date(2026, 5, 1))
    assert is_covered(date(2026, 3, 1), date(2026, 4, 30), [march, april])
    assert not is_covered(date(2026, 2, 28), date(2026, 3, 2), [march, april])
    assert not is_covered(date(2026, 4, 30), date(2026, 5, 1), [march, april])
    may = (date(2026, 5, 1), date(2026, 6, 1))
    assert not is_covered(date(2026, 3, 31), date(2026, 5, 2), [march, may])
    assert not is_covered(date(2026, 3, 31), date(2026, 3, 31), [])


def _of_day(day: date, number: int) -> Statement:
    line = bank_line("1.00", booking_date=day, value_date=day)
    made = statement(line, opening=f"{number}.00", statement_id=f"S-{number}")
    return replace(made, opening_date=day, closing_date=day)


@pytest.mark.django_db
def test_a_later_statement_of_a_file_opens_the_period_it_needs() -> None:
    books = make_books()
    generate_periods(
        actor=SYSTEM, company_id=books.company_id, fiscal_year=2027, business_date=date(2026, 12, 1)
    )
    days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 4)]

    take(books, *(_of_day(day, at) for at, day in enumerate(days)), business_date=date(2027, 1, 5))

    following = Period.objects.filter(company_id=books.company_id, start_date__gte=date(2026, 12, 1))
    states = [period.status for period in following.order_by("start_date")]
    assert states == [PeriodStatus.OPEN] * 2 + [PeriodStatus.FUTURE] * 11


@pytest.mark.django_db
def test_a_day_out_of_the_window_refuses_its_statement_and_leaves_those_before() -> None:
    books = make_books()
    good, bad = _of_day(date(2026, 3, 30), 0), _of_day(date(2126, 3, 30), 1)
    with pytest.raises(CannotOpenPeriod):
        take(books, good, bad, business_date=date(2026, 3, 31))
    assert list(BankStatement.objects.values_list("statement_id", flat=True)) == ["S-0"]


@pytest.mark.django_db
def test_the_second_statement_of_a_file_asks_for_no_period_again() -> None:
    books = make_books()
    day = date(2026, 3, 30)
    with CaptureQueriesContext(connection) as asked:
        take(books, *(_of_day(day, number) for number in range(5)), business_date=day)
    periods = [query["sql"] for query in asked if 'FROM "period"' in query["sql"]]
    assert 0 < len(periods) <= 4
    assert BankStatement.objects.count() == 5
