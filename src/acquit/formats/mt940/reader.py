"""Read MT940 statements and MT942 interim reports as a stream.

The one clever idea: fields are only gathered while they come, so a line that looked like the end of the message, or a
time that looked like a field, can still be given back to the text; movements are read as soon as the next ones begin,
so a statement of a million lines holds its lines and not their fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from acquit.formats.mt940.amounts import Balance, currency_of, parse_balance
from acquit.formats.mt940.code_pages import choose_code_page
from acquit.formats.mt940.fields import CLOCK_TAGS, Field, iter_fields
from acquit.formats.mt940.movements import MEND, MovementLines
from acquit.formats.mt940.totals import compare_totals, read_account, read_floor_currency, read_number
from acquit.formats.statements import (
    Statement,
    StatementKind,
    UnreadableStatement,
    WarningLog,
    check_balance,
)
from acquit.formats.text_lines import TextLines
from acquit.formats.unreadable import NotReadable

_HEADER_TAGS = frozenset(("21", "25", "25P", "28", "28C", "13", "13D", "34F", "60F", "60M", "NS"))
_INTERIM_TAGS = frozenset(("13", "13D", "34F", "90C", "90D"))
_BALANCE_TAGS = ("60F", "60M", "62F", "62M")
_MOST_FRAGMENTS = 1_000
_READ_AT_ONCE = 32


def read_mt940(content: BinaryIO, name: str) -> Iterator[Statement]:
    """Give the statements of an MT940 or MT942 file in order; `name` is the file's name, for refusals.

    Accepts what real banks write and says so in each statement's warnings. A statement cut off in its middle is
    given with BALANCE_MISSING; one cut off inside an amount is refused. Statements before a damaged place are
    given before the refusal. Refuses with UnreadableStatement.
    """
    source = TextLines(content, name, choose=choose_code_page)
    found = False
    fragments: list[Statement] = []
    for fields, is_last in _statements_of(iter_fields(source.blocks()), name):
        statement, is_fragment = _Assembly(fields, name, is_last_of_file=is_last).build(source)
        if is_fragment and not found:
            fragments.append(statement)
            if len(fragments) > _MOST_FRAGMENTS:
                break
            continue
        found = True
        yield from fragments
        fragments.clear()
        yield statement
    if not found:
        raise UnreadableStatement(
            "there is no statement in the file: neither an account with its balances nor a line",
            code="NO_STATEMENT",
            file=name,
            place="line 1",
            mend="Check that this is an MT940 or MT942 file and that it is complete.",
        )


@dataclass(slots=True)
class _Gathered:
    """The fields of one statement, in the order they came."""

    lines: MovementLines
    header: list[Field] = field(default_factory=list)
    entries: list[tuple[Field, list[Field]]] = field(default_factory=list)
    closing: list[Field] = field(default_factory=list)
    oddities: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.header or self.entries or self.closing)

    def begin_entry(self, movement: Field) -> None:
        """Begin a movement; those before it are complete and are read, once they are some."""
        if len(self.entries) >= _READ_AT_ONCE and self._tell_account():
            self.lines.read(self.entries)
            self.entries = []
        self.entries.append((movement, []))

    def _tell_account(self) -> bool:
        """Say to the lines whose they are, when the header tells it: else they wait for the end of the statement."""
        if not self.lines.currency:
            account = next((one.first for one in self.header if one.tag in {"25", "25P"}), "")
            balance = next((one.first for one in self.header if one.tag in {"60F", "60M"}), "")
            if account and balance:
                self.lines.tell_account(read_account(account)[0], currency_of(balance))
        return bool(self.lines.currency)

    def has(self, *tags: str) -> bool:
        return any(one.tag in tags for one in (*self.header, *self.closing))

    def last_field(self) -> Field | None:
        """Give the field that came last, to which a piece of text belongs."""
        if self.closing:
            return self.closing[-1]
        if self.entries:
            movement, details = self.entries[-1]
            return details[-1] if details else movement
        return self.header[-1] if self.header else None


def _statements_of(fields: Iterator[Field], file: str) -> Iterator[tuple[_Gathered, bool]]:
    """Group fields by statement. A `:20:` begins one; so does a header field after a closing balance.

    A `:20:` in the middle of a line's details is held until the next field tells a new statement from a time.
    """
    gathered = _Gathered(MovementLines(file))
    held: Field | None = None
    for one in fields:
        if held is not None:
            if one.tag in _HEADER_TAGS or one.ended:
                yield gathered, False
                gathered = _Gathered(MovementLines(file), [held])
            else:
                _give_back(gathered, held)
            held = None
        if one.tag == "20":
            if gathered.entries and not gathered.closing and not one.ended:
                held = one
                continue
            if not gathered.is_empty:
                yield gathered, False
                gathered = _Gathered(MovementLines(file))
            gathered.header.append(one)
        elif one.tag in {"25", "28", "28C", "60F"} and gathered.has("62F", "62M"):
            yield gathered, False
            gathered = _Gathered(MovementLines(file), [one])
            gathered.oddities.append(("REFERENCE_MISSING", "The statement begins without :20:.", one.line))
        else:
            _sort_in(gathered, one)
    if held is not None:
        yield gathered, False
        gathered = _Gathered(MovementLines(file), [held])
    if not gathered.is_empty:
        yield gathered, True


def _sort_in(gathered: _Gathered, one: Field) -> None:
    """Put a field where it belongs in the open statement."""
    tag = one.tag
    if (
        one.ended and one.loose and tag not in _HEADER_TAGS
    ):  # the message went on: what looked like its end was text
        last = gathered.last_field()
        if last is not None:
            last.add(one.loose)
    if tag == "61":
        gathered.begin_entry(one)
    elif tag == "86":
        if gathered.entries and not gathered.closing:
            gathered.entries[-1][1].append(one)
        elif gathered.closing:
            gathered.closing.append(one)
        else:
            gathered.header.append(one)
    elif gathered.entries and not gathered.closing and tag == "NS":
        gathered.entries[-1][1].append(one)
    elif gathered.entries and not gathered.closing and (tag in CLOCK_TAGS or tag == "79"):
        _give_back(gathered, one)
    elif tag in {"62F", "62M", "64", "65", "90C", "90D"}:
        gathered.closing.append(one)
    elif tag in CLOCK_TAGS - _HEADER_TAGS or tag in {"940", "79"}:
        return
    else:
        gathered.header.append(one)


def _give_back(gathered: _Gathered, one: Field) -> None:
    """Return what only looked like a field to the text it was cut from."""
    last = gathered.last_field()
    if last is None:
        return
    if last.tag not in {"86", "NS"}:
        message = f"A field :{one.tag}: stands where a line's details should; it is kept as text."
        gathered.oddities.append(("UNEXPECTED_FIELD", message, one.line))
        if gathered.entries and not gathered.entries[-1][1]:
            gathered.entries[-1][1].append(Field("86", f":{one.tag}:{one.first}", one.line, one.rest))
            return
    last.add([f":{one.tag}:{one.first}"])
    last.add(one.rest or ())


class _Assembly:
    """Reads the gathered fields of one statement."""

    def __init__(self, gathered: _Gathered, file: str, *, is_last_of_file: bool) -> None:
        self._gathered = gathered
        self._file = file
        self._is_last = is_last_of_file
        self._log = WarningLog()
        for code, message, line in gathered.oddities:
            self._log.note(code, message, f"line {line}")

    def build(self, source: TextLines) -> tuple[Statement, bool]:
        """Give the statement, and whether it is only a fragment (a header alone, a piece of another file)."""
        gathered = self._gathered
        is_interim = gathered.has(*_INTERIM_TAGS) and not gathered.has("60F", "60M")
        opening = self._balance(gathered.header, ("60F", "60M"), first=True)
        closing = self._balance(gathered.closing, ("62F", "62M"), first=False)
        account, account_currency = self._account()
        is_fragment = not (gathered.entries or gathered.has(*_BALANCE_TAGS) or (is_interim and account))
        if is_fragment:
            self._log.note("STATEMENT_EMPTY", "The statement breaks off after its header.", self._place())
        currency = self._currency(opening, closing, account_currency)
        self._read_lines(account, currency)
        booked, pending = gathered.lines.booked, gathered.lines.pending
        place = self._place()
        check = check_balance(
            opening.amount if opening else None,
            closing.amount if closing else None,
            booked.values("amount"),
            may_invert=False,
        )
        self._warn(opening, closing, account, currency, is_interim=is_interim)
        if check.balanced is False:
            self._log.note(
                "NOT_BALANCED", f"Opening balance and lines miss the closing by {check.difference}.", place
            )
        compare_totals(gathered.closing, (booked, pending), self._log)
        if source.encoding_line:
            message = f"The file is not UTF-8; from here on it is read as {source.encoding}."
            self._log.note("ENCODING_ASSUMED", message, f"line {source.encoding_line}")
        number, page = read_number(gathered.header)
        statement = Statement(
            format="MT942" if is_interim else "MT940",
            kind=StatementKind.INTRADAY if is_interim else StatementKind.STATEMENT,
            account=account,
            currency=currency,
            statement_id=next((one.first.strip() for one in gathered.header if one.tag == "20"), ""),
            sequence=number,
            legal_number="",
            opening=opening.amount if opening else None,
            closing=closing.amount if closing else None,
            opening_date=opening.day if opening else None,
            closing_date=closing.day if closing else None,
            lines=booked.held(),
            pending_lines=pending.held(),
            balanced=check.balanced,
            difference=check.difference,
            page=page,
            is_last_page=not gathered.has("62M") if gathered.has("62F", "62M") else None,
            created=next((one.first.strip() for one in gathered.header if one.tag in {"13", "13D"}), ""),
            warnings=self._log.warnings(),
        )
        return statement, is_fragment

    def _place(self) -> str:
        first = next(iter((*self._gathered.header, *(one for one, _ in self._gathered.entries))), None)
        return f"line {first.line}" if first else ""

    def _balance(self, fields: list[Field], tags: tuple[str, ...], *, first: bool) -> Balance | None:
        found = [one for one in fields if one.tag in tags]
        if not found:
            return None
        if len(found) > 1:
            which = "first" if first else "last"
            message = f"{len(found)} fields :{tags[0]}: in one statement; the {which} counts."
            self._log.note("BALANCE_TWICE", message, f"line {found[1].line}")
        chosen = found[0] if first else found[-1]
        try:
            balance = parse_balance(chosen.first)
        except NotReadable:
            raise self._refused(
                f"the balance :{chosen.tag}: cannot be read", "BALANCE_UNREADABLE", chosen
            ) from None
        if "NO_DECIMAL_COMMA" in balance.oddities and self._is_last and chosen is self._gathered.last_field():
            raise self._refused("the file breaks off inside the closing balance", "FILE_CUT_OFF", chosen)
        written = chosen.first.strip()
        for oddity in balance.oddities:
            message = f"The balance {written!r} is not written as the standard says."
            self._log.note(oddity, message, f"line {chosen.line}")
        if not balance.currency:
            message = f"The balance {written!r} names no currency; it is not used."
            self._log.note("BALANCE_WITHOUT_CURRENCY", message, f"line {chosen.line}")
            return None
        return balance

    def _account(self) -> tuple[str, str]:
        found = [one for one in self._gathered.header if one.tag in {"25", "25P"}]
        if len(found) > 1:
            self._log.note(
                "ACCOUNT_TWICE", "Two accounts in one statement; the first counts.", f"line {found[1].line}"
            )
        return read_account(found[0].first) if found else ("", "")

    def _currency(self, opening: Balance | None, closing: Balance | None, account_currency: str) -> str:
        stated = [
            balance.currency for balance in (opening, closing) if balance is not None and balance.currency
        ]
        if len(set(stated)) > 1:
            self._log.note(
                "BALANCE_OTHER_CURRENCY", f"The balances are in {' and '.join(stated)}.", self._place()
            )
        if stated:
            return stated[0]
        return account_currency or read_floor_currency((*self._gathered.header, *self._gathered.closing))

    def _read_lines(self, account: str, currency: str) -> None:
        """Read the movements that wait still; the last of a file that says no more may be cut off."""
        lines, waiting = self._gathered.lines, self._gathered.entries
        lines.tell_account(account, currency)
        lines.read(waiting, is_end=self._is_last and not self._gathered.closing)
        self._log.add(lines.log)

    def _warn(
        self,
        opening: Balance | None,
        closing: Balance | None,
        account: str,
        currency: str,
        *,
        is_interim: bool,
    ) -> None:
        place = self._place()
        if not account:
            self._log.note("ACCOUNT_MISSING", "The statement names no account (:25:).", place)
        if not currency:
            self._log.note("CURRENCY_MISSING", "The statement names no currency.", place)
        if not is_interim and (opening is None or closing is None):
            missing = ":60:" if opening is None else ":62:"
            end = "; the file may be cut off" if closing is None else ""
            self._log.note(
                "BALANCE_MISSING", f"There is no {missing}: the statement cannot be proved{end}.", place
            )

    def _refused(self, reason: str, code: str, one: Field) -> UnreadableStatement:
        value = f":{one.tag}:{one.first}"
        return UnreadableStatement(
            reason, code=code, file=self._file, place=f"line {one.line}", value=value, mend=MEND
        )
