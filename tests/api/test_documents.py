"""Issuing documents through the door: the whole of it or nothing, and only for who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from acquit.billing.models import Document, DocumentLine, Series
from acquit.controls.rules.duties import Role
from acquit.infra.models import Event, IdempotencyKey
from acquit.ledger.models import JournalEntry
from acquit.receivables.models import Item
from tests.api.caller import Caller, House
from tests.builders import Books

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(books: Books) -> dict[str, Any]:
    return {
        "customer_id": books.customer(),
        "kind": "INVOICE",
        "currency": "EUR",
        "document_date": "2026-04-15",
        "due_date": "2026-05-15",
        "net": "100.00",
        "tax": "19.00",
    }


@pytest.fixture
def count_rows(look: Callable[[], None]) -> Callable[[], list[int]]:
    def count() -> list[int]:
        look()
        return [
            table.objects.count()
            for table in (Document, DocumentLine, Item, JournalEntry, Series, Event, IdempotencyKey)
        ]

    return count


def test_an_invoice_is_issued_with_number_item_and_entry(
    books: Books, owner: Caller, body: dict[str, Any]
) -> None:
    line = {
        "product": "P-100",
        "description": "Bearing 6204 – größer",
        "quantity": "2.5",
        "price": "40",
        "net": "100.00",
        "tax_rate": "19",
        "tax": "19.00",
    }
    reply = owner.post("/documents", body | {"lines": [line], "customer_po": "4500012345"})
    assert reply.status == 201
    said = reply.json
    [item_id] = said.pop("item_ids")
    assert said.pop("recorded_at").endswith("Z")
    assert said == {
        "id": said["id"],
        "company_id": books.company_id,
        "customer_id": body["customer_id"],
        "kind": "INVOICE",
        "number": "RE-2026-000001",
        "currency": "EUR",
        "net": "100.00",
        "tax": "19.00",
        "gross": "119.00",
        "document_date": "2026-04-15",
        "tax_point_date": "2026-04-15",
        "posting_date": "2026-04-15",
        "due_date": "2026-05-15",
        "payment_terms": "",
        "customer_po": "4500012345",
        "structured_reference": "",
        "source": "",
        "actor_id": owner.user_id,
        "lines": [{"line_no": 1, "tax_code": "", **line}],
    }
    assert owner.get(f"/items/{item_id}").json["open_amount"] == "119.00"
    [entry] = owner.get("/journal-entries", item_id=item_id).json["data"]
    assert (entry["actor_id"], [line["amount"] for line in entry["postings"]]) == (
        owner.user_id,
        ["119.00", "-100.00", "-19.00"],
    )


def test_a_credit_note_is_below_zero_and_has_its_own_series(owner: Caller, body: dict[str, Any]) -> None:
    said = owner.post("/documents", body | {"kind": "CREDIT_NOTE", "net": "-10.00", "tax": "-1.90"}).json
    assert (said["number"], said["gross"]) == ("GS-2026-000001", "-11.90")


def test_a_document_taken_over_keeps_its_number_and_books_no_revenue(
    owner: Caller, body: dict[str, Any]
) -> None:
    said = owner.post("/documents", body | {"number": "ALT-77", "is_taken_over": True}).json
    [entry] = owner.get("/journal-entries", document_id=said["id"]).json["data"]
    assert said["number"] == "ALT-77"
    assert [line["account_role"] for line in entry["postings"]] == ["RECEIVABLES", "TAKEOVER"]


def test_a_number_is_given_once(
    owner: Caller, body: dict[str, Any], count_rows: Callable[[], list[int]]
) -> None:
    owner.post("/documents", body | {"number": "R-1"})
    before = count_rows()
    reply = owner.post("/documents", body | {"number": "R-1", "net": "200.00"})
    assert (reply.status, reply.error["code"], reply.error["type"]) == (409, "ALREADY_EXISTS", "conflict")
    assert count_rows() == before


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"posting_date": "2031-01-01"}, (409, "PERIOD_NOT_OPEN", None)),
        ({"currency": "USD"}, (409, "NO_RATE", None)),
        ({"customer_id": 987654321}, (404, "NOT_FOUND", "customer")),
        ({"lines": [{"quantity": "1", "price": "1.00", "net": "1.00"}]}, (422, "CANNOT_ISSUE", "lines")),
    ],
)
def test_what_is_refused_changes_nothing(
    owner: Caller,
    body: dict[str, Any],
    count_rows: Callable[[], list[int]],
    change: dict[str, Any],
    refused: tuple[int, str, str | None],
) -> None:
    before = count_rows()
    assert owner.post("/documents", body | change).refused == refused
    assert count_rows() == before


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COLLECTOR, Role.ACCOUNTANT])
def test_who_lacks_the_duty_issues_nothing(
    house: House, body: dict[str, Any], count_rows: Callable[[], list[int]], role: Role
) -> None:
    caller = house.caller(role)
    before = count_rows()
    reply = caller.post("/documents", body)
    assert reply.refused == (403, "NOT_ALLOWED", None)
    assert reply.error["details"] == {"duty": "BILL", "company_id": house.books.company_id}
    assert count_rows() == before


def test_nobody_issues_for_anothers_customer(
    make_house: Callable[..., House], body: dict[str, Any], count_rows: Callable[[], list[int]]
) -> None:
    stranger = make_house().caller(Role.OWNER)
    before = count_rows()
    assert stranger.post("/documents", body).refused == (404, "NOT_FOUND", "customer")
    assert count_rows() == before
