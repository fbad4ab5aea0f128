"""The guard of every page: someone who is not logged in is led to the log-in, and back to where they were.

A fragment asked for after the session ended must not fill its place with the log-in page: the whole page goes there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

View = Callable[..., HttpResponseBase]


def require_login(view: View) -> View:
    """Let only those in who are logged in."""
    guarded = login_required(view)

    @wraps(view)
    def checked(request: HttpRequest, *arguments: object, **named: object) -> HttpResponseBase:
        if request.headers.get("HX-Request") == "true" and not request.user.is_authenticated:
            return _lead_to_login(request)
        return guarded(request, *arguments, **named)

    return checked


def _lead_to_login(request: HttpRequest) -> HttpResponse:
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = f"{current.path}?{current.query}" if current.query else current.path or "/"
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = f"{reverse('web:login')}?{urlencode({'next': back})}"
    return response
