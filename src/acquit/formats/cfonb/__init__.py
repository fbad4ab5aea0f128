"""CFONB, the fixed records of French banks: statements (120 characters) and operations restored (240)."""

from acquit.formats.cfonb.reader import read_cfonb

__all__ = ["read_cfonb"]
