"""Contacts, who reads them, and erasure: what law retains stays, books and seals hold, nothing personal is sealed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from acquit.billing.queries import list_documents
from acquit.cash.models import NoticeText, PayerAlias, PayerHabit, QuestionText
from acquit.cash.operations import (
    MandateDraft,
    activate_mandate,
    amend_account,
    approve_erasure,
    erase_retained_data,
    store_mandates,
)
from acquit.controls.batch import seal_blocks, verify_seals
from acquit.controls.batch.sealed_tables import list_sealed_tables
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.controls.rules.retention import RETENTION_RULES, RecordKind, find_retention
from acquit.core.errors import NotFound
from acquit.infra.models import Event
from acquit.infra.transaction import operation
from acquit.insight.queries.checks import run_checks
from acquit.parties.models import Contact, Customer, Erasure, Party, PersonalDataAccess, PersonalValue
from acquit.parties.operations import (
    CannotDecideErasure,
    ContactDraft,
    ContactUnreachable,
    CustomerDraft,
    ask_for_erasure,
    erase_contact,
    record_access,
    refuse_erasure,
    store_contact,
    store_customers,
)
from acquit.parties.queries import (
    get_customer,
    get_erasure,
    list_accesses,
    list_contacts,
    list_customer_ibans,
    list_customers,
)
from acquit.parties.rules.personal_data import (
    PERSONAL_FIELDS,
    CannotErase,
    ContactPurpose,
    ErasureFacts,
    plan_erasure,
)
from tests.builders import SYSTEM, Books, clerk, make_books

pytestmark = pytest.mark.django_db

#: Texts that appear nowhere else: found anywhere after the erasure, they were not erased.
SECRETS = (
    "Zwirnknopf",
    "Knopfzwirn",
    "zwirnknopf@example.org",
    "zk.old@example.org",
    "+49 555 0199",
    "DE02100500000054540402",
    "Frau Fadenreich",
    "fadenreich@example.org",
    "DE811907980",
    "Nadelstadt",
    "MANDAT-4242",
)
ASKED = date(2026, 11, 1)
CREDITOR = "DE98ZZZ09999999999"


@pytest.fixture
def books() -> Books:
    return make_books()


@pytest.fixture
def customer(books: Books) -> int:
    """A customer with everything personal, changed once, and a contact."""
    draft = CustomerDraft(
        number="4711",
        name="Zwirnknopf e.K.",
        trading_names=("Knopfzwirn",),
        city="Nadelstadt",
        email="zk.old@example.org",
        phone="+49 555 0199",
        tax_number="DE811907980",
        mandate_reference="MANDAT-4242",
        ibans=("DE02100500000054540402",),
    )
    store_customers(actor=SYSTEM, company_id=books.company_id, drafts=[draft])
    customer_id = books.customer("4711", name="Zwirnknopf e.K.", email="zwirnknopf@example.org")
    store_contact(actor=SYSTEM, draft=contact(customer_id))
    return customer_id


def contact(customer_id: int, **said: Any) -> ContactDraft:
    facts = {
        "purpose": ContactPurpose.BILLING,
        "name": "Frau Fadenreich",
        "email": "fadenreich@example.org",
        "consent_date": date(2026, 1, 2),
    }
    return ContactDraft(customer_id, **{**facts, **said})


def master(books: Books, user_id: int) -> Any:
    return clerk(books.company_id, Duty.MASTER, user_id=user_id)


def erase(books: Books, customer_id: int, *, on_date: date = ASKED) -> int:
    erasure_id = ask_for_erasure(
        actor=master(books, 1), customer_id=customer_id, asked_date=ASKED, reason="asked by letter"
    )
    approve_erasure(actor=master(books, 2), erasure_id=erasure_id, on_date=on_date)
    return erasure_id


def tables_that_tell(*texts: str) -> set[tuple[str, str]]:
    """Find (table, text) over all rows of all tables."""
    with operation(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = set()
        for table in tables:
            for text in texts:
                cursor.execute(f'SELECT 1 FROM "{table}" t WHERE position(%s IN t::text) > 0 LIMIT 1', [text])
                if cursor.fetchone():
                    found.add((table, text))
    return found


# Contacts -------------------------------------------------------------------------------------------------------------


def test_a_contact_is_kept_for_a_purpose_and_the_log_tells_no_name(books: Books, customer: int) -> None:
    [found] = list_contacts(customer)
    assert (found.purpose, found.name, found.email, found.consent_date) == (
        "BILLING",
        "Frau Fadenreich",
        "fadenreich@example.org",
        date(2026, 1, 2),
    )
    erase_contact(actor=SYSTEM, contact_id=found.id, reason="left the company")
    assert list_contacts(customer) == []
    events = Event.objects.filter(kind__startswith="parties.contact").order_by("id")
    assert list(events.values_list("kind", "payload")) == [
        ("parties.contact.stored", {"contact": found.id, "purpose": "BILLING"}),
        ("parties.contact.erased", {"contact": found.id, "purpose": "BILLING", "reason": "left the company"}),
    ]
    assert tables_that_tell("Fadenreich", "fadenreich@") == set()


def test_what_is_no_contact_is_refused_and_nothing_stored(books: Books, customer: int) -> None:
    before = (Contact.objects.count(), Event.objects.count())
    with pytest.raises(ContactUnreachable):
        store_contact(actor=SYSTEM, draft=contact(customer, email="", phone=""))
    with pytest.raises(ContactUnreachable):
        store_contact(actor=SYSTEM, draft=contact(customer, name=" "))
    with pytest.raises(NotFound):
        store_contact(actor=SYSTEM, draft=contact(-1))
    with pytest.raises(NotAllowed):
        store_contact(actor=clerk(books.company_id, Duty.CASH), draft=contact(customer))
    with pytest.raises(NotAllowed):
        erase_contact(
            actor=clerk(books.company_id, Duty.CASH), contact_id=list_contacts(customer)[0].id, reason=""
        )
    with pytest.raises(NotFound):
        erase_contact(actor=SYSTEM, contact_id=-1, reason="")
    assert (Contact.objects.count(), Event.objects.count()) == before


# Who read -------------------------------------------------------------------------------------------------------------


def test_reading_is_noted_for_each_customer_in_one_statement(
    books: Books, customer: int, django_assert_num_queries: Any
) -> None:
    others = books.customers("1", "2", "3")
    with django_assert_num_queries(3):  # one insert; the transaction and the writer's role travel with others
        record_access(
            actor=clerk(books.company_id, Duty.READ),
            customer_ids=[customer, *others],
            door="API",
            purpose="X",
        )
    assert PersonalDataAccess.objects.count() == 4
    [access] = list_accesses(customer)
    assert (access.actor_id, access.door, access.purpose) == (7, "API", "X")
    record_access(actor=SYSTEM, customer_ids=[], door="API", purpose="X")
    assert PersonalDataAccess.objects.count() == 4
    assert "personal_data_access" in {table.name for table in list_sealed_tables()}


# Nothing personal is sealed -------------------------------------------------------------------------------------------


def test_no_sealed_row_of_the_master_tells_a_personal_value(books: Books, customer: int) -> None:
    sealed = {table.name for table in list_sealed_tables()}
    assert {table for table, _ in tables_that_tell(*SECRETS)} & sealed == set()
    assert {table for table, _ in tables_that_tell(*SECRETS)} == {
        "customer",
        "customer_bank_account",
        "contact",
        "party",
        "personal_value",
    }


# Erasure --------------------------------------------------------------------------------------------------------------


def settled_invoice(books: Books, customer_id: int) -> int:
    invoice = books.invoice(customer_id, "119.00", tax="19.00")
    books.clear(books.payment(customer_id, "119.00"), invoice.item_id, "119.00")
    return invoice.document_id


def amended_mandate(books: Books, customer_id: int, reference: str = "M-1") -> None:
    """Give the customer a mandate whose account was another's before."""
    draft = MandateDraft(
        customer_id, reference, account=SECRETS[5], account_holder="Zwirnknopf", creditor_id=CREDITOR
    )
    [mandate_id] = store_mandates(actor=SYSTEM, company_id=books.company_id, drafts=[draft])
    activate_mandate(
        actor=SYSTEM, mandate_id=mandate_id, signed_date=date(2026, 1, 5), on_date=date(2026, 1, 5)
    )
    amend_account(
        actor=SYSTEM, mandate_id=mandate_id, account="DE89370400440532013000", on_date=date(2026, 2, 1)
    )


