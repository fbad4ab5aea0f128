"""Django's settings. What differs between machines comes from the environment; everything else stands here."""

from __future__ import annotations

import os
from pathlib import Path

from acquit.infra import places
from acquit.infra.databases import django_settings
from acquit.infra.secrets import secret_key

BASE_DIR = Path(__file__).resolve().parents[1]

SECRET_KEY = secret_key()
DEBUG = os.environ.get("ACQUIT_DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("ACQUIT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
IS_SERVED_BY_HTTPS = os.environ.get("ACQUIT_HTTPS", "") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "ninja",
    "acquit.infra",
    "acquit.controls",
    "acquit.work",
    "acquit.parties",
    "acquit.ledger",
    "acquit.receivables",
    "acquit.orders",
    "acquit.billing",
    "acquit.disputes",
    "acquit.cash",
    "acquit.intake",
    "acquit.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "acquit.web.middleware.ContentPolicyMiddleware",
    "acquit.web.middleware.ReferenceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "acquit.web.visitor.CompanyScopeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "acquit.web.middleware.ToastMiddleware",
    "acquit.web.middleware.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "acquit.config.urls"
WSGI_APPLICATION = "acquit.config.wsgi.application"
# What goes on beside the server of `acquit serve`: called in a thread with the event that ends it.
ACQUIT_BACKGROUND = "acquit.jobs.rounds.run_rounds"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "acquit.web.context.shell",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "acquit.infra.backend",
        **django_settings(starting=False),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}

AUTH_USER_MODEL = "controls.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:home"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "web/locked.html"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(places.home() / "uploads")},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_SERVED_BY_HTTPS
CSRF_COOKIE_SECURE = IS_SERVED_BY_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "acquit.web.views.errors.form_expired"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ACQUIT_LOG_LEVEL", "WARNING")},
    # A refused pipeline is answered as a refusal; the driver would also warn that it was aborted.
    "loggers": {"psycopg": {"level": "ERROR"}},
}
