"""The one place of this door where the clock is read; a request may name another day with `as_of`."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def read_business_date() -> date:
    """Give today's date in the configured time zone, or the fixed `ACQUIT_BUSINESS_DATE` of a demonstration."""
    fixed = getattr(settings, "ACQUIT_BUSINESS_DATE", None)
    if fixed is not None:
        return fixed if isinstance(fixed, date) else date.fromisoformat(str(fixed))
    return timezone.localdate()


def read_now() -> datetime:
    """Give this moment, with its zone."""
    return timezone.now()
