"""Read CAMT.052, .053 and .054 as a stream of statements.

The one clever idea: the parser is fed in chunks and, after each, the completed children of the open statement are
read and dropped; no event is raised per element, and memory holds one statement's lines, never the file's tree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from re import compile as pattern
from typing import Any, BinaryIO

from acquit.core.money import EXACT
from acquit.formats.camt.entries import EntryPlace, read_entry
from acquit.formats.camt.fields import (
    ACCOUNT,
    BALANCE,
    ENTRY,
    PAGINATION,
    SUMMARY,
    AmountText,
    parse_date,
    parse_decimal,
)
from acquit.formats.camt.shape import Fields, StandsTwice
from acquit.formats.statements import (
    ZERO,
    BalanceCheck,
    Statement,
    StatementKind,
    StatementLine,
    UnreadableStatement,
    WarningLog,
    check_balance,
    exact_sum,
    with_sign,
)
from acquit.formats.xml_safe import RELABELLED, XmlStream

_KINDS = {
    "Stmt": ("CAMT.053", StatementKind.STATEMENT),
    "Rpt": ("CAMT.052", StatementKind.INTRADAY),
    "Ntfctn": ("CAMT.054", StatementKind.NOTIFICATION),
}
_HEADER_TEXTS = frozenset(("Id", "ElctrncSeqNb", "LglSeqNb", "CreDtTm", "CpyDplctInd"))
_PAGINATIONS = frozenset(("StmtPgntn", "RptPgntn", "NtfctnPgntn"))
_VERSION = pattern(r"camt\.05[234]\.\d{3}\.(\d\d)")
_NEWEST_VERSION = 13
_MOST_TAGS_KEPT = 1_000
_MOST_BYTES_BEFORE = 1 << 18  # of group header before the first statement
_MOST_BYTES_OF_ENTRY = 1 << 28
_FIRST_LOOK_BYTES = 1 << 17  # of an open entry; then its elements are counted, and again each time it doubles
_FEWEST_BYTES_OF_ELEMENT = 8
_OPENING_CODES = ("OPBD", "PRCD")
_CLOSING_CODES = ("CLBD",)
_INTERIM_CODE = "ITBD"


def read_camt(content: BinaryIO, name: str) -> Iterator[Statement]:
    """Give the statements of a CAMT file in order; `name` is the file's name, for refusals.

    Statements before a damaged place are given before the refusal, so a caller who must not take half a file reads
    all of it first. Refuses with UnreadableStatement.
    """
    stream = XmlStream(content, name, tuple(_KINDS), UnreadableStatement)
    opened: _OpenStatement | None = None
    container: Any = None
    found = 0
    for events in stream.chunks():
        for event, element in events:
            if event == "start" and opened is None:
                found += 1
                opened = _OpenStatement(element, name, found, stream)
                container = element.getparent()
            elif event == "end" and opened is not None and element is opened.element:
                opened.take(element)
                yield from opened.finish()
                element.clear()
                opened = None
        if opened is not None:
            opened.take_completed(stream.bytes_read)
        elif container is not None:
            del container[:-1]
        elif stream.bytes_read > _MOST_BYTES_BEFORE:
            break
    if not found:
        raise UnreadableStatement(
            "there is no statement, report or notification in the file",
            code="NO_STATEMENT",
            file=name,
            place="line 1",
            mend="Check that this is a CAMT.052, .053 or .054 file and that it is complete.",
        )


def _warn_of_namespace(root: str, log: WarningLog) -> None:
    """Say that the message is of a version nobody here has seen, or of none: its elements are read by their names."""
    version = _VERSION.search(root)
    if version is None:
        if "xmlns" in root:
            log.note("NAMESPACE_UNKNOWN", "The namespace names no CAMT message; it is read as one.", "line 1")
    elif int(version[1]) > _NEWEST_VERSION:
        message = (
            f"{version[0]} is newer than the versions known (to {_NEWEST_VERSION}); it is read like them."
        )
        log.note("VERSION_NEWER", message, "line 1")


class _Balance:
    """One balance as stated: a missing side is read as a debit, which is how a bank writes what it owes."""

    __slots__ = ("amount", "code", "currency", "day", "has_side")

    def __init__(self, fields: Fields, place: str, file: str) -> None:
        given: AmountText = fields["amount"] or ("", "")
        text, self.currency = given
        amount = parse_decimal(text)
        side = fields["side"]
        if amount is None or side not in {"CRDT", "DBIT", ""}:
            raise UnreadableStatement(
                "the balance has no readable amount or side",
                code="BALANCE_UNREADABLE",
                file=file,
                place=place,
                value=text if amount is None else side,
                mend="Correct it in the file or ask the bank for it again.",
            )
        self.has_side = bool(side)
        self.amount: Decimal = with_sign(amount, 1 if side == "CRDT" else -1)
        self.code: str = fields["code"]
        self.day: date | None = parse_date(fields["date"])


class _OpenStatement:
    """Gathers one statement from its elements, as they become complete."""

    def __init__(self, element: Any, file: str, number: int, stream: XmlStream) -> None:
        self.element = element
        self._file = file
        self._number = number
        self._stream = stream
        self._progress = stream.bytes_read
        self._next_look = _FIRST_LOOK_BYTES
        self._format, self._kind = _KINDS[str(element.tag).rpartition("}")[2]]
        self._log = WarningLog()
        _warn_of_namespace(stream.root, self._log)
        self._tags: dict[object, str] = {}
        self._header: dict[str, str] = {}
        self._account = ACCOUNT.empty()
        self._pagination = PAGINATION.empty()
        self._summary: Fields = {}
        self._balances: list[_Balance] = []
        self._standing: tuple[str, str, date | None] | None = None
        self._lines: list[StatementLine] = []
        self._pending: list[StatementLine] = []
        self._entries = 0

    def take_completed(self, bytes_read: int) -> None:
        """Read and drop every child but the last, which may still be open."""
        complete = len(self.element) - 1
        if complete > 0:
            self.take(islice(self.element, complete))
            del self.element[:complete]
            self._progress, self._next_look = bytes_read, _FIRST_LOOK_BYTES
            return
        behind = bytes_read - self._progress
        if behind > _MOST_BYTES_OF_ENTRY:
            raise self._too_large("one entry is larger than 256 MB")
        if behind > self._next_look:
            self._next_look = 2 * behind
            if sum(1 for _ in self.element.iter()) * _FEWEST_BYTES_OF_ELEMENT > behind:
                raise self._too_large("an entry is made of empty elements, which take memory and say nothing")

    def _too_large(self, reason: str) -> UnreadableStatement:
        return UnreadableStatement(
            reason,
            code="ENTRY_TOO_LARGE",
            file=self._file,
            place=f"statement {self._number}, entry {self._entries + 1}",
            mend="Ask the bank for smaller batches.",
        )

    def take(self, children: Iterable[Any]) -> None:
        """Read completed children of the statement element."""
        for one in children:
            name = self._tags.get(one.tag) or self._local_name(one)
            if name == "Ntry":
                self._take_entry(one)
            elif name == "Bal":
                place = f"statement {self._number}, balance {len(self._balances) + 1} (line {one.sourceline})"
                self._balances.append(_Balance(BALANCE.read(one), place, self._file))
                self._standing = None
            elif name == "Acct":
                self._account = ACCOUNT.read(one)
                self._standing = None
                self._account["iban"] = self._account["iban"].replace(" ", "").upper()
            elif name == "TxsSummry":
                self._summary = SUMMARY.read(one)
            elif name in _PAGINATIONS:
                self._pagination = PAGINATION.read(one)
            elif name in _HEADER_TEXTS:
                self._header.setdefault(name, (one.text or "").strip())

    def _local_name(self, element: Any) -> str:
        if len(self._tags) >= _MOST_TAGS_KEPT:
            self._tags.clear()
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "#"
        self._tags[element.tag] = name
        return name

    def _take_entry(self, element: Any) -> None:
        if self._standing is None:
            self._standing = self._tell_standing()
        place = EntryPlace(self._file, self._number, self._entries, element.sourceline or 0, *self._standing)
        try:
            booked, lines = read_entry(ENTRY.read(element), place, self._log)
        except StandsTwice as twice:
            raise place.refused(
                f"the entry's {twice.args[0]} stands twice, and which of the two holds cannot be told",
                code="ELEMENT_TWICE",
                value=str(twice.args[0]),
                mend="Ask the bank for a correct file.",
            ) from None
        (self._lines if booked else self._pending).extend(lines)
        self._entries += 1

    def _tell_standing(self) -> tuple[str, str, date | None]:
        """Give what entries take from what stood before them: the account, its currency and its closing day."""
        currency = self._account["currency"] or (self._balances[0].currency if self._balances else "")
        day = next((balance.day for balance in self._balances if balance.code in _CLOSING_CODES), None)
        return self._account["iban"], currency, day

    def finish(self) -> list[Statement]:
        """Give the statement with its balances checked: one for each currency the account is kept in."""
        if self._stream.is_relabelled:
            self._log.note("ENCODING_ASSUMED", RELABELLED, f"statement {self._number}")
        currency = self._currency()
        others = self._other_currencies(currency)
        if not others:
            return [self._finish(currency, self._balances, self._lines, self._pending)]
        return [
            self._finish(
                each,
                [balance for balance in self._balances if balance.currency == each],
                _lines_of(self._lines, each, others if each == currency else ()),
                _lines_of(self._pending, each, others if each == currency else ()),
            )
            for each in (currency, *others)
        ]

    def _other_currencies(self, currency: str) -> tuple[str, ...]:
        """Give the further currencies of an account that names none and opens and closes in several."""
        if self._account["currency"]:
            return ()
        opened, closed = (
            [balance.currency for balance in self._balances if balance.code in codes]
            for codes in (_OPENING_CODES, _CLOSING_CODES)
        )
        return tuple(dict.fromkeys(each for each in opened if each in closed and each not in {currency, ""}))

    def _finish(
        self,
        currency: str,
        balances: Sequence[_Balance],
        lines: Sequence[StatementLine],
        pending: Sequence[StatementLine],
    ) -> Statement:
        place = f"statement {self._number}"
        header, account = self._header, self._account
        number = account["iban"] or account["number"]
        if not number:
            self._log.note("ACCOUNT_MISSING", "The statement names no account.", place)
        opening, closing = _opening_and_closing(balances, currency)
        check = check_balance(
            opening.amount if opening else None,
            closing.amount if closing else None,
            (line.amount for line in lines if line.currency == currency),
        )
        self._warn_of_balances(opening, closing, currency, place)
        self._warn_of_check(check, currency, lines, place)
        self._compare_summary(place)
        last_page = self._pagination["is_last"]
        return Statement(
            format=self._format,
            kind=self._kind,
            account=number,
            currency=currency,
            statement_id=header.get("Id", ""),
            sequence=header.get("ElctrncSeqNb", ""),
            legal_number=header.get("LglSeqNb", ""),
            opening=opening.amount if opening else None,
            closing=closing.amount if closing else None,
            opening_date=opening.day if opening else None,
            closing_date=closing.day if closing else None,
            lines=tuple(lines),
            pending_lines=tuple(pending),
            balanced=check.balanced,
            difference=check.difference,
            is_balance_inverted=check.is_inverted,
            page=self._pagination["number"],
            is_last_page=last_page in {"true", "1"} if last_page else None,
            is_copy=bool(header.get("CpyDplctInd")),
            bank_bic=account["bic"],
            created=header.get("CreDtTm", ""),
            warnings=self._log.warnings(),
        )

    def _currency(self) -> str:
        booked = (*_OPENING_CODES, *_CLOSING_CODES)
        stated: list[str] = [self._account["currency"]]
        stated += [balance.currency for balance in self._balances if balance.code in booked]
        stated += [balance.currency for balance in self._balances]
        stated += [line.currency for line in (*self._lines[:1], *self._pending[:1])]
        return next((currency for currency in stated if currency), "")

    def _warn_of_balances(
        self, opening: _Balance | None, closing: _Balance | None, currency: str, place: str
    ) -> None:
        note = self._log.note
        for balance in (opening, closing):
            if balance is None:
                continue
            if not balance.has_side:
                note(
                    "BALANCE_SIDE_MISSING",
                    "A balance has no CdtDbtInd; it is read as the bank's debit.",
                    place,
                )
            if balance.currency not in {currency, ""}:
                note("BALANCE_OTHER_CURRENCY", f"A balance is in {balance.currency}, not {currency}.", place)
        if self._kind is StatementKind.STATEMENT and (opening is None or closing is None):
            note(
                "BALANCE_MISSING",
                "Opening or closing balance is missing: the statement cannot be proved.",
                place,
            )

    def _warn_of_check(
        self, check: BalanceCheck, currency: str, lines: Sequence[StatementLine], place: str
    ) -> None:
        note = self._log.note
        if check.is_inverted:
            note(
                "BALANCE_SIGN_INVERTED",
                "The balances agree with the entries only with their sign turned round: the bank wrote its own side.",
                place,
            )
        elif check.balanced is False:
            note(
                "NOT_BALANCED", f"Opening balance and entries miss the closing by {check.difference}.", place
            )
        others = {line.currency for line in lines} - {currency}
        if others:
            note(
                "ENTRY_OTHER_CURRENCY",
                f"Entries in {', '.join(sorted(others))[:40]} count in no balance.",
                place,
            )

    def _compare_summary(self, place: str) -> None:
        """Compare the stated numbers and sums of entries with what was read."""
        if not self._summary:
            return
        entries: dict[int, Decimal] = {}
        for line in (*self._lines, *self._pending):
            entries[line.entry_index] = EXACT.add(entries.get(line.entry_index, ZERO), line.amount)
        for side, sign in (("credit", 1), ("debit", -1)):
            read = [abs_amount for amount in entries.values() if (abs_amount := with_sign(amount, sign)) > 0]
            self._compare(
                f"number of {side} entries", self._summary[side + "_count"], Decimal(len(read)), place
            )
            total = self._summary[side + "_sum"]
            self._compare(f"sum of {side} entries", total[0] if total else "", exact_sum(read), place)

    def _compare(self, what: str, stated: str, read: Decimal, place: str) -> None:
        number = parse_decimal(stated.lstrip("-"))
        if number is not None and number != read:
            self._log.note(
                "CONTROL_TOTAL_DIFFERS", f"The stated {what} is {stated}, what was read is {read}.", place
            )


def _opening_and_closing(
    balances: Sequence[_Balance], currency: str
) -> tuple[_Balance | None, _Balance | None]:
    """Choose the booked balances; interim ones stand in on the side where the booked one is missing."""
    opening = _balance_of(balances, _OPENING_CODES, currency)
    closing = _balance_of(balances, _CLOSING_CODES, currency)
    interim = [balance for balance in balances if balance.code == _INTERIM_CODE]
    if opening is None and closing is None and len(interim) > 1:
        return interim[0], interim[-1]
    if opening is None and closing is not None and interim:
        opening = interim[0]
    elif closing is None and opening is not None and interim:
        closing = interim[-1]
    return opening, closing


def _balance_of(balances: Sequence[_Balance], codes: tuple[str, ...], currency: str) -> _Balance | None:
    for code in codes:
        found = [balance for balance in balances if balance.code == code]
        if found:
            return next((one for one in found if one.currency in {currency, ""}), found[0])
    return None


def _lines_of(lines: Iterable[StatementLine], currency: str, others: Collection[str]) -> list[StatementLine]:
    """Give the lines in a currency; the first one's statement keeps those in none that has balances."""
    return [line for line in lines if line.currency == currency or (others and line.currency not in others)]
