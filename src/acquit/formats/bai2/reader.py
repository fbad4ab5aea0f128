"""Read BAI2 as a stream of statements, one for each account of each group.

The one clever idea: the trailers' sums and counts are recomputed from the records as they pass, so every statement
carries the proof that nothing of it was lost, although BAI2 seldom gives both balances.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from acquit.core.money import UnknownCurrency, minor_units
from acquit.formats.bai2.amounts import bai2_amount, parse_report_day, parse_units
from acquit.formats.bai2.lines import DetailRecord, build_line, read_summaries
from acquit.formats.bai2.records import Record, Unknown, iter_records
from acquit.formats.statements import (
    Statement,
    StatementKind,
    UnreadableStatement,
    WarningLog,
    check_balance,
    keep_lines,
)
from acquit.formats.text_lines import TextLines
from acquit.formats.unreadable import NotReadable

_DEFAULT_CURRENCY = "USD"  # the standard's, where neither account nor group names one
_OPENING, _CLOSING = "010", "015"
_INTERIM = frozenset(("1", "3"))  # as-of-date modifiers: interim previous day, interim same day
_NO_UPDATE = {"2": "a deletion", "4": "a test"}
_MEND = "Ask the bank for the whole file again."


@dataclass(slots=True)
class _Trailer:
    """What a trailer will have to state: the sum of all amounts and the number of records."""

    units: int = 0
    records: int = 0


@dataclass(slots=True)
class _Group:
    originator: str
    day: date | None
    day_text: str
    currency: str
    status: str
    modifier: str
    line: int
    total: _Trailer = field(default_factory=_Trailer)
    accounts: int = 0


def read_bai2(content: BinaryIO, name: str) -> Iterator[Statement]:
    """Give a statement for each account; `name` is the file's name, for refusals.

    Amounts are whole minor units of the account's currency (the group's, else USD). A file without its trailers was
    cut off and is refused after the statements that are whole. Refuses with UnreadableStatement.
    """
    return _Reading(content, name).statements()


class _Reading:
    """Where the reading of one file stands."""

    def __init__(self, content: BinaryIO, file: str) -> None:
        self._source = TextLines(content, file)
        self._file = file
        self._identification = ""
        self._created = ""
        self._group: _Group | None = None
        self._account: _Account | None = None
        self._total = _Trailer()
        self._groups = 0
        self._has_header = False
        self._is_ended = False
        self._odd: list[tuple[str, str, int]] = []
        self._held: Statement | None = None  # the last one read, for what the trailers after it say

    def statements(self) -> Iterator[Statement]:
        for record in iter_records(self._source.blocks()):
            if isinstance(record, Unknown):
                self._take_unknown(record)
                continue
            if not self._has_header and record.code != "01":
                raise self._refused("the file does not begin with a file header (01)", "NOT_BAI2", record)
            try:
                statement = self._take(record)
            except NotReadable as unreadable:
                raise self._refused(
                    "a field cannot be read", "FIELD_UNREADABLE", record, str(unreadable)
                ) from None
            if statement is not None:
                if self._held is not None:
                    yield self._held
                self._held = statement
        if self._held is not None:
            yield self._held
        if not self._has_header:
            raise UnreadableStatement(
                "there is no file header (01)", code="NOT_BAI2", file=self._file, place="line 1", mend=_MEND
            )
        if not self._is_ended:
            raise UnreadableStatement(
                "the file ends without its trailers (49, 98, 99): it was cut off",
                code="FILE_CUT_OFF",
                file=self._file,
                place="end of file",
                mend=_MEND,
            )

    def _take_unknown(self, unknown: Unknown) -> None:
        if not self._has_header:
            raise UnreadableStatement(
                "the file does not begin with a file header (01)",
                code="NOT_BAI2",
                file=self._file,
                place=f"line {unknown.line}",
                value=unknown.text,
                mend="Check that this is a BAI2 file.",
            )
        self._odd.append(
            ("RECORD_UNKNOWN", f"The line {unknown.text[:60]!r} is no record; it is left out.", unknown.line)
        )

    def _take(self, record: Record) -> Statement | None:
        fields = record.fields()
        if record.has_odd_mark:
            self._odd.append(
                ("RECORD_MARK", "A record's code is followed by a colon in place of a comma.", record.line)
            )
        if record.is_cut:
            self._odd.append(("LINE_CUT", "A record is cut inside its text and was joined.", record.line))
        if record.code == "01":
            self._has_header = True
            self._identification = _at(fields, 4)
            self._created = f"{_at(fields, 2)} {_at(fields, 3)}".strip()
            self._total.records += record.lines
        elif record.code == "02":
            self._open_group(record, fields)
        elif record.code == "03":
            self._open_account(record, fields)
        elif record.code == "16":
            account = self._required_account(record)
            account.add(DetailRecord.read(record))
        elif record.code == "88":
            raise self._refused("a continuation (88) continues nothing", "RECORD_ORDER", record)
        elif record.code == "49":
            return self._close_account(record, fields)
        elif record.code == "98":
            self._close_group(record, fields)
        else:
            self._close_file(record, fields)
        return None

    def _open_group(self, record: Record, fields: list[str]) -> None:
        if self._account is not None:
            raise self._refused("the account before has no trailer (49)", "RECORD_ORDER", record)
        self._group = _Group(
            originator=_at(fields, 1),
            day=parse_report_day(_at(fields, 3)),
            day_text=_at(fields, 3),
            currency=_at(fields, 5),
            status=_at(fields, 2),
            modifier=_at(fields, 6),
            line=record.line,
        )
        self._group.total.records += record.lines
        self._groups += 1

    def _open_account(self, record: Record, fields: list[str]) -> None:
        if self._group is None or self._account is not None:
            raise self._refused(
                "an account (03) stands outside a group or inside another", "RECORD_ORDER", record
            )
        currency = _at(fields, 1) or self._group.currency or _DEFAULT_CURRENCY
        try:
            minor_units(currency)
        except UnknownCurrency:
            raise self._refused("the currency is unknown", "CURRENCY_UNKNOWN", record, currency) from None
        self._account = _Account(_at(fields, 0), currency, self._group, record)
        self._group.accounts += 1

    def _required_account(self, record: Record) -> _Account:
        if self._account is None:
            raise self._refused("a detail (16) stands outside an account", "RECORD_ORDER", record)
        return self._account

    def _close_account(self, record: Record, fields: list[str]) -> Statement:
        account = self._required_account(record)
        group = account.group
        account.total.records += record.lines
        log = WarningLog()
        for code, message, line in self._odd:
            log.note(code, message, f"line {line}")
        self._odd.clear()
        self._compare(log, record, "ACCOUNT", (account.total.units, account.total.records), fields)
        group.total.units += account.total.units
        group.total.records += account.total.records
        self._account = None
        if self._source.encoding_line:
            message = f"The file is not UTF-8; from here on it is read as {self._source.encoding}."
            log.note("ENCODING_ASSUMED", message, f"line {self._source.encoding_line}")
        return account.finish(f"{self._identification}-{group.day_text}", self._created, log)

    def _close_group(self, record: Record, fields: list[str]) -> None:
        group = self._group
        if group is None or self._account is not None:
            raise self._refused("a group trailer (98) stands where no group ends", "RECORD_ORDER", record)
        group.total.records += record.lines
        self._compare_held(record, "GROUP", (group.total.units, group.accounts, group.total.records), fields)
        self._total.units += group.total.units
        self._total.records += group.total.records
        self._group = None

    def _close_file(self, record: Record, fields: list[str]) -> None:
        if self._group is not None:
            raise self._refused("the file ends inside a group", "RECORD_ORDER", record)
        self._total.records += record.lines
        self._compare_held(record, "FILE", (self._total.units, self._groups, self._total.records), fields)
        self._is_ended = True

    def _compare_held(self, record: Record, what: str, read: tuple[int, ...], fields: list[str]) -> None:
        """Compare a group's or the file's trailer; a difference is said on the last statement before it."""
        log = WarningLog()
        self._compare(log, record, what, read, fields)
        if self._held is not None and log.warnings():
            self._held = replace(self._held, warnings=self._held.warnings + log.warnings())

    def _compare(
        self, log: WarningLog, record: Record, what: str, read: tuple[int, ...], fields: list[str]
    ) -> None:
        """Compare a trailer's sum and counts with what was read; empty fields state nothing."""
        names = ("sum", "count") if len(read) == 2 else ("sum", "members", "count")
        for name, stated, mine in zip(names, fields, read, strict=False):
            if stated and parse_units(stated) != mine:
                message = f"The trailer {record.code} states the {name} {stated}; what was read gives {mine}."
                log.note(f"{what}_{name.upper()}_DIFFERS", message, f"line {record.line}")

    def _refused(self, reason: str, code: str, record: Record, value: str = "") -> UnreadableStatement:
        shown = value or f"{record.code},{record.body}"
        return UnreadableStatement(
            reason, code=code, file=self._file, place=f"line {record.line}", value=shown, mend=_MEND
        )


