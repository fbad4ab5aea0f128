"""Money is exact: splits sum to the whole, rounding goes away from zero, nothing depends on the process's context."""

from __future__ import annotations

import json
from decimal import Decimal, getcontext, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.errors import Refusal
from acquit.core.money import (
    AmountTooFine,
    AmountTooLarge,
    CannotSplit,
    CurrencyMismatch,
    Money,
    UnknownCurrency,
    cash_round,
    from_minor_units,
    minor_units,
    percent_of,
    round_amount,
    round_to_increment,
    split_by_weight,
    split_equally,
    to_minor_units,
)
from tests.shared_data import shared_data

D = Decimal
CURRENCIES = st.sampled_from(["JPY", "EUR", "USD", "KWD", "CLF"])
UNITS = st.integers(min_value=-(10**15), max_value=10**15)
WEIGHTS = st.lists(
    st.decimals(min_value=0, max_value=10**6, allow_nan=False, allow_infinity=False, places=3),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize(
    ("currency", "units"),
    [("JPY", 0), ("EUR", 2), ("USD", 2), ("KWD", 3), ("CLF", 4), ("ISK", 0), ("TND", 3)],
)
def test_minor_units_follow_iso_4217(currency: str, units: int) -> None:
    assert minor_units(currency) == units


@pytest.mark.parametrize("code", ["", "eur", "EURO", "ZZZ", "XAU", "XXX", "DEM", "EUR ", "ЕUR"])
def test_what_is_no_currency_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency) as refused:
        Money(D(1), code)

    assert refused.value.code == "UNKNOWN_CURRENCY"
    assert refused.value.param == "currency"


def test_money_is_written_to_the_minor_unit() -> None:
    assert str(Money(D(10), "EUR")) == "10.00 EUR"
    assert str(Money(D("1E+2"), "EUR")) == "100.00 EUR"
    assert str(Money(D("10.000"), "JPY")) == "10 JPY"
    assert str(Money(D("-0.00"), "EUR")) == "0.00 EUR"
    assert str(-Money(D(0), "EUR")) == "0.00 EUR"


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.001", "EUR"), ("0.5", "JPY"), ("1.0005", "KWD"), ("1E-40", "USD")]
)
def test_an_amount_finer_than_its_currency_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(AmountTooFine, match="finer"):
        Money(D(amount), currency)


@pytest.mark.parametrize(
    "amount", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+17", "1E+999999", "10000000000000000.00"]
)
def test_what_no_column_could_hold_is_refused(amount: str) -> None:
    with pytest.raises(AmountTooLarge):
        Money(D(amount), "EUR")
    with pytest.raises(AmountTooLarge):
        round_amount(D(amount), "EUR")


def test_the_largest_amount_fits_a_64_bit_integer() -> None:
    largest = D("9999999999999999.99")
    assert to_minor_units(largest, "EUR") == 10**18 - 1 < 2**63
    assert Money(largest, "EUR").amount == largest
    with pytest.raises(AmountTooLarge):
        Money(largest, "EUR") + Money(D("0.01"), "EUR")


def test_a_float_never_becomes_money() -> None:
    with pytest.raises(TypeError, match="float"):
        Money(1.1, "EUR")  # type: ignore[arg-type]


def test_money_adds_and_compares_within_one_currency() -> None:
    one, two = Money(D("1.10"), "EUR"), Money(D("2.20"), "EUR")

    assert one + two == Money(D("3.30"), "EUR")
    assert one - two == Money(D("-1.10"), "EUR")
    assert -one == Money(D("-1.10"), "EUR")
    assert one < two <= Money(D("2.20"), "EUR")
    assert two > one >= Money(D("1.10"), "EUR")
    assert not two <= one
    assert not one >= two
    assert not one < Money(D("1.1"), "EUR")
    assert one
    assert not Money(D(0), "EUR")
    assert len({one, Money(D("1.1"), "EUR")}) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
    ],
)
def test_two_currencies_are_refused(act: object) -> None:
    with pytest.raises(CurrencyMismatch, match=r"1.00 EUR and 1.00 USD"):
        act(Money(D(1), "EUR"), Money(D(1), "USD"))  # type: ignore[operator]


def test_equal_amounts_of_two_currencies_are_not_equal() -> None:
    assert Money(D(1), "EUR") != Money(D(1), "USD")


@pytest.mark.parametrize(
    ("amount", "increment", "rounded"),
    [
        ("107.725", "0.05", "107.75"),
        ("-107.725", "0.05", "-107.75"),
        ("107.7249", "0.05", "107.70"),
        ("2.5", "1", "3"),
        ("-0.01", "0.05", "0.00"),
        ("10", "3", "9"),
        ("10.5", "3", "12"),
    ],
)
def test_rounding_to_an_increment_goes_half_away_from_zero(amount: str, increment: str, rounded: str) -> None:
    assert str(round_to_increment(D(amount), D(increment))) == rounded


@pytest.mark.parametrize("increment", ["0", "-0.05", "NaN", "Infinity"])
def test_what_is_no_increment_is_refused(increment: str) -> None:
    with pytest.raises(Refusal) as refused:
        round_to_increment(D(1), D(increment))
    assert refused.value.code == "BAD_INCREMENT"


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1E+90"])
def test_what_cannot_be_rounded_to_an_increment_is_refused(amount: str) -> None:
    with pytest.raises(AmountTooLarge):
        round_to_increment(D(amount), D("0.05"))


