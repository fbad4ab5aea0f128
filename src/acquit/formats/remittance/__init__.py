"""Remittance advices: what a payer says a payment is for, whatever form the payer says it in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from acquit.formats.remittance.advice import RemittanceAdvice

__all__ = ["read_advices"]


def read_advices(content: BinaryIO, file_name: str) -> Iterator[RemittanceAdvice]:
    """Give the advices of a file in any form known here; see `reading.read_advices`, which is imported late."""
    from acquit.formats.remittance.reading import read_advices as read

    return read(content, file_name)
