"""Exchange differences: book value leaves an item with its open amount, to the last cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.money import EXACT
from acquit.ledger.rules.entries import convert_amounts
from acquit.ledger.rules.fx import BadRate, CannotSettleMore, base_amount, plan_revaluation, plan_settlement

D = Decimal
CENTS = st.integers(1, 10**11)
RATES = st.decimals(min_value=D("0.01"), max_value=D(200), places=4)


@given(
    cents=CENTS,
    booking_rate=RATES,
    payment_rate=RATES,
    cuts=st.lists(st.decimals(min_value=0, max_value=1, places=3), max_size=6),
    sign=st.sampled_from([1, -1]),
)
def test_payments_in_parts_clear_the_whole_book_value(
    cents: int, booking_rate: Decimal, payment_rate: Decimal, cuts: list[Decimal], sign: int
) -> None:
    open_amount = sign * D(cents) / 100
    book = base_amount(open_amount, booking_rate, "EUR")
    booked, cleared, settled, realised = book, D(0), D(0), D(0)

    for cut in [*cuts, D(1)]:
        paid = (open_amount * cut).quantize(D("0.01"))
        if not paid:
            continue
        step = plan_settlement(open_amount, booked, paid, payment_rate, "EUR")
        assert step.settled - step.cleared == step.realised
        open_amount, booked = open_amount - paid, step.remaining_book
        cleared, settled, realised = cleared + step.cleared, settled + step.settled, realised + step.realised

    assert open_amount == booked == 0
    assert cleared == book
    assert realised == settled - book


@given(cents=CENTS, rate=RATES)
def test_nothing_is_won_at_the_rate_it_was_booked(cents: int, rate: Decimal) -> None:
    amount = D(cents) / 100
    booked = base_amount(amount, rate, "EUR")

    assert plan_settlement(amount, booked, amount, rate, "EUR").realised == 0
    assert plan_revaluation(amount, booked, rate, "EUR").unrealised == 0


def test_base_amounts_take_the_minor_unit_of_the_base_currency() -> None:
    assert str(base_amount(D("100.00"), D("0.0065"), "JPY")) == "15385"
    assert str(base_amount(D("-100.00"), D("1.6"), "EUR")) == "-62.50"


def test_a_half_stays_a_half_when_the_rate_is_a_quotient() -> None:
    """33.215 of 66.43 EUR for 59.30 USD: the rate misses it by its sixtieth digit, and a cent would be lost."""
    rate = EXACT.divide(D("66.43"), D("59.30"))
    assert convert_amounts([D("-29.65"), D("29.65")], rate, "EUR") == [D("-33.22"), D("33.22")]


@pytest.mark.parametrize("rate", ["0", "-1.08", "NaN", "Infinity"])
def test_what_is_no_rate_is_refused(rate: str) -> None:
    with pytest.raises(BadRate) as refused:
        base_amount(D(100), D(rate), "EUR")
    assert refused.value.param == "rate"


@pytest.mark.parametrize(
    ("open_amount", "paid"),
    [
        ("100", "100.01"),
        ("100", "-1"),
        ("-100", "1"),
        ("-100", "-101"),
        ("0", "0"),
        ("100", "0"),
        ("-100", "0"),
    ],
)
def test_more_than_is_open_cannot_be_settled(open_amount: str, paid: str) -> None:
    with pytest.raises(CannotSettleMore):
        plan_settlement(D(open_amount), D(90), D(paid), D("1.1"), "EUR")
