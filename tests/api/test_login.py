"""Logging in with a token: who is let in, what they see, and that nothing of it outlives the request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from acquit.api import customers
from acquit.controls.models import ApiToken, Grant, User
from acquit.controls.operations import grant_role, hash_token, issue_token
from acquit.controls.rules.duties import Role
from acquit.infra.models import Event
from acquit.infra.transaction import company_ids_in_scope, operation
from tests.api.caller import Caller, House
from tests.builders import SYSTEM, Books

pytestmark = pytest.mark.django_db

LOGIN = {"username": "mia", "password": "a long password", "name": "nightly import"}


@pytest.mark.parametrize("token", [None, "", "aq_unknown", "aq_é", "x" * 5000, "aq_ two parts"])
def test_no_valid_token_is_no_entry(house: House, token: str | None) -> None:
    reply = Caller(token).get("/customers")
    assert reply.refused == (401, "TOKEN_NEEDED", None)
    assert reply.headers["www-authenticate"] == 'Bearer realm="acquit"'


@pytest.mark.parametrize("header", ["Basic bWlhOng=", "Bearer", "aq_x", "bearer\taq_x"])
def test_other_schemes_are_no_entry(house: House, header: str) -> None:
    reply = Caller(None).send("GET", "/customers", headers={"Authorization": header})
    assert reply.refused == (401, "TOKEN_NEEDED", None)


def test_a_revoked_token_is_no_entry(owner: Caller) -> None:
    [token] = owner.get("/tokens").json["data"]
    assert token["revoked_at"] is None
    revoked = owner.send("DELETE", f"/tokens/{token['id']}")
    assert (revoked.status, revoked.content) == (204, b"")
    assert owner.get("/tokens").refused == (401, "TOKEN_NEEDED", None)


def test_an_inactive_user_is_no_entry(owner: Caller) -> None:
    User.objects.filter(id=owner.user_id).update(is_active=False)
    assert owner.get("/customers").refused == (401, "TOKEN_NEEDED", None)


def test_logging_in_gives_a_token_that_works_and_is_kept_as_a_hash_only(house: House) -> None:
    house.caller(Role.AUDITOR, name="mia")
    reply = Caller(None).post("/tokens", LOGIN, key=None)
    assert reply.status == 201
    assert set(reply.json) == {"id", "name", "recorded_at", "revoked_at", "token"}
    token = reply.json["token"]
    assert token.startswith("aq_")
    row = ApiToken.objects.get(id=reply.json["id"])
    assert (row.name, row.token_hash, row.revoked_at) == ("nightly import", hash_token(token), None)
    assert token not in str(list(ApiToken.objects.values())) + str(list(Event.objects.values()))
    [company] = Caller(token).get("/companies").json["data"]
    assert (company["id"], company["duties"]) == (house.books.company_id, ["AUDIT", "READ"])


@pytest.mark.parametrize("change", [{"password": "another password"}, {"username": "nobody"}])
def test_a_wrong_log_in_gives_no_token_and_does_not_say_what_was_wrong(
    house: House, change: dict[str, str]
) -> None:
    house.caller(name="mia")
    before = ApiToken.objects.count()
    reply = Caller(None).post("/tokens", LOGIN | change, key=None)
    assert reply.refused == (401, "LOGIN_FAILED", "username")
    assert reply.error["message"] == "The user name or the password is wrong."
    assert ApiToken.objects.count() == before


def test_failed_log_ins_lock_the_user_even_for_the_right_password(house: House, settings: Settings) -> None:
    house.caller(name="mia")
    settings.AXES_FAILURE_LIMIT = 3
    caller = Caller(None)
    wrong = LOGIN | {"password": "another password"}
    assert [caller.post("/tokens", wrong, key=None).status for _ in range(2)] == [401, 401]
    caller.post("/tokens", wrong, key=None)
    before = ApiToken.objects.count()
    assert caller.post("/tokens", LOGIN, key=None).refused == (429, "LOGIN_LOCKED", "username")
    assert ApiToken.objects.count() == before


def test_log_ins_from_one_address_are_throttled_whatever_the_header_says(house: House) -> None:
    house.caller(name="mia")
    body = LOGIN | {"password": ""}  # refused before the slow check of a password
    replies = [
        Caller(None).send(
            "POST",
            "/tokens",
            content=str(body).encode(),
            headers={"Content-Type": "application/json", "X-Forwarded-For": f"10.0.0.{n}"},
        )
        for n in range(31)
    ]
    assert [reply.status for reply in replies[:30]] == [400] * 30
    assert replies[30].refused == (429, "TOO_MANY_REQUESTS", None)
    assert int(replies[30].headers["retry-after"]) >= 1


def test_nobody_revokes_anothers_token(house: House, owner: Caller) -> None:
    other = house.caller(Role.OWNER)
    [token_id] = [row["id"] for row in other.get("/tokens").json["data"]]
    assert owner.send("DELETE", f"/tokens/{token_id}").refused == (404, "NOT_FOUND", "token")
    assert ApiToken.objects.get(id=token_id).revoked_at is None
    assert [token["id"] for token in owner.get("/tokens").json["data"]] != [token_id]


def test_revoking_twice_changes_nothing_the_second_time(owner: Caller) -> None:
    issue_token(user_id=owner.user_id, name="second")
    second = owner.get("/tokens").json["data"][0]
    assert second["name"] == "second"
    owner.send("DELETE", f"/tokens/{second['id']}")
    revoked_at = ApiToken.objects.get(id=second["id"]).revoked_at
    assert owner.send("DELETE", f"/tokens/{second['id']}").status == 204
    assert ApiToken.objects.get(id=second["id"]).revoked_at == revoked_at


def test_a_grant_counts_on_its_days_only(house: House) -> None:
    caller = house.caller()
    assert caller.get("/companies").json["data"] == []
    grant_role(
        actor=SYSTEM,
        user_id=caller.user_id,
        company_id=house.books.company_id,
        role=Role.AUDITOR,
        valid_from=date(2026, 4, 1),
        valid_until=date(2026, 4, 15),
    )
    assert caller.get("/companies").json["data"] == []  # the clock of the tests says 15 April: not any more
    with operation():
        Grant.objects.filter(user_id=caller.user_id).update(valid_until=date(2026, 4, 16))
    assert [row["id"] for row in caller.get("/companies").json["data"]] == [house.books.company_id]


def test_the_connection_is_open_for_nobody_after_a_request(books: Books, owner: Caller) -> None:
    books.customer()
    for path in ("/customers", "/customers/999999", "/nowhere", "/customers?limit=x"):
        owner.get(path)
        assert company_ids_in_scope() == ()


def test_the_connection_is_open_for_nobody_after_a_failure(
    books: Books, owner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_given: object) -> None:
        assert company_ids_in_scope() == (books.company_id,)
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(customers, "list_customers", fail)
    assert owner.get("/customers").status == 500
    assert company_ids_in_scope() == ()


@pytest.mark.django_db(transaction=True)
def test_a_request_that_broke_its_transaction_leaves_the_connection_open_for_nobody(
    books: Books, owner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.customer("1")

    def break_transaction(**_given: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM customer")
            assert cursor.fetchone() == (1,)
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(customers, "list_customers", break_transaction)
    assert owner.get("/customers").status == 500
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customer")
        assert cursor.fetchone() == (0,)


def test_one_visitor_never_sees_with_the_eyes_of_the_one_before(
    make_house: Callable[..., House],
) -> None:
    first, second = make_house(), make_house()
    first.books.customer("1")
    second_caller = second.caller(Role.OWNER)
    first_caller = first.caller(Role.OWNER)
    assert len(first_caller.get("/customers").json["data"]) == 1
    assert second_caller.get("/customers").json["data"] == []
