"""How large the texts of a workbook become: each stands in it once, and every cell that shows it is given its own.

A text of a megabyte that a hundred thousand cells share fits into twenty kilobytes of file, and into no machine.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

_TEXT = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_VALUE = re.compile(rb"<(?:\w+:)?v(?=[\s>])[^<>]*>\s*([0-9]{0,9})")
_BLOCK = 64 * 1024
_OVERLAP = 512


def measure_texts(archive: zipfile.ZipFile, entry: str) -> array[int]:
    """Give the size in bytes of each shared text, its marks with it."""
    sizes, begun, end = array("Q"), -1, 0
    for offset, piece in _pieces(archive, entry):
        for match in _TEXT.finditer(piece):
            if begun >= 0:
                sizes.append(offset + match.start() - begun)
            begun = offset + match.start()
        end = offset + len(piece)
    if begun >= 0:
        sizes.append(end - begun)
    return sizes


def count_text_bytes(archive: zipfile.ZipFile, sheet: str, sizes: Sequence[int]) -> int:
    """Give how many bytes of text the cells of a sheet ask for; a value that is no plain number may be the longest."""
    longest, total = max(sizes, default=0), 0
    for _, piece in _pieces(archive, sheet):
        for digits, count in Counter(_VALUE.findall(piece)).items():
            place = int(digits or -1)
            total += count * (longest if place < 0 else sizes[place] if place < len(sizes) else 0)
    return total


def _pieces(archive: zipfile.ZipFile, entry: str) -> Iterator[tuple[int, bytes]]:
    """Give an entry in pieces that end before a mark, each with where it begins."""
    offset, rest = 0, b""
    with archive.open(entry) as content:
        while block := content.read(_BLOCK):
            piece = rest + block
            cut = piece.rfind(b"<", len(piece) - _OVERLAP)
            cut = cut if cut > 0 else len(piece)
            yield offset, piece[:cut]
            offset, rest = offset + cut, piece[cut:]
    yield offset, rest
