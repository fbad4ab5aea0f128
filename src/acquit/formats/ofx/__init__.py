"""OFX and QFX, the download formats of banks in North America, Australia and elsewhere."""

from acquit.formats.ofx.reader import read_ofx

__all__ = ["read_ofx"]
