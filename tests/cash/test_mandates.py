"""Mandates: what a bank could take, each step of their life, and what only two facts together name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from acquit.cash.models import AmendedAccount, Mandate, MandateAmendment, VerifiedAccount
from acquit.cash.operations import (
    MandateDraft,
    activate_mandate,
    amend_account,
    approve_erasure,
    cancel_mandate,
    end_mandate,
    lapse_mandates,
    propose_account,
    store_mandates,
    suspend_mandate,
    take_over_mandates,
)
from acquit.cash.queries import get_mandate, list_mandates
from acquit.cash.rules.mandates import (
    TRANSITIONS,
    BadMandate,
    CannotMoveMandate,
    MandateFact,
    MandateState,
    check_transition,
    has_lapsed,
    is_creditor_id,
    sequence_of,
)
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.core.errors import NotFound
from acquit.infra.models import Event
from acquit.parties.operations import ask_for_erasure
from tests.builders import SYSTEM, Books, clerk, make_books
from tests.cash.standing import assert_sound
from tests.parties.test_personal_data import tables_that_tell

pytestmark = pytest.mark.django_db

IBAN, OTHER_IBAN = "DE89370400440532013000", "NL91ABNA0417164300"
CREDITOR = "DE98ZZZ09999999999"
DAY = date(2026, 3, 2)


def fact(**said: Any) -> MandateFact:
    facts: dict[str, Any] = {
        "id": 1,
        "customer_id": 1,
        "reference": "M",
        "creditor_id": CREDITOR,
        "scheme": "CORE",
        "mandate_type": "RCUR",
        "state": "ACTIVE",
        "signed_date": date(2023, 1, 31),
        "last_collection_date": None,
        "account": IBAN,
    }
    return MandateFact(**{**facts, **said})


def stored(books: Books, **said: Any) -> int:
    facts: dict[str, Any] = {
        "customer_id": said.pop("customer_id", None) or books.customer(),
        "reference": "M-1",
        "creditor_id": CREDITOR,
        "account": IBAN,
        "signed_date": date(2026, 1, 5),
    }
    [mandate_id] = store_mandates(
        actor=SYSTEM, company_id=books.company_id, drafts=[MandateDraft(**{**facts, **said})]
    )
    return mandate_id


def activated(books: Books, **said: Any) -> int:
    mandate_id = stored(books, **said)
    activate_mandate(actor=SYSTEM, mandate_id=mandate_id, on_date=DAY)
    return mandate_id


def told_of(mandate_id: int) -> list[str]:
    rows = Event.objects.filter(object_kind="MANDATE", object_id=mandate_id).order_by("id")
    return [kind.removeprefix("cash.mandate.") for kind in rows.values_list("kind", flat=True)]


def test_a_creditor_identifier_holds_its_check_digits() -> None:
    assert is_creditor_id(CREDITOR)
    assert is_creditor_id("DE98ABC09999999999")  # the business code is free
    assert not is_creditor_id("DE97ZZZ09999999999")
    assert not is_creditor_id("DE98ZZZ")
    assert not is_creditor_id("")


def test_a_mandate_lapses_the_day_after_36_months() -> None:
    assert not has_lapsed(fact(), 36, date(2026, 1, 31))
    assert has_lapsed(fact(), 36, date(2026, 2, 1))
    assert not has_lapsed(fact(last_collection_date=date(2024, 2, 29)), 36, date(2027, 2, 28))
    assert has_lapsed(fact(last_collection_date=date(2024, 2, 29)), 36, date(2027, 3, 1))
    assert not has_lapsed(fact(signed_date=None), 36, date(2099, 1, 1))


def test_each_collection_says_where_it_stands() -> None:
    assert sequence_of(fact(), is_first_marked=False) == "RCUR"
    assert sequence_of(fact(), is_first_marked=True) == "FRST"
    assert sequence_of(fact(last_collection_date=DAY), is_first_marked=True) == "RCUR"
    assert sequence_of(fact(is_ending=True), is_first_marked=True) == "FNAL"
    assert sequence_of(fact(mandate_type="OOFF"), is_first_marked=True) == "OOFF"


@pytest.mark.parametrize("before", list(MandateState))
@pytest.mark.parametrize("after", list(MandateState))
def test_only_the_steps_of_its_life_are_taken(before: MandateState, after: MandateState) -> None:
    if (before, after) in TRANSITIONS:
        check_transition(1, before, after)
    else:
        with pytest.raises(CannotMoveMandate):
            check_transition(1, before, after)


def test_the_whole_life_of_a_mandate() -> None:
    books = make_books()
    mandate_id = activated(books)
    suspend_mandate(actor=SYSTEM, mandate_id=mandate_id, reason="AC04", on_date=DAY)
    amendment = amend_account(actor=SYSTEM, mandate_id=mandate_id, account=OTHER_IBAN, on_date=DAY)
    activate_mandate(actor=SYSTEM, mandate_id=mandate_id, on_date=DAY)
    end_mandate(actor=SYSTEM, mandate_id=mandate_id, on_date=DAY)

    found = get_mandate(mandate_id)
    assert (found.state, found.account, found.amendments, found.is_ending) == ("ACTIVE", OTHER_IBAN, 1, True)
    accounts = AmendedAccount.objects.get(amendment_id=amendment)
    assert (accounts.former_account, accounts.account) == (IBAN, OTHER_IBAN)
    assert MandateAmendment.objects.get(id=amendment).amended_date == DAY

    cancel_mandate(actor=SYSTEM, mandate_id=mandate_id, reason="moved", on_date=DAY)
    with pytest.raises(CannotMoveMandate, match="CANCELLED"):
        activate_mandate(actor=SYSTEM, mandate_id=mandate_id, on_date=DAY)
    assert told_of(mandate_id) == [
        *("stored", "activated", "suspended", "amended", "activated", "ended", "cancelled")
    ]
    # the account is a personal value: no event tells it
    assert not Event.objects.filter(object_kind="MANDATE", payload__icontains=OTHER_IBAN).exists()
    assert_sound()


def test_mandates_lapse_when_nobody_collects() -> None:
    books = make_books()
    old = activated(books, signed_date=date(2023, 3, 3))
    young = activated(
        books, customer_id=books.customer("1002"), reference="M-2", signed_date=date(2023, 3, 4)
    )
    lapse = {"actor": SYSTEM, "company_id": books.company_id, "on_date": date(2026, 3, 4)}
    assert lapse_mandates(**lapse) == [old]
    assert lapse_mandates(**lapse) == []
    assert (get_mandate(old).state, get_mandate(young).state) == ("LAPSED", "ACTIVE")


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"signed_date": None}, "signed_date"),
        ({"account": ""}, "account"),
        ({"creditor_id": ""}, "creditor_id"),
        ({"creditor_id": "DE97ZZZ09999999999"}, "creditor_id"),
        ({"signed_date": date(2020, 1, 1)}, "mandate"),
    ],
)
def test_an_unfinished_mandate_is_not_activated(said: dict[str, Any], param: str) -> None:
    books = make_books()
    mandate_id = stored(books, **said)
    with pytest.raises(BadMandate) as refused:
        activate_mandate(actor=SYSTEM, mandate_id=mandate_id, on_date=DAY)
    assert refused.value.param == param
    assert (get_mandate(mandate_id).state, told_of(mandate_id)) == ("DRAFT", ["stored"])


def test_what_a_bank_could_not_take_is_not_stored() -> None:
    books = make_books()
    customer = books.customer()
    stored(books, customer_id=customer)
    for said, param in (
        ({"reference": "Mündel"}, "reference"),
        ({"reference": "x" * 36}, "reference"),
        ({"reference": "M-1"}, "reference"),
        ({"reference": "M-3", "scheme": "COR1"}, "scheme"),
        ({"reference": "M-3", "mandate_type": "ONCE"}, "mandate_type"),
        ({"reference": "M-3", "account": "DE00"}, "account"),
    ):
        with pytest.raises(BadMandate) as refused:
            stored(books, customer_id=customer, **said)
        assert refused.value.param == param
    with pytest.raises(NotFound):
        stored(make_books(), customer_id=customer, reference="M-4")
    twice = [MandateDraft(customer, "M-5"), MandateDraft(customer, "M-5")]
    with pytest.raises(BadMandate):
        store_mandates(actor=SYSTEM, company_id=books.company_id, drafts=twice)
    assert Mandate.objects.filter(company_id=books.company_id).count() == 1


def test_who_may_do_what() -> None:
    books = make_books()
    mandate_id = activated(books)
    cash = clerk(books.company_id, Duty.CASH)
    with pytest.raises(NotAllowed):
        amend_account(actor=cash, mandate_id=mandate_id, account=OTHER_IBAN, on_date=DAY)
    with pytest.raises(NotAllowed):
        activate_mandate(actor=cash, mandate_id=mandate_id, on_date=DAY)
    with pytest.raises(NotAllowed):
        store_mandates(actor=cash, company_id=books.company_id, drafts=[])
    with pytest.raises(NotAllowed):
        suspend_mandate(
            actor=clerk(books.company_id, Duty.BILL), mandate_id=mandate_id, reason="x", on_date=DAY
        )
    with pytest.raises(BadMandate, match="why"):
        suspend_mandate(actor=cash, mandate_id=mandate_id, reason=" ", on_date=DAY)
    assert (get_mandate(mandate_id).state, get_mandate(mandate_id).account) == ("ACTIVE", IBAN)
    suspend_mandate(actor=cash, mandate_id=mandate_id, reason="AC04", on_date=DAY)
    assert get_mandate(mandate_id).state == "SUSPENDED"


def test_mandates_of_a_customer_list_are_taken_over_once() -> None:
    books = make_books()
    first = books.customer("1", ibans=(IBAN,))
    second = books.customer("2", ibans=(IBAN, OTHER_IBAN))
    third, fourth = books.customers("3", "4")
    taken = {"actor": SYSTEM, "company_id": books.company_id, "on_date": DAY}
    said = {first: "MND-1", second: "MND-2", third: "Mündel", fourth: "MND-1"}

    outcome = take_over_mandates(references=said, **taken)

    assert (outcome.stored, outcome.known) == (2, 0)
    assert outcome.refused == {"Mündel": "NO_REFERENCE", "MND-1": "ANOTHER_CUSTOMER"}
    found = [
        (m.reference, m.state, m.account, m.customer_id) for m in list_mandates(company_id=books.company_id)
    ]
    assert found == [("MND-1", "DRAFT", IBAN, first), ("MND-2", "DRAFT", "", second)]
    again = take_over_mandates(references={first: "MND-1", second: "MND-2"}, **taken)
    assert (again.stored, again.known, again.refused) == (0, 2, {})

    [drafted] = list_mandates(company_id=books.company_id, reference="MND-2")
    activate_mandate(
        actor=SYSTEM,
        mandate_id=drafted.id,
        signed_date=date(2025, 6, 1),
        creditor_id=CREDITOR,
        account=OTHER_IBAN,
        on_date=DAY,
    )
    assert get_mandate(drafted.id).state == "ACTIVE"


def test_erasure_ends_mandates_and_takes_the_accounts_out() -> None:
    books = make_books()
    customer = books.customer("1", ibans=(IBAN,))
    mandate_id = activated(books, customer_id=customer, account_holder="Ada")
    amend_account(actor=SYSTEM, mandate_id=mandate_id, account=OTHER_IBAN, on_date=DAY)
    account = propose_account(
        actor=SYSTEM, customer_id=customer, iban=IBAN, holder="Ada", evidence="letter", on_date=DAY
    )
    master = clerk(books.company_id, Duty.MASTER, user_id=1)
    asked = ask_for_erasure(actor=master, customer_id=customer, reason="asked", asked_date=DAY)
    approve_erasure(actor=clerk(books.company_id, Duty.MASTER, user_id=2), erasure_id=asked, on_date=DAY)

    row = Mandate.objects.get(id=mandate_id)
    found = (row.state, row.account, row.account_holder, row.reference)
    assert found == ("CANCELLED", "", "", f"ERASED-{mandate_id}")  # there is no record that law retains
    known = VerifiedAccount.objects.get(id=account)
    assert (known.iban, known.holder, known.revoked_date) == ("", "", DAY)
    assert (get_mandate(mandate_id).amendments, AmendedAccount.objects.count()) == (1, 0)
    assert tables_that_tell(IBAN, OTHER_IBAN) == set()
