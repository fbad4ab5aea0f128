"""Due dates, discounts and instalments follow from terms and a baseline date."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.calendar import BusinessCalendar, DateOutOfRange
from acquit.core.errors import Refusal
from acquit.core.terms import (
    BadTerms,
    Instalment,
    PaymentTerms,
    Shift,
    TermsKind,
    annualised_discount,
    cash_discount,
    discount_date,
    discount_for_partial_payment,
    due_date,
    instalment_dates,
    net_of_vat,
    parse_terms,
    plan_instalments,
)
from tests.shared_data import shared_data

D = Decimal
BASELINES = st.dates(min_value=date(2000, 1, 1), max_value=date(2050, 12, 31))


@st.composite
def terms(draw: st.DrawFn) -> PaymentTerms:
    kind = draw(st.sampled_from(list(TermsKind)))
    shift = draw(st.sampled_from(list(Shift)))
    if kind is TermsKind.PROX:
        cutoff = draw(st.none() | st.integers(1, 31))
        return PaymentTerms(
            kind, months=draw(st.integers(1, 6)), day=draw(st.integers(1, 31)), cutoff_day=cutoff, shift=shift
        )
    if kind is TermsKind.MONTHS:
        return PaymentTerms(kind, months=draw(st.integers(0, 24)), shift=shift)
    if kind is TermsKind.INSTALMENTS:
        return PaymentTerms(
            kind, days=draw(st.integers(0, 60)), months=1, parts=draw(st.integers(1, 12)), shift=shift
        )
    return PaymentTerms(kind, days=draw(st.integers(0, 180)), shift=shift)


@given(term=terms(), one=BASELINES, other=BASELINES)
def test_a_later_baseline_is_never_due_earlier(term: PaymentTerms, one: date, other: date) -> None:
    first, second = sorted((one, other))

    assert due_date(term, first) <= due_date(term, second)
    assert due_date(term, first) >= first


@given(term=terms(), baseline=BASELINES)
def test_a_shifted_due_date_is_the_next_business_day(term: PaymentTerms, baseline: date) -> None:
    germany = BusinessCalendar("DE")
    plain = due_date(replace(term, shift=Shift.NONE), baseline, germany)
    shifted = due_date(replace(term, shift=Shift.FOLLOWING), baseline, germany)

    assert shifted == germany.next_business_day(plain)


def test_a_shift_without_a_calendar_knows_weekends_only() -> None:
    to_christmas = PaymentTerms(TermsKind.NET, days=10, shift=Shift.FOLLOWING)

    assert due_date(to_christmas, date(2026, 12, 15)) == date(2026, 12, 25)
    assert due_date(to_christmas, date(2026, 12, 15), BusinessCalendar("DE")) == date(2026, 12, 28)


def test_prox_within_the_month_needs_a_cutoff_no_later_than_its_day() -> None:
    same_month = PaymentTerms(TermsKind.PROX, months=0, day=15, cutoff_day=10)

    assert due_date(same_month, date(2026, 3, 10)) == date(2026, 3, 15)
    assert due_date(same_month, date(2026, 3, 11)) == date(2026, 4, 15)
    assert due_date(PaymentTerms(TermsKind.PROX, months=1, day=31), date(2026, 1, 31)) == date(2026, 2, 28)


def test_instalments_fall_month_by_month_with_the_residual_last() -> None:
    thirds = PaymentTerms(TermsKind.INSTALMENTS, days=30, months=1, parts=3)

    assert plan_instalments(thirds, D("1000.00"), "EUR", date(2026, 1, 1)) == (
        Instalment(date(2026, 1, 31), D("333.33")),
        Instalment(date(2026, 2, 28), D("333.33")),
        Instalment(date(2026, 3, 31), D("333.34")),
    )
    assert due_date(thirds, date(2026, 1, 1)) == date(2026, 3, 31)
    assert instalment_dates(PaymentTerms(TermsKind.NET, days=30), date(2026, 1, 1)) == (date(2026, 1, 31),)


def test_a_shift_moves_the_due_date_but_not_the_discount() -> None:
    term = PaymentTerms(TermsKind.NET, days=30, shift=Shift.FOLLOWING, discount_rate=D(2), discount_days=10)

    assert due_date(term, date(2026, 1, 22)) == date(2026, 2, 23)  # the 21st is a Saturday
    assert discount_date(term, date(2026, 1, 22)) == date(2026, 2, 1)  # a Sunday, and it stays
    assert discount_date(PaymentTerms(TermsKind.NET, days=30), date(2026, 1, 22)) is None


@pytest.mark.parametrize(
    ("values", "param"),
    [
        ({"kind": TermsKind.NET, "days": -1}, "days"),
        ({"kind": TermsKind.NET, "days": 10**9}, "days"),
        ({"kind": TermsKind.NET, "days": 30, "months": 1}, "months"),
        ({"kind": TermsKind.NET, "days": 30, "day": 15}, "day"),
        ({"kind": TermsKind.NET, "days": 30, "cutoff_day": 15}, "cutoff_day"),
        ({"kind": TermsKind.NET, "days": 30, "parts": 2}, "parts"),
        ({"kind": TermsKind.MONTHS, "days": 30}, "days"),
        ({"kind": TermsKind.PROX, "months": 1}, "day"),
        ({"kind": TermsKind.PROX, "months": 1, "day": 32}, "day"),
        ({"kind": TermsKind.PROX, "months": 1, "day": 10, "cutoff_day": 0}, "cutoff_day"),
        ({"kind": TermsKind.PROX, "months": 0, "day": 10}, "months"),
        ({"kind": TermsKind.PROX, "months": 0, "day": 10, "cutoff_day": 20}, "months"),
        ({"kind": TermsKind.INSTALMENTS, "parts": 3}, "months"),
        ({"kind": TermsKind.INSTALMENTS, "months": 1, "parts": 0}, "parts"),
        ({"kind": TermsKind.NET, "days": 30, "discount_rate": D(100), "discount_days": 10}, "discount_rate"),
        (
            {"kind": TermsKind.NET, "days": 30, "discount_rate": D("NaN"), "discount_days": 10},
            "discount_rate",
        ),
        ({"kind": TermsKind.NET, "days": 30, "discount_days": 10}, "discount_rate"),
        ({"kind": TermsKind.NET, "days": 10, "discount_rate": D(2), "discount_days": 30}, "discount_days"),
    ],
)
def test_terms_that_contradict_themselves_are_refused(values: dict[str, object], param: str) -> None:
    with pytest.raises(BadTerms) as refused:
        PaymentTerms(**values)  # type: ignore[arg-type]
    assert refused.value.param == param


def test_a_due_date_after_the_last_year_is_refused() -> None:
    with pytest.raises(DateOutOfRange):
        due_date(PaymentTerms(TermsKind.NET, days=30), date(9999, 12, 31))


@given(cents=st.integers(1, 10**10), percent=st.decimals(0, 50, places=2), vat=st.decimals(0, 27, places=1))
def test_discount_parts_sum(cents: int, percent: Decimal, vat: Decimal) -> None:
    gross = D(cents) / 100

    result = cash_discount(gross, percent, vat, "EUR")

    assert result.discount_net + result.discount_vat == result.discount
    assert result.discount + result.pay == gross
    assert 0 <= result.discount_vat <= result.discount <= gross


@given(cents=st.integers(1, 10**10), percent=st.decimals(0, 50, places=2))
def test_a_part_payment_clears_itself_and_its_discount(cents: int, percent: Decimal) -> None:
    paid = D(cents) / 100

    result = discount_for_partial_payment(paid, percent, "EUR")

    assert result.cleared - result.discount == paid
    assert abs(result.cleared * (100 - percent) - paid * 100) <= D("0.5")


def test_what_gives_no_discount_is_refused() -> None:
    with pytest.raises(BadTerms):
        annualised_discount(D(2), 30, 30)
    with pytest.raises(BadTerms):
        annualised_discount(D(100), 10, 30)
    with pytest.raises(BadTerms):
        discount_for_partial_payment(D(10), D(100), "EUR")
    with pytest.raises(Refusal):
        net_of_vat(D(10), D(-100), "EUR")


def test_the_worked_examples_of_payment_terms() -> None:
    examples = {
        case["id"]: case for case in json.loads(shared_data("worked_examples/payment_terms.json").read_text())
    }
    case = examples["2-10-net-30-apply"]
    inputs, expected = case["inputs"], case["expected"]
    term, issued = parse_terms("2/10 net 30"), date.fromisoformat(inputs["date"])
    result = cash_discount(D(inputs["invoice"]), term.discount_rate, D(0), "EUR")
    assert str(result.discount) == expected["discount_taken"]
    assert result.pay == D(inputs["amount"])
    assert str(discount_date(term, issued)) == expected["discount_due"]
    assert str(due_date(term, issued)) == expected["net_due"]

    case = examples["2-10-net-30-cost"]
    inputs, expected = case["inputs"], case["expected"]
    cost = annualised_discount(D(inputs["discount_pct"]), inputs["discount_days"], inputs["net_days"])
    assert str(cost.simple_percent) == expected["simple_annual_pct"]
    assert str(cost.effective_percent) == expected["effective_annual_pct"]
    assert len(examples) == 2
