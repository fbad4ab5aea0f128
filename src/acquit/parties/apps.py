"""Registers the room `parties` with Django."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """The room `parties`."""

    name = "acquit.parties"
    label = "parties"
