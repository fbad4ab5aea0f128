"""Amounts, dates and balances as MT940 writes them.

The one clever idea: what the standard allows is read at once; what real banks write besides (a decimal point, no
comma at all, the 30th of February) is read only where it has one meaning, and noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from re import compile as pattern

from acquit.core.money import EXACT
from acquit.formats.short_dates import parse_day
from acquit.formats.statements import with_sign
from acquit.formats.unreadable import NotReadable

_AMOUNT = pattern(r"[0-9]{1,18},[0-9]{0,6}")
_POINTED = pattern(r"[0-9]{1,18}\.[0-9]{2}|[0-9]{1,18}\.")
_GROUPED = pattern(r"[0-9]{1,3}(?:[.' ][0-9]{3})+,[0-9]{0,6}")
_WHOLE = pattern(r"[0-9]{1,18}")
_MARKED = pattern(r"\s*((?i:R?[CD]|E[CD]))([A-Z])?\s*([0-9][0-9.,' ]*)\s*")
_BALANCE = pattern(r"\s*([CD])\s*([0-9]{6})\s*([A-Z]{3})?\s*([0-9][0-9.,' ]*?)\s*")
_SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1, "EC": 1, "ED": -1}
_CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance as stated: signed from the account holder's side; `oddities` say what was unusual."""

    amount: Decimal
    currency: str
    day: date | None
    oddities: tuple[str, ...] = ()


def sign_of(mark: str) -> int:
    """Give +1 or -1 for C, D, RC (reversed credit), RD (reversed debit), EC and ED (expected)."""
    return _SIGNS[mark]


def parse_amount(text: str) -> tuple[Decimal, str]:
    """Read an unsigned amount; give it and, where it was not written as the standard says, a warning code.

    `1500,00`, `45,5` and `20,` are standard. `1500.00` (point before exactly two digits, or at the end),
    `1.500,00` and `1500` have one meaning too. Raises NotReadable for the rest: `1.500` may be either.
    """
    if _AMOUNT.fullmatch(text):
        return Decimal(text.replace(",", ".")), ""
    text = text.strip()
    if _AMOUNT.fullmatch(text):
        return Decimal(text.replace(",", ".")), ""
    if _POINTED.fullmatch(text):
        return Decimal(text), "DECIMAL_POINT"
    if _GROUPED.fullmatch(text):
        whole, _, decimals = text.partition(",")
        return Decimal(
            "".join(digit for digit in whole if digit.isdigit()) + "." + decimals
        ), "GROUPED_AMOUNT"
    if _WHOLE.fullmatch(text):
        return Decimal(text), "NO_DECIMAL_COMMA"
    raise NotReadable(text)


def signed_amount(mark_amount: str) -> Decimal:
    """Read mark and amount of a :61: field: `C1500,00` gives 1500.00, `D45,5` -45.50, `RC100,00` -100.00.

    C credit +, D debit -, RC reversal of a credit -, RD reversal of a debit +; the third letter of the currency may
    follow the mark. The digits after the comma may be missing; the result has at least two. Raises NotReadable.
    """
    found = _MARKED.fullmatch(mark_amount)
    if found is None:
        raise NotReadable(mark_amount)
    amount, _ = parse_amount(found[3])
    if -int(amount.as_tuple().exponent) < 2:
        amount = EXACT.quantize(amount, _CENTS)
    return with_sign(amount, _SIGNS[found[1].upper()])


def currency_of(balance: str) -> str:
    """Give the currency of a :60: or :62: field, nothing where it names none or cannot be read."""
    found = _BALANCE.fullmatch(balance)
    return (found[3] or "") if found else ""


def parse_balance(text: str) -> Balance:
    """Read a :60: or :62: field: C260203EUR1234,56. Raises NotReadable when the amount cannot be read.

    An impossible date leaves the day None and is said in `oddities`; a missing currency leaves it empty.
    """
    found = _BALANCE.fullmatch(text)
    if found is None:
        raise NotReadable(text)
    mark, day_text, currency, amount_text = found.groups()
    amount, oddity = parse_amount(amount_text)
    oddities = [oddity] if oddity else []
    day: date | None = None
    try:
        day, beyond = parse_day(day_text)
        if beyond:
            oddities.append("DATE_BEYOND_MONTH")
    except NotReadable:
        oddities.append("DATE_UNREADABLE")
    return Balance(with_sign(amount, _SIGNS[mark]), currency or "", day, tuple(oddities))
