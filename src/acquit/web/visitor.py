"""Who asks, for which companies, as of which day: decided once a request, before any page reads a row.

The connection is opened for exactly the companies the user has a right to read (row-level security is the wall, this is
the door in it) and closed again when the answer is made, because connections are kept between requests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth import logout
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from acquit.controls.queries import CompanyView, get_actor, list_companies
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.infra.transaction import set_companies
from acquit.web.clock import read_business_date
from acquit.web.preferences import Preferences, read_preferences

_KEPT = "_acquit_visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The one who asks. `company` is the one chosen in the top bar, or None for all that may be read."""

    actor: Actor
    today: date
    as_of: date
    companies: tuple[CompanyView, ...]
    company: CompanyView | None
    wanted_currency: str

    @property
    def is_today(self) -> bool:
        """True unless a past day was asked for."""
        return self.as_of == self.today

    @property
    def company_ids(self) -> tuple[int, ...]:
        """The companies this page is about."""
        return (self.company.id,) if self.company else tuple(company.id for company in self.companies)

    @property
    def user_id(self) -> int:
        """The id of the logged-in user."""
        if self.actor.user_id is None:
            raise LookupError("a visitor of the web is a person")
        return self.actor.user_id

    def may(self, duty: Duty, company_id: int | None = None) -> bool:
        """Tell whether an act may be offered: for this company, or for any of those the page is about."""
        if company_id is not None:
            return self.actor.has_duty(duty, company_id)
        return any(self.actor.has_duty(duty, each) for each in self.company_ids)

    def choose_currency(self, present: list[str]) -> str:
        """Choose the one currency of a page from those that occur: wished, the company's, else the commonest."""
        if self.wanted_currency in present:
            return self.wanted_currency
        own = [company.currency for company in self.companies if company.id in self.company_ids]
        for currency in sorted(set(own), key=lambda each: (-own.count(each), each)):
            if currency in present or not present:
                return currency
        return present[0] if present else ""


def get_visitor(request: HttpRequest) -> Visitor:
    """Give the visitor of a guarded page; refuses (`NotFound`) where nobody is logged in."""
    visitor = find_visitor(request)
    if visitor is None:
        raise NotFound("Nobody is logged in.")
    return visitor


def find_visitor(request: HttpRequest) -> Visitor | None:
    """Give the visitor, or None for someone who is not logged in."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, _read_visitor(request))
    found: Visitor | None = getattr(request, _KEPT)
    return found


def _read_visitor(request: HttpRequest) -> Visitor | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    today = read_business_date()
    actor = get_actor(user.pk, today)
    companies = tuple(list_companies(actor.company_ids()))
    preferences = read_preferences(request)
    return Visitor(
        actor=actor,
        today=today,
        as_of=min(preferences.as_of or today, today),
        companies=companies,
        company=_chosen_company(companies, preferences),
        wanted_currency=preferences.currency,
    )


def _chosen_company(companies: tuple[CompanyView, ...], preferences: Preferences) -> CompanyView | None:
    return next((company for company in companies if str(company.id) == preferences.company), None)


class CompanyScopeMiddleware:
    """Open the connection for the visitor's companies, and close it behind them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set the scope around the answer."""
        try:
            visitor = find_visitor(request)
        except NotFound:  # a user who was made inactive since
            logout(request)
            setattr(request, _KEPT, None)
            visitor = None
        if visitor is None:
            return self.get_response(request)
        try:
            set_companies(company.id for company in visitor.companies)
            return self.get_response(request)
        finally:
            _leave_scope()


def _leave_scope() -> None:
    if connection.connection is not None:
        set_companies(())
