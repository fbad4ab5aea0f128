"""How one advice writes its amounts and dates, settled once for the whole of it.

The one clever idea: a payer writes all amounts of an advice alike, so one value that leaves no choice settles the
others; and where none does, `1.234` can only be thousands, for money has no third decimal (said as a warning all the
same). A date that could be read both ways is left out: no advice is worth less without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from acquit.formats.statements import WarningLog
from acquit.formats.tables import (
    AmountStyle,
    CannotReadAmount,
    CannotReadDate,
    DateStyle,
    infer_amount_style,
    infer_date_style,
    parse_date,
    read_amount,
)
from acquit.formats.tables.amounts import LONGEST_AMOUNT

_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_DECIMALS = re.compile(r"[.,][0-9]{2}(?![0-9])|[0-9]{4,}|^[0-9]{1,3}$")
_AMOUNT_LIKE = re.compile(r"[-+(]?\s*(?:[A-Z]{3}|[€$£])?\s*[-+]?[0-9][0-9.,' \u00a0\u202f’]*")
DATE = re.compile(
    r"(?<![\w.,/-])(?:[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{1,2}(?:st|nd|rd|th"
    r"|er)?[. -]+(?:de )?[^\W\d_]{3,10}"
    r"(?: de|,)?[. -]+[0-9]{4}|[^\W\d_]{3,10} [0-9]{1,2},? [0-9]{4})(?![\w/-])"
)
_PLAIN_AMOUNT = re.compile(r"-?[0-9]{1,12}[.,][0-9]{2}")
_TIME = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}.*$")
_PLAIN = AmountStyle()


class WritingStyle:
    """Reads the amounts and dates of one advice."""

    def __init__(self, amounts: AmountStyle, dates: DateStyle | None) -> None:
        self.amounts = amounts
        self.dates = dates

    def amount(self, text: str) -> Decimal | None:
        """Read an amount; None for what is none."""
        return self.money(text)[0]

    def money(self, text: str) -> tuple[Decimal | None, str]:
        """Read an amount and the currency code written beside it."""
        if not text or len(text) > LONGEST_AMOUNT:
            return None, ""
        try:
            amount, currency = read_amount(text, self.amounts)
        except CannotReadAmount:
            return None, ""
        return amount, currency if currency and len(currency) == 3 and currency.isupper() else ""

    def day(self, text: str) -> date | None:
        """Read a date as the others are written, else as only it can be; None for what is none or could be two."""
        return read_day(text.strip(), self.dates) or read_day(text.strip(), None)


@lru_cache(maxsize=4096)
def read_day(text: str, style: DateStyle | None) -> date | None:
    """Read a date written in this order; without one, only what can be read in one way."""
    text = _TIME.sub("", text)
    if not text or len(text) > 30:
        return None
    if style is None:
        style = infer_date_style([text]).style
        if style is None:
            return None
    try:
        return parse_date(text, style)
    except CannotReadDate:
        return None


def find_style(
    amounts: Iterable[str],
    dates: Iterable[str],
    log: WarningLog,
    *,
    typed_numbers: bool = False,
    currency: str = "",
) -> WritingStyle:
    """Settle how an advice writes, from the texts of its amounts and dates; what had to be decided is noted."""
    texts = [text for text in dict.fromkeys(amounts) if text and _AMOUNT_LIKE.match(text)]
    reading = infer_amount_style(texts, typed_numbers=typed_numbers)
    style = reading.style
    if style is None and reading.is_mixed:
        style = _commonest(texts)
        log.note("AMOUNTS_MIXED", f"Amounts are written in two ways ({reading.reason}).", "")
    elif style is None and reading.amounts:
        mark = reading.example[max(reading.example.rfind("."), reading.example.rfind(","))]
        other = "," if mark == "." else "."
        is_thousands = currency not in _THREE_DECIMALS
        style = AmountStyle(other if is_thousands else mark)
        words = "thousands" if is_thousands else "decimals"
        log.note("AMOUNT_STYLE", f"{reading.example} is read as {words}: nothing else settles it.", "")
    return WritingStyle(style or _PLAIN, _date_style(dates, style, log))


def _commonest(texts: Iterable[str]) -> AmountStyle:
    points = commas = 0
    for text in texts:
        mark = text[max(text.rfind("."), text.rfind(","))] if "." in text or "," in text else ""
        points += mark == "."
        commas += mark == ","
    return AmountStyle("," if commas > points else ".")


def _date_style(dates: Iterable[str], amounts: AmountStyle | None, log: WarningLog) -> DateStyle | None:
    reading = infer_date_style([text for text in dict.fromkeys(dates) if text])
    if reading.style is not None or not reading.is_ambiguous:
        return reading.style
    if amounts is not None and amounts.decimal_mark == ",":
        return DateStyle.DMY  # nobody who writes a decimal comma puts the month first
    log.note("DATES_OPEN", f"{reading.reason}: dates are left out.", "")
    return None


def is_plain_amount(text: str) -> bool:
    """Say whether a text is an amount at first sight: digits, a mark, two decimals."""
    return _PLAIN_AMOUNT.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def is_amount_like(text: str) -> bool:
    """Say whether a text is written like an amount of money: two decimals, or a plain number."""
    if is_plain_amount(text):
        return True
    if not text or len(text) > LONGEST_AMOUNT or not _DECIMALS.search(text.strip(" -+()€$£")):
        return False
    return infer_amount_style([text]).amounts == 1


def find_dates(text: str) -> list[str]:
    """List what is written like a date inside a text."""
    return [match.group() for match in DATE.finditer(text)]
