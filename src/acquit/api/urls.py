"""The addresses of the door. Whatever lies under it answers in JSON, also when there is nothing or no such method."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt

from acquit.api.door import api
from acquit.api.errors import not_allowed, not_found

View = Callable[..., HttpResponseBase]


def _speaking_json(view: View) -> View:
    @wraps(view)
    def answered(request: HttpRequest, *parts: Any, **named: Any) -> HttpResponseBase:
        response = view(request, *parts, **named)
        return not_allowed(response, request) if response.status_code == 405 else response

    return answered


def _patterns() -> list[URLPattern | URLResolver]:
    known, _, _ = api.urls
    found: list[URLPattern | URLResolver] = []
    for pattern in known:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = _speaking_json(pattern.callback)
            found.append(pattern)
    return [*found, re_path(r"", csrf_exempt(not_found))]


app_name = "api"
urlpatterns = _patterns()
