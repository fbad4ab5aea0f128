"""The fields of an MT940 or MT942 file, one after the other, whatever stands around them.

The one clever idea: only the tags the standard knows begin a field. Everything else that looks like one (`:08`
of a time cut at its colon, `:KO:` of an order number) is text of the field before it, which is what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from re import compile as pattern

_TAG = pattern(r":(20|21|25P?|28C?|13D?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]|NS|940|12|11|29|52A|79):")
_CONTROLS = "\x01\x02\x03\x04\x1a\x1c\x1d\x1e\x1f"
_SPECIAL = frozenset(_CONTROLS + "-{ \t\u00ad")  # how a line may begin that is neither a field nor plain text
_ENVELOPE = pattern(r"\{[1-5]:")
_MOST_LINES = 10_000
_ENDS = frozenset(("-", "-}", "-XXX", "\u00adXXX"))

# Tags that a time cut at its colon can imitate: `...T16` / `:20:37`.
CLOCK_TAGS = frozenset(("20", "21", "25", "28", "13", "12", "11", "29", "52A"))


@dataclass(slots=True)
class Field:
    """One field: its tag, the text of its first line, further lines, the number of its first line.

    `ended` says that a mark of the message's end stood before it; `loose` are the lines between that mark and this
    field, which belong to nobody (a bank's own headings) unless it turns out that the message goes on.
    """

    tag: str
    first: str
    line: int
    rest: list[str] | None = None
    ended: bool = False
    loose: Sequence[str] = ()

    def lines(self) -> list[str]:
        """Give all lines of the field."""
        return [self.first, *self.rest] if self.rest else [self.first]

    def add(self, lines: Iterable[str]) -> None:
        """Add further lines, up to the 10,000 that are kept of a field."""
        if self.rest is None:
            self.rest = []
        self.rest.extend(islice(lines, _MOST_LINES - len(self.rest)))


def iter_fields(blocks: Iterable[tuple[int, list[str]]]) -> Iterator[Field]:
    """Give the fields of a file; what stands before the first one (headings, SWIFT envelope) is left out.

    A field of more than 10,000 lines keeps the first 10,000: none of them is a statement's.
    """
    current: Field | None = None
    ended = False
    loose: list[str] = []
    for number, line in _numbered(blocks):
        text = line
        lead = text[:1]
        if lead in _SPECIAL:
            text, ends = _without_envelope(text)
            if ends:
                ended = True
                _keep(loose, line)
                if not text:
                    continue
        found = _TAG.match(text) if text[:1] == ":" else None
        if found is not None:
            if current is not None:
                yield current
            current = Field(found[1], text[found.end() :], number, None, ended, loose)
            if ended:
                ended, loose = False, []
        elif ended:
            _keep(loose, text)
        elif current is not None:
            rest = current.rest
            if rest is None:
                current.rest = [text]
            elif len(rest) < _MOST_LINES:
                rest.append(text)
    if current is not None:
        yield current


def _numbered(blocks: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, str]]:
    """Give lines with their numbers; a line that is only a colon is the beginning of the next one's tag."""
    cut = False
    for start, lines in blocks:
        for number, line in enumerate(lines, start):
            if line == ":":
                cut = True
            elif cut:
                cut = False
                yield number, ":" + line
            else:
                yield number, line


def _keep(lines: list[str], line: str) -> None:
    if len(lines) < _MOST_LINES:
        lines.append(line)


def _without_envelope(line: str) -> tuple[str, bool]:
    """Give what a line says inside the SWIFT envelope, and whether it ends or begins a message.

    `-}{1:F01...}{2:...}{4::20:X` ends one message and gives `:20:X` of the next.
    """
    stripped = line.strip(_CONTROLS)
    if stripped.strip() in _ENDS or stripped.startswith("-}") or _ENVELOPE.match(stripped):
        before, _, body = stripped.rpartition("{4:")
        return (body if before or body != stripped else ""), True
    return (stripped if line[:1] in _CONTROLS else line), False
