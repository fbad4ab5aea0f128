"""What the OpenAPI document needs beyond what the framework writes into it: mended parameters, errors said once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from acquit.api.errors import TYPES


class ErrorAnswer(NamedTuple):
    """An error as the document tells it: what it means, an example of its code, its headers."""

    meaning: str
    code: str
    message: str
    param: str | None = None
    headers: Mapping[str, Any] = {}


_CHALLENGE = {"WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}}}
_WAIT = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}

ERROR_ANSWERS: Mapping[int, ErrorAnswer] = {
    400: ErrorAnswer(
        "The request cannot be read: no JSON, an unknown parameter, no Idempotency-Key, a cursor of another list.",
        "UNKNOWN_PARAMETER",
        "'colour' is no parameter here. Known: cursor, limit.",
        "colour",
    ),
    401: ErrorAnswer(
        "No valid token, or a log-in that failed.",
        "TOKEN_NEEDED",
        "Send Authorization: Bearer with a token that is valid; POST /api/v1/tokens gives one.",
        headers=_CHALLENGE,
    ),
    403: ErrorAnswer(
        "You lack the duty; nothing was changed.",
        "NOT_ALLOWED",
        "Mia Keller lacks the duty CASH for company 1. A person with the duty ADMIN can grant it.",
    ),
    404: ErrorAnswer(
        "It does not exist, or belongs to a company you may not read.",
        "NOT_FOUND",
        "There is no customer 4711.",
        "customer",
    ),
    409: ErrorAnswer(
        "It cannot be done as things stand; nothing was changed.",
        "PERIOD_NOT_OPEN",
        "Nothing was written: company 1 has no open period on 2025-12-31 (CLOSED).",
    ),
    413: ErrorAnswer(
        "The body is larger than 1 MiB.",
        "BODY_TOO_LARGE",
        "The body is larger than 1048576 bytes. Send less in one request.",
        "body",
    ),
    415: ErrorAnswer(
        "The body is not declared as JSON.",
        "NOT_JSON",
        "The body must be JSON: send Content-Type: application/json.",
        "Content-Type",
    ),
    422: ErrorAnswer(
        "A value can never be done; `param` is its path. `details.errors` has every one that was found.",
        "INVALID",
        'net: an amount is text in major units, such as "119.00".',
        "net",
    ),
    429: ErrorAnswer(
        "Too many log-ins.",
        "TOO_MANY_REQUESTS",
        "Too many requests. Wait before the next one.",
        headers=_WAIT,
    ),
    500: ErrorAnswer(
        "Acquit failed; what was not finished was not kept.",
        "FAILED",
        "Acquit failed at this request; what was not finished was not kept. The log has more under the reference.",
    ),
}


def complete_schema(document: dict[str, Any]) -> None:
    """Mend the parameters and let every operation refer to one description of each error."""
    for operation in _operations(document):
        for parameter in operation["parameters"]:
            _mend_parameter(parameter)
        for status in operation["responses"]:
            if status in ERROR_ANSWERS:
                operation["responses"][status] = {"$ref": f"#/components/responses/{_name(status)}"}
    components = document["components"]
    components["responses"] = {
        _name(status): _response(status, answer) for status, answer in ERROR_ANSWERS.items()
    }
    components["securitySchemes"]["BearerToken"]["description"] = "A token of `POST /tokens`."


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")


def _response(status: int, answer: ErrorAnswer) -> dict[str, Any]:
    error: dict[str, Any] = {
        "type": TYPES[status],
        "code": answer.code,
        "message": answer.message,
        "param": answer.param,
        "details": {},
    }
    content = {"schema": {"$ref": "#/components/schemas/Error"}, "example": {"error": error}}
    described = {"description": answer.meaning, "content": {"application/json": content}}
    return {**described, "headers": dict(answer.headers)} if answer.headers else described


def _mend_parameter(parameter: dict[str, Any]) -> None:
    """Leave out null, which an address cannot say, and the list of examples, which only a schema may have."""
    schema = parameter["schema"]
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del schema["anyOf"]
        parameter["schema"] = schema = {**choices[0], **schema}
    parameter.pop("examples", None)
    example = schema.pop("example", None)
    if example is not None:
        schema["examples"] = [example]
    parameter.pop("example", None)
    schema.pop("description", None)
