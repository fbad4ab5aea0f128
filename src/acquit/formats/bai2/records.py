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
_JOINED = pattern(r"(?<=/)\s*(?=(?:02|03|16,[0-9]{3}|49|88|98|99),)")
_WITHOUT_TEXT = ("01,", "02,", "03,", "49,", "98,")
#: The same behind a text, which may hold slashes and numbers itself: only blanks and the next record's look tell it.
_JOINED_BEHIND_TEXT = pattern(
    r"(?<=/)[ \t]+(?=16,[0-9]{3},[0-9]*,[0-9A-Z]?,|49,[+-]?[0-9]*,[0-9]+/|98,[+-]?[0-9]*,[0-9]+,[0-9]+/)"
)


@dataclass(slots=True)
class Record:
    """One logical record: its code, its fields as one comma-separated text, further lines of text, its line.

    `lines` is how many physical records it is made of; the trailers count them. `is_cut`: a line end stood inside it.
    """

    code: str
    body: str
    line: int
    is_open: bool
    texts: list[str] = field(default_factory=list)
    lines: int = 1
    has_odd_mark: bool = False
    is_cut: bool = False

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
                if current is not None and _is_rest_of(current, text):
                    current.body, current.is_cut = f"{current.body} {text[:-1]}", True
                    continue
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
        if "/" in text[:-1]:
            yield from ((number, record.strip()) for record in _records_of(text))
        elif text:
            yield number, text


def _records_of(text: str) -> Iterator[str]:
    """Give the records of one line."""
    if text.startswith(_WITHOUT_TEXT):
        yield from _JOINED.split(text)
        return
    for record in _JOINED_BEHIND_TEXT.split(text):
        yield from _JOINED.split(record) if record.startswith(_WITHOUT_TEXT) else (record,)


def _is_rest_of(record: Record, text: str) -> bool:
    """Tell whether a line is the rest of a detail (16) that was cut inside its text: its slash ends the record."""
    is_cut_short = record.code == "16" and record.is_open and not record.texts and not record.is_cut
    return is_cut_short and text.endswith("/")


def _continue(record: Record, body: str, *, closed: bool) -> None:
    record.lines += 1
    if record.is_open or record.texts:
        record.texts.append(body)
    else:
        record.body = f"{record.body},{body}"
        record.is_open = not closed
