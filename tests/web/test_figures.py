"""How figures are written: both languages, every odd amount."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.web import figures

CASES = [
    (Decimal("48316.40"), "EUR", "48,316.40", "48.316,40"),
    (Decimal("48316.4"), "EUR", "48,316.40", "48.316,40"),
    (Decimal("-2380.00"), "EUR", "−2,380.00", "−2.380,00"),
    (Decimal(0), "EUR", "0.00", "0,00"),
    (Decimal("-0.00"), "EUR", "0.00", "0,00"),
    (Decimal("0.000000"), "JPY", "0", "0"),
    (None, "EUR", "–", "–"),
    (Decimal(1250000), "JPY", "1,250,000", "1.250.000"),
    (Decimal("18204.600000"), "EUR", "18,204.60", "18.204,60"),
    (Decimal("1.234"), "KWD", "1.234", "1,234"),
    (Decimal("748.5025"), "EUR", "748.5025", "748,5025"),
    (Decimal("123456789012.00"), "EUR", "123,456,789,012.00", "123.456.789.012,00"),
    (Decimal("999999999999999999.99"), "EUR", "999,999,999,999,999,999.99", "999.999.999.999.999.999,99"),
    (Decimal("1E+3"), "EUR", "1,000.00", "1.000,00"),
    (100, "EUR", "100.00", "100,00"),
    (Decimal("1.00"), "XXQ", "1.00", "1,00"),
]


@pytest.mark.parametrize(("amount", "currency", "english", "german"), CASES)
def test_an_amount_is_written_exactly(
    amount: Decimal | None, currency: str, english: str, german: str
) -> None:
    assert figures.format_amount(amount, "en", currency) == english
    assert figures.format_amount(amount, "de", currency) == german


def test_the_code_follows_the_number_in_every_language() -> None:
    assert figures.format_money(Decimal("48316.40"), "EUR", "en") == "48,316.40 EUR"
    assert figures.format_money(Decimal("48316.40"), "EUR", "de") == "48.316,40 EUR"
    assert figures.format_money(None, "EUR", "de") == "–"


@pytest.mark.parametrize("wrong", [1.5, True, "12", float("nan")])
def test_what_is_not_exact_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match="is a Decimal or an int"):
        figures.format_amount(wrong, "en", "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [Decimal("NaN"), Decimal("Infinity")])
def test_no_number_is_refused(wrong: Decimal) -> None:
    with pytest.raises(ValueError, match="finite"):
        figures.format_amount(wrong, "en", "EUR")


def test_a_change_shows_its_sign_and_zero_has_none() -> None:
    assert figures.format_signed(Decimal("1968410.20"), "en", "EUR") == "+1,968,410.20"
    assert figures.format_signed(Decimal("-84112.40"), "de", "EUR") == "−84.112,40"
    assert figures.format_signed(Decimal(0), "en", "EUR") == "0.00"


def test_whole_units_round_half_away_from_zero() -> None:
    assert figures.format_whole(Decimal("12486310.50"), "en") == "12,486,311"
    assert figures.format_whole(Decimal("-0.5"), "en") == "−1"
    assert figures.format_whole(Decimal("-0.4"), "en") == "0"
    assert figures.format_whole(Decimal("30575.2"), "en", signed=True) == "+30,575"


def test_millions_shares_counts_and_numbers() -> None:
    assert figures.format_millions(Decimal(12486310), "en") == "12.5\N{NO-BREAK SPACE}m"
    assert figures.format_millions(Decimal(12486310), "de") == "12,5\N{NO-BREAK SPACE}Mio."
    assert figures.format_share(Decimal("0.342"), "en") == "34.2%"
    assert figures.format_share(Decimal("0.342"), "de") == "34,2\N{NO-BREAK SPACE}%"
    assert figures.format_count(4812, "de") == "4.812"
    assert figures.format_number(Decimal("0.745"), "en", 2) == "0.75"
    assert figures.format_number(Decimal("-0.004"), "en", 2) == "0.00"


def test_days_are_written_as_the_language_does() -> None:
    day = date(2026, 11, 19)
    assert figures.format_day(day, "en") == "19 Nov 2026"
    assert figures.format_day(day, "de") == "19.11.2026"
    assert figures.format_day(date(2026, 9, 3), "en-gb") == "3 Sep 2026"
    assert figures.format_table_day(day, "en", date(2026, 1, 1)) == "19 Nov"
    assert figures.format_table_day(day, "de", date(2026, 1, 1)) == "19.11."
    assert figures.format_table_day(day, "de", date(2027, 1, 1)) == "19.11.2026"
    assert figures.format_weekday(day, "en") == "Thursday, 19 November"
    assert figures.format_weekday(day, "de") == "Donnerstag, 19. November"
    assert figures.format_month(day, "de") == "November 2026"
    assert figures.format_day(None, "de") == "–"


def test_a_moment_is_a_time_today_and_a_day_before() -> None:
    moment = datetime(2026, 11, 19, 9, 31, tzinfo=UTC)
    assert figures.format_moment(moment, "en", date(2026, 11, 19)) == "09:31"
    assert figures.format_moment(moment, "en", date(2026, 11, 20)) == "19 Nov"


@pytest.mark.parametrize(("days", "text"), [(47, "47"), (0, "0"), (-6, "−6"), (None, "–")])
def test_days_past_due(days: int | None, text: str) -> None:
    assert figures.format_days(days) == text


def test_the_copied_form_is_plain() -> None:
    assert figures.plain_amount(Decimal(-2380), "EUR") == "-2380.00"
    assert figures.plain_amount(Decimal(1250000), "JPY") == "1250000"


def test_a_key_figure_is_cut_before_its_decimals() -> None:
    assert figures.split_figure("12.486.310,42", "de") == ("12.486.310", ",42")
    assert figures.split_figure("1,250,000", "en") == ("1,250,000", "")


@given(st.decimals(min_value=-(10**17), max_value=10**17, places=2, allow_nan=False))
def test_what_is_written_reads_back_to_the_same_amount(amount: Decimal) -> None:
    for locale, group, point in (("en", ",", "."), ("de", ".", ",")):
        text = figures.format_amount(amount, locale, "EUR")
        assert Decimal(text.replace(group, "").replace(point, ".").replace("−", "-")) == amount
    assert Decimal(figures.plain_amount(amount, "EUR")) == amount


def test_a_small_decimal_context_of_someone_else_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 6
        assert figures.format_amount(Decimal("123456789012.34"), "en", "EUR") == "123,456,789,012.34"
