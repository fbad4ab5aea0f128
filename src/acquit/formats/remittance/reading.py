"""One function that reads a remittance advice in any form known here, for the command and for the intake alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO

from acquit.formats.recognition import HEAD_BYTES
from acquit.formats.remittance.advice import RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.grid_advices import GridSource
from acquit.formats.remittance.head_block import HeadBlock
from acquit.formats.remittance.lockbox import read_lockbox
from acquit.formats.remittance.mail import read_mail
from acquit.formats.remittance.pages import read_pdf
from acquit.formats.remittance.prose import TextLine, guard_lines, read_text, split_signature
from acquit.formats.remittance.recognition import recognise_advice
from acquit.formats.remittance.remadv import read_remadv
from acquit.formats.remittance.sheets import read_advice_table
from acquit.formats.remittance.ubl import read_ubl
from acquit.formats.remittance.x12_820 import read_x12_820
from acquit.formats.text_lines import TextLines

_READERS: dict[str, Callable[[BinaryIO, str], Iterator[RemittanceAdvice]]] = {
    "X12.820": read_x12_820,
    "REMADV": read_remadv,
    "LOCKBOX": read_lockbox,
    "UBL": read_ubl,
    "PDF": read_pdf,
}
_TEXT_AT_MOST = 4 * 1024**2
_ZIP = b"PK\x03\x04"
_OFFICE = b"\xd0\xcf\x11\xe0"


def read_advices(content: BinaryIO, file_name: str) -> Iterator[RemittanceAdvice]:
    """Give the advices of a file in any form known here; the content decides, never the name.

    Refuses (`UnreadableAdvice`) what is no advice or cannot be read, and (`CannotReadTable`) a damaged, encrypted or
    too large table. A stream that cannot be rewound is read whole.
    """
    return _read(content if content.seekable() else BytesIO(content.read()), file_name, None, 0)


def _read(content: BinaryIO, name: str, around: HeadBlock | None, depth: int) -> Iterator[RemittanceAdvice]:
    head = content.read(HEAD_BYTES)
    content.seek(0)
    form = recognise_advice(head)
    if form == "EMAIL":
        return read_mail(content, name, _read_attachment, depth)
    if form == "PDF":
        return read_pdf(content, name, around)
    if form is not None:
        return _READERS[form](content, name)
    if head.startswith((_ZIP, _OFFICE)):
        return read_advice_table(content, name, is_workbook=True, around=around, by_content=True)
    return _read_loose(content, name, around)


def _read_loose(content: BinaryIO, name: str, around: HeadBlock | None) -> Iterator[RemittanceAdvice]:
    """Read a file that may be a table or a text: a table with heads, one without, else sentences."""
    has_columns = _has_columns(content)
    refused: UnreadableAdvice | None = None
    for by_content in (False, True) if has_columns else (False,):
        try:
            yield from read_advice_table(
                content, name, is_workbook=False, around=around, by_content=by_content
            )
        except UnreadableAdvice as refusal:
            if refusal.code != "NO_ADVICE":
                raise
            refused = refusal
        else:
            return
    content.seek(0)
    lines = guard_lines(
        (
            TextLine(f"line {number}", line)
            for first, block in TextLines(content, name).blocks()
            for number, line in enumerate(block, first)
        ),
        name,
    )
    said, _ = split_signature(lines)
    advices = list(read_text(said, GridSource("TEXT", around=around)))
    if not advices and refused is not None:
        raise refused
    yield from advices


def _has_columns(content: BinaryIO) -> bool:
    text = content.read(_TEXT_AT_MOST)
    return any(text.count(mark) > text.count(b"\n") for mark in (b";", b"\t", b"|"))


def _read_attachment(
    content: BinaryIO, name: str, around: HeadBlock, depth: int
) -> Iterator[RemittanceAdvice] | None:
    """Read an attachment; None for what is plainly something else (an invoice in XML, a signature, a calendar)."""
    head = content.read(HEAD_BYTES)
    content.seek(0)
    if not head.strip():
        return None
    is_table = head.startswith((_ZIP, _OFFICE)) or name.casefold().endswith(
        (".csv", ".txt", ".tsv", ".xlsx", ".xls")
    )
    if recognise_advice(head) is None and not is_table:
        return None
    return _read(content, name, around, depth)
