"""The customer master: new, known and changed customers, their relatives and accounts, and the lock of an account."""

from __future__ import annotations

import hashlib
import threading
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.core.errors import NotFound
from acquit.infra.models import Event
from acquit.infra.transaction import ChangedMeanwhile, operation, set_companies
from acquit.parties.models import Customer, CustomerBankAccount, Party, PersonalValue
from acquit.parties.operations import (
    UNIDENTIFIED_NUMBER,
    CustomerDraft,
    ensure_unidentified,
    lock_customers,
    store_customers,
)
from acquit.parties.queries import get_customer, list_customer_ibans, list_customers
from tests import databases
from tests.builders import SYSTEM, Books, clerk, make_books

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    return make_books()


def store(books: Books, *drafts: CustomerDraft) -> dict[str, int]:
    return store_customers(actor=SYSTEM, company_id=books.company_id, drafts=drafts)


def changes(customer_id: int) -> list[tuple[str, Any]]:
    """Give the events of a customer, with the personal values they refer to; each must be what its hash says."""
    rows = Event.objects.filter(object_kind="CUSTOMER", object_id=customer_id).order_by("id")
    return [(kind, with_values(payload)) for kind, payload in rows.values_list("kind", "payload")]


def with_values(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    if "personal_value" not in told:
        return {name: with_values(inner) for name, inner in told.items()}
    row = PersonalValue.objects.get(id=told["personal_value"])
    assert told["sha256"] == hashlib.sha256((row.salt + row.value).encode()).hexdigest()
    return row.value


FULL = CustomerDraft(
    number="1001",
    name="Müller GmbH",
    trading_names=("Müller", "MG"),
    country="DE",
    city="Köln",
    language="de",
    currency="EUR",
    payment_terms="30 NET",
    email="ap@example.org",
    phone="+49 1",
    bank_charges="SHA",
    mandate_reference="M-1",
    tax_number="DE123",
    credit_limit=Decimal("5000.00"),
    is_auto_by_amount=True,
    ibans=("DE02100500000054540402", "AT611904300234573201"),
)


def test_a_new_customer_is_kept_as_it_was_said(books: Books) -> None:
    ids = store(books, FULL, CustomerDraft("1002"))
    assert set(ids) == {"1001", "1002"}
    view = get_customer(ids["1001"])
    for name in (
        "number",
        "name",
        "country",
        "city",
        "language",
        "currency",
        "payment_terms",
        "email",
        "phone",
    ):
        assert getattr(view, name) == getattr(FULL, name)
    assert (view.trading_names, view.credit_limit, view.bank_charges) == (
        ("Müller", "MG"),
        Decimal("5000.00"),
        "SHA",
    )
    assert (view.is_auto_by_amount, view.is_technical, view.is_insolvent) == (True, False, False)
    assert list_customer_ibans(ids["1001"]) == ["AT611904300234573201", "DE02100500000054540402"]
    party = Party.objects.get(id=Customer.objects.get(id=ids["1001"]).party_id)
    assert (party.name, party.country, party.tax_number) == ("Müller GmbH", "DE", "DE123")
    assert get_customer(ids["1002"]).name == "1002"
    assert changes(ids["1001"]) == [
        ("parties.customer.added", {"number": "1001"}),
        ("parties.bank_account.added", {"after": {"iban": "AT611904300234573201"}}),
        ("parties.bank_account.added", {"after": {"iban": "DE02100500000054540402"}}),
    ]


def test_storing_the_same_again_changes_nothing(books: Books) -> None:
    ids = store(books, FULL)
    before = changes(ids["1001"])
    assert store(books, FULL) == ids
    assert changes(ids["1001"]) == before
    assert (Customer.objects.count(), Party.objects.count(), CustomerBankAccount.objects.count()) == (1, 1, 2)


def test_what_a_draft_does_not_say_stays_and_what_changed_is_in_the_log(books: Books) -> None:
    [customer] = store(books, FULL).values()
    store(
        books,
        CustomerDraft(
            "1001", city="Bonn", credit_limit=Decimal(0), is_auto_by_amount=False, tax_number="DE9"
        ),
    )
    view = get_customer(customer)
    assert (view.city, view.credit_limit, view.is_auto_by_amount) == ("Bonn", Decimal(0), False)
    assert (view.name, view.trading_names, view.email) == ("Müller GmbH", ("Müller", "MG"), "ap@example.org")
    assert changes(customer)[3:] == [
        (
            "parties.customer.changed",
            {
                "before": {"city": "Köln", "credit_limit": "5000.00", "is_auto_by_amount": True},
                "after": {"city": "Bonn", "credit_limit": "0", "is_auto_by_amount": False},
            },
        ),
        ("parties.customer.changed", {"before": {"tax_number": "DE123"}, "after": {"tax_number": "DE9"}}),
    ]
    assert Party.objects.get().tax_number == "DE9"


def test_a_new_account_comes_beside_the_known_ones(books: Books) -> None:
    [customer] = store(books, CustomerDraft("1", ibans=("A", "A"))).values()
    store(books, CustomerDraft("1", ibans=("A", "B")))
    assert list_customer_ibans(customer) == ["A", "B"]
    assert [payload for kind, payload in changes(customer) if kind == "parties.bank_account.added"] == [
        {"after": {"iban": "A"}},
        {"after": {"iban": "B"}},
    ]


def test_relatives_are_found_in_the_file_and_among_the_known(books: Books) -> None:
    known = store(books, CustomerDraft("HQ"))
    ids = store(
        books,
        CustomerDraft("S1", parent_number="HQ", payer_number="S2"),
        CustomerDraft("S2", parent_number="HQ"),
        CustomerDraft("S3", parent_number="NOBODY"),
    )
    first, second, third = (get_customer(ids[number]) for number in ("S1", "S2", "S3"))
    assert (first.parent_id, first.payer_id) == (known["HQ"], ids["S2"])
    assert (second.parent_id, second.payer_id) == (known["HQ"], None)
    assert (third.parent_id, third.payer_id) == (None, None)
    assert changes(ids["S2"])[-1] == (
        "parties.customer.changed",
        {
            "before": {"parent_id": None, "payer_id": None},
            "after": {"parent_id": known["HQ"], "payer_id": None},
        },
    )
    store(books, CustomerDraft("S1", parent_number="S2"))
    assert (get_customer(ids["S1"]).parent_id, get_customer(ids["S1"]).payer_id) == (ids["S2"], ids["S2"])


def test_one_number_in_two_companies_is_two_customers() -> None:
    first, second = make_books("A"), make_books("B")
    one, other = first.customer("7", name="Seven"), second.customer("7", name="Sieben")
    assert one != other
    second.customer("7", name="Changed")
    assert get_customer(one).name == "Seven"
    set_companies([second.company_id])
    assert [customer.name for customer in list_customers()] == ["Changed"]


@pytest.mark.parametrize("duty", [Duty.MASTER, Duty.INTAKE])
def test_either_duty_will_do(books: Books, duty: Duty) -> None:
    actor = clerk(books.company_id, duty)
    [customer] = store_customers(
        actor=actor, company_id=books.company_id, drafts=[CustomerDraft("1")]
    ).values()
    assert Event.objects.get(object_id=customer).actor_id == actor.user_id


def test_without_the_duty_nothing_changes(books: Books) -> None:
    [customer] = store(books, FULL).values()
    events = Event.objects.count()
    held = set(Duty) - {Duty.MASTER, Duty.INTAKE}
    for actor in (clerk(books.company_id, *held), clerk(books.company_id + 1, *Duty)):
        with pytest.raises(NotAllowed):
            store_customers(
                actor=actor,
                company_id=books.company_id,
                drafts=[CustomerDraft("1001", city="Ulm"), CustomerDraft("1002")],
            )
    assert get_customer(customer).city == "Köln"
    assert (Customer.objects.count(), Event.objects.count()) == (1, events)


def test_a_thousand_customers_take_the_copy_path(books: Books) -> None:
    drafts = [CustomerDraft(str(n), name=f"N {n}", ibans=(f"I{n}",)) for n in range(1000)]
    ids = store(books, *drafts)
    assert len(ids) == 1000
    assert Event.objects.filter(kind="parties.customer.added").count() == 1000
    assert get_customer(ids["999"]).name == "N 999"


def test_unidentified_money_has_one_account_per_company(books: Books) -> None:
    other = make_books()
    mine = ensure_unidentified(books.company_id)
    assert ensure_unidentified(books.company_id) == mine
    assert ensure_unidentified(other.company_id) != mine
    view = get_customer(mine)
    assert (view.number, view.is_technical) == (UNIDENTIFIED_NUMBER, True)
    assert list_customers() == []


# The lock -------------------------------------------------------------------------------------------------------------


def test_a_lock_wants_every_customer_to_exist(books: Books) -> None:
    mine = books.customer("1")
    theirs = make_books().customer("1")
    with operation():
        lock_customers([])
        lock_customers([mine, theirs, mine])
        lock_customers([mine], company_id=books.company_id)
    with pytest.raises(NotFound), operation():
        lock_customers([mine, 999_999])
    with pytest.raises(NotFound), operation():
        lock_customers([mine, theirs], company_id=books.company_id)


@pytest.mark.django_db(transaction=True)
def test_locks_are_taken_in_one_order_whatever_the_order_asked() -> None:
    """Another session holds the second of three: the first is locked by then, the third is still free."""
    books = make_books()
    first, second, third = books.customers("1", "2", "3")

    def is_free(customer: int) -> bool:
        with psycopg.connect(**databases.settings_for("owner"), autocommit=True) as probe:
            found = probe.execute(
                "SELECT id FROM customer WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED", [customer]
            ).fetchone()
            return found is not None

    def lock_all() -> None:
        from django.db import connections

        set_companies([books.company_id])
        with operation():
            lock_customers([third, second, first])
        connections.close_all()

    with psycopg.connect(**databases.settings_for("owner")) as holder:
        holder.execute("SELECT 1 FROM customer WHERE id = %s FOR UPDATE", [second])
        locker = threading.Thread(target=lock_all)
        locker.start()
        for _ in range(200):
            if not is_free(first):
                break
            threading.Event().wait(0.02)
        assert not is_free(first)
        assert is_free(third)
        holder.rollback()
        locker.join(timeout=20)
    assert is_free(first)


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_new_customers_make_each_once() -> None:
    from django.db import connections

    books = make_books()
    drafts = [CustomerDraft(str(n)) for n in range(50)]
    outcomes: list[object] = []
    start = threading.Barrier(2)

    def act() -> None:
        set_companies([books.company_id])
        start.wait()
        try:
            outcomes.append(store(books, *drafts))
        except ChangedMeanwhile as refusal:
            outcomes.append(refusal.code)
        connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    made = {customer.number: customer.id for customer in Customer.objects.all()}
    assert len(made) == 50
    assert made in outcomes
    assert all(outcome in (made, "CHANGED_MEANWHILE") for outcome in outcomes)
    assert Event.objects.filter(kind="parties.customer.added").count() == 50
