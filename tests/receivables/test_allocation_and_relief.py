"""What a payment pays first, and when the tax of a lost claim comes back: dated law of each country."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.receivables.rules.allocation import (
    AGREED,
    RULES,
    Allocated,
    CannotAllocate,
    Debt,
    Part,
    find_rule,
    plan_allocation,
)
from acquit.receivables.rules.vat_relief import RULES as RELIEF_RULES
from acquit.receivables.rules.vat_relief import ReliefFacts, decide_relief

D = Decimal
DAY = date(2026, 6, 1)
AMOUNTS = st.integers(0, 10**6).map(lambda cents: D(cents) / 100)
DEBTS = st.lists(
    st.builds(
        Debt,
        st.integers(1, 30),
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        AMOUNTS,
        AMOUNTS,
        AMOUNTS,
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=6,
    unique_by=lambda debt: debt.item_id,
)


def test_costs_then_interest_then_principal() -> None:
    debt = Debt(1, date(2026, 1, 1), D("1000.00"), D("126.62"), D("40.00"))
    paid, left = plan_allocation(D("500.00"), [debt], find_rule("DE", DAY), DAY, "EUR")
    assert paid == (
        Allocated(1, Part.COSTS, D("40.00")),
        Allocated(1, Part.INTEREST, D("126.62")),
        Allocated(1, Part.PRINCIPAL, D("333.38")),
    )
    assert left == 0
    loan = find_rule("DE", DAY, is_consumer_loan=True)
    paid, _ = plan_allocation(D("500.00"), [debt], loan, DAY, "EUR")
    assert [(p.part, p.amount) for p in paid] == [(Part.COSTS, D("40.00")), (Part.PRINCIPAL, D("460.00"))]


def test_due_before_not_due_then_the_least_secured_and_the_debtors_word_first() -> None:
    debts = [
        Debt(1, date(2026, 7, 1), D("100.00")),
        Debt(2, date(2026, 2, 1), D("100.00"), security_rank=1),
        Debt(3, date(2026, 3, 1), D("100.00")),
    ]
    rule = find_rule("DE", DAY)
    assert [p.item_id for p in plan_allocation(D(300), debts, rule, DAY, "EUR")[0]] == [3, 2, 1]
    named = plan_allocation(D(150), debts, rule, DAY, "EUR", designated=[1])[0]
    assert [(p.item_id, p.amount) for p in named] == [(1, D("100.00")), (3, D("50.00"))]


def test_debts_that_nothing_tells_apart_share() -> None:
    debts = [Debt(n, date(2026, 1, 1), D("10.00")) for n in (1, 2, 3)]
    paid, _ = plan_allocation(D("10.00"), debts, find_rule("ES", DAY), DAY, "EUR")
    assert [p.amount for p in paid] == [D("3.34"), D("3.33"), D("3.33")]


@given(payment=AMOUNTS, debts=DEBTS, rule=st.sampled_from([*RULES, AGREED]))
def test_nothing_is_lost_and_nothing_overpaid(payment: Decimal, debts: list[Debt], rule: object) -> None:
    paid, left = plan_allocation(payment, debts, rule, DAY, "EUR")  # type: ignore[arg-type]
    assert sum(p.amount for p in paid) + left == payment
    for debt in debts:
        for part in Part:
            found = sum(p.amount for p in paid if (p.item_id, p.part) == (debt.item_id, part))
            assert 0 <= found <= debt.open_part(part)
    if left:
        assert sum(p.amount for p in paid) == sum(d.open_part(part) for d in debts for part in Part)


def test_what_cannot_be_allocated_is_refused() -> None:
    debt = Debt(1, DAY, D(1))
    for act in (
        lambda: plan_allocation(D(-1), [debt], AGREED, DAY, "EUR"),
        lambda: plan_allocation(D(1), [debt, debt], AGREED, DAY, "EUR"),
        lambda: plan_allocation(D(1), [debt], AGREED, DAY, "EUR", designated=[2]),
        lambda: plan_allocation(D(1), [debt], AGREED, DAY, "EUR", designated=[1, 1]),
        lambda: plan_allocation(D(1), [Debt(1, DAY, D(-1))], AGREED, DAY, "EUR"),
    ):
        with pytest.raises(CannotAllocate):
            act()


@pytest.mark.parametrize(
    ("country", "on_date", "said", "missing"),
    [
        ("DE", DAY, {}, ("UNCOLLECTIBLE",)),
        ("DE", DAY, {"is_insolvent": True}, ()),
        ("PL", date(2026, 5, 1), {}, ()),
        ("PL", date(2026, 4, 30), {}, ("DAYS_PAST_DUE",)),
        (
            "PL",
            date(2018, 12, 31),
            {"due_date": date(2018, 9, 1), "supply_date": date(2018, 8, 1)},
            ("DAYS_PAST_DUE",),
        ),
        ("PL", date(2019, 1, 1), {"due_date": date(2018, 9, 1), "supply_date": date(2018, 8, 1)}, ()),
        ("ES", date(2026, 7, 1), {"is_claimed": True, "is_small_business": True}, ()),
        ("ES", date(2026, 6, 30), {"is_claimed": True, "is_small_business": True}, ("MONTHS_SINCE_SUPPLY",)),
        ("ES", date(2026, 12, 31), {"is_claimed": True}, ("MONTHS_SINCE_SUPPLY",)),
        ("ES", date(2027, 1, 1), {"is_claimed": True}, ()),
        ("ES", date(2027, 7, 1), {"is_claimed": True, "is_small_business": True}, ()),
        ("ES", date(2027, 7, 2), {"is_claimed": True}, ("TIME_LIMIT",)),
        ("ES", date(2027, 1, 1), {}, ("CLAIM",)),
        ("IT", DAY, {}, ("INSOLVENCY",)),
        ("IT", DAY, {"is_insolvent": True, "insolvent_since": date(2021, 5, 26)}, ()),
        ("IT", DAY, {"is_insolvent": True, "insolvent_since": date(2021, 5, 25)}, ("INSOLVENCY_DATE",)),
        ("IT", DAY, {"is_insolvent": True}, ("INSOLVENCY_DATE",)),
        ("IT", date(2021, 5, 25), {"is_insolvent": True}, ("NO_RULE",)),
        ("SE", DAY, {"is_insolvent": True, "is_uncollectible": True}, ("NO_RULE",)),
    ],
)
def test_relief_needs_every_condition_of_the_day(
    country: str, on_date: date, said: dict[str, object], missing: tuple[str, ...]
) -> None:
    facts = {"due_date": date(2026, 1, 31), "supply_date": date(2026, 1, 1), **said}
    relief = decide_relief(country, ReliefFacts(**facts), on_date)  # type: ignore[arg-type]
    assert (relief.is_granted, relief.missing) == (not missing, missing)


@pytest.mark.parametrize("rules", [RULES, RELIEF_RULES])
def test_every_law_says_where_it_is_from_and_what_it_was_compared_with(rules: tuple[Any, ...]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "law.md").read_text(encoding="utf-8")
    for rule in rules:
        assert rule.source
        assert rule.checked
        assert rule.open_points
        assert rule.valid_until is None or rule.valid_from < rule.valid_until
        days = (str(rule.valid_from), str(rule.valid_until or ""))
        row = " | ".join((rule.code, rule.source, *days, rule.checked, rule.open_points))
        assert f"| {row} |" in page


def test_no_two_laws_of_a_country_hold_on_one_day() -> None:
    for one, other in combinations([*RULES, *RELIEF_RULES], 2):
        if type(one) is not type(other) or one.country != other.country:
            continue
        if getattr(one, "is_for_consumer_loans", None) != getattr(other, "is_for_consumer_loans", None):
            continue
        assert (one.valid_until or date.max) <= other.valid_from or (
            other.valid_until or date.max
        ) <= one.valid_from
