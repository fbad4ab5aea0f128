"""Read CFONB of 240 characters: operations restored to the client (transfers, bills, direct debits, unpaid ones).

The one clever idea: what a list of operations does not say is not made up. Its amounts have no sign, so its lines are
pending ones, which are read and shown and never booked; the statement of 120 characters books their sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from acquit.formats.cfonb.operations import parse_optional_day
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
    clean_reference,
    exact_sum,
    new_line,
)
from acquit.formats.text_lines import TextLines

_WIDTH = 240
_CURRENCIES = {"E": "EUR", "F": "FRF"}
_USUAL_DECIMALS = 2


def read_restored(
    source: TextLines, blocks: Iterator[tuple[int, list[str]]], name: str
) -> Iterator[Statement]:
    """Give one notification for each sequence of records from header (31) to total (39)."""
    oddities: Oddities = []
    opened: _Sequence | None = None
    for record in iter_fixed_lines(blocks, _WIDTH, name, oddities):
        kind = record.raw(1, 2)
        if (kind == "31") == (opened is not None):
            reason = (
                "a list begins before the one before has its total (39)"
                if opened
                else "the record stands outside a list, which begins with a header (31)"
            )
            raise refused_record(reason, "RECORD_ORDER", record, name)
        if opened is None:
            opened = _Sequence(record, name)
            continue
        opened.take(record)
        if kind == "39":
            yield opened.finish(record, source, oddities)
            oddities.clear()
            opened = None
    if opened is not None:
        raise UnreadableStatement(
            "the file ends without its total (39): it was cut off",
            code="FILE_CUT_OFF",
            file=name,
            place="end of file",
            mend="Ask the bank for the whole file again.",
        )


class _Sequence:
    """Gathers one list from its header to its total."""

    def __init__(self, header: FixedLine, file: str) -> None:
        self._header = header
        self._file = file
        self._log = WarningLog()
        self._details: list[tuple[FixedLine, list[FixedLine]]] = []
        self._records = 1
        code = header.at(9, 10)
        if not code.isdigit():
            reason = "operations of this code are laid out in a way that is not read here"
            raise refused_record(reason, "OPERATION_UNKNOWN", header, file, code)
        self._currency = header.at(19, 21) or _CURRENCIES.get(header.raw(17, 17), "")
        with reading(header, file):
            decimals = header.at(18, 18)
            self._decimals = parse_digits(decimals) if decimals else _USUAL_DECIMALS

    def take(self, record: FixedLine) -> None:
        """Take a record after the header. Refuses one of another list."""
        self._records += 1
        with reading(record, self._file):
            number = parse_digits(record.raw(3, 8))
        if number != self._records:
            message = f"The record is number {number}; number {self._records} was due."
            self._log.note("SEQUENCE_BROKEN", message, f"line {record.line}")
        if record.at(9, 10) != self._header.at(9, 10):
            reason = "the record is of another operation code than its header"
            raise refused_record(reason, "RECORD_ORDER", record, self._file, record.at(9, 10))
        if record.raw(1, 2) == "34":
            self._details.append((record, []))
        elif record.raw(1, 2) != "39":
            if not self._details:
                raise refused_record("the record completes no operation", "RECORD_ORDER", record, self._file)
            self._details[-1][1].append(record)

    def finish(self, total: FixedLine, source: TextLines, oddities: Oddities) -> Statement:
        """Give the notification, its total checked."""
        log = self._log
        for code, message, line in oddities:
            log.note(code, message, f"line {line}")
        lines = tuple(self._build(number, *detail) for number, detail in enumerate(self._details))
        with reading(total, self._file):
            stated = self._amount(total) if total.raw(229, 240).strip() else None
            day = parse_optional_day(total.raw(11, 16))
        read = exact_sum(line.amount for line in lines)
        if stated is not None and stated != read:
            message = f"The total states {stated}; the operations read sum to {read}."
            log.note("CONTROL_TOTAL_DIFFERS", message, f"line {total.line}")
        place = f"line {self._header.line}"
        if lines:
            message = "The list does not say whether its amounts came in or went out; none is booked."
            log.note("DIRECTION_NOT_STATED", message, place)
        if not self._currency:
            log.note("CURRENCY_MISSING", "The list does not name its currency.", place)
        if source.encoding_line:
            message = f"The file is not UTF-8; from here on it is read as {source.encoding}."
            log.note("ENCODING_ASSUMED", message, f"line {source.encoding_line}")
        return Statement(
            format="CFONB.240",
            kind=StatementKind.NOTIFICATION,
            account=self._header.at(22, 26) + self._header.at(27, 31) + self._header.at(32, 42),
            currency=self._currency,
            statement_id="",
            sequence="",
            legal_number="",
            opening=None,
            closing=None,
            opening_date=None,
            closing_date=day,
            lines=(),
            pending_lines=lines,
            created=self._header.at(11, 16),
            warnings=log.warnings(),
        )

    def _amount(self, record: FixedLine) -> Decimal:
        return implied_amount(parse_digits(record.raw(229, 240)), self._decimals)

    def _build(self, index: int, record: FixedLine, complements: list[FixedLine]) -> StatementLine:
        with reading(record, self._file):
            return new_line(
                booking_date=None,
                value_date=parse_optional_day(record.raw(11, 16)),
                amount=self._amount(record),
                currency=self._currency,
                counterparty=" ".join(record.raw(43, 66).split()),
                text=" ".join(record.raw(129, 216).split()),
                entry_index=index,
                transaction_code=record.at(9, 10),
                raw="\n".join(one.text.rstrip() for one in (record, *complements)),
                entry_reference=clean_reference(record.at(223, 228)),
                customer_reference=clean_reference(record.at(123, 128)),
                counterparty_account=record.at(22, 26) + record.at(27, 31) + record.at(32, 42),
                source_line=record.line,
            )
