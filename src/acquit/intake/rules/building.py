"""What every kind of row shares while it is built: currencies, signs, rounding, known customers, repeated rows.

The clever idea: a builder either returns a row or raises one trouble that names the field, so a rule reads as one line
and no half-built row can slip through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from rapidfuzz import fuzz, process

from acquit.core.errors import Refusal
from acquit.core.money import minor_units, round_amount
from acquit.intake.rules.cells import Fault, Written, as_digits, write_amount
from acquit.intake.rules.kinds import Field
from acquit.intake.rules.mapping import Mapping as FileMapping
from acquit.intake.rules.own_accounts import OwnAccount, OwnAccounts
from acquit.intake.rules.rows import Row, RowNote

UNKNOWN_CURRENCY = "?"
SIGNS = {
    "$": frozenset(["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL"]),
    "¥": frozenset(["JPY", "CNY"]),
    "kr": frozenset(["SEK", "NOK", "DKK", "ISK"]),
}
_NEAR_ENOUGH = 80
_SAFE = Decimal(10) ** 14  # far below what a currency of any decimals can hold
_CONTENT = (1 << 64) - 1


class FinerAmounts(StrEnum):
    """What happens to an amount finer than its currency: rounded half away from zero and counted, or refused."""

    ROUND = "ROUND"
    REFUSE = "REFUSE"


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What reading a file needs to know from outside.

    `currency` is the company's, for amounts that name none. `known_customers` None: numbers are not compared.
    `may_create_customers`: an unknown customer is new, unless its number only looks like a known one. `mended` are
    values a person put in place: line, then head of the column. `accounts` are our own at banks, `account` the one a
    statement's file is of where its rows name none.
    """

    file: str
    currency: str
    known_customers: Collection[str] | None = None
    may_create_customers: bool = True
    finer_amounts: FinerAmounts = FinerAmounts.ROUND
    mended: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    accounts: OwnAccounts = field(default_factory=OwnAccounts)
    account: OwnAccount | None = None


