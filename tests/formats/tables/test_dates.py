from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.formats.tables import CannotReadDate, DateStyle, infer_date_style, parse_date, propose_date

DMY, MDY, YMD = DateStyle.DMY, DateStyle.MDY, DateStyle.YMD


@pytest.mark.parametrize(
    ("text", "style", "iso"),
    [
        ("31.12.2026", DMY, "2026-12-31"),
        ("3/4/2026", DMY, "2026-04-03"),
        ("3/4/2026", MDY, "2026-03-04"),
        ("03-04-26", DMY, "2026-04-03"),
        ("01/02/70", DMY, "1970-02-01"),
        ("01/02/69", DMY, "2069-02-01"),
        ("2026/3/4", DMY, "2026-03-04"),
        ("26-03-04", YMD, "2026-03-04"),
        ("2010-12-01 08:26:00", YMD, "2010-12-01"),
        ("2026-03-04T10:11:12.123Z", YMD, "2026-03-04"),
        ("2026-03-04T10:11:12+01:00", YMD, "2026-03-04"),
        ("1/26/2013 12:00:00 AM", MDY, "2013-01-26"),
        ("20260304", DateStyle.YMD_COMPACT, "2026-03-04"),
        ("04032026", DateStyle.DMY_COMPACT, "2026-03-04"),
        ("45000", DateStyle.SERIAL, "2023-03-15"),
        ("45000.75", DateStyle.SERIAL, "2023-03-15"),
        ("4 March 2026", DMY, "2026-03-04"),
        ("Mar 4, 2026", DMY, "2026-03-04"),
        ("4. März 2026", MDY, "2026-03-04"),
        ("4 août 2026", MDY, "2026-08-04"),
        ("1er janvier 2026", MDY, "2026-01-01"),
        ("4 de marzo de 2026", MDY, "2026-03-04"),
        ("04-DEC-26", MDY, "2026-12-04"),
        ("4-Dez-2026", DMY, "2026-12-04"),
        ("Tue, 3 Mar 2026", DMY, "2026-03-03"),
        ("29.02.2024", DMY, "2024-02-29"),
    ],
)
def test_a_date_is_read_in_its_order(text: str, style: DateStyle, iso: str) -> None:
    assert parse_date(text, style) == date.fromisoformat(iso)


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("", DMY),
        ("31.11.2026", DMY),
        ("29.02.2026", DMY),
        ("13/13/2026", DMY),
        ("3/14/2026", DMY),
        ("14/3/2026", MDY),
        ("00.00.0000", DMY),
        ("2026-13-01", YMD),
        ("3/4/226", DMY),
        ("3/4.2026", DMY),
        ("20261301", DateStyle.YMD_COMPACT),
        ("99999", DateStyle.SERIAL),
        ("45000", DMY),
        ("4 Foo 2026", DMY),
        ("31 April 2026", DMY),
        ("2026-03-04 25:61", YMD),
        ("٠٣.٠٤.٢٠٢٦", DMY),
        ("1" * 100, DMY),
    ],
)
def test_what_is_no_date_is_refused(text: str, style: DateStyle) -> None:
    with pytest.raises(CannotReadDate):
        parse_date(text, style)


def test_a_refusal_says_why() -> None:
    with pytest.raises(CannotReadDate) as refusal:
        parse_date("31.11.2026", DMY)
    assert refusal.value.message == "'31.11.2026' is no date: month 11 of 2026 has 30 days, not 31"


@pytest.mark.parametrize(
    ("text", "style", "proposal"),
    [
        ("31.11.2026", DMY, "30.11.2026"),
        ("30.02.2024", DMY, "29.02.2024"),
        ("2/30/2026", MDY, "2/28/2026"),
        ("2026-02-31", DMY, "2026-02-28"),
        ("32.11.2026", DMY, None),
        ("31.13.2026", DMY, None),
        ("soon", DMY, None),
    ],
)
def test_a_day_too_many_is_offered_the_last_day(text: str, style: DateStyle, proposal: str | None) -> None:
    assert propose_date(text, style) == proposal


@settings(deadline=None)
@given(
    day=st.dates(date(1971, 1, 1), date(2068, 12, 31)),
    written=st.sampled_from(
        ["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%y", "%m/%d/%Y", "%Y-%m-%d", "%d %B %Y", "%b %d, %Y"]
    ),
)
def test_a_date_in_any_style_is_read_back(day: date, written: str) -> None:
    style = MDY if written == "%m/%d/%Y" else YMD if written[1] == "Y" else DMY
    assert parse_date(day.strftime(written), style) == day
    settled = infer_date_style([datetime(day.year, day.month, day.day).strftime(written)]).style  # noqa: DTZ001
    assert settled is None or parse_date(day.strftime(written), settled) == day


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(list(DateStyle)))
def test_any_text_is_a_date_or_refused(text: str, style: DateStyle) -> None:
    with suppress(CannotReadDate):
        parse_date(text, style)
    propose_date(text, style)
    infer_date_style([text], serials=True)


@pytest.mark.parametrize(
    ("values", "style"),
    [
        (["03/04/2026", "14/05/2026"], DMY),
        (["1/26/2013", "2/3/2013"], MDY),
        (["03.04.2026", "05.06.2026"], DMY),
        (["2026-01-01"], YMD),
        (["20260101"], DateStyle.YMD_COMPACT),
        (["31122026"], DateStyle.DMY_COMPACT),
        (["3/3/2026"], DMY),
        (["4 Mar 2026"], DMY),
    ],
)
def test_a_column_is_settled_by_a_value_that_leaves_no_choice(values: list[str], style: DateStyle) -> None:
    reading = infer_date_style(values)
    assert reading.style == style
    assert reading.dates == len(values)


def test_a_column_that_allows_both_orders_is_left_open() -> None:
    reading = infer_date_style(["03/04/2026", "3/3/2026", "12/11/2026", "2026-01-01"])
    assert reading.style is None
    assert reading.is_ambiguous
    assert reading.example == "03/04/2026"


def test_contradicting_orders_are_left_open() -> None:
    reading = infer_date_style(["13/1/2020", "1/13/2020"])
    assert reading.style is None
    assert reading.is_mixed


def test_day_numbers_count_as_dates_only_when_the_header_says_so() -> None:
    assert infer_date_style(["45000"]).dates == 0
    assert infer_date_style(["45000"], serials=True).style == DateStyle.SERIAL
