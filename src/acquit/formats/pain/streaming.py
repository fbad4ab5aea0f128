"""What both readers of payment messages share: opening a file, reading counts and sums, dropping what was read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from acquit.formats.camt.fields import parse_decimal
from acquit.formats.pain.fields import find_version
from acquit.formats.pain.messages import UnreadablePayment
from acquit.formats.recognition import HEAD_BYTES, decode_head, recognise_payment_message
from acquit.formats.rejoined import rejoin
from acquit.formats.xml_safe import RELABELLED, XmlStream

_WORDS = {
    "PAIN.001": "an order of transfers",
    "PAIN.002": "a report about payments",
    "PAIN.007": "a reversal of direct debits",
    "PAIN.008": "an order of direct debits",
}
_LONGEST_COUNT = 15


def open_message(content: BinaryIO, name: str, wanted: tuple[str, ...]) -> tuple[BinaryIO, str, str]:
    """Look at a file's beginning; gives the whole stream, the message and its version.

    Refuses (`UnreadablePayment`) other files: MESSAGE_NOT_WANTED another payment message, NOT_RECOGNISED the rest. What
    is XML but too odd to be told is left to the parser, whose reason is the right one.
    """
    head = content.read(HEAD_BYTES)
    found = recognise_payment_message(head)
    text = decode_head(head)
    if found is not None and found not in wanted:
        raise UnreadablePayment(
            f"this is {_WORDS[found]} ({find_version(text) or found})",
            code="MESSAGE_NOT_WANTED",
            file=name,
            place="line 1",
            mend=f"Give {' or '.join(_WORDS[one] for one in wanted)}.",
        )
    if found is None and head.strip():
        for _ in XmlStream(rejoin(head, content), name, (), UnreadablePayment).chunks():
            pass
        raise UnreadablePayment(
            "the content is no payment message that is known here",
            code="NOT_RECOGNISED",
            file=name,
            place="line 1",
            value=head[:40].decode("latin-1"),
            mend="Check that it is a pain message and that it is complete.",
        )
    return rejoin(head, content), found or wanted[0], find_version(text)


def read_elements(
    content: BinaryIO,
    name: str,
    tags: tuple[str, ...],
    drops: frozenset[str],
    warnings: list[tuple[str, str]],
) -> Iterator[tuple[str, Any]]:
    """Give each completed element of these names with its name; those in `drops` leave the tree once they are read.

    An encoding that had to be assumed is added to the warnings in the end.
    """
    stream = XmlStream(content, name, tags, UnreadablePayment)
    for events in stream.chunks():
        for event, element in events:
            if event != "end":
                continue
            tag = str(element.tag).rpartition("}")[2]
            yield tag, element
            if tag in drops:
                element.clear()
                _drop_before(element)
    if stream.is_relabelled:
        warnings.append(("ENCODING_ASSUMED", RELABELLED))


def _drop_before(element: Any) -> None:
    """Take the emptied elements before this one off the tree; the last one stays, the parser may still hold it."""
    before = element.getprevious()
    while before is not None and before.tag == element.tag and not len(before) and not before.text:
        element.getparent().remove(before)
        before = element.getprevious()


def read_count(text: str) -> int | None:
    """Read a number of payments; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_COUNT else None


def read_sum(text: str) -> Decimal | None:
    """Read a control sum; None for anything else."""
    return parse_decimal(text)