class RowTrouble(Exception):  # noqa: N818 - never leaves the reader: it becomes a RefusedRow
    """A row cannot be taken: the field at fault (None: the row), why, and the likely value.

    `column` is the place of the cell where one field has several columns.
    """

    def __init__(
        self,
        at: Field | None,
        code: str,
        message: str,
        proposal: str | None = None,
        *,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.at = at
        self.column = column
        self.code = code
        self.message = message
        self.proposal = proposal


class LeftOut(Exception):  # noqa: N818 - as above: the row is of a type that a person settled not to take
    """The row is of a type that is not taken."""


class Frame:
    """A chunk on its side: the typed cells of each field, and the rows as they stand."""

    def __init__(
        self, line_numbers: Sequence[int], cells: Sequence[Sequence[str]], values: dict[Field, list[Any]]
    ) -> None:
        self.line_numbers = line_numbers
        self.cells = cells
        self.values = values
        self._nothing: list[Any] = [None] * len(cells)

    def column(self, name: Field) -> list[Any]:
        """Give the values of one field; a field that the file has not is None throughout."""
        return self.values.get(name, self._nothing)

    def take(self, fields: Sequence[Field]) -> Iterator[tuple[Any, ...]]:
        """Give the rows' values in the order of `fields`."""
        return zip(*map(self.column, fields), strict=True)


class Builder:
    """Builds the rows of one kind. `fields` says in which order a row's values come.

    Builders run in the reader's own decimal context of 60 digits, so plain operators are exact here.
    """

    fields: ClassVar[tuple[Field, ...]] = ()

    def __init__(self, mapping: FileMapping, context: ReadContext) -> None:
        self.mapping = mapping
        self.context = context
        self.notes: list[RowNote] = []
        self.noisy = 0
        self.rounded = 0
        self._units: dict[str, int] = {}
        self._first_lines: dict[Any, int] = {}
        self._customers: dict[str, str | None] = {}
        self._looks_like: dict[str, str] | None = None
        self.default_currency = mapping.currency or context.currency
        named = mapping.column_of(Field.CURRENCY)
        self.has_currencies = named is not None and bool(named.samples)
        self.head_currency = {column.field: column.currency for column in mapping.columns if column.field}

    def prepare(self, frame: Frame) -> None:
        """Work out columns that follow from others before rows are built."""

    def build(self, line: int, values: tuple[Any, ...]) -> Row:
        """Build one row, or raise `RowTrouble` or `LeftOut`."""
        raise NotImplementedError

    def build_all(self, frame: Frame) -> list[Row] | None:
        """Build a whole chunk at once where no rule can refuse one of its rows; None: row by row."""
        del frame
        return None

    def measure_all(self, frame: Frame) -> list[tuple[str, tuple[Decimal | None, ...]]]:
        """Give what `measure` gives for every row of a chunk."""
        return [self.measure(values) for values in frame.take(self.fields)]

    def measure(self, values: tuple[Any, ...]) -> tuple[str, tuple[Decimal | None, ...]]:
        """Give the currency and the signed written amounts of a row, good or bad, in the order of the measures."""
        raise NotImplementedError

    def accepted(self, row: Row) -> tuple[Decimal | None, ...]:
        """Give the amounts of a built row in the order of the measures."""
        raise NotImplementedError

    def currency_of(self, named: object, written: object, at: Field, default: str | None = None) -> str:
        """Give an amount's currency: its row's, the one beside it, the head's, the file's, or the company's.

        `default` stands in the place of the last two.
        """
        beside = written.currency if type(written) is Written else None
        if named is None and beside is None and self.has_currencies:
            raise RowTrouble(
                Field.CURRENCY, "MISSING_VALUE", "The currency is missing.", default or self.default_currency
            )
        code = None if beside in SIGNS else beside
        head = self.head_currency.get(at)
        settled = str(named) if named else code or head or default or self.default_currency
        if beside is not None and beside != settled and settled not in SIGNS.get(beside, ()):
            raise RowTrouble(at, "CURRENCY_CONFLICT", f"The amount is in {beside}, the row in {settled}.")
        return settled

    def currency_for_totals(
        self, named: object, written: object, at: Field, default: str | None = None
    ) -> str:
        """Give the currency under which a row is counted, even when it is refused for its currency."""
        if type(named) is Fault:
            return named.proposal or UNKNOWN_CURRENCY
        if isinstance(named, str):
            return named
        beside = written.currency if type(written) is Written and written.currency not in SIGNS else None
        return beside or self.head_currency.get(at) or default or self.default_currency

    def fit_currency(self, written: Written, amount: Decimal, currency: str, at: Field, line: int) -> Decimal:
        """Bring an amount to its currency's decimals; finer ones are rounded and noted, or refused."""
        units = self.units_of(currency, at)
        self.noisy += written.was_noisy
        if written.decimals == units and -_SAFE < amount < _SAFE:
            return amount
        try:
            rounded = round_amount(amount, currency)
        except Refusal as refusal:
            raise RowTrouble(at, refusal.code, refusal.message) from None
        if rounded != amount:
            if self.context.finer_amounts is FinerAmounts.REFUSE:
                style = self.style_of(at)
                message = f"{write_amount(amount, style)} is finer than {currency} allows ({units} decimals)."
                raise RowTrouble(at, "AMOUNT_TOO_FINE", message, write_amount(abs(rounded), style))
            self.rounded += 1
            self.note(
                line, at, f"{amount:f}", "ROUNDED", f"{amount:f} was rounded to {rounded:f} {currency}."
            )
        return rounded

    def units_of(self, currency: str, at: Field) -> int:
        """Give the decimals of a currency; refuses one that is none."""
        if currency not in self._units:
            try:
                self._units[currency] = minor_units(currency)
            except Refusal as refusal:
                raise RowTrouble(at, refusal.code, refusal.message) from None
        return self._units[currency]

    def style_of(self, at: Field) -> Any:
        """Give the way a field's column writes amounts."""
        column = self.mapping.column_of(at)
        return column.amount_style if column else None

    def head_of(self, at: Field | None) -> str:
        """Give the head of a field's column, or nothing."""
        column = self.mapping.column_of(at) if at else None
        return column.header if column else ""

    def note(self, line: int, at: Field | None, value: str, code: str, message: str) -> None:
        """Keep something a person may want to know about a row that is taken."""
        self.notes.append(RowNote(line, self.head_of(at), value, code, message))

    def check_customer(self, customer: str, at: Field) -> None:
        """Refuse a customer that is not known and may not be created, or that only looks like a known one."""
        known = self.context.known_customers
        if known is None or customer in known:
            return
        if customer not in self._customers:
            self._customers[customer] = self._meant_customer(customer, known)
        meant = self._customers[customer]
        if meant is not None:
            raise RowTrouble(at, "UNKNOWN_CUSTOMER", f"No such customer: {customer}. Meant {meant}?", meant)
        if not self.context.may_create_customers:
            raise RowTrouble(at, "UNKNOWN_CUSTOMER", f"No such customer: {customer}.")

    def _meant_customer(self, customer: str, known: Collection[str]) -> str | None:
        """Give the known number that a number is probably meant to be: letters for digits, lost zeros, or a slip.

        Where customers may be created, only numbers that look the same count; a mere likeness is a new customer.
        """
        if self._looks_like is None:
            self._looks_like = {as_digits(number).lstrip("0"): number for number in known}
        same = self._looks_like.get(as_digits(customer).lstrip("0"))
        if same is not None and _looks_the_same(customer, same):
            return same
        if self.context.may_create_customers:
            return None
        near = process.extractOne(customer, list(known), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
        return near[0] if near else None

    def check_repeated(self, key: object, line: int, content: int, at: Field, what: str) -> None:
        """Refuse a key that came before: as a repeated row when the whole row is the same, as a duplicate otherwise."""
        seen = line << 64 | (
            content & _CONTENT
        )  # one integer a row: a million rows must fit beside each other
        first = self._first_lines.setdefault(key, seen)
        if first == seen:
            return
        first_line = first >> 64
        if first & _CONTENT == seen & _CONTENT:
            raise RowTrouble(
                None, "REPEATED_ROW", f"The same row stands in line {first_line:,}; it is taken once."
            )
        raise RowTrouble(at, "DUPLICATE_DOCUMENT", f"{what} stands in line {first_line:,} with other values.")


def _looks_the_same(written: str, meant: str) -> bool:
    """Say whether a number differs only by leading zeros, or by letters where the meant one has digits."""
    if written.lstrip("0") == meant.lstrip("0"):
        return True
    pairs = zip(written, meant, strict=False)
    return len(written) == len(meant) and all(one == other or other.isdigit() for one, other in pairs)


def require(value: object, at: Field, words: str) -> None:
    """Refuse a row that lacks what it cannot do without."""
    if value is None or value == "":
        raise RowTrouble(at, "MISSING_VALUE", f"{words} is missing.")
