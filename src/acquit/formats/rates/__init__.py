"""Rates of exchange as the European Central Bank publishes them: CSV and XML, daily and historical."""

from acquit.formats.rates.reader import PublishedRate, RateProblem, RatesFile, open_rates

__all__ = ["PublishedRate", "RateProblem", "RatesFile", "open_rates"]
