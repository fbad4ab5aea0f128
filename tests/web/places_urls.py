"""The door's addresses with a blank page at every place of the navigation that has none yet, for tests of the shell."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from acquit.web import urls
from acquit.web.shell import list_place_views


def blank(request: HttpRequest) -> HttpResponse:
    return render(request, "web/base.html", {"crumbs": [("/", "Work"), ("", request.path)]})


_there = {f"web:{pattern.name}" for pattern in urls.urlpatterns}
_missing = [view.removeprefix("web:") for view in list_place_views() if view not in _there]
_blank = [path("" if name == "home" else f"{name}/", blank, name=name) for name in _missing]

urlpatterns = [path("", include(([*urls.urlpatterns, *_blank], "web"), namespace="web"))]
