"""The addresses of the web door.

Everything is for people who are logged in; what is not stands in `OPEN` and nowhere else, so a new page cannot forget
its guard.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path

from acquit.web.views import patterns, preferences, session

app_name = "web"

OPEN: list[URLPattern] = [
    path("login", session.LoginView.as_view(), name="login"),
    path("preferences", preferences.set_preferences, name="preferences"),
    path("patterns", patterns.show_patterns, name="patterns"),
    path("patterns/wait", patterns.wait_for_rows, name="patterns-wait"),
    path("patterns/act", patterns.act, name="patterns-act"),
    path("patterns/refuse", patterns.refuse, name="patterns-refuse"),
]

GUARDED: list[URLPattern] = [
    path("logout", session.LogoutView.as_view(), name="logout"),
    path("scope", preferences.set_scope, name="scope"),
]


def _guard(pattern: URLPattern) -> URLPattern:
    return URLPattern(pattern.pattern, login_required(pattern.callback), pattern.default_args, pattern.name)


urlpatterns: list[URLPattern] = [*OPEN, *map(_guard, GUARDED)]