class _Account:
    """One account of a group, from its 03 to its 49."""

    def __init__(self, number: str, currency: str, group: _Group, record: Record) -> None:
        self.group = group
        self.total = _Trailer(records=record.lines)
        self._number = number
        self._currency = currency
        self._line = record.line
        self._lines = keep_lines()
        self._loose = keep_lines()
        self._oddities: list[tuple[str, str, int]] = []
        self._balances: dict[str, Decimal] = {}
        for summary in read_summaries(record.fields()[2:]):
            self.total.units += summary.units
            self._balances.setdefault(summary.code, bai2_amount(str(summary.units), currency))

    def add(self, record: DetailRecord) -> None:
        """Add a detail (16)."""
        self.total.units += record.units
        self.total.records += record.lines
        index = len(self._lines) + len(self._loose)
        line = build_line(record, self._currency, self.group.day, index)
        if line is None:
            message = (
                f"The type code {record.type_code!r} is neither credit nor debit; the record is no movement."
            )
            self._oddities.append(("TYPE_WITHOUT_SIDE", message, record.line))
        elif self.group.status in _NO_UPDATE:
            self._loose.append(line)
        else:
            self._lines.append(line)

    def finish(self, statement_id: str, created: str, log: WarningLog) -> Statement:
        """Give the account's statement."""
        group, place = self.group, f"line {self._line}"
        for code, message, at in self._oddities:
            log.note(code, message, f"line {at}")
        if group.status in _NO_UPDATE:
            log.note(
                "GROUP_NOT_BOOKED",
                f"The group is {_NO_UPDATE[group.status]}; its lines are no bookings.",
                place,
            )
        if group.day is None:
            log.note(
                "DATE_MISSING", f"The group's date {group.day_text!r} cannot be read.", f"line {group.line}"
            )
        opening, closing = self._balances.get(_OPENING), self._balances.get(_CLOSING)
        check = check_balance(opening, closing, self._lines.values("amount"), may_invert=False)
        if check.balanced is False:
            log.note(
                "NOT_BALANCED", f"Opening balance and lines miss the closing by {check.difference}.", place
            )
        is_interim = group.modifier in _INTERIM or group.status in _NO_UPDATE
        return Statement(
            format="BAI2",
            kind=StatementKind.INTRADAY if is_interim else StatementKind.STATEMENT,
            account=self._number,
            currency=self._currency,
            statement_id=statement_id,
            sequence="",
            legal_number="",
            opening=opening,
            closing=closing,
            opening_date=group.day if opening is not None else None,
            closing_date=group.day if closing is not None else None,
            lines=self._lines.held(),
            pending_lines=self._loose.held(),
            balanced=check.balanced,
            difference=check.difference,
            bank_bic="",
            created=created,
            warnings=log.warnings(),
        )


def _at(fields: list[str], index: int) -> str:
    return fields[index] if index < len(fields) else ""
