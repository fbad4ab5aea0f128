"""What every answer to a browser gets: a strict content policy, a reference, words for a refusal, a pending toast.

The policy allows nothing from elsewhere and no inline script. Inline style *attributes* are allowed because the widths
of bars are data and are written as custom properties; style elements and sheets still come from our own files only.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from acquit.core.errors import Refusal
from acquit.web.views.errors import answer_refusal

Answer = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

log = logging.getLogger("acquit.web")


def is_fragment_request(request: HttpRequest) -> bool:
    """Tell whether htmx asked for a piece of a page (a boosted link or a restored history entry wants all of it)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


class ContentPolicyMiddleware:
    """Send the content security policy with everything that has none of its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the header to the answer."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class ReferenceMiddleware:
    """Give each request a short reference, shown on error pages and written to the log, so that both can be joined."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Name the request before anything can go wrong with it."""
        token = secrets.token_hex(3)
        request.acquit_reference = f"{token[:4]}-{token[4:]}"  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Reference"] = request.acquit_reference  # type: ignore[attr-defined]
        return response


class RefusalMiddleware:
    """Turn a refusal of the domain into a page or a fragment that says what happened, what is safe, what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; the work is done when a view raises."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; any other exception stays an error."""
        if not isinstance(exception, Refusal):
            return None
        log.info("refused %s, reference %s", exception.code, getattr(request, "acquit_reference", ""))
        return answer_refusal(request, exception)


class ToastMiddleware:
    """Send a pending toast along with a fragment; a whole page draws its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Append the toast as an out-of-band piece of the fragment."""
        response = self.get_response(request)
        if (
            not isinstance(response, HttpResponse)
            or response.streaming
            or response.status_code != 200
            or not is_fragment_request(request)
            or "HX-Redirect" in response.headers
            or not response.headers.get("Content-Type", "").startswith("text/html")
        ):
            return response
        pending = list(get_messages(request))
        if pending:
            toast = render_to_string(
                "web/parts/toast.html", {"toasts": pending[-1:], "out_of_band": True}, request
            )
            response.content += toast.encode(response.charset)
            if response.has_header("Content-Length"):
                response.headers["Content-Length"] = str(len(response.content))
        return response
