"""Read OFX and QFX as a stream of statements.

The one clever idea: what a bank sends in place of a statement (an error code, a list of accounts) is told apart from a
damaged file, because the mend is another: ask again, or choose another download.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import chain
from re import IGNORECASE, MULTILINE
from re import compile as pattern
from typing import BinaryIO

from acquit.formats.ofx.tags import PieceTooLong, Tag, iter_tags
from acquit.formats.statements import (
    Statement,
    StatementKind,
    StatementLine,
    UnreadableStatement,
    WarningLog,
    clean_reference,
    keep_lines,
    new_line,
    with_sign,
)
from acquit.formats.text_lines import TextChunks
from acquit.formats.unreadable import NotReadable

_STATEMENTS = frozenset(("STMTRS", "CCSTMTRS", "INVSTMTRS"))
_TRANSACTIONS = frozenset(("STMTTRN", "STMTTRNP"))
_NEEDS_END = _STATEMENTS | _TRANSACTIONS
_MOST_BEFORE = 1 << 16
_ROOT = pattern(r"<OFX\s*>", IGNORECASE)
_IBAN = pattern(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_CHARSET = pattern(r"^CHARSET:\s*(\S+)", MULTILINE)
_CHARSETS = {"1252": "cp1252", "ISO-8859-1": "latin-1", "8859-1": "latin-1"}
_DAY = pattern(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_AMOUNT = pattern(r"([+-]?)([0-9]{1,18})(?:[.,]([0-9]{0,9}))?")
_GROUPED = pattern(
    r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?: [0-9]{3})+[.,][0-9]+)"
)


def read_ofx(content: BinaryIO, name: str) -> Iterator[Statement]:
    """Give the bank, card and cash statements of an OFX file; `name` is the file's name, for refusals.

    OFX states no opening balance, so `balanced` is None. Refuses with UnreadableStatement: damaged files, errors the
    bank reports in place of a statement (BANK_ERROR), files without statements.
    """
    reading = _Reading(name)
    source = TextChunks(content, name)
    try:
        for tag in iter_tags(_from_root(source, name)):
            statement = reading.take(tag, source)
            if statement is not None:
                yield statement
    except PieceTooLong:
        raise UnreadableStatement(
            "a megabyte passes without a tag", code="NOT_OFX", file=name, place="", mend="Check the file."
        ) from None
    reading.finish()


def parse_ofx_amount(text: str) -> tuple[Decimal, bool]:
    """Read an amount with a point or comma before its decimals; give it and whether thousands were grouped.

    Raises NotReadable for what has not one meaning: 1,234 may be either.
    """
    stripped = text.strip()
    found = _AMOUNT.fullmatch(stripped)
    if found is not None and not (found[3] is not None and len(found[3]) == 3 and "," in stripped):
        return with_sign(Decimal(f"{found[2]}.{found[3] or ''}"), -1 if found[1] == "-" else 1), False
    grouped = _GROUPED.fullmatch(stripped)
    if grouped is None:
        raise NotReadable(text)
    mark = max(grouped[2].rfind("."), grouped[2].rfind(","))
    whole = "".join(digit for digit in grouped[2][:mark] if digit.isdigit())
    return with_sign(Decimal(f"{whole}.{grouped[2][mark + 1 :]}"), -1 if grouped[1] == "-" else 1), True


def parse_ofx_day(text: str) -> date | None:
    """Read the day of a date and time as written, whatever its zone; None for an empty text. Raises NotReadable."""
    if not text:
        return None
    found = _DAY.match(text)
    if found is None:
        raise NotReadable(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise NotReadable(text) from None


def _from_root(source: TextChunks, file: str) -> Iterator[str]:
    """Give the text from the first tag on; the header before it may name the encoding."""
    head = ""
    pieces = source.pieces()
    for piece in pieces:
        head += piece
        if _ROOT.search(head) or len(head) > _MOST_BEFORE:
            break
    if not _ROOT.search(head[: 2 * _MOST_BEFORE]):
        raise UnreadableStatement(
            "there is no <OFX> at its beginning",
            code="NOT_OFX",
            file=file,
            place="line 1",
            value=head[:60],
            mend="Check that this is an OFX or QFX file.",
        )
    charset = _CHARSET.search(head)
    if charset is not None:
        source.declared = _CHARSETS.get(charset[1].upper(), "")
    return chain((head,), pieces)


class _Reading:
    """Where the reading stands: the open statement and transaction, and what the bank said in place of one."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._open: list[str] = []
        self._statement: _OpenStatement | None = None
        self._found = 0
        self._is_ended = False
        self._status: dict[str, str] = {}
        self._error = ""
        self._header: dict[str, str] = {}

    def take(self, tag: Tag, source: TextChunks) -> Statement | None:
        """Take one tag; give a statement when it ends one."""
        if tag.kind == "DECLARATION":
            raise self._refused(
                "the file declares a document type, which OFX does not need", "XML_DOCTYPE", tag
            )
        if tag.kind == "BEGIN":
            self._begin(tag)
        elif tag.kind == "VALUE":
            self._value(tag)
        elif name := self._name_ended_by(tag):
            return self._end(replace(tag, name=name), source)
        return None

    def _name_ended_by(self, tag: Tag) -> str:
        """Give which open element a tag ends, if any: some banks end a card's statement by the name of an account's."""
        if tag.name in self._open:
            return tag.name
        return next((name for name in self._open if {name, tag.name} <= _STATEMENTS), "")

    def _begin(self, tag: Tag) -> None:
        if len(self._open) > 50:
            raise self._refused("elements lie more than 50 deep", "NESTED_TOO_DEEP", tag)
        if tag.name in _NEEDS_END and tag.name in self._open:
            raise self._refused(f"the end of the {tag.name} before is missing", "ELEMENT_NOT_ENDED", tag)
        self._open.append(tag.name)
        if tag.name in _STATEMENTS and self._statement is None:
            self._found += 1
            self._statement = _OpenStatement(self._file, self._found, tag, self._header)
        elif tag.name in _TRANSACTIONS and self._statement is not None:
            self._statement.begin(tag)
        elif tag.name == "STATUS":
            self._status = {}

    def _value(self, tag: Tag) -> None:
        holder = self._open[-1] if self._open else ""
        if holder == "STATUS":
            self._status.setdefault(tag.name, tag.value)
        elif self._statement is not None:
            self._statement.take(tag, holder)
        elif tag.name in {"DTSERVER", "TRNUID", "ORG"}:
            self._header[tag.name] = tag.value

    def _end(self, tag: Tag, source: TextChunks) -> Statement | None:
        while (ended := self._open.pop()) != tag.name:  # a holder whose end tag is missing ends here
            if ended in _NEEDS_END:
                raise self._refused(f"the end of {ended} is missing", "ELEMENT_NOT_ENDED", tag)
        if tag.name == "STATUS" and self._status.get("SEVERITY", "").upper() == "ERROR":
            self._error = f"{self._status.get('CODE', '')} {self._status.get('MESSAGE', '')}".strip()
        elif tag.name == "OFX":
            self._is_ended = True
        elif self._statement is not None and tag.name in _TRANSACTIONS:
            self._statement.end(tag)
        elif self._statement is not None and tag.name in _STATEMENTS:
            statement = self._statement.finish(source)
            self._statement = None
            return statement
        return None

    def finish(self) -> None:
        """Refuse what is no whole file."""
        if not self._is_ended or self._statement is not None:
            raise UnreadableStatement(
                "the file ends before its last element: it was cut off",
                code="FILE_CUT_OFF",
                file=self._file,
                place="end of file",
                mend="Download it again.",
            )
        if self._found:
            return
        if self._error:
            raise UnreadableStatement(
                "the bank answered with an error in place of a statement",
                code="BANK_ERROR",
                file=self._file,
                place="STATUS",
                value=self._error,
                mend="Download it again, or ask the bank what the error means.",
            )
        raise UnreadableStatement(
            "there is no statement in the file",
            code="NO_STATEMENT",
            file=self._file,
            place="line 1",
            mend="Choose the account's transactions for the download.",
        )

    def _refused(self, reason: str, code: str, tag: Tag) -> UnreadableStatement:
        return UnreadableStatement(
            reason,
            code=code,
            file=self._file,
            place=f"line {tag.line}",
            value=tag.name,
            mend="Download it again.",
        )


