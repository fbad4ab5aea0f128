"""Who pays for many is told by policy's words and by what it did; a customer's own name is never an agent's."""

from __future__ import annotations

import pytest

from acquit.cash.rules.agents import LearnedAlias, is_agent, is_unrelated, list_believed
from acquit.cash.rules.receipts import Payer
from tests.cash.facts import POLICY

IBAN = "AT611904300234573201"


def payer(number: int, name: str = "", parent: int | None = None, paid_by: int | None = None) -> Payer:
    return Payer(number, f"C{number}", name or f"Customer {number}", (), False, False, parent, paid_by)


PAYERS = {
    each.id: each
    for each in (payer(1), payer(2), payer(3, parent=1), payer(4, parent=1), payer(5, "Factory Nord GmbH"))
}


@pytest.mark.parametrize(
    ("counterparty", "is_one"),
    [
        ("NORD FACTORING AG", True),
        ("RA Meier als Insolvenzverwalter", True),
        ("Zentralregulierung Süd eG", True),
        ("ACME PAYMENTS LTD", True),
        ("Manufactory Ltd", False),
        ("Customer 1", False),
        ("FACTORY NORD GMBH", False),
        ("", False),
    ],
)
def test_an_agent_is_told_by_a_word_that_is_not_the_customers_own(counterparty: str, is_one: bool) -> None:
    assert is_agent(counterparty, [5], PAYERS, POLICY) is is_one


@pytest.mark.parametrize(
    ("customers", "are_strangers"),
    [([1], False), ([1, 3], False), ([3, 4], False), ([1, 2], True), ([3, 2], True)],
)
def test_a_family_is_no_group_of_strangers(customers: list[int], are_strangers: bool) -> None:
    assert is_unrelated(customers, PAYERS) is are_strangers


def test_who_paid_for_strangers_is_believed_of_none_however_often_it_was_confirmed() -> None:
    said = [
        LearnedAlias("IBAN", IBAN, 1, 9),
        LearnedAlias("IBAN", IBAN, 2, 1),
        LearnedAlias("NAME", "holding", 1, 2),
        LearnedAlias("NAME", "holding", 3, 1),
        LearnedAlias("NAME", "once", 2, 1),
    ]
    assert list_believed(said, 2, PAYERS) == [("NAME", "holding", 1)]
