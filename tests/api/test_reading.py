"""What the lists and the single rows say, to the cent and to the day; and that others' rows do not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from acquit.controls.operations import grant_role
from acquit.controls.rules.duties import Role
from tests.api.caller import Caller, House
from tests.builders import FIRST_DAY, SYSTEM, Books, make_books

pytestmark = pytest.mark.django_db


def test_companies_say_what_you_may_do(house: House) -> None:
    caller = house.caller(Role.CASH_CLERK)
    assert caller.get("/companies").json == {
        "data": [
            {
                "id": house.books.company_id,
                "name": house.books.company.name,
                "country": "",
                "currency": "EUR",
                "group_currency": "EUR",
                "duties": ["CASH", "INTAKE", "READ"],
            }
        ],
        "has_more": False,
        "next_cursor": None,
    }


def test_customers_are_found_by_every_word(books: Books, owner: Caller) -> None:
    books.customer("10", name="Bergmann Maschinenbau", city="Kassel")
    books.customer("11", name="Bergbahn AG", city="Kassel")
    books.customer("20", name="Talstation", trading_names=("Zum Berg",))

    def found(search: str) -> list[str]:
        return [row["number"] for row in owner.get("/customers", search=search).json["data"]]

    assert found("") == ["11", "10", "20"]
    assert found("berg") == ["11", "10", "20"]
    assert found("berg kass masch") == ["10"]
    assert found("2") == ["20"]
    assert found("%") == []
    assert found("_") == []


def test_a_customer_is_given_whole(books: Books, owner: Caller) -> None:
    customer = books.customer(
        "10", name="Bergmann", credit_limit=Decimal(5000), ibans=("DE89370400440532013000",)
    )
    said = owner.get(f"/customers/{customer}").json
    assert (said["id"], said["number"], said["name"]) == (customer, "10", "Bergmann")
    assert (said["credit_limit"], said["ibans"]) == ("5000.00", ["DE89370400440532013000"])
    assert said["company_id"] == books.company_id


@pytest.mark.parametrize(
    ("currency", "amount", "said"),
    [("EUR", "119", "119.00"), ("JPY", "1000", "1000"), ("KWD", "1.5", "1.500"), ("EUR", "-11.9", "-11.90")],
)
def test_amounts_have_the_decimals_of_their_currency(
    make_house: Callable[..., House], currency: str, amount: str, said: str
) -> None:
    house = make_house(currency=currency)
    customer = house.books.customer()
    house.books.invoice(customer, amount)
    [item] = house.caller(Role.AUDITOR).get("/items").json["data"]
    assert (item["original_amount"], item["open_amount"], item["currency"]) == (said, said, currency)


def test_open_items_come_by_due_date_and_all_of_them_latest_first(books: Books, owner: Caller) -> None:
    customer = books.customer()
    late = books.invoice(customer, "10.00", due_date=date(2026, 6, 1))
    early = books.invoice(customer, "20.00", due_date=date(2026, 5, 1))
    cleared = books.invoice(customer, "30.00", due_date=date(2026, 4, 1))
    payment = books.payment(customer, "30.00")
    books.clear(payment, cleared.item_id, "30.00")

    def ids(**query: Any) -> list[int]:
        return [row["id"] for row in owner.get("/items", **query).json["data"]]

    assert ids() == [early.item_id, late.item_id]
    assert ids(state="ALL") == [payment, cleared.item_id, early.item_id, late.item_id]
    assert ids(due_from="2026-05-02") == [late.item_id]
    assert ids(due_until="2026-06-01") == [early.item_id]
    assert ids(due_from="2026-05-01", due_until="2026-05-01") == []
    assert ids(state="ALL", document_id=cleared.document_id) == [cleared.item_id]
    assert ids(customer_id=customer + 1) == []
    assert ids(company_id=books.company_id) == [early.item_id, late.item_id]


def test_an_item_tells_what_cleared_it_and_what_was_taken_back(books: Books, owner: Caller) -> None:
    customer = books.customer()
    invoice = books.invoice(customer, "119.00", tax="19.00")
    payment = books.payment(customer, "100.00")
    clearing = books.clear(payment, invoice.item_id, "100.00")
    reversal = books.unclear(clearing)
    said = owner.get(f"/items/{invoice.item_id}").json
    assert (said["number"], said["original_amount"], said["open_amount"]) == (
        "RE-2026-000001",
        "119.00",
        "119.00",
    )
    assert [(c["clearing_id"], c["amount"], c["is_taken_back"]) for c in said["clearings"]] == [
        (reversal, "-100.00", True),
        (clearing, "100.00", True),
    ]
    assert {c["credit_item_id"] for c in said["clearings"]} == {payment}


def test_a_past_day_shows_what_was_open_then(books: Books, owner: Caller) -> None:
    customer = books.customer()
    invoice = books.invoice(customer, "119.00", document_date=date(2026, 1, 10), due_date=date(2026, 2, 9))
    later = books.invoice(customer, "50.00", document_date=date(2026, 3, 20), due_date=date(2026, 4, 19))
    payment = books.payment(customer, "119.00", paid_date=date(2026, 3, 1))
    books.clear(payment, invoice.item_id, "100.00", day=date(2026, 3, 5))

    def open_on(day: str) -> dict[int, str]:
        rows = owner.get("/items", as_of=day).json["data"]
        return {row["id"]: row["open_amount"] for row in rows}

    assert open_on("2026-01-09") == {}
    assert open_on("2026-02-28") == {invoice.item_id: "119.00"}
    assert open_on("2026-03-04") == {invoice.item_id: "119.00", payment: "-119.00"}
    assert open_on("2026-03-05") == {invoice.item_id: "19.00", payment: "-19.00"}
    assert open_on("2026-04-15") == {invoice.item_id: "19.00", payment: "-19.00", later.item_id: "50.00"}
    assert open_on("2026-03-04") == _open_by_ageing(owner, "2026-03-04", invoice.item_id, payment)


def test_the_ageing_of_a_past_day_has_the_buckets_of_that_day(books: Books, owner: Caller) -> None:
    customer = books.customer()
    invoice = books.invoice(customer, "119.00", document_date=date(2026, 1, 10), due_date=date(2026, 2, 9))
    payment = books.payment(customer, "119.00", paid_date=date(2026, 3, 1))
    books.clear(payment, invoice.item_id, "119.00", day=date(2026, 3, 20))
    [row] = owner.get("/ageing", as_of="2026-03-15").json["data"]
    assert row == {
        "company_id": books.company_id,
        "customer_id": customer,
        "currency": "EUR",
        "open_amount": "119.00",
        "not_due": "0.00",
        "days_1_30": "0.00",
        "days_31_60": "119.00",
        "days_61_90": "0.00",
        "days_91_plus": "0.00",
        "unapplied_amount": "-119.00",
        "oldest_due_date": "2026-02-09",
    }
    assert owner.get("/ageing").json["data"] == []


def test_the_worklist_ranks_who_owes_most_and_holds_back_who_has_paid(books: Books, owner: Caller) -> None:
    small, large, paid = books.customers("1", "2", "3")
    for customer, gross in ((small, "100.00"), (large, "90000.00"), (paid, "500.00")):
        books.invoice(customer, gross, document_date=date(2026, 1, 10), due_date=date(2026, 2, 9))
    books.payment(paid, "500.00")
    page = owner.get("/worklist").json
    assert [row["customer_id"] for row in page["data"]] == [large, small]
    first = page["data"][0]
    assert (first["customer_number"], first["to_ask_amount"], first["days_past_due"]) == (
        "2",
        "90000.00",
        65,
    )
    assert sum(map(Decimal, first["score_parts"].values())) == Decimal(first["score"])
    [held] = owner.get("/worklist", state="HELD_BACK").json["data"]
    assert (held["customer_id"], held["held_back"]) == (
        paid,
        {"code": "CASH_IN_HOUSE", "values": ["500.00"]},
    )
    assert owner.get("/worklist", as_of="2026-02-09").json["data"] == []


def test_a_document_is_given_with_its_items_and_entry(books: Books, owner: Caller) -> None:
    customer = books.customer()
    issued = books.invoice(customer, "119.00", tax="19.00")
    said = owner.get(f"/documents/{issued.document_id}").json
    assert (said["number"], said["net"], said["tax"], said["gross"]) == (
        issued.number,
        "100.00",
        "19.00",
        "119.00",
    )
    assert said["item_ids"] == [issued.item_id]
    assert [row["id"] for row in owner.get("/documents", number=issued.number).json["data"]] == [
        issued.document_id
    ]
    assert owner.get("/documents", number="RE").json["data"] == []
    [entry] = owner.get("/journal-entries", document_id=issued.document_id).json["data"]
    assert [(line["account_role"], line["amount"]) for line in entry["postings"]] == [
        ("RECEIVABLES", "119.00"),
        ("REVENUE", "-100.00"),
        ("OUTPUT_VAT", "-19.00"),
    ]
    assert owner.get(f"/journal-entries/{entry['id']}").json == entry
    assert [row["id"] for row in owner.get("/journal-entries", item_id=issued.item_id).json["data"]] == [
        entry["id"]
    ]


def test_rows_of_another_company_do_not_exist(
    make_house: Callable[..., House], look: Callable[[], None], owner: Caller
) -> None:
    look()
    stranger = make_house()
    customer = stranger.books.customer()
    issued = stranger.books.invoice(customer)
    them = stranger.caller(Role.OWNER)
    body = {
        "company_id": stranger.books.company_id,
        "amount": "50.00",
        "currency": "EUR",
        "value_date": "2026-04-15",
        "reference": "X",
        "text": issued.number,
    }
    payment = them.post("/payments", body).json
    entry = them.get("/journal-entries").json["data"][0]
    theirs = {
        f"/customers/{customer}",
        f"/items/{issued.item_id}",
        f"/documents/{issued.document_id}",
        f"/journal-entries/{entry['id']}",
        f"/payments/{payment['id']}",
        f"/decisions/{payment['decision_id']}",
    }
    assert [them.get(path).status for path in theirs] == [200] * len(theirs)
    assert [owner.get(path).refused[:2] for path in theirs] == [(404, "NOT_FOUND")] * len(theirs)
    lists = ("/customers", "/items", "/ageing", "/documents", "/journal-entries", "/payments", "/worklist")
    assert [owner.get(path).json["data"] for path in lists] == [[]] * len(lists)
    assert [owner.get(path, company_id=stranger.books.company_id).refused for path in lists] == [
        (404, "NOT_FOUND", "company_id")
    ] * len(lists)


def test_what_does_not_exist_is_not_found(owner: Caller) -> None:
    for noun in (
        "customers",
        "items",
        "documents",
        "journal-entries",
        "payments",
        "decisions",
        "applications",
    ):
        assert owner.get(f"/{noun}/987654321").refused[:2] == (404, "NOT_FOUND")


def test_a_reader_reads_many_companies_at_once(house: House) -> None:
    caller = house.caller(Role.AUDITOR)
    house.books.customer("1", name="Ahorn")
    other = House(make_books())
    other.books.customer("2", name="Birke")
    grant_role(
        actor=SYSTEM,
        user_id=caller.user_id,
        company_id=other.books.company_id,
        role=Role.AUDITOR,
        valid_from=FIRST_DAY,
    )
    assert [row["name"] for row in caller.get("/customers").json["data"]] == ["Ahorn", "Birke"]
    only = caller.get("/customers", company_id=other.books.company_id).json["data"]
    assert [row["name"] for row in only] == ["Birke"]


def _open_by_ageing(owner: Caller, day: str, invoice: int, payment: int) -> dict[int, str]:
    [row] = owner.get("/ageing", as_of=day).json["data"]
    return {invoice: row["open_amount"], payment: row["unapplied_amount"]}
