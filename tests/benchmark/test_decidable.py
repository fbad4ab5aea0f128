"""What the truth claims can be placed is placed here again from the files alone, by brute force."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from acquit.benchmark.people import to_capitals, without_form
from acquit.formats.statements import StatementLine
from tests.benchmark.conftest import MadeCompany

ZERO = Decimal(0)
MOST = 15


@dataclass
class Seen:
    """A document as the files show it on some day."""

    number: str
    customer: str
    issued: str
    amount: Decimal


@dataclass
class Situation:
    """A line and what was seen open of its payer; `candidates` without what others paid on the same day."""

    truth: dict[str, Any]
    line: StatementLine
    candidates: list[Seen]
    every: list[Seen]


@pytest.fixture(scope="module")
def situations(company: MadeCompany) -> list[Situation]:
    with (company.folder / "customers.csv").open(encoding="utf-8", newline="") as lines:
        parents = {row["customer"]: row["parent"] for row in csv.DictReader(lines)}
    with (company.folder / "open_items.csv").open(encoding="utf-8", newline="") as lines:
        items = [
            Seen(row["document"], row["customer"], row["document_date"], Decimal(row["open_amount"]))
            for row in csv.DictReader(lines)
        ]
    by_number = {item.number: item for item in items}
    by_payer: dict[str, list[Seen]] = defaultdict(list)
    for item in items:
        by_payer[item.customer].append(item)
        if parents[item.customer]:
            by_payer[parents[item.customer]].append(item)
    booked = {
        (statement.account.removesuffix("EUR"), line.bank_reference): line
        for name, statements in company.statements.items()
        if "_first." not in name
        for statement in statements
        if statement.is_booked
        for line in statement.lines
    }
    found = []
    by_day: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for truth in company.truth:
        by_day[truth["booking_date"]].append(truth)
    for day in sorted(by_day):
        paid_today = Counter(one["document"] for truth in by_day[day] for one in truth["applied"])
        for truth in by_day[day]:
            own = {one["document"] for one in truth["applied"]}
            every = [
                Seen(item.number, item.customer, item.issued, item.amount)
                for item in by_payer[truth["paid_by"]]
                if item.issued <= day and item.amount
            ]
            candidates = [item for item in every if item.number in own or not paid_today[item.number]]
            line = booked[truth["account"], truth["bank_reference"]]
            found.append(Situation(truth, line, candidates, every))
        for truth in by_day[day]:
            if truth["decidable"]:
                for one in [*truth["applied"], *truth["differences"]]:
                    if one.get("kind") != "OVERPAYMENT":
                        by_number[one["document"]].amount -= Decimal(one["amount"])
    return found


def of_kind(situations: list[Situation], *kinds: str) -> list[Situation]:
    found = [one for one in situations if one.truth["kind"] in kinds]
    assert found
    return found


def solutions(candidates: list[Seen], amount: Decimal) -> list[set[str]]:
    return [
        {item.number for item in some}
        for count in range(1, len(candidates) + 1)
        for some in combinations(candidates, count)
        if sum((item.amount for item in some), ZERO) == amount
    ]


def documents(situation: Situation) -> set[str]:
    return {one["document"] for one in situation.truth["applied"]}


def test_an_amount_alone_has_one_solution(situations: list[Situation]) -> None:
    checked = 0
    for one in of_kind(situations, "AMOUNT_ONLY", "SUBSET"):
        if len(one.candidates) <= MOST:
            assert solutions(one.candidates, Decimal(one.truth["amount"])) == [documents(one)], one.truth
            checked += 1
    assert checked > 60


def test_what_has_several_solutions_has_them(situations: list[Situation]) -> None:
    for one in of_kind(situations, "EQUAL_ITEMS", "TWO_SUBSETS"):
        if len(one.every) <= MOST:
            assert len(solutions(one.every, Decimal(one.truth["amount"]))) > 1, one.truth


def test_an_ending_is_of_one_document_only(situations: list[Situation]) -> None:
    for one in of_kind(situations, "TRUNCATED"):
        [document] = documents(one)
        fitting = [
            item.number
            for item in one.candidates
            if any(
                item.number.endswith(token)
                for token in "".join(c if c.isdigit() else " " for c in one.line.text).split()
                if len(token) >= 4
            )
            and item.amount == Decimal(one.truth["amount"])
        ]
        assert fitting == [document], one.truth


def test_a_mistyped_number_is_nobodys(company: MadeCompany, situations: list[Situation]) -> None:
    with (company.folder / "open_items.csv").open(encoding="utf-8", newline="") as lines:
        numbers = {row["document"].upper() for row in csv.DictReader(lines)}
    for one in of_kind(situations, "MISTYPED"):
        said = one.line.text.upper()
        assert not any(number in said for number in numbers), one.truth


def test_a_name_that_must_do_is_of_one_customer_only(
    company: MadeCompany, situations: list[Situation]
) -> None:
    with (company.folder / "customers.csv").open(encoding="utf-8", newline="") as lines:
        names = [
            (row["customer"], to_capitals(name))
            for row in csv.DictReader(lines)
            for name in (row["name"], *row["trading_names"].split("|"))
            if name
        ]
    checked = 0
    for one in situations:
        if one.truth["payer"] in {"NAME_CUT_27", "NAME_CUT_35", "NEW_IBAN"} and one.truth["kind"] in {
            "AMOUNT_ONLY",
            "SUBSET",
            "TRUNCATED",
            "MISTYPED",
            "ON_ACCOUNT",
        }:
            shown = to_capitals(one.line.counterparty)
            if shown:  # plain dialects print it inside their text
                owners = {number for number, name in names if name == shown}
                owners = owners or {number for number, name in names if name.startswith(shown)}
                assert owners == {one.truth["paid_by"]}, one.truth
                checked += 1
    assert checked > 40


def test_two_customers_of_one_name_both_owe(company: MadeCompany, situations: list[Situation]) -> None:
    with (company.folder / "customers.csv").open(encoding="utf-8", newline="") as lines:
        names = {row["customer"]: row["name"] for row in csv.DictReader(lines)}
    twins = Counter(names.values())
    for one in of_kind(situations, "EQUAL_NAMES"):
        assert twins[names[one.truth["customer"]]] > 1


def test_wrong_numbers_are_other_customers(company: MadeCompany, situations: list[Situation]) -> None:
    with (company.folder / "open_items.csv").open(encoding="utf-8", newline="") as lines:
        owners = {row["document"].upper(): row["customer"] for row in csv.DictReader(lines)}
    for one in of_kind(situations, "WRONG_REFERENCE"):
        assert one.truth["customer"] not in {owners.get(word.upper()) for word in one.line.text.split()}


def test_prepayments_and_money_on_account_equal_nothing_open(situations: list[Situation]) -> None:
    for one in of_kind(situations, "ON_ACCOUNT", "PREPAYMENT", "DUPLICATE"):
        assert Decimal(one.truth["amount"]) not in {item.amount for item in one.candidates}, one.truth


def test_strangers_have_no_customers_name(company: MadeCompany, situations: list[Situation]) -> None:
    with (company.folder / "customers.csv").open(encoding="utf-8", newline="") as lines:
        names = {without_form(to_capitals(row["name"])) for row in csv.DictReader(lines)}
    for one in of_kind(situations, "NOBODY_KNOWN", "THIRD_PARTY"):
        assert without_form(to_capitals(one.line.counterparty)) not in names, one.truth
