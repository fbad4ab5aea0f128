"""Records of a BAI2 file, with their continuations joined.

The one clever idea: a continuation (88) continues the fields when the record before it ended with a slash, and its
text when it did not; so both a summary spread over lines and a text of many lines come out as one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from re import compile as pattern

_CODE = pattern(r"\s*(01|02|03|16|49|88|98|99)(,|:|$)")
#: Where the next record begins on the line of one that holds no free text: files come without line ends.
_JOINED = pattern(r"(?<=/)(?=(?:02|03|16,[0-9]{3}|49|88|98|99),)")
_WITHOUT_TEXT = ("01,", "02,", "03,", "49,", "98,")


@dataclass(slots=True)
class Record:
    """One logical record: its code, its fields as one comma-separated text, further lines of text, its line.

    `lines` is how many physical records it is made of; the trailers count them.
    """

    code: str
    body: str
    line: int
    is_open: bool
    texts: list[str] = field(default_factory=list)
    lines: int = 1
    has_odd_mark: bool = False

    def fields(self) -> list[str]:
        """Give the fields between the commas."""
        return [one.strip() for one in self.body.split(",")]


@dataclass(slots=True)
class Unknown:
    """A line that is no record."""

    line: int
    text: str


def iter_records(blocks: Iterable[tuple[int, list[str]]]) -> Iterator[Record | Unknown]:
    """Give the records in order. Blank lines are stepped over."""
    current: Record | None = None
    for start, lines in blocks:
        for number, text in _split(enumerate(lines, start)):
            found = _CODE.match(text)
            if found is None:
                if current is not None:
                    yield current
                    current = None
                yield Unknown(number, text)
                continue
            body = text[found.end() :]
            closed = body.endswith("/")
            body = body[:-1] if closed else body
            if found[1] == "88" and current is not None:
                _continue(current, body, closed=closed)
                current.has_odd_mark = current.has_odd_mark or found[2] == ":"
                continue
            if current is not None:
                yield current
            current = Record(found[1], body, number, not closed, has_odd_mark=found[2] == ":")
    if current is not None:
        yield current


def _split(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Give the lines that are not blank, each record on one of its own."""
    for number, line in lines:
        text = line.strip("\x1a\x00 \t")
        if "/" in text[:-1] and text.startswith(_WITHOUT_TEXT):
            yield from ((number, record.strip()) for record in _JOINED.split(text))
        elif text:
            yield number, text


def _continue(record: Record, body: str, *, closed: bool) -> None:
    record.lines += 1
    if record.is_open or record.texts:
        record.texts.append(body)
    else:
        record.body = f"{record.body},{body}"
        record.is_open = not closed
