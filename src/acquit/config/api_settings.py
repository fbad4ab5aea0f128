"""The settings of `acquit api`: the API alone, without what only pages need."""

from __future__ import annotations

from acquit.config.settings import *  # noqa: F403 - the same house, fewer doors

ROOT_URLCONF = "acquit.config.api_urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "acquit.web.middleware.ContentPolicyMiddleware",
    "acquit.web.middleware.ReferenceMiddleware",
    "django.middleware.common.CommonMiddleware",  # says how long an answer is, so that connections can stay open
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
