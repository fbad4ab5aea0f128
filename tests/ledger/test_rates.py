"""Rates by source: conflicts refused by row, corrections as rows of their own, a batch of questions in one query."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.infra.models import Event
from acquit.ledger.models import FxRate
from acquit.ledger.operations import correct_rate, import_rates, record_rates
from acquit.ledger.queries import CannotConvert, get_rate, list_currencies, list_rate_history, list_rates
from acquit.ledger.rules.rates import CannotCorrectRate, RateRow
from tests.builders import SYSTEM, Books, clerk, make_books

pytestmark = pytest.mark.django_db

D = Decimal
DAY = date(2026, 3, 2)


@pytest.fixture
def books() -> Books:
    return make_books()


def row(
    rate: str, day: date = DAY, currency: str = "USD", place: str = "line 2", base: str = "EUR"
) -> RateRow:
    return RateRow(day, base, currency, D(rate), place)


def bring(books: Books, *rows: RateRow, source: str = "ECB") -> tuple[int, int, list[tuple[str, str]]]:
    found = import_rates(actor=SYSTEM, company_id=books.company_id, rows=rows, source=source)
    return len(found.new), found.known, [(refused.place, refused.code) for refused in found.refused]


def test_what_a_source_says_again_is_known_and_what_it_says_otherwise_is_refused_by_row(books: Books) -> None:
    assert bring(books, row("1.08"), row("160", currency="JPY", place="line 3")) == (2, 0, [])
    again = (row("1.080"), row("1.09", place="line 9"), row("1.10", day=date(2026, 3, 3)))
    assert bring(books, *again) == (1, 1, [("line 9", "RATE_CONFLICT")])
    twice = (row("0.86", currency="GBP"), row("0.87", currency="GBP", place="line 4"))
    assert bring(books, *twice) == (1, 0, [("line 4", "RATE_CONFLICT")])
    assert get_rate("EUR", "USD", DAY) == D("1.08")
    assert get_rate("EUR", "GBP", DAY) == D("0.86")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (row("0"), "BAD_RATE"),
        (row("-1"), "BAD_RATE"),
        (row("NaN"), "BAD_RATE"),
        (row("Infinity"), "BAD_RATE"),
        (row("1e-300"), "BAD_RATE"),
        (row("1" * 30), "BAD_RATE"),
        (row("1.1", currency="EUR"), "BAD_RATE"),
        (row("1.1", currency="usd"), "UNKNOWN_CURRENCY"),
        (row("1.1", currency="XQQ"), "UNKNOWN_CURRENCY"),
    ],
)
def test_a_row_that_is_no_rate_costs_itself_alone(books: Books, wrong: RateRow, code: str) -> None:
    good = row("0.86", currency="GBP")
    assert bring(books, wrong, good) == (1, 0, [("line 2", code)])
    assert FxRate.objects.count() == 1


def test_of_two_sources_the_one_recorded_first_holds_a_day(books: Books) -> None:
    bring(books, row("1.08"), source="ECB")
    assert bring(books, row("1.20"), row("1.30", day=date(2026, 3, 3)), source="BANK") == (2, 0, [])
    bring(books, row("1.31", day=date(2026, 3, 3)), source="ECB")
    assert get_rate("EUR", "USD", DAY) == D("1.08")
    assert get_rate("EUR", "USD", date(2026, 3, 3)) == D("1.30")


def test_types_are_kept_apart(books: Books) -> None:
    record_rates(rates=[(DAY, "EUR", "USD", D("1.08"))], source="ECB")
    record_rates(rates=[(DAY, "EUR", "USD", D("1.05"))], source="ECB", rate_type="AVERAGE")
    assert get_rate("EUR", "USD", DAY) == D("1.08")
    assert get_rate("EUR", "USD", DAY, rate_type="AVERAGE") == D("1.05")
    with pytest.raises(CannotConvert):
        get_rate("EUR", "USD", DAY, rate_type="CLOSING")


def test_a_correction_is_a_row_of_its_own_and_the_old_one_stays(books: Books) -> None:
    bring(books, row("1.08"))
    bring(books, row("1.20"), source="BANK")
    old = FxRate.objects.get(source="ECB").id
    new = correct_rate(
        actor=SYSTEM, company_id=books.company_id, rate_id=old, rate=D("1.09"), reason="ECB notice"
    )
    assert get_rate("EUR", "USD", DAY) == D("1.09")
    history = list_rate_history(base="EUR", currency="USD", first_date=DAY, last_date=DAY)
    assert [(v.id, v.rate, v.is_replaced, v.replaces_id) for v in history if v.source == "ECB"] == [
        (old, D("1.08"), True, None),
        (new, D("1.09"), False, old),
    ]
    assert bring(books, row("1.09")) == (0, 1, [])
    assert bring(books, row("1.08")) == (0, 0, [("line 2", "RATE_CONFLICT")])
    event = Event.objects.get(kind="ledger.rate.corrected")
    assert event.payload == {"replaces": old, "before": "1.08", "after": "1.09", "reason": "ECB notice"}

    before = (FxRate.objects.count(), Event.objects.count())
    for rate_id, rate, reason in (
        (old, "1.07", "x"),
        (new, "1.09", "x"),
        (new, "1.07", " "),
        (10**9, "1.07", "x"),
    ):
        with pytest.raises(CannotCorrectRate):
            correct_rate(
                actor=SYSTEM, company_id=books.company_id, rate_id=rate_id, rate=D(rate), reason=reason
            )
    with pytest.raises(NotAllowed):
        correct_rate(
            actor=clerk(books.company_id, Duty.CASH),
            company_id=books.company_id,
            rate_id=new,
            rate=D("1.07"),
            reason="x",
        )
    assert (FxRate.objects.count(), Event.objects.count()) == before


def test_a_thousand_questions_are_one_query_and_the_same_answers(books: Books) -> None:
    days = [DAY + timedelta(days=n) for n in range(0, 200, 2)]
    record_rates(
        rates=[
            (day, "EUR", c, D(n + 100) / D(90)) for n, day in enumerate(days) for c in ("USD", "GBP", "JPY")
        ],
        source="ECB",
    )
    record_rates(rates=[(DAY, "USD", "CHF", D("0.9"))], source="BANK")
    questions = [
        (source, target, DAY + timedelta(days=n))
        for n in range(200)
        for source, target in (("USD", "EUR"), ("GBP", "USD"), ("EUR", "JPY"), ("EUR", "EUR"), ("CHF", "USD"))
    ]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        found = list_rates(questions)
    assert len(captured) == 1
    assert len(found) == 1000
    for question in questions[::37]:
        assert found[question] == get_rate(*question)
    with CaptureQueriesContext(connection) as captured:
        currencies = list_currencies([("USD", DAY), ("GBP", DAY), ("EUR", DAY)], company="EUR", group="USD")
    assert len(captured) == 1
    assert currencies["EUR", DAY].company_rate == 1
    with pytest.raises(CannotConvert):
        list_rates([("USD", "EUR", DAY - timedelta(days=1))])