def test_after_erasure_books_seals_and_the_invoice_hold(books: Books, customer: int) -> None:
    document_id = settled_invoice(books, customer)
    with operation():
        PayerAlias.objects.create(
            customer_id=customer, company_id=books.company_id, kind="NAME", alias="Knopfzwirn"
        )
        PayerHabit.objects.create(
            customer_id=customer,
            company_id=books.company_id,
            habit="OLDEST_FIRST",
            count_for=1,
            count_against=0,
            last_seen=date(2026, 4, 1),
        )
        QuestionText.objects.create(
            question_id=1,
            customer_id=customer,
            company_id=books.company_id,
            subject="Zahlung",
            body="Frau Fadenreich",
        )
    amended_mandate(books, customer)
    seal_blocks()
    assert {table for table, text in tables_that_tell(*SECRETS) if text == SECRETS[5]} >= {"amended_account"}
    erasure_id = erase(books, customer)
    erasure = get_erasure(erasure_id)
    # The last record is of 2026 and the company names no country: the longest period known, ten years, holds.
    assert (erasure.state, erasure.retained_until) == ("RESTRICTED", date(2036, 12, 31))
    retained = {"Zwirnknopf", "DE811907980", "Nadelstadt", "MANDAT-4242"}
    assert {text for _, text in tables_that_tell(*SECRETS)} == retained
    assert list_contacts(customer) == list_customer_ibans(customer) == []
    view = get_customer(customer)
    assert (view.name, view.email, view.phone, view.trading_names) == ("Zwirnknopf e.K.", "", "", ())
    assert customer not in {row.id for row in list_customers(company_ids=[books.company_id])}
    assert not PersonalValue.objects.exists()
    assert not PayerAlias.objects.exists()
    assert not PayerHabit.objects.exists()
    assert sound()
    [document] = list_documents(document_ids=[document_id])
    assert (document.customer_id, str(document.gross), document.number) == (
        customer,
        "119.00",
        document.number,
    )
    seal_blocks()
    assert sound()


