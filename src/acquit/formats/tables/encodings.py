"""Which letters the bytes of a text file stand for.

The clever idea is to read the whole file once, in blocks, before any row is cut: at the speed of the C
decoder this costs a second for a gigabyte, and it buys that an encoding is never wrong in the middle of an
import. UTF-8 is either right for every byte or it is not UTF-8; what remains is decided on the lines that
hold the odd bytes, and said.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import BinaryIO

from charset_normalizer import from_bytes

from acquit.formats.tables.errors import CannotReadTable, TableTrouble
from acquit.formats.tables.table import TableLimits, TableWarning

_BLOCK = 1024 * 1024
_HEAD = 64 * 1024
_SAMPLE = 64 * 1024
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MULTI_BYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ODD_LINE = re.compile(rb"[^\n]{0,400}[\x80-\xff][^\n]{0,400}")
_COMMON_LETTERS = frozenset("äöüÄÖÜßéèêëàâáãåæçñóòôõøîïíìúùûœÉÈÀÇÑÓÚÍÁÅØÆÂÊÎÔÛ")
_CENTRAL_LETTERS = frozenset("ąćęłńśźżĄĆĘŁŃŚŹŻčďěňřšťůýžČĎĚŇŘŠŤŮÝŽőűŐŰășțğışİĞŞ")
_COMMON_SIGNS = frozenset("€£§°–—‘’“”„…«»·²³½¼©®™ºª¡¿´`¨\xa0")
_TOO_STRANGE = 0.5
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class TextForm:
    """The encoding of a text, whether it holds NUL bytes, whether its last line is ended, and what to tell a person."""

    encoding: str
    holds_nul: bool
    ends_with_newline: bool
    warnings: tuple[TableWarning, ...] = ()


class _Undecodable(Exception):  # noqa: N818 - never leaves this file
    """The bytes at `offset` (from 0), in `line_number` (from 1), are not in the encoding; `cut` when they just end."""

    def __init__(self, offset: int, line_number: int, byte: int, *, cut: bool) -> None:
        super().__init__()
        self.offset = offset
        self.line_number = line_number
        self.byte = byte
        self.cut = cut


@dataclass(slots=True)
class _Scan:
    """What one pass over the decoded file has seen."""

    position: int = 0
    lines: int = 0
    unbroken: int = 0
    holds_nul: bool = False
    last: str = ""


def read_blocks(stream: BinaryIO, name: str, limits: TableLimits) -> Iterator[bytes]:
    """Give the stream from its beginning in blocks; refuse it once it holds more than it may."""
    stream.seek(0)
    total = 0
    while block := stream.read(_BLOCK):
        total += len(block)
        if total > limits.unpacked_bytes:
            raise CannotReadTable(
                TableTrouble.TOO_LARGE,
                name,
                f"holds more than {limits.unpacked_bytes:,} bytes unpacked. Split it.",
            )
        yield block


def find_encoding(stream: BinaryIO, name: str, limits: TableLimits, encoding: str | None = None) -> TextForm:
    """Find the encoding under which every byte of the stream is a letter.

    Order: the caller's `encoding` if given, a byte order mark, UTF-16 without mark, UTF-8, then cp1252 or
    what charset-normalizer finds, with a warning that names it. Refuses with the byte offset and line what
    fits nothing.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head:
        raise CannotReadTable(TableTrouble.EMPTY, name, "the file is empty.")
    marked = _marked_encoding(head)
    sure = marked if marked and (encoding or "utf").lower().startswith("utf") else encoding
    if sure:
        return _scan_or_refuse(stream, name, limits, sure)
    if len(_CONTROL.findall(head)) * 200 > len(head):
        raise CannotReadTable(TableTrouble.NOT_A_TABLE, name, "holds bytes that are no text.")
    try:
        return _form(_scan(stream, name, limits, "utf-8"), "utf-8")
    except _Undecodable as trouble:
        return _fall_back(stream, name, limits, trouble)


