"""Who drew a cheque, and when: some banks write it behind the cheque in its lockbox record, where others put invoices.

The date is MMDDYY, unlike every other of the file; the name of who drew the cheque follows in thirty characters, the
name it is payable to behind that.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from acquit.formats.remittance.numbers import parse_compact_date

_DATE, _NAME, _PAYEE = slice(46, 52), slice(52, 82), slice(82, 160)
_NO_DATE = "000000"
_DAYS_AT_MOST = 2 * 366  # between the cheque's date and its deposit: what lies further apart is no date
_MOST_DIGITS = 4  # a name may hold a year or a house number; a longer number is an invoice or an amount


class Drawer(NamedTuple):
    """The date of a cheque, None where the bank leaves it out, who drew it and to whom it is payable."""

    day: date | None
    name: str
    payee: str


def find_drawer(record: str, deposited: date | None) -> Drawer | None:
    """Find who drew the cheque of a record; None where a date and a name do not stand, each at its place."""
    written, name = record[_DATE], record[_NAME].rstrip()
    if not name or name[0] == " " or not _is_name(name):
        return None
    day = parse_compact_date(written[4:] + written[:4]) if len(written) == 6 else None
    if day is None and written != _NO_DATE:
        return None
    if day is not None and deposited is not None and abs(day - deposited) > timedelta(days=_DAYS_AT_MOST):
        return None
    payee = record[_PAYEE].strip()
    return Drawer(day, name, payee if _is_name(payee) else "")


def _is_name(text: str) -> bool:
    words = text.split()
    return any(word.isalpha() and len(word) > 1 for word in words) and all(map(_fits_a_name, words))


def _fits_a_name(word: str) -> bool:
    digits = sum(map(str.isdigit, word))
    return digits <= (1 if any(map(str.isalpha, word)) else _MOST_DIGITS)
