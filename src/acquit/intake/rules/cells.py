"""One column's cells, read into values.

The clever idea: a column repeats itself, so every distinct text is read once and remembered; a chunk of a column then
costs one look-up a cell. A text that cannot be read is remembered as a fault, with what it probably meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from acquit.core.references import is_iban, normalise_reference
from acquit.formats.tables import (
    AmountStyle,
    CannotReadAmount,
    CannotReadDate,
    DateStyle,
    parse_date,
    propose_date,
    read_amount,
    without_float_noise,
)
from acquit.intake.rules.document_types import DocumentType
from acquit.intake.rules.evidence import CREDIT_MARKS, DEBIT_MARKS, FALSE_WORDS, TRUE_WORDS, is_currency
from acquit.intake.rules.kinds import FIELD_TYPES, FIELD_WORDS, Field, FileKind, ValueType
from acquit.intake.rules.mapping import ColumnMapping
from acquit.intake.rules.places import read_country, read_language
from acquit.intake.rules.profile import NOTHING

MOST_REMEMBERED = 100_000
LONGEST_TEXT = 1_000
LONGEST_IDENTIFIER = 100
_NO_DATES = frozenset(["00.00.0000", "0000-00-00", "00/00/0000", "00000000", "31.12.9999", "9999-12-31", "0"])
_CURRENCY_MEANT = {
    "EURO": "EUR", "EUROS": "EUR", "€": "EUR", "£": "GBP", "STG": "GBP", "US$": "USD", "DOLLAR": "USD",
    "DOLLARS": "USD",
    "SFR": "CHF", "SFR.": "CHF", "FR.": "CHF", "FRANKEN": "CHF", "ZL": "PLN", "ZŁ": "PLN", "KC": "CZK", "KČ": "CZK",
    "YEN": "JPY", "RMB": "CNY", "POUND": "GBP", "POUNDS": "GBP", "UKP": "GBP", "R$": "BRL", "RS": "INR", "FT": "HUF",
}  # fmt: skip
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")
_AS_FORMULA = re.compile(r'="([^"]*)"')  # how a program keeps a spreadsheet from eating leading zeros
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_PLAIN_IDENTIFIER = re.compile(r"[A-Za-z0-9._/#+-]+")
_SIMPLE_AMOUNT = re.compile(r"-?[0-9]{1,15}([.,])([0-9]{1,12})")
_LONGEST_DOUBLE = 16  # a double of binary noise is written with more characters
_FLOAT_ID = re.compile(r"[0-9]+\.0")
_LIST = re.compile(r"[|;]")
_IBAN_LIST = re.compile(r"[|;,]")
_EMAIL = re.compile(r"[^@\s;,|<>]+@[^@\s;,|<>]+\.[^@\s;,|<>]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be read, and what it probably meant, written as the column is."""

    code: str
    message: str
    proposal: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """An amount as written: its decimals, the currency beside it, and whether binary noise was taken off."""

    amount: Decimal
    decimals: int
    currency: str | None = None
    was_noisy: bool = False


def read_text(text: str) -> str | Fault:
    """Take a text as it is, with single blanks."""
    plain = " ".join(text.split())
    if len(plain) > LONGEST_TEXT:
        return Fault(
            "TEXT_TOO_LONG",
            f"has {len(plain):,} characters; up to {LONGEST_TEXT:,} are kept",
            plain[:LONGEST_TEXT],
        )
    return plain


def read_identifier(text: str, *, is_float_id: bool) -> str | Fault:
    """Take a number or code as it is; leading zeros stay, a spreadsheet's shortened number is refused."""
    plain = text
    if not _PLAIN_IDENTIFIER.fullmatch(text):
        plain = " ".join(text.translate(_INVISIBLE).split())
        formula = _AS_FORMULA.fullmatch(plain)
        plain = formula[1] if formula else plain
    if is_float_id and _FLOAT_ID.fullmatch(plain):
        plain = plain[:-2]
    if "+" in plain and _SCIENTIFIC.fullmatch(plain):
        return Fault(
            "SCIENTIFIC_NUMBER", "was shortened by a spreadsheet: digits are lost. Export the column as text"
        )
    if len(plain) > LONGEST_IDENTIFIER:
        return Fault("TEXT_TOO_LONG", f"is longer than {LONGEST_IDENTIFIER} characters")
    return plain


