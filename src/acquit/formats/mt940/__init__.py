"""MT940 and MT942: the account statements of SWIFT, in the dialects banks write them."""

from acquit.formats.mt940.amounts import signed_amount
from acquit.formats.mt940.reader import read_mt940

__all__ = ["read_mt940", "signed_amount"]
