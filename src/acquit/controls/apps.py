"""Registers the room `controls` with Django."""

from django.apps import AppConfig


class ControlsConfig(AppConfig):
    """The room `controls`."""

    name = "acquit.controls"
    label = "controls"
