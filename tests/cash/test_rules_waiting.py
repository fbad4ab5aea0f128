"""What waits: its order by money and age, its class, when it is escalated; what a customer is asked in words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.questions import (
    LANGUAGES,
    CannotAsk,
    PaymentFacts,
    QuestionKind,
    check_question,
    choose_kind,
    choose_language,
    write_question,
)
from acquit.cash.rules.waiting import (
    find_class,
    is_escalated,
    is_to_return,
    list_bucket_ends,
    read_score,
    spread,
)
from acquit.controls.rules.policies import RefundPolicy, UnappliedPolicy
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.controls.rules.policy_reading import CannotReadPolicy, read_policy

D = Decimal
TODAY = date(2026, 11, 30)


def policy() -> UnappliedPolicy:
    read = read_policy("UNAPPLIED", DEFAULTS["UNAPPLIED"])
    assert isinstance(read, UnappliedPolicy)
    return read


@pytest.mark.django_db
def test_thirty_days_weigh_as_much_as_twice_the_money() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT receipt_weight(1000, DATE '2026-10-31'), receipt_weight(-2000, DATE '2026-11-30'),"
            " receipt_weight(0, DATE '2026-11-30')"
        )
        old, large, nothing = cursor.fetchone()

    assert old == large
    assert nothing < large
    score = read_score(large, TODAY, TODAY)
    assert (score.money, score.age) == (D("109.7"), D("0.0"))
    aged = read_score(old, date(2026, 10, 31), TODAY)
    assert (aged.money, aged.age, aged.total) == (D("99.7"), D("10.0"), D("109.7"))


@given(st.integers(0, 4000), st.decimals(-50, 50, places=3))
def test_the_points_of_a_receipt_rise_by_one_in_three_days(days: int, weight: Decimal) -> None:
    value_date = TODAY - timedelta(days=days)
    now, later = (read_score(weight, value_date, TODAY + timedelta(days=d)) for d in (0, 3))

    assert later.money == now.money
    assert later.age - now.age == 1


def test_each_state_that_stands_unapplied_has_a_class() -> None:
    assert find_class("ON_ACCOUNT", "") == "ON_ACCOUNT"
    assert find_class("ON_ACCOUNT", "PREPAYMENT") == "PREPAYMENT"
    assert find_class("UNIDENTIFIED", "") == "UNIDENTIFIED"
    assert [find_class(state, "") for state in ("AUTO", "CONFIRMED", "IGNORED")] == [None, None, None]


def test_money_escalates_after_thirty_days_and_nobodys_goes_back_after_ninety() -> None:
    rules = policy()
    days = [(TODAY - timedelta(days=n)) for n in (30, 31, 90, 91)]

    assert [is_escalated(day, TODAY, rules) for day in days] == [False, True, True, True]
    refunds = read_policy("REFUND", DEFAULTS["REFUND"])
    assert isinstance(refunds, RefundPolicy)
    assert [is_to_return("UNIDENTIFIED", day, TODAY, refunds) for day in days] == [False, False, False, True]
    assert not is_to_return("ON_ACCOUNT", days[-1], TODAY, refunds)


def test_money_is_spread_over_the_buckets_of_its_age() -> None:
    ends = list_bucket_ends(policy())

    assert ends == [7, 30, 60, 90]
    aged = [(0, D(1)), (7, D(2)), (8, D(4)), (90, D(8)), (91, D(16)), (4000, D(32))]
    assert spread(ends, aged) == [D(3), D(4), D(0), D(8), D(48)]


@pytest.mark.parametrize("ends", [[], ["7", "7"], ["30", "7"], ["x"], ["1"] * 9])
def test_buckets_that_do_not_rise_are_refused(ends: list[str]) -> None:
    with pytest.raises(CannotReadPolicy):
        read_policy("UNAPPLIED", {**DEFAULTS["UNAPPLIED"], "bucket_days": ends})


FACTS = PaymentFacts(
    D("48316.4"), "EUR", date(2026, 11, 18), "RE 10442", ("2026-10442", "2026-10467"), D("1240")
)


def test_a_question_is_written_as_its_language_writes() -> None:
    german = write_question(QuestionKind.WHY_SHORT, FACTS, "de")

    assert german.subject == "Ihre Zahlung über 48.316,40 EUR vom 18.11.2026"
    assert "Für 2026-10442, 2026-10467 fehlen 1.240,00 EUR. Wofür haben Sie gekürzt?" in german.body
    assert "Ihr Verwendungszweck: RE 10442" in german.body
    english = write_question(QuestionKind.TOO_MUCH, FACTS, "en")
    assert "It is 1,240.00 EUR more than is open for 2026-10442, 2026-10467." in english.body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", QuestionKind)
def test_every_question_is_written_in_every_language(language: str, kind: QuestionKind) -> None:
    letter = write_question(kind, FACTS._replace(text=""), language)

    assert letter.language == language
    assert "{" not in letter.subject + letter.body
    check_question(letter.subject, letter.body, asked_date=TODAY, waits_until=TODAY + timedelta(days=7))


def test_the_language_is_the_customers_then_the_countrys_then_ours() -> None:
    assert choose_language("fr-CH", "DE", company_country="DE") == "fr"
    assert choose_language("", "AT", company_country="GB") == "de"
    assert choose_language("xx", "GB", company_country="DE") == "de"
    assert choose_language("", "", company_country="") == "en"
    assert write_question(QuestionKind.WHICH_ITEMS, FACTS, "pl").language == "en"


def test_what_is_asked_follows_from_why_a_person_was() -> None:
    assert [choose_kind(why) for why in ("DEDUCTION", "OVERPAID", "NOTHING_FITS")] == [
        QuestionKind.WHY_SHORT,
        QuestionKind.TOO_MUCH,
        QuestionKind.WHICH_ITEMS,
    ]


@pytest.mark.parametrize(
    ("subject", "body", "days"),
    [(" ", "b", 7), ("s", "", 7), ("s", "b", 0), ("s", "b", 366), ("s" * 201, "b", 7)],
)
def test_a_question_that_asks_nothing_or_waits_for_no_day_is_refused(
    subject: str, body: str, days: int
) -> None:
    with pytest.raises(CannotAsk):
        check_question(subject, body, asked_date=TODAY, waits_until=TODAY + timedelta(days=days))
