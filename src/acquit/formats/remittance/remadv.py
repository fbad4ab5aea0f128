"""UN/EDIFACT REMADV, the remittance advice of European trade.

The one clever idea: which of a document's amounts is the payment is said by a qualifier, but senders name it by
several; the plainest that is there counts, and the total of the message settles the signs as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from acquit.formats.remittance.advice import AdjustmentKind, AdviceLine, RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.numbers import parse_compact_date, parse_plain_amount
from acquit.formats.remittance.settling import DraftKeeper, DraftLine, settle_lines
from acquit.formats.statements import WarningLog
from acquit.formats.text_lines import TextChunks
from acquit.formats.unreadable import NotReadable

FORMAT = "REMADV"
_LONGEST = 64 * 1024**2
_LONGEST_SEGMENT = 64 * 1024
#: MOA (element 5025): paid, gross, discount; of several the first that is there counts.
_PAID = ("12", "11", "9", "60")
_GROSS = ("77", "9", "86", "39")
_DISCOUNT = ("52", "138")
_DEDUCTION = ("165", "204", "8")
_TOTAL = ("128", "12", "9", "11", "86", "39", "77")
_CREDITS = frozenset({"381", "83", "384", "396"})
_PAYMENT_DAYS = ("203", "209", "138", "140", "137")


class _Part(list[list[str]]):
    """A segment: its tag is the first component, then elements of components."""

    def get(self, element: int, component: int = 0) -> str:
        """Give a component, empty when it is not there."""
        return (
            self[element][component].strip() if element < len(self) and component < len(self[element]) else ""
        )


@dataclass(slots=True)
class _Document:
    number: str
    kind: str
    place: str
    amounts: dict[str, Decimal] = field(default_factory=dict)
    day: date | None = None
    reason_code: str = ""
    reason_text: str = ""
    order: str = ""
    numbers: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Message:
    place: str
    number: str = ""
    names: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    account: str = ""
    currency: str = ""
    amounts: dict[str, Decimal] = field(default_factory=dict)
    drafts: DraftKeeper = field(default_factory=DraftKeeper)
    document: _Document | None = None

    def close_document(self) -> None:
        """Put away the document that was open: nothing more of it follows."""
        if self.document is not None:
            self.drafts.append(_draft(self.document))
        self.document = None


def read_remadv(content: BinaryIO, file: str) -> Iterator[RemittanceAdvice]:
    """Give the advices of an EDIFACT file; other messages are passed over.

    Refuses (`UnreadableAdvice`) a file without a REMADV, one that breaks off inside one, and a bad amount.
    """
    message: _Message | None = None
    found = False
    for number, part in enumerate(_segments(content, file), 1):
        tag = part.get(0)
        place = f"segment {number} ({tag})"
        if tag == "UNH":
            message = _Message(place) if part.get(2) == "REMADV" else None
        elif tag == "UNT" and message is not None:
            found = True
            message.close_document()
            yield _advice(message)
            message = None
        elif message is not None:
            try:
                _take(message, part, place)
            except NotReadable as unreadable:
                raise _refused(
                    "an amount cannot be read", "FIELD_UNREADABLE", file, place, str(unreadable)
                ) from None
    if message is not None:
        raise _refused("the file ends within an advice", "CUT_OFF", file, message.place)
    if not found:
        raise _refused("the interchange holds no REMADV", "NO_ADVICE", file, "")


def _segments(content: BinaryIO, file: str) -> Iterator[_Part]:
    """Cut the interchange by the signs its UNA declares, else by the usual ones; a released sign is no sign."""
    text = "".join(TextChunks(content, file).pieces())
    if len(text) > _LONGEST:
        raise _refused("the file is larger than 64 MB", "TOO_LARGE", file, "")
    component, element, release, end = ":", "+", "?", "'"
    text = text.lstrip()
    if text.startswith("UNA") and len(text) >= 9:
        component, element, release, end = text[3], text[4], text[6], text[8]
        text = text[9:]
    marks = re.compile("[" + "".join(map(re.escape, (component, element, release, end))) + "]")
    part, value, start, begun = _Part([[]]), "", 0, 0
    while start <= len(text):
        found = marks.search(text, start)
        at = found.start() if found else len(text)
        mark = text[at : at + 1]
        value += text[start:at]
        start = at + 1
        if mark == release:
            value += text[start : start + 1]
            start += 1
            continue
        part[-1].append(value.strip("\r\n"))
        value = ""
        if start - begun > _LONGEST_SEGMENT:
            raise _refused("a segment is longer than 64 kB", "SEGMENT_TOO_LONG", file, part.get(0)[:20])
        if mark == element:
            part.append([])
        elif mark != component:
            if part.get(0):
                yield part
            part, begun = _Part([[]]), start


def _take(message: _Message, part: _Part, place: str) -> None:
    tag = part.get(0)
    document = message.document
    if tag == "DOC":
        message.close_document()
        message.document = _Document(part.get(2), part.get(1), place)
    elif tag == "UNS":
        message.close_document()
    elif tag == "MOA":
        _take_amount(message, document, part)
    elif tag == "DTM":
        _take_day(message, document, part)
    elif tag == "AJT" and document is not None:
        document.reason_code = part.get(1)
    elif tag == "FTX" and document is not None:
        document.reason_text = " ".join(filter(None, (part.get(4, at) for at in range(5))))
    elif tag == "RFF":
        _take_reference(message, document, part)
    elif document is None:
        _take_head(message, part)


def _take_head(message: _Message, part: _Part) -> None:
    tag = part.get(0)
    if tag == "BGM":
        message.number = part.get(2)
    elif tag == "NAD":
        message.names[part.get(1)] = part.get(4) or part.get(3) or part.get(2)
    elif tag == "CUX":
        message.currency = message.currency or part.get(1, 1)
    elif tag == "FII" and part.get(1) in {"OR", "PB", "MR"}:
        message.account = message.account or part.get(2)


def _take_amount(message: _Message, document: _Document | None, part: _Part) -> None:
    qualifier, text = part.get(1), part.get(1, 1)
    if not text:
        return
    amount = parse_plain_amount(text.replace(",", "."))
    amounts = message.amounts if document is None else document.amounts
    amounts.setdefault(qualifier, amount)
    message.currency = message.currency or part.get(1, 2)


def _take_day(message: _Message, document: _Document | None, part: _Part) -> None:
    day = parse_compact_date(part.get(1, 1)[:8])
    if day is None:
        return
    if document is None:
        message.days.setdefault(part.get(1), day)
    elif document.day is None:
        document.day = day


def _take_reference(message: _Message, document: _Document | None, part: _Part) -> None:
    qualifier, number = part.get(1), part.get(1, 1)
    if document is None:
        message.numbers.setdefault(qualifier, number)
    elif qualifier in {"ON", "CO"}:
        document.order = document.order or number
    elif number:
        document.numbers.append(number)


def _advice(message: _Message) -> RemittanceAdvice:
    log = WarningLog()
    total = _first(message.amounts, _TOTAL)
    lines, total = settle_lines(message.drafts, total, log, message.place)
    reference = next(
        (message.numbers[code] for code in ("PQ", "PR", "CK", "AEK", "TN") if code in message.numbers), ""
    )
    return RemittanceAdvice(
        format=FORMAT,
        advice_number=message.number,
        payer_name=next(
            (message.names[code] for code in ("PR", "PL", "BY", "OY") if code in message.names), ""
        ),
        payer_number=message.numbers.get("IT", ""),
        payer_iban="".join(message.account.split()),
        payee=next((message.names[code] for code in ("PE", "BE", "SU", "SE") if code in message.names), ""),
        payment_reference=reference,
        payment_date=next((message.days[code] for code in _PAYMENT_DAYS if code in message.days), None),
        currency=message.currency,
        total_amount=total,
        lines=lines,
        warnings=log.warnings(),
        place=message.place,
        other_numbers=tuple(
            dict.fromkeys(
                number
                for code, number in message.numbers.items()
                if code != "IT" and number not in {"", reference}
            )
        ),
    )


def _draft(document: _Document) -> DraftLine:
    paid, gross = _first(document.amounts, _PAID), _first(document.amounts, _GROSS)
    discount, deduction = _first(document.amounts, _DISCOUNT), _first(document.amounts, _DEDUCTION)
    line = AdviceLine(
        document=document.number,
        paid_amount=paid,
        gross_amount=gross,
        discount_amount=discount,
        deduction_amount=None if deduction is None else abs(deduction),
        reason_code=document.reason_code,
        reason_text=document.reason_text,
        order_number=document.order,
        document_date=document.day,
        adjustment_kind=AdjustmentKind.NONE if document.number else AdjustmentKind.DEDUCTION,
        other_numbers=tuple(dict.fromkeys(document.numbers)),
        place=document.place,
    )
    return DraftLine(line, is_credit=document.kind in _CREDITS)


def _first(amounts: dict[str, Decimal], qualifiers: tuple[str, ...]) -> Decimal | None:
    return next((amounts[code] for code in qualifiers if code in amounts), None)


def _refused(reason: str, code: str, file: str, place: str, value: str = "") -> UnreadableAdvice:
    return UnreadableAdvice(
        reason,
        code=code,
        file=file,
        place=place,
        value=value,
        mend="Ask the sender for the file as it was sent.",
    )
