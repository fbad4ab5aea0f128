"""Registers the room `work` with Django."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """The room `work`."""

    name = "acquit.work"
    label = "work"
