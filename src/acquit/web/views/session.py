"""Logging in and out."""

from __future__ import annotations

from django.contrib.auth import views


class LoginView(views.LoginView):
    """The log-in page. Someone already logged in is sent on."""

    template_name = "web/login.html"
    redirect_authenticated_user = True


class LogoutView(views.LogoutView):
    """Log out by POST and show the log-in page."""

    next_page = "web:login"
