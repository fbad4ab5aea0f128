"""Each payment shows habits kept and broken; believed ones rank what fits equally well, and post nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from acquit.cash.rules.habits import (
    KnownHabit,
    PaidAs,
    Shown,
    count_agreement,
    list_believed_habits,
    read_habits,
)
from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind, OpenItem
from tests.cash.facts import DAY, IBAN, INVOICED, POLICY, book, item, match, policy, receipt

D = Decimal


def show(
    paid: list[OpenItem], owed: list[OpenItem], *differences: Difference, rule: str = "", cash: str = ""
) -> Shown:
    applied = [Applied(one.id, D(cash) if cash else one.open_amount) for one in paid]
    told = PaidAs(rule, DAY, applied, differences)
    return read_habits(told, {one.id: one for one in paid}, owed, POLICY)


def aged(item_id: int, days: int) -> OpenItem:
    """Make an invoice of 100.00 due so many days before the payment."""
    return item(item_id, "100.00", due_date=DAY - timedelta(days=days))


OLD, MIDDLE, YOUNG, NOT_DUE = aged(1, 30), aged(2, 20), aged(3, 10), aged(4, -10)


@pytest.mark.parametrize(
    ("paid", "kept", "broken"),
    [
        ([OLD], {"OLDEST_FIRST"}, {"PAYS_ALL_DUE", "PAYS_STATEMENT"}),
        ([MIDDLE], set(), {"OLDEST_FIRST", "PAYS_ALL_DUE", "PAYS_STATEMENT"}),
        ([OLD, MIDDLE, YOUNG], {"OLDEST_FIRST", "PAYS_ALL_DUE"}, {"PAYS_STATEMENT"}),
        ([OLD, MIDDLE, YOUNG, NOT_DUE], {"PAYS_STATEMENT"}, {"PAYS_ALL_DUE"}),
    ],
)
def test_the_choice_among_open_items_shows_habits(
    paid: list[OpenItem], kept: set[str], broken: set[str]
) -> None:
    shown = show(paid, [OLD, MIDDLE, YOUNG, NOT_DUE])
    assert (set(shown.kept), set(shown.broken)) == (kept, broken)


def test_one_open_item_is_no_choice() -> None:
    assert show([OLD], [OLD]) == Shown()


def test_what_came_after_the_money_was_no_choice_either() -> None:
    later = item(9, "50.00", invoiced=DAY + timedelta(days=1))
    assert show([OLD], [OLD, later]) == Shown()


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("DOCUMENT_NUMBER", Shown(("NAMES_DOCUMENTS",), ())),
        ("ADVICE", Shown(("NAMES_DOCUMENTS",), ())),
        ("SINGLE_AMOUNT", Shown((), ("NAMES_DOCUMENTS",))),
        ("COLLECTION", Shown()),
        ("", Shown()),
    ],
)
def test_the_rule_shows_whether_documents_are_named(rule: str, shown: Shown) -> None:
    assert show([OLD], [OLD], rule=rule) == shown


def test_discounts_and_charges_taken_and_left_are_told_apart() -> None:
    offered = item(5, "100.00", payment_terms="2/30 net 60", invoiced=INVOICED)
    discount = Difference(DifferenceKind.DISCOUNT, 5, D("2.00"))
    late = Difference(DifferenceKind.DEDUCTION, 5, D("2.00"), "UNEARNED_DISCOUNT")
    fee = Difference(DifferenceKind.BANK_FEE, 5, D("7.00"))
    assert show([offered], [offered], discount).kept == ("TAKES_DISCOUNT",)
    assert show([offered], [offered], late).kept == ("TAKES_DISCOUNT",)
    assert show([offered], [offered]).broken == ("TAKES_DISCOUNT",)
    assert show([item(6, "100.00")], [], fee) == Shown(("DEDUCTS_FEE",), ())


@pytest.mark.parametrize(
    ("cash", "shown"),
    [
        ("500.00", Shown(("PAYS_PART_ROUND",), ())),
        ("512.30", Shown((), ("PAYS_PART_ROUND",))),
        ("950.00", Shown((), ("PAYS_PART_ROUND",))),
        ("999.00", Shown((), ("PAYS_PART_ROUND",))),
        ("1000.00", Shown()),
    ],
)
def test_a_part_payment_is_round_by_policys_amount(cash: str, shown: Shown) -> None:
    owed = item(7, "1000.00")
    assert show([owed], [owed], cash=cash) == shown


def test_a_habit_is_believed_by_count_and_share() -> None:
    known = [
        KnownHabit("OLDEST_FIRST", 3, 1),
        KnownHabit("PAYS_ALL_DUE", 3, 2),
        KnownHabit("TAKES_DISCOUNT", 2, 0),
    ]
    assert list_believed_habits(known, POLICY) == (known[0],)
    assert list_believed_habits(known, policy(habit_count_from=0)) == ()
    assert count_agreement(Shown(("OLDEST_FIRST",), ()), known[:1]) == 1
    assert count_agreement(Shown((), ("OLDEST_FIRST",)), known[:1]) == -1


def test_a_habit_ranks_what_fits_equally_well_names_itself_and_posts_nothing() -> None:
    """100.00 is the old item or the two young ones: who pays the oldest first means it; else the fewest items."""
    items = [
        aged(1, 5),
        item(2, "60.00", due_date=DAY - timedelta(days=40)),
        item(3, "40.00", due_date=DAY - timedelta(days=39)),
    ]
    paid = receipt("100.00", "DANKE", iban=IBAN)
    plain = book(*items)
    before = match(paid, plain)
    learned = book(*items)
    learned.learn_habits({1: [KnownHabit("OLDEST_FIRST", 7, 1)]})
    after = match(paid, learned)

    assert [part.item_id for part in before.applied] == [1]
    assert [part.item_id for part in after.applied] == [2, 3]
    assert {before.state, after.state} == {"PROPOSED"}
    assert {before.asked_because, after.asked_because} == {"TWO_SOLUTIONS"}
    assert before.score == after.score
    assert "habit" not in {part.name for part in before.parts}
    [part] = [part for part in after.parts if part.name == "habit"]
    assert (part.fact, part.facts, part.points) == ("OLDEST_FIRST", ("7", "1"), 0)


def test_what_a_payment_of_the_run_shows_counts_for_the_next() -> None:
    kept, broken = Shown(("OLDEST_FIRST",), ()), Shown((), ("OLDEST_FIRST",))
    books = book(item(1, "10.00"))
    for _ in range(3):
        books.count_habits(1, kept)

    assert books.believed_habits_of(1, POLICY) == (KnownHabit("OLDEST_FIRST", 3, 0),)
    books.count_habits(1, broken)
    books.count_habits(1, broken)
    assert books.believed_habits_of(1, POLICY) == ()
    assert books.believed_habits_of(2, POLICY) == ()
