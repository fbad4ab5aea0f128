"""Read CFONB as a stream of statements.

The one clever idea: 240 is twice 120, so one stream of lines serves both lengths, and the first record says which.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import BinaryIO

from acquit.formats.cfonb.operations import (
    Operation,
    build_line,
    parse_amount,
    parse_decimals,
    parse_optional_day,
)
from acquit.formats.cfonb.restored import read_restored
from acquit.formats.fixed_width import FixedLine, Oddities, iter_fixed_lines, reading, refused_record
from acquit.formats.statements import (
    Statement,
    StatementKind,
    StatementLine,
    UnreadableStatement,
    WarningLog,
    check_balance,
)
from acquit.formats.text_lines import TextLines

_WIDTH = 120
_USUAL_DECIMALS = 2


def read_cfonb(content: BinaryIO, name: str) -> Iterator[Statement]:
    """Give the statements of a CFONB file; `name` is the file's name, for refusals.

    Files of 120 characters are statements. Files of 240 list operations, which a statement sums up; their amounts
    have no sign, so they are given as pending lines of a notification. A file that ends inside a statement was cut
    off and is refused after the statements that are whole. Refuses with UnreadableStatement.
    """
    source = TextLines(content, name, 2 * _WIDTH)
    blocks = source.blocks()
    first = next(blocks, (1, []))
    begins = next((line.lstrip() for line in first[1] if line.strip()), "")
    if begins.startswith("31"):
        return read_restored(source, chain((first,), blocks), name)
    return _read_statements(source, chain((first,), blocks), name)


def _read_statements(
    source: TextLines, blocks: Iterator[tuple[int, list[str]]], name: str
) -> Iterator[Statement]:
    oddities: Oddities = []
    opened: _OpenStatement | None = None
    found = False
    for record in iter_fixed_lines(blocks, _WIDTH, name, oddities):
        kind = record.raw(1, 2)
        if kind == "01":
            if opened is not None:
                reason = "a statement begins before the one before has its new balance (07)"
                raise refused_record(reason, "RECORD_ORDER", record, name)
            opened = _OpenStatement(record, name)
            found = True
            continue
        if kind not in {"04", "05", "07"}:
            code = "RECORD_UNKNOWN" if found else "NOT_CFONB"
            raise refused_record("the record is of no known kind", code, record, name)
        if opened is None:
            reason = "the record stands outside a statement, which begins with the old balance (01)"
            raise refused_record(reason, "RECORD_ORDER", record, name)
        opened.take(record)
        if kind == "07":
            yield opened.finish(source, oddities)
            oddities.clear()
            opened = None
    if not found or opened is not None:
        raise UnreadableStatement(
            "the file ends without its new balance (07): it was cut off" if found else "the file is empty",
            code="FILE_CUT_OFF" if found else "NOT_CFONB",
            file=name,
            place="end of file" if found else "line 1",
            mend="Ask the bank for the whole file again.",
        )


class _OpenStatement:
    """Gathers one statement from its old balance (01) to its new one (07)."""

    def __init__(self, old: FixedLine, file: str) -> None:
        self._old = old
        self._new = old
        self._file = file
        self._log = WarningLog()
        self._operation: Operation | None = None
        self._lines: list[StatementLine] = []
        self._currency = old.at(17, 19)
        with reading(old, file):
            self._opening_date = parse_optional_day(old.raw(35, 40))
            self._decimals = parse_decimals(old)
        self._closing_date: date | None = None

    def take(self, record: FixedLine) -> None:
        """Take a record after the first. Refuses one that does not belong here."""
        self._require_account(record)
        kind = record.raw(1, 2)
        if kind == "05":
            if self._operation is None:
                reason = "the complement (05) follows no operation (04)"
                raise refused_record(reason, "RECORD_ORDER", record, self._file)
            self._operation.complements.append(record)
            return
        self._flush()
        with reading(record, self._file):
            decimals = parse_decimals(record)
            if self._decimals is None:
                self._decimals = decimals
            if kind == "07":
                self._new = record
                self._closing_date = parse_optional_day(record.raw(35, 40))
        if kind == "04":
            self._operation = Operation(record)

    def _require_account(self, record: FixedLine) -> None:
        """Refuse a record of another account or currency; a bank code that differs is only told."""
        for what, first, last in (("account", 22, 32), ("currency", 17, 19)):
            stated, known = record.at(first, last), self._old.at(first, last)
            if what == "currency":
                self._currency = self._currency or stated
                stated, known = stated or self._currency, self._currency
            if stated != known:
                reason = f"the record is of another {what} than its statement ({known})"
                raise refused_record(reason, "RECORD_ORDER", record, self._file, stated)
        if (record.raw(3, 7), record.raw(12, 16)) != (self._old.raw(3, 7), self._old.raw(12, 16)):
            message = "Bank or branch is not that of the old balance; the account number is."
            self._log.note("BANK_CODE_DIFFERS", message, f"line {record.line}")

    def _flush(self) -> None:
        """Build the line of the operation that is complete."""
        operation = self._operation
        if operation is None:
            return
        self._operation = None
        with reading(operation.first, self._file):
            decimals = parse_decimals(operation.first)
            if decimals is None:
                decimals = self._known_decimals()
            line = build_line(operation, self._currency, decimals, len(self._lines))
        self._lines.append(line)

    def _known_decimals(self) -> int:
        if self._decimals is None:
            message = "The file does not say how many decimals amounts have; two are taken."
            self._log.note("DECIMALS_ASSUMED", message, f"line {self._old.line}")
            return _USUAL_DECIMALS
        return self._decimals

    def finish(self, source: TextLines, oddities: Oddities) -> Statement:
        """Give the statement, its balances checked."""
        place = f"line {self._old.line}"
        log = self._log
        for code, message, line in oddities:
            log.note(code, message, f"line {line}")
        with reading(self._old, self._file):
            opening = parse_amount(self._old, self._known_decimals())
        with reading(self._new, self._file):
            closing = parse_amount(self._new, self._known_decimals())
        check = check_balance(opening, closing, (line.amount for line in self._lines), may_invert=False)
        if check.balanced is False:
            message = f"Old balance and operations miss the new one by {check.difference}."
            log.note("NOT_BALANCED", message, place)
        if not self._currency:
            log.note("CURRENCY_MISSING", "The statement does not name its currency.", place)
        if source.encoding_line:
            message = f"The file is not UTF-8; from here on it is read as {source.encoding}."
            log.note("ENCODING_ASSUMED", message, f"line {source.encoding_line}")
        return Statement(
            format="CFONB.120",
            kind=StatementKind.STATEMENT,
            account=self._old.at(3, 7) + self._old.at(12, 16) + self._old.at(22, 32),
            currency=self._currency,
            statement_id="",
            sequence="",
            legal_number="",
            opening=opening,
            closing=closing,
            opening_date=self._opening_date,
            closing_date=self._closing_date,
            lines=tuple(self._lines),
            balanced=check.balanced,
            difference=check.difference,
            warnings=log.warnings(),
        )
