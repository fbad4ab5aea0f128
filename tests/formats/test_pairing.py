"""Entries of many lines as pairs of accounts: whatever the entry, no cent is lost and none is made."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from acquit.formats.journals.pairing import Booking, pair_lines
from acquit.formats.journals.values import JournalEntry, JournalLine

D = Decimal


def entry(lines: list[tuple[int, Decimal, Decimal]], currency: str = "USD") -> JournalEntry:
    made = tuple(JournalLine(account, amount, value) for account, amount, value in lines)
    return JournalEntry(1, date(2026, 3, 2), "TEST", "", "", None, currency, "EUR", made)


def short(bookings: list[Booking]) -> list[tuple[int, int, str, str | None]]:
    return [
        (b.debit.account_id, b.credit.account_id, str(b.value), None if b.amount is None else str(b.amount))
        for b in bookings
    ]


def test_an_invoice_is_a_row_of_revenue_and_a_row_of_tax() -> None:
    lines = [(1200, D("119.00")), (4000, D("-100.00")), (2200, D("-19.00"))]
    made = entry([(account, amount, amount) for account, amount in lines], "EUR")
    assert short(list(pair_lines(made, 2))) == [
        (1200, 4000, "100.00", "100.00"),
        (1200, 2200, "19.00", "19.00"),
    ]


def test_a_difference_of_exchange_is_a_row_of_the_company_s_currency() -> None:
    """USD 10,000 booked at 1.08 and paid at 1.10: the control account loses 168.35 more than the cash brings."""
    made = entry(
        [
            (2100, D("10000.00"), D("9090.91")),
            (1200, D("-10000.00"), D("-9259.26")),
            (7000, D(0), D("168.35")),
        ]
    )
    assert short(list(pair_lines(made, 2))) == [
        (2100, 1200, "9090.91", "10000.00"),
        (7000, 1200, "168.35", None),
    ]


def test_a_line_whose_value_has_the_other_sign_is_paired_by_value_alone() -> None:
    made = entry([(1, D("0.01"), D("-0.01")), (2, D("-0.01"), D("0.01"))])
    assert short(list(pair_lines(made, 2))) == [(2, 1, "0.01", None)]


CENTS = st.integers(-(10**9), 10**9).map(lambda cents: D(cents) / 100)


@given(
    lines=st.lists(st.tuples(st.integers(1, 5), CENTS, CENTS), min_size=1, max_size=9),
    currency=st.sampled_from(["EUR", "USD"]),
)
def test_the_rows_of_an_entry_sum_to_its_lines(
    lines: list[tuple[int, Decimal, Decimal]], currency: str
) -> None:
    if currency == "EUR":
        lines = [(account, value, value) for account, _, value in lines]
    amounts, values = sum(line[1] for line in lines), sum(line[2] for line in lines)
    made = entry([*lines, (9, -D(amounts), -D(values))], currency)
    balances: dict[int, Decimal] = defaultdict(Decimal)
    for booking in pair_lines(made, 2):
        assert booking.value > 0
        assert booking.value.as_tuple().exponent >= -2  # type: ignore[operator]
        assert booking.amount is None or booking.amount > 0
        balances[booking.debit.account_id] += booking.value
        balances[booking.credit.account_id] -= booking.value
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for line in made.lines:
        wanted[line.account_id] += line.value
    assert {k: v for k, v in balances.items() if v} == {k: v for k, v in wanted.items() if v}
