"""Read CODA as a stream of statements.

The one clever idea: a movement is read only when the record after it shows that it is complete, so its details and
explanations, which follow it, can take part.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from acquit.formats.coda.movements import Movement, build_lines
from acquit.formats.fixed_width import (
    FixedLine,
    Oddities,
    implied_amount,
    iter_fixed_lines,
    parse_digits,
    reading,
    refused_record,
)
from acquit.formats.short_dates import parse_day_first
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
from acquit.formats.unreadable import NotReadable

_WIDTH = 128
_VERSIONS = frozenset("12")
_SIGNS = {"0": 1, "1": -1}
# Where account and currency stand, by the structure code of the old balance (positions from the account's first).
_ACCOUNTS = {"0": (12, 14, 16), "1": (34, 35, 37), "2": (31, 35, 37), "3": (34, 35, 37)}
_MEND = "Ask the bank for the whole file again."


def read_coda(content: BinaryIO, name: str) -> Iterator[Statement]:
    """Give the statements of a CODA file; `name` is the file's name, for refusals.

    Amounts have three decimals; a third that is zero is left out. A file without its trailer (9) was cut off and is
    refused after the statements that are whole. Refuses with UnreadableStatement.
    """
    source = TextLines(content, name, _WIDTH)
    oddities: Oddities = []
    opened: _OpenStatement | None = None
    found = False
    for record in iter_fixed_lines(source.blocks(), _WIDTH, name, oddities):
        if record.raw(1, 1) == "0":
            opened = _open(record, opened, name, found=found)
            found = True
            continue
        if opened is None:
            code = "RECORD_ORDER" if found else "NOT_CODA"
            raise refused_record("the record stands outside a statement", code, record, name)
        with reading(record, name):
            statement = opened.finish(record, source, oddities) if opened.take(record) else None
        if statement is not None:
            yield statement
            oddities.clear()
            opened = None
    if not found or opened is not None:
        raise UnreadableStatement(
            "the file ends without its trailer (9): it was cut off"
            if found
            else "there is no header record (0)",
            code="FILE_CUT_OFF" if found else "NOT_CODA",
            file=name,
            place="end of file" if found else "line 1",
            mend=_MEND,
        )


def _open(record: FixedLine, opened: _OpenStatement | None, file: str, *, found: bool) -> _OpenStatement:
    if opened is not None:
        raise refused_record(
            "a statement begins before the one before has ended (9)", "RECORD_ORDER", record, file
        )
    if record.raw(2, 5) != "0000" and not found:
        raise refused_record("the file does not begin with a header record (0)", "NOT_CODA", record, file)
    if record.raw(128, 128) not in _VERSIONS:
        raise refused_record(
            "the version of the format is unknown", "VERSION_UNKNOWN", record, file, record.raw(128, 128)
        )
    return _OpenStatement(record, file)


class _OpenStatement:
    """Gathers one statement from its header (0) to its trailer (9)."""

    def __init__(self, header: FixedLine, file: str) -> None:
        self._header = header
        self._file = file
        self._log = WarningLog()
        self._old: FixedLine | None = None
        self._new: FixedLine | None = None
        self._movement: Movement | None = None
        self._details: list[Movement] = []
        self._lines: list[StatementLine] = []
        self._entries = 0
        self._records = 0
        self._mains: list[Decimal] = []
        self._account = self._currency = ""

    def take(self, record: FixedLine) -> bool:
        """Take a record; give True when it ends the statement. Raises NotReadable."""
        kind, article = record.raw(1, 1), record.raw(2, 2)
        if kind == "9":
            self._flush()
            return True
        self._records += 1
        if kind == "1":
            self._old = record
            self._account, self._currency = _read_account(record)
        elif kind == "2" and article == "1":
            self._take_movement(Movement(record))
        elif kind == "2" and article in "23":
            current = self._current(record)
            if article == "2":
                current.continued = record
            else:
                current.account = record
        elif kind == "3":
            self._current(record).details.append(record)
        elif kind == "8":
            self._new = record
        elif kind != "4":  # 4 is a free message
            raise refused_record("the record is of no known kind", "RECORD_UNKNOWN", record, self._file)
        return False

    def _current(self, record: FixedLine) -> Movement:
        current = self._details[-1] if self._details else self._movement
        if current is None:
            raise refused_record("the record continues no movement", "RECORD_ORDER", record, self._file)
        return current

    def _take_movement(self, movement: Movement) -> None:
        if self._old is None:
            raise refused_record(
                "a movement stands before the old balance (1)", "RECORD_ORDER", movement.first, self._file
            )
        if movement.is_detail and self._movement is not None and self._movement.sequence == movement.sequence:
            self._details.append(movement)
            return
        self._flush()
        self._movement = movement

    def _flush(self) -> None:
        """Read the movement that is complete."""
        if self._movement is None:
            return
        with reading(self._movement.first, self._file):
            self._lines += build_lines(
                self._movement, self._details, self._currency, self._entries, self._log
            )
            self._mains.append(self._movement.amount())
        self._entries += 1
        self._movement = None
        self._details = []

    def finish(self, trailer: FixedLine, source: TextLines, oddities: Oddities) -> Statement:
        """Give the statement, its balances and the trailer's turnovers checked. Raises NotReadable."""
        place = f"line {self._header.line}"
        log = self._log
        for code, message, line in oddities:
            log.note(code, message, f"line {line}")
        opening, opening_date = _read_balance(self._old, 43, 44, 58, 59, 64)
        closing, closing_date = _read_balance(self._new, 42, 43, 57, 58, 63)
        if opening is None or closing is None:
            log.note(
                "BALANCE_MISSING", "Old or new balance is missing: the statement cannot be proved.", place
            )
        check = check_balance(opening, closing, (line.amount for line in self._lines), may_invert=False)
        if check.balanced is False:
            log.note(
                "NOT_BALANCED", f"Old balance and movements miss the new one by {check.difference}.", place
            )
        self._compare_trailer(trailer)
        if source.encoding_line:
            message = f"The file is not UTF-8; from here on it is read as {source.encoding}."
            log.note("ENCODING_ASSUMED", message, f"line {source.encoding_line}")
        return Statement(
            format="CODA",
            kind=StatementKind.STATEMENT,
            account=self._account,
            currency=self._currency,
            statement_id=self._header.at(25, 34),
            sequence=self._old.at(126, 128) if self._old else "",
            legal_number=self._old.at(3, 5) if self._old else "",
            opening=opening,
            closing=closing,
            opening_date=opening_date,
            closing_date=closing_date,
            lines=tuple(self._lines),
            balanced=check.balanced,
            difference=check.difference,
            is_copy=self._header.raw(17, 17) == "D",
            bank_bic=self._header.at(61, 71),
            created=self._header.at(6, 11),
            warnings=log.warnings(),
        )

    def _compare_trailer(self, trailer: FixedLine) -> None:
        place = f"line {trailer.line}"
        stated = parse_digits(trailer.raw(17, 22))
        if stated != self._records:
            message = f"The trailer states {stated} records; {self._records} were read."
            self._log.note("CONTROL_COUNT_DIFFERS", message, place)
        for name, first, last, sign in (("debit", 23, 37, -1), ("credit", 38, 52, 1)):
            turnover = implied_amount(parse_digits(trailer.raw(first, last)), 3)
            read = exact_sum(amount for one in self._mains if (amount := with_sign(one, sign)) > 0)
            if turnover != read:
                message = f"The trailer states {turnover} {name}; the movements read sum to {read}."
                self._log.note("CONTROL_TOTAL_DIFFERS", message, place)


def _read_account(record: FixedLine) -> tuple[str, str]:
    """Read account and currency of the old balance, which stand by its structure code."""
    length, currency_first, currency_last = _ACCOUNTS.get(record.raw(2, 2), _ACCOUNTS["2"])
    field = record.raw(6, 42)
    return "".join(field[:length].split()), field[currency_first - 1 : currency_last].strip()


def _read_balance(
    record: FixedLine | None, sign_at: int, first: int, last: int, day_first: int, day_last: int
) -> tuple[Decimal | None, date | None]:
    if record is None:
        return None, None
    sign = _SIGNS.get(record.raw(sign_at, sign_at))
    if sign is None:
        raise NotReadable(record.raw(sign_at, sign_at))
    day = record.at(day_first, day_last)
    amount = with_sign(implied_amount(parse_digits(record.raw(first, last)), 3), sign)
    return amount, parse_day_first(day) if day.strip("0") else None
