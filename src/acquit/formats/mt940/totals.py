"""Header and control fields of MT940 and MT942: account, number, floor limit, numbers and sums of entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from re import compile as pattern

from acquit.core.money import EXACT
from acquit.formats.held_lines import LineKeeper
from acquit.formats.mt940.amounts import parse_amount
from acquit.formats.mt940.fields import Field
from acquit.formats.statements import ZERO, StatementLine, WarningLog, with_sign
from acquit.formats.unreadable import NotReadable

_IBAN = pattern(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_WITH_CURRENCY = pattern(r"(.*?[0-9 /])\s*/?([A-Z]{3})")
_TOTAL = pattern(r"\s*([0-9]{1,9})\s*([A-Z]{3})\s*([0-9][0-9.,]*)\s*")
_FLOOR = pattern(r"\s*([A-Z]{3})")
_SUMMARY = pattern(r"/SUM/([0-9]+)/([0-9]+)/([0-9.,]+)/([0-9.,]+)/")
_DUTCH_SUMMARY = pattern(r"D([0-9]{6})C([0-9]{6})D([0-9.,]+?)C([0-9.,]+?)")


def read_account(text: str) -> tuple[str, str]:
    """Give account and currency of :25:; the currency may stand behind, an IBAN may be written in groups.

    A slash before the account is the standard's sign that no bank stands there, and no part of it.
    """
    stripped = text.strip().lstrip("/")
    currency = ""
    found = _WITH_CURRENCY.fullmatch(stripped)
    if found is not None and not _IBAN.fullmatch("".join(stripped.split())):
        stripped, currency = found[1].rstrip(" /"), found[2]
    elif found is not None and _IBAN.fullmatch("".join(found[1].split())) and found[1][-1].isdigit():
        stripped, currency = found[1].strip(), found[2]
    compact = "".join(stripped.split())
    return (compact if _IBAN.fullmatch(compact) else stripped), currency


def read_number(header: Sequence[Field]) -> tuple[str, str]:
    """Give the statement's number and page of :28: or :28C: (00143/1)."""
    found = next((one.first for one in header if one.tag in {"28", "28C"}), "")
    number, _, page = found.partition("/")
    return number.strip(), page.strip()


def read_floor_currency(fields: Iterable[Field]) -> str:
    """Give the currency of a floor limit (:34F:) or of a sum of entries (:90C:, :90D:)."""
    for one in fields:
        if one.tag == "34F":
            found = _FLOOR.match(one.first)
            if found is not None:
                return found[1]
        elif one.tag in {"90C", "90D"}:
            total = _TOTAL.fullmatch(one.first)
            if total is not None:
                return total[2]
    return ""


def compare_totals(
    closing: Sequence[Field], kept: Sequence[LineKeeper[StatementLine]], log: WarningLog
) -> None:
    """Compare the numbers and sums a bank states with the lines read; a difference is a warning."""
    for one in closing:
        if one.tag in {"90C", "90D"}:
            found = _TOTAL.fullmatch(one.first)
            if found is not None:
                _compare(one, found[1], found[3], _side(kept, 1 if one.tag == "90C" else -1), log)
        elif one.tag == "86":
            summary = _SUMMARY.match(one.first) or _DUTCH_SUMMARY.fullmatch(one.first.strip())
            if summary is not None:
                _compare(one, summary[1], summary[3], _side(kept, -1), log)
                _compare(one, summary[2], summary[4], _side(kept, 1), log)


def _side(kept: Sequence[LineKeeper[StatementLine]], sign: int) -> tuple[int, Decimal]:
    count, total = 0, ZERO
    for amount in chain.from_iterable(lines.values("amount") for lines in kept):
        turned = with_sign(amount, sign)
        if turned > 0:
            count, total = count + 1, EXACT.add(total, turned)
    return count, total


def _compare(one: Field, count: str, total: str, read: tuple[int, Decimal], log: WarningLog) -> None:
    try:
        stated = parse_amount(total)[0]
    except NotReadable:
        return
    if int(count) != read[0] or stated != read[1]:
        message = f"The stated {count} entries of {total} are {read[0]} entries of {read[1]} as read."
        log.note("CONTROL_TOTAL_DIFFERS", message, f"line {one.line}")