def read_written(text: str, *, style: AmountStyle) -> Written | Fault:
    """Read an amount; binary noise is taken off and said."""
    currency = None
    simple = _SIMPLE_AMOUNT.fullmatch(text)
    if simple and (simple[1] == style.decimal_mark or (style.typed_numbers and len(simple[2]) != 3)):
        amount = Decimal(f"{text[: simple.start(1)]}.{simple[2]}")
        if not amount:
            amount = abs(amount)
    else:
        try:
            amount, currency = read_amount(text, style)
        except CannotReadAmount as refusal:
            return Fault(refusal.code, refusal.message.removeprefix(f"{text!r} "), _amount_meant(text, style))
    clean = without_float_noise(amount) if len(text) > _LONGEST_DOUBLE else amount
    exponent = clean.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return Written(clean, places, currency, clean is not amount)


def plain_amount(cell: Any) -> Decimal | None:
    """Give the amount of a cell as written, or None."""
    return cell.amount if type(cell) is Written else None


def _amount_meant(text: str, style: AmountStyle) -> str | None:
    """Offer the amount with letters that look like digits read as digits, or with the other decimal mark."""
    other = AmountStyle("," if style.decimal_mark == "." else ".")
    for candidate, read_as in ((text.translate(_LOOKS_LIKE), style), (text, other)):
        try:
            amount, _ = read_amount(candidate, read_as)
        except CannotReadAmount:
            continue
        return write_amount(amount, style)
    return None


def write_amount(amount: Decimal, style: AmountStyle | None) -> str:
    """Write an amount the way its column does, without grouping."""
    text = f"{amount:f}"
    return text.replace(".", ",") if style and style.decimal_mark == "," else text


_LOOKS_LIKE = str.maketrans(
    {"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "i": "1", "|": "1", "Z": "2", "S": "5", "B": "8"}
)


def as_digits(text: str) -> str:
    """Read letters that look like digits as digits: 1O519 is 10519."""
    return text.translate(_LOOKS_LIKE)


def read_number(text: str, *, style: AmountStyle) -> Decimal | Fault:
    """Read a quantity, a price or a rate: exact, without currency."""
    written = read_written(text.rstrip("% "), style=style)
    return written if isinstance(written, Fault) else written.amount


def read_days(text: str) -> int | Fault:
    """Read a number of days."""
    plain = text.strip().removesuffix(".0").removesuffix(",0")
    digits = plain.lstrip("-+")
    if digits.isascii() and digits.isdigit() and len(digits) <= 5:
        return int(plain)
    return Fault("NOT_A_NUMBER", "is no number of days")


def read_day(text: str, *, style: DateStyle) -> date | Fault | None:
    """Read a date; a system's empty date (00.00.0000, 31.12.9999) is none."""
    if text.strip() in _NO_DATES:
        return None
    try:
        return parse_date(text, style)
    except CannotReadDate as refusal:
        message = refusal.message.removeprefix(f"{text.strip()!r} ")
        return Fault("NOT_A_DATE", message, propose_date(text, style))


def read_currency(text: str) -> str | Fault:
    """Read an ISO 4217 code; offers the code for what people write instead."""
    plain = text.strip().upper()
    if is_currency(plain):
        return plain
    return Fault("UNKNOWN_CURRENCY", "is no ISO 4217 currency", _CURRENCY_MEANT.get(plain))


def read_flag(text: str) -> bool | Fault:
    """Read yes or no in the languages of the trade."""
    plain = text.strip().casefold()
    if plain in TRUE_WORDS:
        return True
    return False if plain in FALSE_WORDS else Fault("NOT_YES_OR_NO", "is neither yes nor no")


def read_ibans(text: str) -> tuple[str, ...] | Fault:
    """Read one or more IBANs (| or ; or , between); all must check."""
    parts = [normalise_reference(part) for part in _IBAN_LIST.split(text) if part.strip()]
    wrong = [part for part in parts if not is_iban(part)]
    return Fault("BAD_IBAN", f"{wrong[0]} is no valid IBAN") if wrong else tuple(parts)


def _read_iban(text: str) -> str | Fault:
    ibans = read_ibans(text)
    return ibans if isinstance(ibans, Fault) else (ibans[0] if ibans else "")


def _read_names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in _LIST.split(text) if part.strip())


def _read_country(text: str) -> str | Fault:
    return read_country(text) or Fault("UNKNOWN_COUNTRY", "is no country's code or name")


def _read_language(text: str) -> str | Fault:
    return read_language(text) or Fault("UNKNOWN_LANGUAGE", "is no language's code or name")


def _read_email(text: str) -> str | Fault:
    found = _EMAIL.search(text)
    return found[0] if found else Fault("BAD_EMAIL", "is no e-mail address")


