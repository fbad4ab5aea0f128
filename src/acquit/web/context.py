"""The context processor that hands every template its `shell`, built once a request and only when a template asks."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from acquit.core.errors import Refusal
from acquit.web.clock import read_business_date
from acquit.web.preferences import read_preferences
from acquit.web.shell import Counters, Person, Shell, build_navigation


class CannotChangePast(Refusal):
    """An act was asked for while the as-of date is another day than today."""

    code = "CANNOT_CHANGE_PAST"


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


def require_today(request: HttpRequest) -> None:
    """Refuse an act while the page shows the past (`CannotChangePast`)."""
    if get_shell(request).is_past:
        raise CannotChangePast(
            _("The past can be read, not changed. Go back to today to do this."), param="as_of"
        )


def get_person(request: HttpRequest) -> Person | None:
    """Name the one who is logged in, or nobody."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    login = user.get_username()
    return Person(name=user.get_full_name() or login, login=login, is_staff=bool(user.is_staff))
