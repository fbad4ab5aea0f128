"""A retailer's year of 4-4-5 weeks: periods, their close, and exports that call them by the retailer's names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from mloda.community.feature_groups.experimental.german_ledger.datev import read_batch
from typer.testing import CliRunner

from acquit.cli.main import app
from acquit.closing.batch import close_period
from acquit.closing.queries import get_close_report
from acquit.closing.rules.checklist import CannotClosePeriod
from acquit.controls.operations import open_company
from acquit.formats.journals.saft import NAMESPACE
from acquit.infra.transaction import PeriodNotOpen
from acquit.ledger.operations import generate_periods, open_books, store_fiscal_calendar
from acquit.ledger.rules.calendars import CalendarPattern, FiscalCalendar
from tests.builders import SYSTEM, Books

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    """Open a company whose fiscal 2026 begins on Monday, 29 December 2025."""
    company = open_company(name="Retail GmbH", currency="EUR", country="DE")
    open_books(company_id=company.id)
    calendar = FiscalCalendar(CalendarPattern.WEEKS_4_4_5, first_month=1, weekday=6)
    store_fiscal_calendar(
        actor=SYSTEM, company_id=company.id, calendar=calendar, valid_from=date(2025, 12, 29)
    )
    generate_periods(actor=SYSTEM, company_id=company.id, fiscal_year=2026, business_date=date(2026, 3, 1))
    return Books(company)


def close(books: Books, period: str, business_date: date) -> None:
    close_period(
        actor=SYSTEM,
        company_id=books.company_id,
        period=period,
        business_date=business_date,
        started_at=datetime(2026, 3, 1, 8, 0, tzinfo=UTC),
    )


def test_a_period_of_four_weeks_closes_when_its_last_sunday_is_over(books: Books) -> None:
    customer = books.customer()
    books.invoice(customer, "119.00", tax="19.00", document_date=date(2025, 12, 29))
    books.invoice(customer, "238.00", tax="38.00", document_date=date(2026, 1, 26))
    with pytest.raises(CannotClosePeriod, match="ends on 2026-01-25: it is not over"):
        close(books, "2026-01", date(2026, 1, 25))
    close(books, "2026-01", date(2026, 1, 26))
    report = get_close_report(books.company_id, "2026-01")
    assert (report.start_date, report.end_date, report.status) == (
        date(2025, 12, 29),
        date(2026, 1, 26),
        "CLOSED",
    )
    [attempt] = report.attempts
    assert attempt.next_step is None
    balance = attempt.steps[-1].evidence["trial_balance"]
    assert isinstance(balance, list)
    assert [Decimal(row[2]) for row in balance] == [Decimal("119.00"), Decimal("-19.00"), Decimal("-100.00")]
    with pytest.raises(PeriodNotOpen):
        books.invoice(customer, "10.00", document_date=date(2026, 1, 25))
    books.invoice(customer, "10.00", document_date=date(2026, 1, 26))


def test_exports_follow_the_retailer_s_year(
    books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    customer = books.customer("10001")
    books.invoice(customer, "119.00", tax="19.00", document_date=date(2025, 12, 29))
    books.invoice(customer, "238.00", tax="38.00", document_date=date(2026, 1, 26))

    def export(kind: str, name: str, *options: str) -> Path:
        file = tmp_path / name
        said = ("--company", "Retail GmbH", "--until", "2026-02-28", *options)
        result = CliRunner().invoke(app, ["export", kind, str(file), *said])
        assert result.exit_code == 0, result.output
        return file

    batch = export("datev", "EXTF_1.csv", "--consultant", "29098", "--client", "55003")
    header, legs = read_batch(str(batch))
    assert batch.read_text("cp1252").split(";")[12] == "20251229"
    assert header.datum_von == date(2025, 12, 29)
    assert sorted(set(legs["Buchungsdatum"])) == [date(2025, 12, 29), date(2026, 1, 26)]

    root = etree.parse(export("saft", "audit.xml")).getroot()
    names = {"s": NAMESPACE}
    periods = [
        (t.findtext("s:Period", namespaces=names), t.findtext("s:PeriodYear", namespaces=names))
        for t in root.iterfind(".//s:Transaction", names)
    ]
    assert periods == [("1", "2026"), ("2", "2026")]
