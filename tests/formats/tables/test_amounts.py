from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.formats.tables import (
    AmountStyle,
    CannotReadAmount,
    infer_amount_style,
    parse_amount,
    read_amount,
    without_float_noise,
)

POINT = AmountStyle(".")
COMMA = AmountStyle(",")


@pytest.mark.parametrize(
    ("text", "style", "amount"),
    [
        ("1,234.56", POINT, "1234.56"),
        ("1.234,56", COMMA, "1234.56"),
        ("1'234.50", POINT, "1234.50"),
        ("1\u00a0234,50", COMMA, "1234.50"),
        ("1\u202f234\u202f567,5", COMMA, "1234567.5"),
        ("12,34,567.89", POINT, "1234567.89"),
        ("(1,234.56)", POINT, "-1234.56"),
        ("1234-", POINT, "-1234"),
        ("1.234,56-", COMMA, "-1234.56"),
        ("- 5", POINT, "-5"),
        ("+5", POINT, "5"),
        ("\u22121.234,56", COMMA, "-1234.56"),
        ("1.234,56 H", COMMA, "-1234.56"),
        ("1.234,56S", COMMA, "1234.56"),
        ("12.50 CR", POINT, "-12.50"),
        ("12.50 DR", POINT, "12.50"),
        ("12.50CR", AmountStyle(".", credit_negative=False), "12.50"),
        (".5", POINT, "0.5"),
        ("5.", POINT, "5"),
        ("-0.00", POINT, "0.00"),
        ("0,125", COMMA, "0.125"),
        (" 7 ", POINT, "7"),
    ],
)
def test_an_amount_is_read_exactly_as_it_is_meant(text: str, style: AmountStyle, amount: str) -> None:
    assert str(parse_amount(text, style)) == amount


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("EUR 1.234,56", "1234.56", "EUR"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("-£5,00", "-5.00", "GBP"),
        ("£-5,00", "-5.00", "GBP"),
        ("US$ 5", "5", "USD"),
        ("$5", "5", "$"),
        ("100 kr", "100", "kr"),
        ("CHF100", "100", "CHF"),
        ("EUR 5 EUR", "5", "EUR"),
    ],
)
def test_a_currency_beside_the_number_is_read_when_it_is_certain(
    text: str, amount: str, currency: str
) -> None:
    assert read_amount(text, COMMA) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("", POINT),
        ("-", POINT),
        ("abc", POINT),
        ("1,23", POINT),  # not grouped in threes
        ("1.234.5", POINT),
        ("1234.567", COMMA),
        ("1,234,56", COMMA),
        ("1.234'567,00", COMMA),  # two grouping marks
        ("(5", POINT),
        ("5)", POINT),
        ("(-5)", POINT),
        ("-5-", POINT),
        ("-5 CR", POINT),
        ("EUR 5 USD", POINT),
        ("٣٤", POINT),  # digits of other scripts are not taken for ours
        ("NaN", POINT),
        ("Infinity", POINT),
        ("1" * 31, POINT),
        ("1 " * 40, POINT),
        ("0x10", POINT),
        ("1_000", POINT),
    ],
)
def test_what_is_no_amount_is_refused(text: str, style: AmountStyle) -> None:
    with pytest.raises(CannotReadAmount) as refusal:
        parse_amount(text, style)
    assert refusal.value.code == "NOT_AN_AMOUNT"


def test_a_number_a_spreadsheet_shortened_is_refused_as_such() -> None:
    with pytest.raises(CannotReadAmount) as refusal:
        parse_amount("1.23457E+11", POINT)
    assert refusal.value.code == "SCIENTIFIC_NUMBER"
    assert "digits are lost" in refusal.value.message


def _write(amount: Decimal, style: AmountStyle, sign: str) -> str:
    digits = f"{abs(amount):f}"
    whole, _, decimals = digits.partition(".")
    groups = []
    while len(whole) > 3 and style.grouping:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    text = style.grouping.join([whole, *groups]) + (style.decimal_mark + decimals if decimals else "")
    if amount >= 0:
        return text
    return {"lead": f"-{text}", "trail": f"{text}-", "minus": f"\u2212{text}", "brackets": f"({text})"}.get(
        sign, f"{text} {sign}"
    )


