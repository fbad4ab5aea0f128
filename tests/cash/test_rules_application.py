"""What an application writes balances, clears within one customer, and never more than there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.application import (
    Application,
    CannotApply,
    Payment,
    plan_application,
    plan_return,
    plan_transfer,
)
from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind, OpenItem
from acquit.core.errors import Refusal
from acquit.ledger.rules.accounts import AccountRole
from acquit.receivables.rules.items import control_role
from tests.cash.facts import DAY, item

D = Decimal
KINDS = st.sampled_from([DifferenceKind.DISCOUNT, DifferenceKind.TOLERANCE, DifferenceKind.BANK_FEE])


def plan(
    amount: str,
    parts: Sequence[tuple[OpenItem, str]],
    differences: Sequence[Difference] = (),
    *,
    payer: int = 1,
    keep_for: int | None = None,
) -> Application:
    return plan_application(
        Payment(900, payer, "Z-1", "EUR", D(amount)),
        [Applied(open_item.id, D(part)) for open_item, part in parts],
        differences,
        {open_item.id: open_item for open_item, _ in parts},
        count(1000),
        DAY,
        keep_for=keep_for,
    )


def off(open_item: OpenItem, amount: str, kind: str = "TOLERANCE", reason: str = "") -> Difference:
    return Difference(DifferenceKind(kind), open_item.id, D(amount), reason)


def left_open(application: Application, payment: Decimal, items: Sequence[OpenItem]) -> dict[int, Decimal]:
    """Clear everything the application pairs; gives what is left of each item, the new ones too."""
    left = {900: -payment, **{each.id: each.open_amount for each in items}}
    left.update({new.id: new.amount for new in application.new_items})
    for clearing in application.clearings:
        for pair in clearing.pairs:
            assert pair.amount > 0
            assert left[pair.credit_item_id] < 0 < left[pair.debit_item_id]
            left[pair.credit_item_id] += pair.amount
            left[pair.debit_item_id] -= pair.amount
    return left


def check_whole(
    application: Application, payer: int, payment: Decimal, items: Sequence[OpenItem]
) -> dict[int, Decimal]:
    """Check what holds of every application; gives what is left open."""
    owner = {900: payer, **{each.id: each.customer_id for each in items}}
    owner.update({new.id: new.customer_id for new in application.new_items})
    kinds = {900: "PAYMENT", **{each.id: each.kind for each in items}}
    kinds.update({new.id: new.kind for new in application.new_items})
    for clearing in application.clearings:
        for pair in clearing.pairs:
            assert owner[pair.credit_item_id] == owner[pair.debit_item_id] == clearing.customer_id
    posted: dict[int, Decimal] = defaultdict(Decimal)
    for new in application.new_items:
        assert sum(line.amount for line in new.lines) == 0
        for line in new.lines:
            if line.item_id is not None:
                posted[line.item_id] += line.amount
                assert line.role is control_role(kinds[line.item_id])
    assert posted == {new.id: new.amount for new in application.new_items}
    return left_open(application, payment, items)


CENTS = st.integers(1, 10**6).map(lambda cents: D(cents) / 100)


@given(data=st.data())
def test_any_application_balances_and_clears_exactly_what_it_says(data: st.DataObject) -> None:
    count_ = data.draw(st.integers(1, 6))
    items, applied, differences = [], [], []
    for number in range(1, count_ + 1):
        sign = -1 if number > 1 and data.draw(st.booleans()) else 1
        open_amount = sign * data.draw(CENTS)
        customer = data.draw(st.integers(1, 3))
        items.append(item(number, open_amount, customer_id=customer, net_amount=open_amount * D("0.84")))
        part = sign * D(data.draw(st.integers(1, int(abs(open_amount) * 100)))) / 100
        rest = open_amount - part
        over = data.draw(st.booleans()) and abs(part) > D("0.05")
        differs = D(0)
        if over:
            differs = -sign * D("0.05")
            if abs(part + differs) == 0:
                differs = D(0)
        elif rest and data.draw(st.booleans()):
            differs = rest
        if differs:
            differences.append(Difference(data.draw(KINDS), number, differs))
        applied.append(Applied(number, part))
    cash = sum(part.amount for part in applied)
    payment = cash + data.draw(st.sampled_from([D(0), D("12.34")]))
    keep_for = data.draw(st.sampled_from([None, 1, 2, 9]))
    by_id = {each.id: each for each in items}
    asked = (Payment(900, 1, "Z-1", "EUR", payment), applied, differences, by_id, count(1000), DAY)
    if cash <= 0:
        with pytest.raises(CannotApply):
            plan_application(*asked)
        return

    application = plan_application(*asked, keep_for=keep_for)

    left = check_whole(application, 1, payment, items)
    for part in applied:
        cleared = part.amount + sum(d.amount for d in differences if d.item_id == part.item_id)
        assert left[part.item_id] == by_id[part.item_id].open_amount - cleared
    rest = payment - cash
    standing = {key: amount for key, amount in left.items() if amount and key not in by_id}
    assert standing == ({application.rest_item_id: -rest} if rest else {})
    if rest and keep_for not in (None, 1):
        owner = {new.id: new.customer_id for new in application.new_items}
        assert owner[application.rest_item_id or 0] == keep_for


def test_one_payment_of_one_item_is_one_pair() -> None:
    invoice = item(1, "1000.00")

    application = plan("1000.00", [(invoice, "1000.00")])

    assert application.new_items == ()
    assert [(c.customer_id, list(c.pairs)) for c in application.clearings] == [(1, [(900, 1, D("1000.00"))])]
    assert application.rest_item_id is None


def test_a_discount_takes_back_revenue_and_tax_in_the_documents_proportion() -> None:
    invoice = item(1, "1190.00", net_amount=D("1000.00"))

    application = plan("1166.20", [(invoice, "1166.20")], [off(invoice, "23.80", "DISCOUNT")])

    [adjustment] = application.new_items
    assert [(line.role, str(line.amount)) for line in adjustment.lines] == [
        (AccountRole.RECEIVABLES, "-23.80"),
        (AccountRole.REVENUE_REDUCTIONS, "20.00"),
        (AccountRole.OUTPUT_VAT, "3.80"),
    ]
    assert adjustment.valued_as == 1
    assert check_whole(application, 1, D("1166.20"), [invoice]) == {900: 0, 1: 0, 1000: 0}


def test_a_discount_of_an_odd_cent_is_rounded_half_up() -> None:
    invoice = item(1, "1.19", net_amount=D("1.00"))

    [adjustment] = plan("1.16", [(invoice, "1.16")], [off(invoice, "0.03", "DISCOUNT")]).new_items

    assert [str(line.amount) for line in adjustment.lines] == ["-0.03", "0.03", "0.00"]


def test_a_little_too_much_is_income() -> None:
    invoice = item(1, "100.00")

    application = plan("100.40", [(invoice, "100.40")], [off(invoice, "-0.40")])

    [adjustment] = application.new_items
    assert [(line.role, str(line.amount)) for line in adjustment.lines] == [
        (AccountRole.RECEIVABLES, "0.40"),
        (AccountRole.PAYMENT_DIFFERENCES, "-0.40"),
    ]
    assert check_whole(application, 1, D("100.40"), [invoice]) == {900: 0, 1: 0, 1000: 0}


def test_a_parents_cash_goes_over_to_its_child() -> None:
    child = item(2, "300.00", customer_id=2)

    application = plan("300.00", [(child, "300.00")])

    given_, taken = application.new_items
    assert (given_.customer_id, str(given_.amount), taken.customer_id, str(taken.amount)) == (
        1,
        "300.00",
        2,
        "-300.00",
    )
    assert given_.valued_as == 900
    assert set(check_whole(application, 1, D("300.00"), [child]).values()) == {D(0)}


def test_a_childs_credit_note_helps_to_pay_the_parents_invoice() -> None:
    own, note = item(1, "300.00"), item(2, "-100.00", customer_id=2)

    application = plan("200.00", [(own, "300.00"), (note, "-100.00")])

    assert set(check_whole(application, 1, D("200.00"), [own, note]).values()) == {D(0)}


def test_what_is_left_goes_over_to_whose_it_is() -> None:
    invoice = item(1, "300.00", customer_id=2)

    application = plan("350.00", [(invoice, "300.00")], payer=99, keep_for=2)

    left = check_whole(application, 99, D("350.00"), [invoice])
    assert left.pop(application.rest_item_id or 0) == D("-50.00")
    assert set(left.values()) == {D(0)}


def test_a_deduction_writes_nothing_and_is_handed_on() -> None:
    invoice = item(1, "1000.00")
    deduction = off(invoice, "150.00", "DEDUCTION", "QUALITY")

    application = plan("850.00", [(invoice, "850.00")], [deduction])

    assert application.new_items == ()
    assert application.deductions == (deduction,)
    assert left_open(application, D("850.00"), [invoice])[1] == D("150.00")


INVOICE, NOTE = item(1, "100.00"), item(2, "-40.00")
DOLLARS = item(3, "100.00", currency="USD")


@pytest.mark.parametrize(
    ("parts", "differences", "says"),
    [
        ([], [], "at least one item"),
        ([(INVOICE, "100.01")], [], "cannot be cleared"),
        ([(INVOICE, "100.00")], [off(INVOICE, "0.01")], "cannot be cleared"),
        ([(INVOICE, "99.00")], [off(INVOICE, "1.01", "DEDUCTION")], "cannot be cleared"),
        ([(INVOICE, "99.00")], [off(INVOICE, "-1.00", "DEDUCTION")], "cannot be cleared"),
        ([(INVOICE, "70.00"), (NOTE, "40.00")], [], "cannot be cleared"),
        ([(INVOICE, "100.00"), (NOTE, "-40.01")], [], "cannot be cleared"),
        ([(INVOICE, "40.00"), (NOTE, "-40.00")], [], "takes some of the receipt"),
        ([(INVOICE, "-1.00")], [], "takes some of the receipt"),
        ([(DOLLARS, "10.00")], [], "is in USD"),
        ([(INVOICE, "60.00"), (INVOICE, "60.00")], [], "cannot be cleared"),
    ],
)
def test_what_does_not_fit_is_refused(
    parts: list[tuple[OpenItem, str]], differences: list[Difference], says: str
) -> None:
    with pytest.raises(CannotApply, match=says):
        plan("120.00", parts, differences)


def test_more_than_is_left_of_the_receipt_is_refused() -> None:
    with pytest.raises(CannotApply, match=r"100\.00 are to be applied, 99\.99 EUR are left"):
        plan("99.99", [(INVOICE, "100.00")])


def test_an_item_that_is_not_open_is_refused() -> None:
    with pytest.raises(CannotApply, match="Item 7 is not open any more"):
        plan_application(Payment(900, 1, "Z", "EUR", D(10)), [Applied(7, D(1))], (), {}, count(1), DAY)
    with pytest.raises(CannotApply, match="Item 7 is not open any more"):
        plan("10.00", [(INVOICE, "5.00")], [Difference(DifferenceKind.TOLERANCE, 7, D(1))])


def test_amounts_finer_than_the_currency_are_refused() -> None:
    with pytest.raises(Refusal, match="finer"):
        plan("120.00", [(INVOICE, "1.005")])


def test_moving_money_to_another_customer_leaves_nothing_behind() -> None:
    moved = plan_transfer(Payment(900, 1, "Z-1", "EUR", D("80.00")), 2, count(1000), DAY)

    left = check_whole(moved, 1, D("80.00"), [])
    assert left.pop(moved.rest_item_id or 0) == D("-80.00")
    assert set(left.values()) == {D(0)}


def test_moving_a_returned_payment_moves_what_it_owes() -> None:
    moved = plan_transfer(Payment(900, 1, "Z-1", "EUR", D("-80.00")), 2, count(1000), DAY)

    left = check_whole(moved, 1, D("-80.00"), [])
    assert left.pop(moved.rest_item_id or 0) == D("80.00")
    assert set(left.values()) == {D(0)}


@pytest.mark.parametrize(("came_back", "fee"), [("119.00", None), ("122.50", "3.50")])
def test_a_return_settles_the_payment_and_the_banks_fee(came_back: str, fee: str | None) -> None:
    returned, paid = Payment(901, 1, "R", "EUR", -D(came_back)), Payment(900, 1, "Z", "EUR", D("119.00"))

    application = plan_return(returned, paid, count(1000), DAY)

    [clearing] = application.clearings
    assert sum(pair.amount for pair in clearing.pairs) == D(came_back)
    assert [str(line.amount) for new in application.new_items for line in new.lines] == (
        [f"-{fee}", fee] if fee else []
    )
