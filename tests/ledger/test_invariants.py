"""What the books promise, broken on purpose: as the application, as the writer, as the tables' owner."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
import pytest

from tests import databases
from tests.raw_books import APPLICATION, OURS, OWNER, WRITER, insert, one, open_raw_books, refused, scope

pytestmark = pytest.mark.django_db

NO_RIGHT, UNBALANCED, PERIOD_REFUSED, OVERLAPS = "42501", "AQ003", "AQ004", "AQ005"


@pytest.fixture
def books(superuser_connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Give raw books in a transaction that is rolled back."""
    open_raw_books(superuser_connection)
    return superuser_connection


POSTINGS = (
    "INSERT INTO posting (entry_id, line_no, account_id, company_id, posting_date, currency, amount, company_amount,"
    " group_amount) VALUES (1, 1, 901, 901, '2026-01-15', 'USD', 100, 90, 80),"
    " (1, 2, 901, 901, '2026-01-15', '{}', {}, {}, {})"
)


@pytest.mark.parametrize(
    ("currency", "amount", "company_amount", "group_amount"),
    [
        ("USD", "-99.99", "-90", "-80"),
        ("USD", "-100", "-90.01", "-80"),
        ("USD", "-100", "-90", "-79"),
        ("EUR", "-100", "-90", "-80"),
    ],
    ids=["document", "company", "group", "two currencies"],
)
def test_an_entry_that_does_not_balance(
    books: psycopg.Connection[Any], currency: str, amount: str, company_amount: str, group_amount: str
) -> None:
    statement = POSTINGS.format(currency, amount, company_amount, group_amount)
    for role, code in ((APPLICATION, NO_RIGHT), (WRITER, UNBALANCED), (OWNER, UNBALANCED)):
        assert refused(books, role, statement) == code
    assert one(books, "SELECT count(*) FROM posting") == 0
    books.execute(POSTINGS.format("USD", -100, -90, -80))
    assert one(books, "SELECT count(*) FROM posting") == 2


def test_a_later_line_cannot_tip_an_entry(books: psycopg.Connection[Any]) -> None:
    books.execute(POSTINGS.format("USD", -100, -90, -80))
    line = (
        "INSERT INTO posting (entry_id, line_no, account_id, company_id, posting_date, currency, amount,"
        " company_amount, group_amount) VALUES (1, 3, 901, 901, '2026-01-15', 'USD', 1, 1, 1)"
    )
    assert refused(books, WRITER, line) == UNBALANCED


ENTRY = (
    "INSERT INTO journal_entry (company_id, posting_date, kind, currency, text)"
    " VALUES (901, '{}', 'INVOICE', 'EUR', '')"
)


@pytest.mark.parametrize(
    ("day", "is_taken"),
    [
        ("2025-12-31", False),
        ("2026-01-01", True),
        ("2026-01-31", True),
        ("2026-02-01", False),
        ("2026-02-28", False),
        ("2026-03-15", False),
        ("2026-04-15", False),
        ("2026-05-01", False),
    ],
)
def test_only_an_open_period_takes_an_entry(books: psycopg.Connection[Any], day: str, is_taken: bool) -> None:
    if is_taken:
        books.execute(ENTRY.format(day))
        assert one(books, "SELECT count(*) FROM journal_entry") == 1
        return
    for role, code in ((APPLICATION, NO_RIGHT), (WRITER, PERIOD_REFUSED), (OWNER, PERIOD_REFUSED)):
        assert refused(books, role, ENTRY.format(day)) == code
    assert one(books, "SELECT count(*) FROM journal_entry") == 0


def test_a_softly_closed_period_takes_entries_of_a_session_that_says_so(
    books: psycopg.Connection[Any],
) -> None:
    books.execute("SET LOCAL acquit.soft_close = 'on'")
    books.execute(ENTRY.format("2026-03-15"))
    assert refused(books, WRITER, ENTRY.format("2026-02-15")) == PERIOD_REFUSED
    assert refused(books, WRITER, ENTRY.format("2026-04-15")) == PERIOD_REFUSED


def test_one_closed_day_refuses_the_whole_statement(books: psycopg.Connection[Any]) -> None:
    both = ENTRY.format("2026-01-15") + ", (901, '2026-02-15', 'INVOICE', 'EUR', '')"
    assert refused(books, WRITER, both) == PERIOD_REFUSED
    assert one(books, "SELECT count(*) FROM journal_entry") == 0


