"""Segments of an X12 interchange, streamed, cut by the separators its own first segment declares.

The one clever idea: the separators are read off the ISA by counting its sixteen elements, not by its 106 characters, so
a header whose fields an editor has shortened is read like any other. A second interchange in the file brings its own.
A payment order pasted without its envelope (ISA) shows them too: what stands around its 820, and before its next tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from acquit.formats.remittance.advice import UnreadableAdvice
from acquit.formats.text_lines import TextChunks

_LONGEST_SEGMENT = 1 << 16
_HEADER_ELEMENTS = 16
_LONGEST_HEADER = 1024
_SPACE = " \t\r\n\ufeff\x1a"
_BARE = re.compile(
    r"\s*(?:GS(?P<group>[*|^~+!\x1c-\x1f])RA(?P=group).{1,200}?[^\w ]\s*ST(?P=group)820(?P=group)"
    r"|ST(?P<sign>[*|^~+!\x1c-\x1f])820(?P=sign)"
    r"|RMR(?P<item>[*^+!\x1c-\x1f])[A-Z0-9]{2}(?P=item))"
)
_ENDS = "~\\'|\r\n"


def begins_bare(text: str) -> bool:
    """Say whether a text begins as a payment order (820), or one of its items, without the header (ISA)."""
    return _BARE.match(text) is not None


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its tag, its elements, and its number in the file (from 1)."""

    tag: str
    elements: tuple[str, ...]
    number: int

    def get(self, position: int) -> str:
        """Give an element by its position in the standard (BPR02 is 2), stripped; empty when it is not there."""
        return self.elements[position - 1].strip() if position <= len(self.elements) else ""

    @property
    def place(self) -> str:
        """Say where the segment stands."""
        return f"segment {self.number} ({self.tag})"


def iter_x12_segments(content: BinaryIO, file: str) -> Iterator[Segment]:
    """Give the segments of a file of interchanges; refuses (`UnreadableAdvice`) what begins with no ISA and no 820."""
    pieces = TextChunks(content, file).pieces()
    rest, number = "", 0
    separator = terminator = ""
    for piece in _with_last(pieces):
        rest += piece or ""
        at_end = piece is None
        start = 0
        while True:
            if not separator:
                start = _skip_space(rest, start)
                if start == len(rest) or (not at_end and len(rest) - start < _LONGEST_HEADER):
                    break
                separator, terminator = _separators(rest[start : start + _LONGEST_HEADER], file, number)
            end = rest.find(terminator, start)
            if end < 0 and not at_end:
                break
            text = rest[start:end] if end >= 0 else rest[start:]
            start = end + 1 if end >= 0 else len(rest)
            if len(text) > _LONGEST_SEGMENT:
                raise _refused("a segment is longer than 64 kB", "SEGMENT_TOO_LONG", file, number + 1)
            tag, *elements = _joined(text.strip(_SPACE)).split(separator)
            if tag:
                number += 1
                yield Segment(tag.strip(), tuple(elements), number)
            if tag.strip() == "IEA":
                separator = terminator = ""
            if start >= len(rest):
                break
        rest = rest[start:]
        if len(rest) > _LONGEST_SEGMENT:
            raise _refused("a segment is longer than 64 kB", "SEGMENT_TOO_LONG", file, number + 1)


def _with_last(pieces: Iterator[str]) -> Iterator[str | None]:
    yield from pieces
    yield None


def _skip_space(text: str, start: int) -> int:
    while start < len(text) and text[start] in _SPACE:
        start += 1
    return start


def _separators(text: str, file: str, number: int) -> tuple[str, str]:
    """Give what divides elements and what ends segments, as an ISA declares them or an 820 without one shows."""
    bare = _BARE.match(text)
    if bare is not None:
        return _bare_separators(text, bare["sign"] or bare["group"] or bare["item"], file, number)
    if text[:3] != "ISA" or len(text) < 4 or text[3].isalnum():
        raise _refused("no X12 interchange (ISA) begins here", "NOT_X12", file, number + 1, text[:20])
    separator = text[3]
    at = 3
    for _ in range(_HEADER_ELEMENTS - 1):
        at = text.find(separator, at + 1)
        if at < 0:
            raise _refused(
                "the ISA segment has fewer than 16 elements", "ISA_BROKEN", file, number + 1, text[:60]
            )
    terminator = text[at + 2 : at + 3]
    if not terminator or terminator.isalnum() or terminator == separator:
        raise _refused("the ISA segment is not ended", "ISA_BROKEN", file, number + 1, text[:120])
    return separator, terminator


def _bare_separators(text: str, separator: str, file: str, number: int) -> tuple[str, str]:
    """Give the separators of a payment order without its ISA: its first segment ends before the next tag."""
    ends = re.escape(_ENDS.replace(separator, ""))
    found = re.match(rf"\s*[^{ends}]+([{ends}])\s*(?:[A-Z][A-Z0-9]{{1,2}}{re.escape(separator)}|$)", text)
    if found is None:
        raise _refused(
            "the 820 stands without its envelope (ISA), and what ends its segments is not found",
            "ENVELOPE_MISSING",
            file,
            number + 1,
            text[:60],
        )
    return separator, found[1]


def _joined(text: str) -> str:
    """Take out line breaks inside a segment: files are cut into lines of eighty characters without regard to it."""
    return text.replace("\r", "").replace("\n", "") if "\n" in text or "\r" in text else text


def _refused(reason: str, code: str, file: str, number: int, value: str = "") -> UnreadableAdvice:
    return UnreadableAdvice(
        reason,
        code=code,
        file=file,
        place=f"segment {number}",
        value=value,
        mend="Ask the sender for the file as it was sent.",
    )
