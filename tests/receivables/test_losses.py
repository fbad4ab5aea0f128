"""Write-off, recovery, loss allowance, down payments and reconciliation: the parts always sum."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.receivables.rules.down_payments import BadDownPayment, plan_down_payment
from acquit.receivables.rules.expected_credit_loss import (
    BadLossRate,
    MatrixRow,
    closing_allowance,
    historical_loss_rates,
    loss_rates,
    provision_matrix,
    roll_rates,
)
from acquit.receivables.rules.provisioning import history_dates, segment_of
from acquit.receivables.rules.reconciliation import ReconcilingItem, reconcile
from acquit.receivables.rules.write_off import CannotWriteOff, WriteOff, plan_recovery, plan_write_off
from tests.shared_data import shared_data

D = Decimal
AMOUNTS = st.integers(1, 10**12).map(lambda cents: D(cents) / 100)
VAT = st.decimals(0, 27, places=1)
SHARES = st.decimals(min_value=0, max_value=1, places=4)


@given(gross=AMOUNTS, vat=VAT, allowance=st.integers(0, 10**12).map(D), relief=st.booleans())
def test_a_write_off_balances(gross: Decimal, vat: Decimal, allowance: Decimal, relief: bool) -> None:
    result = plan_write_off(gross, vat, allowance, "EUR", has_vat_relief=relief)

    assert (
        result.vat_recovered + result.allowance_used + result.bad_debt_expense == result.receivable == gross
    )
    assert 0 <= result.allowance_used <= allowance
    assert result.bad_debt_expense >= 0
    assert result.bad_debt_expense == 0 or result.allowance_used == allowance
    assert relief or result.vat_recovered == 0


def test_without_relief_the_tax_is_lost_too() -> None:
    assert plan_write_off(D("1190.00"), D(19), D("300.00"), "EUR", has_vat_relief=False) == WriteOff(
        D("1190.00"), D(0), D("300.00"), D("890.00")
    )


@given(received=AMOUNTS, vat=VAT, relieved=st.booleans())
def test_a_recovery_balances(received: Decimal, vat: Decimal, relieved: bool) -> None:
    result = plan_recovery(received, vat, "EUR", was_vat_relieved=relieved)

    assert result.output_vat + result.recovery_income == result.bank == received
    assert relieved or result.output_vat == 0


def test_what_is_no_loss_is_refused() -> None:
    for act in (
        lambda: plan_write_off(D(0), D(19), D(0), "EUR", has_vat_relief=True),
        lambda: plan_write_off(D(-5), D(19), D(0), "EUR", has_vat_relief=True),
        lambda: plan_write_off(D(5), D(19), D(-1), "EUR", has_vat_relief=True),
        lambda: plan_recovery(D(0), D(19), "EUR", was_vat_relieved=True),
    ):
        with pytest.raises(CannotWriteOff):
            act()


@given(rolls=st.lists(SHARES, max_size=6), lgd=SHARES, factor=st.decimals(D("0.5"), 2, places=2))
def test_loss_rates_never_fall_as_debts_grow_older(
    rolls: list[Decimal], lgd: Decimal, factor: Decimal
) -> None:
    rates = loss_rates(rolls, lgd, factor)

    assert len(rates) == len(rolls)
    assert list(rates) == sorted(rates)
    assert all(0 <= rate <= 100 for rate in rates)


@given(rows=st.lists(st.builds(MatrixRow, AMOUNTS, st.decimals(0, 100, places=2)), max_size=8))
def test_the_allowance_is_the_sum_of_its_rows(rows: list[MatrixRow]) -> None:
    result = provision_matrix(rows, "EUR")

    assert sum(result.by_row) == result.total
    for part, row in zip(result.by_row, rows, strict=True):
        assert abs(part * 100 - row.gross * row.loss_rate) <= D("0.5")


def test_the_worked_example_of_ifrs_9() -> None:
    cases = json.loads(shared_data("worked_examples/ifrs9_provision_matrix.json").read_text())
    for case in cases:
        rows = [
            MatrixRow(D(str(gross)), D(str(rate)))
            for gross, rate in zip(case["inputs"]["gross"], case["inputs"]["rate_pct"], strict=True)
        ]
        result = provision_matrix(rows, "EUR")
        assert [int(part) for part in result.by_row] == [
            int(D(str(part))) for part in case["expected"]["allowance"]
        ]
        assert result.total == D(str(case["expected"]["total"]))
    assert cases


def test_what_is_no_loss_rate_is_refused() -> None:
    for act in (
        lambda: provision_matrix([MatrixRow(D(1), D("100.01"))], "EUR"),
        lambda: provision_matrix([MatrixRow(D(1), D(-1))], "EUR"),
        lambda: loss_rates([D("1.1")], D(1), D(1)),
        lambda: loss_rates([D("0.5")], D(2), D(1)),
        lambda: loss_rates([D("0.5")], D(1), D(0)),
    ):
        with pytest.raises(BadLossRate):
            act()


def test_the_allowance_moves_by_charge_use_release_and_exchange() -> None:
    assert closing_allowance(D(100), D(30), D(20), D(5), D("-1.50")) == D("103.50")
    assert closing_allowance(D(100), D(0), D(0), D(0)) == D(100)


@given(net=AMOUNTS, vat=VAT, percent=st.decimals(D("0.01"), 100, places=2))
def test_nothing_of_a_down_payment_is_taxed_twice(net: Decimal, vat: Decimal, percent: Decimal) -> None:
    result = plan_down_payment(net, vat, percent, "EUR")

    assert result.down_payment_net + result.down_payment_vat == result.down_payment_gross
    assert net + result.final_vat == result.final_gross
    assert result.payable + result.down_payment_gross == result.final_gross
    if percent == 100:
        assert result.payable == 0


@pytest.mark.parametrize("percent", ["0", "-1", "100.01"])
def test_a_share_that_is_no_down_payment_is_refused(percent: str) -> None:
    with pytest.raises(BadDownPayment):
        plan_down_payment(D(100), D(19), D(percent), "EUR")


@given(
    amounts=st.lists(st.integers(-(10**9), 10**9).map(D), max_size=10),
    difference=st.integers(-(10**9), 10**9),
)
def test_explained_and_unexplained_sum_to_the_difference(amounts: list[Decimal], difference: int) -> None:
    items = [ReconcilingItem("late interface", amount) for amount in amounts]

    result = reconcile(D(difference), D(0), items)

    assert result.explained + result.unexplained == result.difference == difference
    assert result.is_reconciled == (sum(amounts) == difference)


def test_roll_rates_are_net_flows_over_the_months() -> None:
    history = [
        [D(1000), D(200), D(0), D(0), D(50)],
        [D(1200), D(300), D(100), D(0), D(50)],
        [D(900), D(240), D(150), D(25), D(50)],
    ]
    rolls = roll_rates(history)
    assert [(r.open_amount, r.rolled_amount, r.rate) for r in rolls] == [
        (D(2200), D(540), D("0.245455")),
        (D(500), D(250), D("0.500000")),
        (D(100), D(25), D("0.250000")),
        (D(0), D(100), None),
    ]
    assert historical_loss_rates(rolls, D("0.6"), D("1.1")) is None
    assert historical_loss_rates(rolls[:3], D("0.6"), D("1.1")) == (
        *(D("2.0250"), D("8.2500"), D("16.5000"), D("66.0000")),
    )


def test_no_history_gives_no_rate() -> None:
    assert roll_rates([]) == ()
    assert historical_loss_rates((), D(1), D(1)) is None
    assert [r.rate for r in roll_rates([[D(1), D(1)]])] == [None]


@given(
    months=st.lists(
        st.lists(st.integers(0, 10**9).map(lambda cents: D(cents) / 100), min_size=5, max_size=5), max_size=6
    )
)
def test_a_roll_rate_is_a_share(months: list[list[Decimal]]) -> None:
    for roll in roll_rates(months):
        assert roll.rate is None or 0 <= roll.rate <= 1
        assert (roll.rate is None) == (roll.open_amount == 0)


def test_history_is_looked_at_on_month_ends() -> None:
    assert history_dates(date(2026, 3, 31), 2) == (
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
    )
    assert history_dates(date(2026, 3, 30), 1) == (date(2026, 1, 31), date(2026, 2, 28))
    assert history_dates(date(2026, 1, 15), 0) == (date(2025, 12, 31),)


def test_nobody_is_abroad_where_a_country_is_not_known() -> None:
    assert [segment_of(*pair) for pair in (("DE", "DE"), ("", "DE"), ("FR", ""), ("", ""))] == ["HOME"] * 4
    assert segment_of("FR", "DE") == "ABROAD"
