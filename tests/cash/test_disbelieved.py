"""Of whom nothing is believed, and why: who paid for strangers, and whose name says that it pays for others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from acquit.cash.queries import list_agents, list_aliases, list_disbelieved, list_shared_ids
from acquit.controls.queries import get_matching_policy
from tests.builders import PAYMENT_DAY, make_books
from tests.cash.test_operations_clerking import teach

pytestmark = pytest.mark.django_db


def test_who_paid_for_strangers_is_believed_of_none_of_them() -> None:
    books = make_books()
    one, other, third = books.customer("1001"), books.customer("1002"), books.customer("1003")
    teach(books, one, "61.00")
    teach(books, one, "62.00")
    learned = list_aliases(company_ids=[books.company_id])
    assert list_disbelieved(learned) == {}
    assert list_shared_ids([books.company_id]) == []

    teach(books, other, "63.00")

    learned = list_aliases(company_ids=[books.company_id])
    disbelieved = list_disbelieved(learned)
    assert sorted(disbelieved) == sorted(alias.id for alias in learned) == list_shared_ids([books.company_id])
    assert set(disbelieved.values()) == {(one, other)}
    assert third not in {each for paid_for in disbelieved.values() for each in paid_for}


def test_a_family_is_no_stranger_to_itself() -> None:
    books = make_books()
    parent = books.customer("1001")
    child = books.customer("1002", parent_number="1001")
    teach(books, parent, "61.00")
    teach(books, child, "62.00")

    assert len(list_shared_ids([books.company_id])) == 4  # name and account, of both
    assert list_disbelieved(list_aliases(company_ids=[books.company_id])) == {}


def test_agents_are_told_by_their_names_since_a_day() -> None:
    books = make_books()
    customer = books.customer("1001", name="Insolvenzverwalter Software GmbH")
    teach(books, customer, "61.00", "NORD FACTORING AG")
    teach(books, customer, "62.00", "Insolvenzverwalter Software GmbH")
    teach(books, customer, "63.00", "Holding 7")
    _version, policy = get_matching_policy(company_id=books.company_id, on_date=PAYMENT_DAY)

    [agent] = list_agents(company_id=books.company_id, policy=policy, since=PAYMENT_DAY)

    assert (agent.counterparty, agent.payments, agent.customer_ids) == ("NORD FACTORING AG", 1, (customer,))
    later = PAYMENT_DAY + timedelta(days=1)
    assert list_agents(company_id=books.company_id, policy=policy, since=later) == []
