"""What the OpenAPI document needs beyond what the framework writes into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

HEADERS_OF_STATUS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}

ERROR_EXAMPLE: dict[str, Any] = {
    "error": {
        "type": "conflict",
        "code": "PERIOD_NOT_OPEN",
        "message": "Nothing was written: company 1 has no open period on 2025-12-31 (CLOSED).",
        "param": None,
        "details": {"sqlstate": "AQ004"},
    }
}


def complete_schema(document: dict[str, Any]) -> None:
    """Mend the parameters, name the headers of errors, give an example of one."""
    for operation in _operations(document):
        for parameter in operation["parameters"]:
            _mend_parameter(parameter)
        for status, headers in HEADERS_OF_STATUS.items():
            if status in operation["responses"]:
                operation["responses"][status]["headers"] = headers
    document["components"]["schemas"]["Error"]["examples"] = [ERROR_EXAMPLE]
    document["components"]["securitySchemes"]["BearerToken"]["description"] = "A token of `POST /tokens`."


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


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
