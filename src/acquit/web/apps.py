"""The web door as a Django application. At start it checks that the message catalogues are compiled."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - Django's name

from acquit.web.catalogues import list_stale_catalogues


class WebConfig(AppConfig):
    """Register the door."""

    name = "acquit.web"
    label = "web"

    def ready(self) -> None:
        """Register the check of the catalogues."""
        register(check_catalogues)


def check_catalogues(**_options: object) -> Sequence[CheckMessage]:
    """Warn when a language would silently fall back to English because its catalogue is not compiled."""
    stale = list_stale_catalogues()
    if not stale:
        return []
    languages = ", ".join(path.parent.parent.name for path in stale)
    return [
        Warning(
            f"The message catalogues of {languages} are not compiled, so their texts appear in English.",
            hint="Run: python -m acquit.web.catalogues compile",
            id="web.W001",
        )
    ]
