"""NACHA, the files of the American ACH network: returns, notifications of change, payments with their addenda."""

from acquit.formats.nacha.reader import read_nacha

__all__ = ["read_nacha"]
