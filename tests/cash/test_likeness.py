"""Likeness of references and names, the confidence of a match, and the dates of direct debits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.confidence import (
    BadEvidence,
    BadMatchPolicy,
    MatchAction,
    MatchPolicy,
    match_confidence,
)
from acquit.cash.rules.direct_debit import (
    BadDirectDebit,
    DirectDebitReturn,
    DirectDebitScheme,
    direct_debit_dates,
    plan_direct_debit_return,
)
from acquit.cash.rules.similarity import (
    is_similar_reference,
    payer_similarity,
    reference_distance,
    reference_similarity,
)
from acquit.core.names import normalise_name

D = Decimal
POLICY = MatchPolicy(D("0.60"), D("0.25"), D("0.15"), D("0.85"), D("0.40"))
SHARES = st.decimals(min_value=0, max_value=1, places=3)


def test_signs_and_case_do_not_part_references() -> None:
    assert reference_distance("inv 2026/000-123", "INV2026000123") == 0
    assert reference_similarity("inv 2026/000-123", "INV2026000123") == 1


def test_texts_without_letters_or_digits_are_like_nothing() -> None:
    assert reference_similarity("", "") == 0
    assert reference_similarity("--", "INV1") == 0
    assert not is_similar_reference("", "", D(0))
    assert payer_similarity("", "") == 0


@given(one=st.text("AB12-", max_size=12), other=st.text("AB12-", max_size=12))
def test_likeness_is_a_share_and_mutual(one: str, other: str) -> None:
    assert 0 <= reference_similarity(one, other) == reference_similarity(other, one) <= 1


def test_a_threshold_is_checked_before_rounding() -> None:
    one = "A" * 2499
    other = "A" * 2299 + "B" * 200  # 2299/2499 = 0.91996..., printed 0.9200
    assert reference_similarity(one, other) == D("0.9200")
    assert not is_similar_reference(one, other, D("0.92"))
    assert is_similar_reference("AB", "AC", D("0.5"))
    assert is_similar_reference("INV2026000123", "INV202600123", D("0.92"))
    assert not is_similar_reference("INV2026000123", "INV2026000132", D("0.92"))


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Müller & Söhne GmbH", "mueller soehne"),
        ("MUELLER SOEHNE G.m.b.H.", "mueller soehne"),
        ("Bäckerei Groß GmbH & Co. KG", "baeckerei gross"),
        ("Ærø Møbler A/S", "aeroe moebler"),
        ("Café Crème S.A.R.L.", "cafe creme"),
        ("Łódź Handel Sp. z o.o.", "lodz handel"),
        ("Talleres Peña, S.L.", "talleres pena"),
        ("Rossi S.p.A.", "rossi"),
        ("AG", "ag"),
        ("Mu\u0308ller", "mueller"),
        ("…", ""),
    ],
)
def test_names_are_brought_to_what_people_mean(name: str, plain: str) -> None:
    assert normalise_name(name) == plain


def test_payers_are_alike_whatever_the_order_and_form() -> None:
    assert payer_similarity("Müller, Hans", "Hans Mueller GmbH") == 1
    assert payer_similarity("Northwind Traders Ltd.", "NORTHWIND TRADERS") == 1
    assert payer_similarity("Northwind Traders", "Nortwind Traders") > D("0.9")
    assert payer_similarity("Northwind Traders", "Alpine Ski House") < D("0.4")


def test_the_parts_of_a_confidence_are_shown() -> None:
    result = match_confidence(D("0.9231"), D(1), D(0), POLICY)

    assert (result.reference_part, result.amount_part, result.payer_part) == (D("0.55386"), D("0.25"), 0)
    assert result.score == D("0.80")
    assert result.action is MatchAction.PROPOSE


def test_a_score_is_judged_before_it_is_rounded() -> None:
    result = match_confidence(D("0.999"), D(1), D(0), POLICY)  # 0.8494, printed 0.85

    assert result.score == D("0.85")
    assert result.action is MatchAction.PROPOSE


@given(one=SHARES, two=SHARES, three=SHARES, more=SHARES)
def test_more_evidence_never_lowers_the_score(
    one: Decimal, two: Decimal, three: Decimal, more: Decimal
) -> None:
    low = match_confidence(one, two, three, POLICY)
    high = match_confidence(max(one, more), two, three, POLICY)

    assert 0 <= low.score <= high.score <= 1
    ranks = list(reversed(MatchAction))
    assert ranks.index(low.action) <= ranks.index(high.action)


def test_what_is_no_evidence_or_policy_is_refused() -> None:
    for evidence in ((D("1.1"), D(0), D(0)), (D(0), D("-0.1"), D(0)), (D(0), D(0), D(2))):
        with pytest.raises(BadEvidence):
            match_confidence(*evidence, POLICY)
    for values in (
        {"payer_weight": D("0.16")},
        {"reference_weight": D("-0.60"), "amount_weight": D("1.45")},
        {"auto_threshold": D("0.30")},
        {"auto_threshold": D("1.01")},
        {"propose_threshold": D(0)},
    ):
        with pytest.raises(BadMatchPolicy):
            replace(POLICY, **values)


CORE = DirectDebitScheme(14, 56, 13, 36)


@given(day=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_direct_debit_periods_are_counted_from_the_collection(day: date) -> None:
    dates = direct_debit_dates(day, CORE)

    assert dates.notify_by == day - timedelta(14)
    assert dates.refundable_until == day + timedelta(56)
    assert dates.unauthorised_until is not None
    assert dates.refundable_until < dates.unauthorised_until < dates.mandate_valid_until


def test_a_business_debit_has_no_refund() -> None:
    dates = direct_debit_dates(date(2026, 3, 2), DirectDebitScheme(14, None, None, 36))
    assert (dates.refundable_until, dates.unauthorised_until) == (None, None)
    assert dates.mandate_valid_until == date(2029, 3, 2)


def test_a_return_costs_its_fee() -> None:
    assert plan_direct_debit_return(D("89.90"), D(0)) == DirectDebitReturn(D("89.90"), D(0), D("89.90"))
    for act in (
        lambda: plan_direct_debit_return(D(0), D(0)),
        lambda: plan_direct_debit_return(D(1), D(-1)),
        lambda: DirectDebitScheme(-1, 56, 13, 36),
    ):
        with pytest.raises(BadDirectDebit):
            act()