def test_the_worked_example_of_an_allocation() -> None:
    cases = json.loads(shared_data("worked_examples/allocation.json").read_text())
    for case in cases:
        count = case["inputs"]["parts"]
        parts = split_by_weight(D(case["inputs"]["amount"]), [D(1)] * count, "EUR")
        assert list(map(str, parts)) == case["expected"]["parts"], case["id"]
        assert str(sum(parts)) == case["expected"]["sum"]


@given(units=UNITS, increment=st.sampled_from([D("0.05"), D("0.10"), D("1"), D("0.25")]))
def test_cash_rounding_moves_at_most_half_an_increment(units: int, increment: Decimal) -> None:
    total = from_minor_units(units, "CHF")

    result = cash_round(total, increment)

    assert result.payable - total == result.rounding
    assert abs(result.rounding) * 2 <= increment
    assert result.payable % increment == 0
    assert cash_round(-total, increment).payable == -result.payable


@given(
    amount=st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=6),
    currency=CURRENCIES,
)
def test_rounding_is_nearest_away_from_zero_and_done_once(amount: Decimal, currency: str) -> None:
    rounded = round_amount(amount, currency)
    unit = from_minor_units(1, currency)

    assert abs(rounded - amount) * 2 <= unit
    if abs(rounded - amount) * 2 == unit:
        assert abs(rounded) > abs(amount)
    assert round_amount(rounded, currency) == rounded
    assert round_amount(-amount, currency) == -rounded


@given(units=UNITS, currency=CURRENCIES)
def test_minor_units_go_there_and_back(units: int, currency: str) -> None:
    amount = from_minor_units(units, currency)

    assert to_minor_units(amount, currency) == units
    assert -int(amount.as_tuple().exponent) == minor_units(currency)


@given(units=UNITS, weights=WEIGHTS, currency=CURRENCIES)
def test_a_weighted_split_sums_to_the_whole(units: int, weights: list[Decimal], currency: str) -> None:
    total = from_minor_units(units, currency)
    if not any(weights):
        with pytest.raises(CannotSplit):
            split_by_weight(total, weights, currency)
        return

    shares = split_by_weight(total, weights, currency)

    unit, whole = from_minor_units(1, currency), sum(weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * whole - total * weight) < unit * whole, (
            "no share is a whole unit from its fair part"
        )
        assert weight or share == 0
    assert split_by_weight(-total, weights, currency) == tuple(-share for share in shares)


def test_left_over_units_go_to_the_largest_remainder_then_the_lowest_index() -> None:
    assert split_by_weight(D("0.01"), [D(1), D(1)], "EUR") == (D("0.01"), D("0.00"))
    assert split_by_weight(D("0.01"), [D(1), D("1.001")], "EUR") == (D("0.00"), D("0.01"))
    assert split_by_weight(D("-100"), [D(1)] * 3, "EUR") == (D("-33.34"), D("-33.33"), D("-33.33"))
    assert split_by_weight(D(7), [D("1E+2"), D("0.0")], "JPY") == (D(7), D(0))


@pytest.mark.parametrize(
    "weights", [[], [D(0)], [D(1), D(-1)], [D("NaN")], [D("Infinity")], [D("1E+40")], [D("1E-40")]]
)
def test_what_gives_no_proportion_is_refused(weights: list[Decimal]) -> None:
    with pytest.raises(CannotSplit):
        split_by_weight(D(10), weights, "EUR")


def test_a_total_finer_than_the_currency_is_not_split() -> None:
    with pytest.raises(AmountTooFine):
        split_by_weight(D("10.001"), [D(1)], "EUR")
    with pytest.raises(AmountTooFine):
        split_equally(D("10.001"), 2, "EUR")


@given(units=st.integers(min_value=1, max_value=10**12), parts=st.integers(min_value=1, max_value=60))
def test_an_equal_split_sums_to_the_whole_with_the_residual_last(units: int, parts: int) -> None:
    total = from_minor_units(units, "EUR")
    try:
        shares = split_equally(total, parts, "EUR")
    except CannotSplit:
        assert units < parts * parts, "only a total of few cents is too small"
        return

    assert len(shares) == parts
    assert sum(shares) == total
    assert set(shares[:-1]) <= {round_amount(total / parts, "EUR")}
    assert shares[-1] > 0
    assert split_equally(-total, parts, "EUR") == tuple(-share for share in shares)


def test_parts_that_make_no_instalment_are_refused() -> None:
    for parts in (0, -3):
        with pytest.raises(CannotSplit, match="parts cannot be made"):
            split_equally(D(10), parts, "EUR")
    with pytest.raises(CannotSplit, match="too small"):
        split_equally(D("1.00"), 150, "EUR")
    assert split_equally(D("0.00"), 3, "EUR") == (D("0.00"),) * 3


def test_the_process_context_is_neither_read_nor_changed() -> None:
    before = getcontext().copy()
    with localcontext() as poor:
        poor.prec = 5
        money = Money(D("123456789.12"), "EUR")
        assert money + Money(D("0.01"), "EUR") == Money(D("123456789.13"), "EUR")
        assert (-money).amount.as_tuple() == D("-123456789.12").as_tuple()
        assert round_amount(D("123456789.125"), "EUR").compare(D("123456789.13")) == 0
        assert cash_round(D("123456789.12"), D("0.05")).rounding == D("-0.02")
        assert round_to_increment(D("-123456789.12"), D("0.05")).as_tuple() == D("-123456789.10").as_tuple()
        assert percent_of(D("123456789.12"), D("19"), "EUR").as_tuple() == D("23456789.93").as_tuple()
        assert split_by_weight(D("123456789.12"), [D(1), D(2)], "EUR") == (D("41152263.04"), D("82304526.08"))
    assert str(getcontext()) == str(before)
