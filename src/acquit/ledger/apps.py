"""Registers the room `ledger` with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room `ledger`."""

    name = "acquit.ledger"
    label = "ledger"
