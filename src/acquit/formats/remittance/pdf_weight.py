"""What a PDF asks of whoever reads it, weighed before it is read: a megabyte may unpack to a thousand.

Sizes, steps and depths are counted on the bytes as they stand, which costs a hundredth of reading them. Pictures and
the outlines of letters are counted apart: nobody unpacks them here.
"""

from __future__ import annotations

import re
import zlib

_PICTURES_AT_MOST = 24 * 1024**2
_UNPACKED_AT_MOST = 2 * 1024**2
_FILE_STEPS_AT_MOST = 90_000
_SAVED_AT_MOST = 20_000
_PIECE = 64 * 1024
_HEAD = 600  # of a stream: long enough for what says what it is
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_PACKED_TWICE = re.compile(rb"/Fl(?:ateDecode)?\s*/Fl(?:ateDecode)?\b")
_SLOWLY_PACKED = re.compile(rb"/(?:LZW|RL\b|RunLength)")
_PICTURE = re.compile(rb"/Image\b|/Length1\b|/(?:CIDFont)?Type1?0?C\b|/OpenType\b")
#: What is unpacked to know what the file holds, whatever else it calls itself.
_OBJECTS = re.compile(rb"/ObjStm\b|/XRef\b")
_NESTED = re.compile(rb"(?:(?:\[|<<)\s*(?:/[^\s<>\[\]()/]*\s*)?){64}")
_LONG_TEXT = re.compile(rb"<[0-9A-Fa-f\s]{24001}")  # of 12,000 letters, each in two signs
_SPACES = (b" ", b"\n", b"\r", b"\t")
_OPENINGS = (b"[", b"(", b"<", b"/")
_SAVES = (b"q ", b"q\n", b"q\r")


class TooMuchToRead(ValueError):  # noqa: N818 - as NotReadable: it says what is the case
    """A file asks for more than is given; the message says of what."""


def weigh_file(raw: bytes) -> None:
    """Raise `TooMuchToRead` where a file unpacks to too much, has too many parts, or parts in parts too deep."""
    if _PACKED_TWICE.search(raw):
        raise TooMuchToRead("it is packed twice over")
    pictures, others = _PICTURES_AT_MOST, _UNPACKED_AT_MOST
    steps, nested, last = 0, False, 0
    for match in _STREAM.finditer(raw):
        if match.start() < last:
            continue
        between = raw[last : match.start()]
        steps += _count(between, _SPACES)
        nested = nested or _NESTED.search(between) is not None
        end = raw.find(b"endstream", match.end())
        last = end if end >= 0 else len(raw)
        packed, head = memoryview(raw)[match.end() : last], between[-_HEAD:]
        if _PICTURE.search(head) and not _OBJECTS.search(head):
            pictures -= unpacked_size(packed, pictures)
        elif _SLOWLY_PACKED.search(head) and len(packed) > _PIECE:
            raise TooMuchToRead("a part of it is packed in a way that takes too long to unpack")
        else:
            others -= unpacked_size(packed, others)
        if pictures < 0 or others < 0:
            raise TooMuchToRead("it unpacks to more than is read")
    steps += _count(raw[last:], _SPACES)
    if nested or _NESTED.search(raw, last):
        raise TooMuchToRead("its parts stand one in another too deep")
    if steps > _FILE_STEPS_AT_MOST:
        raise TooMuchToRead("it has too many parts")


def count_steps(drawn: bytes) -> int:
    """Count the steps of what draws a page; raises `TooMuchToRead` where one of them is too long or goes too deep."""
    if _count(drawn, _SAVES) > _SAVED_AT_MOST or _NESTED.search(drawn) or _LONG_TEXT.search(drawn):
        raise TooMuchToRead("what draws its pages goes too deep")
    return _count(drawn, _SPACES + _OPENINGS)


def _count(content: bytes, signs: tuple[bytes, ...]) -> int:
    return sum(map(content.count, signs))


def unpacked_size(packed: memoryview, most: int) -> int:
    """Give how large a stream is unpacked, or what passes `most`; of one that is not packed, its own size."""
    unpacker, size, rest = zlib.decompressobj(), 0, bytes(packed)
    try:
        while rest and size <= most and not unpacker.eof:
            size += len(unpacker.decompress(rest, _PIECE))
            rest = unpacker.unconsumed_tail
    except zlib.error:
        return max(size, len(packed))
    return size
