"""Money recorded through the door: decided at once, once a reference, and only for who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from acquit.cash.models import Receipt
from acquit.controls.operations import grant_role
from acquit.controls.rules.duties import Role
from acquit.infra.models import IdempotencyKey
from acquit.receivables.models import Item
from tests.api.caller import Caller, House
from tests.builders import FIRST_DAY, SYSTEM, Books

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(books: Books) -> dict[str, Any]:
    return {
        "company_id": books.company_id,
        "amount": "119.00",
        "currency": "EUR",
        "value_date": "2026-04-14",
        "booking_date": "2026-04-15",
        "reference": "TX-1",
    }


@pytest.fixture
def count_rows(look: Callable[[], None]) -> Callable[[], list[int]]:
    def count() -> list[int]:
        look()
        return [table.objects.count() for table in (Receipt, Item, IdempotencyKey)]

    return count


def test_a_payment_that_names_its_invoice_is_applied_with_its_proof(
    books: Books, owner: Caller, body: dict[str, Any]
) -> None:
    customer = books.customer("1", name="Bergmann Maschinenbau AG")
    invoice = books.invoice(customer, "119.00")
    reply = owner.post(
        "/payments", body | {"text": f"{invoice.number}", "counterparty": "Bergmann Maschinenbau AG"}
    )
    assert reply.status == 201
    said = reply.json
    assert (said["state"], said["customer_id"], said["amount"]) == ("AUTO", customer, "119.00")
    assert (said["value_date"], said["reference"]) == ("2026-04-14", "TX-1")
    assert owner.get(f"/payments/{said['id']}").json == said
    assert owner.get("/payments").json["data"] == [said]
    assert owner.get("/items").json["data"] == []
    decision = owner.get(f"/decisions/{said['decision_id']}").json
    assert (decision["kind"], decision["outcome"], decision["subject_id"]) == ("MATCH", "AUTO", said["id"])
    assert decision["proof"]["applied"][0]["item"] == invoice.item_id
    application = owner.get(f"/applications/{said['decision_id']}").json
    assert (application["is_in_force"], application["payment_id"]) == (True, said["id"])
    assert [(c["debit_item_id"], c["amount"]) for c in application["clearings"]] == [
        (invoice.item_id, "119.00")
    ]
    [entry] = owner.get("/journal-entries", item_id=said["item_id"]).json["data"][1:]
    assert entry["posting_date"] == "2026-04-15"


def test_a_payment_nobody_can_place_waits_for_a_person(owner: Caller, body: dict[str, Any]) -> None:
    said = owner.post("/payments", body).json
    assert (said["state"], said["customer_id"]) == ("UNIDENTIFIED", None)
    assert [row["id"] for row in owner.get("/payments", state="UNIDENTIFIED").json["data"]] == [said["id"]]
    assert owner.get("/payments", state="AUTO").json["data"] == []


def test_a_payment_of_a_known_customer_is_theirs(books: Books, owner: Caller, body: dict[str, Any]) -> None:
    customer = books.customer()
    said = owner.post("/payments", body | {"customer_id": customer, "text": "x" * 1000}).json
    assert said["customer_id"] == customer
    decision = owner.get(f"/decisions/{said['decision_id']}").json
    assert decision["proof"]["receipt"]["text"] == "x" * 1000
    assert [row["id"] for row in owner.get("/payments", customer_id=customer).json["data"]] == [said["id"]]


def test_a_reference_is_recorded_once(
    owner: Caller, body: dict[str, Any], count_rows: Callable[[], list[int]]
) -> None:
    first = owner.post("/payments", body).json
    before = count_rows()
    reply = owner.post("/payments", body | {"amount": "5.00"})
    assert reply.refused == (409, "ALREADY_EXISTS", "reference")
    assert reply.error["details"] == {"payment_id": first["id"]}
    assert count_rows() == before


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"amount": "0.00"}, (422, "INVALID", "amount")),
        ({"amount": "-1.00"}, (422, "INVALID", "amount")),
        ({"amount": "0.001"}, (422, "AMOUNT_TOO_FINE", "amount")),
        ({"amount": 119.0}, (422, "INVALID", "amount")),
        ({"amount": "NaN"}, (422, "INVALID", "amount")),
        ({"amount": "1e3"}, (422, "INVALID", "amount")),
        ({"currency": "ZZZ"}, (422, "UNKNOWN_CURRENCY", "currency")),
        ({"company_id": 987654}, (404, "NOT_FOUND", "company_id")),
        ({"customer_id": 987654}, (404, "NOT_FOUND", "customer")),
        ({"reference": ""}, (422, "INVALID", "reference")),
        ({"text": "x" * 1001}, (422, "INVALID", "text")),
        ({"payer": "X"}, (422, "INVALID", "payer")),
    ],
)
def test_what_is_refused_changes_nothing(
    owner: Caller,
    body: dict[str, Any],
    count_rows: Callable[[], list[int]],
    change: dict[str, Any],
    refused: tuple[int, str, str],
) -> None:
    before = count_rows()
    assert owner.post("/payments", body | change).refused == refused
    assert count_rows() == before


def test_who_lacks_the_duty_records_nothing(
    house: House, body: dict[str, Any], count_rows: Callable[[], list[int]]
) -> None:
    before = count_rows()
    assert house.caller(Role.AUDITOR).post("/payments", body).refused == (403, "NOT_ALLOWED", None)
    assert count_rows() == before


def test_a_customer_of_another_company_is_not_found(
    make_house: Callable[..., House], house: House, body: dict[str, Any]
) -> None:
    other = make_house()
    customer = other.books.customer()
    both = house.caller(Role.OWNER)
    grant_role(
        actor=SYSTEM,
        user_id=both.user_id,
        company_id=other.books.company_id,
        role=Role.OWNER,
        valid_from=FIRST_DAY,
    )
    assert both.post("/payments", body | {"customer_id": customer}).refused == (
        404,
        "NOT_FOUND",
        "customer_id",
    )
