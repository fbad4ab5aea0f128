"""Applying payments through the door, taking it back, and two clerks at the same items."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from acquit.controls.rules.duties import Role
from acquit.infra.models import IdempotencyKey
from acquit.receivables.models import Clearing, ClearingEdge
from tests.api.caller import Caller, House, Reply
from tests.builders import Books, make_books

in_transaction = pytest.mark.django_db
for_real = pytest.mark.django_db(transaction=True)


def _pay(owner: Caller, books: Books, customer: int, amount: str, reference: str = "TX") -> dict[str, Any]:
    body = {
        "company_id": books.company_id,
        "customer_id": customer,
        "amount": amount,
        "currency": "EUR",
        "value_date": "2026-04-15",
        "reference": reference,
    }
    reply = owner.post("/payments", body)
    assert reply.status == 201
    said = reply.json
    assert isinstance(said, dict)
    return said


def _open(caller: Caller) -> dict[int, str]:
    return {row["id"]: row["open_amount"] for row in caller.get("/items").json["data"]}


@pytest.fixture
def count_rows(look: Callable[[], None]) -> Callable[[], list[int]]:
    def count() -> list[int]:
        look()
        return [table.objects.count() for table in (Clearing, ClearingEdge, IdempotencyKey)]

    return count


@in_transaction
def test_a_payment_is_applied_to_items_and_the_rest_stays_on_account(books: Books, owner: Caller) -> None:
    customer = books.customer()
    first, second = books.invoice(customer, "100.00"), books.invoice(customer, "80.00")
    payment = _pay(owner, books, customer, "150.00")
    items = [{"item_id": first.item_id, "amount": "100.00"}, {"item_id": second.item_id, "amount": "30.00"}]
    reply = owner.post("/applications", {"payment_id": payment["id"], "items": items})
    assert reply.status == 201
    said = reply.json
    assert (said["payment_id"], said["outcome"], said["is_in_force"], said["actor_id"]) == (
        payment["id"],
        "CONFIRMED",
        True,
        owner.user_id,
    )
    assert sorted((c["debit_item_id"], c["amount"]) for c in said["clearings"]) == [
        (first.item_id, "100.00"),
        (second.item_id, "30.00"),
    ]
    assert _open(owner) == {second.item_id: "50.00", payment["item_id"]: "-20.00"}
    assert owner.get(f"/applications/{said['id']}").json == said
    assert owner.get("/applications", payment_id=payment["id"]).json["data"] == [said]
    assert owner.get(f"/payments/{payment['id']}").json["state"] == "CONFIRMED"


@in_transaction
def test_an_application_is_taken_back_whole(books: Books, owner: Caller) -> None:
    customer = books.customer()
    invoice = books.invoice(customer, "119.00", tax="19.00")
    payment = _pay(owner, books, customer, "116.62")
    before = _open(owner)
    part = {
        "item_id": invoice.item_id,
        "amount": "116.62",
        "differences": [{"kind": "DISCOUNT", "amount": "2.38"}],
    }
    application = owner.post("/applications", {"payment_id": payment["id"], "items": [part]}).json
    assert _open(owner) == {}
    path = f"/applications/{application['id']}/undo"
    reply = owner.post(path, {"reason": "Paid for another invoice"}, key="U")
    assert (reply.status, reply.json["is_in_force"]) == (200, False)
    assert {c["is_taken_back"] for c in reply.json["clearings"]} == {True}
    assert _open(owner) == before
    assert owner.get(f"/payments/{payment['id']}").json["state"] == payment["state"]
    again = owner.post(path, {"reason": "Paid for another invoice"}, key="U")
    assert (again.content, again.headers["idempotent-replayed"]) == (reply.content, "true")
    assert owner.post(path, {"reason": "Once more"}).refused == (409, "CANNOT_MOVE", "receipt")
    assert _open(owner) == before


@in_transaction
def test_an_older_application_is_not_taken_for_the_one_in_force(books: Books, owner: Caller) -> None:
    customer = books.customer()
    invoice = books.invoice(customer, "100.00")
    payment = _pay(owner, books, customer, "60.00")
    body = {"payment_id": payment["id"], "items": [{"item_id": invoice.item_id, "amount": "60.00"}]}
    first = owner.post("/applications", body).json
    owner.post(f"/applications/{first['id']}/undo", {"reason": "Mistake"})
    second = owner.post("/applications", body).json
    after = _open(owner)
    reply = owner.post(f"/applications/{first['id']}/undo", {"reason": "Mistake"})
    assert reply.refused == (409, "CANNOT_MOVE", "receipt")
    assert _open(owner) == after
    in_force = {row["id"]: row["is_in_force"] for row in owner.get("/applications").json["data"]}
    assert in_force == {second["id"]: True, first["id"]: False}


@in_transaction
def test_a_deduction_opens_a_case_and_leaves_its_rest_open(books: Books, owner: Caller) -> None:
    customer = books.customer()
    items = [books.invoice(customer, gross).item_id for gross in ("1000.00", "1200.00", "800.00")]
    payment = _pay(owner, books, customer, "2850.00")
    parts: list[dict[str, Any]] = [
        {"item_id": items[0], "amount": "1000.00"},
        {"item_id": items[1], "amount": "1050.00"},
        {"item_id": items[2], "amount": "800.00"},
    ]
    parts[1]["differences"] = [{"kind": "DEDUCTION", "amount": "150.00", "reason": "DAMAGED"}]
    reply = owner.post("/applications", {"payment_id": payment["id"], "items": parts})
    assert reply.status == 201
    assert _open(owner) == {items[1]: "150.00"}
    [row] = (
        owner.get("/worklist", as_of="2026-06-30").json["data"]
        or owner.get("/worklist", as_of="2026-06-30", state="HELD_BACK").json["data"]
    )
    assert row["disputed_amount"] == "150.00"


@in_transaction
def test_what_the_rules_propose_is_confirmed_as_it_is(books: Books, owner: Caller) -> None:
    customer = books.customer("1", name="Bergmann AG")
    invoice, same = books.invoice(customer, "119.00"), books.invoice(customer, "119.00")
    payment = _pay(owner, books, customer, "119.00")
    assert payment["state"] == "PROPOSED"
    body = {"payment_id": payment["id"], "is_as_proposed": True}
    reply = owner.post("/applications", body)
    assert reply.status == 201
    assert [c["debit_item_id"] for c in reply.json["clearings"]] == [invoice.item_id]
    assert _open(owner) == {same.item_id: "119.00"}
    assert owner.post("/applications", body).refused == (409, "CANNOT_MOVE", "receipt")


@in_transaction
@pytest.mark.parametrize(
    ("items", "refused"),
    [
        ([], (422, "INVALID", "items")),
        ([("own", "0")], (409, "CANNOT_APPLY", "amount")),
        ([("own", "-5.00")], (409, "CANNOT_APPLY", "amount")),
        ([("own", "100.01")], (409, "CANNOT_APPLY", "items")),
        ([("own", "100.001")], (422, "AMOUNT_TOO_FINE", "items.0.amount")),
        ([("own", 100)], (422, "INVALID", "items.0.amount")),
        ([("own", "50.00"), ("own", "50.00")], (422, "INVALID", "items")),
        ([("gone", "5.00")], (409, "CANNOT_APPLY", "items")),
        ([("strange", "5.00")], (404, "NOT_FOUND", "items")),
        ([("nobody", "5.00")], (404, "NOT_FOUND", "items")),
    ],
)
def test_what_is_refused_changes_nothing(
    books: Books,
    owner: Caller,
    make_house: Callable[..., House],
    look: Callable[[], None],
    count_rows: Callable[[], list[int]],
    items: list[tuple[str, Any]],
    refused: tuple[int, str, str],
) -> None:
    customer = books.customer()
    gone = books.invoice(customer, "5.00").item_id
    books.clear(books.payment(customer, "5.00"), gone, "5.00")
    known = {
        "own": books.invoice(customer, "100.00").item_id,
        "gone": gone,
        "strange": _strange_item(make_house()),
        "nobody": 987654321,
    }
    payment = _pay(owner, books, customer, "150.00")
    before = count_rows(), _open(owner)
    parts = [{"item_id": known[name], "amount": amount} for name, amount in items]
    assert owner.post("/applications", {"payment_id": payment["id"], "items": parts}).refused == refused
    assert (count_rows(), _open(owner)) == before


@in_transaction
@pytest.mark.parametrize("both", [True, False])
def test_one_way_of_applying_is_named(books: Books, owner: Caller, both: bool) -> None:
    customer = books.customer()
    payment = _pay(owner, books, customer, "10.00")
    parts = {"items": [{"item_id": 1, "amount": "1.00"}], "is_as_proposed": True} if both else {}
    assert owner.post("/applications", {"payment_id": payment["id"], **parts}).refused == (
        422,
        "INVALID",
        "body",
    )


@in_transaction
def test_who_lacks_the_duty_applies_and_undoes_nothing(
    house: House, owner: Caller, count_rows: Callable[[], list[int]]
) -> None:
    customer = house.books.customer()
    invoice = house.books.invoice(customer, "100.00")
    auditor = house.caller(Role.AUDITOR)
    payment = _pay(owner, house.books, customer, "60.00")
    body = {"payment_id": payment["id"], "items": [{"item_id": invoice.item_id, "amount": "60.00"}]}
    before = count_rows()
    assert auditor.post("/applications", body).refused == (403, "NOT_ALLOWED", None)
    assert count_rows() == before
    application = owner.post("/applications", body).json
    before = count_rows()
    path = f"/applications/{application['id']}/undo"
    assert auditor.post(path, {"reason": "Why not"}).refused == (403, "NOT_ALLOWED", None)
    assert count_rows() == before


@in_transaction
def test_a_payment_or_application_of_others_does_not_exist(
    house: House, owner: Caller, make_house: Callable[..., House]
) -> None:
    customer = house.books.customer()
    invoice = house.books.invoice(customer, "100.00")
    payment = _pay(owner, house.books, customer, "60.00")
    body = {"payment_id": payment["id"], "items": [{"item_id": invoice.item_id, "amount": "60.00"}]}
    stranger = make_house().caller(Role.OWNER)
    assert stranger.post("/applications", body).refused == (404, "NOT_FOUND", "receipt")
    application = owner.post("/applications", body).json
    assert stranger.get(f"/applications/{application['id']}").refused[:2] == (404, "NOT_FOUND")
    undo = stranger.post(f"/applications/{application['id']}/undo", {"reason": "Mine"})
    assert undo.refused[:2] == (404, "NOT_FOUND")
    assert _open(owner) == {invoice.item_id: "40.00"}


@in_transaction
def test_a_decision_that_applied_nothing_is_no_application(owner: Caller, books: Books) -> None:
    payment = _pay(owner, books, books.customer(), "10.00")
    assert owner.get(f"/decisions/{payment['decision_id']}").status == 200
    path = f"/applications/{payment['decision_id']}"
    assert owner.get(path).refused == (404, "NOT_FOUND", "application_id")
    assert owner.post(f"{path}/undo", {"reason": "X"}).refused == (404, "NOT_FOUND", "application_id")


@for_real
def test_two_clerks_apply_two_payments_to_the_same_item() -> None:
    books = make_books()
    house = House(books)
    clerks = [house.caller(Role.CASH_CLERK), house.caller(Role.CASH_CLERK)]
    customer = books.customer()
    invoice = books.invoice(customer, "100.00")
    payments = [_pay(clerk, books, customer, "75.00", f"TX-{n}") for n, clerk in enumerate(clerks)]
    start = Barrier(2)

    def apply(n: int) -> Reply:
        start.wait()
        body = {
            "payment_id": payments[n]["id"],
            "items": [{"item_id": invoice.item_id, "amount": "75.00"}],
        }
        try:
            return Caller(clerks[n].token).post("/applications", body)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(apply, range(2)))
    assert sorted(reply.status for reply in replies) == [201, 409]
    [refused] = [reply for reply in replies if reply.status == 409]
    assert refused.error["code"] in {"CANNOT_APPLY", "CHANGED_MEANWHILE"}
    loser = payments[replies.index(refused)]
    assert _open(clerks[0]) == {invoice.item_id: "25.00", loser["item_id"]: "-75.00"}


def _strange_item(other: House) -> int:
    return other.books.invoice(other.books.customer("S"), "100.00").item_id
