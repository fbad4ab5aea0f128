"""What a statement must be before a line of it is taken in: one currency, amounts it knows, a date for each line."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from acquit.core.errors import Refusal
from acquit.core.money import minor_units, to_minor_units
from acquit.formats.statements import Statement, StatementLine

#: A statement that books on days further apart than this is taken in, and said to be odd.
_DAYS_APART_AT_MOST = 3_660


class CannotImportStatement(Refusal):
    """The statement contradicts itself and nobody confirmed it; nothing of it was imported."""

    code = "STATEMENT_UNBALANCED"


def check_statement(statement: Statement, currency: str) -> None:
    """Refuse (`CannotImportStatement`, `UnknownCurrency`) a statement that contradicts itself.

    Lines of another currency than the account's, amounts finer than it. Whether its days can be booked at all is for
    the window of the booking policy to say (`ledger.queries.get_booking_window`).
    """
    minor_units(currency)
    for number, line in enumerate(statement.lines, 1):
        _check_line(statement, line, number, currency)
        line_date(statement, line, number)


def say_days_apart(statement: Statement) -> str:
    """Say that a statement books on days more than ten years apart, which is odd but can be so; else nothing."""
    days = list_days(statement)
    if not days or (max(days) - min(days)).days <= _DAYS_APART_AT_MOST:
        return ""
    return (
        f"{_name(statement)} books on {min(days)} and on {max(days)}: one may be misdated. If it is, correct the"
        " file, or ask the bank for it again."
    )


def list_days(statement: Statement) -> list[date]:
    """List the days a statement books on, its own included."""
    days = [line.booking_date or line.value_date for line in statement.lines]
    return [day for day in (*days, statement.opening_date, statement.closing_date) if day is not None]


def line_date(statement: Statement, line: StatementLine, number: int) -> date:
    """Give the day a line was booked, or the best the statement says; refuses (`CannotImportStatement`) none at all."""
    found = line.booking_date or line.value_date or statement.closing_date or statement.opening_date
    if found is None:
        raise CannotImportStatement(
            f"Line {number} of {_name(statement)} has no date, nor has the statement.",
            param="line",
            code="STATEMENT_DATES",
        )
    return found


class KnownLine(NamedTuple):
    """When a line of some identity was booked, and on which day the statement that brought it closes."""

    booking_date: date
    closing_date: date | None
    is_balanced: bool | None


def is_used_again(known: KnownLine, line: StatementLine, statement: Statement) -> bool:
    """Tell whether a line that looks known is another one: two proved statements book it, each on its own day."""
    return (
        statement.balanced is True
        and known.is_balanced is True
        and line.booking_date not in {None, known.booking_date}
        and statement.closing_date is not None
        and known.closing_date is not None
        and statement.closing_date != known.closing_date
    )


def _check_line(statement: Statement, line: StatementLine, number: int, currency: str) -> None:
    if line.currency and line.currency != currency:
        raise CannotImportStatement(
            f"Line {number} of {_name(statement)} is in {line.currency}, the account in {currency}.",
            param="line",
            code="STATEMENT_CURRENCY",
            details={"line": number, "currency": line.currency},
        )
    try:
        to_minor_units(line.amount, currency)
    except Refusal as refusal:
        raise CannotImportStatement(
            f"Line {number} of {_name(statement)}: {refusal.message}",
            param="line",
            code="STATEMENT_AMOUNT",
            details={"line": number},
        ) from refusal


def _name(statement: Statement) -> str:
    return f"statement {statement.statement_id or statement.sequence} of {statement.account}"
