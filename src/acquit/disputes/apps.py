"""Registers the room `disputes` with Django."""

from django.apps import AppConfig


class DisputesConfig(AppConfig):
    """The room `disputes`."""

    name = "acquit.disputes"
    label = "disputes"
