"""A POST sent twice is done once: replayed, refused with other parameters, and judged in a race."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread
from typing import Any

import psycopg
import pytest
from django.db import connection

from acquit.billing.models import Document
from acquit.controls.models import Grant
from acquit.controls.rules.duties import Role
from acquit.core.errors import Refusal
from acquit.infra.idempotency import Answer, KeyInProgress, KeyReused, run_once
from acquit.infra.models import IdempotencyKey
from acquit.infra.transaction import operation, set_companies
from acquit.parties.queries import list_customers
from tests import databases
from tests.api.caller import Caller, House, Reply
from tests.builders import Books, make_books

in_transaction = pytest.mark.django_db
for_real = pytest.mark.django_db(transaction=True)


def _body(customer: int, **change: Any) -> dict[str, Any]:
    return {
        "customer_id": customer,
        "kind": "INVOICE",
        "currency": "EUR",
        "document_date": "2026-04-15",
        "due_date": "2026-05-15",
        "net": "100.00",
        "tax": "19.00",
        **change,
    }


@in_transaction
def test_the_same_request_gives_the_same_answer_and_is_done_once(books: Books, owner: Caller) -> None:
    body = _body(books.customer())
    first = owner.post("/documents", body, key="K")
    again = owner.post("/documents", dict(reversed(body.items())), key="K")
    assert first.status == 201
    assert (again.status, again.content) == (first.status, first.content)
    assert (first.headers.get("idempotent-replayed"), again.headers["idempotent-replayed"]) == (None, "true")
    set_companies([books.company_id])
    assert [row.number for row in Document.objects.all()] == [first.json["number"]]


@in_transaction
@pytest.mark.parametrize("change", [{"net": "100.01"}, {"customer_po": "PO-1"}, {"due_date": "2026-05-16"}])
def test_the_same_key_for_another_request_is_refused(
    books: Books, owner: Caller, change: dict[str, str]
) -> None:
    body = _body(books.customer())
    owner.post("/documents", body, key="K")
    reply = owner.post("/documents", body | change, key="K")
    assert reply.refused == (409, "IDEMPOTENCY_KEY_REUSED", "Idempotency-Key")
    set_companies([books.company_id])
    assert Document.objects.count() == 1


@in_transaction
def test_the_same_key_at_another_address_is_refused(books: Books, owner: Caller) -> None:
    owner.post("/documents", _body(books.customer()), key="K")
    body = {
        "company_id": books.company_id,
        "amount": "1.00",
        "currency": "EUR",
        "value_date": "2026-04-15",
        "reference": "R",
    }
    assert owner.post("/payments", body, key="K").refused == (
        409,
        "IDEMPOTENCY_KEY_REUSED",
        "Idempotency-Key",
    )
    assert owner.get("/payments").json["data"] == []


@in_transaction
def test_each_user_has_keys_of_their_own(house: House, owner: Caller) -> None:
    body = _body(house.books.customer())
    other = house.caller(Role.OWNER)
    first, second = owner.post("/documents", body, key="K"), other.post("/documents", body, key="K")
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] != second.json["id"]


@in_transaction
def test_a_refused_request_leaves_its_key_unused(books: Books, owner: Caller) -> None:
    body = _body(books.customer())
    closed = owner.post("/documents", body | {"posting_date": "2031-01-01"}, key="K")
    assert closed.refused == (409, "PERIOD_NOT_OPEN", None)
    set_companies([books.company_id])
    assert (Document.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
    assert owner.post("/documents", body, key="K").status == 201


@in_transaction
def test_a_right_that_is_gone_ends_the_replay_too(house: House) -> None:
    caller = house.caller(Role.OWNER)
    body = _body(house.books.customer())
    caller.post("/documents", body, key="K")
    set_companies([house.books.company_id])
    with operation():
        Grant.objects.filter(user_id=caller.user_id).update(valid_until="2026-04-01")
    assert caller.post("/documents", body, key="K").refused[:2] == (404, "NOT_FOUND")


@in_transaction
@pytest.mark.parametrize("key", [None, " ", "a b", "é", "x" * 201, "a\tb"])
def test_a_post_needs_a_key(books: Books, owner: Caller, key: str | None) -> None:
    reply = owner.post("/documents", _body(books.customer()), key=key)
    assert reply.refused == (400, "IDEMPOTENCY_KEY_NEEDED", "Idempotency-Key")
    set_companies([books.company_id])
    assert Document.objects.count() == 0


@for_real
def test_the_same_request_from_many_threads_is_done_once() -> None:
    books = make_books()
    caller = House(books).caller(Role.OWNER)
    body = _body(books.customer())
    start = Barrier(6)

    def send(_n: int) -> Reply:
        start.wait()
        try:
            return Caller(caller.token).post("/documents", body, key="K")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(send, range(6)))
    assert {(reply.status, reply.content) for reply in replies} == {(201, replies[0].content)}
    assert sorted(reply.headers.get("idempotent-replayed", "") for reply in replies) == ["", *["true"] * 5]
    set_companies([books.company_id])
    assert Document.objects.count() == 1


@for_real
def test_different_requests_from_many_threads_under_one_key_are_done_once() -> None:
    books = make_books()
    caller = House(books).caller(Role.OWNER)
    customer = books.customer()
    start = Barrier(4)

    def send(n: int) -> Reply:
        start.wait()
        try:
            return Caller(caller.token).post("/documents", _body(customer, net=f"{n + 1}.00"), key="K")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(send, range(4)))
    assert sorted(reply.status for reply in replies) == [201, 409, 409, 409]
    assert {reply.error["code"] for reply in replies if reply.status == 409} == {"IDEMPOTENCY_KEY_REUSED"}
    set_companies([books.company_id])
    assert Document.objects.count() == 1


@for_real
def test_who_waits_too_long_for_the_first_is_told_so_and_does_nothing() -> None:
    books = make_books()
    acting, finish = Event(), Event()
    done: list[Answer] = []

    def act_slowly() -> tuple[int, str]:
        acting.set()
        assert finish.wait(30)
        return 201, "first"

    def send_first() -> None:
        try:
            set_companies([books.company_id])
            done.append(run_once(company_id=books.company_id, key="K", fingerprint="F", act=act_slowly))
        finally:
            connection.close()

    thread = Thread(target=send_first)
    thread.start()
    try:
        assert acting.wait(30)
        with pytest.raises(KeyInProgress):
            run_once(
                company_id=books.company_id,
                key="K",
                fingerprint="F",
                act=lambda: pytest.fail("was done twice"),
                patience_seconds=1,
            )
        other = run_once(company_id=books.company_id, key="L", fingerprint="F", act=lambda: (200, "other"))
    finally:
        finish.set()
        thread.join()
    assert (done, other) == ([Answer(201, "first")], Answer(200, "other"))
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@for_real
def test_the_constraint_judges_who_came_past_the_lock() -> None:
    books = make_books()

    def act_while_another_answers() -> tuple[int, str]:
        books.customer("2")
        with psycopg.connect(**databases.settings_for("owner"), autocommit=True) as other:
            other.execute("SELECT set_config('acquit.companies', %s, false)", [str(books.company_id)])
            other.execute(
                "INSERT INTO idempotency_key (company_id, key, fingerprint, status, result)"
                " VALUES (%s, 'K', 'F', 202, '\"theirs\"')",
                [books.company_id],
            )
        return 201, "ours"

    answer = run_once(company_id=books.company_id, key="K", fingerprint="F", act=act_while_another_answers)
    assert answer == Answer(202, "theirs", is_replay=True)
    assert IdempotencyKey.objects.count() == 1
    assert list_customers() == []


@in_transaction
def test_a_key_counts_for_one_company() -> None:
    first, second = make_books(), make_books()
    answers = [
        run_once(company_id=books.company_id, key="K", fingerprint="F", act=lambda n=n: (200, n))  # type: ignore[misc]
        for n, books in enumerate((first, second))
    ]
    assert answers == [Answer(200, 0), Answer(200, 1)]
    with pytest.raises(KeyReused):
        run_once(company_id=first.company_id, key="K", fingerprint="G", act=lambda: pytest.fail("was done"))


@in_transaction
def test_what_was_refused_is_asked_again() -> None:
    books = make_books()

    def refuse() -> tuple[int, str]:
        books.customer("2")
        raise Refusal("no")

    for _ in range(2):
        with pytest.raises(Refusal, match=r"^no$"):
            run_once(company_id=books.company_id, key="K", fingerprint="F", act=refuse)
    assert IdempotencyKey.objects.count() == 0
    assert run_once(company_id=books.company_id, key="K", fingerprint="F", act=lambda: (200, 1)) == Answer(
        200, 1
    )
