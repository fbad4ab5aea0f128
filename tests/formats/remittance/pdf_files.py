"""PDF files in their plainest form, for tests: lines of text at places, and what can be wrong with them."""

from __future__ import annotations

from collections.abc import Sequence

Placed = tuple[float, float, str]


def make_pdf(pages: Sequence[Sequence[Placed]], *, extra: bytes = b"", packed: bytes | None = None) -> bytes:
    """Make a PDF of pages of (x, y, text); `extra` goes into the trailer, `packed` is the first page's stream."""
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for place, page in enumerate(pages):
        drawn = b"".join(
            b"BT /F1 9 Tf %.2f %.2f Td (%s) Tj ET\n" % (x, y, _escaped(text)) for x, y, text in page
        )
        head = b"<< /Length %d >>"
        if packed is not None and not place:
            drawn, head = packed, b"<< /Filter /FlateDecode /Length %d >>"
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * place),
            head % len(drawn) + b"\nstream\n" + drawn + b"\nendstream",
        ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, extra, len(out))
    )


def _escaped(text: str) -> bytes:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252", "replace")
