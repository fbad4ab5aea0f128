"""Registers the room `infra` with Django."""

from django.apps import AppConfig


class InfraConfig(AppConfig):
    """The room `infra`."""

    name = "acquit.infra"
    label = "infra"
