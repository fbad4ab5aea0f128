"""Setting what the browser keeps: theme, density, keys, language; company and as-of date."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from acquit.web.clock import read_business_date
from acquit.web.preferences import (
    AS_OF_COOKIE,
    CHOICES,
    COMPANY_COOKIE,
    DENSITY_COOKIE,
    KEYS_COOKIE,
    THEME_COOKIE,
    keep_preference,
    parse_day,
)

_FIELDS = {"theme": THEME_COOKIE, "density": DENSITY_COOKIE, "single_keys": KEYS_COOKIE}


@require_POST
def set_preferences(request: HttpRequest) -> HttpResponse:
    """Keep what was sent of theme, density, single-letter keys and language; go back to where it was sent from."""
    response = HttpResponseRedirect(_way_back(request))
    for field, cookie in _FIELDS.items():
        value = request.POST.get(field, "")
        if value in CHOICES[cookie]:
            keep_preference(response, request, cookie, value)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        keep_preference(response, request, settings.LANGUAGE_COOKIE_NAME, language)
    return response


@require_POST
def set_scope(request: HttpRequest) -> HttpResponse:
    """Keep the company and the as-of date; today and later dates mean today. Rights are checked when it is read."""
    response = HttpResponseRedirect(_way_back(request))
    if "company" in request.POST:
        keep_preference(response, request, COMPANY_COOKIE, request.POST["company"][:64])
    if "as_of" in request.POST:
        as_of = parse_day(request.POST["as_of"])
        is_past = as_of is not None and as_of < read_business_date()
        kept = as_of.isoformat() if as_of is not None and is_past else ""
        keep_preference(response, request, AS_OF_COOKIE, kept, lasting=False)
    return response


def _way_back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return "/"
