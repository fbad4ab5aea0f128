"""Registers the room `receivables` with Django."""

from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    """The room `receivables`."""

    name = "acquit.receivables"
    label = "receivables"
