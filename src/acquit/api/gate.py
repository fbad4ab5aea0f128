"""Around every operation: what no operation takes is refused before it, the scope is left after it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from acquit.api.login import leave_scope
from acquit.core.errors import Refusal

Run = Callable[..., HttpResponseBase]

#: A document of a thousand lines is half of it.
BODY_AT_MOST = 1024 * 1024


class UnknownParameter(Refusal):
    """The address names a parameter that this operation does not have; nothing was done."""

    code = "UNKNOWN_PARAMETER"


class RepeatedParameter(Refusal):
    """The address names a parameter twice; nothing was done."""

    code = "REPEATED_PARAMETER"


class BodyTooLarge(Refusal):
    """The body is larger than any request needs; it was not read."""

    code = "BODY_TOO_LARGE"


class NotJson(Refusal):
    """The body is not declared as JSON; nothing was done."""

    code = "NOT_JSON"


def through_gate(run: Run) -> Run:
    """Wrap an operation's `run` (ninja's view mode hands it bound to its operation)."""
    operation: Any = run.__self__  # type: ignore[attr-defined]
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    }
    has_body = any(model.__ninja_param_source__ == "body" for model in operation.models)

    @wraps(run)
    def passed(request: HttpRequest, **path: Any) -> HttpResponseBase:
        try:
            _check(request, known, has_body=has_body)
            return run(request, **path)
        except Refusal as refusal:
            return operation.api.on_exception(request, refusal)  # type: ignore[no-any-return]
        finally:
            leave_scope()

    return passed


def _check(request: HttpRequest, known: set[str], *, has_body: bool) -> None:
    for name, values in request.GET.lists():
        if name not in known:
            raise UnknownParameter(
                f"{name!r} is no parameter here. Known: {', '.join(sorted(known)) or 'none'}.", param=name
            )
        if len(values) > 1:
            raise RepeatedParameter(f"{name} is given {len(values)} times. Give it once.", param=name)
    if has_body and _content_length(request) > BODY_AT_MOST:
        raise BodyTooLarge(
            f"The body is larger than {BODY_AT_MOST} bytes. Send less in one request.", param="body"
        )
    if has_body and request.content_type not in ("application/json", ""):
        raise NotJson("The body must be JSON: send Content-Type: application/json.", param="Content-Type")


def _content_length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0
