"""The tags of an OFX file, SGML or XML alike.

The one clever idea: OFX elements have no attributes and either hold a value or other elements, and which ones hold
others is known; so a value needs no end tag, and files that call themselves XML without being it read the same. No
XML parser touches the file, so nothing in it can be expanded or fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from re import DOTALL
from re import compile as pattern

_TOKEN = pattern(
    r"<(/?)([A-Za-z][A-Za-z0-9_.]*)\s*(/?)>|<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?.*?\?>|<!([A-Za-z]+)", DOTALL
)
_TOKEN_OR_BEGINNING = pattern(_TOKEN.pattern + r"|(?P<begun><!\[CDATA\[|<!--|<\?)", DOTALL)
_LONGEST_PIECE = 1 << 20

# Elements that hold elements. Message sets and responses are told by their endings.
_HOLDERS = frozenset(
    (
        *(
            "OFX",
            "SONRS",
            "STATUS",
            "FI",
            "STMTTRN",
            "STMTTRNP",
            "LEDGERBAL",
            "AVAILBAL",
            "PAYEE",
            "BALLIST",
            "BAL",
        ),
        *("BANKACCTFROM", "BANKACCTTO", "CCACCTFROM", "CCACCTTO", "INVACCTFROM", "CURRENCY", "ORIGCURRENCY"),
        *(
            "BANKTRANLIST",
            "BANKTRANLISTP",
            "INVTRANLIST",
            "INVBANKTRAN",
            "ACCTINFO",
            "BANKACCTINFO",
            "CCACCTINFO",
        ),
        *("INVPOSLIST", "INVBAL", "SECLIST", "SECID", "SECINFO", "INVTRAN", "INVBUY", "INVSELL", "IMAGEDATA"),
    )
)
_HOLDER_ENDINGS = ("RS", "RSV1", "TRNRS", "ACCTINFO")


@dataclass(frozen=True, slots=True)
class Tag:
    """A begun or ended holder, or a value: `kind` is BEGIN, END, VALUE or DECLARATION."""

    kind: str
    name: str
    value: str
    line: int


class PieceTooLong(ValueError):  # noqa: N818 - the reader makes it a refusal
    """A megabyte passed without a tag."""


def is_holder(name: str) -> bool:
    """Tell whether an element holds elements."""
    return name in _HOLDERS or name.endswith(_HOLDER_ENDINGS)


def iter_tags(pieces: Iterable[str]) -> Iterator[Tag]:
    """Give the tags of a text that comes in pieces. End tags of values are left out. Raises PieceTooLong."""
    scan = _Scan()
    rest = ""
    for piece in pieces:
        text = rest + piece
        limit = _whole_until(text)
        yield from scan.tags(text[:limit])
        rest = text[limit:]
        if len(rest) > _LONGEST_PIECE:
            raise PieceTooLong
    yield from scan.tags(rest)
    yield from scan.finish()


def _whole_until(text: str) -> int:
    """Give up to where a text holds only whole tokens: what has begun and not ended waits for the next piece."""
    end = 0
    for token in _TOKEN_OR_BEGINNING.finditer(text):
        if token["begun"]:
            return token.start()
        end = token.end()
    waiting = text.find("<", end)
    return len(text) if waiting < 0 else waiting


class _Scan:
    """Where the scan stands: the value that is open, its text so far, the line."""

    def __init__(self) -> None:
        self._line = 1
        self._name = ""
        self._named_at = 1
        self._texts: list[str] = []

    def tags(self, text: str) -> Iterator[Tag]:
        """Give the tags of a text of whole tokens."""
        position = 0
        for token in _TOKEN.finditer(text):
            self._texts.append(text[position : token.start()])
            self._line += text.count("\n", position, token.start())
            position = token.end()
            if token[4] is not None:
                self._texts.append(token[4].replace("&", "&amp;"))
            elif token[5] is not None:
                yield Tag("DECLARATION", token[5].upper(), "", self._line)
            elif token[2] is not None:
                yield from self._tag(token[2].upper(), is_end=bool(token[1]), is_empty=bool(token[3]))
            self._line += text.count("\n", token.start(), token.end())
        self._texts.append(text[position:])
        self._line += text.count("\n", position)

    def _tag(self, name: str, *, is_end: bool, is_empty: bool) -> Iterator[Tag]:
        yield from self.finish()
        if is_holder(name):
            yield Tag("END" if is_end else "BEGIN", name, "", self._line)
            if is_empty:
                yield Tag("END", name, "", self._line)
        elif not is_end:
            self._name, self._named_at = name, self._line

    def finish(self) -> Iterator[Tag]:
        """Give the value that is open, if one is."""
        if self._name:
            yield Tag("VALUE", self._name, " ".join(unescape("".join(self._texts)).split()), self._named_at)
        self._name = ""
        self._texts.clear()