def _read_code(text: str, *, codes: dict[str, DocumentType]) -> DocumentType | Fault:
    found = codes.get(text.strip())
    if found:
        return found
    invoice = next((code for code, kind in codes.items() if kind is DocumentType.INVOICE), "INVOICE")
    return Fault("UNKNOWN_TYPE", "is a type of document that was not settled", invoice)


def _read_side(text: str) -> bool | Fault:
    """Read a debit or credit mark: True is credit."""
    plain = text.strip().casefold()
    if plain in CREDIT_MARKS:
        return True
    return False if plain in DEBIT_MARKS else Fault("NOT_A_SIDE", "is neither debit nor credit")


_PLAIN_READERS: dict[ValueType, Callable[[str], Any]] = {
    ValueType.NAME: read_text,
    ValueType.TEXT: read_text,
    ValueType.DAYS: read_days,
    ValueType.CURRENCY: read_currency,
    ValueType.COUNTRY: _read_country,
    ValueType.LANGUAGE: _read_language,
    ValueType.IBAN: _read_iban,
    ValueType.IBANS: read_ibans,
    ValueType.NAMES: _read_names,
    ValueType.EMAIL: _read_email,
    ValueType.FLAG: read_flag,
    ValueType.DEBIT_CREDIT: _read_side,
}


class CellReader:
    """Reads the cells of one mapped column, each distinct text once."""

    def __init__(self, column: ColumnMapping, field: Field, kind: FileKind) -> None:
        self.column = column
        self.field = field
        self.is_refusing = refuses_row(kind, field)
        self._read = _reader_of(column, field, kind)
        self._known: dict[str, Any] = {}
        self.faulty: set[str] = set()

    def read(self, cells: Sequence[str]) -> list[Any]:
        """Give the value of each cell: None for an empty one, a `Fault` for one that cannot be read."""
        known = self._known
        new = set(cells).difference(known)
        if len(known) + len(new) > MOST_REMEMBERED:
            known.clear()
            self.faulty.clear()
            new = set(cells)
        for text in new:
            value = None if text in NOTHING or text.isspace() else self._read(text)
            known[text] = value
            if type(value) is Fault:
                self.faulty.add(text)
        return list(map(known.__getitem__, cells))


def _reader_of(column: ColumnMapping, field: Field, kind: FileKind) -> Callable[[str], Any]:
    value_type = FIELD_TYPES[field]
    style = column.amount_style or AmountStyle()
    if kind is FileKind.BANK_STATEMENT:
        style = AmountStyle(
            style.decimal_mark, style.grouping, credit_negative=False, typed_numbers=style.typed_numbers
        )
    if value_type is ValueType.IDENTIFIER:
        return partial(read_identifier, is_float_id=column.is_float_id)
    if value_type is ValueType.AMOUNT:
        return partial(read_written, style=style)
    if value_type in {ValueType.NUMBER, ValueType.PERCENT}:
        return partial(read_number, style=style)
    if value_type is ValueType.DATE:
        return partial(read_day, style=column.date_style or DateStyle.YMD)
    if value_type is ValueType.DOCUMENT_TYPE:
        return partial(_read_code, codes=dict(column.codes))
    return _PLAIN_READERS[value_type]


_NEVER_REFUSING = frozenset(
    map(
        Field,
        [
            *(
                "COUNTRY",
                "LANGUAGE",
                "EMAIL",
                "IBANS",
                "COUNTERPARTY_IBAN",
                "NET_DAYS",
                "DAYS_PAST_DUE",
                "DISCOUNT_DAYS",
            ),
            *(
                "DISCOUNT_PERCENT",
                "LAST_REMINDER_DATE",
                "LOCAL_AMOUNT",
                "LOCAL_CURRENCY",
                "NET_AMOUNT",
                "TAX_AMOUNT",
            ),
            *(
                "DISPUTED",
                "AUTO_BY_AMOUNT",
                "REQUIRED_DATE",
                "SHIPPED_DATE",
                "DESCRIPTION",
                "REMITTANCE_TEXT",
                "TEXT",
            ),
            *("BASELINE_DATE", "POSTING_DATE", "CREDIT_LIMIT", "STREET", "DISPUTED_AMOUNT", "FREIGHT_AMOUNT"),
        ],
    )
)


def refuses_row(kind: FileKind, field: Field) -> bool:
    """Say whether an unreadable cell of this field refuses its row; otherwise the value is left out, with a note."""
    if kind is FileKind.CUSTOMERS:
        return field is Field.CUSTOMER
    return field not in _NEVER_REFUSING


def cell_message(field: Field, value: str, fault: Fault) -> str:
    """Say in one sentence what is wrong with a cell."""
    return f"{value[:60]} {fault.message}." if value else f"{FIELD_WORDS[field]} is missing."
