"""Field :61:, one movement: dates, mark, amount, type, references.

The one clever idea: one expression reads what the standard says; only when it does not match are the dialects
tried, one question at a time, so the usual line costs one match and the odd one still has a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from re import compile as pattern
from sys import intern

from acquit.formats.mt940.amounts import parse_amount, sign_of
from acquit.formats.mt940.facts import is_iban_form
from acquit.formats.short_dates import parse_day, parse_entry_day
from acquit.formats.statements import with_sign
from acquit.formats.unreadable import NotReadable

_STANDARD = pattern(
    r"([0-9]{6})([0-9]{4})?(R?[CD])([A-Z])?([0-9]{1,18},[0-9]{0,6})(?!NONREF)([A-Z][A-Z0-9]{3})([^/\n]{0,16}|.{0,16}?)(?://(.*))?"
)
_DIALECT = pattern(r"([0-9]{6})([0-9]{4})?\s*((?i:R?[CD]|E[CD]))([A-Z])?\s*(-)?([0-9][0-9.,']*)\s*(.*)")
_TYPE = pattern(r"[A-Z][A-Z0-9 ]{3}")


@dataclass(slots=True)
class Movement:
    """What a :61: field says. `amount` is signed. `extra` is text behind the references on the same line."""

    value_date: date
    booking_date: date
    amount: Decimal
    is_reversal: bool
    is_expected: bool
    type_code: str
    customer_reference: str
    bank_reference: str
    extra: str
    oddities: list[str]


def parse_movement(text: str) -> Movement:
    """Read the first line of a :61: field. Raises NotReadable with the part that cannot be read.

    Without an entry date the value date is the booking date, as the standard has it. A minus before the amount turns
    the side its mark names.
    """
    found = _STANDARD.fullmatch(text)
    if found is not None:
        value, entry, mark, _, amount_text, type_code, reference, bank_reference = found.groups()
        amount, sign = Decimal(amount_text.replace(",", ".")), sign_of(mark)
        oddities: list[str] = []
        extra = ""
    else:
        found = _DIALECT.fullmatch(text)
        if found is None:
            raise NotReadable(text)
        value, entry, mark, _, minus, amount_text, tail = found.groups()
        mark = mark.upper()
        amount, oddity = parse_amount(amount_text)
        oddities = [oddity] if oddity else []
        sign = sign_of(mark)
        if minus:
            sign = -sign
            oddities.append("NEGATIVE_AMOUNT")
        type_code, reference, bank_reference, extra = _parse_tail(tail, oddities)
    value_date, beyond = parse_day(value)
    booking_date = value_date
    if entry:
        booking_date, entry_beyond = parse_entry_day(entry, value_date)
        beyond = beyond or entry_beyond
    if beyond:
        oddities.append("DATE_BEYOND_MONTH")
    return Movement(
        value_date,
        booking_date,
        with_sign(amount, sign),
        mark[0] == "R",
        mark[0] == "E",
        intern(type_code),
        reference.strip(),
        (bank_reference or "").strip(),
        extra,
        oddities,
    )


def _parse_tail(tail: str, oddities: list[str]) -> tuple[str, str, str, str]:
    """Read type, references and extra text of a line that is not quite standard."""
    if tail.startswith(("NONREF", "//")) or not tail:
        oddities.append("TYPE_MISSING")
        type_code, rest = "", tail
    elif _TYPE.match(tail):
        type_code, rest = tail[:4].rstrip(), tail[4:]
    else:
        raise NotReadable(tail)
    reference, slashes, bank_reference = rest.partition("//")
    if is_iban_form(reference.strip()):  # the counterparty's account in place of a reference
        return type_code, "", bank_reference, reference.strip()
    if slashes or len(reference) <= 16 or " " not in reference.strip():
        return type_code, reference, bank_reference, ""
    return type_code, reference[:16], "", reference[16:].strip()
