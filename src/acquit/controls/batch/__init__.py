"""Sealing the log and the books in chained blocks, and checking that they still are what was sealed."""

from acquit.controls.batch.sealing import SealOutcome, get_last_hash, seal_blocks
from acquit.controls.batch.verifying import Break, BreakKind, SealReport, verify_seals

__all__ = [
    "Break",
    "BreakKind",
    "SealOutcome",
    "SealReport",
    "get_last_hash",
    "seal_blocks",
    "verify_seals",
]
