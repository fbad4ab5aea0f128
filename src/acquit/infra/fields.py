"""Columns of the trade: amounts keep the decimals they were given."""

from __future__ import annotations

from typing import Any

from django.db import models


class AmountField(models.DecimalField):  # type: ignore[type-arg]
    """An exact amount, `numeric` without a scale: 119.00 EUR comes back as 119.00 and 1000 JPY as 1000."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_digits", 24)
        options.setdefault("decimal_places", 10)
        super().__init__(**options)

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        """Give the column's type."""
        return "numeric"
