"""What a user sets for this browser: theme, density, single-letter keys, company and as-of date.

Kept in cookies, so that the first byte of a page already has the right colours (no script runs before it paints) and no
row is read to know them. A cookie is a wish, not a right: the company is checked against the user's grants where the
shell is built, and an unreadable value falls back to the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse

THEMES = ("system", "light", "dark")
DENSITIES = ("dense", "roomy")
SWITCH = ("on", "off")

THEME_COOKIE = "acquit_theme"
DENSITY_COOKIE = "acquit_density"
KEYS_COOKIE = "acquit_single_keys"
COMPANY_COOKIE = "acquit_company"
CURRENCY_COOKIE = "acquit_currency"
AS_OF_COOKIE = "acquit_as_of"

CHOICES = {THEME_COOKIE: THEMES, DENSITY_COOKIE: DENSITIES, KEYS_COOKIE: SWITCH}
ONE_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Preferences:
    """The wishes a request came with, each already one of its allowed values."""

    theme: str = "system"
    density: str = "dense"
    single_keys: bool = True
    company: str = ""
    currency: str = ""
    as_of: date | None = None


def read_preferences(request: HttpRequest) -> Preferences:
    """Read the cookies of a request; what is not an allowed value counts as not set."""

    def choice(cookie: str) -> str:
        allowed = CHOICES[cookie]
        value = request.COOKIES.get(cookie, "")
        return value if value in allowed else allowed[0]

    currency = request.COOKIES.get(CURRENCY_COOKIE, "")
    return Preferences(
        theme=choice(THEME_COOKIE),
        density=choice(DENSITY_COOKIE),
        single_keys=choice(KEYS_COOKIE) == "on",
        company=request.COOKIES.get(COMPANY_COOKIE, "")[:64],
        currency=currency if len(currency) == 3 and currency.isascii() and currency.isupper() else "",
        as_of=parse_day(request.COOKIES.get(AS_OF_COOKIE, "")),
    )


def parse_day(text: str) -> date | None:
    """Read an ISO date as a date field of a browser sends it; anything else is no date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def keep_preference(
    response: HttpResponse, request: HttpRequest, cookie: str, value: str, *, lasting: bool = True
) -> None:
    """Write one wish into the response; an empty value forgets it. An as-of date lasts until the browser closes."""
    if not value:
        response.delete_cookie(cookie, samesite="Lax")
        return
    response.set_cookie(
        cookie,
        value,
        max_age=ONE_YEAR_SECONDS if lasting else None,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
