"""The OpenAPI document: committed as it is made, and true of what the door answers to thousands of odd requests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.generation import GenerationMode

from acquit.controls.rules.duties import Role
from tests.api.caller import Caller, House

pytestmark = pytest.mark.django_db

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
]
EXAMPLES = {GenerationMode.POSITIVE: 14, GenerationMode.NEGATIVE: 6}


def test_the_committed_document_is_the_one_the_code_makes(tmp_path: Path) -> None:
    made = tmp_path / "openapi.json"
    call_command("export_openapi_schema", api="acquit.api.door.api", indent=2, sorted=True, output=str(made))
    assert made.read_text(encoding="utf-8") == COMMITTED.read_text(encoding="utf-8"), (
        "make docs/openapi.json again: python manage.py export_openapi_schema"
        " --api acquit.api.door.api --indent 2 --sorted --output docs/openapi.json"
    )


def test_every_operation_is_described_and_every_error_has_its_shape() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    for path, method in OPERATIONS:
        operation = DOCUMENT["paths"][path][method]
        assert operation["summary"]
        assert operation["description"]
        assert {"400", "401", "500"} <= set(operation["responses"])
        assert operation.get("security") == (
            None if (path, method) == ("/tokens", "post") else [{"BearerToken": []}]
        )
        for status, response in operation["responses"].items():
            if not status.startswith("2"):
                assert set(response) == {"$ref"}
    for response in DOCUMENT["components"]["responses"].values():
        [content] = response["content"].values()
        assert content["schema"] == {"$ref": "#/components/schemas/Error"}
        assert set(content["example"]["error"]) == {"type", "code", "message", "param", "details"}
    posts = [DOCUMENT["paths"][path]["post"] for path, method in OPERATIONS if method == "post"]
    with_key = [post for post in posts if any(p["name"] == "Idempotency-Key" for p in post["parameters"])]
    assert [post["operationId"] for post in posts if post not in with_key] == ["create_token"]


@pytest.fixture
def known_values(house: House, owner: Caller) -> dict[str, Any]:
    """Make one of everything, so that generated requests get past `not found` and `not open`."""
    customer = house.books.customer()
    invoice = house.books.invoice(customer, "1000.00")
    body = {
        "company_id": house.books.company_id,
        "customer_id": customer,
        "amount": "400.00",
        "currency": "EUR",
        "value_date": "2026-04-15",
        "reference": "R",
    }
    payment = owner.post("/payments", body).json
    part = {"item_id": invoice.item_id, "amount": "100.00"}
    applied = owner.post("/applications", {"payment_id": payment["id"], "items": [part]})
    assert applied.status == 201
    [entry, *_] = owner.get("/journal-entries").json["data"]
    return {
        "company_id": house.books.company_id,
        "customer_id": customer,
        "item_id": invoice.item_id,
        "document_id": invoice.document_id,
        "payment_id": payment["id"],
        "decision_id": payment["decision_id"],
        "application_id": applied.json["id"],
        "entry_id": entry["id"],
        "currency": "EUR",
        "posting_date": "2026-04-15",
        "booking_date": "2026-04-15",
        "business_date": "2026-04-15",
    }


@pytest.fixture
def application(known_values: dict[str, Any]) -> Iterator[Any]:
    """Give the WSGI application; it must not close the connection that holds the test's transaction.

    After `known_values`: each request of Django's test client connects the signals again.
    """
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_generated_requests_get_only_documented_answers(
    house: House, owner: Caller, application: Any, known_values: dict[str, Any], path: str, method: str
) -> None:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.app = application
    token = house.caller(Role.OWNER).token

    def try_out(mode: GenerationMode) -> None:
        @settings(
            max_examples=EXAMPLES[mode],
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=schema[path][method].as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            if mode is GenerationMode.POSITIVE:
                _name_what_exists(case.path_parameters, known_values)
                _name_what_exists(case.body, known_values)
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

        send()

    for mode in EXAMPLES:
        try_out(mode)


def _name_what_exists(given: object, known_values: Mapping[str, Any]) -> None:
    if isinstance(given, list):
        for part in given:
            _name_what_exists(part, known_values)
    if isinstance(given, dict):
        given.update({name: known_values[name] for name in given.keys() & known_values.keys()})
        for part in given.values():
            _name_what_exists(part, known_values)
