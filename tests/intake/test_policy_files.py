"""A company's own tolerances, however it writes them, become its policy; what is not understood names its place."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from acquit.controls.models import PolicyVersion
from acquit.controls.operations import CannotApprove, store_policy, take_over_policy
from acquit.controls.queries import get_matching_policy
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.controls.rules.policy_reading import CannotReadPolicy, read_policy
from acquit.core.money import UnknownCurrency
from acquit.intake.rules.policy_files import (
    CannotReadPolicyFile,
    PolicyFile,
    load_policy,
    looks_like_policy,
    read_policy_file,
)
from tests.builders import SYSTEM, clerk, make_books

ALL = {
    "tolerance_amount": "5.00",
    "tolerance_percent": "0.5",
    "fee_tolerance_amount": "25.00",
    "discount_grace_days": "3",
}


def read(document: Any) -> PolicyFile:
    return read_policy_file(load_policy(json.dumps(document).encode(), "policy.json"), "policy.json")


@pytest.mark.parametrize(
    "document",
    [
        ALL,
        {"tolerance_abs": "5.00", "tolerance_pct": "0.5%", "fee_tolerance": "25.00", "discount_grace": 3},
        {
            "tolerances": {"absolute": "5.00", "percent": "0.5", "bank_fees": "25.00"},
            "discount": {"graceDays": 3},
            "version": 2,
            "description": "as agreed",
        },
        {
            "matching": {
                "tolerance": {"amount": "5.00", "percentage": "0.5"},
                "feeTolerance": {"amount": "25.00"},
            },
            "skonto": {"grace_days": 3},
        },
        {
            "abs_tolerance": "5.00",
            "rel_tolerance": "0.5",
            "bank_charges_tolerance": "25.00",
            "grace_days": 3,
        },
        {"tol_abs": "5.00", "tol_pct": "0.5", "fee_tol": "25.00", "grace_days": 3},
        {"abs_tol": "5.00", "pct_tol": "0.5", "tolFee": "25.00", "gracePeriodDays": 3},
        {
            "tolerances": [
                {"type": "absolute", "value": "5.00"},
                {"type": "percent", "value": "0.5"},
                {"type": "bank fee", "value": "25.00"},
            ],
            "discount": {"grace": {"value": 3, "unit": "days"}},
        },
        {
            "toleranz": {"betrag": "5.00", "prozent": "0.5 %"},
            "spesen_toleranz": "25.00",
            "skonto": {"karenz_tage": {"EUR": 3, "USD": 3}},
        },
    ],
)
def test_the_same_tolerances_are_read_from_many_spellings(document: dict[str, Any]) -> None:
    assert looks_like_policy(document)
    assert read(document) == PolicyFile(values=ALL)


@pytest.mark.parametrize(
    "tolerances",
    [
        {"EUR": {"absolute": 5, "fee": 25}, "USD": {"absolute": 6, "fee": 30}},
        {"absolute": {"EUR": 5, "USD": 6}, "fee": {"EUR": 25, "USD": 30}},
        [{"currency": "EUR", "amount": 5, "fee": 25}, {"currency": "USD", "amount": 6, "fee": 30}],
        {"amount_eur": 5, "amount_usd": 6, "fee_eur": 25, "fee_usd": 30},
    ],
)
def test_amounts_by_currency_hold_for_receipts_in_it(tolerances: Any) -> None:
    found = read({"tolerances": tolerances, "valid_from": "2026-01-01"})

    assert found.valid_from == date(2026, 1, 1)
    assert found.by_currency == {
        "tolerance_amount": {"EUR": "5", "USD": "6"},
        "fee_tolerance_amount": {"EUR": "25", "USD": "30"},
    }
    policy = read_policy("MATCHING", found.body_over(DEFAULTS["MATCHING"], "USD"))
    amounts = [
        (str(one.tolerance_amount), str(one.fee_tolerance_amount))  # type: ignore[union-attr]
        for one in (policy, policy.in_currency("EUR"), policy.in_currency("GBP"))  # type: ignore[union-attr]
    ]
    assert amounts == [("6", "30"), ("5", "25"), ("6", "30")]


@pytest.mark.parametrize(
    "tolerances",
    [
        [
            {"currency": "EUR", "absolute": "5.00", "percent": "0.5"},
            {"currency": "USD", "absolute": "6.00", "percent": "1"},
        ],
        {"EUR": {"abs": "5.00", "pct": "0.5"}, "USD": {"abs": "6.00", "pct": "1"}},
        {"abs": {"EUR": "5.00", "USD": "6.00"}, "pct": {"EUR": "0.5", "USD": "1"}},
        {
            "a": {"currency": "EUR", "amount": "5.00", "percent": "0.5"},
            "b": {"currency": "USD", "amount": "6.00", "percent": "1"},
        },
    ],
)
def test_a_percent_by_currency_holds_for_receipts_in_it(tolerances: Any) -> None:
    named = (
        {"default": tolerances.pop("a"), "other": tolerances.pop("b")} if "a" in tolerances else tolerances
    )
    found = read({"tolerances": named})

    assert found.values == {}
    assert found.by_currency == {
        "tolerance_amount": {"EUR": "5.00", "USD": "6.00"},
        "tolerance_percent": {"EUR": "0.5", "USD": "1"},
    }
    policy = read_policy("MATCHING", found.body_over(DEFAULTS["MATCHING"], "USD"))
    held = [
        (str(one.tolerance_amount), str(one.tolerance_percent))  # type: ignore[union-attr]
        for one in (policy, policy.in_currency("EUR"), policy.in_currency("GBP"))  # type: ignore[union-attr]
    ]
    assert held == [("6.00", "1"), ("5.00", "0.5"), ("6.00", "1")]


def test_an_amount_may_name_its_currency_beside_it() -> None:
    found = read({"tolerance": {"abs": "5.00 EUR", "usd_abs": "USD 6"}, "fee_tolerance": "25.00"})

    assert found.by_currency == {"tolerance_amount": {"EUR": "5.00", "USD": "6"}}
    assert found.values == {"fee_tolerance_amount": "25.00"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"tolerance": 1e99999999999999999999999}', "is no JSON: a number that is none."),
        (b'{"tolerance": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001, "is no JSON"),
        (b'{"tolerance": "\xff"}', "is no JSON"),
        (b'{"tolerance": 5', "is no JSON in line 1"),
    ],
)
def test_a_broken_document_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(CannotReadPolicyFile) as refused:
        load_policy(content, "policy.json")
    assert said in refused.value.message


def test_a_document_nested_without_end_is_refused_too() -> None:
    deep: Any = {"amount": 5}
    for _ in range(400):
        deep = {"tolerance": deep}

    assert looks_like_policy(deep)
    with pytest.raises(CannotReadPolicyFile, match=r'is "\.\.\."; give a number'):
        read_policy_file(deep, "policy.json")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"tolerances": {"absolut_max_krummel": 1}}, "tolerances.absolut_max_krummel is unknown"),
        ({"tolerance_amout": 1}, "tolerance_amout is unknown. Meant tolerance_amount?"),
        ({"tolerance": "a little"}, 'tolerance is "a little"; give a number'),
        ({"tolerance": True}, "tolerance is true; give a number"),
        ({"tolerance": -1}, "tolerance is -1; give a number"),
        ({"tolerance": 5, "abs_tolerance": 6}, "abs_tolerance says 6, and 5 stands there"),
        ({"fee_tolerance_percent": 1}, "fee_tolerance_percent is a percent of bank fees"),
        (
            {"discount_grace_days": {"USD": 5, "EUR": 3}},
            "discount_grace_days is the same in all currencies, and the file says EUR 3, USD 5. Keep one.",
        ),
        ({"discount_grace_days": 2.5}, "discount_grace_days is 2.5; give whole days."),
        ({"tolerance_percent": 200}, "tolerance_percent = 200 is not between 0 and 100."),
        ({"tolerances": {"EUR": {"pct": 0.5}, "USD": {"pct": 101}}}, "tolerance_percents.USD = 101 is not"),
        ({"tolerance": "5.00 EUR USD"}, 'tolerance is "5.00 EUR USD"; give a number'),
        ({"tolerance": "5.00 ZZZ"}, 'tolerance is "5.00 ZZZ"; give a number'),
        ({"tolerance": ["5", "6"]}, "tolerance.[2] says 6, and 5 stands there"),
        ({"tolerance": "1e999999999"}, 'tolerance is "1e999999999"; give a number'),
        ({"tolerance": 5, "valid_from": "soon"}, "valid_from is 'soon'; give a day"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(document: dict[str, Any], said: str) -> None:
    with pytest.raises(CannotReadPolicyFile) as refused:
        read(document)
    assert said in refused.value.message
    assert refused.value.message.startswith("policy.json: ")


def test_other_documents_are_no_policies_and_broken_ones_say_where() -> None:
    assert not looks_like_policy({"name": "package", "dependencies": {"x": "1"}})
    assert not looks_like_policy([1, 2])
    with pytest.raises(CannotReadPolicyFile, match="is no JSON in line 2"):
        load_policy(b'{"tolerance":\n}', "policy.json")


def test_a_policy_of_amounts_by_currency_is_checked_too() -> None:
    body = dict(DEFAULTS["MATCHING"])
    with pytest.raises(CannotReadPolicy):
        read_policy("MATCHING", {**body, "tolerance_amounts": {"EUR": "-1"}})
    with pytest.raises(CannotReadPolicy):
        read_policy("MATCHING", {**body, "tolerance_amounts": ["EUR"]})
    with pytest.raises(UnknownCurrency):
        read_policy("MATCHING", {**body, "tolerance_amounts": {"eur": "1"}})


@pytest.mark.django_db
def test_a_taken_over_policy_is_a_version_once_and_gives_way_to_two_people() -> None:
    books = make_books()
    where: dict[str, Any] = {"company_id": books.company_id, "kind": "MATCHING"}
    body = read({"tolerance_percent": 2}).body_over(DEFAULTS["MATCHING"], "EUR")
    day = date(2026, 1, 1)

    first = take_over_policy(actor=SYSTEM, body=body, valid_from=day, **where)
    again = take_over_policy(actor=SYSTEM, body=body, valid_from=day, **where)

    assert first == again
    version, policy = get_matching_policy(company_id=books.company_id, on_date=day)
    assert (version.version_id, version.version, str(policy.tolerance_percent)) == (first, 1, "2")
    with pytest.raises(NotAllowed):
        take_over_policy(actor=clerk(books.company_id, Duty.INTAKE), body=body, valid_from=day, **where)
    one, other = (clerk(books.company_id, Duty.POLICY, user_id=n) for n in (7, 8))
    store_policy(actor=one, approver=other, body=DEFAULTS["MATCHING"], valid_from=day, **where)
    with pytest.raises(CannotApprove, match="kept by two people"):
        take_over_policy(actor=SYSTEM, body=body, valid_from=day, **where)
    assert PolicyVersion.objects.filter(**where).count() == 2