def _marked_encoding(head: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    pairs = len(head) // 2
    if pairs >= 2:
        if head[1::2].count(0) * 10 > pairs * 7 and head[::2].count(0) * 10 < pairs:
            return "utf-16-le"
        if head[::2].count(0) * 10 > pairs * 7 and head[1::2].count(0) * 10 < pairs:
            return "utf-16-be"
    return None


def _form(scan: _Scan, encoding: str, warnings: tuple[TableWarning, ...] = ()) -> TextForm:
    return TextForm(encoding, scan.holds_nul, scan.last in {"\n", "\r"}, warnings)


def _scan(stream: BinaryIO, name: str, limits: TableLimits, encoding: str) -> _Scan:
    """Decode the whole stream and forget it again; raise `_Undecodable` at the first bytes that do not fit."""
    decoder = codecs.getincrementaldecoder(
        "utf-8" if encoding == "utf-8-sig" else encoding
    )()  # keeps the offsets
    seen = _Scan()
    pending = 0
    for block in read_blocks(stream, name, limits):
        _decode_block(decoder, block, seen, pending)
        _guard_line(seen, name, limits)
        state = decoder.getstate()[0]
        pending = len(state) if isinstance(state, bytes) else 0
        seen.position += len(block)
    _decode_block(decoder, b"", seen, pending, final=True)
    return seen


def _decode_block(
    decoder: codecs.IncrementalDecoder, block: bytes, seen: _Scan, pending: int, *, final: bool = False
) -> None:
    try:
        text = decoder.decode(block, final)
    except UnicodeDecodeError as error:
        start = seen.position - pending + error.start
        bad = error.object[error.start] if error.start < len(error.object) else 0
        before = error.object[: error.start].decode(error.encoding, "ignore").count("\n")
        raise _Undecodable(start, seen.lines + before + 1, bad, cut=final) from None
    except UnicodeError:
        raise _Undecodable(seen.position, seen.lines + 1, block[0] if block else 0, cut=final) from None
    if not text:
        return
    newlines = text.count("\n")
    returns = 0 if newlines else text.count("\r")
    seen.lines += newlines or returns
    after_break = len(text) - max(text.rfind("\n"), text.rfind("\r")) - 1
    seen.unbroken = after_break if newlines or returns else seen.unbroken + len(text)
    seen.holds_nul = seen.holds_nul or "\0" in text
    seen.last = text[-1]


def _guard_line(seen: _Scan, name: str, limits: TableLimits) -> None:
    if seen.unbroken > limits.line_bytes:
        line = seen.lines + 1
        raise CannotReadTable(
            TableTrouble.LINE_TOO_LONG,
            name,
            f"line {line} runs over more than {limits.line_bytes:,} characters. This is no table.",
            line_number=line,
        )


def _refuse_bytes(name: str, trouble: _Undecodable, encoding: str, more: str = "") -> CannotReadTable:
    kind = TableTrouble.TRUNCATED if trouble.cut else TableTrouble.WRONG_ENCODING
    what = "the file ends within a letter of" if trouble.cut else f"byte 0x{trouble.byte:02X} does not fit"
    return CannotReadTable(
        kind,
        name,
        f"{what} {encoding}, at byte {trouble.offset:,}, line {trouble.line_number:,}.{more}",
        byte_offset=trouble.offset,
        line_number=trouble.line_number,
    )


def _scan_or_refuse(stream: BinaryIO, name: str, limits: TableLimits, encoding: str) -> TextForm:
    try:
        TextIOWrapper(BytesIO(), encoding=encoding)  # knows text encodings from other codecs
        return _form(_scan(stream, name, limits, encoding), encoding)
    except LookupError:
        raise CannotReadTable(
            TableTrouble.WRONG_ENCODING, name, f"{encoding!r} is no known encoding."
        ) from None
    except _Undecodable as trouble:
        raise _refuse_bytes(name, trouble, encoding) from None


def _fall_back(stream: BinaryIO, name: str, limits: TableLimits, trouble: _Undecodable) -> TextForm:
    sample = _odd_lines(stream, name, limits)
    pairs = len(_MULTI_BYTE.findall(sample))
    odd_bytes = sum(byte > 0x7F for byte in sample)
    if pairs and pairs * 2 * 10 > odd_bytes:
        more = "" if trouble.cut else f" {pairs} other letters are UTF-8: the file mixes two encodings."
        raise _refuse_bytes(name, trouble, "UTF-8", more)
    for encoding in _candidates(sample):
        try:
            scan = _scan(stream, name, limits, encoding)
        except _Undecodable:
            continue
        example = sample.split(b"\n")[0].decode(encoding, "replace").strip()
        warning = TableWarning(
            "ENCODING_TAKEN",
            f"Not UTF-8: read as {encoding}. First odd letters in line {trouble.line_number:,}: {_around(example)}",
        )
        return _form(scan, encoding, (warning,))
    raise _refuse_bytes(name, trouble, "UTF-8", " No other encoding fits. Save the file as UTF-8.")


def _odd_lines(stream: BinaryIO, name: str, limits: TableLimits) -> bytes:
    """Collect lines (or the 800 bytes around) that hold bytes above 127, up to 64 KB."""
    found: list[bytes] = []
    size = 0
    for block in read_blocks(stream, name, limits):
        for match in _ODD_LINE.finditer(block):
            found.append(match[0])
            size += len(match[0])
            if size > _SAMPLE:
                return b"\n".join(found)
    return b"\n".join(found)


def _candidates(sample: bytes) -> list[str]:
    """Give the encodings under which the odd letters stand where letters stand, the most likely first."""
    found = [
        match.encoding for match in from_bytes(sample) if not match.encoding.startswith(("utf", "ascii"))
    ]
    scored = []
    for place, encoding in enumerate(
        dict.fromkeys(["cp1252", *found, "cp1250", "cp850", "mac_roman", "cp1254"])
    ):
        with suppress(UnicodeDecodeError):
            scored.append((_strangeness(sample.decode(encoding)), place, encoding))
    return [encoding for strangeness, _, encoding in sorted(scored) if strangeness < _TOO_STRANGE]


def _strangeness(text: str) -> float:
    """Say how badly odd letters stand, 0 to 1: wrongly read text has signs and capitals inside its words."""
    odd = 0
    strange = 0.0
    padded = f" {text} "
    for before, letter, after in zip(padded, padded[1:], padded[2:], strict=False):
        if letter > "\x7f":
            odd += 1
            strange += _strangeness_of(before, letter, after)
    return strange / odd if odd else 0.0


def _strangeness_of(before: str, letter: str, after: str) -> float:
    if not letter.isalpha():
        if letter not in _COMMON_SIGNS:
            return 0.6
        return 1.0 if before.isalpha() and after.isalpha() and letter not in "’–·´`°ºª" else 0.0
    if letter > "\u024f":
        return 1.0 if before.isascii() and before.isalpha() else 0.1
    crowded = (
        "\x7f" < before < "\u0250" and "\x7f" < after < "\u0250" and before.isalpha() and after.isalpha()
    )
    if crowded or (letter.isupper() and before.islower()):
        return 1.0
    return 0.0 if letter in _COMMON_LETTERS else 0.1 if letter in _CENTRAL_LETTERS else 0.3


def _around(line: str) -> str:
    """Show the first odd letter of a line with what stands around it."""
    place = next((index for index, letter in enumerate(line) if letter > "\x7f"), 0)
    return line[max(0, place - 20) : place + 20]