@settings(deadline=None)
@given(
    amount=st.decimals(min_value=-(10**15), max_value=10**15, places=2),
    marks=st.sampled_from(
        [(".", ""), (".", ","), (".", "'"), (".", " "), (",", ""), (",", "."), (",", " "), (",", "'")]
    ),
    sign=st.sampled_from(["lead", "trail", "minus", "brackets", "CR", "H"]),
)
def test_an_amount_written_in_any_style_is_read_back(
    amount: Decimal, marks: tuple[str, str], sign: str
) -> None:
    style = AmountStyle(*marks)
    written = _write(amount, style, sign)
    assert parse_amount(written, style) == amount
    reading = infer_amount_style([written])
    assert reading.style is not None
    assert parse_amount(written, reading.style) == amount


@settings(deadline=None)
@given(st.text(max_size=80), st.sampled_from([POINT, COMMA]))
def test_any_text_is_an_amount_or_refused(text: str, style: AmountStyle) -> None:
    with suppress(CannotReadAmount):
        assert parse_amount(text, style).is_finite()
    infer_amount_style([text])


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["1.234", "5.678,10"], ","),
        (["1,234", "3.5"], "."),
        (["1.234.567"], ","),
        (["1 234,5"], ","),
        (["0.125"], "."),
        (["1234.567"], "."),
        (["100", "2000"], "."),
        (["12,50"] * 1 + ["x"], ","),
    ],
)
def test_one_value_that_leaves_no_choice_settles_the_column(values: list[str], mark: str) -> None:
    reading = infer_amount_style(values)
    assert reading.style is not None
    assert reading.style.decimal_mark == mark
    assert not reading.is_ambiguous


def test_thousands_or_decimals_is_left_open() -> None:
    reading = infer_amount_style(["1.234", "5.678", "12"])
    assert reading.style is None
    assert reading.is_ambiguous
    assert reading.example == "1.234"
    assert reading.amounts == 3


def test_values_that_contradict_each_other_are_not_settled() -> None:
    reading = infer_amount_style(["1,5", "2.5"])
    assert reading.style is None
    assert reading.is_mixed


def test_a_rare_contradiction_does_not_unsettle_a_column() -> None:
    reading = infer_amount_style([f"{n},50" for n in range(100)] + ["3.5"])
    assert reading.style == AmountStyle(",", "")
    assert "1 written otherwise" in reading.reason


def test_numbers_of_typed_cells_are_never_thousands() -> None:
    typed = infer_amount_style(["1.2340", "12.5"], typed_numbers=True)
    assert typed.style == AmountStyle(".", "", typed_numbers=True)
    beside_texts = infer_amount_style(["1.2340", "1.234,56", "1.234"], typed_numbers=True).style
    assert beside_texts is not None
    assert [parse_amount(text, beside_texts) for text in ("1.2340", "1.234,56", "1.234")] == [
        Decimal("1.234"),
        Decimal("1234.56"),
        Decimal(1234),
    ]


@pytest.mark.parametrize(
    ("noisy", "clean"),
    [
        ("2309.7899999999995", "2309.79"),
        ("93179.35199999998", "93179.352"),
        ("-0.30000000000000004", "-0.3"),
        ("12345678901234.567", "12345678901234.567"),
        ("0.1234567890123456", "0.1234567890123456"),
        ("64982.589", "64982.589"),
    ],
)
def test_the_noise_of_binary_fractions_is_taken_off_and_nothing_else(noisy: str, clean: str) -> None:
    assert without_float_noise(Decimal(noisy)) == Decimal(clean)


@settings(deadline=None)
@given(
    st.floats(min_value=-1e9, max_value=1e9).map(lambda value: round(value, 2)), st.sampled_from([1, 3, 0.1])
)
def test_a_float_of_cents_is_cents_again(value: float, factor: float) -> None:
    noisy = Decimal(repr(value * factor / factor))
    assert without_float_noise(noisy) == Decimal(repr(value))
