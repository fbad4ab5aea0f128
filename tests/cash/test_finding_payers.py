"""A payer is found by keys exactly as among all customers, however few are read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.cash.models import PayerAlias
from acquit.cash.queries import find_payer_index, get_payer_index
from acquit.cash.rules.receipts import ReceiptFact
from acquit.cash.rules.remittance_text import read_remittance
from acquit.core.names import normalise_name
from acquit.infra.transaction import operation
from acquit.parties.models import Customer
from acquit.parties.operations import CustomerDraft, store_customers
from tests.builders import PAYMENT_DAY, SYSTEM, Books, make_books

pytestmark = pytest.mark.django_db

LONG = "Internationale Gesellschaft für Anlagenbau und Montage"
CUSTOMERS = (
    CustomerDraft("1001", "Müller & Söhne GmbH", ibans=("DE89 3704 0044 0532 0130 00",)),
    CustomerDraft("1002", "Mueller Soehne KG", trading_names=("Soehne Logistik",)),
    CustomerDraft("1003", f"{LONG} Nord GmbH"),
    CustomerDraft("1004", f"{LONG} Süd AG", ibans=("FR7630006000011234567890189",)),
    CustomerDraft("12", "GmbH", payer_number="1001"),
    CustomerDraft("D-77001", "Bergmann AG", parent_number="1003", ibans=("DE89370400440532013000",)),
)
NAMES = st.sampled_from(
    ["", "MUELLER SOEHNE", "Müller und Söhne", "soehne logistik", LONG[:35].upper(), LONG[:27], f"{LONG} Süd",
     "Bergmann", "BERGMANN AG", "GmbH", "Niemand", "Der Neue", LONG[:19], "SOEHNE LOGISTIK GMBH HAMBURG",
     "Müller & Söhne Ltd. Leeds"]
)  # fmt: skip
IBANS = st.sampled_from(
    [
        "",
        "DE89370400440532013000",
        "de89 3704 0044 0532 0130 00",
        "FR7630006000011234567890189",
        "XX00",
        "NEW1",
    ]
)
TEXTS = st.sampled_from(["", "Kunde 1003", "Kd.Nr D77001 Danke", "12 1001 1002", "Rechnung 2026"])


def make_payers() -> Books:
    books = make_books()
    ids = store_customers(actor=SYSTEM, company_id=books.company_id, drafts=CUSTOMERS)
    for kind, alias, number, confirmations in (
        ("NAME", normalise_name("Der Neue"), "1002", 5),
        ("NAME", normalise_name("Niemand"), "1003", 1),
        ("IBAN", "NEW1", "1004", 5),
    ):
        with operation():
            PayerAlias.objects.create(
                company_id=books.company_id,
                kind=kind,
                alias=alias,
                customer_id=ids[number],
                confirmations=confirmations,
            )
    return books


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.tuples(NAMES, IBANS, TEXTS), min_size=1, max_size=3))
def test_by_keys_the_payer_is_the_same_as_among_all(told: list[tuple[str, str, str]], payers: Books) -> None:
    facts = [
        ReceiptFact(
            0, payers.company_id, "EUR", Decimal(1), PAYMENT_DAY, text=text, counterparty=name, iban=iban
        )
        for name, iban, text in told
    ]
    receipts = [(fact, read_remittance(fact)) for fact in facts]
    everybody = get_payer_index(payers.company_id, alias_confirmations=3)
    with operation():
        few = find_payer_index(payers.company_id, receipts, (), alias_confirmations=3)
    for fact, remittance in receipts:
        expected = everybody.find_payer(fact, remittance)
        found = few.find_payer(fact, remittance)
        assert (found.how, sorted(found.customer_ids)) == (expected.how, sorted(expected.customer_ids))
        assert set(few.family_of(found.customer_ids)) == set(everybody.family_of(expected.customer_ids))


@pytest.fixture
def payers() -> Books:
    return make_payers()


def test_keys_follow_the_names(payers: Books) -> None:
    store_customers(
        actor=SYSTEM, company_id=payers.company_id, drafts=[CustomerDraft("1001", "Schmitt Werke AG")]
    )
    assert Customer.objects.get(company_id=payers.company_id, number="1001").finding_keys == [
        "#1001",
        "schmitt werke",
    ]


def test_each_key_has_an_index(payers: Books) -> None:
    """So that one receipt reads its own payers only; the planner takes no index by itself in so small a table."""
    statements = (
        (
            "SELECT id FROM customer WHERE finding_keys && ARRAY['x']",
            {"customer_found"},
        ),
        (
            (
                "SELECT iban FROM customer_bank_account WHERE company_id = %(company)s"
                " AND upper(regexp_replace(iban, '[^A-Za-z0-9]', '', 'g')) = ANY(ARRAY['X'])"
            ),
            {"customer_bank_account_key"},
        ),
        (
            "SELECT id FROM customer WHERE id IN (1, 2) OR parent_id IN (1, 2) OR payer_id IN (1, 2)",
            {"customer_pkey", "customer_parent", "customer_payer"},
        ),
    )
    for statement, indexes in statements:
        with operation(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {statement}", {"company": payers.company_id})
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert all(name in plan for name in indexes), plan