def test_periods_never_share_a_day(books: psycopg.Connection[Any]) -> None:
    inserted = (
        "INSERT INTO period (company_id, start_date, end_date, status) VALUES (901, '{}', '{}', 'OPEN')"
    )
    for role in (WRITER, OWNER):
        assert refused(books, role, inserted.format("2026-01-31", "2026-02-01")) == OVERLAPS
        assert refused(books, role, inserted.format("2025-12-01", "2026-06-01")) == OVERLAPS
        assert (
            refused(books, role, "UPDATE period SET end_date = '2026-02-02' WHERE status = 'OPEN'")
            == OVERLAPS
        )
        assert refused(books, role, inserted.format("2026-07-01", "2026-07-01")) == "23514 period_interval"
        assert refused(books, role, inserted.format("2026-01-01", "2026-02-01")) == "23505 period_start"
        assert refused(books, role, "UPDATE period SET status = 'AJAR'") == "23514 period_status"
    books.execute(inserted.format("2026-05-01", "2026-06-01"))  # touching is not sharing


@pytest.mark.django_db(transaction=True)
def test_two_sessions_cannot_slip_overlapping_periods_past_each_other() -> None:
    settings = databases.settings_for("owner")
    outcomes: list[str] = []

    def second() -> None:
        with psycopg.connect(**settings) as other:
            scope(other, str(OURS))
            try:
                other.execute(
                    "INSERT INTO period (company_id, start_date, end_date, status)"
                    " VALUES (901, '2026-01-15', '2026-03-01', 'OPEN')"
                )
            except psycopg.Error as error:
                outcomes.append(str(error.sqlstate))
            else:
                outcomes.append("taken")

    with psycopg.connect(**settings) as first:
        scope(first, str(OURS))
        first.execute(
            "INSERT INTO period (company_id, start_date, end_date, status)"
            " VALUES (901, '2026-01-01', '2026-02-01', 'OPEN')"
        )
        racer = threading.Thread(target=second)
        racer.start()
        time.sleep(0.3)
        assert outcomes == []
        first.commit()
        racer.join(timeout=20)
    assert outcomes == [OVERLAPS]


STEP = (
    "INSERT INTO period_transition (company_id, period_id, from_status, to_status, is_reopening, reason)"
    " SELECT company_id, id, 'OPEN', 'SOFT_CLOSED', false, '' FROM period"
)


@pytest.mark.parametrize(
    "acts",
    [
        ["UPDATE period SET status = 'SOFT_CLOSED' WHERE status = 'OPEN'"],
        ["UPDATE period SET status = 'CLOSED' WHERE status = 'OPEN'", STEP],
        [
            "UPDATE period SET status = 'OPEN' WHERE status = 'CLOSED'",
            STEP.replace("'SOFT_CLOSED', false", "'X', true"),
        ],
    ],
    ids=["no step", "another step", "a way back without two people"],
)
def test_a_status_follows_a_step_that_says_so(books: psycopg.Connection[Any], acts: list[str]) -> None:
    at_once = "SET CONSTRAINTS ALL IMMEDIATE"
    for role in (WRITER, OWNER):
        assert refused(books, role, *acts, at_once) in {OVERLAPS, "23514 period_reopening_by_two"}
    books.execute("UPDATE period SET status = 'SOFT_CLOSED' WHERE status = 'OPEN'")
    books.execute(STEP)
    books.execute(at_once)
    assert one(books, "SELECT count(*) FROM period WHERE status = 'OPEN'") == 0


@pytest.mark.django_db(transaction=True)
def test_a_period_closes_only_after_the_entries_being_written_in_it() -> None:
    settings = databases.settings_for("owner")
    closed_after: list[float] = []
    with psycopg.connect(**settings) as first:
        scope(first, str(OURS))
        insert(first, "period", company_id=OURS, start_date="2026-01-01", end_date="2026-02-01")
        first.commit()
        first.execute(ENTRY.format("2026-01-15"))

        def close() -> None:
            began = time.monotonic()
            with psycopg.connect(**settings) as other:
                scope(other, str(OURS))
                other.execute("UPDATE period SET status = 'SOFT_CLOSED'")
                other.execute(STEP)
            closed_after.append(time.monotonic() - began)

        closer = threading.Thread(target=close)
        closer.start()
        time.sleep(0.3)
        assert closed_after == []
        first.commit()
        closer.join(timeout=20)
        assert closed_after[0] >= 0.25
        with pytest.raises(psycopg.Error) as refusal:
            first.execute(ENTRY.format("2026-01-15"))
    assert refusal.value.sqlstate == PERIOD_REFUSED