class _OpenStatement:
    """Gathers one statement."""

    def __init__(self, file: str, number: int, tag: Tag, header: dict[str, str]) -> None:
        self._file = file
        self._number = number
        self._line = tag.line
        self._has_securities = tag.name == "INVSTMTRS"
        self._header = dict(header)
        self._log = WarningLog()
        self._values: dict[str, str] = {}
        self._transaction: dict[str, str] | None = None
        self._transaction_line = 0
        self._lines = keep_lines()
        self._pending = keep_lines()
        self._balance: tuple[str, int] | None = None

    def begin(self, tag: Tag) -> None:
        """Begin a transaction."""
        self._transaction, self._transaction_line = {}, tag.line

    def take(self, tag: Tag, holder: str) -> None:
        """Take a value of the statement or of its open transaction."""
        if self._transaction is not None:
            name = tag.name if holder in _TRANSACTIONS else f"{holder}.{tag.name}"
            if name in self._transaction and name == "TRNAMT":
                raise self._refused("a transaction has two amounts", "ELEMENT_TWICE", tag.value, tag.line)
            self._transaction.setdefault(name, tag.value)
        else:
            self._values.setdefault(f"{holder}.{tag.name}", tag.value)
            if (holder, tag.name) == ("LEDGERBAL", "BALAMT"):
                self._balance = (tag.value, tag.line)

    def end(self, tag: Tag) -> None:
        """End the open transaction."""
        values, self._transaction = self._transaction, None
        if values is not None:
            line = self._build(values, len(self._lines) + len(self._pending))
            (self._pending if tag.name == "STMTTRNP" else self._lines).append(line)

    def _value(self, *names: str) -> str:
        return next((self._values[name] for name in names if self._values.get(name)), "")

    def _build(self, values: dict[str, str], index: int) -> StatementLine:
        place = self._transaction_line
        amount = self._amount(values.get("TRNAMT", ""), place)
        posted = self._day(values.get("DTPOSTED", ""), place)
        posted = posted or self._day_if_readable(values.get("DTUSER", ""), place)
        if posted is None:
            posted = self._day_if_readable(self._value("BANKTRANLIST.DTEND", "INVTRANLIST.DTEND"), place)
            taken = f"; the period's end, {posted}, is taken" if posted else ", nor one of the period's end"
            self._log.note("DATE_MISSING", f"No date{taken}.", f"line {place}")
        name = values.get("NAME") or values.get("PAYEE.NAME", "")
        memo = values.get("MEMO", "")
        account = values.get("BANKACCTTO.ACCTID") or values.get("CCACCTTO.ACCTID", "")
        is_iban = _IBAN.fullmatch("".join(account.split()).upper()) is not None
        currency = self._currency()
        original = values.get("ORIGCURRENCY.CURSYM", "")
        reference = clean_reference(values.get("FITID", ""))
        if not reference:
            self._log.note("REFERENCE_MISSING", "The transaction has no FITID.", f"line {place}")
        return new_line(
            booking_date=posted,
            value_date=self._day_if_readable(values.get("DTAVAIL", ""), place) or posted,
            amount=amount,
            currency=values.get("CURRENCY.CURSYM") or currency,
            bank_reference=reference,
            counterparty=name,
            iban="".join(account.split()).upper() if is_iban else "",
            text=memo or name,
            entry_index=index,
            transaction_code=values.get("TRNTYPE", "").upper(),
            bank_code=values.get("SIC", ""),
            original_currency=original if original != currency else "",
            raw="\n".join(dict.fromkeys(part for part in (name, memo, values.get("CHECKNUM", "")) if part)),
            entry_reference=reference,
            customer_reference=clean_reference(values.get("CHECKNUM") or values.get("REFNUM", "")),
            counterparty_account="" if is_iban else account,
            source_line=place,
        )

    def _currency(self) -> str:
        return self._value("STMTRS.CURDEF", "CCSTMTRS.CURDEF", "INVSTMTRS.CURDEF")

    def _amount(self, text: str, line: int) -> Decimal:
        if text.strip() == ".":  # Brazilian banks write the balance of a day as a movement of nothing
            self._log.note(
                "AMOUNT_WITHOUT_DIGITS", "The amount has no digits; it is read as zero.", f"line {line}"
            )
            return Decimal(0)
        try:
            amount, is_grouped = parse_ofx_amount(text)
        except NotReadable:
            raise self._refused("the amount cannot be read", "AMOUNT_UNREADABLE", text, line) from None
        if is_grouped:
            self._log.note("GROUPED_AMOUNT", "The amount is written with grouped thousands.", f"line {line}")
        return amount

    def _day(self, text: str, line: int) -> date | None:
        try:
            return parse_ofx_day(text)
        except NotReadable:
            raise self._refused("the date cannot be read", "DATE_UNREADABLE", text, line) from None

    def _day_if_readable(self, text: str, line: int) -> date | None:
        """Read a day on which no booking depends; one that cannot be read is said and left out."""
        try:
            return parse_ofx_day(text)
        except NotReadable:
            message = f"The date {text!r} cannot be read; it is left out."
            self._log.note("DATE_UNREADABLE", message, f"line {line}")
            return None

    def finish(self, source: TextChunks) -> Statement:
        """Give the statement."""
        place = f"line {self._line}"
        account = self._value("BANKACCTFROM.ACCTID", "CCACCTFROM.ACCTID", "INVACCTFROM.ACCTID")
        currency = self._currency()
        others = set(self._lines.values("currency")) - {currency}
        if not currency and len(others) == 1:
            currency = others.pop()
            self._log.note("CURRENCY_TAKEN", f"No CURDEF; the lines' currency, {currency}, is taken.", place)
        if self._has_securities:
            self._log.note("SECURITIES_LEFT_OUT", "Only cash movements are read, no securities.", place)
        for missing, code in ((account, "ACCOUNT_MISSING"), (currency, "CURRENCY_MISSING")):
            if not missing:
                self._log.note(code, f"The statement names no {code.partition('_')[0].lower()}.", place)
        closing = None
        if self._balance is not None and self._balance[0]:
            closing = self._amount(*self._balance)
        else:
            self._log.note("BALANCE_MISSING", "The statement has no ledger balance.", place)
        if source.encoding_line:
            message = f"The file is not UTF-8; from here on it is read as {source.encoding}."
            self._log.note("ENCODING_ASSUMED", message, f"line {source.encoding_line}")
        if others:
            self._log.note("ENTRY_OTHER_CURRENCY", f"Lines in {', '.join(sorted(others))[:40]}.", place)
        return Statement(
            format="OFX",
            kind=StatementKind.STATEMENT,
            account="".join(account.split()),
            currency=currency,
            statement_id=self._header.get("TRNUID", ""),
            sequence="",
            legal_number="",
            opening=None,
            closing=closing,
            opening_date=self._day_if_readable(self._value("BANKTRANLIST.DTSTART"), self._line),
            closing_date=self._day_if_readable(self._value("LEDGERBAL.DTASOF"), self._line),
            lines=self._lines.held(),
            pending_lines=self._pending.held(),
            created=self._header.get("DTSERVER", ""),
            warnings=self._log.warnings(),
        )

    def _refused(self, reason: str, code: str, value: str, line: int) -> UnreadableStatement:
        return UnreadableStatement(
            reason,
            code=code,
            file=self._file,
            place=f"statement {self._number}, line {line}",
            value=value,
            mend="Correct it in the file or download it again.",
        )
