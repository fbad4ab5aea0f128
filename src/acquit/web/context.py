"""The context processor that hands every template its `shell`, built once a request and only when a template asks."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from acquit.web.clock import read_business_date
from acquit.web.preferences import read_preferences
from acquit.web.shell import Counters, Person, Shell, build_navigation

_KEPT = "_acquit_shell"


def shell(request: HttpRequest) -> dict[str, object]:
    """Give templates the `shell` of this request."""
    return {"shell": SimpleLazyObject(lambda: get_shell(request))}


def get_shell(request: HttpRequest) -> Shell:
    """Build the shell of a request, once; views that need its as-of date or company ask here too."""
    kept = getattr(request, _KEPT, None)
    if isinstance(kept, Shell):
        return kept
    built = _build_shell(request)
    setattr(request, _KEPT, built)
    return built


def _build_shell(request: HttpRequest) -> Shell:
    preferences = read_preferences(request)
    business_date = read_business_date()
    as_of = preferences.as_of or business_date
    person = get_person(request)
    return Shell(
        business_date=business_date,
        as_of=min(as_of, business_date),
        preferences=preferences,
        person=person,
        navigation=build_navigation(request.path, Counters()) if person else (),
    )


def get_person(request: HttpRequest) -> Person | None:
    """Name the one who is logged in, or nobody."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    login = user.get_username()
    return Person(name=user.get_full_name() or login, login=login, is_staff=bool(user.is_staff))
