"""Ageing: every item in one bucket, buckets sum to the total, credits shown apart; a real system's report again."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.receivables.rules.ageing import (
    AGEING_BUCKETS,
    AgeingItem,
    AgeingScheme,
    BadAgeingScheme,
    age_items,
    bucket_of,
    days_past_due,
)
from tests.shared_data import shared_data

D = Decimal
AS_OF = date(2026, 5, 31)
ITEMS = st.lists(
    st.builds(
        AgeingItem,
        amount=st.integers(-(10**9), 10**9).map(lambda cents: D(cents) / 100),
        due_date=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    ),
    max_size=40,
)
SCHEMES = st.lists(st.integers(1, 400), min_size=1, max_size=8, unique=True).map(
    lambda edges: AgeingScheme(tuple(sorted(edges)))
)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-400, "NOT_DUE"),
        (0, "NOT_DUE"),
        (1, "DAYS_1_30"),
        (30, "DAYS_1_30"),
        (31, "DAYS_31_60"),
        (60, "DAYS_31_60"),
        (61, "DAYS_61_90"),
        (90, "DAYS_61_90"),
        (91, "DAYS_91_PLUS"),
        (10_000, "DAYS_91_PLUS"),
    ],
)
def test_the_standard_buckets(days: int, bucket: str) -> None:
    assert bucket_of(days) == bucket
    assert bucket_of(days_past_due(AS_OF, AS_OF - timedelta(days))) == bucket


def test_bucket_codes_follow_from_the_edges() -> None:
    assert AGEING_BUCKETS == ("NOT_DUE", "DAYS_1_30", "DAYS_31_60", "DAYS_61_90", "DAYS_91_PLUS")
    assert AgeingScheme((7, 180)).codes == ("NOT_DUE", "DAYS_1_7", "DAYS_8_180", "DAYS_181_PLUS")


@given(items=ITEMS, scheme=SCHEMES)
def test_the_buckets_sum_to_the_total(items: list[AgeingItem], scheme: AgeingScheme) -> None:
    result = age_items(items, AS_OF, scheme)

    assert tuple(result.buckets) == tuple(result.credits) == scheme.codes
    assert sum(result.buckets.values()) == result.total == sum(item.amount for item in items)
    assert result.past_due_amount == sum(item.amount for item in items if item.due_date < AS_OF)
    assert sum(result.credits.values()) == sum(item.amount for item in items if item.amount < 0)
    for code in scheme.codes:
        inside = [i.amount for i in items if bucket_of(days_past_due(AS_OF, i.due_date), scheme) == code]
        assert result.buckets[code] == sum(inside)
    assert (result.past_due_percent is None) == (result.total == 0)


def test_a_credit_ages_by_its_own_due_date_and_is_shown_apart() -> None:
    items = [AgeingItem(D("100.00"), date(2026, 4, 1)), AgeingItem(D("-30.00"), date(2026, 5, 31))]

    result = age_items(items, AS_OF)

    assert result.buckets == {
        "NOT_DUE": D("-30.00"),
        "DAYS_1_30": 0,
        "DAYS_31_60": D("100.00"),
        "DAYS_61_90": 0,
        "DAYS_91_PLUS": 0,
    }
    assert result.credits["NOT_DUE"] == D("-30.00")
    assert result.past_due_percent == D("142.86")


def test_without_a_total_there_is_no_ratio() -> None:
    items = [AgeingItem(D(5), date(2026, 1, 1)), AgeingItem(D(-5), date(2026, 6, 1))]

    assert age_items(items, AS_OF).past_due_percent is None
    assert age_items([], AS_OF).past_due_percent is None


@pytest.mark.parametrize("edges", [(), (0, 30), (-1,), (30, 30), (60, 30)])
def test_edges_that_do_not_rise_are_refused(edges: tuple[int, ...]) -> None:
    with pytest.raises(BadAgeingScheme):
        AgeingScheme(edges)


def test_every_bucket_of_every_customer_of_a_real_report() -> None:
    folder = shared_data("ar_d365_demo_aging")
    items: defaultdict[str, list[AgeingItem]] = defaultdict(list)
    with (folder / "transactions.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            due = date.fromisoformat(row["Due date"])
            items[row["Customer account"]].append(AgeingItem(D(row["Balance"]), due))
            assert days_past_due(date(2026, 8, 3), due) == int(row["Days past due"])
    with (folder / "agedbalances.csv").open(encoding="utf-8-sig", newline="") as file:
        report = list(csv.DictReader(file))

    for row in report:
        aged = age_items(items.pop(row["Customer account"]), date.fromisoformat(row["As of date"]))
        columns = ("Current", "30 days", "60 days", "90 days", "180 and over")
        assert [aged.buckets[code] for code in AGEING_BUCKETS] == [D(row[column]) for column in columns]
        assert aged.total == D(row["Balance"])
    assert len(report) == 18
    assert items == {}
