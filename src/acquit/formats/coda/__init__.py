"""CODA, the coded statement of account of Belgian banks."""

from acquit.formats.coda.reader import read_coda

__all__ = ["read_coda"]
