"""The letters of a PDF's pages and their places, within bounds.

The one clever idea: a page is a program that draws. What it has to read and to write is taken from an allowance before
each step, for pages may call others a thousand times over and a megabyte may hold a million letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from pdfminer.layout import LTChar
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import apply_matrix_rect

from acquit.formats.remittance.pdf_weight import TooMuchToRead, count_steps, unpacked_size

_PAGES_AT_MOST = 40
_LETTERS_AT_MOST = 60_000
_LETTERS_OF_A_PAGE_AT_MOST = 12_000
_STEPS_AT_MOST = 200_000
_DRAWN_AT_MOST = 1024**2  # bytes of what draws the pages and says what their letters are

Letter = dict[str, Any]


def read_letters(raw: bytes) -> Iterator[list[Letter]]:
    """Give the letters of each page: text, places from the left and from the top, and whether they stand upright.

    Raises `TooMuchToRead` at the first step beyond the bounds, and what the library raises of a damaged file.
    """
    allowance = _Allowance()
    resources = _Resources(allowance)
    device = _Letters(resources, allowance)
    interpreter = _Interpreter(resources, device)
    for number, page in enumerate(PDFPage.create_pages(PDFDocument(PDFParser(BytesIO(raw)))), 1):
        if number > _PAGES_AT_MOST:
            raise TooMuchToRead(f"it has more than {_PAGES_AT_MOST} pages")
        interpreter.process_page(page)
        yield device.letters


class _Allowance:
    """What may still be read and written."""

    def __init__(self) -> None:
        self._letters = _LETTERS_AT_MOST
        self._drawn_bytes = _DRAWN_AT_MOST
        self._steps = _STEPS_AT_MOST

    def take_letters(self, count: int) -> None:
        self._letters -= count
        if self._letters < 0:
            raise TooMuchToRead(f"its pages hold more than {_LETTERS_AT_MOST:,} letters")

    def take_stream(self, stream: object) -> None:
        if not isinstance(stream, PDFStream):
            return
        # What draws a page may call itself a picture: it is weighed again, before it is unpacked whole.
        packed = memoryview(stream.rawdata or b"")
        if unpacked_size(packed, self._drawn_bytes) > self._drawn_bytes:
            raise TooMuchToRead("what draws its pages is larger than 1 MB")
        drawn = stream.get_data()
        self._drawn_bytes -= len(drawn)
        if self._drawn_bytes < 0:
            raise TooMuchToRead("what draws its pages is larger than 1 MB")
        self._steps -= count_steps(drawn)
        if self._steps < 0:
            raise TooMuchToRead("drawing its pages takes too many steps")


class _Resources(PDFResourceManager):
    """Counts what a font reads before it is made."""

    def __init__(self, allowance: _Allowance) -> None:
        super().__init__()
        self.allowance = allowance

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        if objid not in self._cached_fonts:
            for part in ("ToUnicode", "Encoding"):
                self.allowance.take_stream(resolve1(spec.get(part)))
        return super().get_font(objid, spec)


class _Interpreter(PDFPageInterpreter):
    """Counts what draws a page, or a part of one each time it is called, before it is read."""

    rsrcmgr: _Resources

    def execute(self, streams: Sequence[object]) -> None:
        for stream in streams:
            self.rsrcmgr.allowance.take_stream(resolve1(stream))
        super().execute(streams)


class _Letters(PDFTextDevice):
    """Keeps the letters of the page that is drawn, and nothing else of it."""

    def __init__(self, resources: PDFResourceManager, allowance: _Allowance) -> None:
        super().__init__(resources)
        self._allowance = allowance
        self._height = 0.0
        self.letters: list[Letter] = []

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        _, bottom, _, top = apply_matrix_rect(ctm, page.mediabox)
        self._height = abs(top - bottom)
        self.letters = []

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        count = sum(len(part) for part in seq if isinstance(part, bytes))
        if len(self.letters) + count > _LETTERS_OF_A_PAGE_AT_MOST:
            raise TooMuchToRead(f"a page holds more than {_LETTERS_OF_A_PAGE_AT_MOST:,} letters")
        self._allowance.take_letters(count)
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Any,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = f"(cid:{cid})"
        placed = LTChar(
            matrix,
            font,
            fontsize,
            scaling,
            rise,
            text,
            font.char_width(cid),
            font.char_disp(cid),
            ncs,
            graphicstate,
        )
        top, bottom = self._height - placed.y1, self._height - placed.y0
        self.letters.append(
            {
                "text": text,
                "x0": placed.x0,
                "x1": placed.x1,
                "top": top,
                "bottom": bottom,
                "doctop": top,
                "upright": placed.upright,
            }
        )
        return placed.adv
