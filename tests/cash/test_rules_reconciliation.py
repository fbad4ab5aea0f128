"""Ledger and statement of a bank account: every difference is listed with its day, and nothing is left over."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.reconciliation import (
    AccountFact,
    EntryFact,
    LineFact,
    Reconciliation,
    StatementFact,
    order_statements,
    reconcile_account,
)

D = Decimal
DAY = date(2026, 11, 2)
AS_OF = date(2026, 11, 30)


def account(opening: str = "100.00", lines: str = "0.00") -> AccountFact:
    return AccountFact(1, 1, "DE02", "EUR", "", D(opening), D(lines))


def statement(number: int, day: int, opening: str | None, closing: str | None, lines: str) -> StatementFact:
    on = DAY + timedelta(days=day)
    amounts = [None if each is None else D(each) for each in (opening, closing)]
    return StatementFact(1, number, str(number), on, on, amounts[0], amounts[1], True, D(lines), 1)


def line(told: str, posted: str, day: int = 0) -> LineFact:
    return LineFact(1, 7, 9, DAY + timedelta(days=day), "B7", "Payer", D(told), D(posted))


def listed(found: Reconciliation) -> list[tuple[str, str, str]]:
    assert found.unexplained_amount == 0
    return [(each.reason.value, each.on_date.isoformat(), str(each.amount)) for each in found.differences]


def test_books_that_hold_every_line_have_no_difference() -> None:
    found = reconcile_account(
        account(lines="50.00"), AS_OF, [statement(1, 0, "100.00", "150.00", "50.00")], [], []
    )

    assert (found.ledger_amount, found.statement_amount, found.difference_amount) == (
        D("150.00"),
        D("150.00"),
        0,
    )
    assert listed(found) == []


def test_a_line_nobody_decided_about_is_what_the_ledger_misses() -> None:
    found = reconcile_account(
        account(lines="20.00"),
        AS_OF,
        [statement(1, 0, "100.00", "150.00", "50.00")],
        [line("30.00", "0.00", 1)],
        [],
    )

    assert found.difference_amount == D("30.00")
    assert listed(found) == [("LINE_NOT_BOOKED", "2026-11-03", "30.00")]


def test_an_entry_without_a_line_and_a_later_line_are_what_the_bank_does_not_know() -> None:
    entry = EntryFact(1, 5, DAY, "MANUAL", "Fee by hand", "EUR", D("-4.00"))
    found = reconcile_account(
        account(lines="57.00"),
        AS_OF,
        [statement(1, 0, "100.00", "150.00", "50.00")],
        [line("0.00", "7.00", 28)],
        [entry],
    )

    assert (found.ledger_amount, found.difference_amount) == (D("153.00"), D("-3.00"))
    assert listed(found) == [
        ("ENTRY_WITHOUT_LINE", "2026-11-02", "4.00"),
        ("LINE_OF_LATER_STATEMENT", "2026-11-30", "-7.00"),
    ]


def test_a_missing_statement_is_named_where_the_balances_break() -> None:
    statements = [statement(1, 0, "100.00", "150.00", "50.00"), statement(3, 2, "175.00", "170.00", "-5.00")]
    found = reconcile_account(account(lines="45.00"), AS_OF, statements, [], [])

    assert listed(found) == [("STATEMENT_MISSING", "2026-11-04", "25.00")]
    assert found.statement_number == "3"


def test_an_opening_that_was_not_taken_is_the_first_difference() -> None:
    found = reconcile_account(
        account("0.00", "50.00"), AS_OF, [statement(1, 0, "100.00", "150.00", "50.00")], [], []
    )

    assert listed(found) == [("OPENING_NOT_TAKEN", "2026-11-02", "100.00")]


def test_a_statement_without_balances_is_told_when_it_comes_last_and_carried_when_another_follows() -> None:
    first, second = statement(1, 0, "100.00", "150.00", "50.00"), statement(2, 1, None, None, "10.00")
    last = reconcile_account(account(lines="60.00"), AS_OF, [first, second], [], [])
    assert listed(last) == [("STATEMENT_WITHOUT_BALANCE", "2026-11-03", "-10.00")]

    third = statement(3, 2, "160.00", "165.00", "5.00")
    followed = reconcile_account(account(lines="65.00"), AS_OF, [first, second, third], [], [])
    assert listed(followed) == []


def test_without_any_balance_there_is_nothing_to_compare_with() -> None:
    found = reconcile_account(account(lines="10.00"), AS_OF, [statement(1, 0, None, None, "10.00")], [], [])

    assert (found.statement_amount, found.difference_amount, found.differences) == (None, None, ())


def test_statements_of_one_day_follow_by_the_balance_they_hand_on() -> None:
    second, first = statement(1, 0, "150.00", "170.00", "20.00"), statement(2, 0, "100.00", "150.00", "50.00")

    assert [each.id for each in order_statements([second, first])] == [2, 1]


amounts = st.decimals(-1000, 1000, places=2)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.none() | amounts, st.none() | amounts, amounts), max_size=8),
    amounts,
    st.lists(st.tuples(amounts, amounts), max_size=5),
    st.lists(amounts, max_size=3),
)
def test_whatever_there_is_the_listed_differences_are_all_of_it(
    given_statements: list[tuple[int, Decimal | None, Decimal | None, Decimal]],
    opening: Decimal,
    lines: list[tuple[Decimal, Decimal]],
    entries: list[Decimal],
) -> None:
    statements = [
        StatementFact(1, n, str(n), DAY, DAY + timedelta(days=day), opens, closes, None, brought, 1)
        for n, (day, opens, closes, brought) in enumerate(given_statements)
    ]
    told = sum((each.lines_amount for each in statements), D(0))
    differing = [LineFact(1, n, None, DAY, "", "", a, b) for n, (a, b) in enumerate(lines)]
    posted = told - sum((a - b for a, b in lines), D(0))
    unlined = [EntryFact(1, n, DAY, "MANUAL", "", "EUR", each) for n, each in enumerate(entries)]

    found = reconcile_account(
        AccountFact(1, 1, "A", "EUR", "", opening, posted), AS_OF, statements, differing, unlined
    )

    assert found.unexplained_amount == 0
    assert found.ledger_amount == opening + posted + sum(entries, D(0))
