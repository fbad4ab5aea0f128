"""Sealing the log and the books in chained blocks, and checking that they still are what was sealed."""

from acquit.controls.batch.proving import RowProof, get_sealed_end, stream_chain, stream_proofs
from acquit.controls.batch.sealing import SealOutcome, get_last_hash, seal_blocks
from acquit.controls.batch.verifying import Break, BreakKind, SealReport, verify_seals

__all__ = [
    "Break",
    "BreakKind",
    "RowProof",
    "SealOutcome",
    "SealReport",
    "get_last_hash",
    "get_sealed_end",
    "seal_blocks",
    "stream_chain",
    "stream_proofs",
    "verify_seals",
]
