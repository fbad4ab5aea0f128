"""Where the API is, when it is served alone; anything else is answered in its way too."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from acquit.api.errors import not_found

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("acquit.api.urls")),
    re_path(r"", csrf_exempt(not_found)),
]