def test_what_the_law_retained_goes_on_the_day_after_its_end(books: Books, customer: int) -> None:
    document_id = settled_invoice(books, customer)
    amended_mandate(books, customer, "MANDAT-4242")
    with operation():
        NoticeText.objects.create(
            collection_id=1, customer_id=customer, company_id=books.company_id, text="Mandat MANDAT-4242"
        )
    seal_blocks()
    erasure_id = erase(books, customer)
    told = {table for table, text in tables_that_tell(*SECRETS) if text == "MANDAT-4242"}
    assert told == {"customer", "mandate", "notice_text"}
    assert (
        erase_retained_data(actor=SYSTEM, company_id=books.company_id, business_date=date(2036, 12, 31)) == 0
    )
    assert erase_retained_data(actor=SYSTEM, company_id=books.company_id, business_date=date(2037, 1, 1)) == 1
    assert erase_retained_data(actor=SYSTEM, company_id=books.company_id, business_date=date(2037, 1, 1)) == 0
    assert tables_that_tell(*SECRETS) == set()
    assert get_customer(customer).name == "Erased customer 4711"
    assert Party.objects.get(id=Customer.objects.get(id=customer).party_id).tax_number == ""
    assert get_erasure(erasure_id).state == "DONE"
    assert [row.id for row in list_documents(document_ids=[document_id])] == [document_id]
    seal_blocks()
    assert sound()


def sound() -> bool:
    return verify_seals().broken is None and not [r.name for r in run_checks() if r.violations]


def test_a_customer_without_records_is_erased_whole(books: Books, customer: int) -> None:
    erasure = get_erasure(erase(books, customer))
    assert (erasure.state, erasure.retained_until) == ("DONE", None)
    assert tables_that_tell(*SECRETS) == set()


