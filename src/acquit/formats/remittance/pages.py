"""Advices in PDF, by the words on the page: their places make the rows and columns that the page does not draw.

The one clever idea: what a file unpacks to is weighed, and pages and characters are counted, before anything is laid
out; a page without words is a picture, and said to be one.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any, BinaryIO

from acquit.formats.remittance.advice import RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.columns import Word, WordLine, under_heads
from acquit.formats.remittance.grid_advices import GridSource, read_grid
from acquit.formats.remittance.head_block import HeadBlock
from acquit.formats.remittance.prose import TextLine, read_text

FORMAT = "PDF"
_LARGEST = 16 * 1024**2
_UNPACKED_AT_MOST = 24 * 1024**2
_PAGES_AT_MOST = 40
_CHARACTERS_AT_MOST = 250_000
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_PACKED_TWICE = re.compile(rb"/Fl(?:ateDecode)?\s*/Fl(?:ateDecode)?\b")
_WORD_GAP = 0.75  # of the height of the letters: what is further apart stands in another cell
_SAME_LINE = 0.5
_OVERLAP = 0.5  # of a letter's width: kerning stays far below


def read_pdf(content: BinaryIO, file: str, around: HeadBlock | None = None) -> Iterator[RemittanceAdvice]:
    """Give the advices of a PDF with text.

    Refuses (`UnreadableAdvice`) one that is encrypted (ENCRYPTED), scanned (SCANNED), damaged (DAMAGED), too large or
    of more than 40 pages (TOO_LARGE), and one without documents and amounts (NO_ADVICE).
    """
    lines = list(_page_lines(content, file))
    if not lines:
        raise _refused(
            "the pages hold no text: it is a scan or a picture",
            "SCANNED",
            file,
            "Ask the sender for the advice as text, as a table or as a mail.",
        )
    source = GridSource(FORMAT, around=around)
    advices = list(read_grid(under_heads(lines), source))
    if not advices:
        advices = list(read_text([TextLine(line.place, line.text) for line in lines], source))
    if not advices:
        raise _refused(
            "no documents and amounts are found on its pages",
            "NO_ADVICE",
            file,
            "Ask the sender for the advice as a table.",
        )
    yield from advices


def _page_lines(content: BinaryIO, file: str) -> Iterator[WordLine]:
    raw = content.read(_LARGEST + 1)
    _weigh(raw, file)
    import pdfplumber  # late: it takes a third of a second, and few files are PDF

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(BytesIO(raw)) as document:
            yield from _lines_of_pages(document.pages, file)
    except UnreadableAdvice:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged PDF breaks its reader in more ways than can be named
        if "password" in f"{error!r} {error.__cause__!r} {error.__context__!r}".casefold():
            raise _refused(
                "the PDF is protected by a password", "ENCRYPTED", file, "Ask the sender for it without one."
            ) from None
        reason = f"the PDF is damaged: {type(error).__name__} {error}"[:200]
        raise _refused(reason, "DAMAGED", file, "Ask the sender for the file again.") from None


def _lines_of_pages(pages: Sequence[Any], file: str) -> Iterator[WordLine]:
    if len(pages) > _PAGES_AT_MOST:
        raise _too_large(file, f"it has {len(pages)} pages, {_PAGES_AT_MOST} are read")
    characters = 0
    for page in pages:
        characters += len(page.chars)
        if characters > _CHARACTERS_AT_MOST:
            raise _too_large(file, f"its pages hold more than {_CHARACTERS_AT_MOST:,} characters")
        yield from _lines_of(page)
        page.close()


def _lines_of(page: Any) -> Iterator[WordLine]:
    """Give the lines of a page, from top to bottom."""
    words = page.extract_words(keep_blank_chars=False, use_text_flow=_is_overprinted(page.chars))
    words.sort(key=lambda word: (word["top"] + word["bottom"], word["x0"]))
    lines: list[list[Any]] = []
    for word in words:
        middle = (word["top"] + word["bottom"]) / 2
        if lines:
            last = lines[-1][0]
            height = max(word["bottom"] - word["top"], last["bottom"] - last["top"])
            if abs((last["top"] + last["bottom"]) / 2 - middle) <= height * _SAME_LINE:
                lines[-1].append(word)
                continue
        lines.append([word])
    for number, line in enumerate(lines, 1):
        line.sort(key=lambda word: word["x0"])
        height = max(word["bottom"] - word["top"] for word in line)
        placed = tuple(Word(word["text"], word["x0"], word["x1"]) for word in line)
        yield WordLine(f"page {page.page_number}, line {number}", placed, height * _WORD_GAP)


def _is_overprinted(letters: Sequence[dict[str, Any]]) -> bool:
    """Say whether texts reach into each other, as a long head into the next: by place alone their letters would mix.

    Then the order they were written in tells them apart. A letter printed twice for bold type is no other text.
    """
    placed = sorted(
        (letter for letter in letters if letter["text"].strip()),
        key=lambda letter: (round(letter["top"]), letter["x0"]),
    )
    return any(
        round(one["top"]) == round(other["top"])
        and one["text"] != other["text"]
        and min(one["x1"], other["x1"]) - other["x0"] > (one["x1"] - one["x0"]) * _OVERLAP
        for one, other in pairwise(placed)
    )


def _weigh(raw: bytes, file: str) -> None:
    """Refuse what is no PDF, too large, or unpacks to too much: its streams are unpacked into nothing first."""
    if len(raw) > _LARGEST:
        raise _too_large(file, "it is larger than 16 MB")
    if b"%PDF" not in raw[:1024]:
        raise _refused("the file is no PDF", "DAMAGED", file, "Ask the sender for the file again.")
    if _PACKED_TWICE.search(raw):
        raise _too_large(file, "it is packed twice over")
    left = _UNPACKED_AT_MOST
    for match in _STREAM.finditer(raw):
        end = raw.find(b"endstream", match.end())
        try:
            packed = raw[match.end() : end if end >= 0 else len(raw)]
            left -= len(zlib.decompressobj().decompress(packed, left + 1))
        except zlib.error:
            continue
        if left < 0:
            raise _too_large(file, "it unpacks to more than 24 MB")


def _too_large(file: str, reason: str) -> UnreadableAdvice:
    return _refused(reason, "TOO_LARGE", file, "Ask the sender for the advice as a table.")


def _refused(reason: str, code: str, file: str, mend: str) -> UnreadableAdvice:
    return UnreadableAdvice(reason, code=code, file=file, place="", mend=mend)
