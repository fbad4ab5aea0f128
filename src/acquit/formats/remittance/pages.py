"""Advices in PDF, by the words on the page: their places make the rows and columns that the page does not draw.

The one clever idea: what a file unpacks to is weighed, and what its pages draw is counted, before anything is laid
out; a page without words is a picture, and said to be one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO

from acquit.formats.remittance.advice import RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.columns import Word, WordLine, under_heads
from acquit.formats.remittance.grid_advices import GridSource, read_grid
from acquit.formats.remittance.head_block import HeadBlock
from acquit.formats.remittance.pdf_weight import TooMuchToRead, weigh_file
from acquit.formats.remittance.prose import TextLine, read_text

if TYPE_CHECKING:
    from acquit.formats.remittance.letters import Letter

FORMAT = "PDF"
_LARGEST = 16 * 1024**2
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
    if len(raw) > _LARGEST:
        raise _too_large(file, "it is larger than 16 MB")
    if b"%PDF" not in raw[:1024]:
        raise _refused("the file is no PDF", "DAMAGED", file, "Ask the sender for the file again.")
    # Late: it takes a third of a second, and few files are PDF.
    from acquit.formats.remittance.letters import read_letters

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        weigh_file(raw)
        for number, letters in enumerate(read_letters(raw), 1):
            yield from _lines_of(number, letters)
    except TooMuchToRead as error:
        raise _too_large(file, str(error)) from None
    except Exception as error:  # noqa: BLE001 - a damaged PDF breaks its reader in more ways than can be named
        if "password" in f"{error!r} {error.__cause__!r} {error.__context__!r}".casefold():
            raise _refused(
                "the PDF is protected by a password", "ENCRYPTED", file, "Ask the sender for it without one."
            ) from None
        reason = f"the PDF is damaged: {type(error).__name__} {error}"[:200]
        raise _refused(reason, "DAMAGED", file, "Ask the sender for the file again.") from None


def _lines_of(page: int, letters: list[Letter]) -> Iterator[WordLine]:
    """Give the lines of a page, from top to bottom."""
    from pdfplumber.utils.text import extract_words

    words = extract_words(letters, keep_blank_chars=False, use_text_flow=_is_overprinted(letters))
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
        yield WordLine(f"page {page}, line {number}", placed, height * _WORD_GAP)


def _is_overprinted(letters: Sequence[Letter]) -> bool:
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


def _too_large(file: str, reason: str) -> UnreadableAdvice:
    return _refused(reason, "TOO_LARGE", file, "Ask the sender for the advice as a table.")


def _refused(reason: str, code: str, file: str, mend: str) -> UnreadableAdvice:
    return UnreadableAdvice(reason, code=code, file=file, place="", mend=mend)
