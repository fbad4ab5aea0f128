"""The context processor that hands every template its `shell`, built once a request and only when a template asks."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from acquit.core.errors import Refusal
from acquit.web.background import list_running
from acquit.web.checking import get_books_state
from acquit.web.clock import read_business_date
from acquit.web.counters import read_moment
from acquit.web.preferences import read_preferences
from acquit.web.shell import CompanyChoice, Counters, LongWork, Person, Shell, build_navigation
from acquit.web.visitor import Visitor, find_visitor


class CannotChangePast(Refusal):
    """An act was asked for while the as-of date is another day than today."""

    code = "CANNOT_CHANGE_PAST"


_KEPT = "_acquit_shell"


def shell(request: HttpRequest) -> dict[str, object]:
    """Give templates the `shell` of this request."""
    return {"shell": SimpleLazyObject(lambda: get_shell(request))}


def get_shell(request: HttpRequest) -> Shell:
    """Build the shell of a request, once."""
    kept = getattr(request, _KEPT, None)
    if isinstance(kept, Shell):
        return kept
    visitor = find_visitor(request)
    built = _shell_of_nobody(request) if visitor is None else _shell_of(request, visitor)
    setattr(request, _KEPT, built)
    return built


def require_today(request: HttpRequest) -> None:
    """Refuse an act while the page shows the past (`CannotChangePast`)."""
    if get_shell(request).is_past:
        raise CannotChangePast(
            _("The past can be read, not changed. Go back to today to do this."), param="as_of"
        )


def _shell_of_nobody(request: HttpRequest) -> Shell:
    today = read_business_date()
    preferences = read_preferences(request)
    as_of = min(preferences.as_of or today, today)
    return Shell(business_date=today, as_of=as_of, preferences=preferences)


def _shell_of(request: HttpRequest, visitor: Visitor) -> Shell:
    moment = read_moment(visitor)
    choices = tuple(
        CompanyChoice(str(each.id), each.name, each.currency, each.country) for each in visitor.companies
    )
    chosen = next((each for each in choices if visitor.company and each.key == str(visitor.company.id)), None)
    return Shell(
        business_date=visitor.today,
        as_of=visitor.as_of,
        preferences=read_preferences(request),
        person=get_person(request),
        companies=choices,
        company=chosen,
        currency=visitor.choose_currency([]),
        books=get_books_state(),
        work=tuple(
            LongWork(each.label, each.done, each.total, each.url)
            for each in list_running(visitor.company_ids)
        ),
        bank_read_until=moment.bank_read_until,
        open_period=moment.open_period,
        navigation=build_navigation(request.path, Counters(moment.worklist, moment.cash_waiting)),
    )


def get_person(request: HttpRequest) -> Person | None:
    """Name the one who is logged in, or nobody."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    login = user.get_username()
    return Person(name=user.get_full_name() or login, login=login, is_staff=bool(user.is_staff))
