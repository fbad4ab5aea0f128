"""Everything that goes wrong has one shape, the right status, and no insides."""

from __future__ import annotations

import json
import logging

import pytest
from django.db import IntegrityError

from acquit.api import customers
from acquit.api.gate import BODY_AT_MOST
from acquit.billing.models import Document
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"nul",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"net": "1.00", "net": "2.00"}',
        b'{"a": "\xff"}',
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b"kind=INVOICE",
    ],
)
def test_a_body_that_is_no_json_is_unreadable(owner: Caller, content: bytes) -> None:
    assert owner.post("/documents", content).refused == (400, "BODY_UNREADABLE", "body")


@pytest.mark.parametrize("content", [b"[]", b"5", b'"text"', b"null", b"", b"true"])
def test_a_body_is_an_object(owner: Caller, content: bytes) -> None:
    reply = owner.post("/documents", content)
    assert (reply.status, reply.error["code"]) == (422, "INVALID")
    assert reply.error["param"] in {"body", "customer_id"}


@pytest.mark.parametrize("size", [BODY_AT_MOST, 9 * BODY_AT_MOST])
def test_a_huge_body_is_not_even_read(owner: Caller, size: int) -> None:
    content = b'{"customer_po": "' + b"x" * size + b'"}'
    for path in ("/documents", "/tokens"):
        assert owner.post(path, content).refused == (413, "BODY_TOO_LARGE", "body")
    assert Document.objects.count() == 0


def test_a_body_of_mistakes_is_told_the_first_fifty(owner: Caller) -> None:
    line = {f"unknown {n}": 1 for n in range(90)}
    reply = owner.post("/documents", {"lines": [line] * 500})
    assert (reply.status, len(reply.error["details"]["errors"])) == (422, 50)
    names = ", ".join(f'"{n}": 1' for n in range(50_000))
    assert owner.post("/documents", f"{{{names}}}".encode()).refused == (400, "BODY_UNREADABLE", "body")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
)
def test_a_body_says_that_it_is_json(owner: Caller, kind: str) -> None:
    reply = owner.post("/documents", {}, **{"Content-Type": kind})
    assert reply.refused == (415, "NOT_JSON", "Content-Type")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/", "", "/customers/", "/customers/x", "/customers/-1", "/items/1.0"]
)
def test_an_address_that_leads_nowhere_answers_in_json(owner: Caller, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        reply = owner.send(method, path or "/")
        assert reply.refused == (404, "NOT_FOUND", None)


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/customers", "POST", "GET"),
        ("/documents", "PUT", "GET, POST"),
        ("/documents/1", "DELETE", "GET"),
        ("/tokens", "PATCH", "GET, POST"),
        ("/applications/1/undo", "GET", "POST"),
    ],
)
def test_a_method_the_address_does_not_have(owner: Caller, path: str, method: str, allowed: str) -> None:
    reply = owner.send(method, path)
    assert reply.refused == (405, "METHOD_NOT_ALLOWED", None)
    assert reply.headers["allow"] == allowed


def test_a_failure_of_ours_gives_a_reference_and_no_insides(
    owner: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_given: object) -> None:
        raise RuntimeError("password of the inside")

    monkeypatch.setattr(customers, "list_customers", fail)
    with caplog.at_level(logging.ERROR, "acquit.api"):
        reply = owner.get("/customers")
    assert reply.refused == (500, "FAILED", None)
    assert reply.error["type"] == "internal"
    assert b"inside" not in reply.content
    reference = reply.error["details"]["reference"]
    [record] = [record for record in caplog.records if record.name == "acquit.api"]
    assert reference in record.getMessage()
    assert "password of the inside" in str(record.exc_info)


def test_a_contradiction_nobody_foresaw_is_a_failure_of_ours(
    owner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_given: object) -> None:
        raise IntegrityError("null value in column of the inside")

    monkeypatch.setattr(customers, "list_customers", fail)
    reply = owner.get("/customers")
    assert reply.refused == (500, "FAILED", None)
    assert b"inside" not in reply.content


def test_an_error_is_told_in_one_shape(owner: Caller) -> None:
    assert owner.get("/documents/7").json == {
        "error": {
            "type": "not_found",
            "code": "NOT_FOUND",
            "message": "There is no document 7.",
            "param": "document_id",
            "details": {},
        }
    }


def test_answers_are_json_for_programs_and_no_page(owner: Caller) -> None:
    for path in ("/customers", "/nowhere", "/items?limit=0"):
        reply = owner.send("GET", path)
        assert reply.headers["content-type"].split(";")[0] == "application/json"
        assert reply.headers["x-content-type-options"] == "nosniff"
        json.loads(reply.content)
