"""Read NACHA files as a stream of notifications, one for each batch.

The one clever idea: the last batch of a file is held back until the file's own totals have been read, so a warning
about them reaches somebody who has not yet used what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from acquit.formats.fixed_width import (
    FixedLine,
    Oddities,
    implied_amount,
    iter_fixed_lines,
    parse_digits,
    reading,
    refused_record,
)
from acquit.formats.nacha.entries import Batch, Entry, account_of, build_line
from acquit.formats.short_dates import parse_day
from acquit.formats.statements import (
    Statement,
    StatementKind,
    StatementLine,
    UnreadableStatement,
    WarningLog,
    exact_sum,
    with_sign,
)
from acquit.formats.text_lines import TextLines

_WIDTH = 94
_HASH_DIGITS = 10**10
_ENTRY_NUMBER_ADDENDA = frozenset(("05", "10", "11", "12", "13", "14", "15", "16", "17", "18"))


@dataclass(slots=True)
class _Totals:
    """What a control record states, or what was read."""

    batches: int = 0
    records: int = 0
    hash: int = 0
    debits: Decimal = field(default_factory=Decimal)
    credits: Decimal = field(default_factory=Decimal)

    def add(self, other: _Totals) -> None:
        """Add the totals of a batch."""
        self.batches += 1
        self.records += other.records
        self.hash = (self.hash + other.hash) % _HASH_DIGITS
        self.debits = exact_sum((self.debits, other.debits))
        self.credits = exact_sum((self.credits, other.credits))


def read_nacha(content: BinaryIO, name: str) -> Iterator[Statement]:
    """Give the batches of a NACHA file; `name` is the file's name, for refusals.

    Each is a notification, which the bank's statement repeats. Entries over nothing (notifications of change,
    prenotes, remittance without money) are its pending lines. Return reasons (R01), reasons of change (C01) and
    their original trace numbers stand in `return_code` and `entry_reference`. Totals that differ are warned of.
    A file that ends before its control record (9) was cut off and is refused after the batches that are whole; one
    that has no header either is a part of a file and read with a warning. Refuses with UnreadableStatement.
    """
    source = TextLines(content, name, _WIDTH)
    gathering = _File(name, source)
    for record in iter_fixed_lines(source.blocks(), _WIDTH, name, gathering.oddities):
        gathering.take(record)
        yield from gathering.given()
    gathering.end()
    yield from gathering.given()


class _File:
    """Follows a file record by record: header, batches, control, filling."""

    def __init__(self, name: str, source: TextLines) -> None:
        self.oddities: Oddities = []
        self._name = name
        self._source = source
        self._header: FixedLine | None = None
        self._created: date | None = None
        self._read = _Totals()
        self._batch: _OpenBatch | None = None
        self._held: Statement | None = None
        self._ready: list[Statement] = []
        self._found = self._is_complete = False

    def given(self) -> Iterator[Statement]:
        """Give the batches that are complete."""
        ready, self._ready = self._ready, []
        return iter(ready)

    def take(self, record: FixedLine) -> None:
        """Take a record. Refuses one that does not belong here."""
        kind = record.raw(1, 1)
        if kind == "9" and set(record.text.strip()) == {"9"}:
            return  # a block filled up
        if self._batch is not None:
            self._take_inside(kind, record, self._batch)
        elif kind == "1":
            self._open_file(record)
        elif kind == "5":
            self._open_batch(record)
        elif kind == "9" and self._header is not None:
            self._close_file(record)
        else:
            code = "RECORD_ORDER" if self._found else "NOT_NACHA"
            raise refused_record("the record stands outside a batch (5 to 8)", code, record, self._name)

    def _take_inside(self, kind: str, record: FixedLine, batch: _OpenBatch) -> None:
        if kind == "8":
            self._close_batch(record, batch)
        elif kind in {"6", "7"}:
            batch.take(record)
        else:
            reason = "the batch has no control record (8) before the next record"
            raise refused_record(reason, "RECORD_ORDER", record, self._name)

    def _open_file(self, record: FixedLine) -> None:
        if record.raw(2, 3) != "01" or record.raw(35, 40) != "094101":
            code = "RECORD_ORDER" if self._found else "NOT_NACHA"
            raise refused_record("the record is no file header of this format", code, record, self._name)
        if self._header is not None:
            reason = "a file begins before the one before has its control record (9)"
            raise refused_record(reason, "RECORD_ORDER", record, self._name)
        with reading(record, self._name):
            self._created = parse_day(record.raw(24, 29))[0]
        self._header, self._found, self._is_complete = record, True, False
        self._read = _Totals()

    def _open_batch(self, record: FixedLine) -> None:
        self._release()
        self._found = True
        self._batch = _OpenBatch(Batch(record, self._created), self._name)
        if self._header is None:
            self._is_complete = True
            message = "There is no file header (1), so nothing shows that all batches are here."
            self._batch.log.note("FILE_HEADER_MISSING", message, f"line {record.line}")

    def _close_batch(self, control: FixedLine, batch: _OpenBatch) -> None:
        self._held = batch.finish(control, self._header, self._source, self.oddities)
        self._read.add(batch.totals)
        self.oddities.clear()
        self._batch = None

    def _close_file(self, control: FixedLine) -> None:
        with reading(control, self._name):
            stated = _Totals(
                batches=parse_digits(control.raw(2, 7)),
                records=parse_digits(control.raw(14, 21)),
                hash=parse_digits(control.raw(22, 31)),
            )
            is_advice = self._held is not None and any(
                line.bank_code == "ADV" for line in (*self._held.lines, *self._held.pending_lines)
            )
            width = 20 if is_advice else 12
            stated.debits, stated.credits = _read_sums(control, 32, width)
        if self._held is not None:
            log = WarningLog()
            _compare(stated, self._read, "file", control, log)
            self._held = replace(self._held, warnings=(*self._held.warnings, *log.warnings()))
        elif stated.batches:
            reason = f"the file states {stated.batches} batches; none was read"
            raise refused_record(reason, "CONTROL_COUNT_DIFFERS", control, self._name)
        self._release()
        self._header, self._created, self._is_complete = None, None, True

    def _release(self) -> None:
        if self._held is not None:
            self._ready.append(self._held)
            self._held = None

    def end(self) -> None:
        """Take note of the end. Refuses a file that was cut off."""
        if not self._found or not self._is_complete or self._batch is not None:
            raise UnreadableStatement(
                "the file ends without its control record (9): it was cut off"
                if self._found
                else "there is no file header (1)",
                code="FILE_CUT_OFF" if self._found else "NOT_NACHA",
                file=self._name,
                place="end of file" if self._found else "line 1",
                mend="Ask the bank for the whole file again.",
            )
        self._release()


def _read_sums(record: FixedLine, first: int, width: int) -> tuple[Decimal, Decimal]:
    """Read debits and credits, which stand side by side. Raises NotReadable."""
    middle = first + width
    return (
        implied_amount(parse_digits(record.raw(first, middle - 1)), 2),
        implied_amount(parse_digits(record.raw(middle, middle + width - 1)), 2),
    )


def _compare(stated: _Totals, read: _Totals, what: str, control: FixedLine, log: WarningLog) -> None:
    place = f"line {control.line}"
    for code, name, said, found in (
        ("CONTROL_COUNT_DIFFERS", "batches", stated.batches, read.batches),
        ("CONTROL_COUNT_DIFFERS", "entries and addenda", stated.records, read.records),
        ("CONTROL_HASH_DIFFERS", "as sum of routing numbers", stated.hash, read.hash),
        ("CONTROL_TOTAL_DIFFERS", "debits", stated.debits, read.debits),
        ("CONTROL_TOTAL_DIFFERS", "credits", stated.credits, read.credits),
    ):
        if said != found:
            log.note(code, f"The {what} states {said} {name}; {found} were read.", place)


class _OpenBatch:
    """Gathers one batch from its header (5) to its control (8)."""

    def __init__(self, batch: Batch, file: str) -> None:
        self._batch = batch
        self._file = file
        self.log = WarningLog()
        self.totals = _Totals()
        self._entry: Entry | None = None
        self._lines: list[StatementLine] = []
        self._pending: list[StatementLine] = []
        self._accounts: set[str] = set()

    def take(self, record: FixedLine) -> None:
        """Take an entry (6) or one of its addenda (7)."""
        self.totals.records += 1
        if record.raw(1, 1) == "6":
            self._flush()
            self._entry = Entry(record)
            return
        if self._entry is None:
            raise refused_record(
                "the addenda record (7) follows no entry (6)", "RECORD_ORDER", record, self._file
            )
        same = record.raw(88, 94) == self._entry.first.raw(88, 94)
        if record.raw(2, 3) in _ENTRY_NUMBER_ADDENDA and not same:
            message = "An addenda record names another entry than the one it follows."
            self.log.note("ADDENDA_OF_ANOTHER_ENTRY", message, f"line {record.line}")
        self._entry.addenda.append(record)

    def _flush(self) -> None:
        """Build the line of the entry that is complete."""
        entry = self._entry
        if entry is None:
            return
        self._entry = None
        place = f"line {entry.first.line}"
        with reading(entry.first, self._file):
            line = build_line(entry, self._batch, len(self._lines) + len(self._pending))
            self.totals.hash = (self.totals.hash + parse_digits(entry.first.raw(4, 11))) % _HASH_DIGITS
        if (entry.first.raw(79, 79) == "1") != bool(entry.addenda):
            message = "An entry says that addenda follow and none do, or the other way round."
            self.log.note("ADDENDA_MISSING", message, place)
        self._accounts.add(account_of(entry, self._batch))
        (self._lines if line.amount else self._pending).append(line)

    def finish(
        self, control: FixedLine, header: FixedLine | None, source: TextLines, oddities: Oddities
    ) -> Statement:
        """Give the notification, the batch's totals checked."""
        self._flush()
        batch, log, totals = self._batch.header, self.log, self.totals
        totals.debits = with_sign(exact_sum(one.amount for one in self._lines if one.amount < 0), -1)
        totals.credits = exact_sum(one.amount for one in self._lines if one.amount > 0)
        is_advice = self._batch.entry_class == "ADV"
        with reading(control, self._file):
            stated = _Totals(records=parse_digits(control.raw(5, 10)), hash=parse_digits(control.raw(11, 20)))
            stated.debits, stated.credits = _read_sums(control, 21, 20 if is_advice else 12)
        with reading(batch, self._file):
            booked, _ = self._batch.days()
        _compare(stated, totals, "batch", control, log)
        for code, message, line in oddities:
            log.note(code, message, f"line {line}")
        if source.encoding_line:
            message = f"The file is not UTF-8; from here on it is read as {source.encoding}."
            log.note("ENCODING_ASSUMED", message, f"line {source.encoding_line}")
        is_back = any(line.return_code for line in (*self._lines, *self._pending))
        account = batch.at(41, 50) if is_back or len(self._accounts) != 1 else next(iter(self._accounts))
        return Statement(
            format="NACHA",
            kind=StatementKind.NOTIFICATION,
            account=account,
            currency="USD",
            statement_id=batch.at(88, 94),
            sequence="",
            legal_number="",
            opening=None,
            closing=None,
            opening_date=None,
            closing_date=booked,
            lines=tuple(self._lines),
            pending_lines=tuple(self._pending),
            created=header.at(24, 33) if header else "",
            warnings=log.warnings(),
        )
