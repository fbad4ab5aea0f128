"""Registers the room `billing` with Django."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """The room `billing`."""

    name = "acquit.billing"
    label = "billing"
