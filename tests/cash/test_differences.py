"""What a difference may be: tolerance, discount, bank charges, another currency; each judged by itself."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from acquit.cash.rules.differences import (
    BadDifference,
    DifferenceAction,
    DiscountOffer,
    Tolerance,
    convert_payment,
    plan_bank_charges,
    plan_difference,
    plan_discount,
)
from tests.shared_data import shared_data

D = Decimal
TOLERANCE = Tolerance(D("5.00"), D("0.5"))
NO_TOLERANCE = Tolerance(D(0), D(0))
OFFER = DiscountOffer(date(2026, 5, 1), 10, 0, D(2))
IN_TIME = date(2026, 5, 11)


@pytest.mark.parametrize(
    ("paid", "action"),
    [
        ("1000.00", DifferenceAction.NONE),
        ("995.00", DifferenceAction.WRITE_OFF_TOLERANCE),
        ("994.99", DifferenceAction.RESIDUAL_DEDUCTION),
        ("1005.00", DifferenceAction.WRITE_OFF_TOLERANCE),
        ("1005.01", DifferenceAction.ON_ACCOUNT),
    ],
)
def test_the_limit_itself_is_within_tolerance(paid: str, action: DifferenceAction) -> None:
    judged = plan_difference(D("1000.00"), D(paid), TOLERANCE, "EUR")

    assert (judged.action, judged.limit) == (action, D("5.00"))
    assert judged.difference == D("1000.00") - D(paid)


def test_without_a_tolerance_only_nothing_is_tolerated() -> None:
    assert plan_difference(D(10), D(10), NO_TOLERANCE, "EUR").action is DifferenceAction.NONE
    assert (
        plan_difference(D(10), D("9.99"), NO_TOLERANCE, "EUR").action is DifferenceAction.RESIDUAL_DEDUCTION
    )


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


def test_the_worked_example_of_bank_charges() -> None:
    cases = json.loads(shared_data("worked_examples/cash_application.json").read_text())
    [case] = [case for case in cases if case["id"] == "cap-bank-charge-tolerance"]
    item, payment = case["inputs"]["open_items"][0], case["inputs"]["payment"]

    charges = plan_bank_charges(D(item["open"]), D(payment["amount"]), D(payment["tolerance"]))

    assert charges is not None
    assert str(charges.bank_charges) == case["expected"]["write_off_bank_charges"]
    assert str(charges.bank) == case["expected"]["applied"][item["invoice"]]


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
