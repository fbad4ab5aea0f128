"""Rates for what was booked before the first rate a company has: the first one is carried back, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from acquit.controls.queries import CompanyView
from acquit.ledger.operations import carry_back_rates
from acquit.ledger.queries import CannotConvert, list_rates


def ensure_rates(company: CompanyView, needed: Mapping[str, date]) -> frozenset[str]:
    """Make sure of a rate of each currency on its first day; gives the currencies that have none at all.

    Items of another system were valued there; here they need some rate, and the first one known is the nearest.
    """
    missing = _list_missing(company, needed)
    if missing:
        carry_back_rates(day=min(needed[currency] for currency in missing))
        missing = _list_missing(company, {currency: needed[currency] for currency in missing})
    return missing


def _list_missing(company: CompanyView, needed: Mapping[str, date]) -> frozenset[str]:
    missing = set()
    for currency, day in needed.items():
        try:
            list_rates([(currency, company.currency, day), (currency, company.group_currency, day)])
        except CannotConvert:
            missing.add(currency)
    return frozenset(missing)
