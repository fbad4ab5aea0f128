"""Every cent of a receipt is placed, and everything that is open is paid, explained, held back or stays open."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.placing import Placing, discount_offer, place_amount
from acquit.cash.rules.receipts import DifferenceKind, OpenItem
from acquit.cash.rules.wording import read_wording
from tests.cash.facts import DAY, INVOICED, POLICY, item, policy
from tests.shared_data import shared_data

D = Decimal
IN_TIME = INVOICED + timedelta(days=10)
IN_GRACE = INVOICED + timedelta(days=13)
LATE = INVOICED + timedelta(days=14)
Told = list[tuple[str, int | None, str, str]]


def place(
    amount: str,
    *items: OpenItem,
    day: date = DAY,
    text: str = "",
    shared: bool = False,
    held_back_item: int | None = None,
) -> Placing:
    return place_amount(
        D(amount),
        items,
        day,
        POLICY,
        has_shared_charges=shared,
        wording=read_wording(text, POLICY),
        held_back_item=held_back_item,
    )


def told(placing: Placing) -> Told:
    return [(d.kind.value, d.item_id, str(d.amount), d.reason) for d in placing.differences]


def cash(placing: Placing) -> dict[int, str]:
    return {part.item_id: str(part.amount) for part in placing.applied}


def with_discount(item_id: int, amount: str, **said: object) -> OpenItem:
    return item(item_id, amount, payment_terms="2/10 NET30", **said)


CENTS = st.integers(1, 10**7).map(lambda cents: D(cents) / 100)


@given(
    debits=st.lists(
        st.tuples(CENTS, st.sampled_from(["", "2/10 NET30", "nonsense"])), min_size=1, max_size=6
    ),
    credits_=st.lists(CENTS, max_size=2),
    amount=CENTS,
    days=st.integers(0, 40),
    shared=st.booleans(),
    text=st.sampled_from(["", "ABZGL BRUCH", "SKONTO", "TEILZAHLUNG", "A CONTO"]),
    states=st.booleans(),
)
def test_every_cent_is_placed(
    debits: list[tuple[Decimal, str]],
    credits_: list[Decimal],
    amount: Decimal,
    days: int,
    shared: bool,
    text: str,
    states: bool,
) -> None:
    items = [item(n, value, payment_terms=terms) for n, (value, terms) in enumerate(debits, 1)]
    items += [item(n, -value) for n, value in enumerate(credits_, 100)]
    missing = sum(each.open_amount for each in items) - amount
    if states:
        text = f"{text} {missing}"

    placing = place(str(amount), *items, day=INVOICED + timedelta(days=days), shared=shared, text=text)

    over = sum(-d.amount for d in placing.differences if d.kind is DifferenceKind.OVERPAYMENT)
    assert sum(part.amount for part in placing.applied) + over == amount
    by_id = {each.id: each for each in items}
    left = {each.id: each.open_amount for each in items}
    for part in placing.applied:
        left[part.item_id] -= part.amount
    for difference in placing.differences:
        if difference.item_id is not None:
            left[difference.item_id] -= difference.amount
    for item_id, rest in left.items():
        assert rest == 0 or rest * by_id[item_id].open_amount > 0
        assert abs(rest) <= abs(by_id[item_id].open_amount)
    if placing.is_explained:
        assert set(left.values()) == {D(0)}
    for difference in placing.differences:
        assert (difference.amount < 0) == (
            difference.kind is DifferenceKind.OVERPAYMENT
            or (difference.kind is DifferenceKind.TOLERANCE and missing < 0)
        )
        if difference.kind is DifferenceKind.TOLERANCE:
            assert abs(difference.amount) <= D("5.00")


def test_the_exact_amount_needs_no_explanation() -> None:
    placing = place("300.00", item(1, "100.00"), item(2, "250.00"), item(3, "-50.00"))

    assert cash(placing) == {1: "100.00", 2: "250.00", 3: "-50.00"}
    assert told(placing) == []
    assert placing.is_explained


@pytest.mark.parametrize(
    ("paid", "expected", "explained"),
    [
        ("996.60", [("TOLERANCE", 1, "3.40", "")], True),
        ("995.00", [("TOLERANCE", 1, "5.00", "")], True),
        ("994.99", [("DEDUCTION", 1, "5.01", "UNEXPLAINED")], False),
        ("1003.00", [("TOLERANCE", 1, "-3.00", "")], True),
        ("1005.01", [("OVERPAYMENT", None, "-5.01", "")], False),
    ],
)
def test_tolerance_works_both_ways_up_to_its_limit(paid: str, expected: Told, explained: bool) -> None:
    placing = place(paid, item(1, "1000.00"))

    assert told(placing) == expected
    assert placing.is_explained is explained


def test_too_much_is_kept_on_account_beside_the_items_paid_in_full() -> None:
    placing = place("1212.00", item(1, "1000.00"), item(2, "200.00"))

    assert cash(placing) == {1: "1000.00", 2: "200.00"}
    assert told(placing) == [("OVERPAYMENT", None, "-12.00", "")]


@pytest.mark.parametrize(
    ("day", "paid", "expected"),
    [
        (IN_TIME, "1166.20", [("DISCOUNT", 1, "23.80", "")]),
        (IN_GRACE, "1166.20", [("DISCOUNT", 1, "23.80", "")]),
        (LATE, "1166.20", [("DEDUCTION", 1, "23.80", "UNEARNED_DISCOUNT")]),
        (IN_TIME, "1180.00", [("DISCOUNT", 1, "10.00", "")]),
        (LATE, "1180.00", [("DEDUCTION", 1, "10.00", "UNEARNED_DISCOUNT")]),
        (IN_TIME, "1163.20", [("DISCOUNT", 1, "23.80", ""), ("TOLERANCE", 1, "3.00", "")]),
        (IN_TIME, "1160.00", [("DISCOUNT", 1, "23.80", ""), ("DEDUCTION", 1, "6.20", "UNEXPLAINED")]),
        (LATE, "1100.00", [("DEDUCTION", 1, "90.00", "UNEXPLAINED")]),
    ],
)
def test_a_discount_in_and_out_of_time(day: date, paid: str, expected: Told) -> None:
    assert told(place(paid, with_discount(1, "1190.00"), day=day)) == expected


def test_discounts_of_several_items_are_taken_together() -> None:
    placing = place("1960.00", with_discount(1, "1000.00"), with_discount(2, "1000.00"), day=IN_TIME)

    assert told(placing) == [("DISCOUNT", 1, "20.00", ""), ("DISCOUNT", 2, "20.00", "")]
    assert placing.is_explained


def test_a_discount_reckoned_on_the_sum_may_be_a_cent_less() -> None:
    items = [with_discount(1, "10.25"), with_discount(2, "10.25"), with_discount(3, "99.00")]
    # 2% of 119.50 is 2.39; of the parts 0.21 + 0.21 + 1.98 = 2.40
    placing = place("117.11", *items, day=IN_TIME)

    assert told(placing) == [
        ("DISCOUNT", 1, "0.21", ""),
        ("DISCOUNT", 2, "0.21", ""),
        ("DISCOUNT", 3, "1.97", ""),
    ]


def test_a_discount_may_be_taken_of_some_items_only() -> None:
    items = [with_discount(1, "1000.00"), with_discount(2, "3000.00"), with_discount(3, "7000.00")]

    placing = place("10920.00", *items, day=IN_TIME)  # 20 + 60 of 20, 60 and 140

    assert told(placing) == [("DISCOUNT", 1, "20.00", ""), ("DISCOUNT", 2, "60.00", "")]


def test_discounts_taken_on_one_day_may_be_in_time_for_some_and_late_for_others() -> None:
    old, fresh = with_discount(1, "1000.00"), with_discount(2, "3000.00", invoiced=INVOICED + timedelta(9))

    placing = place("3920.00", old, fresh, day=LATE)

    assert told(placing) == [("DEDUCTION", 1, "20.00", "UNEARNED_DISCOUNT"), ("DISCOUNT", 2, "60.00", "")]
    assert not placing.is_explained


def test_a_late_discount_of_a_small_item_is_no_tolerance_of_a_large_one() -> None:
    old, fresh = with_discount(1, "137.00"), with_discount(2, "9206.00", invoiced=INVOICED + timedelta(9))

    placing = place("9156.14", old, fresh, day=LATE)  # 2.74 + 184.12

    assert told(placing) == [("DEDUCTION", 1, "2.74", "UNEARNED_DISCOUNT"), ("DISCOUNT", 2, "184.12", "")]


def test_an_item_paid_in_part_or_a_credit_note_offers_no_discount() -> None:
    assert discount_offer(with_discount(1, "100.00", original_amount=D("200.00")), POLICY) is None
    assert discount_offer(with_discount(1, "-100.00"), POLICY) is None
    assert discount_offer(item(1, "100.00", payment_terms="as agreed"), POLICY) is None


def test_bank_charges_come_before_the_tolerance_where_they_are_agreed() -> None:
    assert told(place("24982.00", item(1, "25000.00"), shared=True)) == [("BANK_FEE", 1, "18.00", "")]
    assert told(place("24982.00", item(1, "25000.00"))) == [("DEDUCTION", 1, "18.00", "UNEXPLAINED")]
    assert told(place("24975.00", item(1, "25000.00"), shared=True)) == [("BANK_FEE", 1, "25.00", "")]


def test_what_the_payer_says_it_took_off_is_no_charge_of_a_bank() -> None:
    placing = place("982.00", item(1, "1000.00"), text="BRUCH 18,00", shared=True)

    assert told(placing) == [("DEDUCTION", 1, "18.00", "QUALITY")]


def test_charges_never_swallow_an_item_whole() -> None:
    placing = place("15.00", item(1, "20.00"), item(2, "15.00"), shared=True)

    assert not placing.is_explained
    assert all(d.kind is not DifferenceKind.BANK_FEE for d in placing.differences)


def test_what_the_text_holds_back_is_a_deduction_with_its_reason() -> None:
    items = [item(1, "1000.00"), item(2, "1200.00"), item(3, "800.00")]

    placing = place("2850.00", *items, text="ABZGL BRUCHSCHADEN 150,00")

    assert cash(placing) == {1: "850.00", 2: "1200.00", 3: "800.00"}
    assert told(placing) == [("DEDUCTION", 1, "150.00", "QUALITY")]
    named = place("2850.00", *items, text="ABZGL BRUCHSCHADEN 150,00", held_back_item=2)
    assert told(named) == [("DEDUCTION", 2, "150.00", "QUALITY")]


def test_a_deduction_stated_leaves_the_discount_untouched() -> None:
    placing = place("1040.00", with_discount(1, "1190.00"), day=IN_TIME, text="MANGEL 150,00")

    assert told(placing) == [("DEDUCTION", 1, "150.00", "QUALITY")]


def test_a_deduction_does_not_fit_on_an_item_smaller_than_it() -> None:
    placing = place("980.00", item(1, "100.00"), item(2, "1000.00"), text="BRUCH 120,00")

    assert told(placing) == [("DEDUCTION", 2, "120.00", "QUALITY")]


@pytest.mark.parametrize(
    ("paid", "text"), [("700.00", ""), ("900.00", "2. RATE"), ("900.00", "ON ACCOUNT OF RE 1")]
)
def test_much_less_than_is_open_is_a_part_payment(paid: str, text: str) -> None:
    placing = place(paid, item(1, "1000.00"), text=text)

    assert cash(placing) == {1: paid}
    assert told(placing) == []
    assert not placing.is_explained


def test_a_part_payment_nets_credits_and_pays_the_oldest_first() -> None:
    old = item(1, "500.00", invoiced=INVOICED - timedelta(days=30))
    placing = place("650.00", item(2, "700.00"), old, item(3, "-100.00"))

    assert cash(placing) == {3: "-100.00", 1: "500.00", 2: "250.00"}


def test_a_deduction_above_the_policys_share_is_a_part_payment() -> None:
    strict = policy(deduction_percent_at_most="1")

    placing = place_amount(D("980.00"), [item(1, "1000.00")], DAY, strict, has_shared_charges=False)

    assert placing.differences == ()
    assert [str(part.amount) for part in placing.applied] == ["980.00"]


def test_yen_have_no_cents() -> None:
    yen = item(1, "119000", currency="JPY", payment_terms="2/10 NET30")

    assert told(place("116620", yen, day=IN_TIME)) == [("DISCOUNT", 1, "2380", "")]


def worked_example(name: str) -> tuple[Sequence[OpenItem], dict[str, Any], dict[str, Any]]:
    cases = json.loads(shared_data("worked_examples/cash_application.json").read_text())
    [case] = [case for case in cases if case["id"] == name]
    given_ = case["inputs"]["payment"]
    invoiced = date.fromisoformat(given_.get("invoice_date", "2025-04-01"))
    items = [
        item(n, one["open"], number=one["invoice"], payment_terms=given_.get("terms", ""), invoiced=invoiced)
        for n, one in enumerate(case["inputs"]["open_items"], 1)
    ]
    return items, given_, case["expected"]


def test_the_worked_example_of_an_early_payment() -> None:
    items, given_, expected = worked_example("cap-early-payment-discount")

    placing = place(str(given_["amount"]), *items, day=date.fromisoformat(str(given_["value_date"])))

    assert cash(placing) == {1: expected["applied"]["INV-1011"]}
    assert told(placing) == [("DISCOUNT", 1, expected["cash_discount"], "")]


def test_the_worked_example_of_an_over_payment() -> None:
    items, given_, expected = worked_example("cap-over-payment")

    placing = place(str(given_["amount"]), *items)

    assert cash(placing) == {1: expected["applied"]["INV-1005"]}
    assert told(placing) == [("OVERPAYMENT", None, f"-{expected['on_account']}", "")]


def test_the_worked_example_of_a_short_payment_with_a_reason() -> None:
    items, given_, expected = worked_example("cap-short-pay-with-reason")
    [[_, paid, note]] = given_["remittance"]

    placing = place(paid, *items, text=note)

    assert cash(placing) == {1: expected["applied"]["INV-1004"]}
    assert told(placing) == [("DEDUCTION", 1, expected["dispute_opened"]["INV-1004"], "QUALITY")]


def test_the_worked_example_of_a_credit_note_netted() -> None:
    items, given_, expected = worked_example("cap-netting-credit-note")

    placing = place(str(given_["amount"]), *items)

    assert list(cash(placing).values()) == list(expected["applied"].values())
    assert placing.is_explained
