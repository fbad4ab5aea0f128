"""BAI2, the cash management reports of banks in the United States, Canada and elsewhere."""

from acquit.formats.bai2.amounts import bai2_amount
from acquit.formats.bai2.reader import read_bai2

__all__ = ["bai2_amount", "read_bai2"]
