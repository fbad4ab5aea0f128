"""Where the doors are."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("acquit.api.urls")),
    path("", include("acquit.web.urls")),
]

handler403 = "acquit.web.views.errors.forbidden"
handler404 = "acquit.web.views.errors.not_found"
handler500 = "acquit.web.views.errors.failed"
