"""Write MT940 as German banks do: structured :86: with SEPA tags, lines of 65 characters.

The one clever idea: the sign that separates the parts of :86: is chosen so that it does not occur in the values,
and a line is never broken before a character that could begin a field, so what is written reads back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from acquit.formats.short_dates import parse_entry_day
from acquit.formats.statements import Statement, StatementKind, StatementLine
from acquit.formats.writing import (
    CannotWriteStatement,
    plain_amount,
    require_balances,
    require_length,
)

_LINE_WIDTH = 65
_PART_WIDTH = 27
_PURPOSE_PARTS = (*range(20, 30), *range(60, 64))
_SEPARATORS = "?<>^~@|$%&#"
_CODE_OF_CREDIT, _CODE_OF_DEBIT, _CODE_OF_RETURN = "166", "177", "109"


def write_mt940(statements: Iterable[Statement], out: BinaryIO, encoding: str = "utf-8") -> None:
    """Write statements with CRLF line ends, one message each.

    What MT940 cannot hold is refused (CannotWriteStatement) before anything of that statement is written:
    references over 16 characters, missing balances, pending lines, dates outside 1980 to 2079. Purpose text that
    does not fit the fourteen parts of 27 characters is cut, as banks cut it; other values never are.
    """
    for statement in statements:
        text = "\r\n".join(_statement_lines(statement)) + "\r\n"
        out.write(text.encode(encoding))


def _statement_lines(statement: Statement) -> list[str]:
    if statement.kind is not StatementKind.STATEMENT or statement.pending_lines:
        raise CannotWriteStatement("MT940 holds booked lines only.", param="kind")
    opening, closing = require_balances(statement)
    if statement.opening_date is None or statement.closing_date is None:
        raise CannotWriteStatement("A balance is written with its date.", param="opening_date")
    is_first = statement.page in {"", "1", "01", "001", "00001"}
    first, last = ("F" if is_first else "M"), ("M" if statement.is_last_page is False else "F")
    number = require_length(statement.sequence or "0", 5, "sequence")
    page = require_length(statement.page or "1", 5, "page")
    lines = [
        f":20:{require_length(_one_line(statement.statement_id) or 'NONREF', 16, 'statement_id')}",
        f":25:{require_length(_one_line(statement.account), 35, 'account')}",
        f":28C:{number}/{page}",
        f":60{first}:{_balance(opening, statement.opening_date, statement.currency)}",
    ]
    for line in statement.lines:
        lines += _movement_lines(line, statement.currency)
    lines.append(f":62{last}:{_balance(closing, statement.closing_date, statement.currency)}")
    lines.append("-")
    return lines


def _balance(amount: Decimal, day: date, currency: str) -> str:
    return f"{'D' if amount < 0 else 'C'}{_day(day)}{currency}{_amount(amount)}"


def _amount(amount: Decimal) -> str:
    text = plain_amount(amount).replace(".", ",")
    return text if "," in text else text + ","


def _day(day: date) -> str:
    if not 1980 <= day.year <= 2079:
        raise CannotWriteStatement(f"{day} cannot be written: MT940 knows 1980 to 2079.", param="date")
    return f"{day:%y%m%d}"


def _movement_lines(line: StatementLine, currency: str) -> list[str]:
    if line.currency != currency:
        raise CannotWriteStatement(f"A line in {line.currency} has no place in {currency}.", param="currency")
    value_date = line.value_date or line.booking_date
    if value_date is None:
        raise CannotWriteStatement("A line is written with its date.", param="value_date")
    booked = line.booking_date
    if booked is not None and parse_entry_day(f"{booked:%m%d}", value_date)[0] != booked:
        raise CannotWriteStatement(
            "Booking and value date are half a year apart or more.", param="booking_date"
        )
    amount = _amount(line.amount)
    is_debit = line.amount < 0
    mark = ("C" if is_debit else "D") if line.is_reversal else ("D" if is_debit else "C")
    reference = require_length(line.customer_reference, 16, "customer_reference") or "NONREF"
    bank_reference = require_length(line.bank_reference, 16, "bank_reference")
    if "//" in reference:
        raise CannotWriteStatement(f"The reference {reference!r} holds //.", param="customer_reference")
    type_code = line.transaction_code if len(line.transaction_code) == 4 else "NTRF"
    movement = (
        f":61:{_day(value_date)}{f'{booked:%m%d}' if booked else ''}"
        f"{'R' if line.is_reversal else ''}{mark}{currency[2]}{amount}{type_code}{reference}"
    )
    if bank_reference:
        movement += f"//{bank_reference}"
    return [movement, *_wrap(":86:" + _details(line))]


def _details(line: StatementLine) -> str:
    names = _cut(_one_line(line.counterparty))[:2]
    purpose = _purpose(line)
    code = line.bank_code if len(line.bank_code) == 3 and line.bank_code.isdigit() else _business_code(line)
    parts = [(0, _one_line(line.booking_text)[:_PART_WIDTH])]
    parts += list(zip(_PURPOSE_PARTS, purpose, strict=False))
    parts += [(30, line.bic), (31, line.iban or line.counterparty_account)]
    parts += [(32 + index, name) for index, name in enumerate(names)]
    text = "".join(value for _, value in parts)
    separator = next((sign for sign in _SEPARATORS if sign not in text), None)
    if separator is None:
        raise CannotWriteStatement("The text uses every sign that could separate its parts.", param="text")
    return code + "".join(
        f"{separator}{number:02d}{value}" for number, value in parts if value or number == 0
    )


def _business_code(line: StatementLine) -> str:
    if line.return_code:
        return _CODE_OF_RETURN
    return _CODE_OF_DEBIT if line.amount < 0 else _CODE_OF_CREDIT


def _purpose(line: StatementLine) -> list[str]:
    """Give the purpose parts: each tag begins a part; the text comes last and is cut where the parts end."""
    tagged = (
        ("EREF", line.end_to_end_id),
        ("MREF", line.mandate_id),
        ("CRED", line.creditor_id),
        ("PURP", line.purpose_code),
        ("ABWA", line.ultimate_counterparty),
    )
    parts = [part for tag, value in tagged if value for part in _cut(f"{tag}+{_one_line(value)}")]
    if len(parts) >= len(_PURPOSE_PARTS):
        raise CannotWriteStatement("The references leave no room for the text.", param="end_to_end_id")
    text = _one_line(line.text)
    if line.structured_reference and line.structured_reference not in text:
        text = f"{line.structured_reference} {text}".strip()
    if line.return_code and line.return_code not in text:
        text = f"{line.return_code} {text}".strip()
    if text:
        parts += _cut(f"SVWZ+{text}")
    return parts[: len(_PURPOSE_PARTS)]


def _cut(text: str) -> list[str]:
    return [text[start : start + _PART_WIDTH] for start in range(0, len(text), _PART_WIDTH)]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wrap(text: str) -> list[str]:
    """Break a field into lines; the tag of the first does not count. No line begins with a field's or end's mark."""
    lines = []
    rest, width = text, _LINE_WIDTH + 4
    while len(rest) > width:
        cut = width
        while cut > 1 and rest[cut] in ":-{ \u00ad":
            cut -= 1
        lines.append(rest[:cut])
        rest, width = rest[cut:], _LINE_WIDTH
    return [*lines, rest]
