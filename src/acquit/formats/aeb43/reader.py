"""Read AEB43 as a stream of statements, one for each account and period.

The one clever idea: the end of account (33) states what was moved on either side, so a movement lost or doubled shows
even where the balances happen to agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO

from acquit.formats.aeb43.movements import (
    DECIMALS,
    Movement,
    build_line,
    parse_currency,
    parse_stated_day,
)
from acquit.formats.fixed_width import (
    FixedLine,
    Oddities,
    implied_amount,
    iter_fixed_lines,
    parse_digits,
    reading,
    refused_record,
)
from acquit.formats.statements import (
    Statement,
    StatementKind,
    StatementLine,
    UnreadableStatement,
    WarningLog,
    check_balance,
    exact_sum,
    with_sign,
)
from acquit.formats.text_lines import TextLines

_WIDTH = 80
_MOST_CONCEPTS = 5


def read_aeb43(content: BinaryIO, name: str) -> Iterator[Statement]:
    """Give the statements of an AEB43 file; `name` is the file's name, for refusals.

    A file without its end record (88) was cut off and is refused after the statements that are whole. Refuses with
    UnreadableStatement.
    """
    source = TextLines(content, name, _WIDTH)
    oddities: Oddities = []
    opened: _OpenStatement | None = None
    found = is_ended = False
    counted = 0
    for record in iter_fixed_lines(source.blocks(), _WIDTH, name, oddities):
        kind = record.raw(1, 2)
        counted += kind != "00"
        if kind == "11" and opened is None:
            opened = _OpenStatement(record, name)
            found, is_ended = True, False
        elif kind == "88" and opened is None and found:
            _require_count(record, counted, name)
            counted, is_ended = 0, True
        elif kind == "00" and not found:  # some banks send the header of the tape the file once was
            continue
        elif opened is None:
            code = "RECORD_ORDER" if found else "NOT_AEB43"
            raise refused_record("the record stands outside an account (11 to 33)", code, record, name)
        elif opened.take(record):
            yield opened.finish(record, source, oddities)
            oddities.clear()
            opened = None
    if not is_ended:
        raise UnreadableStatement(
            "the file ends without its end record (88): it was cut off"
            if found
            else "there is no header of an account (11)",
            code="FILE_CUT_OFF" if found else "NOT_AEB43",
            file=name,
            place="end of file" if found else "line 1",
            mend="Ask the bank for the whole file again.",
        )


def _require_count(end: FixedLine, counted: int, name: str) -> None:
    """Refuse a file that lost records; banks count the end record itself or do not."""
    with reading(end, name):
        stated = parse_digits(end.raw(21, 26))
    if stated not in {counted, counted - 1}:
        reason = f"the file states {stated} records; {counted - 1} were read"
        raise refused_record(reason, "CONTROL_COUNT_DIFFERS", end, name)


class _OpenStatement:
    """Gathers one statement from its header (11) to its end (33)."""

    def __init__(self, header: FixedLine, file: str) -> None:
        self._header = header
        self._file = file
        self._log = WarningLog()
        self._movement: Movement | None = None
        self._lines: list[StatementLine] = []
        with reading(header, file):
            self._currency = parse_currency(header.raw(48, 50))
            self._opening_date = parse_stated_day(header.raw(21, 26), header, self._log)
            self._closing_date = parse_stated_day(header.raw(27, 32), header, self._log)
            self._opening = self._balance(header, 33, 34, 47)

    def _balance(self, record: FixedLine, sign_at: int, first: int, last: int) -> Decimal:
        """Read a balance. Raises NotReadable."""
        amount = implied_amount(parse_digits(record.raw(first, last)), DECIMALS)
        sign = record.raw(sign_at, sign_at)
        if sign not in "12" and amount:
            message = (
                f"The sign {sign!r} of a balance is neither debit (1) nor credit (2); it is read as debit."
            )
            self._log.note("BALANCE_SIGN_UNKNOWN", message, f"line {record.line}")
        return with_sign(amount, 1 if sign == "2" else -1)

    def take(self, record: FixedLine) -> bool:
        """Take a record; give True when it ends the statement. Refuses one that does not belong here."""
        kind = record.raw(1, 2)
        if kind in {"22", "33"}:
            self._flush()
        if kind == "22":
            self._movement = Movement(record)
        elif kind in {"23", "24"}:
            self._add_to_movement(kind, record)
        elif kind == "33":
            if record.raw(3, 20) != self._header.raw(3, 20):
                reason = (
                    f"the end of account is of another account than its header ({self._header.raw(3, 20)})"
                )
                raise refused_record(reason, "RECORD_ORDER", record, self._file, record.raw(3, 20))
            return True
        elif kind in {"11", "88"}:
            reason = "the account has no end (33) before the next begins"
            raise refused_record(reason, "RECORD_ORDER", record, self._file)
        else:
            raise refused_record("the record is of no known kind", "RECORD_UNKNOWN", record, self._file)
        return False

    def _add_to_movement(self, kind: str, record: FixedLine) -> None:
        movement = self._movement
        if movement is None:
            raise refused_record("the record continues no movement", "RECORD_ORDER", record, self._file)
        if kind == "24":
            movement.original = record
        elif len(movement.concepts) == _MOST_CONCEPTS:
            reason = f"the movement has more than {_MOST_CONCEPTS} records of text"
            raise refused_record(reason, "RECORD_ORDER", record, self._file)
        else:
            movement.concepts.append(record)

    def _flush(self) -> None:
        """Build the line of the movement that is complete."""
        movement = self._movement
        if movement is None:
            return
        self._movement = None
        records = (movement.first, movement.original)
        with reading(records[1] or records[0], self._file):
            line = build_line(movement, self._currency, len(self._lines), self._log)
        self._lines.append(line)

    def finish(self, end: FixedLine, source: TextLines, oddities: Oddities) -> Statement:
        """Give the statement, its balances and turnovers checked."""
        place = f"line {self._header.line}"
        log = self._log
        for code, message, line in oddities:
            log.note(code, message, f"line {line}")
        with reading(end, self._file):
            closing = self._balance(end, 59, 60, 73)
            self._compare_turnovers(end)
        check = check_balance(self._opening, closing, (line.amount for line in self._lines), may_invert=False)
        if check.balanced is False:
            message = f"Opening and movements miss the closing by {check.difference}."
            log.note("NOT_BALANCED", message, place)
        if source.encoding_line:
            message = f"The file is not UTF-8; from here on it is read as {source.encoding}."
            log.note("ENCODING_ASSUMED", message, f"line {source.encoding_line}")
        return Statement(
            format="AEB43",
            kind=StatementKind.STATEMENT,
            account=self._header.raw(3, 20),
            currency=self._currency,
            statement_id="",
            sequence="",
            legal_number="",
            opening=self._opening,
            closing=closing,
            opening_date=self._opening_date,
            closing_date=self._closing_date,
            lines=tuple(self._lines),
            balanced=check.balanced,
            difference=check.difference,
            warnings=log.warnings(),
        )

    def _compare_turnovers(self, end: FixedLine) -> None:
        """Compare counts and sums of either side. Raises NotReadable."""
        place = f"line {end.line}"
        for side, at, sign in (("debit", 21, -1), ("credit", 40, 1)):
            count = parse_digits(end.raw(at, at + 4))
            total = implied_amount(parse_digits(end.raw(at + 5, at + 18)), DECIMALS)
            read = [one.amount for one in self._lines if with_sign(one.amount, sign) > 0]
            moved = with_sign(exact_sum(read), sign)
            zeros = sum(not one.amount for one in self._lines)
            if not len(read) <= count <= len(read) + zeros:
                message = f"The end of account states {count} {side}s; {len(read)} were read."
                self._log.note("CONTROL_COUNT_DIFFERS", message, place)
            if total != moved:
                message = f"The end of account states {side}s of {total}; those read sum to {moved}."
                self._log.note("CONTROL_TOTAL_DIFFERS", message, place)
