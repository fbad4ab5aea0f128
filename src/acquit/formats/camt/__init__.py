"""CAMT.052, .053 and .054 of every version: the account reports of ISO 20022."""

from acquit.formats.camt.reader import read_camt

__all__ = ["read_camt"]
