"""Lockbox files of the BAI family: cheques a bank opened, with the invoices found beside them. One advice a cheque.

The one clever idea: banks agree on the records but not on the widths inside an invoice record. The widths are found,
not configured: those under which the invoices of the most cheques add up to their cheques are the file's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from acquit.formats.fixed_width import FixedLine, implied_amount
from acquit.formats.remittance.advice import AdviceLine, RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.lockbox_drawer import Drawer, find_drawer
from acquit.formats.remittance.lockbox_layout import InvoiceLayout, choose_layout, read_invoices
from acquit.formats.remittance.numbers import parse_compact_date
from acquit.formats.remittance.settling import DraftLine, settle_lines
from acquit.formats.statements import WarningLog
from acquit.formats.text_lines import TextLines

FORMAT = "LOCKBOX"
_RECORDS = frozenset("12456789")
_DETAILS_AT_MOST = 8_000
_LEARN_FROM = 500  # cheques looked at before the widths are settled
_MOST_CHEQUES = 1_000_000
_FIRST_OF_DETAIL = 47
_CENTS = (8, 17)


@dataclass(slots=True)
class _Totals:
    """What is counted of a batch or a lockbox, in cents."""

    cheques: int = 0
    cents: int = 0


@dataclass(slots=True)
class _Cheque:
    """A cheque's record as it stands: a hundred thousand of them may wait for their lockbox to close."""

    text: str
    line: int
    lockbox: str
    day: date | None
    box: _Totals
    details: list[FixedLine] | None = None
    log: WarningLog | None = None

    @property
    def record(self) -> FixedLine:
        """The record it stands in."""
        return FixedLine(self.text, self.line)

    @property
    def amount(self) -> Decimal:
        """What the cheque is over."""
        return implied_amount(int(self.record.at(*_CENTS)), 2)

    @property
    def drawer(self) -> Drawer | None:
        """Who drew it, where the end of its record says that."""
        return find_drawer(self.text, self.day)

    def list_invoices(self) -> list[tuple[str, int]]:
        """List what may hold invoices, with its line: the end of the cheque's own record, and records of theirs."""
        own = self.text[_FIRST_OF_DETAIL - 1 :]
        found = [(own, self.line)] if own.strip() and self.drawer is None else []
        return found + [(detail.text[11:], detail.line) for detail in self.details or ()]

    def add_detail(self, record: FixedLine) -> int:
        """Keep a record of its invoices; gives how many there are."""
        if self.details is None:
            self.details = []
        self.details.append(record)
        return len(self.details)


def read_lockbox(content: BinaryIO, file: str) -> Iterator[RemittanceAdvice]:
    """Give one advice for each cheque of a lockbox file.

    Totals of batches, lockboxes and the file that do not agree are warnings of the cheque before them. Refuses
    (`UnreadableAdvice`) a record of another kind or one whose amount is no number, and a file without cheques.
    """
    reader = _Reader(file)
    waiting: list[_Cheque] = []
    layout: InvoiceLayout | None = None
    for blocks in TextLines(content, file).blocks():
        first, lines = blocks
        for number, text in enumerate(lines, first):
            reader.take(FixedLine(text, number))
        waiting += reader.release()
        if layout is None and len(waiting) >= _LEARN_FROM:
            layout = _settle(waiting)
        if layout is not None:
            yield from (_advice(cheque, layout) for cheque in waiting)
            waiting.clear()
    reader.close_lockbox()
    waiting += reader.release()
    if not reader.cheques:
        raise reader.refused("the file holds no cheque", "NO_ADVICE", FixedLine("", 0))
    layout = layout or _settle(waiting)
    yield from (_advice(cheque, layout) for cheque in waiting)


def _settle(waiting: Sequence[_Cheque]) -> InvoiceLayout:
    return choose_layout((cheque.amount, [text for text, _ in cheque.list_invoices()]) for cheque in waiting)


