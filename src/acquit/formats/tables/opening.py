"""One door for tables: what the first bytes say decides who reads the file, never its name."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO
from typing import BinaryIO

from acquit.formats.tables.delimited import read_delimited
from acquit.formats.tables.errors import CannotReadTable, TableTrouble
from acquit.formats.tables.table import Table, TableLimits
from acquit.formats.tables.workbook import read_workbook

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (
    (b"%PDF", "is a PDF, not a table."),
    (b"<", "is XML or HTML, not a table. A web page saved as .xls must be saved again as .xlsx."),
    (b"{", "is JSON, not a table."),
)


def open_table(
    content: BinaryIO | bytes,
    name: str,
    *,
    limits: TableLimits | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Table:
    """Open a CSV (plain or .gz) or XLSX file as a table.

    `content` is seekable and stays open, and the table's, until its rows have been read. `encoding` and
    `sheet` are a person's choice; without them both are found. Refuses with `CannotReadTable` what is no
    table, damaged, encrypted or larger than `limits`.
    """
    limits = limits or TableLimits()
    stream = BytesIO(content) if isinstance(content, bytes) else content
    stream.seek(0)
    start = stream.read(8)
    if start.startswith(_ZIP):
        return read_workbook(stream, name, limits, sheet)
    if start == _OLE:
        raise _old_workbook(stream, name)
    if start.startswith(_GZIP):
        return _read_packed(stream, name, limits, encoding)
    if not encoding:
        _refuse_other_forms(stream, name)
    return read_delimited(stream, name, limits, encoding)


def _old_workbook(stream: BinaryIO, name: str) -> CannotReadTable:
    stream.seek(0)
    if _ENCRYPTED in stream.read(4 * 1024 * 1024):
        message = "is protected by a password. Save it without one."
        return CannotReadTable(TableTrouble.ENCRYPTED, name, message)
    return CannotReadTable(TableTrouble.OLD_FORMAT, name, "is an old Office file. Save it as .xlsx.")


def _refuse_other_forms(stream: BinaryIO, name: str) -> None:
    stream.seek(0)
    start = stream.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, message in _OTHERS:
        if start.startswith(mark):
            raise CannotReadTable(TableTrouble.NOT_A_TABLE, name, message)


def _read_packed(stream: BinaryIO, name: str, limits: TableLimits, encoding: str | None) -> Table:
    stream.seek(0)
    unpacked = gzip.GzipFile(fileobj=stream, mode="rb")
    try:
        _refuse_other_forms(unpacked, name)  # type: ignore[arg-type]
        return read_delimited(unpacked, name, limits, encoding)  # type: ignore[arg-type]
    except EOFError:
        raise CannotReadTable(TableTrouble.TRUNCATED, name, "the packed file ends too early.") from None
    except (gzip.BadGzipFile, zlib.error, OSError) as error:
        message = f"the packed file is damaged: {error}."
        raise CannotReadTable(TableTrouble.DAMAGED, name, message) from None
