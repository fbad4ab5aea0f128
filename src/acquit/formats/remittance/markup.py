"""The HTML of a mail: its tables as rows of cells, its text line by line. Nothing is fetched, no script is run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from acquit.formats.remittance.grid import GridBudget, GridRow

_LINES = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "hr"})
_HIDDEN = frozenset({"script", "style", "head", "title", "noscript", "template"})


def read_markup(markup: bytes | str, file: str) -> tuple[list[list[GridRow]], str]:
    """Give the tables that hold no other table, and the text; what is quoted (`blockquote`) is left out of both.

    Refuses (`UnreadableAdvice`, TOO_LARGE) tables of more rows or cells than one advice may have.
    """
    content = markup if isinstance(markup, bytes) else markup.encode("utf-8", "replace")
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return [], ""
    for quoted in list(root.iter("blockquote", *_HIDDEN)):
        if quoted.getparent() is not None:
            quoted.drop_tree()  # type: ignore[attr-defined]  # every element of lxml.html can
    budget = GridBudget(file)
    grids = [
        budget.take(_rows(table, number))
        for number, table in enumerate(root.iter("table"), 1)
        if not _holds_table(table)
    ]
    return grids, "".join(_pieces(root))


def _holds_table(table: Any) -> bool:
    return next(table.iterdescendants("table"), None) is not None


def _rows(table: Any, number: int) -> Iterator[GridRow]:
    for line, row in enumerate(table.iter("tr"), 1):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            cells.append(" ".join("".join(cell.itertext()).split()))
            span = str(cell.get("colspan", "1"))
            cells += [""] * (min(int(span), 50) - 1 if span.isascii() and span.isdigit() else 0)
        yield GridRow(f"table {number}, line {line}", cells)


def _pieces(root: Any) -> Iterator[str]:
    """Give the text of an element and of all in it: a line for each block, two blanks between cells."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        is_line = element.tag in _LINES
        if event == "start":
            if is_line:
                yield "\n"
            if element.text and element.text.strip():
                yield " ".join(element.text.split()) + (" " if element.text[-1:].isspace() else "")
            continue
        if element.tag in {"td", "th"}:
            yield "   "
        elif is_line:
            yield "\n"
        if element is not root and element.tail and element.tail.strip():
            yield " " + " ".join(element.tail.split())