class _Reader:
    """Takes the records one by one and keeps the cheques that are not given yet."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.cheques = 0
        self._open: list[_Cheque] = []
        self._lockbox = ""
        self._day: date | None = None
        self._batch = _Totals()
        self._box = _Totals()
        self._records = 0

    def release(self) -> list[_Cheque]:
        """Give the cheques of the lockboxes that are closed: only then is known what was deposited with them."""
        given = [cheque for cheque in self._open if cheque.box is not self._box]
        self._open = self._open[len(given) :]
        return given

    def close_lockbox(self) -> None:
        """Count anew."""
        self._box = _Totals()

    def take(self, record: FixedLine) -> None:
        """Take a record."""
        kind = record.text[:1]
        if not record.text.strip("\x1a \t\r"):
            return
        if kind not in _RECORDS:
            raise self.refused("the line is no lockbox record", "RECORD_UNKNOWN", record)
        self._records += 1
        if kind == "1":
            self._day = parse_compact_date(record.at(24, 29)) or self._day
        elif kind == "5":
            self._lockbox = record.at(8, 14)
            self._day = parse_compact_date(record.at(15, 20)) or self._day
            self._batch = _Totals()
        elif kind == "6":
            self._take_cheque(record)
        elif kind == "4":
            self._take_detail(record)
        elif kind == "7":
            self._check("batch", self._batch, record, (21, 23), (24, 33))
            self._batch = _Totals()
        elif kind == "8":
            self._check("lockbox", self._box, record, (21, 24), (25, 34))
            self.close_lockbox()
        elif kind == "9":
            self._check_file(record)

    def _take_cheque(self, record: FixedLine) -> None:
        cents = self._digits(record, *_CENTS)
        self.cheques += 1
        if self.cheques > _MOST_CHEQUES:
            raise self.refused("the file holds more than a million cheques", "TOO_LARGE", record)
        for totals in (self._batch, self._box):
            totals.cheques += 1
            totals.cents += cents
        self._open.append(_Cheque(record.text, record.line, self._lockbox, self._day, self._box))

    def _take_detail(self, record: FixedLine) -> None:
        if not self._open:
            raise self.refused("an invoice record stands before the first cheque", "RECORD_ORDER", record)
        if self._open[-1].add_detail(record) > _DETAILS_AT_MOST:
            raise self.refused(
                f"a cheque has more than {_DETAILS_AT_MOST:,} records of invoices", "TOO_LARGE", record
            )

    def _check(
        self, what: str, totals: _Totals, record: FixedLine, count: tuple[int, int], cents: tuple[int, int]
    ) -> None:
        """Note a trailer whose count or amount is another; banks count cheques, or all the records of a batch."""
        log = self._log()
        stated = record.at(*cents)
        if _is_number(stated) and int(stated) != totals.cents:
            log.note(
                "TRAILER_AMOUNT",
                f"The {what} states {implied_amount(int(stated), 2)}, its cheques sum to"
                f" {implied_amount(totals.cents, 2)}.",
                f"line {record.line}",
            )
        counted = record.at(*count)
        if _is_number(counted) and int(counted) < totals.cheques:
            log.note(
                "TRAILER_COUNT",
                f"The {what} counts {int(counted)}, {totals.cheques} cheques are there.",
                f"line {record.line}",
            )

    def _check_file(self, record: FixedLine) -> None:
        counted = record.at(2, 7)
        if _is_number(counted) and int(counted) != self._records:
            self._log().note(
                "TRAILER_COUNT",
                f"The file counts {int(counted)} records, {self._records} are there.",
                f"line {record.line}",
            )

    def _log(self) -> WarningLog:
        if not self._open:
            return WarningLog()
        cheque = self._open[-1]
        if cheque.log is None:
            cheque.log = WarningLog()
        return cheque.log

    def _digits(self, record: FixedLine, first: int, last: int) -> int:
        text = record.at(first, last)
        if not (text.isascii() and text.isdigit()):
            raise self.refused("the amount of a cheque is no number", "FIELD_UNREADABLE", record)
        return int(text)

    def refused(self, reason: str, code: str, record: FixedLine) -> UnreadableAdvice:
        """Make the refusal of a record."""
        return UnreadableAdvice(
            reason,
            code=code,
            file=self.file,
            place=f"line {record.line}" if record.line else "",
            value=record.text.rstrip(),
            mend="Ask the bank for the whole file again.",
        )


def _advice(cheque: _Cheque, layout: InvoiceLayout) -> RemittanceAdvice:
    record, log, amount = cheque.record, cheque.log or WarningLog(), cheque.amount
    drawer = cheque.drawer or Drawer(None, "", "")
    place = f"line {record.line}"
    drafts = [
        DraftLine(replace(found, place=f"line {line}"))
        for text, line in cheque.list_invoices()
        for found in read_invoices(text, layout)
    ]
    lines: Sequence[AdviceLine] = ()
    if drafts:
        lines, _ = settle_lines(drafts, amount, log, place)
    return RemittanceAdvice(
        format=FORMAT,
        payer_name=drawer.name,
        payee=drawer.payee,
        payer_iban=" ".join(filter(None, (record.at(18, 26), record.at(27, 36)))),
        payment_reference=record.at(37, 46).lstrip("0"),
        # The bank books the day of the deposit, which the receipt is found by; a cheque may be weeks older.
        payment_date=cheque.day or drawer.day,
        total_amount=amount,
        lines=lines,
        warnings=log.warnings(),
        place=place,
        deposit_reference=f"{cheque.lockbox} {cheque.day or ''}".strip(),
        deposit_amount=implied_amount(cheque.box.cents, 2),
    )


def _is_number(text: str) -> bool:
    """Tell whether a text is digits alone; what looks like a digit elsewhere, such as a raised one, is none."""
    return text.isascii() and text.isdigit()
