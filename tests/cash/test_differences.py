"""Every cent of a difference is placed: discount, charges, tolerance, deduction or on account."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.differences import (
    BadDifference,
    DeductionReason,
    DifferenceAction,
    DifferencePlan,
    DiscountOffer,
    Tolerance,
    convert_payment,
    plan_bank_charges,
    plan_difference,
    plan_differences,
    plan_discount,
)
from acquit.core.terms import discount_date, parse_terms
from tests.shared_data import shared_data

D = Decimal
TOLERANCE = Tolerance(D("5.00"), D("0.5"))
NO_TOLERANCE = Tolerance(D(0), D(0))
OFFER = DiscountOffer(date(2026, 5, 1), 10, 0, D(2))
IN_TIME, LATE = date(2026, 5, 11), date(2026, 5, 12)
CENTS = st.integers(1, 10**7).map(lambda cents: D(cents) / 100)


@given(
    open_amount=CENTS,
    paid=st.integers(0, 10**7).map(lambda cents: D(cents) / 100),
    days=st.integers(-5, 30),
    offer=st.none() | st.just(OFFER),
    fee=st.sampled_from([D(0), D(25)]),
)
def test_every_cent_is_placed(
    open_amount: Decimal, paid: Decimal, days: int, offer: DiscountOffer | None, fee: Decimal
) -> None:
    plan = plan_differences(
        open_amount,
        paid,
        date(2026, 5, 1) + timedelta(days),
        "EUR",
        tolerance=TOLERANCE,
        offer=offer,
        fee_tolerance=fee,
    )

    assert plan.applied + plan.discount + plan.bank_charges + plan.tolerance + plan.deduction == open_amount
    assert plan.applied + plan.on_account == paid
    assert min(plan.applied, plan.discount, plan.bank_charges, plan.deduction, plan.on_account) >= 0
    assert abs(plan.tolerance) <= TOLERANCE.limit(open_amount, "EUR")
    assert (plan.deduction_reason is None) == (plan.deduction == 0)


def place(open_amount: str, paid: str, day: date = LATE, **limits: object) -> DifferencePlan:
    return plan_differences(
        D(open_amount),
        D(paid),
        day,
        "EUR",
        **{"tolerance": TOLERANCE, **limits},  # type: ignore[arg-type]
    )


def test_a_short_payment_within_tolerance_is_written_off() -> None:
    assert place("1000.00", "996.60") == DifferencePlan(D("996.60"), D(0), D(0), D("3.40"), D(0), None, D(0))


def test_the_limit_itself_is_within_tolerance() -> None:
    assert (place("1000.00", "995.00").tolerance, place("1000.00", "994.99").tolerance) == (D("5.00"), D(0))
    assert place("1000.00", "1005.00").on_account == 0
    assert place("1000.00", "1005.01").on_account == D("5.01")


def test_a_little_too_much_is_kept_and_more_goes_on_account() -> None:
    assert place("1000.00", "1003.00") == DifferencePlan(
        D("1003.00"), D(0), D(0), D("-3.00"), D(0), None, D(0)
    )
    assert place("1000.00", "1012.00") == DifferencePlan(
        D("1000.00"), D(0), D(0), D(0), D(0), None, D("12.00")
    )


def test_a_discount_in_time_and_its_excess() -> None:
    assert place("1190.00", "1160.00", IN_TIME, offer=OFFER) == DifferencePlan(
        D("1160.00"), D("23.80"), D(0), D(0), D("6.20"), DeductionReason.UNEXPLAINED, D(0)
    )
    assert place("1190.00", "1163.20", IN_TIME, offer=OFFER) == DifferencePlan(
        D("1163.20"), D("23.80"), D(0), D("3.00"), D(0), None, D(0)
    )


def test_a_discount_taken_late_is_an_unearned_discount() -> None:
    plan = place("1190.00", "1166.20", LATE, offer=OFFER)
    assert (plan.deduction, plan.deduction_reason) == (D("23.80"), DeductionReason.UNEARNED_DISCOUNT)

    plan = place("1190.00", "1100.00", LATE, offer=OFFER)
    assert (plan.deduction, plan.deduction_reason) == (D("90.00"), DeductionReason.UNEXPLAINED)


def test_bank_charges_come_before_the_tolerance_where_they_are_agreed() -> None:
    assert place("25000.00", "24982.00", fee_tolerance=D(25)) == DifferencePlan(
        D("24982.00"), D(0), D("18.00"), D(0), D(0), None, D(0)
    )
    assert place("25000.00", "24982.00").deduction == D("18.00")


def test_an_exact_payment_has_no_difference() -> None:
    assert place("10.00", "10.00") == DifferencePlan(D("10.00"), D(0), D(0), D(0), D(0), None, D(0))
    assert plan_difference(D(10), D(10), NO_TOLERANCE, "EUR").action is DifferenceAction.NONE


def test_an_overpayment_earns_no_discount() -> None:
    outcome = plan_discount(D("1190.00"), D("1200.00"), IN_TIME, OFFER, "EUR")
    assert (outcome.discount_allowed, outcome.residual_deduction) == (D(0), D(0))


@pytest.mark.parametrize(
    ("received", "charges"),
    [("25000.00", None), ("25001.00", None), ("24974.99", None), ("24975.00", "25.00")],
)
def test_what_counts_as_bank_charges(received: str, charges: str | None) -> None:
    result = plan_bank_charges(D("25000.00"), D(received), D("25.00"))
    assert (result and result.bank_charges) == (charges and D(charges))
    if result:
        assert result.bank + result.bank_charges == result.receivable == D("25000.00")


def test_a_converted_payment_is_rounded_once_in_the_items_currency() -> None:
    result = convert_payment(D(15385), D("100.00"), D("153.845"), "JPY")
    assert (str(result.value), result.difference) == ("15385", 0)


def test_what_is_no_item_payment_limit_or_rate_is_refused() -> None:
    for act in (
        lambda: plan_difference(D(0), D(1), TOLERANCE, "EUR"),
        lambda: plan_difference(D(-10), D(1), TOLERANCE, "EUR"),
        lambda: plan_difference(D(10), D(-1), TOLERANCE, "EUR"),
        lambda: plan_bank_charges(D(0), D(0), D(5)),
        lambda: plan_discount(D(10), D(-1), IN_TIME, OFFER, "EUR"),
        lambda: Tolerance(D(-1), D(0)),
        lambda: Tolerance(D(0), D(-1)),
        lambda: convert_payment(D(10), D(10), D(0), "EUR"),
        lambda: convert_payment(D(10), D(10), D("NaN"), "EUR"),
    ):
        with pytest.raises(BadDifference):
            act()


def test_the_worked_examples_of_cash_application() -> None:
    cases = {
        case["id"]: case
        for case in json.loads(shared_data("worked_examples/cash_application.json").read_text())
    }

    case = cases["cap-bank-charge-tolerance"]
    item, payment = case["inputs"]["open_items"][0], case["inputs"]["payment"]
    charges = plan_bank_charges(D(item["open"]), D(payment["amount"]), D(payment["tolerance"]))
    assert charges is not None
    assert str(charges.bank_charges) == case["expected"]["write_off_bank_charges"]
    assert str(charges.bank) == case["expected"]["applied"][item["invoice"]]

    case = cases["cap-early-payment-discount"]
    item, payment = case["inputs"]["open_items"][0], case["inputs"]["payment"]
    terms, issued = parse_terms(payment["terms"]), date.fromisoformat(payment["invoice_date"])
    offer = DiscountOffer(issued, terms.discount_days, 0, terms.discount_rate)
    assert offer.last_date == discount_date(terms, issued)
    plan = plan_differences(
        D(item["open"]),
        D(payment["amount"]),
        date.fromisoformat(payment["value_date"]),
        "EUR",
        tolerance=NO_TOLERANCE,
        offer=offer,
    )
    assert str(plan.discount) == case["expected"]["cash_discount"]
    assert str(plan.deduction) == case["expected"]["open"]

    case = cases["cap-over-payment"]
    item, payment = case["inputs"]["open_items"][0], case["inputs"]["payment"]
    plan = place(item["open"], payment["amount"])
    assert str(plan.applied) == case["expected"]["applied"][item["invoice"]]
    assert str(plan.on_account) == case["expected"]["on_account"]

    case = cases["cap-short-pay-with-reason"]
    item, payment = case["inputs"]["open_items"][0], case["inputs"]["payment"]
    plan = place(item["open"], payment["amount"])
    assert str(plan.deduction) == case["expected"]["dispute_opened"][item["invoice"]]
