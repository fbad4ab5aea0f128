"""A policy that cannot work is refused when it is stored, with the value that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from acquit.controls.models import PolicyVersion
from acquit.controls.operations import store_policy
from acquit.controls.queries import get_matching_policy
from acquit.controls.rules.duties import Duty
from acquit.controls.rules.policies import MatchingPolicy
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.controls.rules.policy_reading import CannotReadPolicy, read_policy
from tests.builders import clerk, make_books

MATCHING, WORKLIST = DEFAULTS["MATCHING"], DEFAULTS["WORKLIST"]


def test_the_shipped_policies_can_be_read_and_stored_as_json() -> None:
    for kind, body in DEFAULTS.items():
        assert read_policy(kind, json.loads(json.dumps(body))) == read_policy(kind, body)


def changed(body: Any, **changes: Any) -> dict[str, Any]:
    return {**body, **changes}


@pytest.mark.parametrize(
    ("kind", "body", "param", "says"),
    [
        ("MATCHING", changed(MATCHING, reference_weight="0.70"), "reference_weight", "sum to 1.10, not to 1"),
        (
            "MATCHING",
            changed(MATCHING, auto_from="1.01"),
            "auto_from",
            "propose_from 0.40 and auto_from 1.01",
        ),
        ("MATCHING", changed(MATCHING, propose_from="0.90"), "auto_from", "proposing no higher"),
        ("MATCHING", changed(MATCHING, propose_from="0"), "auto_from", "above 0"),
        ("MATCHING", changed(MATCHING, similarity_from="1.1"), "similarity_from", "not between 0 and 1"),
        (
            "MATCHING",
            changed(MATCHING, subset_items_at_most=41),
            "subset_items_at_most",
            "not between 1 and 40",
        ),
        ("MATCHING", changed(MATCHING, subset_items_at_most=2.5), "subset_items_at_most", "no whole number"),
        ("MATCHING", changed(MATCHING, tolerance_amount="-1"), "tolerance_amount", "below zero"),
        ("MATCHING", changed(MATCHING, tolerance_amount="NaN"), "tolerance_amount", "not finite"),
        ("MATCHING", changed(MATCHING, tolerance_amount="1e40"), "tolerance_amount", "too large"),
        ("MATCHING", changed(MATCHING, tolerance_amount="five"), "tolerance_amount", "no number"),
        ("MATCHING", changed(MATCHING, tolerance_amount=True), "tolerance_amount", "no number"),
        ("MATCHING", changed(MATCHING, own_money_words="ZINSEN"), "own_money_words", "list of words"),
        ("MATCHING", changed(MATCHING, own_money_words=[" "]), "own_money_words", "list of words"),
        ("MATCHING", changed(MATCHING, deduction_words=["BRUCH"]), "deduction_words", "for each code"),
        ("MATCHING", changed(MATCHING, deduction_words={"QUALITY": 7}), "deduction_words.QUALITY", "words"),
        ("MATCHING", changed(MATCHING, no_such=1), "no_such", "unknown"),
        ("MATCHING", {k: v for k, v in MATCHING.items() if k != "auto_from"}, "auto_from", "missing"),
        ("WORKLIST", changed(WORKLIST, disputed_factor="1.5"), "disputed_factor", "not between 0 and 1"),
        ("WORKLIST", changed(WORKLIST, age_cap_days=0), "age_cap_days", "above zero"),
        ("NOTHING", {}, "kind", "There is no policy 'NOTHING'"),
    ],
)
def test_a_policy_that_cannot_work_is_refused(kind: str, body: dict[str, Any], param: str, says: str) -> None:
    with pytest.raises(CannotReadPolicy, match=says) as refusal:
        read_policy(kind, body)

    assert refusal.value.param == param


@pytest.mark.django_db
def test_a_refused_policy_is_not_stored_and_a_good_one_holds_from_its_day() -> None:
    books = make_books()
    maker = clerk(books.company_id, Duty.POLICY, user_id=1)
    approver = clerk(books.company_id, Duty.POLICY, user_id=2)

    def store(day: date, **changes: Any) -> Callable[[], int]:
        return lambda: store_policy(
            actor=maker,
            approver=approver,
            company_id=books.company_id,
            kind="MATCHING",
            body={**MATCHING, **changes},
            valid_from=day,
        )

    with pytest.raises(CannotReadPolicy):
        store(date(2026, 1, 1), payer_weight="0.20")()
    assert PolicyVersion.objects.count() == 0

    store(date(2026, 5, 1), tolerance_amount="2.00")()

    def tolerance(day: date) -> tuple[int, Decimal]:
        version, policy = get_matching_policy(company_id=books.company_id, on_date=day)
        assert isinstance(policy, MatchingPolicy)
        return version.version, policy.tolerance_amount

    assert tolerance(date(2026, 4, 30)) == (0, Decimal("5.00"))
    assert tolerance(date(2026, 5, 1)) == (1, Decimal("2.00"))
