"""Lines of a bank's text file, with their numbers, in an encoding that is found out and said.

The one clever idea: a file is UTF-8 until the first line that is not; from there on it is read in the one-byte
encoding its accented letters speak for (Windows or DOS), and the statement carries a warning that names it. A format
that knows more, such as the account's country, hands in its own choice.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO

from acquit.formats.statements import UnreadableStatement

CHUNK_BYTES = 1 << 16
_LONGEST_LINE = 1 << 20
_FINTS_AT_MOST = 1 << 24  # a message is far smaller; what is behind it is cut off, and refused as that
_UNUSED_CP1252 = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))
#: Where cp437 has signs, lines and Greek letters.
_ONLY_CP850_LETTERS = frozenset("øØÁÂÀãÃÊËÈÍÎÏÌÓÔÒõÕÚÛÙýÝðÐþÞ".encode("cp850"))
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

#: Chooses the encoding of a block that is no UTF-8: what the file said before it (its beginning, and the block up to
#: the first odd byte), and the block.
EncodingChoice = Callable[[bytes, bytes], str]


def _choose_by_letters(_before: bytes, block: bytes) -> str:
    return choose_one_byte_encoding(block)


class TextLines:
    """Reads a text file block by block; `encoding` and `encoding_line` say what was assumed, if anything.

    Line ends may be CRLF, LF or CR, or @@ as FinTS writes them. Refuses a file with zero bytes (it is no text), one
    whose line is longer than 1 MB, and broken UTF-16. With a `width`, text without line ends is cut into lines of many
    widths, so a file of fixed records sent without line ends streams too. `choose` names the encoding of what is no
    UTF-8, in place of choose_one_byte_encoding.
    """

    def __init__(
        self, content: BinaryIO, file: str, width: int = 0, choose: EncodingChoice = _choose_by_letters
    ) -> None:
        self._content = content
        self._file = file
        self._width = width
        self._choose = choose
        self._head = b""
        self.encoding = "utf-8"
        self.encoding_line = 0

    def blocks(self) -> Iterator[tuple[int, list[str]]]:
        """Give (number of the first line, lines) for one block after the other; lines have no line ends."""
        number = 1
        rest = b""
        first = True
        decoder: codecs.IncrementalDecoder | None = None
        while chunk := self._content.read(CHUNK_BYTES):
            if first:
                first = False
                if chunk.count(b"@@:") > chunk.count(b"\n"):
                    self._content = BytesIO(
                        (chunk + self._content.read(_FINTS_AT_MOST)).replace(b"@@", b"\n")
                    )
                    chunk = self._content.read(CHUNK_BYTES)
                if chunk.startswith(_UTF16_MARKS):
                    decoder = codecs.getincrementaldecoder("utf-16")()
                    self.encoding, self.encoding_line = "utf-16", 1
                chunk = self._head = chunk.removeprefix(codecs.BOM_UTF8)
            if decoder is not None:
                chunk = self._from_utf16(decoder, chunk, number)
            elif b"\0" in chunk:
                raise self._refused("the file holds zero bytes and is no text", "NOT_TEXT", number)
            block = rest + chunk
            cut = max(block.rfind(b"\n"), block.rfind(b"\r", 0, -1)) + 1
            if not cut and self._width:
                cut = len(block) // self._width * self._width
            rest = block[cut:]
            if len(rest) > _LONGEST_LINE:
                raise self._refused("a line is longer than 1 MB", "LINE_TOO_LONG", number)
            if cut:
                lines = self._split(block[:cut], number)
                if not lines[-1]:
                    lines.pop()
                yield number, lines
                number += len(lines)
        if rest:
            lines = self._split(rest, number)
            if not lines[-1]:
                lines.pop()
            yield number, lines

    def _from_utf16(self, decoder: codecs.IncrementalDecoder, chunk: bytes, number: int) -> bytes:
        try:
            return decoder.decode(chunk).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise self._refused("the file begins as UTF-16 but is not", "ENCODING_BROKEN", number) from None

    def _split(self, block: bytes, number: int) -> list[str]:
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if self.encoding in {"utf-8", "utf-16"}:
            try:
                return block.decode("utf-8").split("\n")
            except UnicodeDecodeError as error:
                self.encoding = self._choose(self._head + b"\n" + block[: error.start], block)
                self.encoding_line = number + block.count(b"\n", 0, error.start)
        return block.decode(self.encoding, "replace").split("\n")

    def _refused(self, reason: str, code: str, number: int) -> UnreadableStatement:
        return UnreadableStatement(
            reason,
            code=code,
            file=self._file,
            place=f"line {number}",
            mend="Check that this is the bank's file as it was sent, and save it as UTF-8 if it was edited.",
        )


def choose_one_byte_encoding(sample: bytes) -> str:
    """Choose between DOS (cp437, cp850), Windows (cp1252) and Latin-1 for bytes that are no UTF-8.

    The accented letters of DOS lie below 0xA6 where Windows has quotation marks; only bytes beside an ASCII letter
    are asked. In the range both use, Windows and Latin-1 are the same. Of the two DOS pages the western one is taken
    where a byte is a letter in it and none in cp437, which has Greek letters of mathematics and lines there.
    """
    dos = windows = 0
    unused = western = False
    previous = 0
    following = [*sample[1:], 0]
    for byte, after in zip(sample, following, strict=True):
        if byte >= 0x80:
            unused = unused or byte in _UNUSED_CP1252
            if _is_letter(previous) or _is_letter(after):
                dos += byte <= 0xA5
                windows += byte >= 0xC0
                western = western or byte in _ONLY_CP850_LETTERS
        previous = byte
    if dos > windows:
        return "cp850" if western else "cp437"
    return "latin-1" if unused else "cp1252"


def _is_letter(byte: int) -> bool:
    return 65 <= byte <= 90 or 97 <= byte <= 122


class TextChunks:
    """Reads a text file in pieces without regard to lines, for formats that may stand on one line.

    UTF-8 until a piece is not; then the encoding the file declares (given in `declared`), else the one its letters
    speak for. `encoding_line` is where that was, 0 when UTF-8 held.
    """

    def __init__(self, content: BinaryIO, file: str) -> None:
        self._content = content
        self._file = file
        self.declared = ""
        self.encoding = "utf-8"
        self.encoding_line = 0

    def pieces(self) -> Iterator[str]:
        """Give the text piece by piece. Refuses zero bytes and broken UTF-16."""
        tail = b""
        lines = 1
        first = True
        wide: codecs.IncrementalDecoder | None = None
        while chunk := self._content.read(CHUNK_BYTES):
            if first and chunk.startswith(_UTF16_MARKS):
                wide = codecs.getincrementaldecoder("utf-16")()
                self.encoding, self.encoding_line = "utf-16", 1
            if wide is not None:
                text = self._wide(wide, chunk, lines)
            else:
                if b"\0" in chunk:
                    raise self._refused("the file holds zero bytes and is no text", "NOT_TEXT", lines)
                text, tail = self._narrow(
                    tail + (chunk.removeprefix(codecs.BOM_UTF8) if first else chunk), lines
                )
            first = False
            lines += text.count("\n")
            yield text
        if tail:
            yield tail.decode("cp1252", "replace")

    def _wide(self, decoder: codecs.IncrementalDecoder, chunk: bytes, line: int) -> str:
        try:
            return decoder.decode(chunk)
        except UnicodeDecodeError:
            raise self._refused("the file begins as UTF-16 but is not", "ENCODING_BROKEN", line) from None

    def _narrow(self, block: bytes, line: int) -> tuple[str, bytes]:
        if self.encoding != "utf-8":
            return block.decode(self.encoding, "replace"), b""
        try:
            return block.decode("utf-8"), b""
        except UnicodeDecodeError as error:
            if error.start >= len(block) - 3 and "unexpected end" in error.reason:
                return block[: error.start].decode("utf-8"), block[error.start :]
            self.encoding = self.declared or choose_one_byte_encoding(block)
            self.encoding_line = line + block.count(b"\n", 0, error.start)
            return block.decode(self.encoding, "replace"), b""

    def _refused(self, reason: str, code: str, line: int) -> UnreadableStatement:
        return UnreadableStatement(
            reason,
            code=code,
            file=self._file,
            place=f"line {line}",
            mend="Check that this is the bank's file as it was sent.",
        )