def test_the_event_tells_what_was_done_and_by_which_law(books: Books, customer: int) -> None:
    settled_invoice(books, customer)
    erasure_id = erase(books, customer)
    [payload] = Event.objects.filter(kind="parties.customer.erased").values_list("payload", flat=True)
    assert payload == {
        "erasure": erasure_id,
        "erased": ["trading_names", "email", "phone", "iban"],
        "retained": ["name", "city", "tax_number", "mandate_reference"],
        "retained_until": "2036-12-31",
        "source": payload["source"],
    }
    assert payload["source"]


def test_what_may_not_be_erased_is_refused_and_nothing_changed(books: Books, customer: int) -> None:
    books.invoice(customer, "10.00")
    first, second = master(books, 1), master(books, 2)
    erasure_id = ask_for_erasure(actor=first, customer_id=customer, asked_date=ASKED, reason="letter")
    assert ask_for_erasure(actor=second, customer_id=customer, asked_date=ASKED, reason="again") == erasure_id
    before = (get_customer(customer), list_contacts(customer), Event.objects.count())
    with pytest.raises(CannotErase):
        approve_erasure(actor=second, erasure_id=erasure_id, on_date=ASKED)
    with pytest.raises(CannotDecideErasure):
        approve_erasure(actor=first, erasure_id=erasure_id, on_date=ASKED)
    with pytest.raises(NotAllowed):
        approve_erasure(
            actor=clerk(books.company_id, Duty.CASH, user_id=3), erasure_id=erasure_id, on_date=ASKED
        )
    with pytest.raises(NotFound):
        approve_erasure(actor=second, erasure_id=-1, on_date=ASKED)
    assert (get_customer(customer), list_contacts(customer), Event.objects.count()) == before
    assert Erasure.objects.get().state == "ASKED"
    refuse_erasure(actor=second, erasure_id=erasure_id, reason="an invoice is open")
    assert get_erasure(erasure_id).state == "REFUSED"
    with pytest.raises(CannotDecideErasure):
        refuse_erasure(actor=second, erasure_id=erasure_id, reason="twice")


# Rules ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "last", "until"),
    [
        ("DE", date(2026, 5, 10), date(2034, 12, 31)),  # golden G175
        ("DE", date(2017, 1, 1), date(2025, 12, 31)),
        ("DE", date(2016, 12, 31), date(2026, 12, 31)),  # before BEG IV: ten years
        ("AT", date(2026, 5, 10), date(2033, 12, 31)),
        ("CH", date(2026, 5, 10), date(2036, 12, 31)),
        ("", date(2026, 5, 10), date(2036, 12, 31)),
        ("XX", date(2026, 5, 10), date(2036, 12, 31)),
    ],
)
def test_retention_counts_from_the_end_of_the_year_by_country(country: str, last: date, until: date) -> None:
    plan = plan_erasure(ErasureFacts(False, last, country), on_date=date(2020, 1, 1))
    assert plan.retained_until == until


def test_what_is_past_its_retention_goes_at_once() -> None:
    plan = plan_erasure(ErasureFacts(False, date(2016, 12, 31), "DE"), on_date=date(2027, 1, 1))
    assert (set(plan.erased_now), plan.retained, plan.retained_until) == (set(PERSONAL_FIELDS), (), None)
    plan = plan_erasure(ErasureFacts(False, date(2016, 12, 31), "DE"), on_date=date(2026, 12, 31))
    assert plan.retained_until == date(2026, 12, 31)


def test_the_table_has_a_source_for_each_rule_and_no_two_hold_at_once() -> None:
    for rule in RETENTION_RULES:
        assert rule.source
        assert rule.years >= 1
        same = [r for r in RETENTION_RULES if (r.country, r.kind) == (rule.country, rule.kind)]
        for other in same:
            if other is not rule:
                assert other.valid_from != rule.valid_from
    assert find_retention("DE", RecordKind.LETTER, date(2026, 1, 1)).years == 6
    assert find_retention("DE", RecordKind.BOOKS, date(2026, 1, 1)).years == 10
