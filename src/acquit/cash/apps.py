"""Registers the room `cash` with Django."""

from django.apps import AppConfig


class CashConfig(AppConfig):
    """The room `cash`."""

    name = "acquit.cash"
    label = "cash"
