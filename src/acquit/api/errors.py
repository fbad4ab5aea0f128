"""One shape for everything that goes wrong: `{"error": {type, code, message, param, details}}`.

A refusal carries its code and words from the room that refused. This table only says which status it gets: 422 when
the values can never be done, 409 (the default) when they cannot be done as things stand.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from pydantic import BaseModel, Field

from acquit.core.errors import Refusal

log = logging.getLogger("acquit.api")

#: How many mistakes of one body are told at once.
ERRORS_AT_MOST = 50

TYPES: Mapping[int, str] = {
    400: "invalid_request",
    401: "authentication",
    403: "permission",
    404: "not_found",
    405: "invalid_request",
    409: "conflict",
    413: "invalid_request",
    415: "invalid_request",
    422: "invalid_request",
    429: "rate_limit",
    500: "internal",
}

STATUS_OF_CODE: Mapping[str, int] = {
    "NOT_FOUND": 404,
    "NOT_ALLOWED": 403,
    "COMPANY_OUT_OF_SCOPE": 403,
    "LOGIN_FAILED": 401,
    "LOGIN_LOCKED": 429,
    "BAD_CURSOR": 400,
    "UNKNOWN_PARAMETER": 400,
    "REPEATED_PARAMETER": 400,
    "BODY_TOO_LARGE": 413,
    "NOT_JSON": 415,
    "AMOUNT_TOO_FINE": 422,
    "AMOUNT_TOO_LARGE": 422,
    "UNKNOWN_CURRENCY": 422,
    "CURRENCY_MISMATCH": 422,
    "CANNOT_ISSUE": 422,
    "DATE_OUT_OF_RANGE": 422,
    "FILTERS_DISAGREE": 422,
}


class ErrorBody(BaseModel):
    """What went wrong."""

    type: str = Field(description="The family of the error.", examples=["conflict"])
    code: str = Field(description="Stable; for programs to decide on.", examples=["CHANGED_MEANWHILE"])
    message: str = Field(description="For people: what happened and the mend.")
    param: str | None = Field(description="The field or parameter it is about.", examples=["lines.0.net"])
    details: dict[str, Any] = Field(description="More values for programs; may be empty.")


class Error(BaseModel):
    """Every answer that is no success looks like this."""

    error: ErrorBody


def answers(success: Mapping[int, Any], *others: int) -> dict[int, Any]:
    """Say what an operation answers: its successes, what every operation may answer, and the others named."""
    return {**success, **dict.fromkeys(sorted({400, 401, 500, *others}), Error)}


def answer_error(
    status: int,
    code: str,
    message: str,
    *,
    param: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Make the answer."""
    body = ErrorBody(type=TYPES[status], code=code, message=message, param=param, details=dict(details or {}))
    return HttpResponse(
        Error(error=body).model_dump_json().encode(), status=status, content_type="application/json"
    )


def answer_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer what a room refused."""
    log.info("refused %s, reference %s", refusal.code, reference_of(request))
    status = STATUS_OF_CODE.get(refusal.code, 409)
    response = answer_error(
        status, refusal.code, refusal.message, param=refusal.param, details=_plain(refusal.details)
    )
    return _with_challenge(response) if status == 401 else response


def not_found(request: HttpRequest, **_path: Any) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return answer_error(404, "NOT_FOUND", f"There is nothing at {request.path}.")


def not_allowed(refused: HttpResponseBase, request: HttpRequest) -> HttpResponse:
    """Answer a method the address does not have, with those it has."""
    allowed = ", ".join(sorted(part.strip() for part in refused.headers["Allow"].split(",")))
    response = answer_error(
        405, "METHOD_NOT_ALLOWED", f"{request.path} takes {allowed}, not {request.method}."
    )
    response.headers["Allow"] = allowed
    return response


def reference_of(request: HttpRequest) -> str:
    """Give the reference under which the log tells more, making one when nobody has."""
    found = getattr(request, "acquit_reference", None)
    if not found:
        found = request.acquit_reference = secrets.token_hex(3)  # type: ignore[attr-defined]
    return str(found)


def register_answers(api: NinjaAPI) -> None:
    """Let the API answer every exception in the one shape."""
    api.exception_handler(Refusal)(answer_refusal)
    api.exception_handler(ValidationError)(_invalid)
    api.exception_handler(AuthenticationError)(_unknown_visitor)
    api.exception_handler(Throttled)(_too_many)
    api.exception_handler(HttpError)(_unreadable)
    api.exception_handler(Http404)(lambda request, _error: not_found(request))
    api.exception_handler(IntegrityError)(_contradiction)
    api.exception_handler(Exception)(_failed)


def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = [_field_error(each) for each in error.errors[:ERRORS_AT_MOST]]
    for each in error.errors:
        if each["loc"][-1] == "Idempotency-Key":
            return answer_error(
                400,
                "IDEMPOTENCY_KEY_NEEDED",
                "Send a header Idempotency-Key of 1 to 200 visible characters, a new one for each new request.",
                param="Idempotency-Key",
            )
    first = found[0]
    return answer_error(
        422,
        "INVALID",
        f"{first['param']}: {first['message']}.",
        param=first["param"],
        details={"errors": found},
    )


def _field_error(error: Mapping[str, Any]) -> dict[str, str]:
    source, *path = error["loc"]
    if source == "body" and path[:1] == ["body"]:
        path = path[1:]
    words = {"missing": "is missing", "extra_forbidden": "is not known here"}
    message = words.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    return {"param": ".".join(map(str, path)) or "body", "message": message}


def _unknown_visitor(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return _with_challenge(
        answer_error(
            401,
            "TOKEN_NEEDED",
            "Send Authorization: Bearer with a token that is valid; POST /api/v1/tokens gives one.",
        )
    )


def _too_many(_request: HttpRequest, error: Throttled) -> HttpResponse:
    response = answer_error(429, "TOO_MANY_REQUESTS", "Too many requests. Wait before the next one.")
    response.headers["Retry-After"] = str(max(1, int(error.wait or 1)))
    return response


def _unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return answer_error(400, "BODY_UNREADABLE", "The body is no JSON text Acquit can read.", param="body")
    raise error


def _contradiction(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    cause = error.__cause__
    constraint = str(getattr(getattr(cause, "diag", None), "constraint_name", None) or "")
    if getattr(cause, "sqlstate", None) == "23505":
        log.info("refused a duplicate (%s), reference %s", constraint, reference_of(request))
        return answer_error(
            409,
            "ALREADY_EXISTS",
            "One with this number or reference exists already. Nothing was changed.",
            details={"constraint": constraint},
        )
    return _failed(request, error)


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    reference = reference_of(request)
    log.error("failed at %s %s, reference %s", request.method, request.path, reference, exc_info=error)
    return answer_error(
        500,
        "FAILED",
        "Acquit failed at this request; what was not finished was not kept. The log has more under the reference.",
        details={"reference": reference},
    )


def _with_challenge(response: HttpResponse) -> HttpResponse:
    response.headers["WWW-Authenticate"] = 'Bearer realm="acquit"'
    return response


def _plain(details: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | list | bool) else str(value)
        for name, value in details.items()
    }
