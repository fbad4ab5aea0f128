"""A date of 2199 in a bank's or a user's file: refused by name, and no period of 2199 comes into being."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from acquit.cash.models import BankLine, Receipt
from acquit.cash.operations import NewMoney, import_statements, record_payments
from acquit.cash.rules.receipts import ReceiptFact
from acquit.formats.statements import Statement, StatementKind
from acquit.ledger.models import JournalEntry, Period
from acquit.ledger.queries import get_booking_window
from acquit.ledger.rules.periods import CannotOpenPeriod
from tests.builders import SYSTEM, bank_line, make_books

pytestmark = pytest.mark.django_db

D = Decimal
TODAY = date(2026, 4, 1)
FAR = date(2199, 1, 1)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Period, JournalEntry, Receipt, BankLine))


def test_a_payment_of_2199_is_refused_whole() -> None:
    books = make_books()
    money = [
        NewMoney(
            fact=ReceiptFact(
                key=0,
                company_id=books.company_id,
                currency="EUR",
                amount=D("10.00"),
                value_date=day,
                text="x",
            ),
            booking_date=day,
            number="Z-1",
            source="PAYMENTS",
            reference=f"r-{day}",
        )
        for day in (TODAY, FAR)
    ]
    before = counts()
    with pytest.raises(CannotOpenPeriod) as refusal:
        record_payments(
            actor=SYSTEM,
            company_id=books.company_id,
            payments=money,
            business_date=TODAY,
            decided_at=datetime(2026, 4, 1, tzinfo=UTC),
        )
    assert refusal.value.details == {"date": "2199-01-01"}
    assert counts() == before


def test_a_statement_of_2199_is_refused_and_one_of_today_is_taken() -> None:
    books = make_books()
    given = Statement(
        format="camt.053",
        kind=StatementKind.STATEMENT,
        account="DE02100500000054540402",
        currency="EUR",
        statement_id="S-1",
        sequence="1",
        legal_number="",
        opening=D(0),
        closing=D("10.00"),
        opening_date=FAR,
        closing_date=FAR,
        lines=(bank_line("10.00", booking_date=FAR),),
        balanced=True,
    )
    said = {"actor": SYSTEM, "company_id": books.company_id, "business_date": TODAY}
    before = counts()
    with pytest.raises(CannotOpenPeriod):
        import_statements(statements=[given], **said)
    assert counts() == before
    line = bank_line("10.00", booking_date=TODAY)
    good = replace(given, opening_date=TODAY, closing_date=TODAY, lines=(line,))
    assert import_statements(statements=[good], **said).lines_new == 1


@pytest.mark.parametrize(
    ("day", "is_held"),
    [
        (date(2026, 7, 3), True),
        (date(2026, 7, 4), False),
        (FAR, False),
        (date(1926, 4, 1), True),
        (date(1926, 3, 31), False),
    ],
)
def test_the_window_of_the_policy_has_both_ends_inside(day: date, is_held: bool) -> None:
    books = make_books()
    window = get_booking_window(books.company_id, TODAY)
    assert window.holds(day) is is_held
    if is_held:
        window.check([day])
    else:
        with pytest.raises(CannotOpenPeriod):
            window.check([TODAY, day])
